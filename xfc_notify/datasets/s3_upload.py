"""An upload to one key, which never takes the place of another object, and leaves nothing if it does not end."""

from contextlib import suppress
from typing import Any

from xfc_notify.datasets.bucket import Bucket

PIECE = 8 * 2**20
"""Bytes of a piece, of which there may be 10,000: after each thousand they are doubled."""
NEW = {"IfNoneMatch": "*"}


class Upload:
    """What is sent to a key. Small objects go at once, larger ones in pieces: of them nothing is seen before."""

    def __init__(self, bucket: Bucket, key: str, noted: dict[str, str]) -> None:
        self._bucket, self._key, self._noted = bucket, key, noted
        self._buffer = bytearray()
        self._id = ""
        self._done: list[dict[str, Any]] = []

    def add(self, block: memoryview) -> None:
        """Send more bytes."""
        self._buffer += block
        while len(self._buffer) > (size := PIECE << (len(self._done) // 1000)):
            self._send(bytes(self._buffer[:size]))
            del self._buffer[:size]

    def copy(self, source: str, size: int, etag: str, piece: int) -> None:
        """Let the server copy an object of so many bytes, if it is still the one of this ETag."""
        for first in range(0, size, piece):
            last = min(first + piece, size) - 1
            answer = self._bucket.call(
                "upload_part_copy", Key=self._key, UploadId=self._begun(), PartNumber=len(self._done) + 1,
                CopySource={"Bucket": self._bucket.name, "Key": source}, CopySourceIfMatch=etag,
                CopySourceRange=f"bytes={first}-{last}",
            )  # fmt: skip
            self._note(answer["CopyPartResult"]["ETag"])

    def end(self) -> None:
        """Let the object be there, if none is."""
        if not self._id:
            body = bytes(self._buffer)
            self._bucket.call("put_object", Key=self._key, Body=body, Metadata=self._noted, **NEW)
            return
        if self._buffer:
            self._send(bytes(self._buffer))
        self._bucket.call(
            "complete_multipart_upload", Key=self._key, UploadId=self._id,
            MultipartUpload={"Parts": self._done}, **NEW,
        )  # fmt: skip
        self._id = ""

    def abort(self) -> None:
        """Forget what was sent; if that fails, the tick does it."""
        if self._id:
            with suppress(Exception):
                self._bucket.call("abort_multipart_upload", Key=self._key, UploadId=self._id)

    def _begun(self) -> str:
        if not self._id:
            self._id = self._bucket.call("create_multipart_upload", Key=self._key, Metadata=self._noted)[
                "UploadId"
            ]
        return self._id

    def _send(self, piece: bytes) -> None:
        upload = self._begun()
        answer = self._bucket.call(
            "upload_part", Key=self._key, UploadId=upload, PartNumber=len(self._done) + 1, Body=piece
        )
        self._note(answer["ETag"])

    def _note(self, etag: str) -> None:
        self._done.append({"ETag": etag, "PartNumber": len(self._done) + 1})
