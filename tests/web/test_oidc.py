"""W4: OpenID Connect against a real provider. Cases 9 and 10."""

import socket
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from cli.place import Place
from servers.process import Server
from servers.web import Web

from web.client import Browser
from xfc_notify.web.threads import THREADS


class Provider(Server):
    """The OpenID provider of the package oidc-provider-mock, which speaks the protocol and asks no password."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "oidc_provider_mock", "--port", str(self.port)]

    def environment(self) -> dict[str, str]:
        return {}

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/.well-known/openid-configuration").status_code == 200
        except httpx.HTTPError:
            return False

    def knows(self, sub: str, **claims: object) -> None:
        """Let a person have these claims."""
        assert httpx.put(f"{self.url}/users/{sub}", json=claims).status_code < 300


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as server:
        yield server


def serve(place: Place, provider: Provider, more: str = "") -> Web:
    oidc = f'[web.oidc]\nissuer = "{provider.url}"\nclient_id = "xfc"\nclient_secret = "secret"\n{more}'
    return Web(place.settings, more=oidc)


@pytest.fixture(scope="module")
def signing(place: Place, provider: Provider) -> Iterator[Web]:
    with serve(place, provider, 'operators = "groups=storage"\n') as server:
        yield server


def at_provider(browser: Browser, to: str, sub: str) -> str:
    """Say at the provider who one is; where it sends the browser."""
    assert to.startswith("http://localhost:")
    answer = browser.client.post(to, data={"sub": sub})
    assert answer.status_code in {302, 303}, answer.text
    return answer.headers["location"]


def sign_in(signing: Web, sub: str, after: str = "/") -> tuple[Browser, httpx.Response]:
    browser = Browser(signing.url)
    leaving = browser.client.get(f"{signing.url}/sign-in/provider", params={"next": after})
    assert leaving.status_code == 303, leaving.text
    return browser, browser.client.get(at_provider(browser, leaving.headers["location"], sub))


def test_a_person_signs_in_and_is_bound_to_their_user(signing: Web, place: Place, provider: Provider) -> None:
    provider.knows("sub-cleo", preferred_username="cleo")
    browser, back = sign_in(signing, "sub-cleo", "/messages")
    assert (back.status_code, back.headers["location"]) == (303, "/messages"), back.text + signing.log[-2000:]
    assert "cleo</span>" in browser.get("/").text
    assert browser.get("/operations").status_code == 403
    # Renamed at the provider, still the same person.
    provider.knows("sub-cleo", preferred_username="ben")
    again, _ = sign_in(signing, "sub-cleo")
    assert "cleo</span>" in again.get("/").text
    # Somebody else takes the name there.
    provider.knows("sub-thief", preferred_username="cleo")
    thief, refused = sign_in(signing, "sub-thief")
    assert refused.status_code == 403
    assert "another account" in refused.text
    assert thief.get("/").status_code == 303
    assert "signing in with the provider was refused" in signing.log


def test_a_claim_makes_an_operator(signing: Web, provider: Provider) -> None:
    provider.knows("sub-op", preferred_username="op", groups=["users", "storage"])
    browser, _ = sign_in(signing, "sub-op")
    assert browser.get("/operations").status_code == 200
    # For this session: a token, which outlives it, is not offered what it could not do.
    assert "look at everything" not in browser.get("/tokens").text
    assert browser.send("/tokens", label="all", scope="read", days="7").status_code == 422


def test_an_address_that_nobody_verified_binds_nobody(place: Place, provider: Provider) -> None:
    with serve(place, provider, 'claim = "email"\n') as server:
        for verified in (False, None):
            claims = {"email": "dan@example.org"} | ({} if verified is None else {"email_verified": verified})
            provider.knows("sub-mail", **claims)
            _, back = sign_in(server, "sub-mail")
            assert back.status_code == 403
        provider.knows("sub-mail", email="dan@example.org", email_verified=True)
        browser, _ = sign_in(server, "sub-mail")
        assert "dan</span>" in browser.get("/").text


def test_an_address_that_several_share_binds_nobody(place: Place, provider: Provider) -> None:
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE users SET email = 'shared@example.org' WHERE name IN ('ben', 'finn')")
    with serve(place, provider, 'claim = "email"\n') as server:
        provider.knows("sub-shared", email="shared@example.org", email_verified=True)
        browser, back = sign_in(server, "sub-shared")
        assert back.status_code == 403
        assert "several have it" in back.text
        assert browser.get("/").status_code == 303


def test_a_provider_that_does_not_answer_keeps_no_other_page_waiting(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(THREADS) as people:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Web(place.settings, more=f'[web.oidc]\nissuer = "{issuer}"\nclient_id = "xfc"\n') as server:
            leaving = [
                people.submit(httpx.get, f"{server.url}/sign-in/provider", timeout=60) for _ in range(THREADS)
            ]
            asked = [silent.accept()[0] for _ in leaving]
            assert httpx.get(f"{server.url}/sign-in", timeout=60).status_code == 200
            assert not any(one.done() for one in leaving)
            for connection in asked:
                connection.close()
            assert {one.result().status_code for one in leaving} == {400}


def test_two_tabs_end_where_they_began_and_a_stale_return_is_a_page(signing: Web, provider: Provider) -> None:
    provider.knows("sub-ada", preferred_username="ada")
    browser = Browser(signing.url)
    leaving = {
        after: browser.client.get(f"{signing.url}/sign-in/provider", params={"next": after}).headers[
            "location"
        ]
        for after in ("/messages", "/tokens")
    }
    returns = {after: at_provider(browser, to, "sub-ada") for after, to in leaving.items()}
    for after, back in returns.items():
        assert browser.client.get(back).headers["location"] == after
    for stale in (
        *returns.values(),
        f"{signing.url}/sign-in/back",
        f"{signing.url}/sign-in/back?state=x&code=y",
    ):
        answer = browser.client.get(stale)
        assert answer.status_code == 400
        assert "You are not signed in" in answer.text
    for _ in range(6):
        browser.client.get(f"{signing.url}/sign-in/provider")
    assert len([name for name in browser.client.cookies if name.startswith("xfc_state_")]) <= 4


def test_a_code_for_somebody_else_is_refused(signing: Web, provider: Provider) -> None:
    """Login by another's return: its state is not in this browser."""
    provider.knows("sub-ada", preferred_username="ada")
    attacker = Browser(signing.url)
    leaving = attacker.client.get(f"{signing.url}/sign-in/provider")
    back = at_provider(attacker, leaving.headers["location"], "sub-ada")
    assert Browser(signing.url).client.get(back).status_code == 400
