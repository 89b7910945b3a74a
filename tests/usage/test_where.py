"""Directories in the order that was asked for."""

from datetime import UTC, datetime

import pytest

from xfc_notify.usage import Clock, Usage
from xfc_notify.usage.directories import Directory, Subtotal
from xfc_notify.usage.tally import Tally
from xfc_notify.usage.where import By, Where

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SECOND = int(NOW.timestamp())


def directory(size: int, byte_seconds: int, files: int, age: int) -> Directory:
    return Directory(Subtotal(Tally.of(files, size, byte_seconds), SECOND - 100, SECOND - age))


TREE = {
    b"": Directory(),
    b"large": directory(40, 20, 2, 30),
    b"lasting": directory(30, 40, 1, 20),
    b"many": directory(20, 10, 4, 10),
    b"old": directory(10, 30, 3, 40),
}


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (By.SIZE, [b"large", b"lasting", b"many", b"old"]),
        (By.BYTE_DAYS, [b"lasting", b"old", b"large", b"many"]),
        (By.FILES, [b"many", b"old", b"large", b"lasting"]),
        (By.AGE, [b"old", b"large", b"lasting", b"many"]),
    ],
)
def test_the_first_has_the_most_of_what_was_asked_for(by: By, names: list[bytes]) -> None:
    where = Where(Usage(NOW, Clock.MTIME, Tally.of(10, 100, 100), tree=TREE))
    assert [item.path for item in where.items(b"", by)] == names


@pytest.mark.parametrize(
    ("by", "share"), [(By.SIZE, 0.4), (By.BYTE_DAYS, 0.2), (By.FILES, 0.2), (By.AGE, 0.4)]
)
def test_a_share_is_of_what_was_asked_for_and_of_bytes_by_age(by: By, share: float) -> None:
    where = Where(Usage(NOW, Clock.MTIME, Tally.of(10, 100, 100), tree=TREE))
    assert {item.path: item.share for item in where.items(b"", by)}[b"large"] == pytest.approx(share)
