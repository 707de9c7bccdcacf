"""Which data a run learned from: its class names and a hash, kept in its folder.

A data set can be replaced under its name. The run then keeps its classes and its figures, and whatever needs
the images says that they are others now. Runs from before this was kept count as runs on the data of today.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from ..base.errors import ConfigError, RunError
from ..base.files import read_json, write_atomically
from ..data import datasets
from ..data.datasets import Dataset, DatasetInfo
from .record import Run

FILE = "data.json"


@dataclass(frozen=True)
class LearnedFrom:
    """image_shape: (channels, height, width); sha256: of all images and labels (`Dataset.sha256`)."""

    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    sha256: str


def keep(folder: Path, data: Dataset) -> None:
    """Write down the data of a run that begins. Raises `StorageError`."""
    content = {"class_names": data.class_names, "image_shape": data.image_shape, "sha256": data.sha256}
    write_atomically(folder / FILE, json.dumps(content, ensure_ascii=False).encode())


def kept(folder: Path) -> LearnedFrom | None:
    """What was written down in a run's folder; None if nothing was."""
    try:
        content = read_json(folder / FILE)
        channels, height, width = content["image_shape"]
        return LearnedFrom(tuple(content["class_names"]), (channels, height, width), str(content["sha256"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def require_same(run: Run, folder: Path, data: Dataset) -> None:
    """Raise `RunError` if the run learned from other data than these of the same name."""
    before = kept(folder)
    if before is not None and before.sha256 != data.sha256:
        raise RunError(
            "The data set {dataset} is not the one from which {name} learned: it was replaced. The run keeps "
            "its figures; to see images, train it again on the data of today.",
            dataset=run.config.dataset,
            name=run.name,
        )


def load(run: Run, folder: Path) -> Dataset:
    """The data of a run. Raises `RunError` if they were replaced or deleted, `DataError` if their files are
    missing or damaged."""
    try:
        datasets.find(run.config.dataset)
    except ConfigError:
        raise RunError(
            "The data set {dataset} is not here any more. {name} keeps its curves and its accuracy; what is "
            "made of the images can no longer be shown.",
            dataset=run.config.dataset,
            name=run.name,
        ) from None
    data = datasets.load(run.config.dataset, download=False)
    require_same(run, folder, data)
    return data


def info(run: Run, folder: Path) -> DatasetInfo:
    """The data set of a run, with the classes and the shape that the run knows.

    Classes that were renamed since have their new names. Raises `ConfigError` if the data set was deleted,
    `DataError` if its files are missing or damaged.
    """
    today, before = datasets.find(run.config.dataset), kept(folder)
    if before is None or (before.class_names, before.image_shape) == (today.class_names, today.image_shape):
        return today
    if datasets.load(today.name, download=False).sha256 == before.sha256:
        return today
    return replace(today, class_names=before.class_names, image_shape=before.image_shape)
