"""The facility that acceptance tests run."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from acceptance.facility import Facility, Maker

for noisy in ("pika", "mail.log"):
    logging.getLogger(noisy).setLevel(logging.CRITICAL)


@pytest.fixture
def make_facility(tmp_path: Path, postgres_url: str, amqp_url: str) -> Iterator[Maker]:
    """Makes the facility, with slices of so many seconds."""
    with ExitStack() as stack:

        def make(slice_seconds: float = 60) -> Facility:
            facility = Facility(tmp_path, postgres_url, amqp_url, slice_seconds)
            stack.callback(facility.close)
            return facility

        yield make


@pytest.fixture
def facility(make_facility: Maker) -> Facility:
    """A facility whose slices are long."""
    return make_facility()
