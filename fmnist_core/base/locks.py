"""Locks on files: each ends with the process that holds it, however that ends."""

import errno
import warnings
from pathlib import Path

from filelock import FileLock, Timeout

from .errors import StorageError
from .files import cannot_be_written

NOT_ALLOWED = (
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT),
    *(errno.EEXIST, errno.EISDIR, errno.ENOTDIR),
)
"""Errors that say nothing about the disk's locks: the file itself cannot be written."""


def take_lock(path: Path, seconds: float = 0.0) -> FileLock | None:
    """The lock on a file, once it is free; None if somebody else still holds it after so many seconds.

    Raises `StorageError` where the file cannot be written, or its disk cannot lock files.
    """
    lock = FileLock(path, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # reported below
            lock.acquire(timeout=seconds)
    except Timeout:
        return None
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno in NOT_ALLOWED:
            raise cannot_be_written(path, error) from None
        raise cannot_lock(path, getattr(error, "strerror", None) or error) from None
    if type(lock) is not FileLock:  # a file whose mere existence is the lock: it would outlast its process
        lock.release()
        raise cannot_lock(path, "flock")
    return lock


def can_lock(folder: Path) -> bool:
    """Whether the disk of a folder can lock files."""
    path = folder / ".lock-trial"
    try:
        lock = take_lock(path)
        if lock is not None:
            lock.release()
            path.unlink(missing_ok=True)
    except (StorageError, OSError):
        return False
    return True


def cannot_lock(path: Path, reason: object) -> StorageError:
    """The sentence for a file on a disk without locks."""
    return StorageError(
        "The disk of {folder} cannot lock any file ({reason}), as network disks often cannot. Set "
        "FMNIST_RUNS_DIR to a folder on a disk of this machine.",
        folder=path.parent,
        reason=reason,
    )
