"""What may be connected to: a name is resolved once, and the connection goes to an address that was checked."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from xfc_notify.datasets.errors import DatasetError
from xfc_notify.datasets.settings import External
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless
from xfc_notify.settings.web import Network

PORTS = {"http": 80, "https": 443}
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv4 addresses as NAT64 writes them, in the last four bytes."""


class NotAllowed(DatasetError):
    """The site does not let anything be fetched from there."""


@dataclass(frozen=True, slots=True)
class Url:
    """An address by HTTP, taken apart. `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @classmethod
    def of(cls, text: str) -> "Url":
        """WrongInput for what is no plain http or https URL."""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port
            name = host.encode("idna").decode() if ":" not in host else host
        except ValueError:
            raise WrongInput(f"{harmless(text)} is no URL.") from None
        if parts.scheme not in PORTS or not name:
            raise WrongInput(f"{harmless(text)} is no URL of http or https.")
        if parts.username is not None:
            raise WrongInput("A URL must not hold a password.", "Write user and password into the options.")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if not (target.isascii() and target.isprintable()) or " " in target:
            raise WrongInput(f"{harmless(text)} is no URL.", "Write what is no letter as %XX.")
        return cls(parts.scheme, name.rstrip("."), port or PORTS[parts.scheme], target)

    @property
    def origin(self) -> tuple[str, str, int]:
        """Where what is secret may go."""
        return self.scheme, self.host, self.port

    @property
    def shown(self) -> str:
        """Without the query, which may be secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{usual}{self.target.partition('?')[0]}"


def checked(url: Url, allowed: External) -> str:
    """The address to which the connection goes. NotAllowed if the host is not listed, or no address of it may be
    reached; DatasetError if it has none."""
    refuse_host(url, allowed)
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DatasetError(f"{url.host} has no address") from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if is_reachable(address, allowed.networks):
            return address
    raise NotAllowed(f"{url.host} is at {', '.join(addresses)}: nothing is fetched from there")


def refuse_host(url: Url, allowed: External) -> None:
    """Raise NotAllowed unless the host is listed."""
    if not any(fnmatchcase(url.host, pattern.lower()) for pattern in allowed.hosts):
        raise NotAllowed(f"{url.host} is none of the hosts from which files may be fetched")


def is_reachable(address: str, allowed: Sequence[Network]) -> bool:
    """Whether an address is public, or in an allowed network. An IPv4 address that IPv6 carries is what counts."""
    here = _carried(ip_address(address.partition("%")[0]))
    if any(here in network for network in allowed):
        return True
    return here.is_global and not here.is_multicast and not here.is_reserved


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(address.packed[12:])
    if address.packed[:12] == bytes(12) and int(address) > 1:  # ::192.0.2.1, as it was written once
        return IPv4Address(address.packed[12:])
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address
