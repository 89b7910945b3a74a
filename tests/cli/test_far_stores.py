"""The commands of stores and datasets on stores behind a network."""

import json
from pathlib import Path
from typing import Any

import pytest
from servers.s3 import S3, SECRET
from servers.sshd import Sshd

from cli.console import Ran, assert_told, call, run


class Site:
    """A local store, one behind sftp and one in S3, as their settings name them."""

    def __init__(self, folder: Path, sshd: Sshd, s3: S3, bucket: str) -> None:
        self.folder = folder
        for name in ("one", "far"):
            (folder / name).mkdir()
        s3.client().create_bucket(Bucket=bucket)
        self.stores: list[dict[str, Any]] = [
            {"name": "one", "url": f"file://{folder}/one"},
            sshd.store("far", folder / "far"),
            s3.store("bucket", f"{bucket}/data"),
        ]
        (folder / "one/exp").mkdir()
        (folder / "one/exp/run.h5").write_bytes(b"header")
        self.write()

    def write(self, **changes: dict[str, Any]) -> None:
        """The settings, with other values in the stores of these names."""
        blocks = [{**store, **changes.get(store["name"], {})} for store in self.stores]
        lines = [
            "[[stores]]\n" + "".join(f"{key} = {json.dumps(it)}\n" for key, it in one.items())
            for one in blocks
        ]
        (self.folder / "settings.toml").write_text("\n".join(lines))

    def __call__(self, *arguments: str) -> Ran:
        return run(*arguments, "--settings", self.folder / "settings.toml")


@pytest.fixture
def site(tmp_path: Path, sshd: Sshd, s3: S3) -> Site:
    return Site(tmp_path, sshd, s3, f"cli-{tmp_path.name.replace('_', '-')[-40:]}")


def test_the_life_of_a_dataset_that_travels(site: Site):
    assert site("stores", "init").out.count("has its identity now") == 3
    assert [(it["store"], it["state"], it["follows"]) for it in site("stores", "check", "--json").json] == [
        ("one", "ok", []), ("far", "ok", []), ("bucket", "ok", []),
    ]  # fmt: skip
    assert site("datasets", "register", "tree", "one:", "exp", "--uid", "u1").code == 0
    assert "copied and read back" in site("datasets", "copy", "u1", "far:kept").out
    assert "moved" in site("datasets", "move", "u1", "one:", "bucket:").out
    shown = site("datasets", "show", "u1", "--json").json
    assert [it["store"] for it in shown["replicas"]] == ["far", "bucket"]
    for copy in shown["replicas"]:
        assert site("datasets", "verify", "u1", "--root", copy["root"]).code == 0
    assert site("datasets", "remove", "u1", shown["replicas"][0]["root"]).code == 0
    assert sorted(it.name for it in (site.folder / "far").rglob("*")) == [".xfc-store", "kept"]
    (row,) = [row for row in site("check", "stores", "--json").json if row["name"] == "store bucket"]
    assert row["state"] == "ok"


def test_no_key_or_secret_is_ever_shown(site: Site, sshd: Sshd, s3: S3):
    (site.folder / "wrong").write_text("wr0ng-s3cret")
    secrets = [SECRET, "wr0ng-s3cret", (sshd.folder / "user").read_text().splitlines()[1]]
    ran = [site("stores", "init"), site("datasets", "register", "tree", "one:", "exp", "--uid", "u1")]
    for changes in (
        {},
        {"far": {"key_file": "wrong"}, "bucket": {"secret_file": "wrong", "url": "s3://none-there"}},
    ):
        site.write(**changes)
        for words in (
            "stores list", "stores check", "datasets copy u1 far:", "datasets copy u1 bucket:", "datasets show u1",
            "datasets journal", "datasets verify u1", "check", "datasets register tree bucket: exp",
        ):  # fmt: skip
            ran += [site(*words.split(), "--json"), site(*words.split())]
    said = "".join(it.out + it.err for it in ran)
    assert "Traceback" not in said
    assert not [secret for secret in secrets if secret in said]


def test_a_command_in_a_process_of_its_own_says_nothing_but_its_line(site: Site):
    site("stores", "init")
    settings = ("--settings", site.folder / "settings.toml")
    ran = call("datasets", "register", "tree", "one:", "exp", "--uid", "u1", *settings)
    assert (ran.code, ran.out, ran.err) == (0, "u1\n", "")
    for target in ("far:", "bucket:"):
        ran = call("datasets", "copy", "u1", target, *settings)
        assert (ran.code, ran.err) == (0, "")
    site.write(far={"url": "sftp://somebody@127.0.0.1:1/data"}, bucket={"endpoint": "http://127.0.0.1:1"})
    for root in ("far:", "bucket:"):
        ran = call("datasets", "register", "tree", root, "exp", *settings)
        assert ran.code == 1
        assert len(ran.err.splitlines()) <= 2
        assert f"store {root[:-1]} is away: " in ran.err


@pytest.mark.parametrize(
    ("store", "changes", "told"),
    [
        ("far", {"url": "sftp://user:pw@host/data"}, "a password does not belong into a URL"),
        ("far", {"url": "sftp:///data"}, "a host is needed"),
        ("far", {"url": "ftp://host/data"}, "a store is needed"),
        ("far", {"url": "sftp://host/data?x"}, "? is %3F"),
        ("far", {"access_key": "x"}, "access_key is not for stores of sftp"),
        ("one", {"key_file": "x"}, "key_file is not for stores of file"),
        ("bucket", {"url": "s3://UPPER/x"}, "the name of a bucket is needed"),
        ("bucket", {"url": "s3:///x"}, "the name of a bucket is needed"),
        ("bucket", {"access_key": ""}, "access_key and secret_file belong together"),
        ("bucket", {"endpoint": "s3.example.org"}, "write it like"),
        ("one", {"url": "file://host/data"}, "an absolute path is needed"),
        ("one", {"url": "file:data"}, "an absolute path is needed"),
    ],
)
def test_a_store_that_cannot_be_one_stops_every_command(
    site: Site, store: str, changes: dict[str, str], told: str
):
    site.write(**{store: changes})
    assert_told(site("stores", "list"), 2, "stores", told)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sftp://user@host/data", "sftp://HOST:22//data/./"),
        ("sftp://user@host/data", "sftp://user@host/data/inner"),
        ("sftp://user@host./data", "sftp://user@host/%64ata"),
        ("s3://bucket/a", "s3://bucket//a/"),
        ("s3://bucket", "s3://bucket/a"),
    ],
)
def test_stores_that_are_one_place_however_spelled_stop_every_command(
    tmp_path: Path, first: str, second: str
):
    blocks = "".join(
        f'[[stores]]\nname = "{name}"\nurl = "{url}"\n' for name, url in (("a", first), ("b", second))
    )
    (tmp_path / "settings.toml").write_text(blocks)
    assert_told(run("stores", "list", "--settings", tmp_path / "settings.toml"), 2, "lie inside each other")


def test_stores_of_two_users_of_one_server_and_of_two_servers_stand_beside_each_other(tmp_path: Path):
    stores = [
        ("a", "sftp://one@host/data", ""), ("b", "sftp://two@host/data", ""), ("c", "sftp://one@host:2222/data", ""),
        ("d", "s3://bucket/a", ""), ("e", "s3://bucket/a", 'endpoint = "https://s3.example.org"\n'),
        ("f", "s3://bucket/ab", ""),
    ]  # fmt: skip
    blocks = "".join(f'[[stores]]\nname = "{name}"\nurl = "{url}"\n{more}' for name, url, more in stores)
    (tmp_path / "settings.toml").write_text(blocks)
    assert run("datasets", "list", "--settings", tmp_path / "settings.toml").code == 0


def test_check_tells_of_keys_that_everybody_may_read(site: Site):
    key = site.folder / "key"
    key.write_text("a key")
    key.chmod(0o644)
    site.write(far={"key_file": str(key)})
    told = [row["what"] for row in site("check", "files", "--json").json]
    assert any(f"everybody may read {key}" in what for what in told)
