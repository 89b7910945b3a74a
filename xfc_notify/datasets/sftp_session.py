"""A session of sftp, by sshfs: the server's key is verified, every call has its time, and its errors become ours."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from xfc_notify.datasets.errors import DatasetError, Missing, StoreAway, StoreRefusal, full, lacks_library
from xfc_notify.paths import harmless, show
from xfc_notify.settings import StoreTable

CONNECT = 20
"""Seconds until a session has to stand."""
ANSWER = 60
"""Seconds in which a server has to answer."""
FIRST_CIPHER = "^aes128-gcm@openssh.com"
"""What is encrypted by the processor itself, before the others: of so many small packets, it is a fifth of the time."""
T = TypeVar("T")


class Session:
    """One connection with one channel of sftp. Paths are bytes, as the server has them.

    StoreAway if it does not come about, or breaks.
    """

    def __init__(self, store: StoreTable) -> None:
        try:
            import asyncssh
            from fsspec.asyn import get_loop
            from sshfs import SSHFileSystem
        except ImportError as error:
            raise lacks_library(store.name, error) from None
        self.store = store.name
        self._ssh, self._loop = asyncssh, get_loop()
        where = store.address
        options = _options(store)
        with self.telling("its server"):
            self._system = SSHFileSystem(
                where.host, port=where.port, config=None, connect_timeout=CONNECT, login_timeout=CONNECT,
                keepalive_interval=ANSWER // 4, timeout=2 * CONNECT, skip_instance_cache=True,
                encryption_algs=FIRST_CIPHER, **options,
            )  # fmt: skip
        try:
            with self.telling("its server"):
                self.sftp: Any = self.wait(self._system.client.start_sftp_client, path_encoding=None)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it."""

        async def close() -> None:
            self._system.client.close()
            await self._system.client.wait_closed()

        with suppress(Exception):
            self.wait(close)

    def wait(self, call: Callable[..., Awaitable[T]], *arguments: Any, **named: Any) -> T:
        """What a call answers, in its time."""
        from fsspec.asyn import sync

        async def called() -> T:
            return await call(*arguments, **named)

        answer: T = sync(self._loop, called, timeout=ANSWER)
        return answer

    def try_(self, call: Callable[..., Awaitable[T]], *arguments: Any) -> T | None:
        """The same; None where the server answers that it cannot, will not, or that nothing is there."""
        try:
            return self.wait(call, *arguments)
        except self._ssh.SFTPError as error:
            self._refuse(error)
            return None

    async def tried(self, call: Callable[..., Awaitable[T]], *arguments: Any) -> T | None:
        """The same, for those who wait for other answers as well."""
        try:
            return await call(*arguments)
        except self._ssh.SFTPError as error:
            self._refuse(error)
            return None

    def _refuse(self, error: BaseException) -> None:
        if not self.is_refusal(error):
            raise error

    def is_refusal(self, error: BaseException) -> bool:
        """Whether the server lives, and says no."""
        lost = (self._ssh.SFTPConnectionLost, self._ssh.SFTPNoConnection)
        return isinstance(error, self._ssh.SFTPError) and not isinstance(error, lost)

    @contextmanager
    def telling(self, path: bytes | str) -> Iterator[None]:
        """Let errors say where, once."""
        ssh = self._ssh
        where = f"store {self.store}: {path if isinstance(path, str) else show(path) or 'its root'}"
        away = f"store {self.store} is away"
        try:
            yield
        except DatasetError as error:
            error.say_where(where)
            raise
        except (ssh.HostKeyNotVerifiable, ssh.KeyExchangeFailed) as error:
            raise StoreAway(
                f"{away}: the key of its server is not the one that is known: {harmless(str(error))}",
                "If you know it, add it to known_hosts, as by ssh-keyscan.",
            ) from None
        except (ssh.PermissionDenied, PermissionError):
            raise StoreAway(f"{away}: its server refuses the key or the password") from None
        except ValueError as error:  # what it says may hold a piece of the key
            raise StoreAway(
                f"{away}: its key_file or known_hosts cannot be used: {type(error).__name__}",
                "A key must not need a passphrase.",
            ) from None
        except (ssh.SFTPNoSuchFile, ssh.SFTPNoSuchPath) as error:
            raise Missing(f"{where}: is not there") from error
        except (ssh.SFTPNoSpaceOnFilesystem, ssh.SFTPQuotaExceeded) as error:
            raise full(where) from error
        except (
            ssh.SFTPConnectionLost,
            ssh.SFTPNoConnection,
            ssh.DisconnectError,
            OSError,
            TimeoutError,
        ) as error:
            raise StoreAway(f"{away}: {harmless(str(error)) or 'its server does not answer'}") from None
        except ssh.SFTPError as error:
            raise StoreRefusal(f"{where}: server refused it: {harmless(error.reason)}") from error
        except ssh.Error as error:
            raise StoreAway(f"{away}: {harmless(str(error))}") from None


def _options(store: StoreTable) -> dict[str, Any]:
    """How to be known to the server, and to know it. StoreAway if a file of the settings cannot be read."""
    known = store.known_hosts or Path("~/.ssh/known_hosts").expanduser()
    options: dict[str, Any] = {"known_hosts": _content(store, known)}
    if store.address.user:
        options["username"] = store.address.user
    if store.key_file:
        options |= {"client_keys": [_content(store, store.key_file)], "agent_path": None}
    if store.secret_file:
        options["password"] = _content(store, store.secret_file).decode("utf-8", "replace").strip()
        options |= {} if store.key_file else {"client_keys": None, "agent_path": None}
    return options


def _content(store: StoreTable, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise StoreAway(
            f"store {store.name} is away: {harmless(str(file))}: {error.strerror}", "Correct [[stores]]."
        ) from None
