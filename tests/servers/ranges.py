"""An LDAP server with one group that tells its members in pieces, as Active Directory does and slapd cannot.

It knows no filter: every search finds the group. Written after RFC 4511 and draft-kashi-incremental.
"""

import re
from collections.abc import Iterator, Sequence
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Self

BIND, UNBIND, SEARCH = 0x60, 0x42, 0x63
SUCCESS = b"\x0a\x01\x00\x04\x00\x04\x00"


class Ranges:
    """`with Ranges(dn, members) as server:` listens on 127.0.0.1 at `server.url`.

    piece   so many members are told at once
    silent  after the first piece nothing more is told
    """

    def __init__(self, dn: str, members: Sequence[str], piece: int = 1500, *, silent: bool = False) -> None:
        self.dn, self.members, self.piece, self.silent = dn, members, piece, silent
        self.searches = 0

    def __enter__(self) -> Self:
        ranges = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                while head := self.rfile.read(2):
                    length = head[1]
                    if length & 0x80:
                        length = int.from_bytes(self.rfile.read(length & 0x7F), "big")
                    (_, number), (operation, body), *_ = parts(self.rfile.read(length))
                    if operation == UNBIND:
                        return
                    for answer in ranges.answers(operation, body):
                        self.wfile.write(tlv(0x30, tlv(0x02, number) + answer))

        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"ldap://127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answers(self, operation: int, body: bytes) -> Iterator[bytes]:
        """What it answers to a request."""
        if operation == BIND:
            yield tlv(0x61, SUCCESS)
            return
        self.searches += 1
        asked = [value.decode() for _, value in parts(parts(body)[7][1])]
        first = max(
            (int(it) for name in asked for it in re.findall(r"^member;range=(\d+)-\*$", name)), default=0
        )
        attributes = {"cn": ["lab"], "gidNumber": ["700"]}
        if not (self.silent and first):
            attributes |= {"member": [], **self._piece(first)}
        yield tlv(
            0x64,
            tlv(0x04, self.dn.encode())
            + tlv(0x30, b"".join(map(attribute, *zip(*attributes.items(), strict=True)))),
        )
        yield tlv(0x65, SUCCESS)

    def _piece(self, first: int) -> dict[str, list[str]]:
        some = list(self.members[first : first + self.piece])
        last = "*" if first + self.piece >= len(self.members) else str(first + self.piece - 1)
        return {f"member;range={first}-{last}": some}


def attribute(name: str, values: Sequence[str]) -> bytes:
    """An attribute with its values, in BER."""
    return tlv(0x30, tlv(0x04, name.encode()) + tlv(0x31, b"".join(tlv(0x04, it.encode()) for it in values)))


def tlv(tag: int, content: bytes) -> bytes:
    """Tag, length, content, in BER."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


def parts(content: bytes) -> list[tuple[int, bytes]]:
    """The (tag, content) of which something consists."""
    found = []
    while content:
        tag, length, begin = content[0], content[1], 2
        if length & 0x80:
            begin += length & 0x7F
            length = int.from_bytes(content[2:begin], "big")
        found.append((tag, content[begin : begin + length]))
        content = content[begin + length :]
    return found
