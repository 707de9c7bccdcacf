"""The processes that train, each known by a lock that it holds while it lives.

A lock ends with its process, however it ends; that is how the dead are told from the slow, without a clock.
"""

import contextlib
import uuid
from pathlib import Path

from filelock import FileLock

from ..base.errors import StorageError
from ..base.locks import take_lock

OPEN_SECONDS = 2.0


class Workers:
    """Registers workers in a folder of lock files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._own: dict[str, FileLock] = {}

    def open(self) -> str:
        """Register this process (or one of its threads) as a worker and return its id. Raises
        `StorageError`."""
        worker = uuid.uuid4().hex[:12]
        path = self._path(worker)
        lock = take_lock(path, OPEN_SECONDS)  # nobody else knows its name, but the folder may just be cleared
        if lock is None:
            raise StorageError("{path} is held by another program. It is tried again soon.", path=path)
        self._own[worker] = lock
        return worker

    def close(self, worker: str) -> None:
        """Remove a worker, at its orderly end."""
        lock = self._own.pop(worker, None)
        if lock is not None:
            lock.release()
            with contextlib.suppress(OSError):
                Path(lock.lock_file).unlink(missing_ok=True)

    def is_alive(self, worker: str | None) -> bool:
        """Whether the process that registered this worker still lives; forgets it if not. Raises
        `StorageError`."""
        if worker is None:
            return False
        if worker in self._own:
            return True
        lock = take_lock(self._path(worker))
        if lock is None:
            return True
        lock.release()
        with contextlib.suppress(OSError):  # another process may be asking the same
            Path(lock.lock_file).unlink(missing_ok=True)
        return False

    def _path(self, worker: str) -> Path:
        return self.folder / f"{worker}.lock"
