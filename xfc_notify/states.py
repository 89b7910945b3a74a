"""The states that things pass through, and the kinds of things, as they stand in tables, JSON and on the screen."""

from enum import StrEnum


class Kind(StrEnum):
    """What can be spoken of."""

    AREA = "area"
    VOLUME = "volume"
    GROUP = "group"
    DATASET = "dataset"


class Source(StrEnum):
    """Where a full name or an address came from: an operator, a plugin that knows people, or [people]."""

    OPERATOR = "operator"
    PLUGIN = "plugin"
    SETTINGS = "settings"


class ScanState(StrEnum):
    """A scan is open until its last slice is answered, or it fails."""

    OPEN = "open"
    WHOLE = "whole"
    FAILED = "failed"


class Mode(StrEnum):
    """How a message was written: to be sent, only recorded, or to wait for an operator, who may drop it.

    One that no server took is lost.
    """

    LIVE = "live"
    LOST = "lost"
    SHADOW = "shadow"
    HELD = "held"
    DROPPED = "dropped"


class Audience(StrEnum):
    """Who reads a message: the user, or others about the user.

    The user also reads what says nothing new: reminders, and digests that they asked for; and receipts of what was done
    in their name, which come at once and count as no message a day.
    """

    USER = "user"
    REMINDER = "reminder"
    DIGEST = "digest"
    RECEIPT = "receipt"
    CONTACT = "contact"
    OPERATORS = "operators"


class DeliveryState(StrEnum):
    """A delivery goes queued → sending → sent, retry or dead; a held one waits for an operator, who may drop it."""

    QUEUED = "queued"
    SENDING = "sending"
    RETRY = "retry"
    SENT = "sent"
    DEAD = "dead"
    HELD = "held"
    DROPPED = "dropped"


class EventKind(StrEnum):
    """What happened to a subject: by measuring, by speaking, by an answer, by an operator."""

    BEGAN = "began"
    RESUMED = "resumed"
    WORSE = "worse"
    BETTER = "better"
    DOUBTED = "doubted"
    OBSCURED = "obscured"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    AWAY = "away"
    BACK = "back"

    TOLD = "told"
    SHADOW = "shadow"
    HELD = "held"
    DROPPED = "dropped"
    LOST = "lost"
    KNOWN = "known"
    ESCALATED = "escalated"

    SEEN = "seen"
    PUT_OFF = "put off"
    MUTED = "muted"
    UNMUTED = "unmuted"
    RESCAN = "rescan"
    MOVES = "moves"
    NOT_NEEDED = "not needed"
    STAYS = "stays"

    EXEMPT = "exempt"
    EXEMPT_ENDED = "exempt ended"
