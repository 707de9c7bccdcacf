"""The processes that train, each known by a lock that it holds while it lives.

A lock ends with its process, however it ends; that is how the dead are told from the slow, without a clock.
"""

import contextlib
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

from ..base.errors import StorageError


class Workers:
    """Registers workers in a folder of lock files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._own: dict[str, FileLock] = {}

    def open(self) -> str:
        """Register this process (or one of its threads) as a worker and return its id."""
        worker = uuid.uuid4().hex[:12]
        try:
            lock = self._lock(worker)
            lock.acquire(timeout=5)
        except (OSError, Timeout) as error:
            raise StorageError(
                "{folder} cannot hold a lock file: {reason}. Make it writable.",
                folder=self.folder,
                reason=error,
            ) from None
        self._own[worker] = lock
        return worker

    def close(self, worker: str) -> None:
        """Take a worker back, at its orderly end."""
        lock = self._own.pop(worker, None)
        if lock is not None:
            lock.release()
            with contextlib.suppress(OSError):
                Path(lock.lock_file).unlink(missing_ok=True)

    def is_alive(self, worker: str | None) -> bool:
        """Whether the process that registered this worker still lives; forgets it if not."""
        if worker is None:
            return False
        if worker in self._own:
            return True
        try:
            lock = self._lock(worker)
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError as error:
            raise StorageError(
                "{folder} cannot be locked: {reason}. Make it writable.", folder=self.folder, reason=error
            ) from None
        lock.release()
        with contextlib.suppress(OSError):  # another process may be asking the same
            Path(lock.lock_file).unlink(missing_ok=True)
        return False

    def _lock(self, worker: str) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / f"{worker}.lock", thread_local=False)
