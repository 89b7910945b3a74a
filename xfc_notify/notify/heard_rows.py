"""What people had heard of an episode before each message that spoke of it, for the case that it reaches nobody."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from peewee import chunked

from xfc_notify.domain import Level
from xfc_notify.notify import episode_rows
from xfc_notify.notify.episode import Episode
from xfc_notify.notify.tables import EpisodeRow, HeardRow
from xfc_notify.notify.told import Heard, unheard
from xfc_notify.outbox.tables import MessageRow
from xfc_notify.people.tables import SubjectRow, UserRow
from xfc_notify.states import Mode

_COLUMNS = tuple(field.name for field in fields(Heard))


def keep(message: str, before: Iterable[Episode]) -> None:
    """Keep that a message speaks of these episodes, as they were before it."""
    rows = [{"message": message, "episode": one.id} | asdict(Heard.of(one)) for one in before]
    for some in chunked(rows, HeardRow.at_once()):
        HeardRow.insert_many(some).execute()


def forget_message(message: MessageRow) -> list[tuple[SubjectRow, Episode]]:
    """Let all that a message spoke of be as if it had not; the episodes, with the subjects, that it spoke of last.

    What a later message spoke of as well has been heard; if that one is forgotten in turn, what came before both is
    due again.
    """
    rows = (
        HeardRow.select(HeardRow, EpisodeRow, SubjectRow, UserRow)
        .join(EpisodeRow)
        .join(SubjectRow)
        .join(UserRow)
    )
    changed = []
    for row in rows.where(HeardRow.message == message).order_by(HeardRow.episode):
        later = HeardRow.select().where(HeardRow.episode == row.episode, HeardRow.id > row.id)
        following = later.order_by(HeardRow.id).first()
        if following is None:
            before = unheard(episode_rows.episode(row.episode), _heard(row))
            changed.append((row.episode.subject, episode_rows.save(row.episode.subject, before)))
        else:
            known = {name: getattr(row, name) for name in _COLUMNS if name != "ended"}
            HeardRow.update(**known).where(HeardRow.id == following.id).execute()
        row.delete_instance()
    return changed


def speaks_of(subject: int) -> Any:
    """A query of the messages that speak of a subject, for a reason or beside others."""
    return HeardRow.select(HeardRow.message).join(EpisodeRow).where(EpisodeRow.subject == subject)


def forget(before: datetime) -> None:
    """Forget what concerns messages written before a time, unless they are held."""
    over = MessageRow.select(MessageRow.id).where(
        MessageRow.created_at < before, MessageRow.mode != Mode.HELD
    )
    HeardRow.delete().where(HeardRow.message.in_(over)).execute()


def _heard(row: HeardRow) -> Heard:
    values = {name: getattr(row, name) for name in _COLUMNS}
    level = row.told_level
    return Heard(**values | {"told_level": None if level is None else Level(level)})
