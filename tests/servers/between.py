"""Somebody between a client and a server, who passes on what both say: late, or not to its end."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from servers.process import Server


@contextmanager
def somebody_between(server: Server, after: int = 2**62, delay: float = 0.0) -> Iterator[str]:
    """The LDAP url of somebody who passes on so many bytes of the server's answers, and then hangs up.

    delay  seconds that he waits before each piece of an answer
    """

    def serve() -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                client, _ = listener.accept()
                threading.Thread(target=pass_on, args=(client,), daemon=True).start()

    def pass_on(client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", server.port)) as upstream:
            threading.Thread(target=ask, args=(client, upstream), daemon=True).start()
            left = after
            while left > 0 and (some := upstream.recv(min(left, 65536))):
                time.sleep(delay)
                client.sendall(some)
                left -= len(some)
            client.shutdown(socket.SHUT_RDWR)

    def ask(client: socket.socket, upstream: socket.socket) -> None:
        with suppress(OSError):
            while some := client.recv(65536):
                upstream.sendall(some)
            upstream.shutdown(socket.SHUT_RDWR)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"ldap://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
