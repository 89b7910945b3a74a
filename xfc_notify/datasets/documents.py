"""Documents of event-model: Resource with Datum, StreamResource with StreamDatum, in and out."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from xfc_notify.datasets.tables import DatasetRow
from xfc_notify.errors import WrongInput
from xfc_notify.paths import parse

_RESOURCE = {"spec": str, "root": str, "resource_path": str, "resource_kwargs": dict, "uid": str}
_STREAM = {"mimetype": str, "uri": str, "parameters": dict, "uid": str, "data_key": str}
_OPTIONAL = {"path_semantics": str, "run_start": str}


def read(document: Mapping[str, Any], datums: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What `Catalog.register` takes, out of a Resource or StreamResource and the datums that belong to it.

    WrongInput for what is no such document, or is about paths of Windows.
    """
    streams = "uri" in document
    _check(document, _STREAM if streams else _RESOURCE)
    if document.get("path_semantics", "posix") != "posix":
        raise WrongInput("Only documents with paths of POSIX can be registered.")
    points = dict(_point(datum, document["uid"], streams) for datum in datums)
    known = {"uid": document["uid"], "points": points}
    if streams:
        path = _place(document["uri"])
        rest = {key: document[key] for key in ("data_key", "mimetype", "run_start") if key in document}
        return known | {
            "spec": "file", "root": "", "path": path, "arguments": document["parameters"], "document": rest,
        }  # fmt: skip
    rest = {key: document[key] for key in _OPTIONAL if key in document}
    return known | {
        "spec": document["spec"], "root": document["root"], "path": document["resource_path"],
        "arguments": document["resource_kwargs"], "document": rest,
    }  # fmt: skip


def write(row: DatasetRow, root: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The Resource or StreamResource of a dataset with its datums, as it lies under this absolute root."""
    path = parse(row.path)
    if "data_key" in row.document:
        made = {**row.document, "uid": row.uid, "uri": _uri(root, path), "parameters": row.arguments}
        return made, [{**point, "uid": uid, "stream_resource": row.uid} for uid, point in row.points.items()]
    made = {
        "spec": row.spec, "root": _text(root), "resource_path": _text(path), "resource_kwargs": row.arguments,
        "uid": row.uid, **row.document,
    }  # fmt: skip
    return made, [
        {"datum_id": uid, "resource": row.uid, "datum_kwargs": point} for uid, point in row.points.items()
    ]


def _place(uri: str) -> bytes:
    """The path of a file here, or the URL of one elsewhere, in which nothing is escaped."""
    parts = urlsplit(uri)
    server = b"" if parts.scheme in {"", "file"} else f"{parts.scheme}://{parts.netloc}".encode()
    return server + unquote_to_bytes(parts.path)


def _uri(root: bytes, path: bytes) -> str:
    scheme, is_elsewhere, rest = root.partition(b"://")
    host, slash, folder = rest.partition(b"/")
    server = f"{scheme.decode()}://{host.decode()}" if is_elsewhere else "file://localhost"
    where = slash + folder if is_elsewhere else root
    return server + quote_from_bytes(bytes(PurePosixPath(_text(where)) / _text(path)))


def _point(datum: Mapping[str, Any], uid: str, streams: bool) -> tuple[str, dict[str, Any]]:
    mine, known = ("stream_resource", "uid") if streams else ("resource", "datum_id")
    if datum.get(mine) != uid or not isinstance(datum.get(known), str):
        raise WrongInput(f"A datum does not belong to the resource {uid}: {mine} and {known} are needed.")
    if streams:
        return datum[known], {key: value for key, value in datum.items() if key not in {mine, known}}
    if not isinstance(datum.get("datum_kwargs"), Mapping):
        raise WrongInput(f"The datum {datum[known]} has no datum_kwargs.")
    return datum[known], dict(datum["datum_kwargs"])


def _check(document: Mapping[str, Any], needed: Mapping[str, type]) -> None:
    for key, kind in needed.items():
        if not isinstance(document.get(key), kind):
            raise WrongInput(f"A resource needs {key}, of the type {kind.__name__}.")
    for key in document.keys() - needed.keys() - _OPTIONAL.keys():
        raise WrongInput(f"A resource has no {key}.")


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
