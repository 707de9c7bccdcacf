"""Photos on disk, for the command line. An uploaded photo never passes through here."""

import os
from collections.abc import Iterable
from pathlib import Path

from ..base.errors import PhotoError
from ..data.decode import MAC_NOTES, MAX_BYTES, SUFFIXES, check_bytes

EXAMPLES = Path(__file__).parent / "examples"
MAC_PREFIX = "._"
"""Begins the name of what macOS keeps beside a file."""


def find_images(paths: Iterable[str | Path]) -> list[Path]:
    """The files that are named, and the pictures in the folders that are named, sorted within each folder.

    A file that is named counts whatever it is called. Raises `PhotoError` where there is nothing.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if os.path.isdir(path):  # where `Path.is_dir` raises for a name that is too long
            found += pictures_in(path)
        else:
            found.append(path)
    if not found:
        raise PhotoError(
            "There are no pictures in {paths}. Name a file, or a folder with files that end in {suffixes}.",
            paths=list(map(str, paths)),
            suffixes=list(SUFFIXES),
        )
    return found


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in a folder and in its folders, sorted; [] if there are none."""
    return sorted(path for path in folder.rglob("*") if _is_picture(path))


def read_file(path: Path) -> bytes:
    """The bytes of a picture. Raises `PhotoError` for a file that cannot be read or is too large."""
    if path.name.startswith(MAC_PREFIX):
        raise PhotoError(MAC_NOTES)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PhotoError(
            "{path} cannot be read: {reason}. Check its name and your rights.",
            path=path,
            reason=error.strerror,
        ) from None
    check_bytes(data)
    return data


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(MAC_PREFIX) and os.path.isfile(path)


def examples() -> dict[str, Path]:
    """The photos that come with the project (CC0): name to file."""
    return {path.stem: path for path in sorted(EXAMPLES.glob("*.jpg"))}
