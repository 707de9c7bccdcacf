"""Fetching a data set's files: once, whole or not at all, and never hanging without a network.

The addresses and checksums are torchvision's; the transfer is our own, because torchvision's shows no
progress to its caller, hangs on a dead connection and leaves half files behind. Until its MD5 is checked,
an archive lies in a temporary file without a name, which is gone when the process ends, however it ends.
"""

import errno
import gzip
import hashlib
import http.client
import tarfile
import tempfile
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from filelock import FileLock, Timeout

from ..base.errors import DownloadError, FmnistError, StorageError
from ..base.files import is_writable, write_atomically
from ..base.messages import Message
from .catalogue import DatasetInfo
from .local import missing

Progress = Callable[[float, str], None]

TIMEOUT = 10.0  # seconds without a byte
PATIENCE = 1800  # seconds to wait for somebody else's download of the same files
CHUNK = 1 << 18

CIFAR = ("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")


@dataclass(frozen=True)
class Archive:
    """A file to fetch: addresses that are tried one after the other, and its MD5."""

    addresses: tuple[str, ...]
    md5: str

    @property
    def name(self) -> str:
        """The last part of its address; NAME.gz holds the file NAME, any other archive all files."""
        return self.addresses[0].rpartition("/")[2]


def ensure_files(info: DatasetInfo, folder: Path, on_progress: Progress | None = None) -> None:
    """Fetch those of the data set's files that `folder` lacks.

    Two threads or processes that ask at once download once. Nothing is written, not even a lock, when all
    files are there. Raises `DownloadError` with the reason and the way without a network.
    """
    wanted = missing(folder, info.files.names)
    if not wanted:
        return
    report = on_progress or (lambda fraction, text: None)
    report(0.0, Message("Preparing the download of {name}", name=info.name))
    try:
        if not is_writable(folder):
            raise PermissionError(errno.EACCES, "it is read-only")
        folder.mkdir(parents=True, exist_ok=True)
        with _acquired(FileLock(folder / ".download.lock"), info.name, report):
            # Somebody else may have fetched them while we waited.
            if wanted := missing(folder, info.files.names):
                _download(info, folder, wanted, report)
    except (OSError, StorageError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DownloadError(
            "{name} cannot be stored in {folder}: {reason}. Make the folder writable, free "
            "some space, or set FMNIST_DATA_DIR to another folder.",
            name=info.name,
            folder=folder,
            reason=reason,
        ) from None
    except _FetchError as error:
        raise DownloadError(
            "{name} could not be downloaded ({reason}). No network? Train on fashion-mnist, "
            "which needs none, or put these files into {folder}: {wanted} (a .gz copy of each "
            "will do).",
            name=info.name,
            reason=error,
            folder=folder,
            wanted=list(wanted),
        ) from None
    report(1.0, Message("{name} is there", name=info.name))


class _FetchError(FmnistError):
    """Why no address gave the file."""


def _acquired(lock: FileLock, name: str, report: Progress) -> AbstractContextManager:
    """The lock, held; reports, while it waits, that somebody else is downloading."""
    for _ in range(PATIENCE):
        try:
            return lock.acquire(timeout=1.0)
        except Timeout:
            report(0.0, Message("{name} is already being downloaded; waiting for it", name=name))
    raise _FetchError(
        "another download has been holding {path} for {minutes} minutes",
        path=lock.lock_file,
        minutes=PATIENCE // 60,
    )


def _download(info: DatasetInfo, folder: Path, wanted: list[str], report: Progress) -> None:
    """Fetch the archives that hold the wanted files, and store these."""
    there = set(info.files.names) - set(wanted)
    size, done = info.files.megabytes * 1e6, 0
    for archive in _archives(info.files.torchvision):
        if archive.name.removesuffix(".gz") in there:
            continue

        def advance(received: int, done: int = done, name: str = archive.name) -> None:
            fraction = min(1.0, (done + received) / size)
            report(
                fraction,
                Message(
                    "Downloading {name}: {file}, {received:.1f} MB",
                    name=info.name,
                    file=name,
                    received=received / 1000000.0,
                ),
            )

        with tempfile.TemporaryFile(dir=folder) as file:
            done += _fetch(archive, file, advance, 2 * size)
            try:
                for name, content in _unpacked(archive.name, file, wanted):
                    write_atomically(folder / name, content)
            except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError) as error:
                raise _FetchError(
                    "{name} cannot be unpacked: {reason}", name=archive.name, reason=error
                ) from None
    if lacking := missing(folder, tuple(wanted)):
        raise _FetchError("the archive does not hold {lacking}", lacking=list(lacking))


def _archives(kind: str) -> list[Archive]:
    """What torchvision's class `kind` would download.

    Of CIFAR-10 its authors' binary version instead: torchvision's is pickled, and to unpickle a file is to
    run whatever it says. Of QMNIST the training and the test split, not the whole of NIST's digits.
    """
    if kind == "CIFAR10":
        return [Archive((CIFAR[0],), CIFAR[1])]
    try:
        import torchvision.datasets  # here, because it takes seconds and only a download needs it
    except (ImportError, RuntimeError) as error:  # RuntimeError: torch and torchvision do not match
        raise _FetchError("torchvision does not work: {reason}", reason=error) from None
    source = getattr(torchvision.datasets, kind)
    if kind == "EMNIST":
        return [Archive((source.url,), source.md5)]
    if kind == "QMNIST":
        return [Archive((url,), md5) for split in ("train", "test") for url, md5 in source.resources[split]]
    return [Archive(tuple(mirror + name for mirror in source.mirrors), md5) for name, md5 in source.resources]


def _fetch(archive: Archive, file: BinaryIO, advance: Callable[[int], None], most: float) -> int:
    """Write the archive to a file from the first address that has it; returns its bytes, at most `most`.

    Raises `_FetchError` with the last address's reason.
    """
    for address in archive.addresses:
        file.seek(0)
        file.truncate()
        digest = hashlib.md5(usedforsecurity=False)
        try:
            for chunk in _chunks(address):
                file.write(chunk)
                digest.update(chunk)
                if file.tell() > most:
                    raise _FetchError("{address} is larger than the file it should be", address=address)
                advance(file.tell())
            if digest.hexdigest() == archive.md5:
                return file.tell()
            reason = Message("{address} is not the file it should be: its MD5 differs", address=address)
        except _FetchError as error:
            reason = error.message
    raise _FetchError(reason)


def _chunks(address: str) -> Iterator[bytes]:
    """The bytes at an address, piece by piece. Raises `_FetchError`."""
    received = 0
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as response:
            total = int(response.headers.get("Content-Length") or 0)
            while chunk := response.read(CHUNK):
                received += len(chunk)
                yield chunk
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = getattr(error, "reason", None) or error or type(error).__name__
        raise _FetchError("{address}: {reason}", address=address, reason=str(why)) from None
    if total and received != total:
        raise _FetchError(
            "{address} ended after {received:,} of {total:,} bytes",
            address=address,
            received=received,
            total=total,
        )


def _unpacked(archive: str, file: BinaryIO, wanted: list[str]) -> Iterator[tuple[str, bytes]]:
    """Name and content of the wanted files in an archive: NAME.gz, a zip of such, or a .tar.gz."""
    file.seek(0)
    if archive.endswith(".zip"):
        with zipfile.ZipFile(file) as members:
            for path in members.namelist():
                name = PurePosixPath(path).name.removesuffix(".gz")
                if name in wanted:
                    yield name, gzip.decompress(members.read(path))
    elif archive.endswith(".tar.gz"):
        with tarfile.open(fileobj=file, mode="r:gz") as members:
            for member in members:
                name = PurePosixPath(member.name).name
                if name in wanted and member.isfile() and (content := members.extractfile(member)):
                    yield name, content.read()
    else:
        yield archive.removesuffix(".gz"), gzip.decompress(file.read())
