"""A simulation in a process of its own: what policies do there ends it, and nobody else."""

import os
import threading
import time
from pathlib import Path

import pytest
from cli.console import run
from cli.place import Place
from facility import install_plugin

from xfc_notify.errors import WrongInput
from xfc_notify.simulate.apart import Outcome, simulate_apart
from xfc_notify.simulate.tried import Tried

NOTHING = Tried({})
POLICY = """\
from xfc_notify import hookimpl

@hookimpl
def evaluate():
    {body}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """ben and finn are near the hard quota, cleo is over it, dan over the temporal one; each was scanned once."""
    made = Place.build(tmp_path_factory.mktemp("place"))
    made.discover()
    assert run("enqueue", "--all", "--settings", made.settings).code == 0
    return made


def sent(outcome: Outcome) -> dict[str, list[str]]:
    """User → the policies that the messages speak of."""
    return {letter.user: [one.policy for one in letter.because] for letter in outcome.latest}


def test_what_is_tried_stands_beside_what_is_today(place: Place) -> None:
    today = simulate_apart(place.settings, NOTHING)
    hard, temporal = ["quota_hard"], ["quota_temporal"]
    assert sent(today) == {"ben": hard, "cleo": hard, "dan": temporal, "finn": hard}
    assert (today.people, today.count, today.messages) == (5, 5, 4)
    assert [(it.messages_today, it.messages) for it in today.months] == [(4, 4)]
    tried = Tried({"limits": {"hard_quota": 11_000_000}}, ("quota_temporal",))
    other = simulate_apart(place.settings, tried)
    assert sent(other) == {"ben": hard, "cleo": hard}
    assert [(it.messages_today, it.people_today, it.messages, it.people) for it in other.months] == [
        (4, 4, 2, 2)
    ]
    late = Tried({"plugins.quota_hard": {"notice": 0.95, "warning": 0.97}})
    assert sent(simulate_apart(place.settings, late)) == {"cleo": hard, "dan": temporal}
    assert sent(simulate_apart(place.settings, NOTHING, "dan")) == {"dan": temporal}


def test_when_its_time_is_over_it_says_how_far_it_came(place: Place) -> None:
    outcome = simulate_apart(place.settings, NOTHING, seconds=0)
    assert (outcome.people, outcome.count, outcome.messages) == (0, 5, 0)


@pytest.mark.parametrize(
    "body",
    [
        "import time; time.sleep(60)",
        "import os; os._exit(7)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "return bytearray(3 * 2**30)",
    ],
)
def test_a_policy_that_takes_too_much_ends_the_simulation_alone(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    install_plugin(tmp_path, monkeypatch, "odd", POLICY.format(body=body))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    began = time.monotonic()
    with pytest.raises(WrongInput, match=r"did not come to its end|evaluate: MemoryError"):
        simulate_apart(place.settings, NOTHING, patience=10)
    assert time.monotonic() - began < 30


def test_what_a_policy_prints_is_no_part_of_the_outcome(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_plugin(tmp_path, monkeypatch, "odd", POLICY.format(body="print('{}'); return []"))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    assert simulate_apart(place.settings, NOTHING).messages == 4


def test_a_policy_that_raises_is_named(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_plugin(tmp_path, monkeypatch, "odd", POLICY.format(body="raise ValueError('no')"))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    with pytest.raises(WrongInput, match=r"plugin odd: evaluate: ValueError: no"):
        simulate_apart(place.settings, NOTHING)


def test_there_is_one_at_a_time(place: Place) -> None:
    came: list[object] = []

    def simulate() -> None:
        try:
            came.append(simulate_apart(place.settings, NOTHING).messages)
        except WrongInput as error:
            came.append(error.what.partition(".")[0])

    threads = [threading.Thread(target=simulate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came, key=str) == [4, "Another simulation is under way"]
    assert simulate_apart(place.settings, NOTHING).messages == 4
