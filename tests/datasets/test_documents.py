"""Documents of event-model go in and come out again, as its own schemas have them."""

from typing import Any

import pytest
from event_model import DocumentNames, compose_resource, compose_stream_resource, schema_validators

from datasets.conftest import Site
from xfc_notify.errors import WrongInput

SERIES = {f"cub_{number:05}.npy": bytes([number]) for number in range(15)}
KWARGS = {"template": "cub_{point_number:05}.npy"}


def valid(name: DocumentNames, document: dict[str, Any]) -> dict[str, Any]:
    schema_validators[name].validate(document)
    return document


def resource(site: Site, **changes: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A series of fifteen files, as bluesky describes it."""
    composed = compose_resource(
        spec="template", root=str(site.root("one")), resource_path="2016/04/28/aardvark",
        resource_kwargs=KWARGS, start={"uid": "a-run", "time": 0.0},
    )  # fmt: skip
    datums = [dict(composed.compose_datum(datum_kwargs={"point_number": n})) for n in range(15)]
    return dict(composed.resource_doc) | changes, datums


def test_a_resource_with_its_datums_comes_back_as_it_was(site: Site):
    site.fill("one/2016/04/28/aardvark", SERIES)
    document, datums = resource(site)
    view = site.catalog.register_document(document, datums)
    assert (view.uid, view.replicas[0].files) == (document["uid"], 15)
    out, points = site.catalog.documents(view.uid)
    assert valid(DocumentNames.resource, out) == document
    assert [valid(DocumentNames.datum, point) for point in points] == datums
    site.catalog.move(view.uid, "one:", "two:kept")
    out, _ = site.catalog.documents(view.uid)
    assert valid(DocumentNames.resource, out) == document | {"root": str(site.root("two") / "kept")}


def test_a_resource_without_a_root_lies_in_the_store_that_holds_its_path(site: Site):
    site.fill("one/2016/04/28/aardvark", SERIES)
    path = str(site.root("one") / "2016/04/28/aardvark")
    document, datums = resource(site, root="", resource_path=path)
    view = site.catalog.register_document(document, datums)
    assert (view.root, view.path) == (str(site.root("one")), "2016/04/28/aardvark")


def test_a_stream_resource_with_its_datums_comes_back_as_it_was(site: Site):
    site.fill("one/exp", {"a b%.h5": b"data"})
    composed = compose_stream_resource(
        mimetype="application/x-hdf5", uri=f"file://localhost{site.root('one')}/exp/a%20b%25.h5",
        data_key="image", parameters={"dataset": "/entry"}, start={"uid": "a-run", "time": 0.0},
    )  # fmt: skip
    datum = composed.compose_stream_datum(
        indices={"start": 0, "stop": 5}, seq_nums={"start": 1, "stop": 6}, descriptor={"uid": "a-descriptor"}
    )
    document, datums = dict(composed.stream_resource_doc), [dict(datum)]
    view = site.catalog.register_document(document, datums)
    out, points = site.catalog.documents(view.uid)
    assert valid(DocumentNames.stream_resource, out) == document
    assert [valid(DocumentNames.stream_datum, point) for point in points] == datums
    site.catalog.copy(view.uid, "two:")
    out, _ = site.catalog.documents(view.uid, "two:")
    assert out["uri"] == f"file://localhost{site.root('two')}/exp/a%20b%25.h5"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"spec": None}, "needs spec"),
        ({"resource_kwargs": []}, "needs resource_kwargs"),
        ({"nonsense": 1}, "has no nonsense"),
        ({"path_semantics": "windows"}, "POSIX"),
        ({"uid": "another"}, "does not belong to the resource another"),
        ({"root": "/elsewhere"}, "lies in no store"),
    ],
)
def test_what_is_no_such_document_is_refused(site: Site, changes: dict[str, Any], told: str):
    site.fill("one/2016/04/28/aardvark", SERIES)
    with pytest.raises(WrongInput, match=told):
        site.catalog.register_document(*resource(site, **changes))
    assert site.catalog.find() == []
