"""Lets a life go on: all that happens by itself until now, and who is told of it. One transaction for each dataset."""

from datetime import datetime

from xfc_notify.datasets.states import DatasetState
from xfc_notify.lifecycle import judge, lives, people, receipts
from xfc_notify.lifecycle.course import ahead, next_look
from xfc_notify.lifecycle.letter import name_of
from xfc_notify.lifecycle.life import Event
from xfc_notify.lifecycle.lives import Held
from xfc_notify.lifecycle.notices import exhausted_message
from xfc_notify.lifecycle.states import Happening, Phase
from xfc_notify.outbox.send import send_to_operators
from xfc_notify.people.directory import Directory
from xfc_notify.plugins.service import Service


def go_on(
    held: Held, service: Service, directory: Directory, now: datetime, *, believed: bool = True
) -> None:
    """Let a life go on that is held, and judge it as it then stands. `believed` is whether time may pass."""
    terms = people.terms(held.dataset, service.settings)
    world = people.world(held.life, held.dataset, service, directory, now)
    happened = list(ahead(held.life, terms, world, now)) if believed else []
    asked = held.life.notice.groups if held.life.notice else ()
    for event in happened:
        held.add(event)
        asked = held.life.notice.groups if held.life.notice else asked
        _tell(held, event, asked, service, now)
    judge.judge(held.life, held.dataset, terms, directory, now)
    if Happening.BINNED in {event.what for event in happened} and not judge.will_hear(
        held.life, held.dataset.owner
    ):
        receipts.binned(held, service, directory, now)
    held.look_again(next_look(held.life, terms, now) if believed else now)


def go_on_with(uid: str, service: Service, directory: Directory, now: datetime) -> None:
    """The same of a dataset that nobody holds; what its own commands have done to it is noted first."""
    with lives.held(uid) as held:
        if held.dataset.state == DatasetState.REMOVED and held.life.phase not in {
            Phase.REMOVING,
            Phase.REMOVED,
        }:
            held.add(Event(Happening.REMOVED, now, data={"by": "command"}))
        go_on(held, service, directory, now)


def begin_new(now: datetime) -> int:
    """Let the lives of new datasets begin; how many."""
    return sum(lives.begin(dataset, now) for dataset in lives.new())


def _tell(held: Held, event: Event, asked: tuple[str, ...], service: Service, now: datetime) -> None:
    if event.what is Happening.EXHAUSTED:
        message = exhausted_message(name_of(held.dataset), held.life, asked, service.settings, now)
        send_to_operators(message, service)
