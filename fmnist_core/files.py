"""Files that are replaced as a whole or not at all."""

import contextlib
import os
from pathlib import Path

from .errors import StorageError


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a crash, a kill or a full disk leaves the old one or the new one, never a half.

    Raises `StorageError` naming the path and the reason.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise StorageError(
            f"{path} cannot be written: {error.strerror}. Free some space or make the folder writable; "
            "what was there before is kept."
        ) from None


def is_writable(folder: Path) -> bool:
    """Whether files may be put into a folder, which need not exist yet.

    A folder without any write permission counts as read-only even for the superuser, whom the system lets in.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return existing.is_dir() and bool(existing.stat().st_mode & 0o222) and os.access(existing, os.W_OK)
