"""Only what this service signed is an answer, and only for 30 days."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer
from nouns import NOW

from xfc_notify.errors import WrongInput
from xfc_notify.notify.replies import Reply
from xfc_notify.notify.tokens import EXPIRES, LONGEST, Request, read, sign

SECRET = "correct horse battery staple"
SEEN = Request("alice", Reply.SEEN, (1, 2))
SECOND = timedelta(seconds=1)

requests = st.builds(
    Request,
    st.text(st.characters(codec="utf-8"), max_size=64),
    st.sampled_from(Reply),
    st.lists(st.integers(1, 2**31 - 1), max_size=30).map(tuple),
    st.integers(0, 30),
)


@given(requests)
def test_a_token_says_what_was_signed_and_fits_into_a_url(request):
    token = sign(request, SECRET, NOW)
    assert read(token, SECRET, NOW) == request
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert len(token) < LONGEST


def test_a_token_expires_after_30_days():
    token = sign(SEEN, SECRET, NOW)
    assert read(token, SECRET, NOW + EXPIRES) == SEEN
    with pytest.raises(WrongInput, match="older than 30 days"):
        read(token, SECRET, NOW + EXPIRES + SECOND)


def test_no_letter_of_a_token_can_be_changed():
    token = sign(SEEN, SECRET, NOW)
    for place, letter in enumerate(token[:-1]):  # the last one has bits that mean nothing
        other = "A" if letter != "A" else "B"
        with pytest.raises(WrongInput):
            read(token[:place] + other + token[place + 1 :], SECRET, NOW)


@given(st.text(max_size=200))
def test_whatever_is_no_token_is_refused_in_one_line(text):
    with pytest.raises(WrongInput) as refused:
        read(text, SECRET, NOW)
    assert "\n" not in refused.value.what


@pytest.mark.parametrize(
    "token",
    [
        sign(SEEN, "another secret, as long", NOW),
        URLSafeTimedSerializer(SECRET).dumps(["alice", "seen", [1], 0]),
        sign(SEEN, SECRET, NOW)[:-5],
        sign(SEEN, SECRET, NOW) + "A" * LONGEST,
        "",
        "..",
        "\udc80",
    ],
    ids=[
        "another secret",
        "another purpose",
        "not all of it",
        "too long",
        "nothing",
        "dots",
        "half a character",
    ],
)
def test_what_is_not_of_this_service_is_refused(token):
    with pytest.raises(WrongInput, match="not valid"):
        read(token, SECRET, NOW)


@pytest.mark.parametrize("payload", [None, [], ["alice", "dance", [1], 0], ["alice", "seen", 1, 0], {"a": 1}])
def test_what_an_older_or_newer_version_signed_is_refused_and_no_traceback(payload, monkeypatch):
    from xfc_notify.notify import tokens

    token = tokens._serializer(SECRET, NOW).dumps(payload)
    with pytest.raises(WrongInput, match="not valid"):
        read(token if isinstance(token, str) else token.decode(), SECRET, NOW)


def test_a_service_without_a_secret_takes_no_token():
    with pytest.raises(WrongInput, match="takes no answers by link"):
        read(sign(SEEN, "", NOW), "", NOW)
