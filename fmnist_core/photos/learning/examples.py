"""Pictures to learn from, as cut-outs with the classes that are right: real photos, and staged shop pictures.

Every picture comes by way of the product's own segmentation, with all its guesses, also the wrong ones: a
model that has seen what goes wrong there reads better what goes wrong there.
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from ...base import cores
from ...base.errors import PhotoError
from ...data.datasets import Dataset
from ...data.decode import decode
from ..files import find_images, read_file
from ..folders import labels_of, right_classes
from ..prepare import VIEWS, cut_out, with_whole
from ..segment import Guess, find_garment
from .rendering import render
from .staging import CutOut, dye, stage

SIDE = 64
"""Longer side of a kept cut-out, pixels: enough to be turned and stretched and still fill 28."""

WHOLE = 0.15
"""Weight of the whole picture among the guesses, half of what decides how often each is taken."""

STAGED_IMAGES = 5_000
"""Images of the data set of which a shop's picture is staged."""

PER_IMAGE = {"photos": 0.4, "staged photos": 0.2, "staged images": 0.2}
"""Examples of each kind in a batch, for each of its images of the data set."""

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
    """What a net learns beside its data set. digest: SHA-256 of all photos, in hex."""

    kinds: dict[str, Examples]
    digest: str

    def draw(self, images: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Examples of all kinds to go with so many images of the data set; see `Examples.draw`."""
        drawn = [
            examples.draw(round(PER_IMAGE[kind] * images), generator) for kind, examples in self.kinds.items()
        ]
        return tuple(torch.cat(parts) for parts in zip(*drawn, strict=True))


def prepare_lessons(
    folder: Path, data: Dataset, seed: int, on_progress: Progress = lambda fraction, text: None
) -> PhotoLessons:
    """Read every photo in the class folders of `folder`, and stage shop pictures of them and of `data`.

    Some minutes for some thousand photos. Raises `PhotoError` for a folder without class folders, and for a
    photo that cannot be read, naming it.
    """
    labels, paths = labels_of(folder), find_photos(folder)
    chosen = np.random.default_rng(seed).permutation(len(data.train_images))[:STAGED_IMAGES]

    def photo(work: tuple[int, tuple[str, Path]]) -> list[tuple]:
        number, (name, path) = work
        try:
            picture = decode(read_file(path))
        except PhotoError as error:
            raise PhotoError(f"{path}: {error}") from None
        right = right_classes(labels, name, data.class_names)
        guesses = find_garment(picture.rgb, picture.alpha)[:VIEWS]
        rows = [(*_cut_outs(picture.rgb, guesses), right)]
        if guesses:
            garment = CutOut(*cut_out(picture.rgb, guesses[0].mask))
            staged = stage(garment, name, np.random.default_rng((seed, 1, number)))
            rows.append((*_cut_outs(staged, find_garment(staged)[:VIEWS]), right))
        return rows

    def image(index: int) -> list[tuple]:
        rng = np.random.default_rng((seed, 2, int(index)))
        garment = dye(data.train_images[index, 0], rng)
        if garment is None:
            return []
        label = data.train_labels[index]
        staged = stage(garment, data.class_names[label], rng)
        return [(*_cut_outs(staged, find_garment(staged)[:VIEWS]), np.arange(data.classes) == label)]

    total = len(paths) + len(chosen)
    pairs = _in_turn(photo, enumerate(paths), 0, total, on_progress)
    singles = _in_turn(image, chosen, len(paths), total, on_progress)
    kinds = {
        "photos": _stack([rows[0] for rows in pairs]),
        "staged photos": _stack([rows[1] for rows in pairs if len(rows) > 1], balanced=True),
        "staged images": _stack([rows[0] for rows in singles if rows]),
    }
    return PhotoLessons({kind: examples for kind, examples in kinds.items() if examples}, digest_of(paths))


def find_photos(folder: Path) -> list[tuple[str, Path]]:
    """All photos in the class folders of `folder`, each with the name of its folder, in a fixed order."""
    names = [name for name in labels_of(folder).folders if (folder / name).is_dir()]
    return [(name, path) for name in names for path in find_images([folder / name])]


def digest_of(paths: list[tuple[str, Path]]) -> str:
    """SHA-256 in hex of photos and of how they are sorted into folders."""
    digest = hashlib.sha256()
    for name, path in paths:
        digest.update(f"{name}/{path.name}".encode() + read_file(path))
    return digest.hexdigest()


def _in_turn(
    work: Callable, pieces: Iterable, done: int, total: int, on_progress: Progress
) -> list[list[tuple]]:
    """`work` of all pieces, on all cores, some at a time so that progress can be told and stopped."""
    pieces, results, count = list(pieces), [], os.cpu_count() or 1
    for start in range(0, len(pieces), 8 * count):
        results += cores.compute(work, pieces[start : start + 8 * count], count)
        finished = done + len(results)
        on_progress(finished / total, f"Preparing picture {finished:,} of {total:,}")
    return results


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


def _stack(rows: list[tuple], balanced: bool = False) -> Examples | None:
    """balanced: rare classes are taken more often, by the square root of how rare they are."""
    if not rows:
        return None
    rgb, cover, chances, right = (np.stack(column) for column in zip(*rows, strict=True))
    _, kind, counts = np.unique(right, axis=0, return_inverse=True, return_counts=True)
    often = counts[kind.ravel()] ** -0.5 if balanced else np.ones(len(right))
    return Examples(*map(torch.from_numpy, (rgb, cover, chances, right, often)))
