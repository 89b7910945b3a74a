"""W3: an operator tries other settings on the recorded history, before they are changed."""

import re
import sqlite3

import pytest
from cli.place import Place

from web.client import Browser

PAGE = "/operations/simulation"


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def everything(place: Place) -> list[str]:
    """All that is in the database, but for the sessions."""
    with sqlite3.connect(place.folder / "xfc-notify.db") as connection:
        return list(connection.iterdump())


def test_settings_are_tried_and_nothing_is_written(place: Place, op: Browser) -> None:
    before = everything(place)
    form = op.get(PAGE)
    assert 'name="messages.min_interval" value="1d"' in form.text
    assert 'name="plugins.quota_hard.notice" value="0.8"' in form.text
    assert "What would have been sent" not in form.text
    shown = text(op.send(PAGE).text)
    assert "5 users, scans from" in shown
    messages = re.search(r"People then [0-9-]+ (\d+) (\d+) (\d+) (\d+)", shown)
    assert messages is not None
    today, then, *_ = map(int, messages.groups())
    assert today == then == 4
    assert "cleo" in shown
    fewer = text(op.send(PAGE, **{"limits.hard_quota": "1 GB", "plugins.quota_temporal": "no"}).text)
    messages = re.search(r"People then [0-9-]+ (\d+) (\d+) (\d+) (\d+)", fewer)
    assert messages is not None
    assert list(map(int, messages.groups())) == [4, 0, 4, 0]
    alone = text(op.send(PAGE, user="dan").text)
    assert "1 user, scans from" in alone
    assert "quota_temporal began" in alone
    assert "cleo" not in alone
    assert everything(place) == before


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("limits.hard_quota", "much", "Write a size like 40 TB."),
        ("limits.hard_quota", "0", "greater than 0"),
        ("limits.temporal_quota", "40 TB", "Write an amount like 300 TB days."),
        ("messages.min_interval", "{{ 7 * 7 }}", "Write a duration like 24h, 3d or 1w."),
        ("messages.min_interval", "0s", "Write a duration like 24h, 3d or 1w."),
        ("messages.repeat_over", "3d, ../../etc/passwd", "Write durations like 3d, 7d, 14d."),
        ("messages.mute_over", "maybe", "Choose yes or no."),
        ("plugins.quota_hard.notice", "nan", "Write a number like 0.8."),
        ("plugins.quota_hard.notice", "__import__('os')", "Write a number like 0.8."),
        ("plugins.quota_hard.notice", "7", "less than 1"),
        ("plugins.growth.soon_days", "9" * 400, "Write a whole number."),
        ("user", "<b>nobody</b>", "No user is called so."),
    ],
)
def test_a_value_that_is_none_stands_beside_its_field(op: Browser, field: str, value: str, told: str) -> None:
    answer = op.send(PAGE, **{field: value})
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert re.search(rf'id="{re.escape(field)}-error">[^<]*{re.escape(told)}', answer.text), text(answer.text)
    assert "<b>nobody" not in answer.text
    assert "What would have been sent" not in answer.text


def test_values_that_do_not_go_together_are_told_without_a_field(op: Browser) -> None:
    answer = op.send(PAGE, **{"plugins.quota_hard.notice": "0.95"})
    assert answer.status_code == 422
    assert "notice must be below warning" in answer.text


def test_what_is_no_number_cannot_be_tried_and_what_is_not_offered_is_passed_over(op: Browser) -> None:
    form = op.get(PAGE).text
    offered = set(re.findall(r'name="((?:plugins|messages|limits|service)\.[^"]+)"', form))
    assert {"limits.hard_quota", "messages.repeat_over", "plugins.growth.soon_days"} <= offered
    assert not {"messages.templates", "messages.mode", "plugins.quota_temporal.method"} & offered
    assert not [name for name in offered if name.startswith("plugins.email")]
    answer = op.send(PAGE, **{"messages.templates": "/tmp", "plugins.email.url": "maildir:/tmp/x"})
    assert answer.status_code == 200
    assert "maildir:" not in answer.text


def test_only_a_form_of_ours_and_only_an_operator_starts_one(op: Browser, cleo: Browser) -> None:
    assert op.post(PAGE).status_code == 403
    assert cleo.send(PAGE).status_code == 403
    main = op.get("/operations").text.partition("<main")[2]
    assert f'href="{PAGE}"' in main


def test_it_is_german_for_who_wants_it(op: Browser) -> None:
    op.client.cookies.set("xfc_language", "de")
    shown = text(op.send(PAGE, user="cleo").text)
    assert "Was gesendet worden wäre" in shown
    assert "Regel quota_hard" in shown
    op.client.cookies.clear()
