"""X18: a site shows TiB instead of TB, in status, mail, REST and on pages; what programs read are bytes as ever."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.console import Ran, call
from cli.place import Place
from servers.web import Web

from web.client import Browser, mail_text
from web.conftest import OPERATORS
from xfc_notify import sizes

DECIMAL = re.compile(r"[0-9] ?[kMGTP]B\b")


@pytest.fixture(autouse=True)
def shown_as_before() -> Iterator[None]:
    """Settings that are read show sizes so in all of this process."""
    yield
    sizes.show_in(sizes.Sizes.DECIMAL)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Everybody was told in TiB; cleo's 12 MB are over the quota of 10 MB."""
    made = Place.build(tmp_path_factory.mktemp("place"))
    text = made.settings.read_text()
    made.settings.write_text(text.replace("[service]", '[service]\nsizes = "binary"', 1))
    made.discover()
    assert call("enqueue", "--all", "--settings", made.settings).code == 0
    return made


@pytest.fixture(scope="module")
def server(place: Place) -> Iterator[Web]:
    with Web(place.settings, web=OPERATORS) as server:
        yield server


def told(place: Place, *command: str) -> Ran:
    ran = call(*command, "--settings", place.settings)
    assert ran.code == 0
    return ran


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("status", "cleo"), "11.4 of 9.5 MiB"),
        (("status",), "MiB·days"),
        (("where", "cleo"), "9.5 MiB"),
        (("volumes",), "MiB"),
        (("history", "cleo"), "11.4 MiB"),
        (("users", "show", "cleo"), "9.5 MiB"),
        (("areas", "list"), "95.4 MiB·days"),
        (("preview", "cleo"), "11.4 MiB"),
        (("scan", "PLACE"), "11.4 MiB"),
    ],
)
def test_commands_show_them(place: Place, command: tuple[str, ...], shown: str) -> None:
    ran = told(place, *(word.replace("PLACE", f"{place.folder}/vol1/cleo") for word in command))
    assert shown in ran.out
    assert not DECIMAL.search(ran.out), DECIMAL.findall(ran.out)


def test_what_programs_read_are_bytes(place: Place, server: Web) -> None:
    (standing,) = told(place, "status", "cleo", "--json").json
    assert (standing["size"], standing["hard_quota"]) == (12_000_000, 10_000_000)
    (seen,) = Browser(server.url, {"X-Remote-User": "cleo"}).get("/api/v1/me/standings").json()["items"]
    assert seen == standing
    assert standing["temporal_quota"] == 100e6


def test_a_mail_shows_and_explains_them(place: Place) -> None:
    texts = [mail_text(mail) for mail in place.mails]
    assert texts
    assert any("9.5 MiB" in text and "11.4 MiB" in text for text in texts)
    for text in texts:
        assert not DECIMAL.search(text), text
        assert "1 TiB is 1,024 GiB" in text
        assert "2 TiB kept for 7 days are 14 TiB·days" in " ".join(text.split())


@pytest.mark.parametrize(
    ("user", "path", "shown"),
    [
        ("cleo", "/", "11.4 MiB"),
        ("cleo", "/areas/3", "MiB"),
        ("op", "/operations/areas", "9.5 MiB"),
        ("op", "/operations/volumes", "MiB"),
        ("op", "/operations/users/cleo/change", "9.5 MiB"),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_shows_them(server: Web, user: str, path: str, shown: str, language: str) -> None:
    browser = Browser(server.url, {"X-Remote-User": user})
    browser.client.cookies.set("xfc_language", language)
    page = re.sub(r"<[^>]+>", " ", browser.get(path).text)
    assert (shown.replace(".", ",") if language == "de" else shown) in page
    assert not DECIMAL.search(
        page.replace("Like 40 TB", "").replace("Wie 40 TB", "").replace("300 TB days", "")
    )


def test_an_odd_word_is_a_mistake_and_scan_reads_it_without_the_rest(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[service]\nsizes = "odd"\n')
    for command in (["status"], ["scan", str(place.folder)]):
        ran = call(*command, "--settings", file)
        assert ran.code == 2
        assert "service.sizes: should be 'decimal' or 'binary'" in ran.err.replace("Input ", "")
