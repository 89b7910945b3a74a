"""Items as the database keeps them: by the hash of their file, so that they hold for every copy, whatever its name."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Value, chunked

from xfc_notify.datasets import replicas
from xfc_notify.datasets.items.arrays import Said
from xfc_notify.datasets.tables import FileRow, ItemRow, ReplicaRow, TarMemberRow
from xfc_notify.paths import harmless
from xfc_notify.store.database import BATCH, db

_SAID = (ItemRow.name, ItemRow.shape, ItemRow.dtype, ItemRow.hash, ItemRow.statistics, ItemRow.why)
NAMED = 3
"""How many items that differ are named."""


@dataclass(frozen=True, slots=True)
class Item:
    """An array in a file of a dataset.

    file        that holds it: its path below the root
    name        of the array in its file; "" for the only one, or if `why` is about the whole file
    shape       how many values each of its dimensions has
    dtype       as numpy writes it: `<f4`
    hash        of its values, in their order; "" if they were not read
    statistics  least, greatest, mean, deviation of the finite ones, and how many are not_finite; {} if they are no
                numbers
    why         they were not read
    """

    file: str
    name: str
    shape: tuple[int, ...]
    dtype: str
    hash: str
    statistics: Mapping[str, int | float | None]
    why: str


def known(dataset: str, hashes: Collection[str]) -> set[str]:
    """The hashes of those files whose items are known."""
    found: set[str] = set()
    for some in chunked(hashes, BATCH):
        rows = ItemRow.select(ItemRow.file).where(
            ItemRow.dataset == dataset, ItemRow.file.in_(some), (ItemRow.name != "") | (ItemRow.why == "")
        )
        found |= {row.file for row in rows}
    return found


def put(dataset: str, file: str, said: Sequence[Said]) -> None:
    """Let these be the items of the file with this hash."""
    with db.atomic():
        ItemRow.delete().where(ItemRow.dataset == dataset, ItemRow.file == file).execute()
        lines = ({**one, "dataset": dataset, "file": file, "number": n} for n, one in enumerate(said))
        for some in chunked(lines, ItemRow.at_once()):
            ItemRow.insert_many(some).on_conflict_ignore().execute()


def copy(dataset: str, other: str) -> None:
    """Let another dataset, of the same files, have the same items."""
    columns = (ItemRow.file, ItemRow.number, *_SAID)
    same = ItemRow.select(Value(other), *columns).where(ItemRow.dataset == dataset)
    ItemRow.insert_from(same, [ItemRow.dataset, *columns]).execute()


def forget(dataset: str) -> None:
    """Delete the items of a dataset that has no files any more."""
    ItemRow.delete().where(ItemRow.dataset == dataset).execute()


def of(dataset: str) -> Iterator[Item]:
    """The items of a dataset, in the order of their files; each is read when it is asked for."""
    copy = next(iter(replicas.of(dataset)), None)
    if copy is None:
        return
    rows = _joined(copy)
    for name, *rest in rows.tuples().iterator():
        yield _item(name, rest)


def differences(dataset: str, file: str, now: Sequence[Said]) -> str:
    """How what a file holds differs from what it held: its items, in words; "" if nothing was known of them."""
    rows = ItemRow.select().where(ItemRow.dataset == dataset, ItemRow.file == file).order_by(ItemRow.number)
    before = {row.name: row for row in rows if row.hash}
    if not before:
        return ""
    found = {one["name"]: one for one in now if one["hash"]}
    said = [
        f"{harmless(name) or 'its array'} {_differs(row, found.get(name))}"
        for name, row in before.items()
        if name not in found or found[name]["hash"] != row.hash
    ]
    if not said:
        return "its arrays are what they were"
    return "; ".join(said[:NAMED]) + (f"; and {len(said) - NAMED:,} more" if len(said) > NAMED else "")


def _differs(row: ItemRow, now: Said | None) -> str:
    if now is None:
        return "cannot be read"
    for what, old, new in (("shape", row.shape, now["shape"]), ("type", row.dtype, now["dtype"])):
        if old != new:
            return f"has the {what} {new} instead of {old}"
    for what, old in row.statistics.items():
        if (new := now["statistics"].get(what)) != old:
            return f"has the {what.replace('_', ' ')} {new} instead of {old}"
    return "has other values with the same statistics"


def _joined(copy: ReplicaRow) -> Any:
    listed: Any = TarMemberRow if copy.packed else FileRow
    join = (ItemRow.file == listed.hash) & (ItemRow.dataset == copy.dataset_id)
    rows = listed.select(listed.name, *_SAID).join(ItemRow, on=join).where(listed.replica == copy.id)
    return rows.order_by(listed.id, ItemRow.number)


def _item(file: str, rest: Sequence[Any]) -> Item:
    name, shape, dtype, hash_, statistics, why = rest
    return Item(file, name, tuple(shape), dtype, hash_, statistics, why)
