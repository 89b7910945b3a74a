"""`[plugins.chat]`: where the operators are told, and which services people may name. No repr shows a URL."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _texts(value: Any) -> Any:
    """A list as the environment or a file of its own gives it: apart by white space."""
    return value.split() if isinstance(value, str) else value


def _usable(urls: tuple[str, ...]) -> tuple[str, ...]:
    for number, url in enumerate(urls, start=1):
        from xfc_notify_chat.destination import destination

        try:
            destination(url)
        except ValueError as error:
            raise ValueError(f"URL {number}: {error}") from None
    return urls


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        from xfc_notify_chat.destination import is_service

        if not is_service(name):
            raise ValueError(f'{name!r} is no service of Apprise; write it like "slack" or "matrixs"')
    return names


class ChatSettings(BaseModel):
    """The table `[plugins.chat]`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    operators: Annotated[tuple[str, ...], BeforeValidator(_texts), AfterValidator(_usable)] = Field(
        (), repr=False, description="Apprise URLs to which messages for the operators go"
    )
    services: Annotated[tuple[str, ...], BeforeValidator(_texts), AfterValidator(_known)] = Field(
        (), description='the services that people\'s URLs may name, like `["slack", "matrixs"]`; none: all'
    )
