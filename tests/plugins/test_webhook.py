"""The example of a third party's plugin, installed as a third party's would be."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

import pytest
from servers.http import HttpServer

from xfc_notify import DeliveryError, PermanentDeliveryError
from xfc_notify.testing import check_plugin, sample_message

EXAMPLE = Path(__file__).parents[2] / "examples" / "xfc-notify-webhook"


@pytest.fixture(scope="module")
def webhook(tmp_path_factory):
    source = tmp_path_factory.mktemp("source") / "example"
    shutil.copytree(EXAMPLE, source)  # a build leaves files beside what it builds
    place = tmp_path_factory.mktemp("site-packages")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*install, "--target", place, source], check=True, capture_output=True, text=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(place))
        patch.setenv("NO_PROXY", "127.0.0.1")
        (point,) = entry_points(group="xfc_notify", name="webhook")
        module = point.load()
        assert module.__file__.startswith(str(place))
        yield module
        sys.modules.pop("xfc_notify_webhook")


def refusal(webhook: ModuleType, url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        webhook.deliver(sample_message(), url, webhook.WebhookSettings(url=url, timeout=0.5))
    return caught.value


def test_the_example_keeps_the_contract(webhook):
    check_plugin(webhook, {"url": "https://example.org/hook"})


def test_every_message_goes_to_the_web_address_of_the_settings(webhook):
    table = webhook.WebhookSettings(url="https://example.org/hook")
    assert webhook.addresses(table) == ["https://example.org/hook"]


def test_a_message_arrives_as_json(webhook):
    message = sample_message(subject="86 % \N{OCTOPUS}\n<b>")
    with HttpServer(script=[(204, {})]) as server:
        webhook.deliver(message, server.url, webhook.WebhookSettings(url=server.url))
    (request,) = server.requests
    assert (request.method, request.headers["Content-Type"]) == ("POST", "application/json")
    assert request.json == {
        "username": "alice",
        "subject": message.subject,
        "text": message.text,
        "level": "notice",
        "message_id": message.message_id,
        "thread": message.thread,
    }


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_that_is_busy_or_broken_is_tried_again(webhook, status):
    with HttpServer(script=[(status, {})]) as server:
        error = refusal(webhook, server.url)
    assert not isinstance(error, PermanentDeliveryError)
    assert error.retry_after is None
    assert str(status) in error.what


@pytest.mark.parametrize("status", [429, 503])
def test_the_server_says_in_seconds_when_to_come_back(webhook, status):
    with HttpServer(script=[(status, {"Retry-After": "120"})]) as server:
        assert refusal(webhook, server.url).retry_after == timedelta(minutes=2)


def test_the_server_says_by_a_date_when_to_come_back(webhook):
    then = datetime.now(UTC) + timedelta(minutes=5)
    with HttpServer(script=[(503, {"Retry-After": format_datetime(then, usegmt=True)})]) as server:
        wait = refusal(webhook, server.url).retry_after
    assert wait is not None
    assert timedelta(minutes=4, seconds=30) < wait <= timedelta(minutes=5)


@pytest.mark.parametrize(
    ("header", "wait"),
    [("Mon, 02 Mar 2020 12:00:00 GMT", timedelta(0)), ("9" * 20, None), ("soon", None), ("-5", None)],
)
def test_a_time_that_makes_no_sense_is_no_time(webhook, header, wait):
    with HttpServer(script=[(429, {"Retry-After": header})]) as server:
        assert refusal(webhook, server.url).retry_after == wait


@pytest.mark.parametrize("status", [304, 400, 404, 410])
def test_any_other_answer_is_final(webhook, status):
    with HttpServer(script=[(status, {})]) as server:
        assert isinstance(refusal(webhook, server.url), PermanentDeliveryError)


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_is_not_followed(webhook, status):
    with HttpServer() as other, HttpServer(script=[(status, {"Location": other.url})]) as server:
        assert isinstance(refusal(webhook, server.url), PermanentDeliveryError)
    assert other.requests == []


def test_a_server_that_is_away_is_tried_again_and_its_address_stays_secret(webhook):
    with HttpServer() as server:
        url = server.url + "secret-token"
    error = refusal(webhook, url)
    assert not isinstance(error, PermanentDeliveryError)
    assert "secret-token" not in error.what
