"""Bring your own pictures: a zip with one folder per class becomes a data set like the others.

The zip comes from a stranger. Nothing is unpacked to disk, sizes are counted while unpacking because headers
lie, and a zip that tries to leave its folder, holds links or is a bomb is refused as a whole. A single
picture that cannot be read is left out and named.
"""

import hashlib
import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from ..base.errors import DataError, PhotoError
from ..base.messages import Message
from . import own
from .catalogue import Dataset, DatasetInfo
from .decode import MAX_BYTES, SUFFIXES, decode, middle_square

own_datasets = own.own_datasets
delete = own.delete

MAX_ZIP_BYTES = 200_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_RATIO = 200  # unpacked by packed, for files that unpack to more than a megabyte; photos are near 1
MAX_ENTRIES = 30_000
MIN_CLASSES, MAX_CLASSES = 2, 100
MIN_PER_CLASS = 5
TEST_SHARE = 0.2

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

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Imported:
    """What became of a zip: the new data set, and a sentence for every file that was left out."""

    info: DatasetInfo
    skipped: tuple[str, ...]


def import_zip(
    content: bytes,
    name: str,
    colour: bool = False,
    description: str = "",
    on_progress: Progress | None = None,
) -> Imported:
    """Check a zip, turn its pictures into 28x28 grey (or 32x32 colour) images, split and keep them.

    Every fifth picture of a class, chosen at random but always the same, goes to the test split.
    Raises `DataError` for a zip that cannot be used, `StorageError` when it cannot be kept.
    """
    own.check_name(name)
    report = on_progress or (lambda fraction, text: None)
    if len(content) > MAX_ZIP_BYTES:
        raise DataError(
            "The zip has {megabytes:.0f} MB; at most {limit:.0f} MB are read. Make the "
            "pictures smaller: 200 pixels a side are plenty.",
            megabytes=len(content) / 1000000.0,
            limit=MAX_ZIP_BYTES / 1000000.0,
        )
    if content.count(SIGNATURE) > MAX_ENTRIES:  # before zipfile builds an object for each
        raise DataError("The zip holds more than {limit:,} files. Leave some out.", limit=MAX_ENTRIES)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            folders, skipped = _folders(archive)
            images = _read_pictures(archive, folders, colour, skipped, report)
    except ZIP_ERRORS as error:
        raise DataError(
            "The file is not a zip that can be read ({reason}). Make it again with your "
            "system's own program.",
            reason=error,
        ) from None
    for class_name, pictures in images.items():
        if len(pictures) < MIN_PER_CLASS:
            problem = Message(
                "The class {class_name!r} has too few usable pictures: {count}. At least {least} are needed "
                "in each class, better 50.",
                class_name=class_name,
                count=len(pictures),
                least=MIN_PER_CLASS,
            )
            if skipped:
                problem = Message("{problem} Left out: {file}", problem=problem, file=skipped[0])
            raise DataError(problem)
    dataset = _split(name, images)
    total = len(dataset.train_labels) + len(dataset.test_labels)
    info = own.write(
        dataset,
        description.strip()[:200] or Message("{total:,} pictures of your own", total=total),
        "your own zip",
    )
    report(1.0, Message("{name} is there", name=name))
    return Imported(info, tuple(skipped))


def suggest_name(file_name: str) -> str:
    """A name for the data set from the zip's: `My Pets.zip` becomes `my-pets`."""
    stem = PurePosixPath(file_name.replace("\\", "/")).stem.lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40].strip("-") or "my-pictures"


def _folders(archive: zipfile.ZipFile) -> tuple[dict[str, list[zipfile.ZipInfo]], list[str]]:
    """The entries to read by class name, and sentences about the ones left out. Raises `DataError`."""
    pictures: list[tuple[tuple[str, ...], zipfile.ZipInfo]] = []
    skipped = []
    for entry in archive.infolist():
        parts = _safe_parts(entry)
        if entry.is_dir() or any(part.startswith(".") or part in JUNK for part in parts):
            continue
        if not parts[-1].lower().endswith(SUFFIXES):
            skipped.append(Message("{file} is not a picture by its ending.", file=_shown("/".join(parts))))
            continue
        pictures.append((parts, entry))
    declared = sum(entry.file_size for _, entry in pictures)
    if declared > MAX_UNPACKED_BYTES:
        raise DataError(
            _bomb(Message("says that it unpacks to {gigabytes:.1f} GB", gigabytes=declared / 1e9))
        )
    if not pictures:
        raise DataError(
            "The zip holds no pictures. Put JPEG or PNG files into one folder per class and zip these."
        )
    # Folders round the whole, as "zip this folder" makes them.
    while all(len(parts) > 2 and parts[0] == pictures[0][0][0] for parts, _ in pictures):
        pictures = [(parts[1:], entry) for parts, entry in pictures]
    folders: dict[str, list[zipfile.ZipInfo]] = {}
    for parts, entry in pictures:
        if len(parts) == 1:
            raise DataError(
                "The picture {name} lies in no folder. Put every picture into the folder of its class.",
                name=_shown(parts[0]),
            )
        folders.setdefault(_class_name(parts[0]), []).append(entry)
    if {name.lower() for name in folders} <= SPLITS:
        raise DataError(
            "The folders are called {folders}. Zip one folder per class; training and test "
            "pictures are separated here.",
            folders=" and ".join(folders),
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
    return dict(sorted(folders.items())), skipped


def _safe_parts(entry: zipfile.ZipInfo) -> tuple[str, ...]:
    """The folders and the file name of an entry. Raises `DataError` for one that is not harmless."""
    name = _decoded_name(entry).replace("\\", "/")
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or re.match("[A-Za-z]:", parts[0]) or ".." in parts:
        raise DataError(
            "The zip holds the path {name}, which leaves its folder. Nothing was taken from "
            "it; make the zip again from the folders themselves.",
            name=_shown(name),
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise DataError(
            "The zip holds the link {name}. Replace links by the pictures themselves.", name=_shown(name)
        )
    if entry.flag_bits & 1:
        raise DataError("The zip is locked with a password. Make it again without one.")
    return parts


def _decoded_name(entry: zipfile.ZipInfo) -> str:
    """The name, in the right letters also where the zip does not say how it is encoded.

    macOS then means UTF-8, Korean Windows CP949; `zipfile` takes both for CP437.
    """
    if entry.flag_bits & 0x800:
        return entry.filename
    for encoding in ("utf-8", "cp949"):
        try:
            return entry.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return entry.filename


def _class_name(folder: str) -> str:
    """A folder's name as people read it; signs that Markdown or HTML would act on are dropped."""
    name = unicodedata.normalize("NFC", folder).replace("_", " ")  # macOS takes Korean syllables apart
    name = "".join(sign for sign in name if sign.isprintable() and sign not in r"<>&`*$[]{}|\~#:")
    return " ".join(name.split())[:40] or "unnamed"


def _read_pictures(
    archive: zipfile.ZipFile,
    folders: dict[str, list[zipfile.ZipInfo]],
    colour: bool,
    skipped: list[str],
    report: Progress,
) -> dict[str, list[np.ndarray]]:
    """Images uint8 (C, H, W) by class name; what cannot be read is added to `skipped`."""
    images: dict[str, list[np.ndarray]] = {name: [] for name in folders}
    total, done, budget = sum(map(len, folders.values())), 0, MAX_UNPACKED_BYTES
    seen: set[bytes] = set()
    for class_name, entries in folders.items():
        for entry in entries:
            done += 1
            report(
                0.95 * done / total, Message("Reading picture {done:,} of {total:,}", done=done, total=total)
            )
            content = _unpack(archive, entry, budget)
            budget -= len(content)
            shown, digest = _shown(_decoded_name(entry)), hashlib.sha256(content).digest()
            if digest in seen:  # else the same picture could be in the training and the test split
                skipped.append(Message("{file} is the same picture as another one.", file=shown))
                continue
            seen.add(digest)
            try:
                images[class_name].append(to_image(content, colour))
            except PhotoError as error:
                skipped.append(Message("{file}: {reason}", file=shown, reason=error))
    return images


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> bytes:
    """The bytes of an entry, never more than may still be unpacked. Raises `DataError` for a bomb."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError("The zip uses an unusual compression. Make it again with your system's own program.")
    with archive.open(entry) as file:
        content = file.read(min(MAX_BYTES, budget) + 1)
    shown = _shown(_decoded_name(entry))
    if len(content) > budget:
        raise DataError(
            _bomb(Message("unpacks to more than {gigabytes:.0f} GB", gigabytes=MAX_UNPACKED_BYTES / 1e9))
        )
    if len(content) > MAX_BYTES:
        what = Message(
            "holds {file}, which unpacks to more than {megabytes:.0f} MB",
            file=shown,
            megabytes=MAX_BYTES / 1e6,
        )
        raise DataError(_bomb(what))
    if len(content) > 1_000_000 and len(content) > MAX_RATIO * entry.compress_size:
        what = Message(
            "holds {file}, which unpacks to more than {ratio} times its size", file=shown, ratio=MAX_RATIO
        )
        raise DataError(_bomb(what))
    return content


def to_image(content: bytes, colour: bool) -> np.ndarray:
    """A picture as a model sees it: its middle square, uint8 (1, 28, 28) grey or (3, 32, 32) colour.

    Raises `PhotoError`.
    """
    return middle_square(decode(content).rgb, own.COLOUR if colour else own.GREY)


def _split(name: str, images: dict[str, list[np.ndarray]]) -> Dataset:
    """A training and a test split with the same share of every class, each in random order."""
    rng = np.random.default_rng(0)
    parts: tuple[list, list] = ([], [])  # test, training: pairs of image and label
    for label, pictures in enumerate(images.values()):
        held_out = max(1, round(TEST_SHARE * len(pictures)))
        for place, index in enumerate(rng.permutation(len(pictures))):
            parts[place >= held_out].append((pictures[index], label))
    arrays = []
    for part in reversed(parts):
        order = rng.permutation(len(part))
        arrays.append(np.stack([part[index][0] for index in order]))
        arrays.append(np.array([part[index][1] for index in order], np.int64))
    return Dataset(name, tuple(images), *arrays)


def _bomb(what: Message) -> Message:
    return Message(
        "The zip {what}: more than pictures need, so it was not read. Nothing was kept.", what=what
    )


def _shown(path: str) -> str:
    """A path that is safe and short enough for a sentence."""
    return repr("".join(sign for sign in path if sign.isprintable())[-60:])
