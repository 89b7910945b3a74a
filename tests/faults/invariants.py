"""What has to hold after every fault, in one place."""

import json
import os
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from acceptance.facility import DEAD_LETTERS, Facility
from servers.process import until
from servers.rabbitmq import queue_lengths

from faults.journal import Kill
from faults.steps import AFTER_ACCEPTANCE, ANY_MOMENT


@dataclass(frozen=True)
class Outcome:
    """How many areas were scanned, how many messages arrived once, how many more often, and how often at most."""

    areas: int
    once: int
    more: int
    most: int


def assert_nothing_lost(
    facility: Facility,
    scanned_since: Mapping[str, datetime],
    due: Mapping[str, list[str]],
    kills: Collection[Kill] = (),
    *,
    dead_letters: bool = False,
) -> Outcome:
    """Every area is scanned, its usage exact; each due message has come; nothing is left, and nothing else came.

    scanned_since  user → the time after which their area has to have been scanned
    due            user → why they have to have been told, in order ("began", "ended"); a user with nothing due has none
    kills          after the mail server's acceptance, and before it was kept, a second mail is allowed
    """
    assert_all_is_done(facility, dead_letters=dead_letters)
    for user, since in scanned_since.items():
        ((scanned_at,),) = facility.query(
            "SELECT last_scanned FROM area a JOIN users u ON u.id = a.user_id WHERE u.name = %s", user
        )
        scanned_at = scanned_at.replace(tzinfo=UTC)
        assert since.replace(microsecond=0) <= scanned_at <= datetime.now(UTC), f"{user} was not scanned"
        assert stored(facility, user) == summed(facility.volume / user, facility.usage(user).as_of), user
    written = facility.query(
        "SELECT u.name, m.id, m.reasons, d.id, d.address FROM message m JOIN users u ON u.id = m.user_id"
        " JOIN delivery d ON d.message_id = m.id ORDER BY d.id"
    )
    told: dict[str, list[str]] = {}
    for user, _, reasons, *_ in written:
        told.setdefault(user, []).extend(it["reason"] for it in json.loads(reasons))
    assert told == {user: reasons for user, reasons in due.items() if reasons}
    arrived = Counter((mail.mail["Message-ID"], mail.recipients) for mail in facility.mail.messages)
    facility.mail.take()
    again, perhaps = _allowed_again(kills)
    counts = []
    for _, message, _, number, address in written:
        ids = [key for key in arrived if key[0].startswith(f"<{message}@")]
        assert [recipients for _, recipients in ids] == [(address,)], (
            f"message {message} did not arrive: {ids}"
        )
        count = arrived.pop(ids[0])
        assert again[number] + 1 <= count <= again[number] + 1 + perhaps[number], (
            f"message {message} arrived {count} times; killed after its acceptance: {again[number]}"
        )
        counts.append(count)
    assert not arrived, f"mails that nobody expected: {arrived}"
    once = counts.count(1)
    return Outcome(len(scanned_since), once, len(counts) - once, max(counts, default=0))


def assert_all_is_done(facility: Facility, *, dead_letters: bool = False) -> None:
    """No open scan or slice, nothing to be sent, no message in any queue, no dead letter unless they are allowed."""
    unsent = "SELECT state, count(*) FROM delivery WHERE state <> 'sent' GROUP BY state"
    assert facility.query(unsent) == []
    assert facility.query("SELECT count(*) FROM slice") == [(0,)]
    failed = "SELECT path FROM area WHERE last_attempt IS DISTINCT FROM last_scanned"
    assert facility.query(failed) == [], "areas whose last scan failed"
    allowed = DEAD_LETTERS if dead_letters else ()

    def are_empty() -> bool:
        lengths = queue_lengths(facility.amqp_url)
        return not any(length for queue, length in lengths.items() if queue not in allowed)

    until(are_empty, "empty queues")


def stored(facility: Facility, user: str) -> dict[str, int | Fraction]:
    """What the product says of a user's area."""
    usage = facility.usage(user)
    found = {"files": usage.files, "directories": usage.directories, "size": usage.size}
    return {**found, "byte_seconds": usage.byte_seconds}


def summed(area: Path, as_of: datetime) -> dict[str, int | Fraction]:
    """The same, added up here, without anything of the product. An inode with n links counts a share of n at each."""
    files = directories = 0
    size = byte_seconds = Fraction(0)
    for folder, names, others in os.walk(area):
        for name in (*names, *others):
            status = os.lstat(os.path.join(folder, name))
            directories += S_ISDIR(status.st_mode)
            if S_ISREG(status.st_mode):
                files += 1
                share = Fraction(status.st_size, status.st_nlink)
                size += share
                byte_seconds += share * max(0, int(as_of.timestamp()) - int(status.st_mtime))
    return {"files": files, "directories": directories, "size": size, "byte_seconds": byte_seconds}


def _allowed_again(kills: Collection[Kill]) -> tuple[Counter[int], Counter[int]]:
    """Delivery → how often its worker was killed after the acceptance, and how often perhaps just then."""
    again: Counter[int] = Counter()
    perhaps: Counter[int] = Counter()
    for kill in kills:
        if kill.step == AFTER_ACCEPTANCE:
            again.update(kill.deliveries[-1:])
        if kill.step == ANY_MOMENT:
            perhaps.update(kill.deliveries)
    return again, perhaps
