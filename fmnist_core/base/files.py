"""Files that are replaced as a whole or not at all."""

import contextlib
import errno
import json
import os
import shutil
import tempfile
import threading
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

from .errors import StorageError

TEMPORARY = ".tmp"
TRIED_BYTES = 2**17  # what a program may need at once to open its files

UNREADABLE = (
    *(OSError, EOFError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, MemoryError),
    *(RuntimeError, SyntaxError, tokenize.TokenError, zipfile.BadZipFile, zlib.error),
)
"""What numpy and json raise for a file that was cut off, overwritten or exchanged."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a crash, a kill or a full disk leaves the old one or the new one, never a half.

    A link stays a link, and a device or a pipe such as /dev/stdout is written to.
    Raises `StorageError` naming the path and the reason.
    """
    target = Path(os.path.realpath(path))
    # Without the file's own name, which may be as long as the system allows.
    temporary = target.parent / f".{os.getpid()}-{threading.get_ident()}{TEMPORARY}"
    try:
        if path.is_dir():
            raise StorageError("{path} cannot be written: it is a folder. Name a file in it.", path=path)
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        _sync_folder(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise cannot_be_written(path, error) from None


def opened(path: Path) -> IO[bytes]:
    """A file to read. Raises `StorageError` naming the path and the reason."""
    try:
        return open(path, "rb")
    except OSError as error:
        raise StorageError(
            "{path} cannot be read: {reason}. Check its name and your rights.",
            path=path,
            reason=error.strerror,
        ) from None


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises `OSError`, and `ValueError` for what is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def cannot_be_written(path: Path, error: OSError) -> StorageError:
    """The error for a file that could not be written: the reason, and what to do about it."""
    return StorageError(
        "{path} cannot be written: {reason}. Free some space or make the folder writable; "
        "what was there before is kept.",
        path=path,
        reason=error.strerror or error,
    )


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder to a place where nothing is. Raises `StorageError`; what was copied until then stays."""

    def copy(file: str, to: str) -> None:
        try:
            shutil.copy2(file, to)
        except OSError as error:  # `copytree` would go on, and raise a list
            raise cannot_be_written(Path(to), error) from None

    try:
        shutil.copytree(source, target, copy_function=copy)
    except OSError as error:
        raise cannot_be_written(target, error) from None


def remove_leftovers(folder: Path) -> None:
    """Delete the half files of writers that were killed. Nobody may be writing into the folder."""
    for path in folder.rglob(f".*{TEMPORARY}"):
        with contextlib.suppress(OSError):
            path.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the new name of a file outlast a power cut, where the system lets one do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_writable(folder: Path) -> bool:
    """Whether files may be put into a folder, which need not exist yet.

    A folder without any write permission counts as read-only even for the superuser, whom the system lets in.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return existing.is_dir() and bool(existing.stat().st_mode & 0o222) and os.access(existing, os.W_OK)


def is_full(folder: Path) -> bool:
    """Whether a small file no longer fits into a folder, because of its disk or of a quota. Tries it: what
    systems say of the space that is left knows no quota."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(TRIED_BYTES))
            file.flush()
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return False
