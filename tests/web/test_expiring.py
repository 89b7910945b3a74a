"""Links of mails about datasets, the pages behind them, and those of owners and operators.

Cases C27, C28, C29, C31 and C34.
"""

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cli.place import Place
from servers.web import SECRET, Web

from web import labs, lives
from web.client import Browser
from web.conftest import OPERATORS
from xfc_notify.lifecycle import tokens
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.lives import events, known
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.lifecycle.tokens import Act, Token
from xfc_notify.store import database


@dataclass
class Site:
    """A web whose datasets expire."""

    place: Place
    web: Web

    def link(self, who: str, dataset: str, act: Act, ago: timedelta = timedelta()) -> str:
        """The path of a link, as a mail has it."""
        life = self.life(dataset)
        about = life.notice.about if life.notice and act is not Act.EXTEND else life.expires_at
        assert about is not None
        token = Token(who, dataset, act, about.replace(microsecond=0))
        return f"/decide/{tokens.sign(token, SECRET, datetime.now(UTC) - ago)}"

    def life(self, dataset: str) -> Life:
        with database.connected():
            return known(dataset)

    def last(self, dataset: str) -> tuple[str, str, str, dict[str, str]]:
        """What happened last that a person did: what, who, how, and what is kept."""
        people = (Happening.VOTED, Happening.WITHDREW, Happening.EXTENDED)
        with database.connected():
            row = [row for row in events(dataset) if row.what in people][-1]
        return row.what, row.who, row.channel, row.data

    def count(self, dataset: str) -> int:
        with database.connected():
            return len(events(dataset))

    def dump(self) -> list[str]:
        with sqlite3.connect(self.place.folder / "xfc-notify.db") as connection:
            return list(connection.iterdump())

    def told(self, who: str) -> list[str]:
        """The texts of the receipts of a person, the oldest first."""
        with sqlite3.connect(self.place.folder / "xfc-notify.db") as connection:
            rows = connection.execute(
                "SELECT m.text FROM message m JOIN users u ON m.user_id = u.id "
                "WHERE u.name = ? AND m.audience = 'receipt' ORDER BY m.created_at", (who,)
            )  # fmt: skip
            return [text for (text,) in rows]

    def as_(self, who: str) -> Browser:
        return Browser(self.web.url, {"X-Remote-User": who} if who else {})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Datasets in every state; each test has their rows for itself."""
    place = Place.build(tmp_path_factory.mktemp("kept"))
    labs.keep(place)
    lives.expire(place)
    database.db.close()
    return place


@pytest.fixture
def site(kept: Place, tmp_path: Path) -> Iterator[Site]:
    place = Place(tmp_path)
    for file in (kept.settings, *kept.folder.glob("xfc-notify.db*")):
        shutil.copy(file, tmp_path)
    (tmp_path / "vol1").mkdir()
    database.prepare(f"sqlite:///{tmp_path}/xfc-notify.db")
    with Web(place.settings, web=OPERATORS) as web:
        yield Site(place, web)


def pressed(browser: Browser, path: str, **fields: str) -> httpx.Response:
    """Look at a page, and press the button of its form."""
    page = browser.get(path)
    found = re.search(r'name="proof" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return browser.post(path, proof=found[1], **fields)


def word(page: str) -> str:
    """The word that a page asks to type."""
    found = re.search(r"type this word of its name: (\S+?)<", page)
    assert found, page
    return found[1]


def test_c27_scanners_that_fetch_every_link_write_no_event_and_the_persons_click_still_works(
    site: Site,
) -> None:
    paths = [site.link("cleo", "d1", act) for act in Act] + [site.link("dan", "d3", Act.EXTEND)]
    before = site.dump()
    for address in ("127.0.0.1", "127.0.0.3"):
        with httpx.Client(transport=httpx.HTTPTransport(local_address=address)) as scanner:
            for path in paths:
                for method in ("HEAD", *["GET"] * 5):
                    answer = scanner.request(method, site.web.url + path)
                    assert answer.status_code == 200
                    assert answer.headers["cache-control"] == "no-store"
                    assert answer.headers["referrer-policy"] == "no-referrer"
                    assert "set-cookie" not in answer.headers
                    assert "<script" not in answer.text
                assert scanner.post(site.web.url + path).status_code == 403
                assert scanner.post(site.web.url + path, data={"proof": "0" * 64}).status_code == 403
    assert site.dump() == before
    nobody = site.as_("")
    page = nobody.get(paths[0]).text
    for shown in (
        *("Do you agree that this dataset is removed?", "exp/&lt;b&gt;2016", "3 files, 600", "Its date was"),
        *("Nobody has agreed so far", "2 votes, of two people"),
    ):
        assert shown in page, shown
    assert "Your vote is counted" in pressed(nobody, paths[0], word=word(page)).text
    assert site.last("d1")[:3] == ("voted", "cleo", "link")
    log = site.web.log
    assert "/decide/…" in log
    assert not any(path.removeprefix("/decide/") in log for path in paths)


def test_c27_a_removal_by_link_needs_a_word_that_no_scanner_types(site: Site) -> None:
    path, nobody, before = site.link("cleo", "d1", Act.AGREE), site.as_(""), site.count("d1")
    for typed in ("", "yes", "cleo", "d1"):
        answer = pressed(nobody, path, word=typed)
        assert answer.status_code == 422
        assert "Type the word as it stands here" in answer.text
    assert site.count("d1") == before
    assert "Your vote is counted" in pressed(nobody, path, word=word(nobody.get(path).text).upper()).text
    assert site.count("d1") == before + 1


def test_who_has_signed_in_need_not_type_a_word(site: Site) -> None:
    cleo = site.as_("cleo")
    path = site.link("cleo", "d1", Act.AGREE)
    assert 'name="word"' not in cleo.get(path).text
    assert "Your vote is counted" in pressed(cleo, path).text
    assert site.last("d1")[3] == {"by": "cleo", "link": "cleo", "session": "cleo"}


def test_c28_who_has_signed_in_as_somebody_else_casts_their_own_vote_and_not_that_of_the_link(
    site: Site,
) -> None:
    path, dan = site.link("ben", "d2", Act.AGREE), site.as_("dan")
    page = dan.get(path).text
    assert "This link is ben&#39;s, and you have signed in as dan." in page
    assert "Yes, in my own name" in page
    assert "Your vote is counted" in pressed(dan, path).text
    assert site.last("d2") == ("voted", "dan", "link", {"by": "dan", "link": "ben", "session": "dan"})
    assert "ben" not in site.life("d2").notice.voters
    assert site.told("ben") == []
    ada = site.as_("ada")
    page = ada.get(path).text
    assert "You are not asked about this dataset" in page
    assert "<form method" not in page.partition("<main")[2]
    before = site.count("d2")
    assert ada.post(path, proof=ada.proof()).status_code == 409
    assert site.count("d2") == before


def test_c28_whose_link_is_used_by_somebody_without_an_account_hears_at_once_and_withdraws_in_one_step(
    site: Site,
) -> None:
    path, nobody = site.link("ben", "d2", Act.AGREE), site.as_("")
    pressed(nobody, path, word=word(nobody.get(path).text))
    assert site.last("d2") == ("voted", "ben", "link", {"by": "ben", "link": "ben", "session": ""})
    (told,) = site.told("ben")
    assert "by the link in a mail to ben; nobody had signed in" in " ".join(told.split())
    (link,) = re.findall(r"\S+/decide/\S+", told)
    back = link[link.index("/decide/") :]
    assert "Your vote is withdrawn." in pressed(nobody, back).text
    assert site.life("d2").notice.voters == frozenset()
    assert site.last("d2")[:3] == ("withdrew", "ben", "link")
    assert len(site.told("ben")) == 2


def test_a_replayed_link_does_nothing_more(site: Site) -> None:
    nobody, path = site.as_(""), site.link("ben", "d2", Act.AGREE)
    typed = word(nobody.get(path).text)
    pressed(nobody, path, word=typed)
    proof = nobody.proof(site.link("ben", "d2", Act.WITHDRAW))
    before = site.count("d2")
    assert "You have agreed already." in nobody.get(path).text
    nobody.post(site.link("ben", "d2", Act.WITHDRAW), proof=proof)
    assert site.count("d2") == before + 1
    page = nobody.get(path)
    assert "You withdrew your vote after this mail was written" in page.text
    again = httpx.post(site.web.url + path, data={"proof": _proof_of(site, path), "word": typed})
    assert again.status_code == 409
    assert site.count("d2") == before + 1


def _proof_of(site: Site, path: str) -> str:
    """The proof that the page of a link had while there was something to do."""
    from xfc_notify.web.signed import proof

    return proof(f"link {path.removeprefix('/decide/')}", SECRET)


@pytest.mark.parametrize("kind", ["forged", "cut", "expired", "foreign", "too long", "of none", "of answers"])
def test_a_stolen_or_broken_link_leads_to_a_helpful_page(site: Site, kind: str) -> None:
    from xfc_notify.notify.replies import Reply
    from xfc_notify.notify.tokens import Request, sign

    good = site.link("cleo", "d1", Act.AGREE).removeprefix("/decide/")
    now, about = datetime.now(UTC), datetime(2026, 1, 1, tzinfo=UTC)
    bad = {
        "forged": good[:-3] + ("abc" if not good.endswith("abc") else "abd"),
        "cut": good[: len(good) // 2],
        "expired": site.link("cleo", "d1", Act.AGREE, timedelta(days=31)).removeprefix("/decide/"),
        "foreign": tokens.sign(Token("cleo", "d1", Act.AGREE, about), "another secret of 30 letters.", now),
        "too long": good * 60,
        "of none": tokens.sign(Token("cleo", "d99", Act.AGREE, about), SECRET, now),
        "of answers": sign(Request("cleo", Reply.SEEN, (1,)), SECRET, now),
    }[kind]
    before = site.dump()
    for answer in (site.as_("").get(f"/decide/{bad}"), site.as_("cleo").get(f"/decide/{bad}"),
                   site.as_("").post(f"/decide/{bad}", proof=_proof_of(site, bad))):  # fmt: skip
        assert answer.status_code == 410
        assert "<h1>This link does not work</h1>" in answer.text
        assert 'href="/expiring"' in answer.text
    assert site.dump() == before


def test_a17_a_date_is_extended_in_two_clicks_within_limits_and_once(site: Site) -> None:
    path, nobody, before = site.link("dan", "d3", Act.EXTEND), site.as_(""), site.life("d3").expires_at
    assert "Keep this dataset until" in nobody.get(path).text
    assert "It is kept until" in pressed(nobody, path).text
    after = site.life("d3").expires_at
    assert before + timedelta(days=30) <= after < before + timedelta(days=31)
    page = nobody.get(path).text
    assert "This link is used up: the dataset has another date by now." in page
    assert nobody.post(path, proof=_proof_of(site, path)).status_code == 409
    assert site.life("d3").expires_at == after
    eve = site.link("ada", "d3", Act.EXTEND)  # signed, but for somebody who may not
    assert "You cannot give it another date." in nobody.get(eve).text


def test_a17_keeping_it_ends_the_question(site: Site) -> None:
    cleo = site.as_("cleo")
    assert "It is kept until" in pressed(cleo, site.link("cleo", "d1", Act.EXTEND)).text
    assert site.life("d1").notice is None
    page = cleo.get(site.link("cleo", "d1", Act.EXTEND)).text
    assert "Keep this dataset until" in page  # 400 days after closing are not reached yet
    dated = cleo.send("/expiring/d1", do="date", date="2999-01-01")
    assert dated.status_code == 422
    assert "That is later than you may" in dated.text
    op = site.as_("op")
    assert op.send("/expiring/d1", do="date", date="2999-01-01").status_code == 303
    assert site.life("d1").expires_at == datetime(2999, 1, 2, tzinfo=UTC)


def test_c29_twenty_presses_of_the_same_button_at_once_are_one_vote(site: Site) -> None:
    path, nobody = site.link("ben", "d2", Act.AGREE), site.as_("")
    data = {"proof": nobody.proof(path), "word": word(nobody.get(path).text)}
    before = site.count("d2")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: httpx.post(site.web.url + path, data=data, timeout=60), range(20)))
    assert {answer.status_code for answer in answers} <= {200, 409, 503}
    assert site.count("d2") == before + 1
    assert site.life("d2").phase is Phase.CLOSED  # two votes, but one person


def test_c29_a_link_and_a_command_at_once_are_one_vote_of_one_person(site: Site) -> None:
    path, nobody = site.link("ben", "d2", Act.AGREE), site.as_("")
    data = {"proof": nobody.proof(path), "word": word(nobody.get(path).text)}
    before = site.count("d2")
    program = Path(sys.executable).with_name("xfc-notify")
    words = [program, "lifecycle", "vote", "d2", "--as", "ben", "--settings", site.place.settings]

    def by_link() -> int:
        return httpx.post(site.web.url + path, data=data, timeout=60).status_code

    with ThreadPoolExecutor(5) as pool:
        commands = [pool.submit(subprocess.run, words, capture_output=True, text=True) for _ in range(2)]
        links = [pool.submit(by_link) for _ in range(3)]
        ended = [command.result() for command in commands]
        assert {link.result() for link in links} <= {200, 409, 503}
    assert {command.returncode for command in ended} <= {0, 1, 2}
    assert not any("Traceback" in command.stderr for command in ended)
    assert site.count("d2") == before + 1
    assert site.life("d2").phase is Phase.CLOSED  # one person alone ends nothing


def test_c31_page_and_rest_name_the_same_instant(site: Site) -> None:
    op = site.as_("op")
    for day in ("2031-03-29", "2031-03-30", "2031-04-05"):
        assert op.send("/expiring/d3", do="date", date=day).status_code == 303
        at = op.get("/api/v1/me/lives").status_code
        assert at == 200
        mine = site.as_("dan").get("/api/v1/me/lives/d3").json()
        assert mine["last_day"] == day
        assert datetime.fromisoformat(mine["expires_at"]) == site.life("d3").expires_at
        assert f"{int(day[8:])} {'March' if day[6] == '3' else 'April'} 2031" in op.get("/expiring/d3").text


def test_c34_looking_at_any_page_changes_nothing(site: Site) -> None:
    paths = [
        "/",
        "/expiring",
        *(f"/expiring/d{n}" for n in range(1, 6)),
        "/operations/expiring",
        "/datasets/d1",
    ]
    for who in ("", "cleo", "ben", "op"):
        site.as_(who).get("/")
    before = site.dump()
    for who in ("", "cleo", "ben", "op"):
        for path in paths:
            assert site.as_(who).get(path).status_code in {200, 303, 403, 404}
    assert site.dump() == before


def test_pages_lead_to_each_other_and_show_what_one_may_see(site: Site) -> None:
    cleo, dan, ada, op = (site.as_(who) for who in ("cleo", "dan", "ada", "op"))
    assert 'href="/expiring"' in cleo.get("/").text
    assert 'href="/expiring/d1"' in cleo.get("/datasets/d1").text
    assert 'href="/expiring"' not in ada.get("/").text
    page = dan.get("/expiring").text
    assert ("/expiring/d3" in page, "/expiring/d2" in page, "/expiring/d1" in page) == (True, True, False)
    assert dan.get("/expiring/d2").status_code == 200  # he is asked
    assert dan.get("/expiring/d1").status_code == dan.get("/expiring/d9").status_code == 404
    assert op.get("/expiring/d1").status_code == 200
    assert dan.send("/expiring/d2", do="agree").status_code == 303
    assert site.last("d2") == ("voted", "dan", "page", {"by": "dan", "link": "", "session": "dan"})
    assert dan.send("/expiring/d2", do="withdraw").status_code == 303
    assert dan.send("/expiring/d2", do="extend").status_code == 422  # he is no head
    assert op.send("/expiring/d2", do="agree").status_code == 422  # nobody asks the operators
    assert cleo.send("/expiring/d2", do="extend").status_code == 303  # she is
    assert site.life("d2").notice is None


def test_operators_bring_back_try_again_and_let_time_go_on(site: Site) -> None:
    op = site.as_("op")
    page = op.get("/operations/expiring").text
    for shown in (
        "/expiring/d1",
        "/expiring/d4",
        "the store &lt;tape&gt; is away",
        "Bring it back",
        "Try again",
    ):
        assert shown in page
    assert "Is the clock right?" not in page
    assert op.send("/operations/expiring", do="restore", dataset="d4").status_code == 303
    assert site.life("d4").phase is Phase.CLOSED
    assert op.send("/operations/expiring", do="restore", dataset="d4").status_code == 422
    assert op.send("/operations/expiring", do="resume", dataset="d5").status_code == 303
    assert site.life("d5").parked == ""
    with sqlite3.connect(site.place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE mark SET at = datetime(at, '-3 days') WHERE name = 'lifecycle'")
        connection.execute(
            "INSERT INTO mark (name, at) SELECT 'lifecycle stopped', at FROM mark WHERE name = 'lifecycle'"
        )
    assert "Is the clock right?" in op.get("/operations/expiring").text
    assert op.send("/operations/expiring", do="clock").status_code == 303
    assert "Is the clock right?" not in op.get("/operations/expiring").text
    assert "brought back from the bin" in op.get("/operations/changes").text


def test_a_link_is_in_the_language_of_its_reader(site: Site) -> None:
    with sqlite3.connect(site.place.folder / "xfc-notify.db") as connection:
        connection.execute("UPDATE users SET language = 'de' WHERE name = 'cleo'")
    page = Browser(site.web.url, {"Accept-Language": "en"}).get(site.link("cleo", "d1", Act.AGREE)).text
    assert 'lang="de"' in page
    assert "Stimmen Sie zu, dass dieser Datensatz entfernt wird?" in page
