"""[web]: where the pages are, and who may see what. It is common to all, since messages carry links."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from xfc_notify.settings import values
from xfc_notify.settings.values import Table

Network = IPv4Network | IPv6Network
UNIX = "unix"
"""In trusted_proxies: whoever may connect to our Unix socket."""
ANYBODY = "*"


def _listen(value: str) -> str:
    if value.startswith("unix:/"):
        return value
    host, colon, port = value.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError(f'{value!r} is not HOST:PORT or unix:/PATH, such as "127.0.0.1:8080"')
    return value


def _without_usual_port(url: str) -> str:
    """The address as browsers write it, in Host and in Origin."""
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    usual = {"http": ":80", "https": ":443"}.get(scheme.lower(), "")
    return f"{scheme}{slashes}{host.removesuffix(usual)}{slash}{path}"


def _header(value: str) -> str:
    if value and not all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in value):
        raise ValueError('the name of a header has letters, digits and hyphens, such as "X-Remote-User"')
    return value


def _proxy(value: str) -> str:
    if value not in {UNIX, ANYBODY}:
        _network(value)
    return value


def _network(value: object) -> Network:
    try:
        return ip_network(str(value), strict=False)
    except ValueError:
        raise ValueError(f'{value!r} is not a network; write it like "192.0.2.7" or "10.0.0.0/8"') from None


Networks = Annotated[tuple[Annotated[Network, BeforeValidator(_network)], ...], values.read(values.names)]


class Oidc(Table):
    """[web.oidc]"""

    issuer: Annotated[str, AfterValidator(values.page)] = Field(
        "", description="address of an OpenID provider; with it, people sign in there"
    )
    client_id: str = Field("", description="as the provider knows this service")
    client_secret: str = Field("", repr=False, description="better `client_secret_file`")
    claim: str = Field(
        "preferred_username",
        description="which claim names the user at the first sign-in; `email` counts only if verified",
    )
    operators: str = Field(
        "", description="a claim and its value that make an operator, like `groups=storage`"
    )

    @model_validator(mode="after")
    def _is_known_there(self) -> Self:
        if self.issuer and not self.client_id:
            raise ValueError("issuer needs a client_id")
        if self.operators and not all(self.operators.partition("=")):
            raise ValueError('operators: write it like "groups=storage"')
        return self


class OldApi(Table):
    """[web.old_api]"""

    networks: Networks = Field(
        (), description="who may use the API of the former service, without signing in; none: it is off"
    )
    directories: str = Field(
        "", description="socket of `xfc-notify make-directories`, which makes the directories of new users"
    )


class DataManager(Table):
    """[web.data_manager]"""

    networks: Networks = Field(
        (), description="who may see, move and delete all datasets at /DM without a token"
    )


class Web(Table):
    """[web]"""

    listen: Annotated[str, AfterValidator(_listen)] = Field(
        "127.0.0.1:8080", description="where `xfc-notify web` listens: `HOST:PORT` or `unix:/PATH`"
    )
    url: Annotated[str, AfterValidator(values.page), AfterValidator(_without_usual_port)] = Field(
        "", description="address of the web pages; with it, messages carry links. All links begin with it"
    )
    operators: Annotated[tuple[str, ...], values.read(values.names)] = Field(
        (),
        description="who may see and decide everything: usernames, and groups of the system like `%storage`",
    )
    proxy_header: Annotated[str, AfterValidator(_header)] = Field(
        "", description="the header in which a trusted proxy names the user who has signed in there"
    )
    trusted_proxies: Annotated[
        tuple[Annotated[str, AfterValidator(_proxy)], ...], values.read(values.names)
    ] = Field(
        (), description="whose headers are believed: addresses, networks, `unix` for our own Unix socket"
    )
    oidc: Oidc = Oidc()
    old_api: OldApi = OldApi()
    data_manager: DataManager = DataManager()

    @model_validator(mode="after")
    def _nobody_is_anybody(self) -> Self:
        if self.proxy_header and ANYBODY in self.trusted_proxies:
            raise ValueError(
                'trusted_proxies: with proxy_header, "*" would let anybody be anybody; name the proxy\'s address'
            )
        return self

    @property
    def prefix(self) -> str:
        """The path below which the pages are: "" or like "/storage"."""
        return "/" + self.url.split("/", 3)[3] if self.url.count("/") > 2 else ""

    @property
    def host(self) -> str:
        """The host in `url`, with its port if it names one; empty without a url."""
        return self.url.split("/", 3)[2].rpartition("@")[2].lower() if self.url else ""
