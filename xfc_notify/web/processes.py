"""Several processes that serve the same address."""

import socket
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess


class Shared(uvicorn.Config):
    """A socket that does not hold an answer back until the client has acknowledged its first part.

    asyncio sees to that for sockets that it makes; the one that uvicorn makes for several processes costs 40 ms a page.
    """

    def bind_socket(self) -> socket.socket:
        """The socket; connections that are accepted inherit what is set."""
        bound = super().bind_socket()
        if bound.family != socket.AF_UNIX:
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return bound


def serve(**options: Any) -> None:
    """Serve with the options of `uvicorn.run` until stopped."""
    config = Shared(**options)
    Multiprocess(config, sockets=[config.bind_socket()]).run()
