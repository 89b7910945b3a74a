"""`[plugins.ldap]`: which directory is asked, and how it calls what it knows. No error and no repr shows a password."""

import ipaddress
import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

PORTS = {"ldap": 389, "ldap+starttls": 389, "ldaps": 636}
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Server:
    """A server as a url names it."""

    scheme: str
    host: str
    port: int

    @property
    def is_open(self) -> bool:
        """Whether others could read what is said to it."""
        return self.scheme == "ldap" and not _is_loopback(self.host)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def server(url: str) -> Server:
    """What a url names; ValueError says what is allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _not_a_server() from None
    plain = url.isascii() and url.isprintable() and " " not in url
    more = parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in PORTS or not parts.hostname or not plain or more:
        raise _not_a_server()
    return Server(parts.scheme, parts.hostname, port or PORTS[parts.scheme])


def _not_a_server() -> ValueError:
    return ValueError(
        'allowed are "ldaps://host:port", "ldap+starttls://…" and "ldap://…"; who binds stands in bind_dn and password'
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listed(value: object) -> object:
    """One url is a list of one; several as the environment gives them have commas."""
    return [url.strip() for url in value.split(",") if url.strip()] if isinstance(value, str) else value


def _urls(value: tuple[str, ...]) -> tuple[str, ...]:
    for url in value:
        server(url)
    return value


def _certificates(value: str) -> str:
    import ssl

    try:
        if value:
            ssl.create_default_context(cadata=value)
    except (ssl.SSLError, ValueError):
        raise ValueError("no certificates in PEM form") from None
    return value


def _filter(value: str) -> str:
    if not re.fullmatch(r"\(.+\)", value, re.DOTALL) or value.count("(") != value.count(")"):
        raise ValueError('not a filter; write it like "(objectClass=posixAccount)"')
    return value


def _attribute(value: str) -> str:
    if not _ATTRIBUTE.fullmatch(value):
        raise ValueError('the name of an attribute is needed, as in "uid"')
    return value


def _attribute_or_none(value: str) -> str:
    return value and _attribute(value)


Filter = Annotated[str, AfterValidator(_filter)]
Attribute = Annotated[str, AfterValidator(_attribute)]
AttributeOrNone = Annotated[str, AfterValidator(_attribute_or_none)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Users(_Table):
    """The table `[plugins.ldap.users]`."""

    base: str = Field("", description="below which entry people are; empty: `base` of the directory")
    filter: Filter = Field("(objectClass=posixAccount)", description="which entries are people")
    username: Attribute = Field("uid", description="attribute with the name of the account")
    full_name: AttributeOrNone = Field("cn", description="attribute with the full name; empty: none")
    email: AttributeOrNone = Field(
        "mail", description="attribute with the address; the first that mail can reach counts; empty: none"
    )
    uid: AttributeOrNone = Field("uidNumber", description="attribute with the uid; empty: none")
    gid: AttributeOrNone = Field(
        "gidNumber",
        description="attribute with the gid of the primary group, whose member one is as well; empty: they are none",
    )


class Groups(_Table):
    """The table `[plugins.ldap.groups]`."""

    base: str = Field("", description="below which entry groups are; empty: `base` of the directory")
    filter: Filter = Field(
        "(|(objectClass=posixGroup)(objectClass=groupOfNames))",
        description="which entries are groups",
    )
    name: Attribute = Field("cn", description="attribute with the name")
    gid: Attribute = Field("gidNumber", description="attribute with the gid")
    member_names: AttributeOrNone = Field(
        "memberUid", description="attribute with members by username (RFC 2307); empty: none"
    )
    member_dns: AttributeOrNone = Field(
        "member",
        description="attribute with members by DN (RFC 2307bis), people or groups; empty: none",
    )
    head: AttributeOrNone = Field(
        "owner",
        description="attribute with who answers for it, by DN or username, like `owner` or `manager`; empty: nobody",
    )
    dn: Attribute = Field(
        "entryDN",
        description="attribute by which an entry is searched by its own DN; `distinguishedName` in Active Directory",
    )
    depth: int = Field(
        5,
        ge=0,
        le=20,
        description="so many levels of groups in groups are followed; one that has deeper ones is not complete",
    )


class LdapSettings(_Table):
    """The table `[plugins.ldap]`."""

    url: Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_urls)] = Field(
        (),
        description="`ldaps://host`, `ldap+starttls://host`, `ldap://host`, or a list of servers of one directory,"
        " which are tried in this order; empty: none is asked",
    )
    ca: Annotated[str, AfterValidator(_certificates)] = Field(
        "",
        repr=False,
        description='certificates (PEM) to trust instead of the system\'s; usually `ca_file = "ca.pem"`',
    )
    bind_dn: str = Field("", description="as whom it is read; empty: anonymously")
    password: str = Field("", repr=False, description='of bind_dn; usually `password_file = "ldap.password"`')
    base: str = Field("", description="the entry at the top, like `dc=example,dc=org`")
    seconds: int = Field(5, ge=1, le=8, description="so long a question waits for its answer")
    page_size: int = Field(
        500, ge=1, le=100_000, description="so many entries are asked for at once (RFC 2696)"
    )
    users: Users = Users()
    groups: Groups = Groups()

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        if not self.url:
            return self
        if find_spec("ldap3") is None:
            raise ValueError("url needs more libraries: pip install 'xfc-notify[ldap]'")
        if not self.base:
            raise ValueError('base is needed with url; write it like "dc=example,dc=org"')
        if bool(self.bind_dn) != bool(self.password):
            raise ValueError("bind_dn and password are of no use without each other")
        if self.password and any(server(url).is_open for url in self.url):
            raise ValueError(
                "a password may not cross the network in the clear: ldap+starttls:// or ldaps://"
            )
        return self

    @property
    def servers(self) -> tuple[Server, ...]:
        """The servers, in the order in which they are tried."""
        return tuple(map(server, self.url))

    @property
    def users_base(self) -> str:
        """Below which entry people are."""
        return self.users.base or self.base

    @property
    def groups_base(self) -> str:
        """Below which entry groups are."""
        return self.groups.base or self.base
