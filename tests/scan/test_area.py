import os
import tempfile
from pathlib import Path

import pytest

from xfc_notify.domain import Volume
from xfc_notify.errors import ScanRefused, WrongInput
from xfc_notify.scan.area import open_area, open_directory

from .trees import as_nobody, descriptors


@pytest.fixture
def volume(tmp_path: Path) -> Volume:
    (tmp_path / "vol" / "ada" / "deep").mkdir(parents=True)
    (tmp_path / "vol-evil" / "ada").mkdir(parents=True)
    (tmp_path / "elsewhere" / "ada").mkdir(parents=True)
    return Volume("scratch", os.fsencode(tmp_path / "vol"))


def refusal(root: bytes, *volumes: Volume) -> str:
    before = descriptors()
    with pytest.raises(ScanRefused) as caught:
        open_area(root, volumes)
    assert descriptors() == before
    reason = str(caught.value)
    assert reason.isprintable()
    return reason


@pytest.mark.parametrize("below", [b"/ada", b"/ada/deep"])
def test_an_area_inside_a_volume_is_opened(volume: Volume, below: bytes) -> None:
    before = descriptors()
    area = open_area(volume.path + below, [volume])
    assert os.path.samestat(os.fstat(area), os.stat(volume.path + below))
    assert os.listdir(area) == os.listdir(os.fsdecode(volume.path + below))
    os.close(area)
    assert descriptors() == before


def test_an_area_outside_the_volumes_is_refused(volume: Volume, tmp_path: Path) -> None:
    for outside in ("elsewhere/ada", "vol-evil/ada"):
        assert "outside the volumes" in refusal(os.fsencode(tmp_path / outside), volume)
    assert "outside the volumes" in refusal(b"/etc", volume)
    assert "outside the volumes" in refusal(volume.path + b"/ada")


def test_a_volume_itself_is_no_area(volume: Volume) -> None:
    assert "outside the volumes" in refusal(volume.path, volume)


@pytest.mark.parametrize("tail", [b"/../elsewhere/ada", b"/ada/..", b"/./ada", b"//ada", b"/ada/", b"/ada\0"])
def test_a_path_that_is_not_normalised_is_refused(volume: Volume, tail: bytes) -> None:
    assert "not a plain path" in refusal(volume.path + tail, volume)


def test_an_area_belongs_to_the_innermost_of_its_volumes(volume: Volume, tmp_path: Path) -> None:
    outer = Volume("all", os.fsencode(tmp_path), marker=b"missing")
    for volumes in ([outer, volume], [volume, outer]):
        os.close(open_area(volume.path + b"/ada", volumes))
    assert "no file missing" in refusal(os.fsencode(tmp_path / "elsewhere/ada"), outer, volume)


@pytest.mark.parametrize("root", [b"", b"ada", b"vol/ada"])
def test_a_relative_path_is_refused(volume: Volume, root: bytes) -> None:
    assert "not an absolute path" in refusal(root, volume)


def test_an_area_that_is_a_link_is_refused(volume: Volume, tmp_path: Path) -> None:
    (tmp_path / "vol" / "bob").symlink_to(tmp_path / "elsewhere" / "ada")
    assert "is a link" in refusal(volume.path + b"/bob", volume)


def test_an_area_reached_through_a_link_is_refused(volume: Volume, tmp_path: Path) -> None:
    (tmp_path / "vol" / "group").symlink_to(tmp_path / "elsewhere")
    reason = refusal(volume.path + b"/group/ada", volume)
    assert "is a link" in reason
    assert reason.startswith(str(tmp_path / "vol" / "group") + " ")


def test_a_volume_that_the_operator_named_by_a_link_is_opened(volume: Volume, tmp_path: Path) -> None:
    (tmp_path / "scratch").symlink_to(tmp_path / "vol")
    linked = Volume("scratch", os.fsencode(tmp_path / "scratch"))
    area = open_area(linked.path + b"/ada", [linked])
    assert os.listdir(area) == ["deep"]
    os.close(area)


def test_a_volume_may_be_written_with_a_slash_at_its_end(volume: Volume) -> None:
    os.close(open_area(volume.path + b"/ada", [Volume("scratch", volume.path + b"/")]))


def test_what_is_missing_or_no_directory_is_refused_with_the_reason(volume: Volume, tmp_path: Path) -> None:
    (tmp_path / "vol" / "file").write_text("x")
    os.mkfifo(tmp_path / "vol" / "fifo")
    assert "does not exist" in refusal(volume.path + b"/nobody", volume)
    assert "is not a directory" in refusal(volume.path + b"/file", volume)
    assert "is not a directory" in refusal(volume.path + b"/file/below", volume)
    assert "is not a directory" in refusal(volume.path + b"/fifo", volume)
    gone = Volume("gone", os.fsencode(tmp_path / "gone"))
    assert f"{tmp_path}/gone does not exist" in refusal(gone.path + b"/ada", gone)


def test_an_unreadable_area_is_refused_with_the_reason() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.makedirs(f"{folder}/vol/ada", mode=0o755)
        os.chmod(f"{folder}/vol", 0o711)  # passing through asks for no right to list
        os.chmod(f"{folder}/vol/ada", 0o311)
        root = os.fsencode(folder) + b"/vol/ada"

        def reason() -> str:
            try:
                open_area(root, [Volume("scratch", os.fsencode(folder))])
            except ScanRefused as refused:
                return str(refused)
            return "opened"

        assert as_nobody(reason) == f"{folder}/vol/ada may not be read"


def test_a_hostile_name_is_shown_in_one_harmless_line(volume: Volume) -> None:
    reason = refusal(volume.path + b"/\x1b[2J\n\xff\xe2\x80\xae", volume)
    assert r"\x1b[2J\x0a\xff\u202e" in reason


def test_a_person_may_name_any_directory_even_by_a_link(volume: Volume, tmp_path: Path) -> None:
    (tmp_path / "short").symlink_to(tmp_path / "vol")
    here = open_directory(os.fsencode(tmp_path / "short"))
    assert os.listdir(here) == ["ada"]
    os.close(here)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (b"missing", "does not exist"),
        (b"file", "is not a directory"),
        (b"loop", "cannot be opened"),
        (b"nul\0", "cannot be opened"),
    ],
)
def test_what_a_person_cannot_have_measured_is_said_with_a_hint(
    tmp_path: Path, name: bytes, reason: str
) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(WrongInput) as caught:
        open_directory(os.fsencode(tmp_path) + b"/" + name)
    assert reason in str(caught.value)
    assert caught.value.hint
