"""What OpenAPI says of our views: the shape in which `as_json` writes them."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, create_model


class Problem(BaseModel):
    """What went wrong, as RFC 9457 says it."""

    type: str
    title: str
    status: int
    detail: str


@cache
def model_of(view: type) -> type[BaseModel]:
    """The model of a view."""
    hints = get_type_hints(view)
    made: dict[str, Any] = {field.name: (_in_json(hints[field.name]), ...) for field in fields(view)}
    return create_model(view.__name__, __doc__=view.__doc__, **made)


@cache
def list_of(view: type) -> type[BaseModel]:
    """The model of one page of a list of these views; `next` is the address of the next page."""
    items: Any = list[model_of(view)]  # type: ignore[misc]  # made here
    return create_model(f"{view.__name__}List", items=(items, ...), page=(int, ...), next=(str | None, ...))


def _in_json(hint: Any) -> Any:
    """The type that JSON has for it."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        found = [_in_json(part) for part in parts if part is not NoneType]
        return Union[tuple(found)] | None if NoneType in parts else Union[tuple(found)]  # noqa: UP007
    if origin in (tuple, list) or (
        origin is not None and isinstance(origin, type) and not issubclass(origin, Mapping)
    ):
        return list[_in_json(parts[0])]  # type: ignore[misc]
    if origin is not None:
        return dict[str, _in_json(parts[1])]  # type: ignore[misc]
    if isinstance(hint, type) and issubclass(hint, IntEnum | StrEnum):
        return Literal[tuple(str(one) for one in hint)]
    if is_dataclass(hint):
        return model_of(hint)  # type: ignore[arg-type]
    return datetime if hint is datetime else hint
