"""The commands of lifecycle."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.console import assert_harmless, assert_told, run
from cli.place import HOSTILE
from xfc_notify.domain import Group
from xfc_notify.people import groups
from xfc_notify.store import database

SETTINGS = """\
[service]
timezone = "Pacific/Auckland"

[[stores]]
name = "one"
url = "file://{folder}/one"

[people]
email = "{{username}}@example.org"

[lifecycle]
close_lifespan = "30d"

[plugins.email]
url = "maildir:{folder}/mail"
sender = "XFC <xfc@example.org>"
"""


class Site:
    """A store with a dataset d1 of ada, in her lab, whose life has begun."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "settings.toml").write_text(SETTINGS.format(folder=folder))
        file = folder / "one" / "exp" / "a.h5"
        file.parent.mkdir(parents=True)
        file.write_bytes(b"bytes")
        self("stores", "init")
        self("datasets", "register", "tree", "one:", "exp", "--uid", "d1", "--owner", "ada", "--group", "lab")
        database.prepare(f"sqlite:///{folder}/xfc-notify.db")
        with database.connected():
            groups.put(Group(5, "lab", "ada", members=("ada", "ben")), datetime.now(UTC))
        assert self("tick").code == 0

    def __call__(self, *arguments: str):
        return run(*arguments, "--settings", self.folder / "settings.toml")

    def expire(self) -> None:
        """Let the date of d1 be over, a day ago: with all that is written of it."""
        shift = timedelta(days=40)
        database.prepare(f"sqlite:///{self.folder}/xfc-notify.db")
        with database.connected():
            from xfc_notify.lifecycle.tables import LifeEventRow, LifeRow

            for row in LifeEventRow.select():
                data = dict(row.data)
                if "expires" in data:
                    data["expires"] = (datetime.fromisoformat(data["expires"]) - shift).isoformat()
                LifeEventRow.update(at=row.at - shift, data=data).where(LifeEventRow.id == row.id).execute()
            LifeRow.update(due_at=datetime.now(UTC) - shift).execute()
        assert self("tick").code == 0


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_dataset_is_closed_and_has_a_date_then(site: Site):
    assert site("lifecycle", "show", "d1", "--json").json["life"]["phase"] == "open"
    assert site("lifecycle", "close", "d1").out.startswith("d1 is closed, expires after 20")
    view = site("lifecycle", "list", "--json").json[0]
    assert (view["phase"], view["owner"], view["deciding"]) == ("closed", "ada", "")
    assert_told(site("lifecycle", "close", "d1"), 2, "closed already")
    assert site("lifecycle", "open", "d1", "--automated", "--json").json["automated"] is True


def test_a_typed_day_ends_there_where_the_site_is(site: Site):
    site("lifecycle", "close", "d1")
    view = site("lifecycle", "extend", "d1", "--to", "2099-04-05", "--beyond", "--json").json
    assert (view["last_day"], view["expires_at"]) == ("2099-04-05", "2099-04-05T12:00:00+00:00")
    assert "expires after 2099-04-06" in site("lifecycle", "extend", "d1", "--by", "1d", "--beyond").out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("extend", "d1"), "either --by SPAN or --to DATE"),
        (("extend", "d1", "--to", "soon"), "is no date"),
        (("extend", "d1", "--by", "soon"), "--by"),
        (("extend", "d1", "--by", "999d"), "at most"),
        (("extend", "d1", "--to", "2001-01-01"), "is over"),
        (("extend", "nothing", "--by", "1d"), "no dataset"),
        (("vote", "d1", "--as", "ada"), "Nothing is to be decided"),
        (("withdraw", "d1", "--as", "ada"), "no vote"),
        (("restore", "d1"), "not in the bin"),
        (("resume", "d1"), "not parked"),
        (("show", "nothing"), "no dataset"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(site: Site, given: tuple[str, ...], told: str):
    assert_told(site("lifecycle", *given), 2, told)


def test_why_a_dataset_has_its_date(site: Site):
    site("lifecycle", "close", "d1")
    view = site("lifecycle", "explain", "d1", "--json").json
    assert view["groups"] == ["lab"]
    assert {"term": "close_lifespan", "value": "30d", "said_by": ""} in view["terms"]
    out = site("lifecycle", "explain", "d1").out
    assert "asked in turn: ada, lab" in out
    assert "[lifecycle]" in out


def test_two_people_agree_and_an_operator_brings_it_back(site: Site):
    site("lifecycle", "close", "d1")
    site.expire()
    (notice,) = site("lifecycle", "notices", "--json").json
    assert (notice["decision"], notice["group"], notice["votes"]) == ("remove", "", {"ada": 1})
    assert_told(site("lifecycle", "vote", "d1", "--as", "ben"), 2, "ben is not asked")
    assert site("lifecycle", "vote", "d1", "--as", "ada").code == 0
    assert_told(site("lifecycle", "vote", "d1", "--as", "ada"), 2, "agreed already")
    out = site("lifecycle", "show", "d1").out
    assert "to be decided: remove, 2 votes of two people" in out
    assert "agreed: ada" in out
    assert site("lifecycle", "withdraw", "d1", "--as", "ada").code == 0
    assert site("lifecycle", "resume").out == "All goes on.\n"
    assert (site.folder / "one/exp/a.h5").read_bytes() == b"bytes"


def test_hostile_names_reach_no_terminal_raw(site: Site):
    for name in HOSTILE:
        for command in ("show", "explain", "close", "restore"):
            ran = site("lifecycle", command, name)
            assert ran.code == 2
            assert_harmless(ran.err.encode())


def test_other_lifespans_are_tried_and_change_nothing(site: Site):
    site("lifecycle", "close", "d1")
    before = site("lifecycle", "show", "d1", "--json").json
    assert site("lifecycle", "simulate", "--json").json == []
    told = site("lifecycle", "simulate", "--close-lifespan", "90s", "--days", "2")
    assert "0 datasets of 0 owners would have expired since 20" in told.out
    database.prepare(f"sqlite:///{site.folder}/xfc-notify.db")
    with database.connected():
        from xfc_notify.datasets.tables import DatasetRow

        DatasetRow.update(registered_at=datetime.now(UTC) - timedelta(days=40)).execute()
    (found,) = site("lifecycle", "simulate", "--open-lifespan", "7d", "--json").json
    assert (found["dataset"], found["decision"], found["asked"]) == ("d1", "close", ["ada", "lab"])
    told = site("lifecycle", "simulate", "--open-lifespan", "7d")
    assert "1 dataset of 1 owner would have expired since 20" in told.out
    assert told.out.endswith(" UTC; nothing was changed.\n")
    assert site("lifecycle", "show", "d1", "--json").json == before
    for wrong in ("soon", "0d", "-1d"):
        assert_told(site("lifecycle", "simulate", "--open-lifespan", wrong), 2, "--open-lifespan")


def test_old_exports_are_listed_then_removed(site: Site):
    assert_told(site("lifecycle", "clean"), 2, "No folder of exports is named.")
    folder = site.folder / "exports"
    folder.mkdir(mode=0o755)
    for name in ("old.zip", "young.zip", "\x1b[31m\n\udcff.zip"):
        (folder / name).write_bytes(b"bytes")
        if name != "young.zip":
            os.utime(folder / name, (1, 1))
    text = (site.folder / "settings.toml").read_text()
    (site.folder / "settings.toml").write_text(
        text.replace("[lifecycle]\n", f'[lifecycle]\nexports = "{folder}"\n')
    )
    said = site("lifecycle", "clean", "--dry-run", "--json").json
    shown = site("lifecycle", "clean", "--dry-run")
    assert_harmless(shown.raw)
    assert "2 files would be removed." in shown.out
    assert len(list(folder.iterdir())) == 3
    assert site("lifecycle", "clean", "--json").json == said
    assert [file.name for file in folder.iterdir()] == ["young.zip"]
    assert "0 files removed." in site("lifecycle", "clean").out
    folder.chmod(0o777)
    assert_told(site("lifecycle", "clean"), 2, "others may write there")
    assert "others may write there" in site("check", "lifecycle").out
