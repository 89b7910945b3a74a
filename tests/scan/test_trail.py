import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from xfc_notify.errors import ScanRefused
from xfc_notify.scan.trail import MOST_OPEN, Trail, components

from .trees import descriptors

DEPTH = 2 * MOST_OPEN + 10
WAY = [b"x"] * DEPTH


@pytest.fixture
def top(tmp_path: Path) -> Path:
    os.makedirs(os.path.join(tmp_path, *["x"] * DEPTH))
    (tmp_path / "x/x/side").mkdir()
    return tmp_path


@pytest.fixture
def trail(top: Path) -> Iterator[Trail]:
    before = descriptors()
    root = os.open(top, os.O_RDONLY)
    with Trail(root) as trail:
        yield trail
    os.close(root)
    assert descriptors() == before


def stands_at(trail: Trail, path: Path) -> bool:
    return os.path.samestat(os.fstat(trail.descriptor()), os.stat(path))


def test_a_trail_stands_where_its_names_say_on_the_way_down_and_back(trail: Trail, top: Path) -> None:
    here = top
    for _ in range(DEPTH):
        trail.enter(b"x")
        here /= "x"
        assert stands_at(trail, here)
    for _ in range(DEPTH):
        trail.leave()
        here = here.parent
        assert stands_at(trail, here)
    assert (here, trail.names, trail.length) == (top, [], 0)


def test_few_descriptors_are_open_however_deep_it_goes(trail: Trail) -> None:
    before = descriptors()
    trail.move(WAY)
    assert descriptors() == before + MOST_OPEN
    assert trail.length == 2 * DEPTH


def test_a_trail_moves_across_keeping_what_is_shared(trail: Trail, top: Path) -> None:
    trail.move(WAY)
    trail.move([b"x", b"x", b"side"])
    assert stands_at(trail, top / "x/x/side")
    trail.move([])
    assert stands_at(trail, top)


def test_a_way_back_that_is_gone_fails_each_time_and_leads_nowhere_else(trail: Trail, top: Path) -> None:
    trail.move(WAY)
    while len(trail.names) > 20:
        trail.leave()
    (top / "x/x/x/x").rename(top / "away")
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            trail.descriptor()
        with pytest.raises(FileNotFoundError):
            trail.enter(b"x")
    (top / "away").rename(top / "x/x/x/x")
    assert stands_at(trail, top.joinpath(*["x"] * 20))


def test_a_trail_that_cannot_enter_stays_where_it_is(trail: Trail, top: Path) -> None:
    (top / "x/link").symlink_to("/")
    trail.enter(b"x")
    for name in (b"link", b"missing"):
        with pytest.raises(OSError, match=name.decode()):
            trail.enter(name)
        assert stands_at(trail, top / "x")


def test_a_path_is_taken_apart_into_plain_names() -> None:
    assert components(b"") == ()
    assert components(b"a/ b\n/...") == (b"a", b" b\n", b"...")


@pytest.mark.parametrize("path", [b"/", b"/a", b"a/", b"a//b", b".", b"a/.", b"..", b"a/../b", b"a\0b"])
def test_a_path_that_could_lead_elsewhere_is_refused(path: bytes) -> None:
    with pytest.raises(ScanRefused, match="not a plain path"):
        components(path)
