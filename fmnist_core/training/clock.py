"""A clock that can be paused."""

import time


class Clock:
    """The seconds between each `start` and the next `stop`; both may be called twice."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds
        self._began: float | None = None

    @property
    def seconds(self) -> float:
        """So far."""
        return self._seconds + (0.0 if self._began is None else time.perf_counter() - self._began)

    def start(self) -> None:
        """Go on."""
        if self._began is None:
            self._began = time.perf_counter()

    def stop(self) -> None:
        """Pause."""
        self._seconds, self._began = self.seconds, None
