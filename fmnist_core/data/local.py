"""The files of a data set on this machine: found, opened with or without gzip, and a bad one named."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from ..base.errors import DataError

INCLUDED = Path(__file__).parent / "included"
"""The archives that come with the project. They are read where they lie and never unpacked to disk."""


def locate(folder: Path, name: str) -> Path | None:
    """The file, or its .gz copy beside it, or None."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.exists()), None)


def missing(folder: Path, names: tuple[str, ...]) -> list[str]:
    """Names of the files that are not there, neither as they are nor as .gz."""
    return [name for name in names if locate(folder, name) is None]


def signature(folder: Path, names: tuple[str, ...]) -> tuple:
    """Changes whenever one of the files is replaced."""
    stats = [path.stat() for path in (locate(folder, name) for name in names) if path]
    return (folder, *((stat.st_mtime_ns, stat.st_size) for stat in stats))


def bad_file(template: str, path: Path, **values: object) -> DataError:
    """The error for a file that is not what it should be; its template ends with {remedy}."""
    remedy = "Delete this file and load the data set again, or put a good copy in its place."
    if path.is_relative_to(INCLUDED):
        remedy = "It comes with the project: bring it back with git checkout, or install the project again."
    return DataError(template, path=path, remedy=remedy, **values)


@contextmanager
def opened(folder: Path, name: str) -> Iterator[tuple[Path, BinaryIO]]:
    """The path of a file and its unpacked content, to be read within the `with`.

    Raises `DataError`, which names the file and the remedy, when it is missing, damaged or cannot be read.
    """
    path = locate(folder, name) or folder / name
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            yield path, cast(BinaryIO, file)
    except FileNotFoundError:
        raise bad_file("{path} is missing. {remedy}", path) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise bad_file("{path} is a damaged gzip file ({reason}). {remedy}", path, reason=error) from None
    except OSError as error:
        raise DataError(
            "{path} cannot be read: {reason}. Check the disk and the file's permissions.",
            path=path,
            reason=error.strerror,
        ) from None


def refuse_web_page(path: Path, beginning: bytes) -> None:
    """Raise `DataError` for what a failed download leaves: <!DOCTYPE html>, <html>, <?xml ..."""
    if beginning.lstrip().startswith(b"<"):
        raise bad_file("{path} is a web page, not data: a download went wrong. {remedy}", path)
