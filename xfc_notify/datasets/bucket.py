"""A bucket, by s3fs: single keys only, nothing remembered, every call with its time, and errors that are ours."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from xfc_notify.datasets.errors import (
    Conflict,
    DatasetError,
    Missing,
    StoreAway,
    StoreRefusal,
    full,
    lacks_library,
)
from xfc_notify.paths import harmless, show
from xfc_notify.settings import StoreTable

CONNECT = 10
"""Seconds until a connection has to stand."""
ANSWER = 60
"""Seconds in which a server has to go on answering."""
TRIES = 3
LONGEST_CALL = 900
"""Seconds after which a call is given up with all its tries: copies inside a server take long."""
_FULL = {"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "507", "EntityTooLarge"}
_GONE = {"NoSuchKey", "404", "NoSuchUpload"}
TAKEN = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}
_NO_KEY = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "401"}
_AWAY = {"500", "502", "503", "504", "InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout"}


class Bucket:
    """What is called on one bucket. Keys are text; StoreAway if the server does not answer, or refuses our key."""

    def __init__(self, store: StoreTable) -> None:
        try:
            from s3fs import S3FileSystem
        except ImportError as error:
            raise lacks_library(store.name, error) from None
        self.store, self.name = store.name, store.address.host
        config: dict[str, Any] = {
            "connect_timeout": CONNECT, "read_timeout": ANSWER, "retries": {"max_attempts": TRIES - 1},
            "request_checksum_calculation": "when_required", "response_checksum_validation": "when_required",
        }  # fmt: skip
        if store.endpoint:
            config["s3"] = {"addressing_style": "path"}
        # The library keeps what it has made for this key, in this process: its connections, and no listings.
        self._files: Any = S3FileSystem(
            key=store.access_key or None, secret=_secret(store), endpoint_url=store.endpoint or None,
            client_kwargs={"region_name": store.region or "us-east-1"} if store.region or store.endpoint else {},
            config_kwargs=config, use_listings_cache=False,
        )  # fmt: skip
        self._files.retries = TRIES

    def call(self, method: str, **named: Any) -> Any:
        """What a method of the S3 client answers; errors as the library has them: use `telling`."""
        return self._files.call_s3(method, Bucket=self.name, timeout=LONGEST_CALL, **named)

    def blocks(self, answer: Any, size: int) -> Iterator[bytes]:
        """The body of an answer, in blocks."""
        from fsspec.asyn import sync

        while block := sync(self._files.loop, answer["Body"].read, size, timeout=ANSWER * TRIES):
            yield block

    def head(self, key: str) -> dict[str, Any] | None:
        """What is told of a key, None where nothing is."""
        try:
            found: dict[str, Any] = self.call("head_object", Key=key)
        except FileNotFoundError:
            return None
        return found

    def keys(self, prefix: str) -> Iterator[dict[str, Any]]:
        """All that begins like this, in the order of the keys; asked for anew, page by page."""
        more: dict[str, str] = {}
        while True:
            page = self.call("list_objects_v2", Prefix=prefix, **more)
            yield from page.get("Contents", ())
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def uploads(self, key: str) -> list[str]:
        """The uploads to a key that nobody has ended."""
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            page = self.call("list_multipart_uploads", Prefix=key, **more)
            found += [it["UploadId"] for it in page.get("Uploads", ()) if it["Key"] == key]
            if not page.get("IsTruncated"):
                return found
            more = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}

    @contextmanager
    def telling(self, path: bytes) -> Iterator[None]:
        """Let errors say where, once."""
        where = f"store {self.store}: {show(path) or 'its root'}"
        try:
            yield
        except DatasetError as error:
            error.say_where(where)
            raise
        except Exception as error:
            if (told := _told(error, self, where)) is None:
                raise
            raise told from error


def code_of(error: BaseException) -> str | None:
    """The code by which a server refuses; None if it did not answer."""
    told = getattr(error, "response", None) or getattr(error.__cause__, "response", None)
    if isinstance(told, dict):
        return str(told.get("Error", {}).get("Code", "")) or None
    return "404" if isinstance(error, FileNotFoundError) else None


def _told(error: Exception, bucket: Bucket, where: str) -> DatasetError | None:
    """An error of the library in our words, None for what is none of a server."""
    code, away = code_of(error), f"store {bucket.store} is away"
    if code is not None:
        return _refused(code, where, away, bucket.name)
    if type(error).__name__ in {"NoCredentialsError", "PartialCredentialsError"}:
        return StoreAway(f"{away}: there is no key for it", "Set access_key and secret_file.")
    if _is_of_network(error):
        return StoreAway(f"{away}: its server does not answer: {type(error).__name__}")
    return None


def _refused(code: str, where: str, away: str, name: str) -> DatasetError:
    told: dict[str, DatasetError] = {
        **dict.fromkeys(_AWAY, StoreAway(f"{away}: its server says {harmless(code)}")),
        **dict.fromkeys(_NO_KEY, StoreAway(f"{away}: its server refuses the key: {harmless(code)}")),
        "NoSuchBucket": StoreAway(f"{away}: there is no bucket {name}"),
        **dict.fromkeys(_GONE, Missing(f"{where}: is not there")),
        **dict.fromkeys(TAKEN, Conflict(f"{where}: something else stands there")),
        **dict.fromkeys(_FULL, full(where)),
    }
    return told.get(code) or StoreRefusal(f"{where}: server refused it: {harmless(code)}")


def _is_of_network(error: BaseException) -> bool:
    from aiohttp import ClientError
    from botocore.exceptions import BotoCoreError

    return (
        isinstance(error, (OSError, ClientError, BotoCoreError))
        and getattr(error, "errno", 0) != errno.ENOMEM
    )


def _secret(store: StoreTable) -> str | None:
    if store.secret_file is None:
        return None
    try:
        return store.secret_file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise StoreAway(
            f"store {store.name} is away: {harmless(str(store.secret_file))}: {reason}", "Correct [[stores]]."
        ) from None
