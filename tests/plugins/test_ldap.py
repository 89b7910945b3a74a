"""People of a real directory: found exactly, in safety, and not at all while it is away. Case 30."""

import re
import socket
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import xfc_notify_ldap
from bundled import ROOT
from cli.console import run
from facility import Facility, make_settings
from pydantic import ValidationError
from servers.between import somebody_between
from servers.process import free_port
from servers.slapd import BASE, PASSWORD, READER, Slapd, person, posix_group
from xfc_notify_ldap.entries import Unclear
from xfc_notify_ldap.settings import LdapSettings

from xfc_notify import Group, Person, ServerAway
from xfc_notify.areas.discover import Discovery, discover
from xfc_notify.components import load_settings
from xfc_notify.people import groups, users
from xfc_notify.people.tables import UserRow
from xfc_notify.plugins import Plugins
from xfc_notify.testing import check_plugin

PAGE = ROOT / "docs" / "ldap.md"
ADA = person("ada", 1001, more="mail: ada@example.org\n")
Start = Callable[..., Slapd]


def settings(server: Slapd, **more: Any) -> LdapSettings:
    return LdapSettings.model_validate({"url": server.url, "base": BASE, **more})


def find(username: str, given: LdapSettings) -> Person | None:
    return xfc_notify_ldap.find_person(username, given)


def away(given: LdapSettings, username: str = "ada") -> str:
    with pytest.raises(ServerAway) as caught:
        find(username, given)
    assert caught.value.what.isprintable()
    assert PASSWORD not in caught.value.what
    assert xfc_notify_ldap.outage(given) is not None
    return caught.value.what


def test_the_plugin_keeps_the_contract(slapd: Start) -> None:
    check_plugin(xfc_notify_ldap, {"url": slapd(ADA).url, "base": BASE})


def test_without_a_url_nobody_is_asked() -> None:
    check_plugin(xfc_notify_ldap)
    nothing = LdapSettings()
    assert find("ada", nothing) is None
    assert xfc_notify_ldap.find_group(700, nothing) is None
    assert xfc_notify_ldap.outage(nothing) is None


@pytest.mark.parametrize(
    "url", ["ldap://127.0.0.1:{}", "ldap+starttls://localhost:{}", "ldaps://127.0.0.1:{}"]
)
def test_a_person_is_found_over_every_kind_of_connection(slapd: Start, url: str) -> None:
    server = slapd(ADA)
    port = server.tls_port if url.startswith("ldaps") else server.port
    given = settings(server, url=url.format(port), ca=server.ca, bind_dn=READER, password=PASSWORD)
    assert find("ada", given) == Person("ada", "Name ada", "ada@example.org", uid=1001)
    assert find("ben", given) is None
    assert xfc_notify_ldap.outage(given) is None


def test_what_only_those_may_read_who_bind_is_read(slapd: Start) -> None:
    server = slapd(ADA, person("ben", 1002, more="userPassword: Ben B.\n"))
    secret = {"users": {"full_name": "userPassword"}}
    assert find("ben", settings(server, **secret)) == Person("ben", uid=1002)
    bound = settings(server, bind_dn=READER, password=PASSWORD, **secret)
    assert find("ben", bound) == Person("ben", "Ben B.", uid=1002)


@pytest.mark.parametrize(
    "name",
    ["ADA", "Ada", "ada ", " ada", "a*", "*", "ada)(uid=*", "ada))(|(uid=*", "\\61da", "", "ada\0", "\0", "\udcff",
     "ädä", "x" * 5000],
)  # fmt: skip
def test_a_name_that_is_not_exactly_theirs_gives_nobody(slapd: Start, name: str) -> None:
    assert find(name, settings(slapd(ADA))) is None


@pytest.mark.parametrize("name", ["o*(b)", "a\\b", "\\2a", "ä", "a,b+c=d", "ben)(uid=ada"])
def test_a_name_with_signs_of_filters_is_found_as_it_is(slapd: Start, name: str) -> None:
    odd = person("odd", 1002, rdn="cn").replace("uid: odd\n", f"uid: {name}\n")
    found = find(name, settings(slapd(ADA, odd)))
    assert found == Person(name, "Name odd", uid=1002)


def test_of_several_addresses_the_first_counts_that_mail_can_reach(slapd: Start) -> None:
    several = "mail: none\nmail: -x@example.org\nmail: ben@example.org\nmail: other@example.org\n"
    server = slapd(person("ben", 1002, more=several), person("cleo", 1003))
    assert find("ben", settings(server)) == Person("ben", "Name ben", "ben@example.org", uid=1002)
    assert find("cleo", settings(server)) == Person("cleo", "Name cleo", None, uid=1003)


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(slapd: Start) -> None:
    odd = "audio:: SuxyZ2VuG1sybQ==\n"  # J, a byte of Latin-1, rgen, ESC [2m
    found = find("ben", settings(slapd(person("ben", 1002, more=odd)), users={"full_name": "audio"}))
    assert found == Person("ben", "J?rgen?[2m", uid=1002)


def test_two_entries_of_one_name_are_nobody_and_that_is_told(slapd: Start) -> None:
    server = slapd(ADA, person("ada", 1002, rdn="cn"))
    with pytest.raises(Unclear, match=r"2 entries have the username 'ada': cn=Name ada,.*, uid=ada,"):
        find("ada", settings(server))


def test_who_does_not_pass_the_filter_or_lies_elsewhere_is_nobody(slapd: Start) -> None:
    server = slapd(ADA)
    assert (
        find("ada", settings(server, users={"filter": "(&(objectClass=posixAccount)(uidNumber>=2000))"}))
        is None
    )
    assert find("ada", settings(server, users={"base": f"ou=groups,{BASE}"})) is None


def test_nobody_is_looked_for_on_a_server_to_which_the_directory_refers(slapd: Start) -> None:
    other = slapd(ADA)
    refers = (
        f"dn: ou=else,{BASE}\nobjectClass: referral\nobjectClass: extensibleObject\nou: else\n"
        f"ref: ldap://127.0.0.1:{other.port}/{BASE}\n\n"
    )
    server = slapd(person("ben", 1002), refers)
    given = settings(server, bind_dn=READER, password=PASSWORD)
    assert find("ben", given) == Person("ben", "Name ben", uid=1002)
    assert find("ada", given) is None
    there = settings(server, users={"base": f"ou=else,{BASE}"})
    assert "sends us to another server" in away(there)


def test_a_wrong_password_is_told_without_it(slapd: Start) -> None:
    server = slapd(ADA)
    wrong = settings(server, bind_dn=READER, password="not-" + PASSWORD)
    said = away(wrong)
    assert said == f"127.0.0.1:{server.port} refuses bind_dn or the password (invalidCredentials)"
    assert PASSWORD not in repr(wrong)
    assert PASSWORD not in str(wrong)


@pytest.mark.parametrize("scheme", ["ldaps", "ldap+starttls"])
def test_a_server_whose_certificate_is_not_of_the_ca_gets_no_password(slapd: Start, scheme: str) -> None:
    server, other = slapd(ADA), slapd()
    port = server.tls_port if scheme == "ldaps" else server.port
    given = {"url": f"{scheme}://127.0.0.1:{port}", "bind_dn": READER, "password": PASSWORD}
    assert "certificate verify failed" in away(settings(server, **given))
    assert "certificate verify failed" in away(settings(server, **given, ca=other.ca))


@pytest.mark.parametrize("scheme", ["ldaps", "ldap+starttls"])
def test_a_server_of_another_name_gets_no_password(slapd: Start, scheme: str) -> None:
    server = slapd(ADA, names="DNS:elsewhere.example,IP:127.0.0.2")
    port = server.tls_port if scheme == "ldaps" else server.port
    for host in ("127.0.0.1", "localhost"):
        given = settings(
            server, url=f"{scheme}://{host}:{port}", ca=server.ca, bind_dn=READER, password=PASSWORD
        )
        assert "certificate is not valid for" in away(given)


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_who_could_not_be_found_while_the_server_was_away_is_found_when_it_is_back(
    slapd: Start, end: str
) -> None:
    server = slapd(ADA)
    given = settings(server, bind_dn=READER, password=PASSWORD)
    assert find("ada", given)
    getattr(server, end)()
    assert "Connection refused" in away(given)
    server.start()
    assert find("ada", given)
    server.restart()  # the connection that was open is not any more, and nobody notices
    assert find("ada", given)
    assert xfc_notify_ldap.outage(given) is None


def test_a_server_that_says_nothing_is_given_up_in_time_and_asked_again(slapd: Start) -> None:
    server = slapd(ADA)
    given = settings(server, seconds=3)
    assert find("ada", given)
    with paused(server):
        away(given)
        away(settings(server, seconds=1, page_size=1))  # another one, which has no connection yet
    assert find("ada", given)


def test_the_next_server_is_asked_where_the_first_is_away(slapd: Start) -> None:
    first, second, nobody = slapd(), slapd(ADA), free_port()
    urls = [f"ldap://127.0.0.1:{nobody}", first.url, second.url]
    with paused(first):
        assert find("ada", settings(second, url=urls, seconds=8)) == find("ada", settings(second))
        second.stop()
        said = away(settings(second, url=urls, seconds=1))
    assert said.count(";") == 2
    assert all(f":{port}" in said for port in (nobody, first.port, second.port))


def test_a_directory_that_is_empty_or_of_others_is_told_by_check(slapd: Start) -> None:
    server = slapd()
    said = xfc_notify_ldap.outage(settings(server))
    assert said == f"below {BASE} nobody passes (objectClass=posixAccount)"
    assert find("ada", settings(server)) is None
    assert "has no entry dc=example,dc=com" in away(settings(server, base="dc=example,dc=com"))


@contextmanager
def paused(server: Slapd) -> Iterator[None]:
    """It says nothing, and its connections stay open."""
    server.pause()
    try:
        yield
    finally:
        server.resume()


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 mail.example.org ESMTP\r\n", b"\x30\x84\xff\xff\xff\xff", b"\0" * 50,
     b"\x30\x05\x02\x01\x01\x61\x00", b"\x30\x0c\x02\x01\x01\x61\x07\xff\x01\x00\x04\x00\x04\x00", b""],
)  # fmt: skip
def test_who_does_not_speak_ldap_is_no_server(answer: bytes) -> None:
    def serve() -> None:
        for _ in range(2):
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        url = f"ldap://127.0.0.1:{port}"
        given = LdapSettings.model_validate({"url": url, "base": BASE, "seconds": 1})
        assert away(given).startswith(f"127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("url", "server"),
    [("ldap://a..b", "a..b:389"), ("ldap://[::1]:1", "[::1]:1"), (f"ldap://{'a' * 70}", "aaa")],
)
def test_a_host_that_is_none_is_away(url: str, server: str) -> None:
    assert away(LdapSettings.model_validate({"url": url, "base": BASE})).startswith(server)


def test_a_filter_that_is_none_is_told_by_check(slapd: Start) -> None:
    wrong = settings(slapd(ADA), users={"filter": "(&(uid=a)b)"})
    assert "filter" in away(wrong)


# What a directory cannot tell now, and what is known of people and groups all the same

LAB = posix_group("lab", 700, ["ada", "ben", "cleo", "dan"], f"owner: uid=ada,ou=people,{BASE}\n")
KNOWN = ("ada", ["ada", "ben", "cleo", "dan"], True)


def plugins(folder: Path, given: LdapSettings) -> Plugins:
    return Plugins.load(make_settings(folder, plugins={"ldap": given.model_dump()}))


def lab() -> tuple[str, list[str], bool]:
    row = groups.named("lab")
    return groups.head_of(row), groups.members(row), row.complete


def test_a_group_stays_as_it_was_while_the_directory_is_away_or_empty(
    store: str, slapd: Start, tmp_path: Path, now: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = slapd(ADA, LAB)
    given = settings(server, seconds=3, bind_dn=READER, password=PASSWORD)
    loaded = plugins(tmp_path, given)
    groups.refresh([700, 4_000_000_000], loaded, now)
    assert lab() == KNOWN
    later = now + 2 * groups.AGAIN
    server.kill()
    groups.refresh([700, *range(1, 50)], loaded, later)
    assert lab() == KNOWN
    assert groups.named("lab").found_at == now
    (line,) = [
        record.getMessage() for record in caplog.records if record.name.startswith("xfc_notify.plugins")
    ]
    assert line.startswith(f"plugin ldap: 127.0.0.1:{server.port}: ")
    assert line.endswith("; what is known of people and groups stays")
    refused = plugins(tmp_path, settings(server, seconds=1, bind_dn=READER, password="wrong"))
    server.start()
    groups.refresh([700], refused, later)
    empty = plugins(tmp_path, settings(slapd()))
    groups.refresh([700], empty, later)
    assert (lab(), groups.named("lab").found_at) == (KNOWN, now)
    groups.refresh([700], loaded, later)
    assert groups.named("lab").found_at == later


@pytest.mark.parametrize("after", [14, 15, 200, 1000, 3000])
def test_a_group_stays_as_it_was_where_the_directory_dies_in_the_middle_of_an_answer(
    store: str, slapd: Start, tmp_path: Path, now: Any, after: int
) -> None:
    others = [person(f"u{number}", 2000 + number, gid=700) for number in range(60)]
    server = slapd(*others, LAB)
    groups.put(Group(700, "lab", "ada", members=("ada", "ben", "cleo", "dan")), now)
    with somebody_between(server, after=after) as url:
        dies = plugins(tmp_path, settings(server, url=url, seconds=2, page_size=10))
        groups.refresh([700], dies, now + 2 * groups.AGAIN)
    assert (lab(), groups.named("lab").found_at) == (KNOWN, now)
    groups.refresh([700], plugins(tmp_path, settings(server, page_size=10)), now + 2 * groups.AGAIN)
    assert len(lab()[1]) == 64


def test_a_directory_that_lost_most_of_a_group_is_believed_the_second_time(
    store: str, slapd: Start, tmp_path: Path, now: Any
) -> None:
    server = slapd(LAB)
    loaded = plugins(tmp_path, settings(server))
    groups.refresh([700], loaded, now)
    server.change(f"dn: cn=lab,ou=groups,{BASE}\nchangetype: modify\ndelete: memberUid\n-\ndelete: owner\n")
    assert groups.refresh([700], loaded, now + 2 * groups.AGAIN) == ["lab"]
    assert lab() == ("", ["ada", "ben", "cleo", "dan"], False)
    assert groups.refresh([700], loaded, now + 4 * groups.AGAIN) == []
    assert lab() == ("", [], True)


def look(at: Facility, now: Any) -> Discovery:
    return discover(at.service, [], now)


def test_people_keep_names_and_addresses_while_the_directory_is_away(
    store: str, slapd: Start, tmp_path: Path, now: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = slapd(ADA, person("ben", 1002))
    for name in ("ada", "ben", "cleo"):
        (tmp_path / "vol1" / name).mkdir(parents=True)
    volumes = [{"name": "vol1", "path": str(tmp_path / "vol1")}]
    at = Facility.at(
        tmp_path, volumes=volumes, plugins={"ldap": {"url": server.url, "base": BASE, "users": {"uid": ""}}}
    )
    look(at, now)
    known = {user.name: (user.full_name, user.email) for user in UserRow.select()}
    assert known == {
        "ada": ("Name ada", "ada@example.org"),
        "ben": ("Name ben", "ben@example.org"),
        "cleo": ("", "cleo@example.org"),
    }
    for _ in range(2):
        server.stop()
        found = look(at, now)
        assert (found.refreshed, found.vanished, found.new_users) == ([], [], [])
        assert {user.name: (user.full_name, user.email) for user in users.users()} == known
    assert [record.getMessage() for record in caplog.records if "ldap" in record.getMessage()] == [
        f"plugin ldap: 127.0.0.1:{server.port}: socket connection error while opening: Connection refused;"
        " what is known of people and groups stays"
    ]


# What check says

TABLE = """
[plugins.ldap]
url = "{url}"
base = "dc=example,dc=org"
bind_dn = "cn=reader,dc=example,dc=org"
password_file = "ldap.password"
"""


def test_check_says_whether_the_directory_can_be_reached(slapd: Start, tmp_path: Path) -> None:
    server, file = slapd(ADA), tmp_path / "settings.toml"
    file.write_text(TABLE.format(url=server.url))
    (tmp_path / "ldap.password").write_text(PASSWORD + "\n")

    def check() -> tuple[int, str, str, str]:
        ran = run("check", "plugins", "--json", "--settings", file)
        assert PASSWORD not in ran.out
        (row,) = [row for row in ran.json if row["name"] == "plugin ldap"]
        return ran.code, row["state"], row["what"], row["do"]

    assert check()[:2] == (0, "ok")
    server.stop()
    code, state, what, do = check()
    assert (code, state) == (0, "notice"), "to restart us would not help"
    assert what == f"127.0.0.1:{server.port}: socket connection error while opening: Connection refused"
    assert "[plugins.ldap]" in do
    server.start()
    (tmp_path / "ldap.password").write_text("forgotten")
    assert check()[1:3] == (
        "notice",
        f"127.0.0.1:{server.port} refuses bind_dn or the password (invalidCredentials)",
    )


# What is written in settings.toml


def refused(**table: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        LdapSettings.model_validate(table)
    return str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://x", "ldap://", "ldap:x", "ldap://a:b", "ldap://a/dc=x", "ldap://u:secret@a", "ldap://a b", "ldapi:///x",
     "ldap://a?x", "ldap://ä", "ldap://a\n"],
)  # fmt: skip
def test_a_url_that_is_none_is_refused_without_being_shown(url: str) -> None:
    said = refused(url=[url], base=BASE)
    assert 'allowed are "ldaps://host:port"' in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"base": ""}, "base is needed"),
        ({"bind_dn": READER}, "of no use without each other"),
        ({"password": "x"}, "of no use without each other"),
        (
            {"url": "ldap://ldap.example.org", "bind_dn": READER, "password": "x"},
            "cross the network in the clear",
        ),
        ({"ca": "no PEM"}, "no certificates in PEM form"),
        ({"users": {"filter": "objectClass=x"}}, "not a filter"),
        ({"users": {"filter": "(&(a=b)"}}, "not a filter"),
        ({"users": {"username": ""}}, "the name of an attribute is needed"),
        ({"groups": {"head": "owner)("}}, "the name of an attribute is needed"),
        ({"seconds": 9}, "less than or equal to 8"),
        ({"page_size": 0}, "greater than or equal to 1"),
        ({"user": {}}, "Extra inputs"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(wrong: dict[str, Any], said: str) -> None:
    told = refused(**{"url": "ldap://localhost", "base": BASE} | wrong)
    assert said in told
    assert PASSWORD not in told


def test_several_servers_come_as_a_list_or_from_the_environment() -> None:
    for url in (["ldaps://a", "ldap+starttls://b:390"], "ldaps://a, ldap+starttls://b:390"):
        given = LdapSettings.model_validate({"url": url, "base": BASE})
        assert [str(server) for server in given.servers] == ["a:636", "b:390"]
    assert LdapSettings.model_validate({"url": ""}).servers == ()


def test_the_settings_in_the_documentation_are_right(tmp_path: Path) -> None:
    first, active_directory = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "ldap.password").write_text(PASSWORD)
    (tmp_path / "ca.pem").touch()
    file = tmp_path / "settings.toml"
    file.write_text(first)
    assert Plugins.load(load_settings(file, {})).named("ldap").settings.servers[1].host == "ldap2.example.org"
    other = tomllib.loads(active_directory)["plugins"]["ldap"]
    assert LdapSettings.model_validate(other).groups.dn == "distinguishedName"


def test_without_its_library_a_directory_cannot_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xfc_notify_ldap.settings.find_spec", lambda _: None)
    assert "pip install 'xfc-notify[ldap]'" in refused(url="ldap://localhost", base=BASE)
    assert LdapSettings().url == ()
