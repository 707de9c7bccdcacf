"""Photos sorted into folders: which classes are right for a folder, and which are accepted besides."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..base.errors import PhotoError

SHOES = ("Sandal", "Sneaker", "Ankle boot")


@dataclass(frozen=True)
class Labels:
    """What the folders of a collection mean.

    right: folder to the classes of Fashion-MNIST that are right, any of them. also: those that the lenient
    score accepts besides. foreign: folders of things that are none of the ten.
    """

    right: dict[str, tuple[str, ...]]
    also: dict[str, tuple[str, ...]]
    foreign: tuple[str, ...]

    @property
    def folders(self) -> tuple[str, ...]:
        """All folders, garments first."""
        return (*self.right, *self.foreign)

    def is_right(self, folder: str, class_name: str) -> bool:
        """Whether the strict score counts this answer."""
        return class_name in self.right.get(folder, ())

    def is_accepted(self, folder: str, class_name: str) -> bool:
        """Whether the lenient score counts this answer."""
        return self.is_right(folder, class_name) or class_name in self.also.get(folder, ())


PHONE_PHOTOS = Labels(
    right={
        "t-shirt": ("T-shirt/top",),
        "pants": ("Trouser",),
        "longsleeve": ("Pullover", "Shirt"),
        "dress": ("Dress",),
        "outwear": ("Coat",),
        "shoes": SHOES,
        "shirt": ("Shirt",),
    },
    also={
        "t-shirt": ("Shirt",),
        "longsleeve": ("Coat",),
        "outwear": ("Pullover",),
        "shirt": ("T-shirt/top",),
    },
    foreign=("hat", "shorts", "skirt"),
)
"""The folders of clothing-dataset-small, https://github.com/alexeygrigorev/clothing-dataset-small."""

CLASSES = Labels(
    right={
        "t-shirt": ("T-shirt/top",),
        "trouser": ("Trouser",),
        "pullover": ("Pullover",),
        "dress": ("Dress",),
        "coat": ("Coat",),
        "sandal": ("Sandal",),
        "shirt": ("Shirt",),
        "sneaker": ("Sneaker",),
        "bag": ("Bag",),
        "ankle-boot": ("Ankle boot",),
    },
    also={
        "t-shirt": ("Shirt",),
        "pullover": ("Coat",),
        "coat": ("Pullover",),
        "shirt": ("T-shirt/top", "Pullover"),
        "sneaker": ("Ankle boot",),
    },
    foreign=("none",),
)
"""Folders named by the class, `none` for everything else."""


def labels_of(folder: Path) -> Labels:
    """What the class folders in `folder` mean: the collection that knows more of their names.

    Raises `PhotoError` if neither knows any.
    """
    if not folder.is_dir():
        raise PhotoError(
            "There is no folder {folder}. Name one that holds photos in class folders.", folder=folder
        )
    present = {path.name for path in folder.iterdir() if path.is_dir()}
    best = max((PHONE_PHOTOS, CLASSES), key=lambda labels: len(present.intersection(labels.folders)))
    if not present.intersection(best.folders):
        raise PhotoError(
            "{folder} has no class folder; name them {folders}, or {others}.",
            folder=folder,
            folders=list(PHONE_PHOTOS.folders),
            others=list(CLASSES.folders),
        )
    return best


def right_classes(labels: Labels, folder: str, class_names: tuple[str, ...]) -> np.ndarray:
    """bool (classes,): which are right for a folder; all False for what is none of them."""
    return np.isin(class_names, labels.right.get(folder, ()))
