"""What many browsers ask between two changes of the store is computed once."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class Latest:
    """The newest value by key, as long as what it was computed from is the same: of a run that has ended it
    stays, though others change the store meanwhile. Safe to share between threads.

    The values are shared by those who ask: leave them as they are.
    """

    def __init__(self, most: int) -> None:
        """most: how many values are kept; the one that was asked for longest ago goes first."""
        self._most = most
        self._values: OrderedDict[object, tuple[object, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, key: object, source: object, compute: Callable[[], Any]) -> Any:
        """What was computed for this key before, if it was computed from an equal `source`."""
        with self._lock:
            known = self._values.get(key)
            if known is not None and known[0] == source:
                self._values.move_to_end(key)
                return known[1]
        value = compute()
        with self._lock:
            self._values[key] = source, value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


class Cache:
    """Values by key, all forgotten as soon as `version()` changes. Safe to share between threads.

    The values are shared by those who ask: leave them as they are.
    """

    def __init__(self, version: Callable[[], object]) -> None:
        self._ask_version = version
        self._version: object = None
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
