"""The policies are asked with what was measured now and before."""

from dataclasses import replace
from datetime import timedelta

from facility import Facility, install_plugin, measured, new_area, order_for

from xfc_notify.areas.tables import ScanRow

DAY = timedelta(days=1)

WITNESS = """
from xfc_notify import Finding, Level, hookimpl

@hookimpl
def evaluate(area, usage, history, now):
    facts = {
        "area": f"{area.owner} {area.volume} {area.path!r} {area.hard_quota}",
        "usage": f"{usage.as_of} {usage.size}",
        "history": str([(past.as_of.day, past.size, past.files, past.complete) for past in history]),
        "now": str(now),
    }
    yield Finding(Level.OK, 0, 1, "", "witness", facts=facts)
"""


def test_policies_see_the_area_the_usage_the_earlier_scans_and_the_time(store, tmp_path, monkeypatch, now):
    install_plugin(tmp_path, monkeypatch, "witness", WITNESS)
    facility = Facility.at(tmp_path)
    area = new_area("alice", now)
    facility.scan(area, 10, now, files=1)
    facility.scan(area, 20, now + DAY, files=2, readable=False)
    failed = measured(order_for(area, now + 2 * DAY), 0)
    facility.record(replace(failed, failure="away"), now + 2 * DAY)
    order = order_for(area, now + 3 * DAY)
    facility.record(measured(order, 30, files=3), now + 3 * DAY + timedelta(hours=5))
    witness = next(
        it for it in ScanRow.get(ScanRow.id == order.scan_id).findings if it["policy"] == "witness"
    )
    assert dict(witness["facts"]) == {
        "area": "alice vol1 b'/vol1/alice' 1000",
        "usage": "2026-03-05 08:00:00+00:00 30",
        "history": "[(2, 10, 1, True), (3, 20, 2, False)]",
        "now": "2026-03-05 13:00:00+00:00",
    }
