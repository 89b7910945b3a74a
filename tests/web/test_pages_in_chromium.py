"""The pages as people meet them: Debian's Chromium, wide and narrow, light and dark, by keyboard, without a mistake.

Cases 18 and 34.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from cli.place import Place
from playwright.sync_api import Browser, Page, sync_playwright
from servers.web import Web

from web import labs, lives
from web.client import link
from web.labs import HUMGEN, ODD, QUIET, TREE

HERE = Path(__file__).parent
MINE = [
    "/",
    "/messages",
    "/areas/3",
    "/areas/3?gone=ensemble&by=files",
    "/groups",
    f"/groups/{HUMGEN}",
    f"/groups/{HUMGEN}?volume=scratch1&base=/lustre/scratch1/humgen&by=files",
    "/datasets",
    "/datasets?search=none&store=tape",
    "/datasets/d1",
    "/datasets/d2",
    "/expiring",
    "/expiring/d1",
    "/expiring/d2",
    "/preferences",
    "/tokens",
    "/exemption",
]
OPERATIONS = [
    "/datasets?store=disk1", "/datasets/d3", "/expiring/d4", "/expiring/d5", "/operations/expiring",
    "/operations", "/operations/areas", "/operations/users", "/operations/users/cleo", "/operations/users/cleo/preview",
    "/operations/users/cleo/change", "/operations/users/cleo/rename", "/operations/users/cleo/forget",
    "/operations/groups", f"/operations/groups/{HUMGEN}", "/operations/tokens/make",
    "/operations/areas/gone", "/operations/tokens", "/operations/volumes",
    "/operations/volumes/vol1", "/operations/held", "/operations/deliveries", "/operations/exemptions",
    "/operations/go-live", "/operations/simulation", "/operations/changes",
    "/groups?sort=size&volume=scratch1", "/groups?search=none",
    f"/groups/{TREE}?volume=scratch1&base=/lustre/scratch1/tree/users", f"/groups/{QUIET}?volume=scratch2",
]  # fmt: skip
OPEN = ["/sign-in", "/answer/none", "/decide/none"]
EVERYBODY = (
    [("", path) for path in OPEN] + [("cleo", path) for path in MINE] + [("op", path) for path in OPERATIONS]
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """With groups, too: cleo is the head of one; and with datasets that expire."""
    made = labs.build(tmp_path_factory.mktemp("place"))
    labs.keep(made)
    lives.expire(made)
    return made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    found = shutil.which("chromium")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed", pytrace=False)
        pytest.skip("UNTESTED: chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Watched:
    """A page that keeps what the browser complains of, and every address that it asks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on(
            "console",
            lambda told: self.complaints.append(told.text) if told.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))


def opened(chromium: Browser, user: str, **how: Any) -> Watched:
    headers = {"X-Remote-User": user} if user else {}
    context = chromium.new_context(extra_http_headers=headers, **how)
    return Watched(context.new_page())


def axe(page: Page) -> list[str]:
    """What axe-core finds that is serious."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_at_every_width_has_no_mistake(
    web: Web, chromium: Browser, width: int, scheme: str
) -> None:
    browsers = {
        user: opened(
            chromium, user, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=False
        )
        for user in ("", "cleo", "op")
    }
    for user, path in EVERYBODY:
        watched = browsers[user]
        answer = watched.page.goto(f"{web.url}{path}")
        assert answer is not None
        assert answer.status == (410 if path.endswith("/none") else 200), path
        wide = watched.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} scrolls sideways: {wide}"
        assert watched.page.locator("h1").count() == 1, path
        assert axe(watched.page) == [], path
    for watched in browsers.values():
        complaints = [text for text in watched.complaints if "410 (Gone)" not in text]
        assert complaints == []
        assert all(url.startswith(web.url) for url in watched.asked)


def test_the_pages_are_german_for_who_wants_it(web: Web, chromium: Browser) -> None:
    watched = opened(chromium, "cleo", viewport={"width": 360, "height": 800})
    watched.page.goto(f"{web.url}/")
    watched.page.get_by_role("link", name="Deutsch").click()
    assert watched.page.locator("html").get_attribute("lang") == "de"
    assert watched.page.get_by_role("link", name="Mein Speicher").is_visible()
    for path in MINE:
        watched.page.goto(f"{web.url}{path}")
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert axe(watched.page) == [], path


def test_everything_is_done_with_the_keyboard(web: Web, chromium: Browser) -> None:
    page = opened(chromium, "ben").page
    page.goto(f"{web.url}/exemption")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "limit"
    page.keyboard.press("Tab")
    soon = datetime.now(UTC).replace(day=1) + timedelta(days=32)
    page.keyboard.type(f"{soon:%m%m%Y}")  # the same day wherever the month is written first
    for _ in range(9):
        if page.evaluate("document.activeElement.id") == "reason":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("a paper is due")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Your request is with those who run the service." in page.locator(".said").inner_text()
    assert "a paper is due" in page.locator("main").inner_text()


def test_a_mistake_stands_beside_its_field_and_on_top(web: Web, chromium: Browser) -> None:
    page = opened(chromium, "ben").page
    page.goto(f"{web.url}/tokens")
    page.get_by_role("button", name="Make the token").click()
    assert page.title().startswith("Mistake: ")
    page.get_by_role("alert").get_by_role("link", name="Say what the token is for.").click()
    assert page.locator("#label-error").inner_text() == "Say what the token is for."
    assert axe(page) == []


def test_from_another_site_one_is_still_signed_in(
    web: Web, place: Place, chromium: Browser, tmp_path: Path
) -> None:
    from servers.http import HttpServer

    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{web.url}/sign-in")
    page.get_by_label("Your username or mail address").fill("ada")
    page.get_by_role("button", name="Send me a link").click()
    page.goto(link(place.folder / "mail", f"{web.url}/enter/"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{web.url}/")
    with HttpServer() as mail:
        mail.script = [(200, {"Content-Type": "text/html"})]
        mail.body = f'<a href="{web.url}/">my storage</a>'.encode()
        page.goto(mail.url.replace("127.0.0.1", "localhost"))
        page.get_by_role("link", name="my storage").click()
        page.wait_for_url(f"{web.url}/")
        assert "ada" in page.locator(".me").inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{web.url}/sign-in")
    page.go_back()
    page.wait_for_load_state()
    assert "/vol1/ada" not in page.content()


def test_groups_are_sorted_and_looked_into_with_the_keyboard(web: Web, chromium: Browser) -> None:
    page = opened(chromium, "cleo").page
    page.goto(f"{web.url}/groups")

    def reach(name: str) -> None:
        """Go on with the tab key until this link has the focus, which is seen."""
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.innerText") == name:
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
                return
        raise AssertionError(f"{name} is never reached")

    reach("Size")
    page.keyboard.press("Enter")
    page.wait_for_url("**/groups?sort=size")
    assert page.locator("th[aria-sort=descending]").inner_text() == "Size"
    reach("humgen")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/groups/{HUMGEN}?volume=*")
    reach("scratch1")
    page.keyboard.press("Enter")
    page.wait_for_url("**volume=scratch1")
    reach("/lustre/scratch1/humgen")
    page.keyboard.press("Enter")
    page.wait_for_url("**base=**")
    assert page.get_by_text("projects/gwas").is_visible()
    reach("all base directories")


def test_a_plot_of_a_group_has_a_name_and_a_sentence_with_the_figures(web: Web, chromium: Browser) -> None:
    page = opened(chromium, "cleo").page
    page.goto(f"{web.url}/groups/{HUMGEN}?volume=scratch1")
    plot = page.get_by_role("img", name="Size: 30 days ago 20.9 TB")
    assert plot.evaluate("it => it.naturalWidth") > 100
    assert page.locator("p", has_text="now 35.9 TB; the limit is 40 TB.").is_visible()


def test_without_scripts_all_of_a_group_is_there(web: Web, chromium: Browser) -> None:
    page = opened(chromium, "cleo", java_script_enabled=False).page
    page.goto(f"{web.url}/groups/{HUMGEN}")
    page.get_by_text("What it was before").click()
    assert page.get_by_role("region", name="What it was before").is_visible()


def test_case_18_names_of_groups_and_their_directories_run_nothing(web: Web, chromium: Browser) -> None:
    watched = opened(chromium, "op")
    for path in ("/groups", f"/groups/{ODD}"):
        watched.page.goto(f"{web.url}{path}")
        assert '"><svg onload=x>' in watched.page.locator("main").inner_text()
        assert watched.page.locator("main script").count() == 0
    watched.page.goto(f"{web.url}/groups/{HUMGEN}?volume=scratch1&base=/lustre/scratch1/humgen")
    assert "<b>bold & co" in watched.page.locator("main").inner_text()
    assert watched.page.locator("main b").count() == 0
    assert watched.complaints == []


def test_names_are_shown_literally_and_nothing_runs(web: Web, chromium: Browser) -> None:
    watched = opened(chromium, "finn")
    for path in ("/", "/areas/5"):
        watched.page.goto(f"{web.url}{path}")
        assert "<b>bold & co" in watched.page.locator("main").inner_text()
        assert "\\x1b[31mred" in watched.page.locator("main").inner_text()
        assert watched.page.locator("main b").count() == 0
    assert watched.complaints == []


def test_one_walks_into_directories_and_ticks_them(web: Web, chromium: Browser) -> None:
    page = opened(chromium, "finn").page
    page.goto(f"{web.url}/areas/5")
    page.get_by_role("checkbox", name="caf").check()
    page.get_by_role("button", name="What would be left?").click()
    assert "Without the directory that you ticked, 7.2 MB would be left" in page.locator(".said").inner_text()
    page.get_by_role("link", name="Files", exact=True).click()
    assert page.locator("th[aria-sort]").inner_text() == "Files"
    assert page.get_by_role("checkbox", name="caf").is_checked()


def test_a_directory_that_is_not_there_is_no_page(web: Web, cleo_page: Page) -> None:
    for path in ("..", "../ben", "/vol1/ben", "\\\\", "none", "ensemble/../..", "%00"):
        answer = cleo_page.goto(f"{web.url}/areas/3?path={path}")
        assert answer is not None
        assert answer.status == 404, path


@pytest.fixture
def cleo_page(chromium: Browser) -> Page:
    return opened(chromium, "cleo").page


def test_zoomed_in_and_without_motion_it_still_reads(web: Web, chromium: Browser) -> None:
    page = opened(chromium, "cleo", viewport={"width": 320, "height": 256}, reduced_motion="reduce").page
    page.goto(f"{web.url}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(f"{web.url}/groups/{HUMGEN}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    plot = page.locator("img.plot")
    assert plot.count() == 1
    assert plot.get_attribute("alt")
    assert plot.evaluate("plot => plot.complete && plot.naturalWidth > 0")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_simulation_is_tried_on_a_telephone_with_the_keyboard(
    web: Web, chromium: Browser, language: str
) -> None:
    watched = opened(chromium, "op", viewport={"width": 360, "height": 800}, locale=language)
    page = watched.page
    page.goto(f"{web.url}/operations/simulation")
    assert page.locator("html").get_attribute("lang") == language
    page.locator("[id='limits.hard_quota']").fill("11 MB")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("[id='limits.hard_quota']").input_value() == "11 MB"
    assert page.locator("main table").count() == 3
    assert "cleo" in page.locator("main table").nth(1).inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(page) == []
    page.locator("[id='plugins.quota_hard.notice']").fill("much")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("alert").get_by_role("link").get_attribute("href") == "#plugins.quota_hard.notice"
    assert axe(page) == []
    assert [text for text in watched.complaints if "422" not in text] == []


def test_without_scripts_a_simulation_is_tried(web: Web, chromium: Browser) -> None:
    page = opened(chromium, "op", java_script_enabled=False).page
    page.goto(f"{web.url}/operations")
    page.get_by_role("link", name="Try other settings").click()
    page.get_by_label("Of one user alone").fill("cleo")
    page.get_by_role("button", name="Replay").click()
    assert page.get_by_role("region", name="By month").is_visible()
