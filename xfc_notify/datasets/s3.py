"""A store in a bucket: keys below a prefix. A prefix is no folder: nothing is ever done to more than one key.

A file gets its name by a copy inside the server, which takes no name that is taken: `If-None-Match: *`. Servers that do
not know this are asked right before. What a file is of ours is told by a random number that it is given.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from xfc_notify.datasets import names
from xfc_notify.datasets.bucket import TAKEN, Bucket, code_of
from xfc_notify.datasets.errors import Changed, Conflict, DatasetError, Missing, NotAFile, StoreRefusal
from xfc_notify.datasets.folder import Sink
from xfc_notify.datasets.names import MARK, is_ours
from xfc_notify.datasets.s3_upload import PIECE, Upload
from xfc_notify.datasets.seen import Seen
from xfc_notify.errors import WrongInput
from xfc_notify.paths import show

LONGEST_KEY = 1024
"""Bytes."""
AT_ONCE = 4
"""Files that are read or written at the same time."""
COPIED = 2**29
"""Bytes that a server is asked to copy at once."""
_MODE = 0o644
"""Of what was not written by us."""


class Folder:
    """What lies below a prefix of a bucket. See `folder.Folder`."""

    near = False
    tells_changes = True
    reads_again = True
    forces = True

    def __init__(self, bucket: Bucket, root: bytes) -> None:
        self.store = bucket.store
        self._bucket = bucket
        self._root = root.strip(b"/").decode() + "/" if root.strip(b"/") else ""
        with bucket.telling(b""):
            bucket.call("list_objects_v2", Prefix=self._root, MaxKeys=1)
            self._refuse_inside()

    def close(self) -> None:
        """Nothing is open."""

    def look(self, path: bytes) -> Seen | None:
        """What an object is now, None where none is."""
        with self._bucket.telling(path):
            found = self._bucket.head(self._key(path))
            return None if found is None else _seen(found)

    def read(self, path: bytes, sink: Sink, start: int = 0) -> Seen:
        """Hand an object's bytes over; what it was. Changed if it is another one afterwards, Missing …"""
        with self._bucket.telling(path):
            first = max(0, start - 1)  # a range has to have a byte
            some = {"Range": f"bytes={first}-"} if first else {}
            answer = self._bucket.call("get_object", Key=self._key(path), **some)
            rest, size = _seen(answer), first
            before = rest._replace(size=rest.size + first)
            for block in self._bucket.blocks(answer, PIECE):
                sink(memoryview(block)[max(0, start - size) :])
                size += len(block)
            if size != before.size or self.look(path) != before:
                raise Changed("changed while it was read")
            return before

    def descriptor(self, path: bytes) -> None:
        """There is none from afar."""

    def write(
        self,
        path: bytes,
        fill: Callable[[Sink], Seen],
        like: Seen | None = None,
        begun: int = 0,  # noqa: ARG002
    ) -> None:
        """Make an object of the bytes that `fill` hands over. If this raises, none is there, nor a part of one.

        like  what is known of the file beforehand: its time and its mode are kept beside the bytes
        """
        with self._bucket.telling(path):
            upload = Upload(self._bucket, self._key(path), _noted(like, secrets.token_hex(16)))
            try:
                fill(upload.add)
                upload.end()
            except BaseException:
                upload.abort()
                raise

    def inherit(self, old: bytes, new: bytes) -> int:  # noqa: ARG002
        """Nothing: of an object that is not whole nothing stands under a name."""
        self.unlink(old)
        return 0

    def at_once(self, size: int) -> int:  # noqa: ARG002
        """Most of the time goes to waiting for answers."""
        return AT_ONCE

    def force(self, paths: Sequence[bytes]) -> None:
        """Nothing: an object that is there is on disk."""

    def place(self, part: bytes, path: bytes) -> None:
        """Copy an object to another key; Conflict if something stands there, whatever was seen before."""
        with self._bucket.telling(path):
            source, key = self._bucket.head(self._key(part)), self._key(path)
            if source is None:
                raise Missing("was taken away before it had its name")
            if self._bucket.head(key) is not None:
                raise Conflict("something else stands there")
            upload = Upload(self._bucket, key, source.get("Metadata", {}))
            if source["ContentLength"] <= PIECE:
                answer = self._bucket.call("get_object", Key=self._key(part), IfMatch=source["ETag"])
                for block in self._bucket.blocks(answer, PIECE):
                    upload.add(memoryview(block))
                upload.end()
                return
            self._note(part, key)
            try:
                upload.copy(self._key(part), source["ContentLength"], source["ETag"], COPIED)
                upload.end()
            except BaseException:
                upload.abort()
                raise

    def is_one(self, part: bytes, path: bytes) -> bool:
        """Whether an object was copied from the other one, by the number that both were given."""
        one, other = self.look(part), self.look(path)
        return one is not None and other is not None and one.inode != 0 and one.body == other.body

    def claims(self, one: bytes, other: bytes) -> bool:
        """Whether the server refuses to put an object where one is; `other` is put there twice."""
        self.place(one, other)
        with self._bucket.telling(other):
            try:
                Upload(self._bucket, self._key(other), {}).end()
            except Exception as error:
                if code_of(error) in TAKEN:
                    return True
                raise
        return False

    def unlink(self, path: bytes) -> None:
        """Take an object away; nothing where none is. Of our own names, also what was begun and not ended."""
        with self._bucket.telling(path):
            if is_ours(path.rpartition(b"/")[2]):
                self._give_up(path)
                self._abort(self._key(path), self._bucket.uploads(self._key(path)))
            found = self._bucket.head(self._key(path))
            if found is not None:
                self._bucket.call("delete_object", Key=self._key(path), IfMatch=found["ETag"])

    def walk(self, path: bytes) -> Iterator[bytes]:
        """The objects below a prefix that ends with a slash, or the one of that very key, in the order of their keys.

        NotAFile where a file system could not have them all: a file that has files below it, an empty name, `..`.
        """
        with self._bucket.telling(path):
            itself, count = bool(path) and self.look(path) is not None, 0
            for found in self._bucket.keys(self._key(path) + "/" if path else self._root):
                name = found["Key"][len(self._root) :].encode("utf-8", "surrogateescape")
                if name.rpartition(b"/")[2] == MARK and name != MARK:
                    raise DatasetError(f"another store lies there: its mark is {show(name)}")
                if any(map(is_ours, name.split(b"/"))) or (name.endswith(b"/") and not found["Size"]):
                    continue
                if itself or not _is_path(name):
                    raise NotAFile(f"{show(path if itself else name)} is a key that cannot be a file's path")
                count += 1
                yield name
            if itself:
                yield path
            elif not count and path:
                raise Missing("is not there")

    def is_folder(self, path: bytes) -> bool:  # noqa: ARG002
        """Yes: keys need none."""
        return True

    def make(self, path: bytes) -> None:
        """Nothing: keys need no folders."""

    def unmake(self, path: bytes) -> None:
        """Nothing: keys have no folders."""

    def sync(self, path: bytes) -> None:
        """Nothing: a key that is there is on disk."""

    def refuse_name(self, path: bytes) -> None:
        """Raise StoreRefusal for a path that cannot be held here."""
        with self._bucket.telling(path):
            self._key(path)

    def longest_name(self) -> int:
        """How many bytes a whole path may have here."""
        return LONGEST_KEY - len(self._root.encode())

    def folds_case(self) -> bool:
        """Whether two names that differ in case only are one file here, as the name of the mark shows."""
        return self.look(MARK.upper()) is not None

    def _key(self, path: bytes) -> str:
        """The key of a path; what is ours for a while lies right below the prefix, so that it fits whatever the path.

        StoreRefusal for what cannot be a key.
        """
        name = path.rpartition(b"/")[2]
        try:
            key = self._root + (name if is_ours(name) else path).decode()
        except UnicodeDecodeError:
            raise StoreRefusal("does not fit: keys of S3 are UTF-8") from None
        if len(key.encode()) > LONGEST_KEY:
            raise StoreRefusal(f"a key of over {LONGEST_KEY:,} bytes does not fit")
        return key

    def _note_of(self, part: bytes) -> str:
        return self._key(part) + "-placed"

    def _note(self, part: bytes, key: str) -> None:
        """Write down, before it begins, to which key something will be uploaded, and which uploads are not ours."""
        self._give_up(part)
        said = json.dumps({"key": key, "others": self._bucket.uploads(key)}).encode()
        self._bucket.call("put_object", Key=self._note_of(part), Body=said)

    def _give_up(self, part: bytes) -> None:
        """End the uploads that were noted for this part by a process that was killed."""
        with suppress(FileNotFoundError):
            answer = self._bucket.call("get_object", Key=self._note_of(part))
            said = json.loads(b"".join(self._bucket.blocks(answer, PIECE)))
            self._abort(said["key"], set(self._bucket.uploads(said["key"])) - set(said["others"]))
            self._bucket.call("delete_object", Key=self._note_of(part))

    def _abort(self, key: str, uploads: Iterable[str]) -> None:
        for upload in uploads:
            with suppress(FileNotFoundError):
                self._bucket.call("abort_multipart_upload", Key=key, UploadId=upload)

    def _refuse_inside(self) -> None:
        """Raise DatasetError if the mark of another store is above the prefix."""
        above = ["", *(f"{it.decode()}/" for it in names.folders_of([self._root.rstrip("/").encode()]))]
        for folder in above if self._root else ():
            if self._bucket.head(folder + MARK.decode()) is not None:
                raise DatasetError(
                    f"store {self.store} lies in another store: its mark is at {show(folder.encode()) or '/'}",
                    "Correct [[stores]].",
                )


def _seen(found: dict[str, Any]) -> Seen:
    """What a server tells of an object. Its number, time and mode are those that we noted, if we did."""
    noted = found.get("Metadata", {})
    version = f"{found['ETag']} {found['LastModified'].timestamp()} {found.get('VersionId', '')}"
    changed = int.from_bytes(blake2b(version.encode(), digest_size=7).digest())
    modified = int(found["LastModified"].timestamp()) * 10**9
    try:
        number, mtime, mode = (
            int(noted["xfc-id"][:14], 16),
            int(noted["xfc-mtime"]),
            int(noted["xfc-mode"], 8),
        )
    except (KeyError, ValueError):
        number, mtime, mode = 0, modified, _MODE
    return Seen(0, number, found["ContentLength"], mtime, changed, mode & 0o777)


def _noted(like: Seen | None, token: str) -> dict[str, str]:
    mtime = like.mtime if like else int(datetime.now(UTC).timestamp()) * 10**9
    return {"xfc-id": token, "xfc-mtime": str(mtime), "xfc-mode": f"{like.mode if like else _MODE:o}"}


def _is_path(name: bytes) -> bool:
    try:
        return names.checked(name) == name
    except WrongInput:
        return False
