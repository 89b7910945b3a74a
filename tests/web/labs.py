"""Reports of groups beside the areas of a place: laboratories on two volumes, over six weeks."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import h5py
import numpy as np
from cli.console import run
from cli.place import Place
from reports import wrstat
from reports.wrstat import Entry

from xfc_notify.components import load_settings
from xfc_notify.domain import Group
from xfc_notify.people import groups, limits
from xfc_notify.plugins import Plugins
from xfc_notify.plugins.service import Service
from xfc_notify.reports import find, loads
from xfc_notify.reports.load import carry_out
from xfc_notify.reports.settings import Reports
from xfc_notify.store import database, migrate

REPORTS = """
[reports]
data = "wrstat"
quotas = "quotas.csv"

[[reports.volumes]]
name = "scratch1"
mount = "/lustre/scratch1"

[[reports.volumes]]
name = "scratch2"
mount = "/lustre/scratch2"

[[reports.volumes]]
name = "scratch3"
mount = "/lustre/scratch3"
"""
TB, DAY = 10**12, timedelta(days=1)
HUMGEN, TREE, ODD, QUIET = 4_000_000_001, 4_000_000_002, 4_000_000_003, 4_000_000_004
GROUPS = {
    HUMGEN: ("humgen", "cleo"),
    TREE: ("tree-of-life", "eve"),
    ODD: ('"><svg onload=x>', "zoe"),
    QUIET: ("quiet", ""),
}
"""gid → name and head; `quiet` has no head, and lies below humgen."""
DAYS = (*range(42, 20, -3), *range(9, -1, -1))
"""How many days ago scratch1 was captured; then not for twelve days."""
STALE = 20
"""How many days ago scratch2 was captured last."""


def build(folder: Path) -> Place:
    """A place whose users were told, and whose reports are loaded."""
    place = Place.build(folder, REPORTS)
    (folder / "quotas.csv").write_text(f"{TREE},/lustre/scratch1,{30 * TB},20\n")
    place.discover()
    assert run("enqueue", "--all", "--settings", place.settings).code == 0
    load(place)
    return place


def keep(place: Place) -> None:
    """Add two stores with a dataset of cleo's of an odd name, copied once and damaged there, and one of the group
    humgen."""
    for name in ("disk1", "tape"):
        (place.folder / name).mkdir()
        url = (place.folder / name).as_uri()
        kind = "archive" if name == "tape" else "disk"
        with place.settings.open("a") as settings:
            settings.write(f'\n[[stores]]\nname = "{name}"\nurl = "{url}"\nkind = "{kind}"\n')
    assert run("stores", "init", "--settings", place.settings).code == 0
    for uid, path, owner, group in (
        ("d1", "exp/<b>2016 & \x1b[31mé", "cleo", ""),
        ("d2", "exp/2017/aardvark", "ben", "humgen"),
        ("d3", "exp/2018", "dan", ""),
    ):
        for number in range(3):
            file = place.folder / "disk1" / path / f"{number}.npy"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(uid.encode() * 10**5)
        if uid == "d2":
            with h5py.File(file, "w") as opened:  # what a file begins with counts, not its name
                opened["<b>frames"] = np.arange(12.0).reshape(3, 4)
                opened["title"] = "a text"
        made = run(
            "datasets", "register", "tree", "disk1:", path, "--uid", uid, "--owner", owner, "--group", group,
            "--description", "images <i>of</i> a run", "--settings", place.settings,
        )  # fmt: skip
        assert made.code == 0, made.err
    assert run("datasets", "copy", "d1", "tape:kept", "--settings", place.settings).code == 0
    next((place.folder / "tape/kept").rglob("0.npy")).write_bytes(b"damaged")
    assert run("datasets", "verify", "d1", "--settings", place.settings).code == 1


def load(place: Place) -> None:
    """Write the captures and load each on its day."""
    now = datetime.now(UTC).replace(microsecond=0)
    settings = load_settings(place.settings, {})
    service = Service(settings, Plugins.load(settings))
    database.prepare(settings.database.url)
    with database.connected():
        migrate.upgrade()
        for gid, (name, head) in GROUPS.items():
            groups.put(Group(gid, name, head, members=("ben", "dan") if gid == HUMGEN else ()), now)
        groups.change(groups.named("quiet"), groups.Change(parent="humgen"))
        limits.set_limit(groups.named("humgen"), "scratch1", 40 * TB, now)
        for days in DAYS:
            capture(service, "scratch1", now - days * DAY, large(now - days * DAY, 42 - days))
        capture(service, "scratch2", now - STALE * DAY, small(now - STALE * DAY))


def large(when: datetime, day: int) -> list[Entry]:
    """What lay on scratch1 on that day of the six weeks; humgen adds half a terabyte a day."""
    seconds = int(when.timestamp())

    def file(path: str, size: int, gid: int, days: float, uid: int = 20001, **links: int) -> Entry:
        at = seconds - int(days * 86_400)
        return Entry(f"/lustre/scratch1/{path}".encode(), size, uid, gid, at, at, at, **links)

    return [
        file("humgen/projects/ibd/release.cram", 9 * TB, HUMGEN, 400),
        file("humgen/projects/ibd/calls.vcf.gz", 2 * TB + TB // 10, HUMGEN, 30),
        file("humgen/projects/gwas/all.bam", 3 * TB + day * TB // 2, HUMGEN, 0.4, 20002),
        file("humgen/users/ben/tmp/scratch.tmp", TB // 2, HUMGEN, 800, 20003),
        file("humgen/README.md", 4_000, HUMGEN, 1000),
        file("humgen/<b>bold & co/x.fastq", TB // 3, HUMGEN, 90),
        *(file(f"tree/users/u{n}/reads.fastq.gz", n * TB // 20, TREE, n, 30000 + n) for n in range(1, 26)),
        file("odd/<script>alert(1)</script>/x", 7, ODD, 3),
        file("quiet/a.txt", 12, QUIET, 2, inode=9, nlink=2),
        file("quiet/.vault/archive/09-YS50eHQ", 12, QUIET, 2, inode=9, nlink=2),
    ]


def small(when: datetime) -> list[Entry]:
    """What lay on scratch2: 2⁵³ + 1 bytes in two files are the group's."""
    at = int(when.timestamp()) - 86_400
    return [
        Entry(b"/lustre/scratch2/humgen/old/archive.tar.gz", 2**53, 20001, HUMGEN, at, at, at),
        Entry(b"/lustre/scratch2/humgen/old/one", 1, 20001, HUMGEN, at, at, at),
        Entry(b"/lustre/scratch2/quiet/b.txt", 5, 20001, QUIET, at, at, at),
    ]


def capture(service: Service, volume: str, when: datetime, entries: list[Entry]) -> None:
    """Write the data of a volume as of a time, and load it then."""
    reports = service.settings.of(Reports)
    folder = service.settings.folder / "wrstat" / f"{when:%Y%m%d-%H%M%S}_／lustre／{volume}"
    wrstat.write(folder / "stats.gz", wrstat.lines(entries))
    os.utime(folder, (when.timestamp(), when.timestamp()))
    found = next(one for one in reports.volumes if one.name == volume)
    loads.owe(find.wanted(find.captures(found, reports, when), loads.known(volume)), when)
    for row in loads.claim(when):
        assert carry_out(row.id, service, lambda: when, lambda _: None)
