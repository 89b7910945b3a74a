"""Datasets are judged like areas: episodes follow their lives, and people are told by the rules that count for all.

The days before a date are milestones, and the date itself is the last of them: so each is told once, of those that were
missed the latest, and a new date is another matter. Nothing here is over a limit, so nothing breaks one message a day.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.tables import DatasetRow, ReplicaRow
from xfc_notify.domain import Finding, Level
from xfc_notify.lifecycle import subjects
from xfc_notify.lifecycle.course import due_interval
from xfc_notify.lifecycle.life import Life
from xfc_notify.lifecycle.subjects import COPIES, PLUGIN, policy_of
from xfc_notify.lifecycle.tables import LifeRow
from xfc_notify.lifecycle.terms import Terms
from xfc_notify.notify import episode_rows
from xfc_notify.notify.episodes import Measurement
from xfc_notify.notify.follow import follow
from xfc_notify.notify.speak import speak_if_possible
from xfc_notify.notify.unheard import take_back
from xfc_notify.people import users
from xfc_notify.people.directory import Directory, user_of
from xfc_notify.people.subjects import of_kind
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.plugins import Judgement
from xfc_notify.plugins.service import Service
from xfc_notify.states import Kind

FRESH = timedelta(days=3)
"""How long what was judged may be spoken from; every dataset is judged once a day."""


def findings(life: Life, who: str, owner: str, bad: int, terms: Terms, now: datetime) -> list[Finding]:
    """What is to be said of a dataset to one person: what they are asked, that it expires, that copies are bad."""
    found = []
    if life.notice is not None and who in life.notice.asked:
        found.append(_dated(life, life.notice.about, 0, now))
    elif who == owner and life.expires_at is not None and life.asked_about != life.expires_at:
        days = due_interval(life, terms, now)
        if days is not None:
            found.append(_dated(life, life.expires_at, days, now))
    if who == owner and bad and life.stands:
        found.append(Finding(Level.NOTICE, bad, 0, "copies", "copies of a dataset", policy=COPIES))
    return found


def judge(life: Life, dataset: DatasetRow, terms: Terms, directory: Directory, now: datetime) -> None:
    """Move the episodes of everybody concerned by how a dataset stands. In a transaction.

    What waits to be delivered and holds no more is taken back: it is said anew as it is now.
    """
    bad = bad_copies(dataset.uid)
    known = {subject.user.name: subject for subject in subjects.of_dataset(dataset.uid)}
    concerned = {dataset.owner, *(life.notice.asked if life.notice else ())}
    found = {
        who: findings(life, who, dataset.owner, bad, terms, now) for who in sorted(concerned.union(known))
    }
    people: list[UserRow] = [
        known[who].user if who in known else user_of(who, directory, now)
        for who, said in found.items()
        if said or who in known
    ]
    for user in sorted(people, key=lambda user: user.id):
        users.locked(user)
        subject = known.get(user.name) or subjects.put(dataset, user)
        said = found[user.name]
        if {(finding.policy, finding.milestone) for finding in said} != _standing(subject):
            take_back(user, subject, now)
        follow(subject, Judgement.of([(PLUGIN, said)]), Measurement(now, now + FRESH), now)
        if any(finding.milestone is not None for finding in said):
            _settle_replaced(subject)
    LifeRow.update(bad=bad).where(LifeRow.dataset == dataset.uid).execute()


def will_hear(life: Life, who: str) -> bool:
    """Whether somebody is still to be told how the last notice ended, for they had heard of it."""
    if life.ended is None:
        return False
    policy = policy_of(life.ended.about)
    mine = [subject for subject in subjects.of_dataset(life.dataset) if subject.user.name == who]
    ended = [episode for subject in mine for episode in episode_rows.unsettled_in(subject)]
    return any(episode.policy == policy and episode.ended_at is not None for episode in ended)


def speak(service: Service, now: datetime) -> int:
    """Tell people what is due of datasets, with all else that is due to them; how many messages were written."""
    concerned = {subject.user_id for subject in of_kind(Kind.DATASET)}
    due = [user for user in episode_rows.users_with_unsettled() if user.id in concerned]
    return sum(speak_if_possible(user, service, now).message is not None for user in due)


def bad_copies(uid: str) -> int:
    """How many copies of a dataset are bad."""
    return int(
        ReplicaRow.select().where(ReplicaRow.dataset == uid, ReplicaRow.state == ReplicaState.BAD).count()
    )


def with_other_copies() -> list[str]:
    """The datasets of which other numbers of copies are bad than their owners know."""
    rows: Any = (
        ReplicaRow.select(ReplicaRow.dataset, fn.COUNT(ReplicaRow.id))
        .where(ReplicaRow.state == ReplicaState.BAD)
        .group_by(ReplicaRow.dataset)
    )
    bad = dict(rows.tuples())
    told = {row.dataset: row.bad for row in LifeRow.select().where(LifeRow.bad > 0)}
    return sorted(uid for uid in bad.keys() | told.keys() if bad.get(uid, 0) != told.get(uid, 0))


def _dated(life: Life, about: datetime, days: int, now: datetime) -> Finding:
    """That so many days before a date have begun; how much of its time is over."""
    begun = life.counted_from
    day = timedelta(days=1)
    return Finding(
        Level.NOTICE,
        max(0.0, (now - begun) / day),
        max(0.0, (about - begun) / day),
        "days",
        "lifespan of a dataset",
        about,
        policy=policy_of(about),
        thresholds=(0.0, 10.0, 10.0),
        milestone=days,
    )


def _standing(subject: SubjectRow) -> set[tuple[str, int | None]]:
    """What stands of a subject, as far as a message tells it."""
    unsettled = episode_rows.unsettled_in(subject)
    return {(episode.policy, episode.finding.milestone) for episode in unsettled if episode.ended_at is None}


def _settle_replaced(subject: SubjectRow) -> None:
    """Where a new date is told, nobody needs to hear that the old one is over."""
    for episode in episode_rows.unsettled_in(subject):
        if episode.ended_at is not None and episode.policy != COPIES:
            episode_rows.save(subject, replace(episode, settled=True))
