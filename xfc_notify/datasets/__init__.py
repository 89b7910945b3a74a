"""Datasets that move between stores: registered, copied, verified, moved and removed, with a journal.

from xfc_notify.datasets import Catalog

with Catalog.open() as catalog:
    dataset = catalog.register("tree", "/data/disk1", "2016/04/28/aardvark")
    catalog.copy(dataset.uid, "/data/disk2")
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xfc_notify.datasets.catalog import Catalog

__all__ = ["Catalog"]


def __getattr__(name: str) -> object:
    if name == "Catalog":
        from xfc_notify.datasets import catalog

        return catalog.Catalog
    raise AttributeError(f"module 'xfc_notify.datasets' has no attribute {name!r}")
