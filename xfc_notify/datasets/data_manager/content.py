"""Bytes that go out of the data manager, or come in: from a request, or from a URL."""

import json
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from xfc_notify.datasets import hashes, replicas
from xfc_notify.datasets.data_manager.answers import EXISTS, Answers, refuse_packed
from xfc_notify.datasets.data_manager.asking import Answer, Asked, Content, Refused, needed
from xfc_notify.datasets.data_manager.places import Place
from xfc_notify.datasets.errors import Conflict
from xfc_notify.datasets.external import fetch, reach
from xfc_notify.datasets.external.fetch import Options
from xfc_notify.datasets.external.reach import NotAllowed, Url
from xfc_notify.datasets.folder import Sink
from xfc_notify.datasets.receiving import Source
from xfc_notify.datasets.replicas import File
from xfc_notify.datasets.settings import Datasets
from xfc_notify.datasets.stores import Stores
from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless, show

IN_MEMORY = 8 * 2**20
"""Larger files wait on the disk of the web until they are sent: they are read and hashed before."""


def get(answers: Answers, asked: Asked) -> Answer:
    """The bytes of a file. They were read and hashed just now: what is not as it was registered is not sent."""
    one = answers.object(asked, "Data not found")
    if one.copy is None:
        raise Refused(404, "Data not found")
    refuse_packed(one)
    files = replicas.known_files(one.copy)
    if len(files) != 1:
        raise Refused(501, f"Object {one.row.uid} has {len(files):,} files: one alone can be sent")
    (file,) = files
    held = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    try:
        size = _read(answers.catalog.stores, one.copy.store, file, held)
    except BaseException:
        held.close()
        raise
    held.seek(0)
    return Answer(200, Content(held, size))


def put(answers: Answers, asked: Asked) -> Answer:
    """The payload becomes a file, and an object."""
    payload = asked.payload
    if payload is None:
        raise Refused(400, "The field payload is missing.")

    def source(sink: Sink) -> None:
        sink(memoryview(payload))

    return _received(answers, answers.new(asked), source, "a request")


def get_external(answers: Answers, asked: Asked) -> Answer:
    """What a URL stands for becomes a file, and an object. A size that was sent does not count."""
    new = answers.new(asked)  # what is wrong with the form, or taken, is said first
    url, options = checked(answers, asked)
    allowed = answers.service.settings.of(Datasets).external
    shown = Url.of(url).shown
    try:
        return _received(answers, new, lambda sink: fetch.fetch(url, options, allowed, sink), shown)
    except NotAllowed as error:
        raise Refused(403, error.what) from None


def checked(answers: Answers, asked: Asked) -> tuple[str, Options]:
    """The URL of a form, and what goes with it. Refused for another protocol, or a host that is not listed."""
    url, protocol = needed(asked.form, "url", "protocol")
    if protocol != "http":
        raise Refused(501, f"'{harmless(protocol)}' protocol not supported (yet?)")
    try:
        reach.refuse_host(Url.of(url), answers.service.settings.of(Datasets).external)
    except NotAllowed as error:
        raise Refused(403, error.what) from None
    return url, _options(asked.form.get("options", ""))


def _received(answers: Answers, new: tuple[Place, dict[str, Any]], source: Source, origin: str) -> Answer:
    place, about = new
    try:
        view = answers.catalog.receive(f"{place.store}:", place.path, source, origin, **about)
    except Conflict:
        raise Refused(406, EXISTS) from None
    answers.remember(view.uid, place)
    kept = f"dataset received: {view.uid} at {place.store}:{show(place.path)} from {origin}"
    return Answer(201, view.uid, kept)


def _read(stores: Stores, store: str, file: File, into: IO[bytes]) -> int:
    """Read a file into another; its size. Refused if it is not what was registered."""
    algorithm = hashes.algorithm_of(file.hash)
    with stores.opened(store) as folder:
        found, seen = hashes.pour(folder, file.path, algorithm, into.write, lambda _: None)
    if found != file.hash:
        raise Refused(500, f"{show(file.path)} is not what was registered")
    return seen.size


def _options(text: str) -> Options:
    try:
        return Options.read(json.loads(text or "{}"))
    except (ValueError, RecursionError):
        raise WrongInput("The options are no JSON.") from None
