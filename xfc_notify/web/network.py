"""Where a request comes from, and whom a trusted proxy says it is from. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from xfc_notify.errors import WrongInput
from xfc_notify.settings.web import ANYBODY, UNIX, Network

Address = IPv4Address | IPv6Address
Headers = Sequence[tuple[bytes, bytes]]


def client(peer: str | None, headers: Headers, trusted: Sequence[str]) -> str:
    """The address of the client: of the hops that X-Forwarded-For lists, the last one that is not a trusted proxy.

    What stands before it was written by the client itself. peer is None over a Unix socket.
    """
    hops = [
        hop.strip() for value in values(headers, "x-forwarded-for") for hop in value.split(",") if hop.strip()
    ]
    here = UNIX if peer is None else peer
    while hops and is_trusted(here, trusted):
        hop = hops.pop()
        if address(hop) is None:
            break
        here = hop
    found = address(here)
    return here if found is None else str(found)


def is_trusted(peer: str | None, trusted: Sequence[str]) -> bool:
    """Whether a proxy there is to be believed."""
    if peer is None or peer == UNIX:
        return UNIX in trusted
    if ANYBODY in trusted:
        return True
    return is_in(peer, [ip_network(name, strict=False) for name in trusted if name != UNIX])


def is_in(peer: str, networks: Sequence[Network]) -> bool:
    """Whether an address is in one of these networks; an IPv4 address in IPv6 is the IPv4 address."""
    here = address(peer)
    return here is not None and any(here in network for network in networks)


def named_by_proxy(peer: str | None, headers: Headers, name: str, trusted: Sequence[str]) -> str:
    """Whom a trusted proxy names in this header; empty if it names nobody, or is not trusted.

    Raises WrongInput if it names several: a client's own header may have come through.
    """
    if not name or not is_trusted(peer, trusted):
        return ""
    found = values(headers, name)
    if len(found) > 1 or any("," in value for value in found):
        raise WrongInput(f"{name} names more than one user.")
    return found[0].strip() if found else ""


def values(headers: Headers, name: str) -> list[str]:
    """All values of a header of exactly this name."""
    wanted = name.lower().encode("ascii")
    return [value.decode("latin-1") for key, value in headers if key.lower() == wanted]


def address(text: str) -> Address | None:
    """The address, an IPv4 one also where IPv6 carries it; None for anything else."""
    try:
        found = ip_address(text.strip("[]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
