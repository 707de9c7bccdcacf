"""Bring your own pictures: a zip with one folder per class becomes a data set like the others.

The zip comes from a stranger. Nothing is unpacked to disk, sizes are counted while unpacking because headers
lie, and a zip that tries to leave its folder, holds links or is a bomb is refused as a whole. A single
picture that cannot be read is left out and named.
"""

import hashlib
import math
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from ..base.errors import DataError, PhotoError
from ..base.messages import Message
from . import custom, zip_names, zips
from .catalogue import Dataset, DatasetInfo
from .decode import decode, middle_square

own_datasets = custom.own_datasets
delete = custom.delete
rename_class = custom.rename_class

MIN_PER_CLASS = 5
TEST_SHARE = 0.2


Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Imported:
    """What became of a zip: the new data set, a sentence for every file that was left out, and some about the
    names of its classes."""

    info: DatasetInfo
    skipped: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def import_zip(
    content: bytes,
    name: str,
    colour: bool = False,
    on_progress: Progress | None = None,
    owner: str = "",
    quota: float = math.inf,
) -> Imported:
    """Check a zip, turn its pictures into 28x28 grey (or 32x32 colour) images, split and keep them.

    Every fifth picture of a class, chosen at random but always the same, goes to the test split.
    owner, quota: see `custom.write`.
    Raises `DataError` for a zip that cannot be used, `StorageError` when it cannot be kept.
    """
    custom.check_name(name)
    report = on_progress or (lambda fraction, text: None)
    with zips.opened(content) as archive:
        code_page = zip_names.settle(archive)
        folders, skipped, remarks = zips.class_folders(archive)
        images = _read_pictures(archive, folders, colour, skipped, report)
    if code_page and not all(map(str.isascii, folders)):
        remarks.append(
            Message(
                "The zip does not say how its names are written; they were read as {code_page}. Rename a "
                "class whose name is wrong.",
                code_page=code_page.upper(),
            )
        )
    for class_name, pictures in images.items():
        if len(pictures) < MIN_PER_CLASS:
            problem = Message(
                "The class {class_name!r} has too few usable pictures: {count}. At least {least} are needed "
                "in each class, better many more.",
                class_name=class_name,
                count=len(pictures),
                least=MIN_PER_CLASS,
            )
            if skipped:
                problem = Message("{problem} Left out: {file}", problem=problem, file=skipped[0])
            raise DataError(problem)
    info = custom.write(_split(name, images), owner, quota)
    report(1.0, Message("{name} is there", name=name))
    return Imported(info, tuple(skipped), tuple(remarks))


def suggest_name(file_name: str) -> str:
    """A name for the data set from the zip's: `My Pets.zip` becomes `my-pets`."""
    stem = PurePosixPath(file_name.replace("\\", "/")).stem.lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40].strip("-") or "my-pictures"


def _read_pictures(
    archive: zipfile.ZipFile,
    folders: dict[str, list[zipfile.ZipInfo]],
    colour: bool,
    skipped: list[str],
    report: Progress,
) -> dict[str, list[np.ndarray]]:
    """Images uint8 (C, H, W) by class name; what cannot be read is added to `skipped`, and so is a picture
    that lies in two classes, wherever it lies: nobody can say which of them is right."""
    images: dict[str, dict[bytes, np.ndarray]] = {name: {} for name in folders}
    total, done, budget = sum(map(len, folders.values())), 0, zips.MAX_UNPACKED_BYTES
    seen: dict[bytes, tuple[str, str]] = {}  # by what is in a file: its class and its path
    for class_name, entries in folders.items():
        for entry in entries:
            done += 1
            report(
                0.95 * done / total, Message("Reading picture {done:,} of {total:,}", done=done, total=total)
            )
            content = zips.unpack(archive, entry, budget)
            budget -= len(content)
            shown, digest = zips.shown_path(entry.filename), hashlib.sha256(content).digest()
            try:
                image = to_image(content, colour)
            except PhotoError as error:  # also of two files that are empty, in two classes
                skipped.append(Message("{file}: {reason}", file=shown, reason=error))
                continue
            if digest in seen:  # else the same picture could be in the training and the test split
                other_class, other = seen[digest]
                said = "{file} is the same picture as {other}."
                if other_class != class_name:
                    said = "{file} and {other} are the same picture in two classes: both are left out."
                    images[other_class].pop(digest, None)
                skipped.append(Message(said, file=shown, other=other))
                continue
            seen[digest] = class_name, shown
            images[class_name][digest] = image
    return {name: list(pictures.values()) for name, pictures in images.items()}


def to_image(content: bytes, colour: bool) -> np.ndarray:
    """A picture as a model sees it: its middle square, uint8 (1, 28, 28) grey or (3, 32, 32) colour.

    Raises `PhotoError`.
    """
    return middle_square(decode(content).rgb, custom.COLOUR if colour else custom.GREY)


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
