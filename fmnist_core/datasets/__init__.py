"""Data sets: looked up by name, downloaded when they are missing, checked, and kept in memory once.

Layout on disk is torchvision's, `<data folder>/FashionMNIST/raw/train-images-idx3-ubyte`, so files that
torchvision has fetched elsewhere can be used. Reading needs numpy only.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..errors import ConfigError, DataError, unknown
from ..paths import data_dir
from . import download as _download
from . import idx, own
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

# torchvision's class, which is also the folder's name.
TORCHVISION = {"fashion-mnist": "FashionMNIST", "mnist": "MNIST", "kmnist": "KMNIST"}

# The first classes of another data set: (whose, how many).
SUBSETS = {"mnist-0-1": ("mnist", 2), "mnist-0-1-2": ("mnist", 3)}

_cache: dict[str, tuple[object, Dataset]] = {}  # name: (what it was read from, the data set)
_locks: dict[str, threading.Lock] = {}


def names() -> list[str]:
    """All data sets that can be asked for, the user's own last."""
    return [*DATASETS, *(info.name for info in own.own_datasets())]


def find(name: str) -> DatasetInfo:
    """Looks a data set up, people's own included. Raises `ConfigError` for an unknown name."""
    info = DATASETS.get(name) or own.find(name)
    if info is None:
        raise ConfigError(unknown("data set", name, names()))
    return info


def is_available(name: str) -> bool:
    """Whether `load` needs no network. Raises `ConfigError` for an unknown name."""
    find(name)
    name = SUBSETS.get(name, (name,))[0]
    return name not in TORCHVISION or not _download.missing(folder(name))


def folder(name: str) -> Path:
    """Where the files of a data set that can be downloaded lie, or will."""
    return data_dir() / TORCHVISION[SUBSETS.get(name, (name,))[0]] / "raw"


def load(
    name: str, on_progress: Callable[[float, str], None] | None = None, download: bool = True
) -> Dataset:
    """The data set, from memory if its files have not changed since, else read and checked.

    on_progress: called with a fraction in [0, 1] and a text while files are fetched.
    Raises `ConfigError` (unknown name), `DownloadError` (files missing and no network) or `DataError`
    (files missing and `download` off, or a bad file, which is named with the remedy).
    """
    find(name)
    if name in SUBSETS:
        parent, classes = SUBSETS[name]
        whole = load(parent, on_progress, download)
        return _cached(name, _signature(folder(name)), lambda: _subset(name, whole, classes))
    if name in TORCHVISION:
        files = folder(name)
        if download:
            _download.ensure_files(name, TORCHVISION[name], files, on_progress)
        elif missing := _download.missing(files):
            raise DataError(
                f"{name} is not there: {files} lacks {', '.join(missing)}. Download it, or train on sketches."
            )
        return _cached(name, _signature(files), lambda: _read(name, files))
    if name == "sketches":
        return _cached(name, None, _draw)
    return _cached(name, own.signature(name), lambda: own.read(name))


def _cached(name: str, signature: object, make: Callable[[], Dataset]) -> Dataset:
    """What was made before from the same files; else makes it, once even if two threads ask."""
    with _locks.setdefault(name, threading.Lock()):
        known = _cache.get(name)
        if known is None or known[0] != signature:
            known = _cache[name] = (signature, make())
        return known[1]


def _signature(files: Path) -> tuple:
    """Changes whenever one of the files is replaced."""
    stats = [path.stat() for path in (idx.locate(files, name) for name in idx.FILES) if path]
    return (files, *((stat.st_mtime_ns, stat.st_size) for stat in stats))


def _read(name: str, files: Path) -> Dataset:
    class_names = DATASETS[name].class_names
    return Dataset(
        name,
        class_names,
        *idx.read_split(files, "train", len(class_names)),
        *idx.read_split(files, "t10k", len(class_names)),
    )


def _subset(name: str, whole: Dataset, classes: int) -> Dataset:
    """The first `classes` classes, class after class, as the lecture concatenates them."""
    train = _by_class(whole.train_labels, classes)
    test = _by_class(whole.test_labels, classes)
    return Dataset(
        name,
        DATASETS[name].class_names,
        whole.train_images[train],
        whole.train_labels[train],
        whole.test_images[test],
        whole.test_labels[test],
    )


def _by_class(labels: np.ndarray, classes: int) -> np.ndarray:
    """Indices of the images of classes 0..classes-1: all of class 0 first, each class in original order."""
    order = np.argsort(labels, kind="stable")
    return order[: np.count_nonzero(labels < classes)]


def _draw() -> Dataset:
    from .. import sketches  # draws with OpenCV, which nothing else here needs

    info = DATASETS["sketches"]
    train_images, train_labels = sketches.draw(info.train_size, seed=0)
    test_images, test_labels = sketches.draw(info.test_size, seed=1)
    return Dataset(info.name, info.class_names, train_images, train_labels, test_images, test_labels)
