"""Gives a wording its form: text and HTML from the same data, in a site's templates if it has some."""

import logging
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xfc_notify.notify.words import form
from xfc_notify.notify.words.letter import Letter, Words
from xfc_notify.notify.words.plot import plot
from xfc_notify.notify.words.wording import Wording, wording
from xfc_notify.outbox.picture import Pictures

if TYPE_CHECKING:
    from css_inline import CSSInliner

COURSE = "course"
"""The content id of the plot."""
NONE: Mapping[str, bytes] = {}

log = logging.getLogger(__name__)


def put_into_words(letter: Letter, folder: Path | None = None) -> Words:
    """The letter as a message: subject, text and HTML. Reads nothing but the templates.

    `folder` holds a site's own. Where these fail, that is logged and the packaged ones are used.
    """
    words = wording(letter)
    images = _images(words, letter)
    if folder is not None:
        try:
            return formed(words, letter, images, folder)
        except Exception as error:  # noqa: BLE001 - a template may do anything
            log.error("%s; the packaged form is used instead", form.mistake(error, folder))  # noqa: TRY400
    return formed(words, letter, images)


def formed(
    words: Wording, letter: Letter, images: Mapping[str, bytes] = NONE, folder: Path | None = None
) -> Words:
    """The wording in the templates of `folder`, or in the packaged ones; whatever fails there is raised."""
    files = form.environment(folder)
    data = {"words": words, "say": letter.language.say, "image": next(iter(images), "")}
    html = files.get_template(form.HTML).render(data)
    return Words(
        subject=words.subject,
        text=files.get_template(form.TEXT).render(data),
        html=_inliner().inline(html),
        images=images,
    )


def shown_inline(html: str, images: Mapping[str, bytes]) -> str:
    """The page by itself, as a browser shows it: pictures as data: URIs."""
    for name, image in images.items():
        html = html.replace(f'src="cid:{name}"', f'src="data:image/png;base64,{b64encode(image).decode()}"')
    return html


def _images(words: Wording, letter: Letter) -> Mapping[str, bytes]:
    """The plot of the first area, to be drawn when it is looked at."""
    course = words.areas[0].course if words.areas else None
    if course is None:
        return NONE
    return Pictures({COURSE: plot(course.curves, course.curves[0].points[-1][0], letter.language)})


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner

    # The rules for dark mode cannot be inlined and stay in the head.
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
