import io
import json
import logging
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import xfc_notify_chat
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from servers.http import HttpServer
from xfc_notify_chat.settings import ChatSettings
from xfc_notify_chat.text import LONGEST, LONGEST_SUBJECT, body, harmless, subject

from xfc_notify import OPERATORS, DeliveryError, Level, Message, PermanentDeliveryError
from xfc_notify.testing import check_plugin, sample_message, sample_person

TOKEN = "S3CRETtokenS3CRETtoken00"
SLACK = f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}"
NAME = (
    "<!channel> <@U012AB3CD> <!subteam^S1> @here @everyone x@all <at>ada</at> @room "
    "[bank](https://evil.example) <https://evil.example|bank> <script>alert(1)</script> &amp;"
)
HOSTILE = sample_message(
    subject=f"[XFC](https://evil.example) {NAME}"[:140],
    text=f"Dear {NAME},\n\nYou have used 86 % of {NAME}\nand more.\n\nNothing\x1b[2J was deleted.\n\nNever seen.\n",
)
ACTIVE = ("<!", "<@", "<at", "<h", "<s", "</", "](", " @h", " @e", "@all", "@room", "\x1b")
"""What a chat would act on."""

MATRIX = {"access_token": "t", "user_id": "@xfc:h", "home_server": "h", "room_id": "!r:h", "event_id": "$1"}
"""One answer that holds what every call of Matrix's interface wants."""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file: Path = tmp_path_factory.mktemp("tls") / "server.pem"
    request = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1,DNS:hooks.slack.com"]
    command = ["openssl", "req", *request, *names, "-keyout", file, "-out", file.with_suffix(".crt")]
    subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.with_suffix(".crt")))
    return certificate


def deliver(url: str, message: Message = HOSTILE, **table: Any) -> None:
    xfc_notify_chat.deliver(message, url, ChatSettings(**table))


def refusal(url: str, **table: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver(url, **table)
    return caught.value


def assert_harmless(*texts: str) -> None:
    for text in texts:
        assert "86 %" in text or "XFC" in text
        assert [active for active in ACTIVE if active in text] == []


def stand_in(monkeypatch: pytest.MonkeyPatch, host: str, port: int) -> None:
    """Let the name of a host lead to the local server."""
    resolve = socket.getaddrinfo

    def resolved(name: Any, *arguments: Any, **options: Any) -> Any:
        if name != host:
            return resolve(name, *arguments, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


def test_the_plugin_keeps_the_contract() -> None:
    check_plugin(xfc_notify_chat, {"operators": ["json://127.0.0.1/x"], "services": ["slack"]})


def test_importing_the_plugin_imports_nothing_heavy() -> None:
    program = "import sys, xfc_notify_chat; print({'apprise', 'pydantic', 'requests'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout == "set()\n"


def test_a_person_is_told_at_their_own_url_and_the_operators_at_theirs() -> None:
    table = ChatSettings(operators=("json://127.0.0.1/a", "json://127.0.0.1/b"))
    for person, places in ((sample_person(chat=SLACK), [SLACK]), (sample_person(), [])):
        assert list(xfc_notify_chat.addresses(sample_message(), person, table)) == places
    to_operators = sample_message(username=OPERATORS)
    assert list(xfc_notify_chat.addresses(to_operators, sample_person(), table)) == [*table.operators]


# What arrives


def test_slack_gets_no_mention_and_no_link_out_of_a_name(
    trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpServer(certificate=trusted, body=b"ok") as server:
        stand_in(monkeypatch, "hooks.slack.com", server.port)
        deliver(SLACK)
    (request,) = server.requests
    assert request.path == f"/services/T1JJ3T3L2/A1BRTD4JD/{TOKEN}"
    (attachment,) = request.json["attachments"]
    assert_harmless(attachment["title"], attachment["text"])
    assert request.json["mrkdwn"] is False
    for text in (attachment["title"], attachment["text"]):
        assert "<" not in text
        assert ">" not in text


def test_teams_gets_no_mention_and_no_link_out_of_a_name(trusted: Path) -> None:
    with HttpServer(certificate=trusted) as server:
        deliver(f"workflows://127.0.0.1:{server.port}/abcdef/{TOKEN}")
    (request,) = server.requests
    assert request.path.startswith("/workflows/abcdef/triggers/manual/paths/invoke?")
    card = request.json["attachments"][0]["content"]
    assert_harmless(*(block["text"] for block in card["body"]))
    assert card["msteams"] == {"width": "full"}


@pytest.mark.parametrize(
    "form", ["matrix://xfc:password@127.0.0.1:{}/#ops", "matrix://127.0.0.1:{}/#ops?token=t0k"]
)
def test_matrix_gets_plain_text_without_a_mention(form: str) -> None:
    with HttpServer(body=json.dumps(MATRIX).encode()) as server:
        deliver(form.format(server.port))
    (sent,) = (request for request in server.requests if "/send/m.room.message/" in request.path)
    assert sent.method == "PUT"
    assert sent.json.keys() == {"msgtype", "body"}
    assert_harmless(sent.json["body"])


def test_mattermost_gets_no_mention_and_no_link_out_of_a_name() -> None:
    with HttpServer() as server:
        deliver(f"mmost://127.0.0.1:{server.port}/{TOKEN}")
    (request,) = server.requests
    assert request.path == f"/hooks/{TOKEN}"
    assert_harmless(request.json["text"])
    assert "icon_url" not in request.json


def test_a_message_is_short_and_says_where_the_rest_is() -> None:
    text = "Dear Ada,\n\nYou have used 86 %\nof your space.\n\nIt is your hard quota.\n\nWhere you stand\n\n  1 TB\n"
    text += "\nWhy.\nThis service never deletes anything.\n\n-- \nXFC\n"
    message = sample_message(text=text, level=Level.OVER)
    with HttpServer() as server:
        deliver(f"json://127.0.0.1:{server.port}/hook", message)
    (request,) = server.requests
    assert request.json["title"] == message.subject
    assert request.json["message"] == (
        "You have used 86 % of your space.\n\nIt is your hard quota.\n\n"
        "The whole message, with the figures and what helps, goes out by mail if an address is known. "
        "Questions are welcome: storage-support@example.org\n\nThis service never deletes anything."
    )
    assert request.json["type"] == "failure"


@pytest.mark.parametrize(
    ("level", "reason", "kind"),
    [
        (Level.NOTICE, "began", "info"),
        (Level.WARNING, "worse", "warning"),
        (Level.OVER, "repeat", "failure"),
        (Level.OVER, "ended", "failure"),
        (Level.OK, "ended", "success"),
        (Level.OK, "digest", "info"),
    ],
)
def test_the_type_is_that_of_the_level(level: Level, reason: str, kind: str) -> None:
    with HttpServer() as server:
        deliver(f"json://127.0.0.1:{server.port}/hook", sample_message(level=level, reasons=(reason,)))
    assert server.requests[0].json["type"] == kind


def test_a_list_reads_as_a_list_and_the_promise_stands_at_the_end() -> None:
    text = (
        "Ada uses 12 TB of\n10 TB.\n\n    area: /data/ada\n    since: Monday\n\nWho was told:\n\n    ada: 3 times\n\n"
        "Perhaps you can reach her.\n\nThis service never deletes anything.\n\n-- \nXFC\n"
    )
    said = body(sample_message(text=text, contact=""))
    assert said.startswith(
        "Ada uses 12 TB of 10 TB.\n\n- area: /data/ada\n- since: Monday\n\nWho was told:\n\n- ada: 3 times\n\nThe whole"
    )
    assert said.endswith("\n\nThis service never deletes anything.")


def test_a_long_message_is_cut() -> None:
    message = sample_message(subject="x" * 5000, text="Dear Ada,\n\n" + "word " * 5000)
    assert len(subject(message)) == LONGEST_SUBJECT
    assert body(message).split("\n")[0] == ("word " * 5000)[: LONGEST - 1].rstrip() + "…"
    assert len(body(message)) < 1000


def test_a_message_of_one_paragraph_is_sent_whole() -> None:
    assert body(sample_message(text="All is well,\n", contact="")).startswith("All is well,\n\nThe whole")


@pytest.mark.parametrize(
    "text",
    ["ada@example.org", "ada@all.example.org", "1 < 2", "3 <4", "a[0] (b)", "https://example.org/x?a=1"],
)
def test_what_is_no_markup_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(
    st.lists(
        st.sampled_from([*ACTIVE, "<", "@", "]", "(", "[", "x", " ", "here", "\n", "\u202e", "\ud800"])
    ).map("".join)
)
def test_nothing_active_is_left_of_any_text(text: str) -> None:
    shown = harmless(text)
    assert shown.replace("\N{ZERO WIDTH SPACE}", "").replace("\n", "").isprintable()
    assert re.search(r"<[!@/a-z]|\][(\[:]|(?<!\w)@\w|@(here|room)\b(?!\.\w)", shown) is None


def test_a_second_message_does_not_wait_for_the_first() -> None:
    with HttpServer() as server:
        for _ in range(3):
            place = f"json://127.0.0.1:{server.port}/x"
            deliver(place)
    assert len(server.requests) == 3


# What fails


@pytest.mark.parametrize(
    ("status", "final"),
    [(301, True), (400, True), (401, True), (403, True), (404, True), (410, True),
     (408, False), (429, False), (500, False), (502, False), (503, False)],
)  # fmt: skip
def test_an_answer_is_passing_or_final_by_its_status(status: int, final: bool) -> None:
    with HttpServer() as other, HttpServer(script=[(status, {"Location": other.url})]) as server:
        error = refusal(f"mmost://127.0.0.1:{server.port}/{TOKEN}")
    assert isinstance(error, PermanentDeliveryError) is final
    assert error.what == f"Mattermost answered {status}"
    assert (len(server.requests), other.requests) == (1, [])


def test_a_server_that_is_away_is_tried_again() -> None:
    with HttpServer() as server:
        url = f"mmost://127.0.0.1:{server.port}/{TOKEN}"
    error = refusal(url)
    assert (type(error), error.what) == (DeliveryError, "Mattermost does not answer")


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with HttpServer(certificate=certificate) as server:
        error = refusal(f"workflows://127.0.0.1:{server.port}/abcdef/{TOKEN}")
    assert type(error) is DeliveryError
    assert server.requests == []


@pytest.mark.parametrize("status", [404, 503])
def test_a_token_stands_in_no_error_and_in_no_log(
    status: int, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = io.StringIO()  # pytest's own handlers hear what does not propagate, too
    handler = logging.StreamHandler(logged)
    logging.getLogger().addHandler(handler)
    try:
        with HttpServer(certificate=trusted, script=[(status, {})]) as server:
            stand_in(monkeypatch, "hooks.slack.com", server.port)
            errors = [refusal(SLACK)]
        errors += [refusal(url) for url in (SLACK, f"{SLACK}-!", f"slack://{TOKEN}!/{TOKEN}/{TOKEN}")]
        logging.getLogger("other").warning("heard")
    finally:
        logging.getLogger().removeHandler(handler)
    assert "S3CRET" not in "".join(map(repr, errors))
    assert logged.getvalue() == "heard\n"


# What is a URL

UNUSABLE = [
    ("ada@example.org", "not an Apprise URL; write it like"),
    ("json://127.0.0.1/x json://127.0.0.1/y", "not an Apprise URL"),
    ("json://127.0.0.1/x\nBcc: S3CRET", "not an Apprise URL"),
    ("json://127.0.0.1/" + "S3CRET" * 200, "not an Apprise URL"),
    ("pigeon://S3CRET", "Apprise cannot use this URL"),
    ("slack://S3CRET", "Apprise cannot use this URL"),
    ("https://evil.example/S3CRET", "Apprise cannot use this URL"),
    ("file:///etc/S3CRET", "Apprise cannot use this URL"),
    ("xfc-notify-mail://S3CRET", "Apprise cannot use this URL"),
    ("syslog://", "syslog cannot be used here"),
    (f"{SLACK}/#one/#two", "names several places"),
    (f"{SLACK}?template=/etc/S3CRET", "the option template cannot be used here"),
    (f"{SLACK}?Optional=yes", "the option optional cannot be used here"),
    (f"{SLACK}?image=no&format=markdown", "the option format cannot be used here"),
    ("json://[127.0.0.1/S3CRET", "Apprise"),
]


@pytest.mark.parametrize(("url", "told"), UNUSABLE)
def test_a_url_that_cannot_be_used_is_refused_everywhere_without_showing_it(url: str, told: str) -> None:
    objection = xfc_notify_chat.objection(sample_person(chat=url), ChatSettings())
    assert objection is not None
    assert told in objection
    error = refusal(url)
    assert isinstance(error, PermanentDeliveryError)
    with pytest.raises(ValidationError) as caught:
        ChatSettings(operators=(SLACK, url))
    assert f"URL 2: {objection}" in str(caught.value)
    assert "S3CRET" not in objection + error.what + str(caught.value)


def test_a_url_that_can_be_used_meets_no_objection() -> None:
    native = f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{TOKEN}"
    for url in (
        None,
        "",
        SLACK,
        native,
        "matrixs://xfc:password@example.org/#ops",
        "discord://1234567890/abcdefghij",
    ):
        assert xfc_notify_chat.objection(sample_person(chat=url), ChatSettings()) is None


def test_people_may_name_only_the_services_that_the_site_allows_and_operators_any() -> None:
    table = {"services": ["slack", "matrixs"]}
    assert xfc_notify_chat.objection(sample_person(chat=SLACK), ChatSettings(**table)) is None
    said = xfc_notify_chat.objection(sample_person(chat="json://127.0.0.1/x"), ChatSettings(**table))
    assert said == "json cannot be used here; allowed are slack, matrixs"
    with HttpServer() as server:
        url = f"json://127.0.0.1:{server.port}/x"
        assert isinstance(refusal(url, **table), PermanentDeliveryError)
        assert server.requests == []
        deliver(url, operators=[url], **table)
    assert len(server.requests) == 1


def test_a_service_that_apprise_does_not_know_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="'slak' is no service of Apprise"):
        ChatSettings(services=["slak"])


def test_the_operators_urls_can_come_from_a_file_of_their_own_and_show_nowhere() -> None:
    settings = ChatSettings(operators=f"{SLACK}\n  json://127.0.0.1/x\n")
    assert settings.operators == (SLACK, "json://127.0.0.1/x")
    assert TOKEN not in repr(settings)
