"""SQLite for the run store: short connections, one way to write, and errors that a person understands.

Knows nothing of runs but their tables. WAL lets the pages read while a training writes; `BEGIN IMMEDIATE`
takes the write lock before the first read, without which concurrent read-then-write transactions are lost.
"""

import contextlib
import errno
import math
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import ClassVar

from ..base.errors import StorageError
from ..base.files import is_full, is_writable
from ..base.locks import can_lock, cannot_lock
from ..base.messages import Message
from .schema import MIGRATIONS, SCHEMA, SCHEMA_VERSION

BUSY_SECONDS = 10.0
RECENT_SECONDS = 0.05

_opening = threading.Lock()  # a file that one thread makes is not used by another before it is closed


class Database:
    """One SQLite file. Raises `StorageError`, with the remedy, for whatever is wrong with disk or file."""

    _written: ClassVar[object] = None
    """Another object after each write by this process, to whichever file."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._seen: tuple[int, float, object] = (0, -math.inf, None)  # a version, when, after which write
        self._identity: tuple[int, int] | None = None
        with _opening:
            self._open()

    def _open(self) -> None:
        path = self.path
        self._prepare_folder(path.parent)
        self._refuse_newer(_version_in_file(path))
        with self._explained():
            with closing(self._connect()) as connection:
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                self._refuse_newer(version)
                if version < SCHEMA_VERSION:
                    self._migrate(connection)
            # Stays open, and never writes: SQLite then keeps its WAL instead of building and deleting it with
            # every call, which is much slower, and `version` has something to compare with.
            self._anchor = sqlite3.connect(path, check_same_thread=False)
            self._identity = _identity(path)
            self._anchor_lock = threading.Lock()
            self._anchor.execute("SELECT 1 FROM runs LIMIT 1").fetchall()

    def _refuse_newer(self, version: int) -> None:
        if version > SCHEMA_VERSION:
            raise StorageError(
                "{path} was written by a newer version of this project (store version {version}, "
                "this one knows {schema_version}). Update the project, or set FMNIST_RUNS_DIR to "
                "another folder; the file has not been touched.",
                path=self.path,
                version=version,
                schema_version=SCHEMA_VERSION,
            )

    def _prepare_folder(self, folder: Path) -> None:
        """Only the person who starts the server may look into a folder that it makes, or into the store."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not is_writable(folder):
                raise PermissionError(errno.EACCES, "it is read-only")
            with contextlib.suppress(FileExistsError):  # never opened if it exists: see `_version_in_file`
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except (FileExistsError, NotADirectoryError):
            raise StorageError(
                "The runs folder {folder} cannot be used: it is a file, or lies in one. Set FMNIST_RUNS_DIR "
                "to a folder.",
                folder=folder,
            ) from None
        except OSError as error:
            raise StorageError(
                "The runs folder {folder} cannot be used: {reason}. Make it writable, free some "
                "space, or set FMNIST_RUNS_DIR to another folder.",
                folder=folder,
                reason=error.strerror,
            ) from None

    def _migrate(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")  # a second process waits here and finds the work done
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            _run_script(connection, SCHEMA)
        elif version < SCHEMA_VERSION:
            self._keep_copy(version)
            for step in range(version, SCHEMA_VERSION):
                _run_script(connection, MIGRATIONS[step])
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")

    def _keep_copy(self, version: int) -> None:
        """The store as it is, beside it: `runs.version-1.db`. A copy of the file alone would lack its WAL."""
        copy = self.path.with_suffix(f".version-{version}.db")
        os.close(os.open(copy, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)

    def version(self) -> int:
        """A number that changes with every change that anybody makes.

        What other processes change is seen within `RECENT_SECONDS`: a page asks a dozen times, and whenever
        SQLite is asked, another thread may go first.
        """
        now, written = time.monotonic(), Database._written
        version, asked, seen = self._seen
        if written == seen and now - asked < RECENT_SECONDS:
            return version
        self._refuse_another_file()
        with self._explained(), self._anchor_lock:
            version = self._anchor.execute("PRAGMA data_version").fetchone()[0]
        self._seen = version, now, written
        return version

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading; rows come as `sqlite3.Row`."""
        with self._explained(), closing(self._connect()) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its start; rolled back by any exception."""
        with self._explained(), closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
                Database._written = object()
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _refuse_another_file(self) -> None:
        """The file may be deleted or replaced while the program runs, which would go on with the old one."""
        if _identity(self.path) != self._identity:
            raise StorageError(
                "{path} was moved, deleted or replaced while this program used it. Put it back and start the "
                "program again; without it, the list of runs begins afresh.",
                path=self.path,
            )

    def _connect(self) -> sqlite3.Connection:
        if self._identity is not None:
            self._refuse_another_file()
        # Never made here: a new file would be an empty store.
        address = f"{self.path.as_uri()}?mode=rw"
        connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(self._explain(str(error))) from error

    def _explain(self, reason: str) -> str:
        lower = reason.lower()
        may_lack_space = "disk i/o" in lower or "unable to open" in lower  # of the files beside it as well
        if "full" in lower or (may_lack_space and is_full(self.path.parent)):
            return Message(
                "The disk of {path} is full. Free some space; finished epochs are kept.", path=self.path
            )
        if "readonly" in lower or "read-only" in lower or "unable to open" in lower:
            return Message(
                "{path} cannot be written. Make it writable or set FMNIST_RUNS_DIR to another folder.",
                path=self.path,
            )
        if ("locked" in lower or "busy" in lower or "locking" in lower) and not can_lock(self.path.parent):
            return cannot_lock(self.path, reason).message
        if "locked" in lower or "busy" in lower:
            return Message(
                "{path} has been locked by another program for {busy_seconds:.0f} seconds. Close "
                "that program and try again.",
                path=self.path,
                busy_seconds=BUSY_SECONDS,
            )
        if "malformed" in lower or "not a database" in lower:
            return Message(
                "{path} is damaged or not a run store ({reason}). Put a copy of it back. Without one, move "
                "it away: the list of runs then begins afresh, and fmnist_core.runs.checkpoints.load reads "
                "the weights in the folders beside it.",
                path=self.path,
                reason=reason,
            )
        return Message(
            "The run store {path} failed: {reason}. Try again; if it stays so, move the file away.",
            path=self.path,
            reason=reason,
        )


def insert(
    connection: sqlite3.Connection, table: str, values: Mapping[str, object], how: str = "INSERT"
) -> None:
    """Add a row, whose values are given by column. how: "INSERT OR REPLACE" takes the place of an old one."""
    marks = ", ".join(f":{column}" for column in values)
    connection.execute(f"{how} INTO {table} ({', '.join(values)}) VALUES ({marks})", values)


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one in its place; None if there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _version_in_file(path: Path) -> int:
    """The `user_version` in the file itself, read without leaving a trace beside it; 0 if there is none.

    May lag behind what lies in the WAL, never run ahead of it. SQLite reads it, not `open`: closing a file
    of one's own would take away the locks that this process holds on it through other connections, and with
    them the store's integrity (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error:
        return 0


def _run_script(connection: sqlite3.Connection, script: str) -> None:
    """`executescript` would commit first; this keeps the statements in the open transaction."""
    for statement in script.split(";"):
        if statement.strip():
            connection.execute(statement)
