"""Fetching a data set's files: once, whole or not at all, and never hanging without a network.

The addresses and checksums are torchvision's; the transfer is our own, because torchvision's shows no
progress to its caller, waits for ever on a dead line and leaves half files behind.
"""

import errno
import gzip
import hashlib
import http.client
import urllib.request
import zlib
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import DownloadError, StorageError
from ..files import is_writable, write_atomically
from . import idx

Progress = Callable[[float, str], None]

TIMEOUT = 10.0  # seconds without a byte
PATIENCE = 1800  # seconds to wait for somebody else's download of the same files
CHUNK = 1 << 18
LARGEST = 64 << 20  # bytes; the largest file (KMNIST's training images) is 18 MB

# Share of the whole that each file is, for the progress; the same for all three data sets.
SHARES = dict(zip(idx.FILES, (0.84, 0.01, 0.14, 0.01), strict=True))


def ensure_files(
    name: str, kind: str, folder: Path, on_progress: Progress | None = None, timeout: float = TIMEOUT
) -> None:
    """Fetch those of the four files that `folder` lacks.

    kind: torchvision's class, "FashionMNIST". Two threads or processes that ask at once download once.
    Nothing is written, not even a lock, when all files are there.
    Raises `DownloadError` with the reason and the way without a network.
    """
    if not missing(folder):
        return
    report = on_progress or (lambda fraction, text: None)
    report(0.0, f"Preparing the download of {name}")
    try:
        if not is_writable(folder):
            raise PermissionError(errno.EACCES, "it is read-only")
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".download.lock")
        with _acquired(lock, name, report):
            wanted = missing(folder)  # somebody else may have fetched them while we waited
            if not wanted:
                return
            mirrors, checksums = _sources(kind)
            done = 1.0 - sum(SHARES[file] for file in wanted)
            for file in wanted:
                start, share = done, SHARES[file]

                def advance(fraction: float, text: str, start: float = start, share: float = share) -> None:
                    report(min(1.0, start + share * fraction), f"Downloading {name}: {text}")

                content = _fetch(mirrors, f"{file}.gz", checksums.get(f"{file}.gz"), advance, timeout)
                write_atomically(folder / file, content)
                done += share
    except (OSError, StorageError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DownloadError(
            f"{name} cannot be stored in {folder}: {reason}. Make the folder writable, free some space, "
            "or set FMNIST_DATA_DIR to another folder."
        ) from None
    except _FetchError as error:
        raise DownloadError(
            f"{name} could not be downloaded ({error}). No network? Train on sketches, which needs none, "
            f"or put these files into {folder}: {', '.join(wanted)} (a .gz copy of each will do)."
        ) from None
    report(1.0, f"{name} is there")


def missing(folder: Path) -> list[str]:
    """Names of the files that are not there, neither as they are nor as .gz."""
    return [name for name in idx.FILES if idx.locate(folder, name) is None]


class _FetchError(Exception):
    """Why no mirror gave the file."""


def _acquired(lock: FileLock, name: str, report: Progress) -> FileLock:
    """The lock, held; says now and then that somebody else is at it."""
    for _ in range(PATIENCE):
        try:
            return lock.acquire(timeout=1.0)
        except Timeout:
            report(0.0, f"{name} is already being downloaded; waiting for it")
    raise _FetchError(f"another download has been holding {lock.lock_file} for {PATIENCE // 60} minutes")


def _sources(kind: str) -> tuple[list[str], dict[str, str]]:
    """torchvision's mirrors and the MD5 of each archive."""
    try:
        import torchvision.datasets  # here, because it takes seconds and only a download needs it
    except (ImportError, RuntimeError) as error:  # RuntimeError: torch and torchvision do not match
        raise _FetchError(f"torchvision does not work: {error}") from None
    source = getattr(torchvision.datasets, kind)
    return source.mirrors, dict(source.resources)


def _fetch(mirrors: list[str], file: str, md5: str | None, report: Progress, timeout: float) -> bytes:
    """The unpacked content of an archive from the first mirror that has it. Raises `_FetchError`."""
    reason = "no address is known"
    for mirror in mirrors:
        try:
            archive = _transfer(mirror + file, file, report, timeout)
            if md5 and hashlib.md5(archive, usedforsecurity=False).hexdigest() != md5:
                raise _FetchError(f"{mirror}{file} is not the file it should be: its MD5 differs")
            return gzip.decompress(archive)
        except _FetchError as error:
            reason = str(error)
        except (OSError, EOFError, zlib.error, http.client.HTTPException, ValueError) as error:
            reason = f"{mirror}: {getattr(error, 'reason', None) or error or type(error).__name__}"
    raise _FetchError(reason)


def _transfer(url: str, file: str, report: Progress, timeout: float) -> bytes:
    """The bytes at an address; reports after every chunk."""
    with urllib.request.urlopen(url, timeout=timeout) as response:
        total = int(response.headers.get("Content-Length") or 0)
        content = bytearray()
        while chunk := response.read(CHUNK):
            content += chunk
            if len(content) > LARGEST:
                raise _FetchError(f"{url} is larger than the file it should be")
            report(len(content) / total if total else 0.0, f"{file}, {len(content) / 1e6:.1f} MB")
    if total and len(content) != total:
        raise _FetchError(f"{url} ended after {len(content):,} of {total:,} bytes")
    return bytes(content)
