"""D1–D5, D10: the contract of a former data manager, as its clients ask; who may do what; cases C14, C15 and C34."""

import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from cli.console import run
from cli.place import Place
from servers.web import Web

from web import labs
from xfc_notify.pages import Scope
from xfc_notify.store import database
from xfc_notify.web import api_tokens

STORES = """
[[stores]]
name = "disk1"
url = "file://{folder}/disk1"

[[stores]]
name = "disk2"
url = "file://{folder}/disk2"

[[stores]]
name = "tape"
url = "file://{folder}/tape"
kind = "archive"
"""
NETWORK = '[web.data_manager]\nnetworks = ["127.0.0.0/8"]\n'
EXTERNAL = '[datasets.external]\nhosts = ["localhost"]\nnetworks = ["127.0.0.0/8", "::1"]\n'
KEYS = ["id", "machine", "filename", "path", "description", "size", "metadata", "date_registered", "date_modified",
        "status", "originator", "group", "modifylock"]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two disks and an archive; cleo is the head of the group humgen."""
    made = labs.build(tmp_path_factory.mktemp("place"))
    for name in ("disk1", "disk2", "tape"):
        (made.folder / name).mkdir()
    text = made.settings.read_text()
    made.settings.write_text(text + STORES.format(folder=made.folder))
    assert run("stores", "init", "--settings", made.settings).code == 0
    return made


@pytest.fixture(scope="module")
def dm(place: Place) -> Iterator["Manager"]:
    with Web(place.settings, more=NETWORK + EXTERNAL, web='operators = ["op"]\n') as server:
        yield Manager(server, place)


class Manager:
    """A client of the data manager: sends forms, without saying what they are."""

    def __init__(self, web: Web, place: Place, **headers: str) -> None:
        self.web, self.place, self.headers = web, place, headers

    def __call__(self, method: str, at: str, /, **form: object) -> tuple[int, str]:
        made = httpx.Request(
            method, f"{self.web.at}/DM/{at}", content=urlencode(form).encode(), headers=self.headers
        )
        with httpx.Client(timeout=60) as client:
            answer = client.send(made)
        return answer.status_code, answer.text

    def put(self, path: str, content: bytes = b"some bytes", store: str = "disk1") -> Path:
        file = self.place.folder / store / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def form(self, file: Path, **other: object) -> dict[str, object]:
        store = file.relative_to(self.place.folder).parts[0]
        return {"filename": file.name, "path": str(file.parent), "machine": store, "description": "a file",
                "size": file.stat().st_size, "originator": "cleo", "group": "fire"} | other  # fmt: skip

    def registered(self, at: str, content: bytes = b"some bytes", /, **other: object) -> str:
        status, uid = self("PUT", "register", **self.form(self.put(at, content), **other))
        assert status == 201, uid
        return uid

    def info(self, uid: str) -> dict[str, object]:
        status, text = self("GET", f"info/{uid}")
        assert status == 200, text
        found = json.loads(text)
        assert isinstance(found, dict)
        return found


def dump(place: Place) -> list[str]:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        return list(connection.iterdump())


def test_register_and_info(dm: Manager) -> None:
    file = dm.put("reg/run 1.h5", b"x" * 1000)
    status, uid = dm("PUT", "register", **dm.form(file))
    assert status == 201
    assert re.fullmatch(r"[0-9a-f-]{36}", uid)
    row = dm.info(uid)
    assert list(row) == KEYS
    moment = row.pop("date_registered")
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", str(moment))
    assert row == {
        "id": uid, "machine": "disk1", "filename": "run 1.h5", "path": str(file.parent), "description": "a file",
        "size": 1000, "metadata": "", "date_modified": None, "status": "ACTIVE", "originator": "cleo",
        "group": "fire", "modifylock": 0,
    }  # fmt: skip
    status, text = dm("GET", "info")
    assert status == 200
    assert uid in [one["id"] for one in json.loads(text)]
    assert dm("GET", "info/nothing") == (404, "nothing does not exist")
    assert dm("PUT", "register", **dm.form(file)) == (406, "File already exists")
    relative = dm.registered("reg/other.h5", path="reg")
    assert dm.info(relative)["path"] == "reg"  # as it was written
    assert dm("PUT", "register", **dm.form(dm.put("reg/other.h5"))) == (406, "File already exists")


@pytest.mark.parametrize(
    "field", ["filename", "path", "machine", "description", "size", "originator", "group"]
)
def test_what_is_missing_is_said(dm: Manager, field: str) -> None:
    form = dm.form(dm.put("missing/a"))
    for value in ({}, {field: ""}):
        status, text = dm(
            "PUT", "register", **{name: it for name, it in form.items() if name != field}, **value
        )
        assert (status, text) == (400, f"The field {field} is missing.")
    for size in ("ten", "-1", "1.5", "9" * 30):
        assert dm("PUT", "register", **form | {"size": size})[0] == 400


def test_what_cannot_be_registered(dm: Manager) -> None:
    form = dm.form(dm.put("odd/a"))
    assert dm("PUT", "register", **form | {"machine": "mars"})[0] == 400
    assert dm("PUT", "register", **form | {"path": "/etc", "filename": "passwd"})[0] == 400
    assert dm("PUT", "register", **form | {"filename": "../a"})[0] == 400
    assert dm("PUT", "register", **form | {"filename": ".xfc-store", "path": ""})[0] == 400
    status, text = dm("PUT", "register", **form | {"filename": "none"})
    assert status == 500
    assert "not there" in text
    assert "odd" not in {one["filename"] for one in json.loads(dm("GET", "info")[1])}


def test_one_of_many_at_once_is_registered(dm: Manager) -> None:
    form = dm.form(dm.put("race/a"))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: dm("PUT", "register", **form), range(8)))
    assert sorted(status for status, _ in found) == [201] + [406] * 7


def test_a_copy_is_an_object_of_its_own(dm: Manager) -> None:
    uid = dm.registered("copy/a.bin", b"a" * 100_000)
    there = dm.place.folder / "disk2" / "deep" / "down" / "b.bin"
    status, copy = dm("POST", f"copy/{uid}", machine="disk2", dest=str(there))
    assert (status, copy == uid) == (201, False)
    assert there.read_bytes() == b"a" * 100_000
    row = dm.info(copy)
    assert (row["machine"], row["filename"], row["path"], row["size"]) == (
        "disk2", "b.bin", str(there.parent), 100_000,
    )  # fmt: skip
    assert [row[key] for key in ("description", "originator", "group")] == ["a file", "cleo", "fire"]
    assert dm("POST", f"copy/{uid}", machine="disk2", dest=str(there)) == (406, "File already exists")
    assert dm("POST", "copy/none", machine="disk2", dest="x") == (404, "Object none does not exist")
    assert dm("POST", f"copy/{uid}", machine="disk2")[0] == 400
    dm.put("foreign", b"foreign", "disk2")
    assert dm("POST", f"copy/{uid}", machine="disk2", dest="foreign") == (406, "File already exists")
    assert (dm.place.folder / "disk2" / "foreign").read_bytes() == b"foreign"
    assert dm("POST", f"copy/{uid}", machine="disk1", dest="copy/a.bin") == (406, "File already exists")
    assert dm("DELETE", f"delete/{uid}")[0] == 200
    assert there.exists()


def test_a_move_leaves_nothing_behind(dm: Manager) -> None:
    uid = dm.registered("move/a.bin", b"moved")
    there = dm.place.folder / "disk2" / "moved" / "c.bin"
    assert dm("POST", f"move/{uid}", machine="disk2", dest=str(there)) == (200, "Move successful")
    assert there.read_bytes() == b"moved"
    assert not (dm.place.folder / "disk1" / "move").exists() or not list(
        (dm.place.folder / "disk1" / "move").iterdir()
    )
    row = dm.info(uid)
    assert (row["machine"], row["filename"], row["path"]) == ("disk2", "c.bin", str(there.parent))
    assert row["date_modified"] is not None
    assert dm("POST", f"move/{uid}", machine="disk1", dest="move/c.bin") == (200, "Move successful")
    assert dm.info(uid)["path"] == "move"
    assert not there.exists()
    assert dm("POST", "move/none", machine="disk2", dest="x") == (404, "Object none does not exist")


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_is_archived_comes_back_as_it_was(dm: Manager, method: str) -> None:
    file = dm.put(f"archived/{method}.bin", b"archived" * 1000)
    uid = dm.registered(f"archived/{method}.bin", b"archived" * 1000)
    before = dm.info(uid)
    for _ in range(2):  # the second time its tar is there already
        assert dm(method, f"archive/{uid}") == (200, "Archive successful")
        assert not file.exists()
        row = dm.info(uid)
        assert (row["status"], row["machine"], row["filename"]) == ("ARCHIVED", "tape", file.name)
        assert row["size"] == before["size"]
        assert dm(method, f"archive/{uid}")[0] == 409
        for refused in (("GET", f"get/{uid}"), ("POST", f"copy/{uid}"), ("POST", f"async/move/{uid}")):
            status, text = dm(*refused, machine="disk2", dest="archived/x")
            assert (status, text) == (409, f"Object {uid} is archived: activate it first")
        assert dm(method, f"activate/{uid}/") == (200, "Activate successful")
        assert dm(method, f"activate/{uid}")[0] == 409
        assert dm.info(uid) == before
        assert file.read_bytes() == b"archived" * 1000
    assert dm(method, "archive/none") == (404, "Object none does not exist")
    assert dm(method, "activate/none") == (404, "Object none does not exist")
    assert dm("DELETE", f"delete/{uid}")[0] == 200
    assert dm(method, f"activate/{uid}") == (404, f"Object {uid} does not exist")


def test_a_folder_can_be_an_object(dm: Manager) -> None:
    for name in ("1.tif", "deep/2.tif"):
        dm.put(f"exp/scans/{name}", name.encode())
    uid = dm.registered("exp/scans/1.tif", b"1", path="exp", filename="scans")
    assert dm("POST", f"move/{uid}", machine="disk2", dest="exp/renamed") == (200, "Move successful")
    assert (dm.place.folder / "disk2/exp/renamed/deep/2.tif").read_bytes() == b"deep/2.tif"
    assert dm.info(uid)["filename"] == "renamed"
    assert dm("DELETE", f"delete/{uid}") == (200, "disk2:exp/renamed deleted")
    assert not (dm.place.folder / "disk2/exp/renamed").exists()


def test_a_deletion_keeps_the_row(dm: Manager) -> None:
    uid = dm.registered("del/a.bin", b"12345")
    path = dm.place.folder / "disk1" / "del" / "a.bin"
    assert dm("DELETE", f"delete/{uid}") == (200, f"disk1:{path} deleted")
    assert not path.exists()
    row = dm.info(uid)
    assert (row["status"], row["filename"], row["path"], row["size"]) == (
        "DELETED",
        "a.bin",
        str(path.parent),
        5,
    )
    assert dm("DELETE", f"delete/{uid}") == (404, "Data object not found")
    assert dm("DELETE", f"remove/{uid}") == (404, "Data object not found")
    assert dm("POST", f"copy/{uid}", machine="disk2", dest="x")[0] == 404
    again = dm.registered("del/a.bin", b"12345")  # what is deleted does not count
    assert again != uid
    assert dm("DELETE", f"remove/{again}") == (200, "a.bin deleted")
    journal = run("datasets", "journal", "--json", "--settings", dm.place.settings).json
    assert {one["command"] for one in journal if one["dataset"] == uid} == {"register", "remove"}


def test_c14_siblings_stay(dm: Manager) -> None:
    for name in ("d/run1/x", "d/run10/x", "d/run1.json", "d/run1_backup/x"):
        dm.put(name, name.encode())
    uid = dm.registered("d/run1/x", b"d/run1/x", path="d", filename="run1")
    siblings = [dm.place.folder / "disk1/d" / name for name in ("run10/x", "run1.json", "run1_backup/x")]
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in siblings]
    assert dm("DELETE", f"delete/{uid}")[0] == 200
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in siblings] == before
    assert not (dm.place.folder / "disk1/d/run1").exists()


@pytest.mark.parametrize(
    "name", ["file[1].txt", "file?", "a*", "{b}", "~x", "#y", "%41", "a b;c", "'q\"", "é"]
)
def test_c15_names_are_only_names(dm: Manager, name: str) -> None:
    neighbours = [dm.put(f"odd2/{other}", other.encode()) for other in ("file1.txt", "ax", "A", "b", "file2")]
    uid = dm.registered(f"odd2/{name}", b"odd")
    assert dm.info(uid)["filename"] == name
    assert dm("POST", f"move/{uid}", machine="disk2", dest=f"odd2/{name}") == (200, "Move successful")
    assert (dm.place.folder / "disk2/odd2" / name).read_bytes() == b"odd"
    assert dm("DELETE", f"delete/{uid}") == (200, f"disk2:odd2/{name} deleted")
    assert [file.read_bytes() for file in neighbours] == [file.name.encode() for file in neighbours]


def test_a_name_that_is_no_text(dm: Manager) -> None:
    body = b"filename=caf%E9&path=raw&machine=disk1&description=d&size=3&originator=o&group=g"
    file = dm.place.folder / "disk1" / "raw"
    file.mkdir()
    (Path(str(file)) / b"caf\xe9".decode("utf-8", "surrogateescape")).write_bytes(b"raw")
    answer = httpx.put(f"{dm.web.at}/DM/register", content=body)
    assert answer.status_code == 201, answer.text
    assert dm.info(answer.text)["filename"] == r"caf\xe9"
    assert dm("DELETE", f"delete/{answer.text}")[0] == 200


def test_bytes_go_in_and_out(dm: Manager) -> None:
    content = bytes(range(256)) * 20_000
    form = {"filename": "p.bin", "path": "put", "machine": "disk2", "description": "d", "originator": "o",
            "group": "none", "type": "bin"}  # fmt: skip
    status, uid = dm("PUT", "put", **form, payload=content)
    assert status == 201, uid
    file = dm.place.folder / "disk2/put/p.bin"
    assert file.read_bytes() == content
    assert dm.info(uid)["size"] == len(content)
    answer = httpx.get(f"{dm.web.at}/DM/get/{uid}")
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert dm("PUT", "put", **form, payload=b"other") == (406, "File already exists")
    assert dm("PUT", "put", **form | {"filename": "q"}) == (400, "The field payload is missing.")
    dm.put("put/foreign", b"foreign", "disk2")
    assert dm("PUT", "put", **form | {"filename": "foreign"}, payload=b"x") == (406, "File already exists")
    file.write_bytes(b"changed" + content[7:])
    assert dm("GET", f"get/{uid}")[0] == 500
    assert dm("GET", "get/none") == (404, "Data not found")
    assert dm("PUT", "put", **form | {"filename": "large"}, payload=b"\xff" * 12_000_000)[0] == 413


def test_get_external(dm: Manager, tmp_path: Path) -> None:
    (tmp_path / "page.dat").write_bytes(b"from elsewhere" * 5000)
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://localhost:{server.server_port}/page.dat"
        form = {"filename": "e.dat", "path": "ext", "machine": "disk1", "description": "d", "originator": url,
                "group": "g", "size": "1", "url": url, "protocol": "http", "options": "{}"}  # fmt: skip
        assert dm("PUT", "getexternal", **form | {"protocol": "ftp"}) == (
            501, "'ftp' protocol not supported (yet?)",
        )  # fmt: skip
        assert dm("PUT", "getexternal", **form | {"options": "{"})[0] == 400
        assert dm("PUT", "getexternal", **form | {"options": '{"proxy": "x"}'})[0] == 400
        assert dm("PUT", "getexternal", **form | {"url": f"http://127.0.0.1:{server.server_port}/"})[0] == 403
        assert dm("PUT", "getexternal", **form | {"url": "file:///etc/passwd"})[0] == 400
        status, text = dm("PUT", "getexternal", **form | {"url": f"{url}.none"})
        assert status == 500
        assert "404" in text
        assert not (dm.place.folder / "disk1/ext").exists()
        status, uid = dm("PUT", "getexternal", **form)
        assert status == 201, uid
        assert (dm.place.folder / "disk1/ext/e.dat").read_bytes() == b"from elsewhere" * 5000
        assert dm.info(uid)["size"] == 14 * 5000
        assert dm("POST", "getexternal", **form) == (406, "File already exists")
        assert dm("POST", "getexternal", **form | {"filename": "f.dat", "options": ""})[0] == 201
        server.shutdown()


def status(dm: Manager, task: str) -> dict[str, str]:
    code, text = dm("GET", f"async/status/{task}")
    assert code == 200, text
    found: dict[str, str] = json.loads(text)
    return found


def tick(dm: Manager) -> None:
    assert run("tick", "--settings", dm.place.folder / "settings-web.toml").code == 0


def test_a_task_is_queued_and_complete(dm: Manager) -> None:
    uid = dm.registered("task/a.bin", b"a" * 100_000)
    code, task = dm("POST", f"async/copy/{uid}", machine="disk2", dest="task/b.bin")
    assert code == 200
    assert status(dm, task) == {"status": "QUEUED", "result": ""}
    assert dm("POST", f"async/move/{uid}", machine="disk2", dest="task/c.bin")[0] == 409
    with sqlite3.connect(dm.place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE journal SET started_at = began_at WHERE id = ?", (task,))
    assert status(dm, task) == {"status": "RUNNING", "result": ""}
    tick(dm)
    done = status(dm, task)
    assert done["status"] == "COMPLETE"
    assert dm.info(done["result"])["path"] == "task"
    assert (dm.place.folder / "disk2/task/b.bin").read_bytes() == b"a" * 100_000
    journal = run("datasets", "journal", uid, "--json", "--settings", dm.place.settings).json
    line = next(one for one in journal if one["id"] == task)
    assert (line["command"], line["success"]) == ("copy", True)
    assert line["began_at"] <= line["started_at"] <= line["ended_at"]
    code, task = dm("POST", f"async/move/{uid}/", machine="disk2", dest="task/moved.bin")
    assert code == 200
    tick(dm)
    assert status(dm, task) == {"status": "COMPLETE", "result": "Move completed"}
    assert not (dm.place.folder / "disk1/task/a.bin").exists()
    assert dm.info(uid)["filename"] == "moved.bin"


def test_a_task_that_fails_says_why(dm: Manager) -> None:
    uid = dm.registered("fail/a.bin", b"a" * 1000)
    _, task = dm("POST", f"async/copy/{uid}", machine="disk2", dest="fail/b.bin")
    (dm.place.folder / "disk1/fail/a.bin").write_bytes(b"b" * 1000)
    tick(dm)
    found = status(dm, task)
    assert found["status"] == "ERROR"
    assert "is not what was registered" in found["result"]
    assert not (dm.place.folder / "disk2/fail").exists()
    assert dm("POST", "async/copy/none", machine="disk2", dest="x") == (404, "Object none does not exist")
    assert dm("POST", f"async/copy/{uid}", machine="disk1", dest="fail/a.bin") == (406, "File already exists")
    assert dm("GET", "async/status/none") == (404, "Async task not found")


def test_a_file_is_fetched_by_a_task(dm: Manager, tmp_path: Path) -> None:
    (tmp_path / "page.dat").write_bytes(b"from elsewhere" * 5000)
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://localhost:{server.server_port}/page.dat"
        form = {"filename": "t.dat", "path": "ext2", "machine": "disk1", "description": "d", "originator": url,
                "group": "g", "url": url, "protocol": "http", "options": ""}  # fmt: skip
        code, task = dm("PUT", "async/getexternal", **form)
        assert code == 200, task
        _, bad = dm("POST", "async/getexternal/", **form | {"url": f"{url}.none", "filename": "u.dat"})
        assert dm("PUT", "async/getexternal", **form | {"protocol": "ftp"})[0] == 501
        assert dm("PUT", "async/getexternal", **form | {"url": "http://elsewhere.example.org/"})[0] == 403
        assert dm("PUT", "async/getexternal", **form | {"options": '{"user": "a"}'})[0] == 400
        assert status(dm, task)["status"] == "QUEUED"
        tick(dm)
        server.shutdown()
    found = status(dm, task)
    assert found["status"] == "COMPLETE"
    assert (dm.place.folder / "disk1/ext2/t.dat").read_bytes() == b"from elsewhere" * 5000
    assert dm.info(found["result"])["size"] == 14 * 5000
    assert status(dm, bad)["status"] == "ERROR"
    assert "404" in status(dm, bad)["result"]
    assert not (dm.place.folder / "disk1/ext2/u.dat").exists()


def test_the_time_of_a_transfer_is_predicted(dm: Manager) -> None:
    uid = dm.registered("speed/a.bin", b"x" * 1_000_000)
    assert dm("POST", "predict", uuid=uid, dest_machine="mars") == (
        400, "No matching data transfers between machines",
    )  # fmt: skip
    assert dm("POST", f"copy/{uid}", machine="disk2", dest="speed/b.bin")[0] == 201
    with sqlite3.connect(dm.place.folder / "xfc-notify.db") as connection:
        connection.execute(
            "UPDATE journal SET bytes = 0 WHERE command IN ('copy', 'move') AND dataset != ?", (uid,)
        )
        connection.execute(
            "UPDATE journal SET bytes = 1000, started_at = '2026-01-01 00:00:00', copied_at = '2026-01-01 00:00:10'"
            " WHERE dataset = ? AND command = 'copy'",
            (uid,),
        )
    status, text = dm("POST", "predict", uuid=uid, dest_machine="disk2")
    assert status == 201
    assert json.loads(text) == {"prediction_time": 10_000.0}  # 100 bytes per second
    status, text = dm("POST", "predict", src_machine="disk1", data_size=1000, dest_machine="disk2")
    assert (status, json.loads(text)) == (201, {"prediction_time": 10.0})
    assert dm("POST", "predict", src_machine="disk1", data_size="x", dest_machine="disk2")[0] == 400
    assert dm("POST", "predict", uuid="none", dest_machine="disk2") == (
        404,
        "Data with uuid 'none' not found",
    )


def test_search(dm: Manager) -> None:
    uid = dm.registered("find/me/once.h5")
    twice = [dm.registered(f"find/{folder}/twice.h5") for folder in ("a", "b")]
    assert dm("GET", "search?filename=once.h5") == (501, "Need filename and machine")
    assert dm("GET", "search?filename=none.h5&machine=disk1") == (404, "No such data object registered")
    status, text = dm("GET", "search?filename=once.h5&machine=disk1")
    assert (status, json.loads(text)) == (200, dm.info(uid))
    assert dm("GET", "search?filename=twice.h5&machine=disk1") == (400, "Multiple search results found")
    folder = dm.place.folder / "disk1/find/b"
    status, text = dm("GET", f"search?filename=twice.h5&machine=disk1&path={folder}")
    assert (status, json.loads(text)["id"]) == (200, twice[1])
    assert dm("GET", "health") == (200, '{"status": 200}')


def test_two_at_once_are_told(dm: Manager) -> None:
    uid = dm.registered("busy/a")
    program = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from xfc_notify.datasets.opening import opened\nfrom xfc_notify.datasets.journal import Work\n"
        "with opened(Path(sys.argv[1])):\n"
        "    work = Work.begin('verify', sys.argv[2], {}, lambda: datetime.now(UTC))\n"
        "    print('begun', flush=True)\n    sys.stdin.read()\n    work.end(success=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(dm.place.settings), uid],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout
        assert other.stdout.readline() == "begun\n"
        assert dm.info(uid)["modifylock"] == 1
        for method, path in (("POST", f"move/{uid}"), ("POST", f"copy/{uid}"), ("DELETE", f"delete/{uid}")):
            status, text = dm(method, path, machine="disk2", dest="busy/b")
            assert status == 409
            assert "is being worked on" in text
    assert dm("DELETE", f"delete/{uid}")[0] == 200


def test_c34_no_get_changes_anything(dm: Manager) -> None:
    uid = dm.registered("get/a.h5")

    def seen() -> list[tuple[Path, int, int]]:
        found = dm.place.folder.glob("disk*/**/*")
        return sorted((file, file.stat().st_size, file.stat().st_ctime_ns) for file in found)

    before, files = dump(dm.place), seen()
    for path in (
        "info",
        f"info/{uid}",
        "info/none",
        f"get/{uid}",
        "search?filename=a.h5&machine=disk1",
        "health",
        "none",
    ):
        for method in ("GET", "HEAD"):
            dm(method, path)
    for path in ("register", f"copy/{uid}", f"move/{uid}", f"delete/{uid}", f"remove/{uid}"):
        assert dm("GET", path)[0] == 405
    assert dump(dm.place) == before
    assert seen() == files


@pytest.fixture(scope="module")
def known(dm: Manager) -> dict[str, "Manager"]:
    """Who asks: nobody, users with tokens, an operator; a token that is good for other things only."""
    database.prepare(f"sqlite:///{dm.place.folder}/xfc-notify.db")
    scopes = {"ada": Scope.DATASETS, "cleo": Scope.DATASETS, "op": Scope.DATASETS, "reader": Scope.OWN}
    with database.connected():
        made = {
            name: api_tokens.create(name, "test", [scope], timedelta(days=1), datetime.now(UTC))
            for name, scope in scopes.items()
        }
    return {name: Manager(dm.web, dm.place, Authorization=f"Bearer {token}") for name, token in made.items()}


@pytest.mark.parametrize(
    ("method", "path", "mine", "headed", "others"),
    [
        ("GET", "info/{}", 200, 200, 404),
        ("GET", "get/{}", 200, 200, 404),
        ("PUT", "archive/{}", 200, 200, 404),
        ("POST", "activate/{}", 409, 409, 404),
        ("POST", "copy/{}", 201, 201, 404),
        ("POST", "move/{}", 200, 200, 404),
        ("POST", "async/copy/{}", 200, 200, 404),
        ("POST", "async/move/{}", 200, 200, 404),
        ("DELETE", "delete/{}", 200, 200, 404),
        ("DELETE", "remove/{}", 200, 200, 404),
    ],
)
def test_who_may(
    dm: Manager, known: dict[str, Manager], method: str, path: str, mine: int, headed: int, others: int
) -> None:
    """A user's token is good for their own and for those of groups that they head; what is others' is not there."""
    folder = f"who{method}{path[:-3].replace('/', '')}"
    for who, owner, group, status in (
        ("ada", "ada", "fire", mine),
        ("cleo", "ada", "humgen", headed),
        ("ada", "cleo", "humgen", others),
        ("op", "ada", "fire", mine),
        ("reader", "reader", "fire", 403),
    ):
        uid = dm.registered(f"{folder}/{who}-{owner}", originator=owner, group=group)
        nothing, _ = known[who](method, path.format("none"), machine="disk2", dest=f"{folder}/{who}-{owner}")
        answer = known[who](method, path.format(uid), machine="disk2", dest=f"{folder}/{who}-{owner}")
        assert answer[0] == status, (who, answer)
        assert nothing == (404 if who != "reader" else 403)
        listed = [one["id"] for one in json.loads(known[who]("GET", "info")[1])] if who != "reader" else []
        assert (uid in listed) == (status not in {403, 404})
    strange = Manager(dm.web, dm.place, Authorization="Bearer xfc_none")
    assert strange(method, path.format("none"))[0] == 401


def test_a_task_is_for_who_may_see_its_object(dm: Manager, known: dict[str, Manager]) -> None:
    uid = dm.registered("whose/a", originator="ada")
    _, task = dm("POST", f"async/copy/{uid}", machine="disk2", dest="whose/b")
    for who, code in (("ada", 200), ("cleo", 404), ("op", 200), ("reader", 403)):
        assert known[who]("GET", f"async/status/{task}")[0] == code


def test_who_may_add_objects(dm: Manager, known: dict[str, Manager]) -> None:
    """Else a user could register what is another's, and delete it."""
    for who, status in (("ada", 403), ("reader", 403), ("op", 201)):
        form = dm.form(dm.put(f"add/{who}"))
        assert known[who]("PUT", "register", **form)[0] == status
        if who != "op":
            form |= {"filename": "x", "url": "http://localhost/", "protocol": "http", "payload": "x"}
            assert known[who]("PUT", "put", **form)[0] == 403
            assert known[who]("PUT", "getexternal", **form)[0] == 403
            assert known[who]("PUT", "async/getexternal", **form)[0] == 403
    kept = run("datasets", "list", "--owner", "op", "--json", "--settings", dm.place.settings).json
    assert len(kept) == 1


def test_a_browser_is_no_client(dm: Manager) -> None:
    uid = dm.registered("browser/a")
    for header in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert Manager(dm.web, dm.place, **header)("DELETE", f"delete/{uid}") == (403, "Not from a browser.")
    assert dm.info(uid)["status"] == "ACTIVE"


def test_without_a_network_tokens_only(place: Place) -> None:
    with Web(place.settings) as server:
        assert Manager(server, place)("GET", "info")[0] == 401
    proxied = 'trusted_proxies = ["127.0.0.1"]\n'
    with Web(place.settings, more=NETWORK, web=proxied) as server:
        through = Manager(server, place, **{"X-Forwarded-For": "192.0.2.7"})
        assert through("GET", "info")[0] == 401
        assert Manager(server, place, **{"X-Forwarded-For": "127.0.0.9"})("GET", "info")[0] == 200


def test_a_large_or_broken_form_is_refused(dm: Manager) -> None:
    url = f"{dm.web.at}/DM/register"
    assert httpx.put(url, content=b"a=" + b"x" * 200_000).status_code == 413
    assert httpx.put(url, content=b"&".join(b"a%d=1" % n for n in range(1000))).status_code == 400
    assert dm("PUT", "register", **dm.form(dm.put("nul/a"), description="a\0b"))[0] == 400
