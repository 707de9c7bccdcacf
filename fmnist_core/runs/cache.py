"""What many browsers ask between two changes of the store is computed once."""

import threading
from collections.abc import Callable
from typing import Any


class Cache:
    """Values by key, all forgotten as soon as `version()` changes. Safe to share between threads.

    The values are shared by those who ask: leave them as they are.
    """

    def __init__(self, version: Callable[[], int]) -> None:
        self._ask_version = version
        self._version: int | None = None
        self._values: dict[object, Any] = {}
        self._lock = threading.Lock()

    def __call__(self, key: object, compute: Callable[[], Any]) -> Any:
        """What was computed for this key before, unless something has changed since."""
        version = self._ask_version()  # first: a change during the computation makes the value old
        with self._lock:
            if version != self._version:
                self._values, self._version = {}, version
            if key in self._values:
                return self._values[key]
        value = compute()
        with self._lock:
            if version == self._version:
                self._values[key] = value
        return value
