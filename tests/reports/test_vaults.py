"""What vaults keep: names of links that say an inode and a path."""

from base64 import b64encode
from pathlib import Path

import pytest

from reports import wrstat
from reports.wrstat import Entry
from xfc_notify.reports.vaults import Key, VaultFile, key_of, vault_files


def test_the_example_of_its_description() -> None:
    path = "/v/lab/.vault/keep/01/e2/40-YV9kaXIvbXlfZmlsZT8udHh0"
    assert key_of(path) == Key("/v/lab", "keep", 123456, "a_dir/my_file?.txt")


@pytest.mark.parametrize(
    "path",
    [
        "/v/lab/x",
        "/v/.vault/keep",
        "/v/.vault/other/40-YQ",
        "/v/.vault/keep/4-YQ",
        "/v/.vault/keep/40-Y!",
        "/v/.vault/keep/40-Y",
    ],
)
def test_what_is_none_is_none(path: str) -> None:
    assert key_of(path) is None


def link(vault: bytes, branch: bytes, inode: int, path: bytes) -> bytes:
    """The path of a link, as the vault makes it."""
    steps = inode.to_bytes((inode.bit_length() + 7) // 8, "big").hex()
    folders = [steps[place : place + 2].encode() for place in range(0, len(steps) - 2, 2)]
    text = b64encode(path).replace(b"/", b"_")
    names = [text[:252], *(text[place : place + 255] for place in range(252, len(text), 255))]
    return b"/".join([vault, b".vault", branch, *folders, steps[-2:].encode() + b"-" + names[0], *names[1:]])


@pytest.mark.parametrize(
    "path", [b"a", b"a_dir/my_file?.txt", b"\xff?\xff?/new\nline", b"d/" + b"n" * 300, b"x" * 1000]
)
@pytest.mark.parametrize("inode", [1, 255, 256, 123456, 2**64 - 1])
def test_names_of_any_length_and_any_bytes_come_back(path: bytes, inode: int) -> None:
    from xfc_notify.paths import show

    assert key_of(show(link(b"/v/lab", b"archive", inode, path))) == Key(
        "/v/lab", "archive", inode, show(path)
    )


def test_the_second_pass_finds_where_the_file_lies_now(tmp_path: Path) -> None:
    kept = {"uid": 20007, "gid": 7, "size": 99, "mtime": 1_600_000_000, "nlink": 2}
    tree = [
        Entry(link(b"/v/lab", b"keep", 123456, b"old/name"), inode=123456, **kept),
        Entry(link(b"/v/lab", b"archive", 77, b"gone/file"), inode=77, **kept),
        Entry(b"/v/lab/.vault/keep/README", inode=5),
        Entry(b"/v/lab/new/name", inode=123456, **kept),
        Entry(b"/v/lab/other", inode=6),
    ]
    file = wrstat.write(tmp_path / "stats.gz", wrstat.lines(tree, "A"))
    assert list(vault_files(file)) == [
        VaultFile("/v/lab", "Keep", "new/name", 20007, 7, 99, 1_600_000_000),
        VaultFile("/v/lab", "Archive", "gone/file", 20007, 7, 99, 1_600_000_000),
    ]
