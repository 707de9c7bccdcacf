"""Photos to learn from, as cut-outs with the classes that are right.

Every photo passes through the product's own segmentation, with all its guesses, also the wrong ones: a
model that has seen what goes wrong there reads better what goes wrong there.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from ...base.errors import PhotoError
from ...base.messages import Message
from ...base.parallel import run_independently
from ...data.datasets import Dataset
from ...data.decode import decode
from ..files import find_images, pictures_in, read_file
from ..folders import labels_of, right_classes
from ..prepare import VIEWS, with_whole
from ..segment import Guess, find_garment
from .rendering import render

SIDE = 64
"""Longer side of a kept cut-out, pixels: enough to be turned and stretched and still fill 28."""

WHOLE = 0.15
"""Weight of the whole picture among the guesses. Half of each one's chance is its weight, half is even."""

PHOTOS, UNCHANGED = 0.9, 0.4
"""Photos, and images of the data set as they are, in a batch for each of its augmented images: the net must
go on reading the data set itself."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True, eq=False)
class Examples:
    """Cut-outs of P pictures, G guesses at the garment in each.

    rgb: uint8 (P, G, SIDE, SIDE, 3). cover: uint8 (P, G, SIDE, SIDE), 255 where the garment is.
    chances: float64 (P, G), how often each guess is taken, sum 1, 0 where there are fewer.
    right: bool (P, classes); all False for what is none of the classes.
    often: float64 (P,), how often each picture is taken.
    """

    rgb: Tensor
    cover: Tensor
    chances: Tensor
    right: Tensor
    often: Tensor

    def __len__(self) -> int:
        return len(self.right)

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Float images (count, 1, 28, 28) in 0..1, changed at random, and which classes are right, bool."""
        pictures = torch.multinomial(self.often, count, replacement=True, generator=generator)
        guesses = torch.multinomial(self.chances[pictures], 1, generator=generator)[:, 0]
        images = render(self.rgb[pictures, guesses], self.cover[pictures, guesses], generator)
        return images, self.right[pictures]


@dataclass(frozen=True, eq=False)
class PhotoLessons:
    """What a net learns beside the augmented images of its data set.

    images: uint8 (N, 1, 28, 28) of the data set; right: bool (N, classes), their labels.
    digest: SHA-256 of all photos, in hex.
    """

    photos: Examples
    images: Tensor
    right: Tensor
    digest: str

    def draw(self, images: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Examples to go with so many images of the data set; see `Examples.draw`."""
        photos, right = self.photos.draw(round(PHOTOS * images), generator)
        chosen = torch.randint(len(self.images), (round(UNCHANGED * images),), generator=generator)
        unchanged = self.images[chosen].float() / 255
        return torch.cat([photos, unchanged]), torch.cat([right, self.right[chosen]])


def prepare_lessons(
    folder: Path, data: Dataset, learned: np.ndarray, on_progress: Progress = lambda fraction, text: None
) -> PhotoLessons:
    """Read every photo in the class folders of `folder`. Some minutes for some thousand photos.

    learned: int64, the indices of the training images that are to be learned from. Raises `PhotoError` for a
    folder without class folders, and for a photo that cannot be read, naming it.
    """
    labels, paths = labels_of(folder), find_photos(folder)

    def read(work: tuple[str, Path]) -> tuple:
        name, path = work
        try:
            picture = decode(read_file(path))
        except PhotoError as error:
            raise PhotoError("{path}: {reason}", path=path, reason=error) from None
        guesses = find_garment(picture.rgb, picture.alpha)[:VIEWS]
        return (*_cut_outs(picture.rgb, guesses), right_classes(labels, name, data.class_names))

    rows, count = [], os.cpu_count() or 1
    for start in range(0, len(paths), 8 * count):  # some at a time, so that progress can be told and stopped
        rows += run_independently(read, paths[start : start + 8 * count], count)
        on_progress(
            len(rows) / len(paths),
            Message("Preparing picture {rows:,} of {paths:,}", rows=len(rows), paths=len(paths)),
        )
    rgb, cover, chances, right = (np.stack(column) for column in zip(*rows, strict=True))
    _, kind, counts = np.unique(right, axis=0, return_inverse=True, return_counts=True)
    often = counts[kind.ravel()] ** -0.5  # a rare kind is taken above its share, yet below a common one
    photos = Examples(*map(torch.from_numpy, (rgb, cover, chances, right, often)))
    classes = torch.from_numpy(data.train_labels[learned])
    return PhotoLessons(
        photos,
        torch.from_numpy(data.train_images[learned]),
        torch.nn.functional.one_hot(classes, data.classes).bool(),
        digest_of(paths),
    )


def find_photos(folder: Path) -> list[tuple[str, Path]]:
    """All photos in the class folders of `folder`, each with the name of its folder, in a fixed order.

    Raises `PhotoError` for a folder without class folders, and where none of them holds a picture.
    """
    names = [name for name in labels_of(folder).folders if (folder / name).is_dir()]
    find_images([folder / name for name in names])
    return [(name, path) for name in names for path in pictures_in(folder / name)]


def digest_of(paths: list[tuple[str, Path]]) -> str:
    """SHA-256 in hex of photos and of how they are sorted into folders."""
    digest = hashlib.sha256()
    for name, path in paths:
        digest.update(f"{name}/{path.name}".encode() + read_file(path))
    return digest.hexdigest()


def _cut_outs(rgb: np.ndarray, guesses: list[Guess]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """rgb, cover and chances of one picture, see `Examples`. Chances go half by quality, half are even."""
    cut_outs, weights = with_whole(rgb, guesses, WHOLE)
    colours = np.zeros((VIEWS + 1, SIDE, SIDE, 3), np.uint8)
    covers = np.zeros((VIEWS + 1, SIDE, SIDE), np.uint8)
    chances = np.zeros(VIEWS + 1)
    for place, (part, inside) in enumerate(cut_outs):
        scale = SIDE / max(inside.shape)
        size = tuple(max(1, round(length * scale)) for length in inside.shape[::-1])
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
        window = np.s_[place, top : top + size[1], left : left + size[0]]
        colours[window] = cv2.resize(part, size, interpolation=how)
        covers[window] = cv2.resize(inside.astype(np.float32), size, interpolation=how) * 255
        chances[place] = (weights[place] + 1 / len(cut_outs)) / 2
    return colours, covers, chances
