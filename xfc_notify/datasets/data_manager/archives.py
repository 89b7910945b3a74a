"""What the data manager lets go into archives, and come back: the former one answered 501 here."""

from xfc_notify.datasets.data_manager.answers import Answers, root
from xfc_notify.datasets.data_manager.asking import Answer, Asked, Refused
from xfc_notify.datasets.data_manager.objects import Object, Status
from xfc_notify.datasets.stores import by_nearness
from xfc_notify.datasets.tables import ReplicaRow
from xfc_notify.paths import parse


def archive(answers: Answers, asked: Asked) -> Answer:
    """The object becomes a tar in the nearest archive, and goes from where it was."""
    one = _found(answers, asked)
    if one.status is Status.ARCHIVED:
        raise Refused(409, f"Object {one.row.uid} is archived already")
    assert one.copy is not None
    packed = ReplicaRow.get_or_none(ReplicaRow.dataset == one.row.uid, ReplicaRow.packed)
    if packed is None:
        machine = _nearest(answers)
        answers.catalog.archive(one.row.uid, f"{machine}:".encode() + parse(one.copy.root), root(one))
    else:  # it was activated: its tar is read once more, and stays
        answers.catalog.remove(one.row.uid, root(one))
        machine = packed.store
    return Answer(200, "Archive successful", f"dataset archived: {one.row.uid} to {machine}")


def activate(answers: Answers, asked: Asked) -> Answer:
    """The object lies again where it lay before it was archived."""
    one = _found(answers, asked)
    if one.status is Status.ACTIVE:
        raise Refused(409, f"Object {one.row.uid} is active already")
    view = answers.catalog.activate(one.row.uid)
    return Answer(200, "Activate successful", f"dataset activated: {one.row.uid} to {view.new}")


def _found(answers: Answers, asked: Asked) -> Object:
    one = answers.object(asked, "Object {} does not exist")
    if one.copy is None:
        raise Refused(404, f"Object {one.row.uid} does not exist")
    return one


def _nearest(answers: Answers) -> str:
    """The archive that is nearest; 501 as ever where the site has none."""
    for store in by_nearness(answers.catalog.stores.all):
        if store.kind == "archive":
            return store.name
    raise Refused(501, "Not Implemented")
