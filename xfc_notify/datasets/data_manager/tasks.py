"""What the data manager lets workers do: a task is a command of the journal, and its uuid that of the line."""

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import uuid4

from xfc_notify.datasets import journal, predicting
from xfc_notify.datasets.data_manager import content, objects
from xfc_notify.datasets.data_manager.answers import Answers, root, split
from xfc_notify.datasets.data_manager.asking import Answer, Asked, Caller, Refused, number
from xfc_notify.datasets.data_manager.objects import Object
from xfc_notify.datasets.data_manager.places import Place
from xfc_notify.datasets.describing import About
from xfc_notify.datasets.states import Command
from xfc_notify.datasets.tables import DatasetRow, JournalRow
from xfc_notify.paths import parse, show


def copy(answers: Answers, asked: Asked) -> Answer:
    """Order a copy, which will be an object of its own; the uuid of the task."""
    one, place = answers.source(asked), answers.target(asked)
    new_root, path = split(one, place)
    task = answers.catalog.order("copy", one.row.uid, old_root=root(one), new_root=new_root, path=path)
    objects.remember(answers.catalog.stores, task.arguments["apart"], place, one.size)
    return Answer(200, task.id, _kept("copy", one, place))


def move(answers: Answers, asked: Asked) -> Answer:
    """Order a move; the uuid of the task."""
    one, place = answers.source(asked), answers.target(asked)
    new_root, path = split(one, place)
    if path == parse(one.row.path):
        task = answers.catalog.order("move", one.row.uid, old_root=root(one), new_root=new_root)
    else:
        answers.refuse_several(one)
        task = answers.catalog.order("move", one.row.uid, old_root=root(one), new_root=new_root, path=path)
    return Answer(200, task.id, _kept("move", one, place))


def get_external(answers: Answers, asked: Asked) -> Answer:
    """Order that a file is fetched; the uuid of the task. What is secret is not kept, and so cannot go with it."""
    place, about = answers.new(asked)
    url, options = content.checked(answers, asked)
    if options:
        raise Refused(400, "User, password and headers are not kept: use /DM/getexternal.")
    uid = str(uuid4())
    arguments = {
        "url": url, "root": f"{place.store}:", "path": show(place.path), "about": asdict(About(**about)),
    }  # fmt: skip
    row = journal.order(Command.RECEIVE, uid, arguments, datetime.now(UTC))
    objects.remember(answers.catalog.stores, uid, place, 0)
    return Answer(200, row.id, f"download ordered: {uid} at {place.store}:{show(place.path)}")


def status(answers: Answers, asked: Asked) -> Answer:  # noqa: ARG001 - as all calls
    """How a task stands: QUEUED, RUNNING, COMPLETE or ERROR, and what came of it."""
    row = JournalRow.get_or_none(JournalRow.id == asked.id, JournalRow.ordered)
    if row is None or not _may_see(asked.caller, row):
        raise Refused(404, "Async task not found")
    if row.ended_at is not None:
        stands, result = ("COMPLETE", _result(row)) if row.success else ("ERROR", row.outcome)
    else:
        stands, result = "QUEUED" if row.started_at is None else "RUNNING", ""
    return Answer(200, {"status": stands, "result": result})


def predict(answers: Answers, asked: Asked) -> Answer:
    """How many seconds a transfer will take, by the mean of the speeds of past ones between the same stores."""
    form = asked.form
    if form.get("uuid"):
        named = Asked(asked.caller, form["uuid"])
        one = answers.object(named, "Data with uuid '{}' not found")
        source, size = one.place.store, one.size
    else:
        source, size = form.get("src_machine", ""), number(form, "data_size")
    seconds = predicting.seconds(source, form.get("dest_machine", ""), size)
    if seconds is None:
        return Answer(400, "No matching data transfers between machines")
    return Answer(201, {"prediction_time": seconds})


def _result(row: JournalRow) -> str:
    if row.command == Command.MOVE:
        return "Move completed"
    result: str = (
        row.arguments["apart"] if row.command == Command.COPY and "apart" in row.arguments else row.dataset
    )
    return result


def _may_see(caller: Caller, row: JournalRow) -> bool:
    mine = DatasetRow.select().where(caller.visible(), DatasetRow.uid == row.dataset)
    return caller.all or mine.exists()


def _kept(what: str, one: Object, place: Place) -> str:
    return f"{what} ordered: {one.row.uid} to {place.store}:{show(place.path)}"
