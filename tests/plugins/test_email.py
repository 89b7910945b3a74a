import logging
import mailbox
import socket
import string
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import xfc_notify_email
from hypothesis import event, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from servers.process import free_port
from servers.smtp import SmtpServer
from xfc_notify_email.address import is_address
from xfc_notify_email.address import mailbox as parse_mailbox
from xfc_notify_email.mime import compose
from xfc_notify_email.settings import EmailSettings

from xfc_notify import DeliveryError, Message, PermanentDeliveryError
from xfc_notify.settings import validate
from xfc_notify.testing import check_plugin, sample_message, sample_person

SENDER = "XFC <xfc@storage.example.org>"
ALICE = "alice@example.org"
SECRET = "hunter2-swordfish"

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    request = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    subprocess.run(
        ["openssl", "req", *request, *names, "-keyout", file, "-out", file.with_suffix(".crt")],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


def ca(certificate: Path) -> str:
    return certificate.with_suffix(".crt").read_text()


def deliver(url: str, message: Message | None = None, address: str = ALICE, **table: str) -> None:
    validated = EmailSettings(url=url, sender=SENDER, **table)
    xfc_notify_email.deliver(message or sample_message(), address, validated)


def outage(url: str) -> str | None:
    return xfc_notify_email.outage(EmailSettings(url=url, sender=SENDER))


def refusal(url: str, address: str = ALICE, **table: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver(url, address=address, **table)
    return caught.value


def parts(mail: EmailMessage) -> list[tuple[str, str]]:
    return [(part.get_content_type(), part.get_content()) for part in mail.iter_parts()]


def test_the_plugin_keeps_the_contract():
    check_plugin(xfc_notify_email, {"url": "maildir:outbox", "sender": SENDER})


def test_importing_the_plugin_imports_nothing_heavy():
    code = (
        "import sys, xfc_notify_email;"
        "print([m for m in ('pydantic', 'apprise', 'smtplib', 'email.message') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_path()
    )
    assert run.stdout.strip() == "[]"


def _path() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(sys.path)}


# Where mail would go


def test_a_person_with_an_address_gets_one_mail_and_one_without_gets_none():
    table = EmailSettings(url="smtp://127.0.0.1", sender=SENDER)
    assert xfc_notify_email.addresses(sample_person(), table) == [ALICE]
    assert xfc_notify_email.addresses(sample_person(email=None), table) == []


def test_without_a_url_nobody_has_an_address():
    assert xfc_notify_email.addresses(sample_person(), EmailSettings()) == []


# Whether anything could be sent


@pytest.mark.hook("outage")
def test_a_server_that_greets_us_is_no_outage_and_gets_no_mail():
    with SmtpServer() as server:
        assert outage(server.url) is None
    assert server.messages == []
    assert outage(server.url) == f"127.0.0.1:{server.port}: Connection refused"


def test_a_login_that_is_refused_is_an_outage():
    with SmtpServer(users={"robot": "right"}) as server:
        assert outage(server.url.replace("//", "//robot:right@")) is None
        assert "refuses the user name or the password" in outage(
            server.url.replace("//", f"//robot:{SECRET}@")
        )


def test_a_server_without_the_encryption_that_is_asked_for_is_an_outage():
    with SmtpServer() as server:
        assert "offers no STARTTLS" in outage(server.url.replace("smtp:", "smtp+starttls:"))


def test_a_server_that_says_nothing_is_an_outage_soon():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        assert "timed out" in outage(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - began < 8


def test_a_maildir_that_cannot_be_made_is_an_outage(tmp_path):
    assert outage(f"maildir:{tmp_path}/mail/deep") is None
    assert not (tmp_path / "mail").exists()
    (tmp_path / "file").touch()
    assert (
        outage(f"maildir:{tmp_path}/file/mail")
        == f"maildir {tmp_path}/file/mail: {tmp_path}/file is not a folder"
    )
    assert outage("") == "[plugins.email] has no url"


# What arrives


def test_text_and_html_arrive_as_they_were_given():
    text = "ä — 86 %\n.\n..dots\nFrom here\n" + "long " * 300 + "\n" + "x" * 2000 + "\n"
    html = "<p>" + "ü" * 1500 + "</p>\n.\n<p>&amp; = =3D</p>\n"
    with SmtpServer() as server:
        deliver(server.url, sample_message(text=text, html=html))
    (received,) = server.messages
    assert parts(received.mail) == [("text/plain", text), ("text/html", html)]
    assert received.mail.get_content_type() == "multipart/alternative"
    assert max(len(line) for line in received.content.splitlines()) <= 998


def test_the_headers_tell_who_what_and_that_a_machine_wrote_it():
    message = sample_message(username="o'neil", created_at=datetime(2026, 3, 2, 12, 30, tzinfo=UTC))
    with SmtpServer() as server:
        deliver(server.url, message)
    (received,) = server.messages
    assert (received.sender, received.recipients) == ("xfc@storage.example.org", (ALICE,))
    assert dict(received.mail.items()) | {"Content-Type": "", "X-Peer": ""} == {
        "Subject": message.subject,
        "From": SENDER,
        "To": ALICE,
        "Date": "Mon, 02 Mar 2026 12:30:00 +0000",
        "Message-ID": f"<{message.message_id}@storage.example.org>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": "<xfc-notify.storage.example.org>",
        "Reply-To": "storage-support@example.org",
        "List-Unsubscribe": "<mailto:storage-support@example.org?subject=unsubscribe%20o%27neil>",
        "MIME-Version": "1.0",
        "Content-Type": "",
        "X-Peer": "",
    }


def test_a_contact_that_is_no_address_makes_no_header():
    with SmtpServer() as server:
        deliver(server.url, sample_message(contact="https://help.example.org"))
        deliver(server.url, sample_message(contact=""))
    assert len(server.messages) == 2
    for received in server.messages:
        assert received.mail["Reply-To"] is None
        assert received.mail["List-Unsubscribe"] is None


def test_one_click_on_unsubscribe_is_offered_where_the_message_has_a_link():
    link = "https://xfc.example.org/answer/" + "t" * 200
    with SmtpServer() as server:
        deliver(server.url, sample_message(unsubscribe=link))
        deliver(server.url, sample_message())
    one, other = server.messages
    assert f"List-Unsubscribe: <{link}>, <mailto:storage-support@example.org?subject=" in one.content.decode()
    assert one.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert other.mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("length", [*range(60, 90), 300])
def test_the_first_line_of_a_subject_is_never_empty(length):
    for subject in ("x" * length, "[XFC] " + "y" * length, "word " * (length // 5), "ü" + "z" * length):
        content = compose(sample_message(subject=subject), ALICE, parse_mailbox(SENDER)).as_bytes()
        assert not any(line.rstrip() == b"Subject:" for line in content.splitlines())
        assert message_from_bytes(content, policy=policy.default)["Subject"] == subject


def test_a_later_mail_of_an_episode_answers_its_first():
    first = sample_message()
    with SmtpServer() as server:
        deliver(server.url, first)
        deliver(server.url, sample_message(message_id="later", thread=first.message_id))
    one, other = (received.mail for received in server.messages)
    assert one["In-Reply-To"] is None
    assert other["In-Reply-To"] == other["References"] == one["Message-ID"]


def test_long_identifiers_stay_whole():
    message = sample_message(message_id="m" * 120, thread="t" * 120, username="u" * 120)
    with SmtpServer() as server:
        deliver(server.url, message)
    content = server.messages[0].content.decode()
    assert f"Message-ID: <{'m' * 120}@storage.example.org>\r\n" in content
    assert f"References: <{'t' * 120}@storage.example.org>\r\n" in content
    assert f"subject=unsubscribe%20{'u' * 120}>\r\n" in content


def test_a_second_attempt_has_the_same_message_id():
    with SmtpServer(replies={ALICE: 451}) as server:
        assert not isinstance(refusal(server.url), PermanentDeliveryError)
        server.replies.clear()
        deliver(server.url)
        deliver(server.url)
    one, other = (received.mail for received in server.messages)
    assert one["Message-ID"] == other["Message-ID"]


@pytest.mark.parametrize("field", ["subject", "message_id", "thread", "username"])
def test_nothing_in_a_message_can_add_a_header_or_a_recipient(field):
    hostile = "x\r\nBcc: mallory@example.net\nX-Evil: 1\r\r\n\r\nbody \x1b[2J\x00 \udcff\u2028\u202e"
    with SmtpServer() as server:
        deliver(server.url, sample_message(**{field: hostile}))
    (received,) = server.messages
    assert received.recipients == (ALICE,)
    assert {"Bcc", "X-Evil"}.isdisjoint(received.mail.keys())
    assert not set("\x1b\x00\u2028\u202e") & set(received.content.decode())
    assert parts(received.mail)[0][1] == sample_message().text


def test_a_subject_keeps_its_letters_and_shows_what_does_not_print():
    with SmtpServer() as server:
        deliver(server.url, sample_message(subject="[XFC] Größe 86\u202f% \N{OCTOPUS}\n\x07"))
    assert server.messages[0].mail["Subject"] == "[XFC] Größe 86\u202f% \N{OCTOPUS}\\x0a\\x07"


def test_a_body_that_no_encoding_holds_is_sent_all_the_same():
    with SmtpServer() as server:
        deliver(server.url, sample_message(text="a\udcffb\x00\x1b[2J\n", html="<p>\udcff</p>\n"))
    assert parts(server.messages[0].mail)[1][1] == "<p>\\udcff</p>\n"


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=300))
def test_any_printable_subject_comes_back_from_its_header(subject):
    sender = parse_mailbox(SENDER)
    assert sender is not None
    raw = compose(sample_message(subject=f"[XFC]{subject}]"), ALICE, sender).as_bytes()
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == f"[XFC]{subject}]"


# To whom


@pytest.mark.parametrize(
    "address", ["o'neil@example.org", "a+b=c@x.example.org", "root@localhost", "a_b.c-d@e-f.gh"]
)
def test_an_unusual_address_gets_its_mail(address):
    with SmtpServer() as server:
        deliver(server.url, address=address)
    (received,) = server.messages
    assert received.recipients == (address,)
    assert received.mail["To"] == address


@pytest.mark.parametrize("address", ["jürgen@example.org", "jürgen@bücher.example", "用户@例子.广告"])
def test_an_address_beyond_ascii_gets_its_mail(address):
    with SmtpServer() as server:
        deliver(server.url, address=address)
    assert server.messages[0].recipients == (address,)
    assert f"To: {address}\r\n" in server.messages[0].content.decode()


def test_an_address_beyond_ascii_is_a_final_error_where_the_server_takes_none():
    with SmtpServer(smtputf8=False) as server:
        error = refusal(server.url, address="jürgen@example.org")
        assert isinstance(error, PermanentDeliveryError)
        assert "SMTPUTF8" in error.what
        deliver(server.url)
    assert len(server.messages) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "alice",
        "@example.org",
        "alice@",
        "-alice@example.org",
        "alice@example.org\nBcc: mallory@example.net",
        "alice@example.org\r",
        "alice@example.org,mallory@example.net",
        "alice@example.org mallory@example.net",
        "Alice <alice@example.org>",
        "<alice@example.org>",
        '"alice"@example.org',
        "alice@example.org\x00",
        "al\u202eice@example.org",
        "al\udcffice@example.org",
        "alice@-example.org",
        "alice@example..org",
        ".alice@example.org",
        "alice@[127.0.0.1]",
        "alice@bob@example.org",
        "a" * 250 + "@example.org",
    ],
)
def test_what_is_no_bare_address_is_refused_before_anything_is_sent(address):
    with SmtpServer() as server:
        error = refusal(server.url, address=address)
    assert isinstance(error, PermanentDeliveryError)
    assert error.what.isprintable()
    assert server.messages == []


def test_an_address_may_hold_the_characters_that_mail_allows_and_no_others():
    characters = [chr(code) for code in range(128)]
    plain = string.ascii_letters + string.digits + "-."
    local = {character for character in characters if is_address(f"al{character}ice@example.org")}
    assert local == {*plain, *"!#$%&'*+/=?^_`{|}~"}
    assert {character for character in characters if is_address(f"alice@ex{character}ample.org")} == {*plain}


parts_of_addresses = st.text("ab1.-_+é", max_size=6) | st.text(max_size=6)


@given(parts_of_addresses, parts_of_addresses)
def test_an_accepted_address_is_one_word_with_one_at_sign(local, domain):
    address = f"{local}@{domain}"
    event(f"accepted: {is_address(address)}")
    if is_address(address):
        assert address.isprintable()
        assert not set(address) & set(' ,;:<>()[]\\"')
        assert address.count("@") == 1
        assert address[0] != "-"
    assert is_address(f"a{local}@b{domain}.org") or not (
        f"{local}{domain}".isascii() and f"{local}{domain}".isalnum()
    )


# What the server answers


@pytest.mark.parametrize(
    ("code", "final"), [(421, False), (450, False), (451, False), (550, True), (553, True)]
)
def test_an_answer_for_the_recipient_is_passing_or_final_by_its_code(code, final):
    with SmtpServer(replies={ALICE: code, "bob@example.org": 550}) as server:
        error = refusal(server.url)
        deliver(server.url, address="carol@example.org")
    assert isinstance(error, PermanentDeliveryError) == final
    assert error.retry_after is None
    assert f"{code} not this one" in error.what
    assert len(server.messages) == 1


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        ("451 later", False),
        ("552 too large", True),
        ("554 spam", False),
        ("550 5.7.1 message rejected as spam", False),
        ("554 5.6.7 no SMTPUTF8 here", True),
        ("550 5.1.1 no such user", True),
        ("550 rejected", False),
    ],
)
def test_an_answer_for_the_mail_is_passing_or_final_by_its_code(answer, final):
    with SmtpServer(on_data=answer) as server:
        error = refusal(server.url)
    assert isinstance(error, PermanentDeliveryError) == final
    assert answer in error.what


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        (
            "550 5.1.1 <alice@example.org>: Recipient address rejected: User unknown in relay recipient table",
            True,
        ),
        ("550 No such user here", True),
        ("550 mailbox unavailable", True),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("553 5.1.2 no such domain", True),
        ("552 5.2.2 mailbox full", True),
        ("550 too many messages, slow down", False),
        ("550 5.4.5 Daily sending quota exceeded", False),
        ("550 5.7.1 Unable to relay", False),
        ("554 5.7.1 <alice@example.org>: Relay access denied", False),
        ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.example.org", False),
        ("550 Blocked: see our list", False),
        ("554 5.7.1 <localhost>: Helo command rejected: need fully-qualified hostname", False),
        ("550 5.7.26 Unauthenticated email is not accepted: SPF", False),
        ("550 5.1.8 Sender address rejected: Domain not found", False),
        ("550 rate limit exceeded", False),
        ("554 transaction failed", False),
    ],
)
def test_only_what_is_plainly_about_the_mailbox_is_final(answer, final):
    with SmtpServer(replies={ALICE: answer}) as server:
        error = refusal(server.url)
    assert isinstance(error, PermanentDeliveryError) == final
    assert answer in error.what


def test_the_server_is_greeted_by_the_name_in_the_settings():
    with SmtpServer() as server:
        deliver(server.url, ehlo="scratch.example.org")
    assert server.messages[0].ehlo == "scratch.example.org"


@pytest.mark.parametrize("name", ["-x", "a b", "x\r\nMAIL FROM:<a@b.org>", "a..b", "é.org", "x" * 254])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(ValidationError, match=r"scratch\.example\.org"):
        EmailSettings(url="smtp://localhost", sender=SENDER, ehlo=name)


@pytest.mark.parametrize(
    ("answer", "final"), [("451 later", False), ("553 not your name", False), ("552 too large", True)]
)
def test_a_sender_refused_is_for_the_operator_but_a_mail_too_large_is_final(answer, final):
    with SmtpServer(on_sender=answer) as server:
        error = refusal(server.url)
    assert isinstance(error, PermanentDeliveryError) == final


def test_a_server_that_demands_a_login_is_for_the_operator():
    for answers in ({"replies": {ALICE: 530}}, {"users": {"xfc": SECRET}}):
        with SmtpServer(**answers) as server:
            error = refusal(server.url)
        assert not isinstance(error, PermanentDeliveryError)
        assert "530" in error.what


def test_a_server_that_hangs_up_after_the_mail_is_tried_again():
    with SmtpServer(drop=True) as server:
        assert not isinstance(refusal(server.url), PermanentDeliveryError)


def test_a_mail_that_was_accepted_is_sent_however_the_conversation_ends():
    with SmtpServer(on_quit="421 in a bad mood") as server:
        deliver(server.url)
    assert len(server.messages) == 1


def test_a_server_that_is_away_or_unknown_is_tried_again():
    with SmtpServer() as server:
        pass
    for url in (server.url, "smtp://no-such-host.invalid", "smtp://mail..example.org"):
        assert not isinstance(refusal(url), PermanentDeliveryError)


def test_a_mute_server_is_left_after_a_time(monkeypatch):
    import socket

    from xfc_notify_email import transport

    assert transport.TIMEOUT == 30
    monkeypatch.setattr(transport, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        error = refusal(f"smtp://127.0.0.1:{mute.getsockname()[1]}")
    assert "timed out" in error.what
    assert not isinstance(error, PermanentDeliveryError)


def test_an_answer_with_escape_sequences_is_shown_harmlessly():
    with SmtpServer(on_data="554 \x1b[2J no") as server:
        assert "\\x1b[2J no" in refusal(server.url).what


# Encryption and passwords


def test_starttls_is_used_where_it_is_offered(certificate):
    with SmtpServer(tls="starttls", certificate=str(certificate)) as server:
        deliver(server.url)
    assert server.messages[0].encrypted


def test_starttls_demanded_and_not_offered_sends_nothing():
    with SmtpServer(users={"xfc": SECRET}) as server:
        error = refusal(f"smtp+starttls://xfc:{SECRET}@127.0.0.1:{server.port}")
    assert not isinstance(error, PermanentDeliveryError)
    assert "STARTTLS" in error.what
    assert (server.logins, server.messages) == ([], [])


def test_a_password_crosses_a_network_only_encrypted():
    # 127.1 is this machine too, but no name that the plugin takes for it.
    with SmtpServer(users={"xfc": SECRET}) as server:
        refusal(f"smtp://xfc:{SECRET}@127.1:{server.port}")
        assert (server.logins, server.messages) == ([], [])
        deliver(f"smtp://xfc:{SECRET}@127.0.0.1:{server.port}")
    assert server.messages[0].user == "xfc"


@pytest.mark.parametrize("tls", ["starttls", "smtps"])
def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password(certificate, tls):
    scheme = {"starttls": "smtp+starttls", "smtps": "smtps"}[tls]
    with SmtpServer(tls=tls, certificate=str(certificate), users={"xfc": SECRET}) as server:
        url = f"{scheme}://xfc:{SECRET}@127.0.0.1:{server.port}"
        error = refusal(url)
        assert "certificate verify failed" in error.what
        assert server.logins == []
        deliver(url, ca=ca(certificate))
    (received,) = server.messages
    assert received.encrypted
    assert received.user == "xfc"


def test_a_certificate_of_another_host_is_refused(certificate):
    with SmtpServer(tls="smtps", certificate=str(certificate)) as server:
        error = refusal(f"smtps://127.1:{server.port}", ca=ca(certificate))
    assert "certificate" in error.what


def test_a_server_that_is_not_there_is_told_in_words():
    port = free_port()
    assert refusal(f"smtp://127.0.0.1:{port}").what == f"127.0.0.1:{port}: Connection refused"


def test_a_password_never_stands_in_an_error_or_a_log(caplog, certificate):
    caplog.set_level(logging.DEBUG)
    with SmtpServer(tls="smtps", certificate=str(certificate), users={"xfc": "another"}) as server:
        url = f"smtps://xfc:{SECRET}@127.0.0.1:{server.port}"
        error = refusal(url, ca=ca(certificate))
    assert not isinstance(error, PermanentDeliveryError)
    assert "535" in error.what
    assert set(server.logins) == {"xfc"}
    written = [record.getMessage() for record in caplog.records if not record.name.startswith("mail")]
    assert written
    assert not any(SECRET in line for line in [*written, error.what, repr(error)])
    assert SECRET not in repr(EmailSettings(url=url, sender=SENDER))


def test_special_characters_of_a_password_are_percent_encoded():
    with SmtpServer(users={"xfc@example.org": "a/b:c@d%"}) as server:
        deliver(f"smtp://xfc%40example.org:a%2Fb%3Ac%40d%25@127.0.0.1:{server.port}")
    assert server.messages[0].user == "xfc@example.org"


# Settings


@pytest.mark.parametrize(
    "url",
    [
        f"http://user:{SECRET}@host",
        f"smtp://user:{SECRET}@host:port",
        f"smtp://user:{SECRET}/{SECRET}@host",
        f"smtp://user:{SECRET}@",
        f"smtp://user:{SECRET}ü@host",
        f"smtp://user:{SECRET}@host/path",
        f"smtp://user:{SECRET}@[host",
        f"smtp://us er:{SECRET}@host",
        f"smtp://user:{SECRET}@host:99999",
        f"smtp://user:{SECRET}\n@host",
        "maildir:",
        "maildir:a\0b",
        "mail.example.org",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_showing_it(url):
    with pytest.raises(ValidationError) as caught:
        EmailSettings(url=url, sender=SENDER)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "sender", ["", "XFC", "XFC <xfc@example.org", "a@b.org, c@d.org", "X\nY <a@b.org>", "jürgen@b.org"]
)
def test_a_sender_that_cannot_be_used_is_refused(sender):
    with pytest.raises(ValidationError, match=r"XFC <xfc@example\.org>"):
        EmailSettings(url="smtp://localhost", sender=sender)


def test_a_certificate_file_that_holds_none_is_refused():
    with pytest.raises(ValidationError, match="PEM"):
        EmailSettings(url="smtps://localhost", sender=SENDER, ca="nonsense")


# Mail as files


def test_a_maildir_is_relative_to_the_settings_and_holds_the_whole_mail(tmp_path):
    table = validate(
        EmailSettings,
        {"url": "maildir:out/box", "sender": SENDER},
        tmp_path / "settings.toml",
        ("plugins", "email"),
    )
    text = "From here\n.\n" + "ü" * 1500 + "\n"
    xfc_notify_email.deliver(sample_message(text=text), "jürgen@example.org", table)
    (file,) = (tmp_path / "out" / "box" / "new").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"] == "jürgen@example.org"
    assert mail["Subject"] == sample_message().subject
    assert parts(mail) == [("text/plain", text), ("text/html", sample_message().html)]
    assert list((tmp_path / "out" / "box" / "tmp").iterdir()) == []


def test_nothing_of_a_message_reaches_a_file_name_in_a_maildir(tmp_path):
    hostile = "../../evil\n\x1b[2J"
    deliver(f"maildir:{tmp_path}/box", sample_message(message_id=hostile, username=hostile, subject=hostile))
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert file.parent == tmp_path / "box" / "new"
    assert "evil" not in file.name
    assert file.name.isprintable()
    assert len(mailbox.Maildir(tmp_path / "box", create=False)) == 1


def test_a_maildir_that_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "box").write_text("a file in the way")
    error = refusal(f"maildir:{tmp_path}/box")
    assert not isinstance(error, PermanentDeliveryError)
    assert "box" in error.what


def test_a_picture_stands_beside_the_page_and_has_an_id_of_its_own_in_every_message():
    page = '<p>before <img src="cid:course" alt="12 TB"> after</p>'
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    message = replace(sample_message(), html=page, images={"course": png})
    mail = message_from_bytes(
        compose(message, ALICE, parse_mailbox(SENDER)).as_bytes(), policy=policy.default
    )
    assert mail.get_content_type() == "multipart/alternative"
    text, related = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert related.get_content_type() == "multipart/related"
    html, picture = related.iter_parts()
    identifier = f"course.{message.message_id}@storage.example.org"
    assert html.get_content().strip() == page.replace("cid:course", f"cid:{identifier}")
    assert picture["Content-ID"] == f"<{identifier}>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content() == png
    assert mail.get_all("MIME-Version") == ["1.0"]
