"""The rules for Prometheus and the dashboard for Grafana speak of the metrics that there are, and of all of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from cli.console import run
from cli.place import Place

from xfc_notify.units import parse_duration

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = re.compile(r"\bxfc_notify_\w+")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')


@pytest.fixture(scope="module")
def alerts() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())
    return read


@pytest.fixture(scope="module")
def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DEPLOY / "grafana/dashboard.json").read_text())
    return read


@pytest.fixture
def printed(
    tmp_path: Path, amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, list[dict[str, str]]]:
    """What `xfc-notify metrics` prints of a facility that was scanned: name → labels of its samples."""
    place = Place.build(tmp_path)
    place.discover()
    assert run("enqueue", "--all", "--settings", place.settings).code == 0
    monkeypatch.setenv("XFC_NOTIFY_BROKER__URL", amqp_url)
    ran = run("metrics", "--json", "--settings", place.settings)
    assert ran.code == 0
    samples: dict[str, list[dict[str, str]]] = {}
    for sample in ran.json:
        samples.setdefault(sample["name"], []).append(sample["labels"])
    return samples


def expressions(dashboard: dict[str, Any], alerts: dict[str, Any]) -> Iterator[str]:
    yield from (target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    yield from (rule["expr"] for group in alerts["groups"] for rule in group["rules"])


def test_every_metric_that_they_name_is_printed_and_every_one_is_on_the_dashboard(
    dashboard: dict[str, Any], alerts: dict[str, Any], printed: dict[str, list[dict[str, str]]]
) -> None:
    assert set(NAME.findall(json.dumps(dashboard))) == printed.keys()
    assert set(NAME.findall(json.dumps(alerts))) <= printed.keys()


def test_every_label_that_they_ask_for_is_one_that_some_sample_has(
    dashboard: dict[str, Any], alerts: dict[str, Any], printed: dict[str, list[dict[str, str]]]
) -> None:
    asked = 0
    for expression in expressions(dashboard, alerts):
        for name, matchers in re.findall(r"(xfc_notify_\w+)\{([^}]*)\}", expression):
            for label, how, value in MATCHER.findall(matchers):
                asked += 1
                values = [labels[label] for labels in printed[name]]
                pattern = value if "~" in how else re.escape(value)
                assert any(re.fullmatch(pattern, it) for it in values), expression
    assert asked > 5


def test_what_a_title_or_an_alert_shows_is_a_label_of_its_metric(
    dashboard: dict[str, Any], alerts: dict[str, Any], printed: dict[str, list[dict[str, str]]]
) -> None:
    shown = [
        (target["expr"], set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])))
        for panel in dashboard["panels"]
        for target in panel["targets"]
    ]
    shown += [
        (rule["expr"], set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])))
        for group in alerts["groups"]
        for rule in group["rules"]
    ]
    assert sum(map(len, (labels for _, labels in shown))) > 5
    for expression, labels in shown:
        first = NAME.findall(expression)[0]
        assert labels <= printed[first][0].keys(), expression


def test_the_rules_have_the_shape_that_prometheus_reads(alerts: dict[str, Any]) -> None:
    assert alerts.keys() == {"groups"}
    (group,) = alerts["groups"]
    assert group.keys() == {"name", "rules"}
    names = [rule["alert"] for rule in group["rules"]]
    assert len(names) == len(set(names)) > 10
    for rule in group["rules"]:
        assert (
            {"alert", "expr", "labels", "annotations"}
            <= rule.keys()
            <= {"alert", "expr", "for", "labels", "annotations"}
        )
        assert re.fullmatch(r"[A-Za-z_]\w*", rule["alert"])
        assert rule["labels"].keys() == {"severity"}
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert rule["annotations"].keys() == {"summary", "description"}
        if "for" in rule:
            assert re.fullmatch(r"[1-9]\d*[smhd]", rule["for"])
            assert parse_duration(rule["for"])


def test_every_expression_is_promql(dashboard: dict[str, Any], alerts: dict[str, Any]) -> None:
    for expression in expressions(dashboard, alerts):
        promql_parser.parse(expression)
    with pytest.raises(ValueError, match="vector matching only allowed between vectors"):
        promql_parser.parse("a > 2 * on(volume) b")


def test_an_alert_names_commands_that_there_are(alerts: dict[str, Any]) -> None:
    said = json.dumps(alerts)
    commands = set(re.findall(r"xfc-notify ((?:deliveries |messages )?[a-z][a-z-]+)", said))
    commands -= {"tells", "records"}
    assert {"check", "tick", "messages held", "deliveries list"} <= commands
    for words in commands:
        assert run(*words.split(), "--help").code == 0, words


def test_the_dashboard_is_one_that_grafana_can_import(dashboard: dict[str, Any]) -> None:
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    places = set()
    for panel in panels:
        assert panel["type"] in {"stat", "timeseries"}
        assert panel["datasource"] == {"type": "prometheus", "uid": "${source}"}
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & places, f"{panel['title']} lies over another panel"
        assert max(x for x, _ in cells) < 24
        places |= cells
    assert [variable["name"] for variable in dashboard["templating"]["list"]] == ["source"]
