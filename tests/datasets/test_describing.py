"""What people say of a dataset: whose it is, and what it is."""

import pytest

from datasets.conftest import Site
from xfc_notify.errors import WrongInput


def test_what_is_said_of_a_dataset_can_be_changed_and_asked_for(site: Site):
    site.fill()
    uid = site.catalog.register("tree", "one:", "exp/a", owner="ada", group="optics", metadata="{}\n").uid
    view = site.catalog.describe(uid, group="lasers", description="Two lines\nof it.")
    assert (view.owner, view.group, view.description, view.metadata) == (
        *("ada", "lasers", "Two lines\nof it.", "{}\n"),
    )
    assert view.modified_at is not None
    assert [it.uid for it in site.catalog.find(group="lasers")] == [uid]
    assert not site.catalog.find(group="optics")
    assert [it.command for it in site.catalog.journal(uid)] == ["describe", "register"]


@pytest.mark.parametrize(
    "said",
    [{"owner": ""}, {"owner": "x" * 101}, {"group": "a\nb"}, {"metadata": "\0"}, {"description": "\ud800"}],
)
def test_what_no_table_holds_is_refused_and_nothing_is_changed(site: Site, said: dict[str, str]):
    uid = site.registered()
    before = site.catalog.show(uid)
    with pytest.raises(WrongInput):
        site.catalog.describe(uid, **said)
    assert site.catalog.show(uid) == before


def test_a_move_is_a_modification(site: Site):
    uid = site.registered()
    site.catalog.copy(uid, "two:")
    assert site.catalog.show(uid).modified_at is None
    site.catalog.move(uid, "one:", "three:")
    assert site.catalog.show(uid).modified_at is not None
