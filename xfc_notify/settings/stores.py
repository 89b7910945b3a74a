"""[[stores]]: where datasets live, in a folder, behind sftp or in a bucket, and whose places are one and the same."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from xfc_notify.settings import values
from xfc_notify.settings.values import Table

SSH_PORT = 22
_LIKE = '"file:///data/disk1", "sftp://user@host/data" or "s3://bucket/prefix"'


class Address(NamedTuple):
    """Where a store is: `host` is that of sftp, or the bucket; `endpoint` the server of the bucket. Paths are absolute,
    without `.`, `..` and empty parts, and `/` alone is a whole bucket."""

    scheme: str
    user: str
    host: str
    port: int
    endpoint: str
    path: bytes

    @property
    def server(self) -> str:
        """The URL of its server, without a path: "" for this machine."""
        if self.scheme == "file":
            return ""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port not in {0, SSH_PORT} else ""
        return f"{self.scheme}://{user}{self.host}{port}"

    def is_at(self, server: str) -> bool:
        """Whether that URL of a server is this one's, however it is spelled; a user may be left out."""
        try:
            other = address(server, f"https://{self.endpoint}" if self.endpoint else "")
        except ValueError:
            return False
        return other._replace(path=self.path, user=other.user or self.user) == self

    def is_around(self, other: Self) -> bool:
        """Whether both are on one server, and the other is the same place or lies in it, as far as one can tell from
        what is written: their marks tell the rest."""
        users = not (self.user and other.user) or self.user == other.user
        servers = (self.scheme, self.host, self.port, self.endpoint)
        mine, its = (os.path.realpath(it.path) if it.scheme == "file" else it.path for it in (self, other))
        return (
            users
            and servers == (other.scheme, other.host, other.port, other.endpoint)
            and (its + b"/").startswith(mine.rstrip(b"/") + b"/")
        )


def address(url: str, endpoint: str = "") -> Address:
    """What a URL says; ValueError for one of no store. In paths, odd bytes are written as %FF."""
    parts = urlsplit(url)
    if parts.scheme not in {"file", "sftp", "s3"} or not url.isprintable():
        raise ValueError(f"a store is needed, like {_LIKE}")
    if parts.query or parts.fragment:
        raise ValueError("in the name of a store, ? is %3F and # is %23")
    if parts.password is not None:
        raise ValueError("a password does not belong into a URL: write secret_file")
    path = unquote_to_bytes(parts.path)
    if b"\0" in path:
        raise ValueError(f"a path is needed, like {_LIKE}")
    normal = os.path.normpath(b"/" + path.lstrip(b"/"))
    if parts.scheme == "file":
        if parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
            raise ValueError('an absolute path is needed, like "file:///data/disk1"')
        return Address("file", "", "", 0, "", normal)
    if parts.scheme == "sftp":
        return _sftp(parts, normal)
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", parts.netloc):
        raise ValueError('the name of a bucket is needed, like "s3://bucket/prefix"')
    server = urlsplit(endpoint)
    port = server.port or (80 if server.scheme == "http" else 443)
    return Address("s3", "", parts.netloc, 0, f"{server.hostname}:{port}" if endpoint else "", normal)


def _sftp(parts: SplitResult, path: bytes) -> Address:
    user = unquote_to_bytes(parts.username or "").decode("ascii", "replace")
    host = parts.hostname or ""
    if not re.fullmatch(r"[A-Za-z0-9._:-]+", host) or not re.fullmatch(r"[A-Za-z0-9._@-]*", user):
        raise ValueError('a host is needed, like "sftp://user@host:22/data"')
    return Address("sftp", user, host.rstrip("."), parts.port or SSH_PORT, "", path)


def _file(value: str | None, info: ValidationInfo) -> Path | None:
    return None if value is None else values.folder(value, info)


def _url(value: str) -> str:
    address(value)
    return value


class StoreTable(Table):
    """[[stores]]"""

    name: Annotated[str, AfterValidator(values.store_name)] = Field(
        description="how commands and tables call it"
    )
    url: Annotated[str, AfterValidator(_url)] = Field(
        description="where it lies: `file:///data/disk1`, `sftp://user@host:22/data` or `s3://bucket/prefix`"
    )
    kind: Literal["disk", "archive"] = Field("disk", description="what it is for: work, or to keep")
    hosts: Annotated[tuple[str, ...], values.read(values.names)] = Field(
        (), description='hosts that read from it first, like "node*"'
    )
    key_file: Annotated[Path | None, BeforeValidator(_file)] = Field(
        None, description="sftp: the private key; without it, an agent or the keys of whoever runs it"
    )
    known_hosts: Annotated[Path | None, BeforeValidator(_file)] = Field(
        None, description="sftp: the file with the server's key; without it, ~/.ssh/known_hosts"
    )
    access_key: str = Field("", description="S3: the id of the key; without it, what the environment says")
    secret_file: Annotated[Path | None, BeforeValidator(_file)] = Field(
        None, description="a file with the secret key of S3, or the password of sftp"
    )
    endpoint: Annotated[str, AfterValidator(values.page)] = Field(
        "", description="S3: the address of the server, unless it is that of Amazon"
    )
    region: str = Field("", description="S3: the region of the bucket")

    @property
    def address(self) -> Address:
        """Where it lies."""
        return address(self.url, self.endpoint)

    @property
    def path(self) -> bytes:
        """The folder where it lies, as an absolute path there."""
        return self.address.path

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return self.address.scheme == "file"

    @property
    def secrets(self) -> tuple[Path, ...]:
        """The files that hold what nobody else may read."""
        return tuple(file for file in (self.key_file, self.secret_file) if file is not None)

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        known = {
            "file": set[str](),
            "sftp": {"key_file", "known_hosts", "secret_file"},
            "s3": {"access_key", "secret_file", "endpoint", "region"},
        }
        scheme = self.address.scheme
        for key in sorted(set[str]().union(*known.values()) - known[scheme]):
            if getattr(self, key):
                raise ValueError(f"{key} is not for stores of {scheme}")
        if bool(self.access_key) != bool(self.secret_file) and scheme == "s3":
            raise ValueError("access_key and secret_file belong together")
        return self
