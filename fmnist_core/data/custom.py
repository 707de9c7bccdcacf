"""Custom data sets on disk: one folder each, with the images in an .npz and the names in a JSON.

`custom_import` makes them from a zip; this module only keeps, lists and reads them. The store is `own` in
the data folder or, where that is read-only, in the runs folder.
"""

import contextlib
import io
import json
import math
import os
import re
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..base.errors import DataError, StorageError
from ..base.files import UNREADABLE, is_writable, read_json, write_atomically
from ..base.messages import Message
from ..base.paths import data_dir, runs_dir
from . import local
from .catalogue import DATASETS, Dataset, DatasetInfo
from .zips import class_name

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
IMAGES = "images.npz"
INFO = "dataset.json"
DESCRIBED = ("class_names", "train_size", "test_size", "image_shape", "source", "owner")
ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")
GREY, COLOUR = (1, 28, 28), (3, 32, 32)
"""The image shapes that a custom data set can have."""

_writing = threading.Lock()


def folders() -> list[Path]:
    """Where custom data sets may lie; a new one goes into the first folder that can be written."""
    return [data_dir() / "own", runs_dir() / "own"]


def names() -> list[str]:
    """Of all custom data sets, also of those whose description is damaged: `find` says so."""
    found = {path.parent.name for folder in folders() for path in folder.glob(f"*/{INFO}")}
    return sorted(name for name in found if SLUG.fullmatch(name) and name not in DATASETS)


def own_datasets() -> list[DatasetInfo]:
    """All custom data sets, by name. One whose description is damaged is left out."""
    found = []
    for name in names():
        with contextlib.suppress(DataError):
            found.append(find(name))
    return [info for info in found if info]  # not one that was deleted meanwhile


def find(name: str) -> DatasetInfo | None:
    """The custom data set of that name, or None. Raises `DataError` if its description is damaged."""
    folder = _locate(name)
    return _read_info(folder / INFO) if folder else None


def bytes_of(owner: str) -> int:
    """What the custom data sets of a person take on the disk."""
    names = [info.name for info in own_datasets() if info.owner == owner]
    paths = [folder / name / IMAGES for folder in folders() for name in names]
    return sum(path.stat().st_size for path in paths if path.exists())


def signature(name: str) -> tuple:
    """Changes whenever the data set is replaced. Raises `DataError` when it is gone."""
    return local.signature(_require(name), (IMAGES, INFO))


def read(name: str) -> Dataset:
    """The data set in memory. Raises `DataError` when its file is damaged or does not fit its description."""
    folder = _require(name)
    info, path = _read_info(folder / INFO), folder / IMAGES
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = [file[key] for key in ARRAYS]
    except UNREADABLE as error:
        raise DataError(
            "{path} cannot be read ({reason}). Delete the data set and import it again.",
            path=path,
            reason=error,
        ) from None
    for images, labels in (arrays[:2], arrays[2:]):
        fits = (
            images.dtype == np.uint8
            and images.shape == (len(labels), *info.image_shape)
            and labels.dtype == np.int64
            and len(labels) > 0
            and 0 <= labels.min() <= labels.max() < len(info.class_names)
        )
        if not fits:
            raise DataError(
                "{path} does not fit its description. Delete the data set and import it again.", path=path
            )
    return Dataset(info.name, info.class_names, *arrays)


def check_name(name: str) -> None:
    """Raise `DataError` for a name that a new data set cannot have."""
    if not SLUG.fullmatch(name):
        raise DataError(
            "{name!r} cannot be the name of a data set: use a-z, 0-9 and - inside, at most 40 characters.",
            name=name[:60],
        )
    if name in DATASETS or _locate(name):
        raise DataError(
            "There is already a data set {name}. Choose another name, or delete that one.", name=name
        )


def write(dataset: Dataset, owner: str, quota: float) -> DatasetInfo:
    """Keep a data set under its name, in the first folder that can be written.

    quota: bytes that all data sets of this owner may take. Raises `DataError` when it cannot have the name or
    the quota is used up, `StorageError` when no folder can be written.
    """
    train_size, test_size = len(dataset.train_labels), len(dataset.test_labels)
    info = DatasetInfo(
        dataset.name,
        _said(train_size, test_size),
        dataset.class_names,
        train_size,
        test_size,
        dataset.image_shape,
        "your own zip",
        owner=owner,
    )
    content = io.BytesIO()
    np.savez_compressed(content, **{key: getattr(dataset, key) for key in ARRAYS})
    failures = []
    with _writing:  # two people may choose the same name at once
        check_name(info.name)
        _check_quota(owner, content.tell(), quota)
        for folder in sorted(folders(), key=is_writable, reverse=True):
            try:
                write_atomically(folder / info.name / IMAGES, content.getvalue())
                # The description last: a data set without one does not exist yet.
                _write_info(folder / info.name, info)
                return info
            except StorageError as error:
                failures.append(error)
    raise failures[0]


def rename_class(name: str, old: str, new: str) -> str:
    """Give a class of a custom data set another name; returns it as it is kept (`zips.class_name`).

    Raises `DataError` for a name that it cannot have, `StorageError`.
    """
    with _writing:
        folder, info = _locate(name), find(name)
        if folder is None or info is None:
            raise DataError("There is no custom data set {name!r}.", name=str(name)[:60])
        if old not in info.class_names:
            raise DataError("There is no class {name!r} here; it may have been renamed.", name=old[:60])
        kept = class_name(new)
        if not new.strip() or kept in info.class_names:
            raise DataError("{name!r} cannot be the name: each class needs a name of its own.", name=kept)
        classes = tuple(kept if each == old else each for each in info.class_names)
        _write_info(folder, replace(info, class_names=classes))
        return kept


def delete(name: str) -> None:
    """Remove a custom data set. Raises `DataError` when there is none, `StorageError` when it cannot go."""
    folder = _locate(name)
    if folder is None:
        raise DataError("There is no custom data set {name!r} to delete.", name=str(name)[:60])
    try:
        os.unlink(folder / INFO)  # first: without its description it is no longer listed
        shutil.rmtree(folder)
    except OSError as error:
        raise StorageError(
            "{folder} cannot be deleted: {reason}. Make it writable.", folder=folder, reason=error.strerror
        ) from None


def _locate(name: str) -> Path | None:
    """The folder of a custom data set; the name is checked, so it cannot leave the store."""
    if not isinstance(name, str) or not SLUG.fullmatch(name):
        return None
    return next((folder / name for folder in folders() if (folder / name / INFO).is_file()), None)


def _require(name: str) -> Path:
    """The folder of a custom data set. Raises `DataError` when it is gone."""
    folder = _locate(name)
    if folder is None:
        raise DataError("The data set {name} is gone. Import it again.", name=name)
    return folder


def _check_quota(owner: str, size: int, quota: float) -> None:
    taken = bytes_of(owner) if quota < math.inf else 0
    if taken + size > quota:
        raise DataError(
            "This data set takes {size:.1f} MB and your others {taken:.1f} MB; you may keep {quota:.1f} MB "
            "in all. Delete one of yours, or leave pictures out.",
            size=size / 1e6,
            taken=taken / 1e6,
            quota=quota / 1e6,
        )


def _said(train_size: int, test_size: int) -> Message:
    """What a custom data set is, made again whenever it is read: a page says it in the reader's language."""
    return Message("{total:,} picture(s) of your own", total=train_size + test_size)


def _write_info(folder: Path, info: DatasetInfo) -> None:
    values = {key: getattr(info, key) for key in DESCRIBED}
    write_atomically(folder / INFO, json.dumps(values, ensure_ascii=False).encode())


def _read_info(path: Path) -> DatasetInfo:
    """What a description file says. Raises `DataError` if it makes no sense."""
    try:
        values = read_json(path)
        values["class_names"] = tuple(str(name) for name in values["class_names"])
        values["image_shape"] = tuple(values["image_shape"])
        said = _said(values["train_size"], values["test_size"])
        known = {key: values[key] for key in DESCRIBED if key in values}
        info = DatasetInfo(path.parent.name, said, **known)
        sizes = (info.train_size, info.test_size)
        sound = info.image_shape in (GREY, COLOUR) and all(isinstance(size, int) for size in sizes)
        if not sound or len(set(info.class_names)) < max(2, len(info.class_names)):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise DataError(
            "{path} is damaged, so the data set {name} cannot be used. Delete it on the Data page and import "
            "its zip again.",
            path=path,
            name=path.parent.name,
        ) from None
    return info
