"""Paths of datasets, and where the border between root and path may lie."""

import pytest

from xfc_notify.datasets import names
from xfc_notify.errors import WrongInput

DEEP = "/" + "/".join(map(str, range(15)))


@pytest.mark.parametrize(
    ("root", "path", "levels", "shifted"),
    [
        ("", "/foo/bar/baz", 2, ("/foo/bar", "baz")),
        ("///", "/foo/bar/baz", 2, ("/foo/bar", "baz")),
        (DEEP, "", -3, ("/" + "/".join(map(str, range(12))), "12/13/14")),
        ("/c", "a/b", 0, ("/c", "a/b")),
        ("/c", "a/b", 2, ("/c/a/b", "")),
        ("/c", "a/b", -1, ("/", "c/a/b")),
    ],
)
def test_root_and_path_together_stay_what_they_are(root, path, levels, shifted):
    assert names.shifted(root, path, levels) == shifted


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        (5, "Asked to shift farther to right (5) than there are directories in the resource_path (2)"),
        (-5, "Asked to shift farther to left (5) than there are directories in the root (1)"),
    ],
)
def test_there_have_to_be_so_many_parts(levels, told):
    with pytest.raises(WrongInput) as caught:
        names.shifted("/c", "a/b", levels)
    assert told in caught.value.what


@pytest.mark.parametrize("path", [b"../x", b"a/../b", b"a\0b", b".xfc-store", b"a/.xfc-part-1"])
def test_what_leaves_the_root_or_is_ours_is_refused(path):
    with pytest.raises(WrongInput):
        names.checked(path)


def test_a_path_is_below_another_by_whole_parts():
    assert names.below(b"a/b", b"a/bc") is None
    assert names.below(b"a/b", b"a/b/c") == b"c"
    assert names.below(b"a", b"a") == b""
    assert names.checked(b"./a//b/") == b"a/b"
    assert names.folders_of([b"a/b/c", b"a/d", b"e"]) == [b"a", b"a/b"]


def test_temporary_names_are_of_one_length_and_of_one_command():
    made = {names.part_of("0b9d6f2e-4c7a-4a57-9f6b-2f6f3f0e6a11", number, 1) for number in range(100, 200)}
    assert (len(made), {len(name) for name in made}) == (100, {32})
    assert names.part_of("0b9d6f2e-4c7a-4a57-9f6b-2f6f3f0e6a11", 1, 1) != names.part_of("1" * 36, 1, 1)
