"""Which precision was measured to be the faster, kept in the runs folder: measured once on a machine.

A run that trains again, or goes on before its first epoch was stored, thereby computes the same numbers.
"""

import contextlib
import json
from pathlib import Path

from ..base.config import PRECISIONS
from ..base.errors import StorageError
from ..base.files import read_json, write_atomically
from ..base.locks import take_lock

FILE = "precision.json"
LOCK_SECONDS = 5.0


class PrecisionChoices(dict[str, str]):
    """Read from the file in a folder; each new choice is written back. Where the file cannot be read or
    written, its choices are lost, and the precision is measured again."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        super().__init__(self._read())

    def __setitem__(self, key: str, precision: str) -> None:
        """The first answer holds: of two runs that measure at once, both train with it."""
        with contextlib.suppress(StorageError):
            lock = take_lock(self._path.with_suffix(".lock"), LOCK_SECONDS)
            try:
                known = {key: precision} | self._read()
                precision = known[key]
                write_atomically(self._path, json.dumps(known, indent=1, sort_keys=True).encode())
            finally:
                if lock is not None:
                    lock.release()
        super().__setitem__(key, precision)

    def _read(self) -> dict[str, str]:
        try:
            content = read_json(self._path)
            return {key: value for key, value in content.items() if value in PRECISIONS and value != "auto"}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}
