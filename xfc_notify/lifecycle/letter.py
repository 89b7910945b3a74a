"""What a letter tells of a dataset: its date, what its reader is asked, what became of it. No word threatens.

All dates are days, never "in so many days": a letter may be delivered later than it was written.
"""

from datetime import datetime

from xfc_notify.datasets import replicas, views
from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.domain import Level
from xfc_notify.lifecycle import lives, reply_links
from xfc_notify.lifecycle.dates import day_of
from xfc_notify.lifecycle.life import Life, Notice
from xfc_notify.lifecycle.states import Decision, End, Phase
from xfc_notify.lifecycle.subjects import COPIES, policy_of, uid_of
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.rules import Line
from xfc_notify.notify.words.language import Language
from xfc_notify.notify.words.letter import Section
from xfc_notify.outbox.columns import shortened
from xfc_notify.paths import harmless
from xfc_notify.people.tables import SubjectRow
from xfc_notify.settings import Settings


def section(
    subject: SubjectRow, line: Line, settings: Settings, language: Language, now: datetime
) -> Section:
    """A dataset, in the words of the reader."""
    uid = uid_of(subject)
    dataset, life = replicas.dataset(uid), lives.known(uid)
    name, who = name_of(dataset), subject.user.name
    is_past = line.reason is Reason.ENDED
    if line.episode.policy == COPIES:
        headline, lines = _copies(dataset, name, language, is_past=is_past)
    elif is_past or life.notice is None or line.episode.policy != policy_of(life.notice.about):
        headline, lines = (
            became_of(life, line.episode.policy, name, language, now)
            if is_past
            else _expires(life, dataset, name, language, now)
        )
    else:
        headline, lines = _asked(life.notice, life, dataset, who, name, language, now)
    if is_past:
        lines = (*lines, size_of(dataset, language))
    about_date = line.episode.policy != COPIES and not is_past
    return Section(
        title=language.say("Dataset {dataset}", dataset=name),
        headline=headline,
        lines=lines if line.reason is not None else (f"{headline}.", *lines),
        why=_why(who == dataset.owner, name, language),
        level=Level.OK if is_past else line.episode.shown,
        past=is_past,
        is_news=line.reason is not None,
        promise=promise(language),
        reply_links=reply_links.links(life, dataset, who, settings, language, now) if about_date else (),
    )


def promise(language: Language) -> str:
    """What this service never does with datasets."""
    return language.say("A dataset is removed only if two people agree, never because nobody answers.")


def name_of(dataset: DatasetRow) -> str:
    """How people call a dataset: by its path."""
    return shortened(harmless(dataset.path or dataset.uid), 40)


def became_of(
    life: Life, policy: str, name: str, language: Language, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """What became of a dataset of whose date people were told."""
    say, ended = language.say, life.ended
    of_this = ended if ended is not None and policy_of(ended.about) == policy else None
    agreed = ""
    if of_this is not None and of_this.how is End.AGREED:
        agreed = say("{people} agreed.", people=language.listed(map(harmless, sorted(of_this.voters))))
    if life.phase is Phase.BIN and life.bin is not None:
        until = say("Until {day} the operators can bring it back.", day=day_of(life.bin.until, language, now))
        return say("Dataset {dataset} is in the bin", dataset=name), tuple(filter(None, (agreed, until)))
    if life.phase in {Phase.REMOVING, Phase.REMOVED}:
        return say("Dataset {dataset} is gone", dataset=name), tuple(filter(None, (agreed,)))
    if of_this is not None and of_this.how is End.EXHAUSTED:
        line = say("Not enough people agreed, so nothing follows from it. The operators were told.")
        return say("Dataset {dataset} stays as it is", dataset=name), (line,)
    if of_this is not None and of_this.how is End.AGREED and of_this.decision is Decision.CLOSE:
        kept = kept_until(life, language, now)
        return say("Dataset {dataset} is closed", dataset=name), tuple(filter(None, (agreed, kept)))
    if life.expires_at is None:
        return say("Dataset {dataset} is kept", dataset=name), (say("It has no date any more."),)
    day = day_of(life.expires_at, language, now)
    return say("Dataset {dataset} is kept until {day}", dataset=name, day=day), ()


def _expires(
    life: Life, dataset: DatasetRow, name: str, language: Language, now: datetime
) -> tuple[str, tuple[str, ...]]:
    assert life.expires_at is not None
    day = day_of(life.expires_at, language, now)
    lines = (
        size_of(dataset, language),
        language.say(
            "After that day you are asked what becomes of it. To keep it longer, give it another date before."
        ),
    )
    return language.say("Dataset {dataset} expires on {day}", dataset=name, day=day), lines


def _asked(
    notice: Notice, life: Life, dataset: DatasetRow, who: str, name: str, language: Language, now: datetime
) -> tuple[str, tuple[str, ...]]:
    say = language.say
    if notice.decision is Decision.CLOSE:
        headline = say("You are asked whether dataset {dataset} may be closed", dataset=name)
        since = say(
            "It is open since {day}. A closed dataset is complete, and no file is added to it.",
            day=language.day(life.created_at, now),
        )
    else:
        headline = say("You are asked whether dataset {dataset} may be removed", dataset=name)
        since = say("Its date was {day}.", day=day_of(notice.about, language, now))
    needed = language.count(
        "It needs {count} vote, of two people at least.",
        "It needs {count} votes, of two people at least.",
        notice.needed,
    )
    given = language.count("{count} has agreed so far.", "{count} have agreed so far.", len(notice.voters))
    yours = language.count("You hold {count} vote.", "You hold {count} votes.", notice.votes.get(who, 0))
    silence = say(
        "If nobody answers, the group above is asked, and if that is silent too, all stays as it is."
    )
    return headline, (size_of(dataset, language), f"{since} {needed} {given} {yours}", silence)


def _copies(
    dataset: DatasetRow, name: str, language: Language, *, is_past: bool
) -> tuple[str, tuple[str, ...]]:
    copies = replicas.of(dataset.uid)
    bad = [row for row in copies if row.state == ReplicaState.BAD]
    good = [row for row in copies if row.state == ReplicaState.GOOD]
    if is_past:
        return language.say("The copies of dataset {dataset} are good again", dataset=name), ()
    headline = language.count(
        "{count} copy of dataset {dataset} is damaged",
        "{count} copies of dataset {dataset} are damaged",
        len(bad),
        dataset=name,
    )
    where = language.listed(shortened(harmless(replicas.where(row)), 60) for row in bad)
    lines = [language.say("Its files are not what they were: {copies}.", copies=where)]
    if good:
        lines.append(language.say("A good copy is in {store}.", store=harmless(good[0].store)))
    else:
        lines.append(language.say("No good copy of it is known."))
    return headline, tuple(lines)


def kept_until(life: Life, language: Language, now: datetime) -> str:
    """Until when it is kept; "" if it does not expire."""
    if life.expires_at is None:
        return ""
    return language.say("It is kept until {day}.", day=day_of(life.expires_at, language, now))


def size_of(dataset: DatasetRow, language: Language) -> str:
    """How large it is, and where it lies."""
    copies = replicas.of(dataset.uid)
    if not copies:
        return language.say("No copy of it is left.")
    files, size = views.size_of(copies[0])
    stores = language.listed(harmless(name) for name in dict.fromkeys(row.store for row in copies))
    return language.say(
        "It has {files}, {size}, in {stores}.",
        files=language.amount(files, "files"),
        size=language.amount(size, "bytes"),
        stores=stores,
    )


def _why(is_owner: bool, name: str, language: Language) -> str:
    if is_owner:
        return language.say("You get this message because dataset {dataset} is yours.", dataset=name)
    return language.say(
        "You get this message because you are in a group that decides about dataset {dataset}.", dataset=name
    )
