"""deploy/compose.yaml, and the secrets that deploy/container/make-secrets makes for it, on a real RabbitMQ."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pika
import pytest
import yaml
from pika.exceptions import AMQPError, ChannelClosedByBroker, ProbableAuthenticationError
from servers.process import MissingServerError
from servers.rabbitmq import QUEUES, RabbitMQ, queue_lengths

from xfc_notify.components import CHECKS
from xfc_notify.components import load_settings as load
from xfc_notify.queues.encoder import LARGEST
from xfc_notify.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
CONTAINERFILE = DEPLOY / "container/Containerfile"
SCHEMA = "builtin_schemas/vendor/compose-spec.json"
OURS = ("migrate", "service", "web", "tick", "scan", "discover")
USERS = {"scan": "xfc-notify-scan", "service": "xfc-notify-service", "transfers": "xfc-notify-transfers"}
IMAGES = {"scan": "xfc-notify-scan", "web": "xfc-notify-web"}
INSIDE = "/run/secrets/"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What make-secrets makes."""
    folder = tmp_path_factory.mktemp("secrets") / "secrets"
    subprocess.run([DEPLOY / "container/make-secrets", folder], check=True, capture_output=True)
    return folder


class AsComposed(RabbitMQ):
    """A RabbitMQ that begins with nothing but what compose.yaml gives it."""

    def __init__(self, configuration: str, scanner_url: str) -> None:
        super().__init__()
        (self.folder / "rabbitmq.conf").write_text(configuration)
        self._scanner_url = scanner_url

    def is_ready(self) -> bool:
        try:
            pika.BlockingConnection(pika.URLParameters(self.here(self._scanner_url))).close()
        except (AMQPError, OSError):
            return False
        return True

    def here(self, url: str) -> str:
        """A URL of compose.yaml's broker, as one of this server."""
        return url.replace("@broker/", f"@127.0.0.1:{self.port}/")


@pytest.fixture(scope="module")
def broker(compose: dict[str, Any], secrets: Path, rabbitmq: object) -> Iterator[AsComposed]:
    configuration = compose["configs"]["rabbitmq"]["content"]
    assert configuration.splitlines() == [
        f"load_definitions = {INSIDE}rabbitmq_definitions",
        f"max_message_size = {LARGEST}",
    ]
    configuration = configuration.replace(
        f"{INSIDE}rabbitmq_definitions", str(secrets / "rabbitmq_definitions.json")
    )
    try:
        server = AsComposed(configuration, text(secrets / "scan_broker_url"))
    except MissingServerError as missing:  # where the tests were given a server to use
        pytest.skip(str(missing))
    with server:
        yield server


def text(file: Path) -> str:
    return file.read_text().strip()


def source(compose: dict[str, Any], service: str, inside: str) -> Path:
    """The file, below deploy, of the secret that a service finds at this path."""
    given = [
        {"source": it, "target": it} if isinstance(it, str) else it
        for it in compose["services"][service]["secrets"]
    ]
    (name,) = (it["source"] for it in given if INSIDE + it["target"] == inside)
    return Path(compose["secrets"][name]["file"])


def settings_of(compose: dict[str, Any], service: str, secrets: Path) -> Settings:
    """The settings as a service reads them."""
    (config,) = compose["services"][service]["configs"]
    assert config["target"] == "/etc/xfc-notify/settings.toml"
    variables = {
        name: str(secrets / source(compose, service, inside).name)
        for name, inside in compose["services"][service]["environment"].items()
    }
    return load(DEPLOY / compose["configs"][config["source"]]["file"], variables)


def test_its_broker_refuses_what_nobody_would_read(broker: AsComposed, secrets: Path) -> None:
    url = broker.here(text(secrets / "service_broker_url"))
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", "scan", b"x" * LARGEST, mandatory=True)
        with pytest.raises(ChannelClosedByBroker, match="larger than configured max size"):
            channel.basic_publish("", "scan", b"x" * (LARGEST + 1), mandatory=True)
    with pika.BlockingConnection(
        pika.URLParameters(broker.here(text(secrets / "scan_broker_url")))
    ) as scanner:
        scanner.channel().queue_purge("scan")


def test_it_is_what_the_compose_specification_allows(compose: dict[str, Any]) -> None:
    schema = json.loads((files("check_jsonschema") / SCHEMA).read_text())
    check = jsonschema.validators.validator_for(schema)(schema)
    check.validate(compose)
    compose["services"]["scan"]["cap_ad"] = []
    assert not check.is_valid(compose)
    del compose["services"]["scan"]["cap_ad"]


def test_a_command_is_one_that_there_is(compose: dict[str, Any]) -> None:
    for name in ("migrate", "tick", "discover"):
        words = compose["services"][name]["command"]
        if words[0] == "sh":
            assert words[:2] == ["sh", "-c"]
            assert words[2] == "while :; do xfc-notify tick; sleep 300; done"
            words = ["xfc-notify", "tick"]
        there = Path(sys.executable).with_name(words[0])
        assert subprocess.run([there, *words[1:], "--help"], capture_output=True, check=False).returncode == 0
    head = (DEPLOY / "compose.yaml").read_text().partition("name:")[0]
    *_, parts = (line.partition("xfc-notify check ")[2] for line in head.splitlines() if "check" in line)
    assert set(parts.split()) < set(CHECKS)


def test_a_service_that_the_images_run_has_the_command_of_its_image(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["image"] == IMAGES.get(name, "xfc-notify-service")
        if name in {"scan", "service", "web"}:
            assert "command" not in service
            assert service["build"]["target"] == name
            built = service["build"]
            assert (DEPLOY / built["context"] / built["dockerfile"]).samefile(CONTAINERFILE)
            assert f"FROM base AS {built['target']}\n" in CONTAINERFILE.read_text()


def test_every_secret_is_made_and_none_in_vain(compose: dict[str, Any], secrets: Path) -> None:
    assert {Path(it["file"]).parent for it in compose["secrets"].values()} == {Path("secrets")}
    assert {Path(it["file"]).name for it in compose["secrets"].values()} == {
        it.name for it in secrets.iterdir()
    }
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {it.stat().st_mode & 0o777 for it in secrets.iterdir()} == {0o644}
    used = {
        it if isinstance(it, str) else it["source"]
        for service in compose["services"].values()
        for it in service["secrets"]
    }
    assert used == compose["secrets"].keys()


def test_secrets_are_never_made_again(secrets: Path) -> None:
    before = {it.name: it.read_bytes() for it in secrets.iterdir()}
    ran = subprocess.run([DEPLOY / "container/make-secrets", secrets], capture_output=True, check=False)
    assert ran.returncode == 1
    assert {it.name: it.read_bytes() for it in secrets.iterdir()} == before


def test_services_find_the_database_and_a_scanner_knows_of_none(
    compose: dict[str, Any], secrets: Path
) -> None:
    database = compose["services"]["database"]["environment"]
    for name in set(OURS) - {"scan"}:
        url = urlsplit(settings_of(compose, name, secrets).database.url)
        assert (url.hostname, url.username) == ("database", database["POSTGRES_USER"])
        assert url.path == "/" + database["POSTGRES_DB"]
        assert url.password == text(
            secrets / source(compose, "database", database["POSTGRES_PASSWORD_FILE"]).name
        )
    assert settings_of(compose, "scan", secrets).database.url.startswith("sqlite:///")
    assert [it["target"] for it in compose["services"]["scan"]["secrets"]] == ["broker_url"]


def test_all_but_scanners_sign_links_and_the_web_is_for_a_proxy_on_this_host(
    compose: dict[str, Any], secrets: Path
) -> None:
    for name in set(OURS) - {"scan"}:
        settings = settings_of(compose, name, secrets)
        assert settings.web.url
        assert settings.signing == text(secrets / "link_secret")
        assert len(settings.signing) == 64
    scanner = settings_of(compose, "scan", secrets)
    assert (scanner.web.url, scanner.service.secret) == (settings.web.url, "")
    ports = {name: service.get("ports") for name, service in compose["services"].items()}
    assert {name: given for name, given in ports.items() if given} == {"web": ["127.0.0.1:8080:8080"]}
    stated = CONTAINERFILE.read_text().partition("FROM base AS web\n")[2]
    assert "ENV XFC_NOTIFY_WEB__LISTEN=0.0.0.0:8080\nEXPOSE 8080\n" in stated


def test_its_users_log_in_and_no_other_is_there(
    compose: dict[str, Any], secrets: Path, broker: AsComposed
) -> None:
    for service, user in USERS.items():
        url = settings_of(compose, service, secrets).broker.url
        assert urlsplit(url).username == user
        assert queue_lengths(broker.here(url)) == dict.fromkeys(QUEUES, 0)
    place = f"127.0.0.1:{broker.port}"
    for name in ("guest:guest@", "xfc-notify-scan:@", "xfc-notify-service:wrong@"):
        with pytest.raises(ProbableAuthenticationError):
            pika.BlockingConnection(pika.URLParameters(f"amqp://{name}{place}/xfc-notify"))


def test_everybody_meets_whom_they_need_and_a_scanner_the_broker_alone(compose: dict[str, Any]) -> None:
    met: dict[str, set[str]] = {name: set() for name in compose["services"]}
    for name, service in compose["services"].items():
        for other, its in compose["services"].items():
            if name != other and set(service["networks"]) & set(its["networks"]):
                met[name].add(other)
    assert met["scan"] == {"broker"}
    assert met["database"] == {"migrate", "service", "web", "tick", "discover", "transfers"}
    assert met["transfers"] == met["service"] - {"transfers"} | {"service"}
    assert {"broker", "database"} <= met["service"] & met["tick"]
    inner = {name for name, network in compose["networks"].items() if network.get("internal")}
    assert inner == {"scan", "service", "database"}
    assert not set(compose["services"]["scan"]["networks"]) - inner


def test_nobody_can_do_more_than_they_need(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert (service.get("cap_add"), service.get("user")) == (
            (["DAC_READ_SEARCH"], "0:0") if name == "scan" else (None, None)
        )
        assert all(volume["read_only"] is True for volume in service.get("volumes", []))
    assert [name for name in OURS if compose["services"][name].get("volumes")] == ["scan", "discover"]


def test_who_moves_files_may_write_to_stores_alone_and_can_send_no_mail(
    compose: dict[str, Any], secrets: Path
) -> None:
    transfers = compose["services"]["transfers"]
    assert transfers["profiles"] == ["datasets"]
    assert transfers["command"] == ["dramatiq", "xfc_notify.actors", "-Q", "transfers", "-p", "2", "-t", "1"]
    assert [volume["target"] for volume in transfers["volumes"]] == ["/data/stores"]
    assert (transfers["read_only"], transfers["cap_drop"]) == (True, ["ALL"])
    assert transfers["user"] == "10002:10002"
    assert all(compose["services"][name].get("user") != transfers["user"] for name in OURS)
    assert "outside" not in transfers["networks"]
    assert {it if isinstance(it, str) else it["target"] for it in transfers["secrets"]} == {
        "database_url",
        "broker_url",
    }
    assert settings_of(compose, "transfers", secrets).service.secret == ""


def test_the_volumes_of_the_settings_are_mounted_where_they_are_needed(
    compose: dict[str, Any], secrets: Path
) -> None:
    for name in ("scan", "discover"):
        mounted = [Path(volume["target"]) for volume in compose["services"][name]["volumes"]]
        volumes = settings_of(compose, name, secrets).volumes
        assert volumes
        for volume in volumes:
            assert any(Path(volume.path.decode()).is_relative_to(place) for place in mounted)
