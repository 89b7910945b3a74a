"""The fast way from lines to cells, in C: for plain lines; what is not plain is left to the query."""

from importlib import import_module
from struct import pack
from typing import TYPE_CHECKING, Any

from xfc_notify.reports import kinds

if TYPE_CHECKING:
    import pyarrow as pa

_SUFFIX = 8


def fold(text: bytes, columns: int, as_of: int, ages: dict[str, int]) -> "tuple[pa.Table, bytes] | None":
    """The cells of the plain lines of a text, and the other lines; None where this was not built.

    ages is name → seconds, the least first.
    """
    try:
        native: Any = import_module("xfc_notify.reports._fold")
    except ImportError:
        return None
    code = {kind: number for number, kind in enumerate(kinds.KINDS)}
    plain, packed = (_table(table, code) for table in kinds.suffixes())
    older = pack(f"={len(ages)}q", *ages.values())
    numbers = code[kinds.OTHER], code["compressed"], code[kinds.DIRECTORY]
    (starts, names), found, odd = native.fold(text, columns, as_of, plain, packed, *numbers, older)
    return _cells(starts, names, found, list(ages)), odd


def _cells(starts: bytes, names: bytes, found: list[bytes], ages: list[str]) -> "pa.Table":
    import pyarrow as pa

    whole, wide = pa.int64(), pa.decimal128(38)
    types = {
        "directory": pa.int32(),
        "uid": whole,
        "gid": whole,
        "kind": pa.int8(),
        "temporary": pa.int8(),
        "links": whole,
        "lines": whole,
        "files": whole,
        "size": wide,
        "newest": whole,
        "byte_seconds": pa.float64(),
        **{f"older_{name}": wide for name in ages},
    }
    count = len(found[3])
    columns = {
        name: pa.Array.from_buffers(kind, count, [None, pa.py_buffer(column)])
        for (name, kind), column in zip(types.items(), found, strict=True)
    }
    directories = pa.Array.from_buffers(
        pa.string(), len(starts) // 4 - 1, [None, pa.py_buffer(starts), pa.py_buffer(names)]
    )
    columns["directory"] = pa.DictionaryArray.from_arrays(columns["directory"], directories).cast(pa.string())
    columns["kind"] = pa.DictionaryArray.from_arrays(columns["kind"], pa.array(kinds.KINDS)).cast(pa.string())
    columns["temporary"] = columns["temporary"].cast(pa.bool_())
    return pa.table(columns)


def _table(suffixes: dict[str, str], code: dict[str, int]) -> bytes:
    return b"".join(
        suffix.encode().ljust(_SUFFIX, b"\0") + bytes([code[kind]]) for suffix, kind in suffixes.items()
    )
