"""A zip from a stranger: one folder a class, read without unpacking anything to disk.

Sizes are counted while unpacking, because headers lie; a zip that tries to leave its folder, holds links or
is a bomb is refused as a whole.
"""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from ..base.errors import DataError
from ..base.messages import Message
from .decode import MAX_BYTES, SUFFIXES

MAX_UNPACKED_BYTES = 1_000_000_000
MAX_RATIO = 200  # unpacked by packed, for files that unpack to more than a megabyte; photos are near 1
MAX_ENTRIES = 30_000
MAX_ZIP_BYTES = 200_000_000
MIN_CLASSES, MAX_CLASSES = 2, 100

JUNK = ("__MACOSX", "Thumbs.db", "desktop.ini")
SPLITS = {"train", "training", "test", "testing", "val", "valid", "validation"}
SIGNATURE = b"PK\x01\x02"  # begins every entry of a zip's table of contents
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # NotImplementedError is one
    ValueError,
    LookupError,
    OverflowError,
)
"""What `zipfile` has been seen to raise on damaged bytes."""


@contextmanager
def opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive, to be read within the `with`. Raises `DataError` for what cannot be used."""
    if len(content) > MAX_ZIP_BYTES:
        raise DataError(
            "The zip has {megabytes:.0f} MB; at most {limit:.0f} MB are read. Make the "
            "pictures smaller: they are scaled down to 32 pixels a side at most.",
            megabytes=len(content) / 1e6,
            limit=MAX_ZIP_BYTES / 1e6,
        )
    if content.count(SIGNATURE) > MAX_ENTRIES:  # before zipfile builds an object for each
        raise DataError("The zip holds more than {limit:,} files. Leave some out.", limit=MAX_ENTRIES)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except ZIP_ERRORS as error:
        raise _unreadable(error) from None
    with archive:
        yield archive


def _unreadable(reason: Exception) -> DataError:
    return DataError(
        "The file is not a zip that can be read ({reason}). Make it again with your system's own program.",
        reason=reason,
    )


def class_folders(archive: zipfile.ZipFile) -> tuple[dict[str, list[zipfile.ZipInfo]], list[str], list[str]]:
    """The entries to read by class name, sentences about the ones left out, and about folders whose class has
    another name. Raises `DataError`."""
    pictures: list[tuple[tuple[str, ...], zipfile.ZipInfo]] = []
    skipped: list[str] = []
    for entry in archive.infolist():
        parts = _safe_parts(entry)
        if entry.is_dir() or parts[-1].startswith(".") or any(part in JUNK for part in parts):
            continue
        file, is_hidden = shown_path("/".join(parts)), any(part.startswith(".") for part in parts)
        if not parts[-1].lower().endswith(SUFFIXES):
            if not is_hidden:
                skipped.append(Message("{file} is not a picture by its ending.", file=file))
            continue
        if is_hidden:
            hidden = "{file} lies in a hidden folder: its name begins with a dot. Rename the folder."
            skipped.append(Message(hidden, file=file))
            continue
        pictures.append((parts, entry))
    declared = sum(entry.file_size for _, entry in pictures)
    if declared > MAX_UNPACKED_BYTES:
        raise _bomb("says that it unpacks to {gigabytes:.1f} GB", gigabytes=declared / 1e9)
    if not pictures:
        raise DataError(
            "The zip holds no pictures. Put JPEG or PNG files into one folder per class and zip these."
        )
    # Folders around everything, as "zip this folder" makes them.
    while all(len(parts) > 2 and parts[0] == pictures[0][0][0] for parts, _ in pictures):
        pictures = [(parts[1:], entry) for parts, entry in pictures]
    folders: dict[str, list[zipfile.ZipInfo]] = {}
    for parts, entry in pictures:
        if len(parts) == 1:
            raise DataError(
                "The picture {name} lies in no folder. Put every picture into the folder of its class.",
                name=shown_path(parts[0]),
            )
        folders.setdefault(unicodedata.normalize("NFC", parts[0]), []).append(entry)  # macOS: NFD
    folders, renamed = _classes(folders)
    if {name.lower() for name in folders} <= SPLITS:
        raise DataError(
            "The folders are called {folders}. Zip one folder per class; training and test "
            "pictures are separated here.",
            folders=list(folders),
        )
    if len(folders) < MIN_CLASSES:
        raise DataError(
            "The zip holds only one class, {name!r}; at least two are needed to tell apart. "
            "Add a folder with pictures of something else.",
            name=next(iter(folders)),
        )
    if len(folders) > MAX_CLASSES:
        raise DataError(
            "The zip holds {folders:,} classes; at most {limit} are possible.",
            folders=len(folders),
            limit=MAX_CLASSES,
        )
    return dict(sorted(folders.items())), skipped, renamed


def _classes(
    folders: dict[str, list[zipfile.ZipInfo]],
) -> tuple[dict[str, list[zipfile.ZipInfo]], list[str]]:
    """The folders by the names of their classes, and a sentence for each name that is another one.

    Raises `DataError` for two folders that would become one class.
    """
    folder_of: dict[str, str] = {}
    for folder in folders:
        name = class_name(folder)
        if name in folder_of:
            raise DataError(
                "The folders {one} and {other} would both become the class {name!r}. Rename one of them: "
                "letters, digits, spaces and hyphens are kept.",
                one=shown_path(folder_of[name]),
                other=shown_path(folder),
                name=name,
            )
        folder_of[name] = folder
    renamed: list[str] = [
        Message("The folder {folder} is the class {name!r} here.", folder=shown_path(folder), name=name)
        for name, folder in folder_of.items()
        if name != folder
    ]
    return {name: folders[folder] for name, folder in folder_of.items()}, renamed


def _safe_parts(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """The folders and the file name of an entry. Raises `DataError` for one that is not harmless."""
    name = entry.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or re.match("[A-Za-z]:", parts[0]) or ".." in parts:
        raise DataError(
            "The zip holds the path {name}, which leaves its folder. Nothing was taken from "
            "it; make the zip again from the folders themselves.",
            name=shown_path(name),
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise DataError(
            "The zip holds the link {name}. Replace links by the pictures themselves.", name=shown_path(name)
        )
    if entry.flag_bits & 1:
        raise DataError("The zip is locked with a password. Make it again without one.")
    return parts


def class_name(folder: str) -> str:
    """A folder's name as people read it; signs that Markdown or HTML would act on are dropped."""
    name = unicodedata.normalize("NFC", folder).replace("_", " ")
    name = "".join(sign for sign in name if sign.isprintable() and sign not in r"<>&`*$[]{}|\~#:")
    return " ".join(name.split())[:40] or "unnamed"


def unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> bytes:
    """The bytes of an entry, never more than may still be unpacked. Raises `DataError` for a bomb."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError("The zip uses an unusual compression. Make it again with your system's own program.")
    try:
        with archive.open(entry) as file:
            content = file.read(min(MAX_BYTES, budget) + 1)
    except ZIP_ERRORS as error:
        raise _unreadable(error) from None
    shown = shown_path(entry.filename)
    if len(content) > budget:
        raise _bomb("unpacks to more than {gigabytes:.0f} GB", gigabytes=MAX_UNPACKED_BYTES / 1e9)
    if len(content) > MAX_BYTES:
        raise _bomb(
            "holds {file}, which unpacks to more than {megabytes:.0f} MB",
            file=shown,
            megabytes=MAX_BYTES / 1e6,
        )
    if len(content) > 1_000_000 and len(content) > MAX_RATIO * entry.compress_size:
        raise _bomb(
            "holds {file}, which unpacks to more than {ratio} times its size", file=shown, ratio=MAX_RATIO
        )
    return content


def _bomb(template: str, **values: object) -> DataError:
    what = Message(template, **values)
    return DataError(
        "The zip {what}: more than pictures need, so it was not read. Nothing was kept.", what=what
    )


def shown_path(path: str) -> str:
    """A path that is safe and short enough for a sentence."""
    shown = "".join(sign for sign in path if sign.isprintable())
    return repr(shown if len(shown) <= 60 else f"…{shown[-60:]}")
