"""Quotas from files and from a fake lfs, in all the forms that were ever seen. Case 29."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from xfc_notify.errors import WrongInput
from xfc_notify.reports import quotas
from xfc_notify.reports.lfs import Lfs, limits_in

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MOUNT = "/lustre/scratch1"
SAID = {
    "plain": (f"{MOUNT} 123 0 1000 - 12 0 77 -\n", (1_024_000, 77)),
    "over": (f"{MOUNT} 1234* 0 1000 - 12* 0 0 -\n", (1_024_000, 0)),
    "no limit": (f"{MOUNT} 123 0 0 - 12 0 0 -\n", (0, 0)),
    "wrapped after the mount": (f"{MOUNT}\n      123 0 1000 - 12 0 0 -\n", (1_024_000, 0)),
    "more lines after it": (f"{MOUNT} 123 0 1000 - 12 0 0 -\ngid 15000 uses the default\n20001 7\n", (1_024_000, 0)),
    "a header": (f"Disk quotas for grp x (gid 7):\nFilesystem kbytes\n{MOUNT} 1 0 1000 - 1 0 0 -\n", (1_024_000, 0)),
    "the header twice": (f"Filesystem kbytes\nFilesystem kbytes\n{MOUNT} 1 0 1000 - 1 0 0 -\n", (1_024_000, 0)),
    "in brackets": (f"{MOUNT} [123] 0 1000 - 12 0 0 -\n", (1_024_000, 0)),
    "a dash": (f"{MOUNT} - - - - - - - -\n", None),
    "not supported": ("not supported\n", None),
    "localised": (f"{MOUNT} 1,234 0 1,000 - 12 0 0 -\n", None),
    "nothing": ("", None),
    "only the mount": (f"{MOUNT}\n", None),
    "another mount": ("/lustre/scratch12 1 0 1000 - 1 0 0 -\n", None),
    "too few": (f"{MOUNT} 1 0\n", None),
}  # fmt: skip


@pytest.mark.parametrize(("said", "limits"), SAID.values(), ids=SAID)
def test_the_limit_or_nothing_is_read_never_a_neighbour(said: str, limits: tuple[int, int] | None) -> None:
    assert limits_in(said, MOUNT) == limits


@pytest.fixture
def lfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fake lfs that keeps what it was asked."""
    script = tmp_path / "bin" / "lfs"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\nprintf "%s|" "$@" >> {tmp_path}/asked\ncase "$3" in slow) sleep 9;; odd*) echo "no $3" >&2;;\n'
        'bad) echo no >&2; exit 3;; *) echo "$4 1 0 50 - 1 0 9 -";; esac\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:/bin:/usr/bin")
    return tmp_path / "asked"


def test_lfs_is_asked_without_a_shell(lfs: Path) -> None:
    quota = Lfs(MOUNT, 5, NOW).quota("lab; touch x $(id)")
    assert quota == quotas.Quota(50 * 1024, 9, "lfs", NOW)
    assert lfs.read_text() == f"quota|-gq|lab; touch x $(id)|{MOUNT}|"


def test_one_line_tells_of_each_odd_form_whatever_the_number_of_groups(lfs: Path) -> None:
    asked = Lfs(MOUNT, 5, NOW)
    assert [asked.quota(name) for name in ("odd1", "odd2", "odd3", "bad")] == [None] * 4
    assert asked.complaints() == [
        f"lfs quota of {MOUNT}: no GROUP (as for odd1)",
        f"lfs quota of {MOUNT}: no (as for bad)",
    ]


def test_an_lfs_that_hangs_is_asked_once(lfs: Path) -> None:
    asked = Lfs(MOUNT, 0.5, NOW)
    assert [asked.quota("slow"), asked.quota("lab")] == [None, None]
    assert asked.complaints() == [f"lfs quota of {MOUNT}: lfs does not answer within 0.5 s"]


def test_an_lfs_that_is_missing_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    asked = Lfs(MOUNT, 5, NOW)
    assert asked.quota("lab") is None
    assert asked.complaints() == [f"lfs quota of {MOUNT}: lfs is not installed here"]


def test_a_file_names_groups_in_kibibytes_or_gids_in_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('owner,group,limit\nada,lab,10\nben,lab,20\n\nben,"the, other",30\n')
    by_name = quotas.read(tmp_path / "a.csv", MOUNT)
    assert by_name.of(7, "lab").bytes == 10_240  # type: ignore[union-attr]
    assert by_name.of(7, "the, other").bytes == 30_720  # type: ignore[union-attr]
    (tmp_path / "b.csv").write_text(
        f"7,/lustre/scratch12,1,1\n7,{MOUNT},100,5\n7,/lustre,300,5\n8,/lustre/,300,0\n"
    )
    by_gid = quotas.read(tmp_path / "b.csv", MOUNT)
    assert [(q.bytes, q.files) for gid in (7, 8) if (q := by_gid.of(gid, "x"))] == [(100, 5), (300, 0)]
    assert by_gid.of(9, "x") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [("7,/l,1\n", 1), ("7,/l,1,1\n7,/l,x,1\n", 2), ("group,limit\nlab\n", 2), ("group,limit\nlab,-1\n", 2)],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "q.csv").write_text(text)
    with pytest.raises(WrongInput, match=rf"q\.csv, line {line}: "):
        quotas.read(tmp_path / "q.csv", MOUNT)
