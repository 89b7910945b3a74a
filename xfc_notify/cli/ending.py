"""How a command ends: an exit code, and an error as one line and a hint."""

import os
import sys
from collections.abc import Callable

from xfc_notify.errors import XfcNotifyError


def ending(run: Callable[[], int]) -> int:
    """The exit code that `run` returns, or that of the error it raises, which is told."""
    try:
        code = run()
        sys.stdout.flush()
        return code
    except XfcNotifyError as error:
        return tell(error.what, error.hint, error.exit_code)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _drop_output()
        return 1
    except UnicodeEncodeError:
        foreign = next(filter(_is_foreign, sys.argv), None)
        if foreign is None:
            raise
        return tell(f"{foreign} is not UTF-8 text.", "Only paths may be anything else.", 2)
    except OSError as error:  # a full disk behind stdout, a folder that vanished meanwhile
        _drop_output()
        return tell(": ".join(filter(None, (str(error.filename or ""), error.strerror))), "", 1)


def tell(what: str, hint: str, code: int) -> int:
    """The exit code, after one line of what was wrong and one of what to do."""
    from xfc_notify.paths import harmless

    print(f"xfc-notify: {harmless(what)}", file=sys.stderr)
    if hint:
        print(f"  {harmless(hint)}", file=sys.stderr)
    return code


def _is_foreign(word: str) -> bool:
    """Whether Python could only keep bytes of a word that are no UTF-8."""
    return any("\udc80" <= letter <= "\udcff" for letter in word)


def _drop_output() -> None:
    """Discard unwritten output: Python would try to write it again when it ends, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
