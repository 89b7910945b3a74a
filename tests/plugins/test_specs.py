"""The files of datasets of the bundled specs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
import xfc_notify_specs

from xfc_notify.errors import PluginError, WrongInput
from xfc_notify.plugins import Plugins
from xfc_notify.plugins.load import Plugin, implementation, register
from xfc_notify.testing import check_plugin

THERE = [
    b"exp/a.h5", b"exp/b.h5", b"exp/deep/c.h5", b"exp/file[1].h5", b"exp/.hidden.h5", b"exp/caf\xe9.h5", b"exp/A.H5",
]  # fmt: skip


def files(
    spec: str,
    path: bytes,
    arguments: Mapping[str, Any] | None = None,
    points: Sequence[Mapping[str, Any]] = (),
) -> list[bytes]:
    found = xfc_notify_specs.dataset_files(spec, path, arguments or {}, points, lambda _: THERE)
    assert found is not None
    return list(found)


def points(first: int, last: int) -> list[dict[str, int]]:
    return [{"point_number": number} for number in range(first, last + 1)]


def test_the_plugin_keeps_the_contract():
    check_plugin(xfc_notify_specs)


@pytest.mark.parametrize("spec", ["file", "npy", "AD_HDF5", "XSP3"])
def test_a_file_is_itself_whatever_its_points(spec):
    assert files(spec, b"exp/a.h5", points=points(0, 9)) == [b"exp/a.h5"]


def test_a_tree_is_all_below_its_path():
    assert files("tree", b"exp") == THERE


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.h5", [b"exp/a.h5", b"exp/b.h5", b"exp/file[1].h5", b"exp/.hidden.h5", b"exp/caf\xe9.h5"]),
        ("[ab].h5", [b"exp/a.h5", b"exp/b.h5"]),
        ("*/*.h5", [b"exp/deep/c.h5"]),
        ("file[[]1].h5", [b"exp/file[1].h5"]),
        ("caf\udce9.h5", [b"exp/caf\xe9.h5"]),
        ("no*", []),
    ],
)
def test_a_pattern_stops_at_slashes_and_only_it_is_magic(pattern, found):
    assert files("glob", b"exp", {"pattern": pattern}) == found


def test_a_series_of_fifteen_files():
    found = files(
        "template", b"2016/04/28/aardvark", {"template": "cub_{point_number:05}.npy"}, points(0, 14)
    )
    assert found == [f"2016/04/28/aardvark/cub_{number:05}.npy".encode() for number in range(15)]
    assert files("template", b"x", {"template": "{point}"}, [{"point": 3}]) == [b"x/3"]


def test_an_area_detector_writes_several_frames_a_point():
    arguments = {"template": "%s%s_%6.6d.tiff", "filename": "ab", "frame_per_point": 3}
    found = files("AD_TIFF", b"exp", arguments, points(1, 2))
    assert found == [f"exp/ab_{frame:06}.tiff".encode() for frame in range(3, 9)]
    assert files("AD_SPE", b"exp", {"template": "%s%s_%d.spe", "filename": "s"}, points(4, 5)) == [
        b"exp/s_4.spe",
        b"exp/s_5.spe",
    ]


@pytest.mark.parametrize(
    "template",
    [
        "{point.__class__}",
        "{point!r}",
        "{point:999999999}",
        "{nothing}",
        "{0}",
        "%(x)s",
        "%999999999d",
        "%s%s%d%d",
    ],
)
def test_a_template_evaluates_nothing(template):
    with pytest.raises((ValueError, TypeError)):
        files("template", b"exp", {"template": template}, points(1, 1))


def loaded(module: Any) -> Plugins:
    manager = register({"specs": module})
    calls = {"dataset_files": implementation(manager, "specs", "dataset_files")}
    return Plugins([Plugin("specs", "", "", calls, None)])


@pytest.mark.hook("dataset_files")
def test_the_first_plugin_that_knows_a_spec_is_asked():
    plugins = loaded(xfc_notify_specs)
    assert plugins.dataset_files("file", b"exp/a", {}, (), lambda _: ()) == [b"exp/a"]
    assert plugins.dataset_files("no-such-spec", b"exp/a", {}, (), lambda _: ()) is None


def test_a_plugin_that_cannot_answer_is_named():
    with pytest.raises(PluginError, match="plugin specs: dataset_files: KeyError: 'pattern'"):
        loaded(xfc_notify_specs).dataset_files("glob", b"exp", {}, (), lambda _: ())


def test_what_is_wrong_with_the_tree_is_not_the_plugins_fault():
    def tree(path: bytes) -> Iterable[bytes]:
        yield b"exp/a"
        raise WrongInput("a link is in the way")

    plugins = loaded(xfc_notify_specs)
    with pytest.raises(WrongInput, match="a link is in the way"):
        plugins.dataset_files("tree", b"exp", {}, (), tree)
    assert not plugins.failures
