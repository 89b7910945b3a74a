"""The templates of a message: the packaged ones, and a site's own, which win file by file.

A site's file reaches the packaged one as "xfc/…": {% extends "xfc/message.html.j2" %}. Templates run in a sandbox: who
may write one may not thereby run programs. Jinja2 is imported when the first letter is written, not before.
"""

import traceback
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xfc_notify.errors import SettingsError
from xfc_notify.outbox.columns import fill, held, table
from xfc_notify.paths import harmless

if TYPE_CHECKING:
    from jinja2 import Environment

HTML, TEXT = "message.html.j2", "message.txt.j2"
NAMES = (HTML, TEXT, "message.css")


@cache
def environment(folder: Path | None = None) -> "Environment":
    """The packaged templates, and before them those in `folder`."""
    from jinja2 import (
        ChoiceLoader,
        FileSystemLoader,
        PackageLoader,
        PrefixLoader,
        StrictUndefined,
        select_autoescape,
    )
    from jinja2.sandbox import SandboxedEnvironment

    packaged = PackageLoader("xfc_notify.notify.words")
    own = [FileSystemLoader(folder)] if folder is not None else []
    made = SandboxedEnvironment(
        loader=ChoiceLoader([*own, PrefixLoader({"xfc": packaged}), packaged]),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"fill": fill, "held": held, "table": table}
    return made


def mistakes(folder: Path) -> Iterator[SettingsError]:
    """What is wrong with the form of a site's templates, whether they are used or not."""
    from jinja2 import TemplateError

    for file in sorted(folder.glob("*.j2")):
        try:
            environment(folder).get_template(file.name)
        except (TemplateError, UnicodeDecodeError, OSError) as error:
            yield mistake(error, folder)


def mistake(error: Exception, folder: Path) -> SettingsError:
    """What went wrong in a site's template, with file and line: "/data/site/message.html.j2:3: …"."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        where = f"{error.filename or folder}:{error.lineno}"
    else:
        frames = traceback.extract_tb(error.__traceback__)
        inside = [frame for frame in frames if folder in Path(frame.filename).parents]
        where = f"{inside[-1].filename}:{inside[-1].lineno}" if inside else str(folder)
    return SettingsError(f"{where}: {harmless(str(error)) or type(error).__name__}")
