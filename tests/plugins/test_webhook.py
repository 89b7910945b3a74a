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
from acceptance.processes import Command
from servers.http import HttpServer

from xfc_notify import DeliveryError, PermanentDeliveryError
from xfc_notify.testing import check_plugin, sample_message

EXAMPLE = Path(__file__).parents[2] / "examples" / "xfc-notify-webhook"


SETTINGS = """
[limits]
hard_quota = "10 GB"

[people]
min_uid = 0

[[volumes]]
name = "vol1"
path = "vol1"

[plugins.webhook]
url = "{url}"
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Where it is installed."""
    source = tmp_path_factory.mktemp("source") / "example"
    shutil.copytree(EXAMPLE, source)  # a build leaves files beside what it builds
    place = tmp_path_factory.mktemp("site-packages")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*install, "--target", place, source], check=True, capture_output=True, text=True)
    return place


@pytest.fixture(scope="module")
def webhook(place):
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


def test_once_installed_it_takes_part_in_the_flow(place, tmp_path):
    def run(*arguments: str) -> str:
        more = {"PYTHONPATH": str(place), "NO_PROXY": "127.0.0.1"}
        ran = Command(tmp_path, tmp_path / "settings.toml", *arguments, **more).wait()
        assert ran.code == 0, ran.err
        return ran.out + ran.err

    (tmp_path / "vol1" / "ben").mkdir(parents=True)
    with (tmp_path / "vol1" / "ben" / "data.nc").open("wb") as data:
        data.truncate(12 * 10**9)
    with HttpServer(script=[(503, {}), (204, {})]) as server:
        (tmp_path / "settings.toml").write_text(SETTINGS.format(url=server.url))
        (listed,) = [line for line in run("plugins").splitlines() if line.startswith("webhook")]
        assert "addresses, deliver, settings_model" in listed
        assert listed.endswith("xfc-notify-webhook 1.0.0")
        for command in ("discover", "go-live --yes"):
            run(*command.split())
        assert "delivery 1 by webhook failed, again from" in run("enqueue", "--all")
        assert "webhook  " in run("deliveries", "list", "--state", "retry")
        run("deliveries", "retry", "--all")
        run("enqueue", "--all")
        assert "webhook  " in run("deliveries", "list", "--state", "sent")
    refused, taken = server.requests
    assert refused.json == taken.json
    assert (taken.json["username"], taken.json["level"]) == ("ben", "over")
    assert taken.json["subject"] == "[XFC] You have used 120 % of your space on vol1"


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
