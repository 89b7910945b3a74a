"""A site whose store `two` is behind a network: what lies in it is seen, and changed, as by somebody else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from facility import Facility
from servers.odd_sftp import OddSftp
from servers.s3 import S3
from servers.sshd import Sshd

from datasets.conftest import Site, tree


@dataclass
class Far(Site):
    """Store `one` is a folder, `two` is not.

    put, drop  what others do in it
    uploads    the keys to which an upload is open
    """

    put: Callable[[str, bytes], None] = field(kw_only=True)
    drop: Callable[[str], None] = field(kw_only=True)
    all: Callable[[], dict[str, bytes]] = field(kw_only=True)
    uploads: Callable[[], list[str]] = field(kw_only=True, default=list)

    def tree(self, name: str) -> dict[str, bytes]:
        return self.all() if name == "two" else super().tree(name)


def by_sftp(folder: Path, server: Sshd | OddSftp, kind: str = "disk", **tables: Any) -> Far:
    """Store two is a folder behind sftp; who runs the tests sees it too."""
    here = folder / "two"

    def put(name: str, content: bytes) -> None:
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_bytes(content)

    return _site(
        folder, server.store("two", here) | {"kind": kind}, tables, put=put, drop=lambda name: (here / name).unlink(),
        all=lambda: tree(here),
    )  # fmt: skip


def in_s3(folder: Path, server: S3, kind: str = "disk", **tables: Any) -> Far:
    """Store two is a prefix of a new bucket."""
    client, bucket = server.client(), f"bucket-{uuid4()}"
    client.create_bucket(Bucket=bucket)

    def all_() -> dict[str, bytes]:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="data/")
        keys = [it["Key"] for page in pages for it in page.get("Contents", ())]
        contents = {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}
        return {
            key.removeprefix("data/"): content
            for key, content in contents.items()
            if key != "data/.xfc-store"
        }

    def uploads() -> list[str]:
        return [it["Key"] for it in client.list_multipart_uploads(Bucket=bucket).get("Uploads", ())]

    return _site(
        folder, server.store("two", f"{bucket}/data") | {"kind": kind}, tables, all=all_, uploads=uploads,
        put=lambda name, content: client.put_object(Bucket=bucket, Key=f"data/{name}", Body=content),
        drop=lambda name: client.delete_object(Bucket=bucket, Key=f"data/{name}"),
    )  # fmt: skip


def _site(folder: Path, two: dict[str, Any], tables: dict[str, Any], **more: Any) -> Far:
    for name in ("one", "two"):
        (folder / name).mkdir()
    stores = [{"name": "one", "url": (folder / "one").as_uri()}, two]
    site = Far(folder, Facility.at(folder, stores=stores, **tables), **more)
    site.initialise()
    return site
