"""The nouns: what the parts of xfc-notify hand to each other. Standard library only.

All times are aware datetimes in UTC. Paths are bytes. Sizes are bytes, temporal amounts byte-days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Self

from xfc_notify.states import Kind
from xfc_notify.units import format_amount
from xfc_notify.usage import Counted, Usage
from xfc_notify.usage.layers import Layers
from xfc_notify.usage.tally import Tally

CLOCK_SKEW = timedelta(hours=1)
"""How far the clocks of two hosts may differ. A time further ahead was written by a wrong clock."""


class Level(IntEnum):
    """How close an area is to a limit; levels compare: `Level.NOTICE < Level.OVER`."""

    OK = 0
    NOTICE = 1
    WARNING = 2
    OVER = 3

    @classmethod
    def at(cls, used: float, limit: float, notice: float = 0.8, warning: float = 0.9) -> Self:
        """The level at which `used` stands; `notice` and `warning` are shares of the limit.

        Equal to the limit is not over.
        """
        if used > limit:
            return cls(cls.OVER)
        if used >= warning * limit and limit > 0:
            return cls(cls.WARNING)
        return cls(cls.NOTICE if used >= notice * limit and limit > 0 else cls.OK)

    @classmethod
    def named(cls, name: str) -> Self:
        """The level with this printed name; KeyError if there is none."""
        return cls[name.upper()]

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people who share space.

    gid         as files carry it; negative for one that the settings make of a folder
    head        the username of who answers for it; "" if not known
    contact     an address of somebody beside the head
    parent      the gid of the group above it
    members     usernames
    complete    False: there are more members than could be told
    tells_head  False: who answers for it could not be told, so an empty head replaces none
    """

    gid: int
    name: str
    head: str = ""
    contact: str = ""
    parent: int | None = None
    members: tuple[str, ...] = ()
    complete: bool = True
    tells_head: bool = True


@dataclass(frozen=True, slots=True)
class Volume:
    """A place that holds one directory per user, as the settings name it.

    marker      the name of a file in it by which it is known to be mounted
    filesystem  the id of its file system, of 16 hexadecimal digits: the same
    """

    name: str
    path: bytes
    capacity: int | None = None
    retired: bool = False
    marker: bytes | None = None
    filesystem: str | None = None

    @property
    def guarded(self) -> bool:
        """Whether a missing mount can be noticed."""
        return self.marker is not None or self.filesystem is not None


TEMPORAL_QUOTA = "quota_temporal"
"""The policy that says what the temporal usage of an area is."""

OPERATORS = ":operators"
"""The username of those who run the service: a name that no directory of a user can have."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to tell. `email` is None if no address is known.

    chat      an Apprise URL; a secret
    language  like "de"; None for that of the service
    timezone  like "Europe/Paris"; None for that of the service
    uid       the number of their account; None if it is not known
    """

    username: str
    full_name: str = ""
    email: str | None = None
    chat: str | None = None
    language: str | None = None
    timezone: str | None = None
    uid: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """One directory that is measured, with its owner and limits.

    `hard_quota` is in bytes, of which `counts` says which they are; `temporal_quota` is in byte-days; `last_scanned`
    is the `as_of` of the last whole scan.
    """

    owner: str
    volume: str
    path: bytes
    hard_quota: int
    temporal_quota: float
    last_scanned: datetime | None = None
    counts: Counted = Counted.APPARENT

    def counted(self, measured: "Usage | Tally | PastScan") -> int:
        """The bytes of what was measured that the hard quota counts."""
        if self.counts is Counted.ALLOCATED and measured.allocated is not None:
            return measured.allocated
        return measured.size


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be spoken of: kind and key tell it from all others, `place` is how people call where it lies."""

    kind: Kind
    key: str
    place: str
    owner: str


@dataclass(frozen=True, slots=True)
class PastScan:
    """What is kept of an earlier scan of an area: size in bytes, temporal usage in byte-days as its quota counted it.

    layers     since when its bytes had been there; None for all but the latest, and where nobody kept it
    allocated  bytes on disk; None where an invented history knows only the size
    """

    as_of: datetime
    size: int
    temporal_usage: float
    files: int
    complete: bool = True
    layers: Layers | None = None
    allocated: int | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """An operator has lifted the limit of a policy for one subject, until a time, and told why."""

    policy: str
    until: datetime
    reason: str


Value = str | tuple[float, str] | tuple[str, ...]
"""In a fact: a text, an amount with its unit, or several names."""


class Fact(str):
    """A text that each reader gets in their own language; by itself it is the English.

    sentence  with placeholders: "{files}, {size}, in {places}"; the bundled plugins' are translated
    values    what stands for them, by name
    """

    sentence: str
    values: Mapping[str, Value]

    def __new__(cls, sentence: str, **values: Value) -> Self:
        """The sentence with its values: amounts as `units.format_amount` writes them, names with commas and "and"."""
        made = super().__new__(
            cls, sentence.format_map({name: _in_english(value) for name, value in values.items()})
        )
        made.sentence, made.values = sentence, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], Mapping[str, Value]]:
        """A copy is made of the sentence and its values."""
        return (self.sentence,), self.values


def _in_english(value: Value) -> str:
    if isinstance(value, str):
        return value
    if len(value) == 2 and isinstance(value[0], int | float):
        return format_amount(value[0], str(value[1]))
    *names, last = map(str, value)
    return f"{', '.join(names)} and {last}" if names else last


@dataclass(frozen=True, slots=True)
class Finding:
    """What a policy says of an area after a scan, or of a whole volume.

    used, limit  in `unit`: "bytes", "byte-days", "days" for the age of the oldest file, or any word of the policy's own
    title        names the limit for people: "hard quota"
    due          when the limit will be passed
    from_history whether `due` is a forecast by the earlier scans, who may also tell that there is no such day;
                 else it is what follows if nothing is deleted
    facts        further lines for the message, name → text; either may be a Fact
    policy       tells several findings of one plugin apart; the plugin's name unless given
    thresholds   shares of the limit where notice, warning and over begin; an episode leaves a level only
                 when usage is 5 points under the level's threshold
    milestone    the smallest number of days before the date that has been reached; None: none.
                 Each is told once in an episode
    ahead        `used` is a forecast for so many days ahead; None: it is what is used now
    left_at      shares of the limit at which notice, warning and over are left, if 5 points under the
                 threshold would be wrong
    lifted       the exemption by which this counts as ok; not for plugins to say
    move_to      where what is kept may move, in words; the person is then asked what becomes of it. "": nobody asks
    """

    level: Level
    used: float
    limit: float
    unit: str
    title: str
    due: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    policy: str | None = None
    thresholds: tuple[float, float, float] = (0.8, 0.9, 1.0)
    milestone: int | None = None
    ahead: int | None = None
    left_at: tuple[float, float, float] | None = None
    lifted: Exemption | None = None
    from_history: bool = False
    move_to: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one person, ready to be delivered.

    message_id  unique for ever, the same at every attempt: receivers can tell a duplicate by it
    thread      the message_id of the first message of the same episode; its own for the first
    contact     whom the reader may ask: an address
    images      content id → PNG; the HTML shows them as `cid:…`
    unsubscribe a link that one click on "unsubscribe" may post to; "": there is none
    """

    message_id: str
    thread: str
    username: str
    created_at: datetime
    level: Level
    subject: str
    text: str
    html: str
    service: str
    contact: str
    reasons: tuple[str, ...] = ()
    images: Mapping[str, bytes] = field(default_factory=dict)
    unsubscribe: str = ""
