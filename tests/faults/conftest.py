"""Facilities that are in the middle of their work when something goes wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acceptance.conftest import make_facility
from acceptance.facility import Maker

from faults.busy import Busy

__all__ = ["make_facility"]


@pytest.fixture
def start(make_facility: Maker, tmp_path: Path) -> Callable[..., Busy]:
    """Makes a facility at work; see Busy."""

    def start(**more: Any) -> Busy:
        return Busy(make_facility(slice_seconds=0), tmp_path / "journal", **more)

    return start


@pytest.fixture
def busy(start: Callable[..., Busy]) -> Busy:
    """A facility at work."""
    return start()
