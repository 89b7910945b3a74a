"""A letter of every kind, for the golden files: `LETTERS` maps the kind to a letter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import xfc_notify_growth
import xfc_notify_quota_hard
import xfc_notify_quota_temporal

from xfc_notify.domain import Area, Fact, Finding, Level, PastScan, Person
from xfc_notify.notify.episode import Reason
from xfc_notify.notify.words.language import language
from xfc_notify.notify.words.letter import AreaFigures, Before, Letter, ReplyLink, Topic
from xfc_notify.usage import Clock, Errors, Usage
from xfc_notify.usage.tally import Tally

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
SCANNED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TB = 10**12
SETTINGS: dict[str, Any] = {
    "growth": xfc_notify_growth.settings_model()(),
    "quota_hard": xfc_notify_quota_hard.settings_model()(),
    "quota_temporal": xfc_notify_quota_temporal.settings_model()(),
}
DAY = 86_400

SOON = {
    Fact("Older than {limit} within {days}", limit=(365, "days"), days=(14, "days")): Fact(
        "{files}, {size}, in {places}", files=(12, "files"), size=(3.1 * TB, "bytes"), places=("old", "tmp")
    )
}

ENGLISH = language("en", "UTC")
GERMAN = language("de", "Europe/Berlin")

ANA = Person("alopes", "Ana Lopes", "ana.lopes@example.org")
AREA = Area("alopes", "vol1", b"/data/xfc/vol1/user_cache/alopes", 40 * TB, 300 * TB, SCANNED)
HOME = Area("alopes", "vol2", b"/data/xfc/vol2/user_cache/alopes", 10 * TB, 80 * TB, SCANNED)

SHARES = {
    b"cmip6-downscaling": (0.46, 4.5, 1_203),
    b"radar-2025": (0.24, 9.0, 48_211),
    b"ensemble_run_17": (0.15, 7.0, 612),
    b"notebooks": (0.08, 2.0, 3_418),
    b"tmp": (0.04, 21.0, 1),
    b".": (0.02, 1.0, 14),
    b"old": (0.01, 30.0, 96),
}


def usage(size: float, days: float = 5.0, **fields: object) -> Usage:
    """A whole scan of `size` TB, of which the directories have shares; ages are scaled by `days` / 5."""
    tallies = {
        name: Tally.of(files, int(share * size * TB), int(share * size * TB * age * days / 5 * DAY))
        for name, (share, age, files) in SHARES.items()
    }
    total = sum(tallies.values(), Tally())
    made = Usage(as_of=SCANNED, total=total, directories=88, birth_times=total.files, by_directory=tallies)
    return replace(made, **fields)  # type: ignore[arg-type]


def hard(measured: Usage, area: Area = AREA) -> Finding:
    level = Level.at(measured.size, area.hard_quota)
    return Finding(level, measured.size, area.hard_quota, "bytes", "hard quota", policy="quota_hard")


def temporal(measured: Usage, area: Area = AREA) -> Finding:
    used, limit = measured.temporal_usage, area.temporal_quota
    due = (
        SCANNED + timedelta(days=(limit - used) / measured.size) if used <= limit and measured.size else None
    )
    level = Level.at(used, limit)
    return Finding(level, used, limit, "byte-days", "temporal quota", due, policy="quota_temporal")


def letter(*areas: AreaFigures, reasons: dict[tuple[str, str], Reason], **fields: object) -> Letter:
    """A letter about these areas; `reasons` maps (volume, policy) to why it is told."""
    topics = [
        Topic(it.area, finding, finding.level, reasons.get((it.area.volume, str(finding.policy))))
        for it in areas
        for finding in it.findings
        if finding.level > Level.OK or (it.area.volume, str(finding.policy)) in reasons
    ]
    topics.sort(key=lambda topic: -topic.level)
    plain = Letter(ANA, tuple(topics), areas, "XFC", "storage-support@example.org", ENGLISH, NOW)
    return replace(plain, **fields)  # type: ignore[arg-type]


def figures(measured: Usage, area: Area = AREA, *further: Finding) -> AreaFigures:
    return AreaFigures(area, measured, (hard(measured, area), temporal(measured, area), *further))


def history(sizes: Sequence[float], every: float, factor: float = 5) -> tuple[PastScan, ...]:
    """Scans of these sizes in TB, `every` so many days, the last of them that long ago; ages all the same."""
    return tuple(
        PastScan(
            SCANNED - timedelta(days=every * (len(sizes) - place)), int(size * TB), size * factor * TB, 50_000
        )
        for place, size in enumerate(sizes)
    )


def judged(measured: Usage, past: tuple[PastScan, ...] = ()) -> AreaFigures:
    """What the bundled policies say of Ana's area after such scans."""
    found = [
        ("quota_hard", xfc_notify_quota_hard.evaluate(AREA, measured, SETTINGS["quota_hard"])),
        (
            "quota_temporal",
            xfc_notify_quota_temporal.evaluate(AREA, measured, past, SETTINGS["quota_temporal"]),
        ),
        ("growth", xfc_notify_growth.evaluate(AREA, measured, past, SCANNED, SETTINGS["growth"])),
    ]
    named = tuple(replace(finding, policy=policy) for policy, findings in found for finding in findings)
    return AreaFigures(AREA, measured, named, past)


def growing() -> Letter:
    """An area that grew over three months, was told of a week ago, and has an old directory that is small.

    Most of its files are replaced every twelve days: they are six days old, as the temporal usage tells.
    """
    measured = usage(36.7, 4)
    shares = {**measured.by_directory, b"archive-2021": Tally.of(8, 200 * 10**9, 31 * TB * DAY)}
    measured = replace(measured, by_directory=shares, total=sum(shares.values(), Tally()))
    past = history([12 + 0.07 * n + 0.00235 * n * n + (2 if 30 < n < 44 else 0) for n in range(89)], 1, 6.1)
    made = letter(judged(measured, past), reasons={HARD: Reason.WORSE})
    before = Before(past[-7].as_of, past[-7].size)
    return replace(made, topics=tuple(replace(topic, before=before) for topic in made.topics[:1]))


def milestone() -> Letter:
    """A date comes near, of which a policy wants to speak in time."""
    due = SCANNED + timedelta(days=14)
    kept = Finding(
        Level.WARNING, 351, 365, "days", "time limit for files", due, SOON,
        policy="persistence", milestone=14,
    )  # fmt: skip
    return letter(figures(usage(12.3), AREA, kept), reasons={("vol1", "persistence"): Reason.MILESTONE})


def forecast() -> Letter:
    """The hard quota will be full soon, though much of it is free today."""
    return letter(
        judged(usage(31.2), history([9, 9.5, 12, 18, 24], 4)), reasons={("vol1", "growth"): Reason.BEGAN}
    )


def reply_links(page: str) -> tuple[ReplyLink, ...]:
    """Two, as links to a page if there is one, else such as begin a mail."""
    ways = {
        "abc": "I have seen it: write only if it gets worse",
        "def": "Remind me in 7 days, or if it gets worse",
    }
    begin = f"{page}/answer/" if page else "mailto:storage-support@example.org?subject="
    return tuple(ReplyLink(label, begin + token) for token, label in ways.items())


def since(made: Letter, days: float, used: float) -> Letter:
    """The letter with what the last message said of its first topic, in TB."""
    first, *others = made.topics
    first = replace(first, before=Before(SCANNED - timedelta(days=days), used * TB))
    return replace(made, topics=(first, *others))


HARD, TEMPORAL = ("vol1", "quota_hard"), ("vol1", "quota_temporal")

HOSTILE = {
    b"<script>alert(1)</script>": Tally.of(1, 20 * TB, 20 * TB * DAY),
    b"two\nlines\r\nSubject: gotcha": Tally.of(2, 7 * TB, 7 * TB * DAY),
    b"\x1b[2J\x1b]0;title\x07 {{ words.subject }} {% raw %}": Tally.of(3, 5 * TB, 5 * TB * DAY),
    "photo\u202egpj.exe".encode(): Tally.of(4, 2 * TB, 2 * TB * DAY),
    b"caf\xe9 \\ \xff\xfe &amp; \"quoted\" 'too'": Tally.of(5, 1 * TB, 1 * TB * DAY),
}


def hostile() -> Letter:
    measured = replace(
        usage(36),
        by_directory=HOSTILE,
        total=sum(HOSTILE.values(), Tally()),
        errors={
            "unreadable": Errors(
                2, (b"</span><img src=x onerror=alert(1)>", b"\x00\x9b31m\xf0\x9f\x92\xa9" * 30)
            )
        },
        birth_times=0,
    )
    area = replace(AREA, path=b"/data/<b>vol1</b>/\xff\n\x1b[31m", volume="vol\u202e1<i>")
    finding = replace(
        hard(measured, area),
        title="hard <u>quota</u>\n\x1b[1m",
        facts={"<a href=x>fact</a>\x1b": "line\n<br>two\x00"},
    )
    return letter(
        AreaFigures(area, measured, (finding,)),
        reasons={(area.volume, "quota_hard"): Reason.BEGAN},
        person=Person("mallory", "M <script>x</script>\r\nBcc: all@example.org", None),
        service="XFC\r\nBcc: all@example.org",
        contact="<support@example.org>\n",
    )


def third_party() -> Letter:
    measured = usage(12.3)
    counted = Finding(
        Level.NOTICE,
        853_211,
        1_000_000,
        "files",
        "file quota",
        facts={"Counted": "regular files only"},
        policy="inodes",
    )
    return letter(figures(measured, AREA, counted), reasons={("vol1", "inodes"): Reason.BEGAN})


ENGLISH_LETTERS = {
    "began-hard": letter(figures(usage(34.43, 2)), reasons={HARD: Reason.BEGAN}),
    "worse-over-hard": letter(figures(usage(41.537, 4)), reasons={HARD: Reason.WORSE}),
    "warning-temporal-due": letter(
        figures(usage(2.43, 86, clock=Clock.MTIME)),
        reasons={TEMPORAL: Reason.WORSE},
        language=language("en", "Europe/Paris"),
    ),
    "both-over": letter(figures(usage(41.537, 7)), reasons={HARD: Reason.BEGAN, TEMPORAL: Reason.WORSE}),
    "repeat": since(letter(figures(usage(42.9, 2)), reasons={HARD: Reason.REPEAT}), 3, 42.8),
    "ended": since(letter(figures(usage(28.1, 3)), reasons={HARD: Reason.ENDED}), 5, 41.5),
    "incomplete": letter(
        figures(
            usage(
                37.2,
                3,
                birth_times=40_000,
                errors={
                    "unreadable": Errors(1_212, (b"cmip6-downscaling/locked", b"radar-2025/raw/2025-01")),
                    "failed": Errors(1, (b"notebooks/.ipynb_checkpoints",)),
                    "vanished": Errors(3, (b"tmp/a",)),
                },
            )
        ),
        reasons={HARD: Reason.WORSE},
        person=Person("alopes"),
    ),
    "hostile": hostile(),
    "two-areas": letter(
        figures(usage(36.8, 3)),
        figures(usage(11.2, 2), HOME),
        reasons={("vol2", "quota_hard"): Reason.WORSE, HARD: Reason.BEGAN},
    ),
    "third-party": third_party(),
    "growing": growing(),
    "milestone": milestone(),
    "forecast": forecast(),
    "digest": letter(figures(usage(12.3)), figures(usage(1.2, 2), HOME), reasons={}, digest="weekly"),
    "answers": letter(figures(usage(34.43, 2)), reasons={HARD: Reason.BEGAN}, reply_links=reply_links("")),
    "links": letter(
        figures(usage(34.43, 2)),
        reasons={HARD: Reason.BEGAN},
        reply_links=reply_links("https://xfc.example.org"),
    ),
}

GERMAN_LETTERS = {f"{kind}-de": replace(made, language=GERMAN) for kind, made in ENGLISH_LETTERS.items()}

LETTERS = ENGLISH_LETTERS | GERMAN_LETTERS
