"""How often somebody may try: so many times in a window. Kept in memory, by each process for itself."""

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

MOST_KEYS = 10_000


class Limit:
    """At most `count` tries per key within `window`."""

    def __init__(self, count: int, window: timedelta) -> None:
        self._count = count
        self.window = window
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def is_reached(self, key: str, now: datetime) -> bool:
        """Whether another try would be one too many."""
        with self._lock:
            return len(self._recent(key, now)) >= self._count

    def try_now(self, key: str, now: datetime) -> bool:
        """Count a try; False if it is one too many."""
        with self._lock:
            recent = self._recent(key, now)
            if len(recent) >= self._count:
                return False
            recent.append(now)
            self._tries[key] = recent
            self._tries.move_to_end(key)
            while len(self._tries) > MOST_KEYS:
                self._tries.popitem(last=False)
            return True

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        recent = self._tries.get(key, deque())
        while recent and recent[0] <= now - self.window:
            recent.popleft()
        return recent
