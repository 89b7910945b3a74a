"""Does something in another thread and waits for it only so long.

A thread that has come back is used again: to start one costs more than most of what plugins are asked.
"""

import os
import threading
from collections.abc import Callable
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import Any


class Call:
    """Something that is being done. When it is over it has an answer, or an error that was raised instead."""

    def __init__(self, do: Callable[[], Any]) -> None:
        self.answer: Any = None
        self.error: BaseException | None = None
        self.over = False
        self._do = do
        self._context = copy_context()  # what its log lines are about
        self._end: SimpleQueue[None] = SimpleQueue()

    def wait(self, seconds: float) -> bool:
        """Whether it is over within so many seconds."""
        try:
            self._end.get(timeout=seconds)
        except Empty:
            return False
        return True

    def carry_out(self) -> None:
        """Do it, in this thread."""
        try:
            self.answer = self._context.run(self._do)
        except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit too
            self.error = error
        self.over = True

    def tell(self) -> None:
        """Wake whoever waits."""
        self._end.put(None)


_idle: list[SimpleQueue[Call]] = []
os.register_at_fork(after_in_child=_idle.clear)  # threads do not live on in a child


def begin(do: Callable[[], Any]) -> Call:
    """Begin to do something in another thread."""
    call = Call(do)
    try:
        todo = _idle.pop()
    except IndexError:
        todo = SimpleQueue()
        threading.Thread(target=_work, args=(todo,), name="plugins", daemon=True).start()
    todo.put(call)
    return call


def _work(todo: SimpleQueue[Call]) -> None:
    while True:
        call = todo.get()
        call.carry_out()
        _idle.append(todo)
        call.tell()
        del call  # what it was about need not live until the next
