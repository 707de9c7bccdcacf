"""Data sets: looked up by name, downloaded when they are missing, checked, and kept in memory once.

Fashion-MNIST and MNIST come with the project. The layout of what is downloaded is torchvision's,
`<data folder>/KMNIST/raw/train-images-idx3-ubyte`, so files that torchvision has fetched elsewhere can be
used. Reading needs numpy only.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..base.errors import ConfigError, DataError, unknown_name_message
from ..base.paths import data_dir
from . import custom, local
from . import download as _download
from .catalogue import CLASS_NAMES, DATASETS, Dataset, DatasetInfo

__all__ = [
    "CLASS_NAMES",
    "DATASETS",
    "Dataset",
    "DatasetInfo",
    "find",
    "folder",
    "is_available",
    "load",
    "names",
]

MOST_OWN = 4
"""Of the data sets that people brought, so many stay in memory: those that were read last."""
_cache: dict[str, tuple[object, Dataset]] = {}  # name: (what it was read from, the data set)
_locks: dict[str, threading.Lock] = {}


def names() -> list[str]:
    """All data sets that can be asked for, custom ones last."""
    return [*DATASETS, *custom.names()]


def find(name: str) -> DatasetInfo:
    """The description of a data set, built in or custom.

    Raises `ConfigError` for an unknown name, `DataError` for a custom one whose description is damaged.
    """
    info = DATASETS.get(name) or custom.find(name)
    if info is None:
        raise ConfigError(unknown_name_message("data set", name, names()))
    return info


def is_available(name: str) -> bool:
    """Whether `load` needs no network. Raises `ConfigError` for an unknown name."""
    info = _parent(find(name))
    return not info.download_megabytes or not local.missing(folder(name), info.files.names)


def folder(name: str) -> Path:
    """Where the files of a data set that comes with the project or is downloaded lie, or will."""
    info = _parent(find(name))
    return (data_dir() if info.download_megabytes else local.INCLUDED) / info.files.folder


def load(
    name: str, on_progress: Callable[[float, str], None] | None = None, download: bool = True
) -> Dataset:
    """The data set, from memory if its files have not changed since, else read and checked.

    on_progress: called with a fraction in [0, 1] and a text while files are fetched.
    Raises `ConfigError` (unknown name), `DownloadError` (files missing and no network) or `DataError`
    (files missing and `download` off, or a bad file, which is named with the remedy).
    """
    info = find(name)
    if info.part_of:
        whole = load(info.part_of, on_progress, download)
        return _cached(name, whole, lambda: _subset(info, whole))
    if not info.files.names:
        return _cached(name, custom.signature(name), lambda: custom.read(name))
    files, names = folder(name), info.files.names
    if info.download_megabytes:
        if download:
            _download.ensure_files(info, files, on_progress)
        elif missing := local.missing(files, names):
            raise DataError(
                "{name} is not there: {files} lacks {missing}. Download it on the Data page, or "
                "train on fashion-mnist, which comes with the project.",
                name=name,
                files=files,
                missing=list(missing),
            )
    return _cached(name, local.signature(files, names), lambda: _read(info, files))


def _parent(info: DatasetInfo) -> DatasetInfo:
    """The data set whose files are read for this one."""
    return DATASETS[info.part_of] if info.part_of else info


def _cached(name: str, signature: object, make: Callable[[], Dataset]) -> Dataset:
    """What was made before from the same files; else makes it, once even if two threads ask."""
    with _locks.setdefault(name, threading.Lock()):
        known = _cache.get(name)
        if known is None or known[0] != signature:
            known = _cache[name] = (signature, make())
            for old in [other for other in list(_cache) if other not in DATASETS][:-MOST_OWN]:
                _cache.pop(old, None)
        return known[1]


def _read(info: DatasetInfo, files: Path) -> Dataset:
    arrays = info.files.read(files, info.files.names, len(info.class_names))
    return Dataset(info.name, info.class_names, *arrays)


def _subset(info: DatasetInfo, whole: Dataset) -> Dataset:
    """The first classes of a data set, class after class, as the lecture concatenates them."""
    arrays: list[np.ndarray] = []
    for images, labels in (
        (whole.train_images, whole.train_labels),
        (whole.test_images, whole.test_labels),
    ):
        chosen = np.argsort(labels, kind="stable")[: np.count_nonzero(labels < len(info.class_names))]
        arrays += images[chosen], labels[chosen]
    return Dataset(info.name, info.class_names, *arrays)
