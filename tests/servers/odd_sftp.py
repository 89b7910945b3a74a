"""A server of sftp, made of asyncssh, that does what some servers do and OpenSSH's does not."""

import asyncio
import os
import threading
from pathlib import Path
from typing import Any, Self

import asyncssh

from servers.process import free_port
from servers.sshd import new_key

APPEND = asyncssh.FXF_APPEND


class OddSftp:
    """It knows no hard links and no fsync, and its rename replaces what stands there.

    appends  whether every write goes to the end of a file, whatever its offset
    """

    def __init__(self, folder: Path, *, appends: bool = False) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.port, self.appends = folder, free_port(), appends
        self.before_rename: Any = lambda: None
        for name in ("host", "user"):
            new_key(folder / name)
        host = (folder / "host.pub").read_text()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host}")
        self._loop = asyncio.new_event_loop()

    def store(self, name: str, path: Path) -> dict[str, Any]:
        """The [[stores]] block of a folder behind it."""
        return {
            "name": name, "url": f"sftp://somebody@127.0.0.1:{self.port}{path}",
            "key_file": str(self.folder / "user"), "known_hosts": str(self.folder / "known_hosts"),
        }  # fmt: skip

    def __enter__(self) -> Self:
        odd = self

        class Server(asyncssh.SFTPServer):
            def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
                return super().open(
                    path, pflags | (APPEND if odd.appends and pflags & asyncssh.FXF_WRITE else 0), attrs
                )

            def link(self, *_: bytes) -> None:
                raise asyncssh.SFTPOpUnsupported("no links")

            def fsync(self, *_: object) -> None:
                raise asyncssh.SFTPOpUnsupported("no fsync")

            def rename(self, oldpath: bytes, newpath: bytes) -> None:
                odd.before_rename()
                os.replace(oldpath, newpath)

        async def serve() -> None:
            self._server = await asyncssh.listen(
                "127.0.0.1", self.port, server_host_keys=[self.folder / "host"],
                authorized_client_keys=str(self.folder / "user.pub"), sftp_factory=Server,
            )  # fmt: skip

        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(serve(), self._loop).result(30)
        return self

    def __exit__(self, *_: object) -> None:
        async def close() -> None:
            self._server.close()
            await self._server.wait_closed()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
