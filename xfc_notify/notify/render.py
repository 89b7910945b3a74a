"""Gives a wording its form: text and HTML from the same data, in a site's templates if it has some."""

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xfc_notify.notify import form
from xfc_notify.notify.letter import Letter, Words
from xfc_notify.notify.wording import Wording, wording

if TYPE_CHECKING:
    from css_inline import CSSInliner

log = logging.getLogger(__name__)


def put_into_words(letter: Letter, folder: Path | None = None) -> Words:
    """The letter as a message: subject, text and HTML. Reads nothing but the templates.

    `folder` holds a site's own. Where these fail, that is logged and the packaged ones are used.
    """
    words = wording(letter)
    if folder is not None:
        try:
            return formed(words, letter, folder)
        except Exception as error:  # noqa: BLE001 - a template may do anything
            log.error("%s; the packaged form is used instead", form.mistake(error, folder))  # noqa: TRY400
    return formed(words, letter)


def formed(words: Wording, letter: Letter, folder: Path | None = None) -> Words:
    """The wording in the templates of `folder`, or in the packaged ones; whatever fails there is raised."""
    files = form.environment(folder)
    data = {"words": words, "say": letter.language.say}
    html = files.get_template(form.HTML).render(data)
    return Words(
        subject=words.subject,
        text=files.get_template(form.TEXT).render(data),
        html=_inliner().inline(html),
    )


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner

    # The rules for dark mode cannot be inlined and stay in the head.
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
