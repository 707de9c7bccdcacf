"""What is computed once for a run: kept in memory, and in a file beside the run's checkpoint."""

import contextlib
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from ..base.errors import StorageError
from ..base.files import UNREADABLE, write_atomically
from ..runs.stored_models import LoadedModel

T = TypeVar("T")
Arrays = dict[str, Any]
"""By name, arrays and numbers: what an .npz without pickled objects can hold."""

IN_MEMORY = 4
"""Runs of which it is kept in memory."""


class RunFile(Generic[T]):
    """One kind of result that is kept so. name: of the file; to_arrays, from_arrays: what it holds.

    from_arrays raises `KeyError`, `TypeError` or `ValueError` for arrays of another version.
    """

    def __init__(
        self, name: str, to_arrays: Callable[[T], Arrays], from_arrays: Callable[[Arrays], T]
    ) -> None:
        self.name, self._to_arrays, self._from_arrays = name, to_arrays, from_arrays
        self.in_memory: dict[tuple[str, int], T] = {}
        self._locks: dict[Path, threading.Lock] = {}

    def is_there(self, loaded: LoadedModel) -> bool:
        """Whether that of a run was computed before: its file exists, and may still be damaged or old."""
        return (loaded.folder / self.name).exists()

    def of(self, loaded: LoadedModel, compute: Callable[[], T]) -> T:
        """That of a run, from its folder if it is there and as new as the checkpoint, else computed.

        That of the run that comes with the project is never written, and read whatever dates a checkout gives
        to files.
        """
        path, shipped = loaded.folder / self.name, loaded.run.comes_with_project
        with self._locks.setdefault(path, threading.Lock()):  # who asks for another run does not wait
            newest = max((p.stat().st_mtime_ns for p in loaded.folder.glob("checkpoint*")), default=0)
            key = (str(path), newest)
            found = self.in_memory.get(key)
            if found is None:
                is_fresh = path.exists() and (shipped or path.stat().st_mtime_ns >= newest)
                found = self._read(path) if is_fresh else None
                if found is None:
                    found = compute()
                    if not shipped:
                        with contextlib.suppress(StorageError):  # read-only: computed again next time
                            write_atomically(path, self.to_bytes(found))
                self.in_memory[key] = found
                for old in list(self.in_memory)[:-IN_MEMORY]:
                    self.in_memory.pop(old, None)
            return found

    def to_bytes(self, value: T) -> bytes:
        """The content of the file."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **self._to_arrays(value))
        return buffer.getvalue()

    def _read(self, path: Path) -> T | None:
        """None for a file that is damaged or of another version: it is made again."""
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
                return self._from_arrays({name: stored[name] for name in stored.files})
        except UNREADABLE:
            return None
