"""What the data manager answers: texts and codes as its clients know them.

An object is a dataset: what it can do, it does by `Catalog`, in whose journal everything stands. A copy is a dataset of
its own here. A deletion was told explicitly, so that the last copy goes too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from xfc_notify.datasets import names
from xfc_notify.datasets.catalog import Catalog
from xfc_notify.datasets.data_manager import objects, places
from xfc_notify.datasets.data_manager.asking import Answer, Asked, Caller, Refused, needed, number
from xfc_notify.datasets.data_manager.objects import Object, Status
from xfc_notify.datasets.data_manager.places import Place
from xfc_notify.datasets.errors import Busy, Conflict
from xfc_notify.datasets.states import ReplicaState
from xfc_notify.datasets.tables import DatasetRow, FileRow, ManagedRow, ReplicaRow
from xfc_notify.errors import StoreError, WrongInput, XfcNotifyError
from xfc_notify.paths import harmless, parse, show
from xfc_notify.plugins.service import Service

EXISTS = "File already exists"


@dataclass(frozen=True)
class Answers:
    """The calls that anybody may make who was let in, each with what was asked."""

    service: Service

    def answer(self, call: "Callable[[Answers, Asked], Answer]", asked: Asked) -> Answer:
        """What a call comes to, whatever goes wrong. StoreError if the database is away."""
        try:
            return call(self, asked)
        except Refused as error:
            return error.answer
        except Busy as error:
            return Answer(409, error.what)
        except Conflict:
            return Answer(406, EXISTS)
        except WrongInput as error:
            return Answer(400, f"{error.what} {error.hint}".strip())
        except StoreError:
            raise
        except XfcNotifyError as error:
            return Answer(500, error.what)

    def info(self, asked: Asked) -> Answer:
        """All objects."""
        return Answer(200, [one.as_json() for one in self._objects(asked.caller)])

    def info_of(self, asked: Asked) -> Answer:
        """One of them."""
        return Answer(200, self.object(asked, "{} does not exist").as_json())

    def search(self, asked: Asked) -> Answer:
        """The one of that name on that machine. What is deleted counts only if there is no other."""
        filename, machine = asked.query.get("filename", ""), asked.query.get("machine", "")
        if not filename or not machine:
            return Answer(501, "Need filename and machine")
        found = [
            one for one in self._candidates(asked.caller, machine, filename) if self._fits(one, asked.query)
        ]
        found = [one for one in found if one.status is not Status.DELETED] or found
        if not found:
            return Answer(404, "No such data object registered")
        if len(found) > 1:
            return Answer(400, "Multiple search results found")
        return Answer(200, found[0].as_json())

    def register(self, asked: Asked) -> Answer:
        """A file, or a folder with all that is in it, becomes an object. Its size is that which is found."""
        place, about = self.new(asked)
        number(asked.form, "size")
        stores = self.catalog.stores
        with stores.opened(place.store) as folder:
            spec = "tree" if folder.is_folder(place.path) else "file"
        root = f"{place.store}:"
        try:
            view = self.catalog.register(spec, root, place.path, alone=True, **about)
        except Conflict:
            raise Refused(406, EXISTS) from None
        self.remember(view.uid, place)
        return Answer(201, view.uid, f"dataset registered: {view.uid} at {place.store}:{show(place.path)}")

    def copy(self, asked: Asked) -> Answer:
        """A copy, which is an object of its own."""
        one, place = self.source(asked), self.target(asked)
        new_root, path = split(one, place)
        uid = self.catalog.copy_apart(one.row.uid, new_root, path, root(one))
        self.remember(uid, place)
        return Answer(201, uid, f"dataset copied: {one.row.uid} to {place.store}:{show(place.path)} as {uid}")

    def move(self, asked: Asked) -> Answer:
        """The object lies elsewhere afterwards."""
        one, place = self.source(asked), self.target(asked)
        new_root, path = split(one, place)
        if path == parse(one.row.path):
            self.catalog.move(one.row.uid, root(one), new_root)
        else:
            self.refuse_several(one)
            self.catalog.move(one.row.uid, root(one), new_root, path)
        self.remember(one.row.uid, place)
        return Answer(
            200, "Move successful", f"dataset moved: {one.row.uid} to {place.store}:{show(place.path)}"
        )

    def delete(self, asked: Asked) -> Answer:
        """All its copies go, the last one too; its row stays."""
        one = self._removed(asked)
        return Answer(200, f"{one.place.store}:{one.place.whole} deleted", f"dataset deleted: {one.row.uid}")

    def remove(self, asked: Asked) -> Answer:
        """The same, as the later version called it."""
        one = self._removed(asked)
        return Answer(200, f"{one.place.filename} deleted", f"dataset deleted: {one.row.uid}")

    def health(self, asked: Asked) -> Answer:  # noqa: ARG002
        """Whether it answers."""
        return Answer(200, {"status": 200})

    @property
    def catalog(self) -> Catalog:
        """What does the work."""
        return Catalog(self.service)

    def _objects(self, caller: Caller, condition: Any = None) -> list[Object]:
        wanted = caller.visible() if condition is None else caller.visible() & condition
        return objects.objects(self.catalog.stores, wanted)

    def object(self, asked: Asked, refusal: str) -> Object:
        """The object of that uuid; Refused with 404 if there is none for who asks."""
        found = self._objects(asked.caller, DatasetRow.uid == asked.id)
        if not found:
            raise Refused(404, refusal.format(harmless(asked.id)))
        return found[0]

    def source(self, asked: Asked) -> Object:
        """The object that is to be copied or moved."""
        one = self.object(asked, "Object {} does not exist")
        if one.copy is None:
            raise Refused(404, f"Object {one.row.uid} does not exist")
        refuse_packed(one)
        return one

    def target(self, asked: Asked) -> Place:
        """Where it is to lie; Refused with 406 if an object lies there."""
        machine, dest = needed(asked.form, "machine", "dest")
        place = places.given(self.catalog.stores, machine, dest)
        self._refuse_taken(place)
        return place

    def new(self, asked: Asked) -> tuple[Place, dict[str, Any]]:
        """Where something new is to lie, and what is said of it. A client of the later version, which names a type,
        may leave out the path."""
        if not asked.caller.all:  # or anybody could call anybody's files theirs, and delete them
            raise Refused(403, "Only operators and those in trusted networks may add objects.")
        form = asked.form
        always = ("filename", "machine", "description", "originator", "group")
        needed(form, *always, *(() if "type" in form else ("path",)))
        place = places.written(self.catalog.stores, form["machine"], form.get("path", ""), form["filename"])
        self._refuse_taken(place)
        about: dict[str, Any] = {name: form[name] for name in ("description", "originator", "group")}
        return place, about | {"owner": asked.caller.name or form["originator"]}

    def _refuse_taken(self, place: Place) -> None:
        """Refused if an object lies there that is known to be good, or arrives."""
        stands = ReplicaRow.state.in_([ReplicaState.GOOD, ReplicaState.ARRIVING])
        spot = FileRow.place == names.place_of(place.store, place.path)
        if FileRow.select().join(ReplicaRow).where(spot, stands).exists():
            raise Refused(406, EXISTS)

    def refuse_several(self, one: Object) -> None:
        """Refused if it has other copies: they would keep its old path."""
        if ReplicaRow.select().where(ReplicaRow.dataset == one.row.uid).count() > 1:
            raise Refused(409, f"Object {one.row.uid} has other copies, which keep its name.")

    def _removed(self, asked: Asked) -> Object:
        one = self.object(asked, "Data object not found")
        if one.copy is None:
            raise Refused(404, "Data object not found")
        objects.remember(self.catalog.stores, one.row.uid, one.place, one.size)
        copies = ReplicaRow.select().where(ReplicaRow.dataset == one.row.uid).order_by(ReplicaRow.id)
        for copy in list(copies):
            self.catalog.remove(one.row.uid, root_of(copy), force_last=True)
        return one

    def remember(self, uid: str, place: Place) -> None:
        """Keep how the place of an object was written."""
        (one,) = self._objects(Caller(all=True), DatasetRow.uid == uid)
        objects.remember(self.catalog.stores, uid, place, one.size)

    def _candidates(self, caller: Caller, machine: str, filename: str) -> list[Object]:
        there = ReplicaRow.select(ReplicaRow.dataset).where(ReplicaRow.store == machine)
        name = show(names.as_bytes(filename))
        called = (DatasetRow.path == name) | DatasetRow.path.endswith(f"/{name}") | (DatasetRow.path == "")
        gone = ManagedRow.select(ManagedRow.dataset).where(
            ManagedRow.machine == machine, ManagedRow.filename == filename
        )
        wanted = (DatasetRow.uid.in_(there) & called) | DatasetRow.uid.in_(gone)
        return self._objects(caller, wanted)

    def _fits(self, one: Object, query: Mapping[str, str]) -> bool:
        if (one.place.store, one.place.filename) != (query["machine"], query["filename"]):
            return False
        folder = query.get("path")
        if folder is None or folder == one.place.folder:
            return True
        try:
            return (
                places.written(self.catalog.stores, query["machine"], folder, query["filename"]) == one.place
            )
        except WrongInput:
            return False


def refuse_packed(one: Object) -> None:
    """Refused if its files are in an archive."""
    if one.copy is not None and one.copy.packed:
        raise Refused(409, f"Object {one.row.uid} is archived: activate it first")


def split(one: Object, place: Place) -> tuple[bytes, bytes]:
    """Root, as `STORE:path`, and path below it, of an object that is to lie at a place: its path stays, if it can."""
    path = parse(one.row.path)
    if place.path == path or (path and place.path.endswith(b"/" + path)):
        root = place.path[: -len(path)].rstrip(b"/")
        return f"{place.store}:".encode() + root, path
    return f"{place.store}:".encode(), place.path


def root(one: Object) -> bytes:
    """The root of the copy that is spoken of, as `STORE:path`."""
    assert one.copy is not None
    return root_of(one.copy)


def root_of(copy: ReplicaRow) -> bytes:
    return f"{copy.store}:".encode() + parse(copy.root)
