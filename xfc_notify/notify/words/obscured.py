"""Sentences on a limit of which a scan could not say whether it is still near or passed. Pure."""

from xfc_notify.notify.words import limits
from xfc_notify.notify.words.letter import Letter, Topic
from xfc_notify.outbox.columns import shortened
from xfc_notify.paths import show
from xfc_notify.usage import HARMLESS_ERRORS

NAMED = 3
"""So many directories are named."""


def headline(letter: Letter, topic: Topic) -> str:
    """ "Part of your area on vol1 could not be read" """
    return letter.language.say(
        "Part of your area on {volume} could not be read", volume=limits.volume_name(topic)
    )


def line(letter: Letter, topic: Topic) -> str:
    """What was seen, and what would mend it."""
    say = letter.language.say
    seen = say(
        "We wrote to you about {your_limit}. The last scan saw less, but could not read everything, so we cannot say "
        "whether all is well.",
        your_limit=limits.your_limit(letter, topic),
    )
    places = _places(letter, topic)
    if not places:
        return seen
    mend = say("It could not read {places}. Please let the service read that, or remove it.", places=places)
    return f"{seen} {mend}"


def why(letter: Letter) -> str:
    """Why this is told."""
    return letter.language.say(
        "You get this message once, because not everything in your area could be read."
    )


def _places(letter: Letter, topic: Topic) -> str:
    paths = [
        path
        for figures in letter.areas
        if figures.area == topic.area
        for kind, errors in figures.usage.errors.items()
        if kind not in HARMLESS_ERRORS
        for path in errors.samples
    ]
    return letter.language.listed(
        letter.language.say("the area itself") if path == b"." else shortened(show(path), 66)
        for path in paths[:NAMED]
    )
