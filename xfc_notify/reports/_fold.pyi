# The directories (where each begins, and all of them after each other), the columns of the cells, and the lines that
# are not plain. Columns: directory, uid, gid, kind, temporary, links, lines, files, size, newest, byte_seconds, ages.
#
# plain, packed  suffixes that stand alone, and before `.gz`: 8 bytes padded with zeros, then the number of the kind
# older          8 numbers of seconds, the least first, as 64 bits each
def fold(
    text: bytes,
    columns: int,
    as_of: int,
    plain: bytes,
    packed: bytes,
    other: int,
    compressed: int,
    directory: int,
    older: bytes,
    /,
) -> tuple[tuple[bytes, bytes], list[bytes], bytes]: ...
