"""X14: the contract of the former service's API, as its client asks; X15: where a new user goes. Cases 7 and 17."""

import os
import pwd
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest
from cli.console import run
from cli.place import Place
from servers.postgres import GivenPostgres, Postgres
from servers.process import until
from servers.web import Web

from web.client import mail_text
from xfc_notify.areas.discover import LOCK
from xfc_notify.areas.placing import choose
from xfc_notify.areas.volumes import VolumeSum
from xfc_notify.domain import Volume

KNOWN = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture(scope="module")
def old(place: Place) -> Iterator[Web]:
    settings = place.settings.read_text()
    place.settings.write_text(settings.replace('path = "vol1"', 'path = "vol1"\ncapacity = "100 MB"'))
    with Web(place.settings, more='[web.old_api]\nnetworks = ["127.0.0.0/8"]\n') as server:
        yield server
    place.settings.write_text(settings)


def call(old: Web, method: str, path: str, body: str | None = None) -> tuple[int, object]:
    """As the client does: no Content-Type, and a body also with GET."""
    request = httpx.Request(method, f"{old.at}/xfc_control/api/v1/{path}", content=body)
    request.headers.pop("Content-Type", None)
    with httpx.Client(timeout=30) as client:
        answer = client.send(request)
    return answer.status_code, answer.json()


def test_a_user(old: Web, place: Place) -> None:
    assert call(old, "GET", "user") == (404, {"error": "No name supplied"})
    assert call(old, "GET", "user?name=") == (404, {"error": "Error with name parameter."})
    assert call(old, "GET", "user?name=zoe") == (404, {"error": "User not found."})
    status, cleo = call(old, "GET", "user?name=cleo", '{"name": "cleo"}')
    assert status == 200
    assert isinstance(cleo, dict)
    assert list(cleo) == ["name", "email", "notify", "quota_size", "quota_used", "hard_limit_size", "total_used",
                          "cache_path"]  # fmt: skip
    assert cleo["email"] == "cleo@example.org"
    assert (cleo["notify"], cleo["total_used"], cleo["hard_limit_size"]) == (True, 12_000_000, 10_000_000)
    assert cleo["cache_path"].endswith("/vol1/cleo")
    assert all(
        type(cleo[key]) is int for key in ("quota_size", "quota_used", "hard_limit_size", "total_used")
    )


def test_a_change_and_its_mail(old: Web, place: Place) -> None:
    assert call(old, "PUT", "user", '{"notify": true}') == (
        404,
        {"notify": True, "error": "No name supplied."},
    )
    assert call(old, "PUT", "user?name=zoe", '{"notify": true}') == (
        404,
        {"notify": True, "error": "User not found."},
    )
    before = len(place.mails)
    changed = {"name": "ada", "email": "ada@other.example.org", "notify": True}
    assert call(old, "PUT", "user?name=ada", '{"email": "ada@other.example.org"}') == (200, changed)
    time.sleep(1)
    assert len(place.mails) == before
    assert call(old, "PUT", "user?name=ada", '{"notify": false}') == (200, {**changed, "notify": False})
    until(lambda: len(place.mails) > before, "a mail")
    newest = max(place.mails, key=lambda file: file.stat().st_mtime_ns)
    assert b"Subject: [XFC] Notifications OFF" in newest.read_bytes()
    assert "Notifications for ada are OFF." in mail_text(newest)
    status, _ = call(old, "PUT", "user?name=ada", '{"email": "not one"}')
    assert status == 403


def test_disks(old: Web, place: Place) -> None:
    status, found = call(old, "GET", "disk")
    assert isinstance(found, dict)
    (disk,) = found["cache_disks"]
    assert status == 200
    assert {key: disk[key] for key in ("id", "size", "allocated")} == {
        "id": 1, "size": 100_000_000, "allocated": 50_000_000,
    }  # fmt: skip
    assert call(old, "GET", f"disk?mountpoint={disk['mountpoint']}") == (200, found)
    assert call(old, "GET", "disk?id=1") == (200, found)
    assert call(old, "GET", "disk?id=7") == (404, {"error": "Could not find CacheDisk with id=7."})
    assert call(old, "GET", "disk?mountpoint=/x") == (
        404,
        {"error": "Could not find CacheDisk with mountpoint=/x."},
    )
    assert call(old, "GET", "disk?name=1") == (404, {"error": "Error with supplied parameters"})


def test_what_a_service_that_deletes_nothing_answers(old: Web) -> None:
    assert call(old, "GET", "file?name=cleo&match=a") == (200, [])
    assert call(old, "GET", "scheduled_deletions?name=cleo") == (
        200, [{"name": "cleo", "time_entered": "", "time_delete": "", "cache_disk": "", "files": []}],
    )  # fmt: skip
    assert call(old, "GET", "predict_deletions?name=cleo") == (200, {"name": "cleo", "files": []})


def test_a_new_user(old: Web, place: Place) -> None:
    assert call(old, "POST", "user", "{}") == (404, {"error": "No name supplied."})
    assert call(old, "POST", "user", "not json") == (404, {"error": "No name supplied."})
    taken = {"name": "cleo", "error": "Transfer cache already initialized for this user."}
    assert call(old, "POST", "user", '{"name": "cleo"}') == (403, taken)
    unknown = call(old, "POST", "user", '{"name": "../cleo"}')
    assert unknown == (403, {"name": "../cleo", "error": "This user is unknown to the system."})
    (place.folder / "vol1" / KNOWN).mkdir()
    made = call(old, "POST", "user", f'{{"name": "{KNOWN}"}}')
    path = str(place.folder / "vol1" / KNOWN)
    assert made == (
        200,
        {"name": KNOWN, "email": f"{KNOWN}@example.org", "cache_path": path, "quota_size": 100_000_000,
         "hard_limit_size": 10_000_000},
    )  # fmt: skip
    assert call(old, "POST", "user", f'{{"name": "{KNOWN}"}}')[0] == 403
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        found = connection.execute("SELECT email_from FROM users WHERE name = ?", (KNOWN,)).fetchone()
    assert found == ("settings",)


def test_a_new_user_is_added_alone_and_as_a_whole(postgres: Postgres | GivenPostgres, tmp_path: Path) -> None:
    """While nobody else adds users; and not at all if the area cannot be added."""
    url = postgres.new_database()
    place = Place.build(tmp_path / "place", f'[database]\nurl = "{url}"\n')
    settings = place.settings.read_text()
    place.settings.write_text(settings.replace('path = "vol1"', 'path = "vol1"\ncapacity = "100 MB"'))
    assert run("migrate", "--settings", place.settings).code == 0
    place.discover()
    directory = place.folder / "vol1" / KNOWN
    directory.mkdir()
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    taken = "UPDATE subject SET key = %s WHERE key LIKE '%%/vol1/ada'"
    more = '[web.old_api]\nnetworks = ["127.0.0.0/8"]\n'
    new = f'{{"name": "{KNOWN}"}}'
    with Web(place.settings, more) as server, ThreadPoolExecutor(1) as thread:
        address = f"{server.at}/xfc_control/api/v1/user"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
            answer = thread.submit(httpx.post, address, content=new, timeout=60)
            while connection.execute(waiting).fetchone() == (0,):
                assert not answer.done(), answer.result().text
            connection.execute(taken, (str(directory),))
            connection.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
            assert answer.result().status_code == 503
            names = {name for (name,) in connection.execute("SELECT name FROM users")}
    assert "ada" in names
    assert KNOWN not in names


def test_it_is_off_unless_a_network_is_named(web: Web, place: Place) -> None:
    assert httpx.get(f"{web.at}/xfc_control/api/v1/user?name=cleo").status_code == 404
    more = '[web.old_api]\nnetworks = ["192.0.2.0/24"]\n'
    with Web(place.settings, more=more, web='trusted_proxies = ["127.0.0.1"]') as other:
        url = f"{other.at}/xfc_control/api/v1/user?name=cleo"
        assert httpx.get(url).status_code == 403
        assert httpx.get(url, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 200
        assert httpx.get(url, headers={"X-Forwarded-For": "192.0.2.7, 198.51.100.1"}).status_code == 403


def test_a_browser_is_not_its_client(old: Web) -> None:
    for headers in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}):
        url = f"{old.at}/xfc_control/api/v1/user?name=cleo"
        assert httpx.put(url, content='{"notify": false}', headers=headers).status_code == 403


GB = 10**9


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({"a": 60 * GB, "b": 59 * GB}, "b"),
        ({"a": 60 * GB, "b": 60 * GB + 1}, "a"),  # exactly enough
        ({"a": 60 * GB + 1, "b": 60 * GB + 1}, None),  # one byte short
        ({}, "a"),
    ],
)
def test_a_new_user_gets_the_volume_with_the_most_room_that_is_promised_to_nobody(
    given: dict[str, int], chosen: str | None
) -> None:
    volumes = [Volume("a", b"/a", 100 * GB), Volume("b", b"/b", 100 * GB), Volume("old", b"/o", 900 * GB, retired=True),
               Volume("unknown", b"/u")]  # fmt: skip
    found = {name: VolumeSum(1, 1, 0, promised, None) for name, promised in given.items()}
    volume = choose(volumes, found, 40 * GB)
    assert (volume.name if volume else None) == chosen


@pytest.mark.skipif(os.getuid() != 0, reason="UNTESTED: only root can give directories away")
def test_the_helper_makes_a_directory_for_its_user_and_nothing_else(place: Place, tmp_path: Path) -> None:
    from xfc_notify.areas.placing import make
    from xfc_notify.errors import XfcNotifyError

    subprocess.run(["userdel", "xfctestuser"], check=False, capture_output=True)
    subprocess.run(
        ["useradd", "--uid", "23456", "--no-create-home", "xfctestuser"], check=True, capture_output=True
    )
    socket = tmp_path / "helper.sock"
    command = [sys.executable, "-m", "xfc_notify", "make-directories", str(socket), "--for", "root", "--settings",
               str(place.settings)]  # fmt: skip
    helper = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert helper.stdout is not None
        assert helper.stdout.readline().startswith("Making directories for root")
        volume = Volume("vol1", os.fsencode(place.folder / "vol1"))
        path = make("xfctestuser", volume, str(socket))
        found = os.stat(path)
        assert (found.st_uid, oct(found.st_mode & 0o7777)) == (23456, "0o700")
        for user, other, why in (
            ("xfctestuser", volume, "File exists"),
            ("daemon", volume, "a user of the system itself"),
            ("zoe", volume, "unknown to the system"),
            ("xfctestuser", Volume("x", b"/"), "not a request"),
        ):
            with pytest.raises(XfcNotifyError, match=why):
                make(user, other, str(socket))
        assert oct(socket.stat().st_mode & 0o777) == "0o600"
    finally:
        helper.kill()
        helper.wait()
        subprocess.run(["userdel", "xfctestuser"], check=True, capture_output=True)
