"""Random changes to training images, a batch at a time, on the device they lie on.

Images are uint8 (B, C, H, W), for `photo` with one channel, and stay so; every random number comes from the
generator that is passed.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ..base.errors import ConfigError
from ..data.datasets import Dataset

SHIFT_PIXELS = 2
ERASED_PIXELS = 8
GROUND_IMAGES = 1000
"""Whose borders show what is behind a data set's pictures."""

GARMENT_DATASETS = ("fashion-mnist",)
"""Data sets whose labels are Fashion-MNIST's, which `photo` treats by class."""

Augmentation = Callable[[Tensor, torch.Generator, Tensor | None], Tensor]
"""images, generator, and the labels (B,) if they are Fashion-MNIST's classes, else None -> images."""


def shift(images: Tensor, generator: torch.Generator, labels: Tensor | None = None) -> Tensor:
    """Move each image by up to two pixels in both directions; zeros come in at the border."""
    count, channels, height, width = images.shape
    device = images.device
    padded = torch.nn.functional.pad(images, [SHIFT_PIXELS] * 4)
    offsets = torch.randint(0, 2 * SHIFT_PIXELS + 1, (2, count, 1), generator=generator, device=device)
    rows = (torch.arange(height, device=device) + offsets[0])[:, :, None]  # (B, H, 1)
    columns = (torch.arange(width, device=device) + offsets[1])[:, None, :]  # (B, 1, W)
    # One flat index per pixel is several times faster than indexing with three tensors.
    flat = (rows * (width + 2 * SHIFT_PIXELS) + columns).view(count, 1, -1).expand(-1, channels, -1)
    return padded.flatten(2).gather(2, flat).view(images.shape)


def flip(images: Tensor, generator: torch.Generator, labels: Tensor | None = None) -> Tensor:
    """Mirror each image, left to right, with a probability of one half."""
    mirrored = torch.rand(len(images), 1, 1, 1, generator=generator, device=images.device) < 0.5
    return torch.where(mirrored, images.flip(-1), images)


def erase(images: Tensor, generator: torch.Generator, labels: Tensor | None = None) -> Tensor:
    """Set a square of 8 pixels to zero at a random place of each image (cutout, DeVries and Taylor 2017)."""
    count, _, height, width = images.shape
    device = images.device
    corners = torch.rand(2, count, 1, generator=generator, device=device)
    top = (corners[0] * (height - ERASED_PIXELS + 1)).long()
    left = (corners[1] * (width - ERASED_PIXELS + 1)).long()
    rows = torch.arange(height, device=device) - top  # (B, H)
    columns = torch.arange(width, device=device) - left
    inside_rows = (rows >= 0) & (rows < ERASED_PIXELS)
    inside_columns = (columns >= 0) & (columns < ERASED_PIXELS)
    return images.masked_fill((inside_rows[:, :, None] & inside_columns[:, None, :])[:, None], 0)


def photo(images: Tensor, generator: torch.Generator, labels: Tensor | None = None) -> Tensor:
    """Make clean catalogue images look like prepared phone photos; see `photo_augmentation`."""
    from . import photo_augmentation

    check(("photo",), images.shape[1])

    return photo_augmentation.augment(images, generator, labels)


AUGMENTATIONS: dict[str, Augmentation] = {"shift": shift, "flip": flip, "erase": erase, "photo": photo}


def check(names: tuple[str, ...], channels: int) -> None:
    """Raise `ConfigError` when one of the augmentations called `names` cannot change images in colour."""
    if "photo" in names and channels != 1:
        raise ConfigError(
            "The augmentation photo works on grey images, and these are in colour; take shift, flip or "
            "erase, or the recipe fast or best"
        )


def ground_of(images: Tensor) -> Tensor | None:
    """What lies behind most pictures of a data set, images uint8 (N, C, H, W): the median of what is at their
    border, uint8 (C, 1, 1). None where that is black, as in Fashion-MNIST."""
    some = images[:: _ground_step(len(images))]
    border = torch.cat([some[..., 0], some[..., -1], some[..., 0, :], some[..., -1, :]], dim=-1).cpu()
    ground = border.transpose(0, 1).flatten(1).median(dim=1).values[:, None, None]
    return ground.to(images.device) if ground.any() else None


def ground_of_data(data: Dataset) -> Tensor | None:
    """`ground_of` the data set's training images."""
    images = data.train_images
    return ground_of(torch.tensor(images[:: _ground_step(len(images))]))


def _ground_step(count: int) -> int:
    return max(1, count // GROUND_IMAGES)


def augment(
    images: Tensor,
    names: tuple[str, ...],
    generator: torch.Generator,
    labels: Tensor | None = None,
    ground: Tensor | None = None,
) -> Tensor:
    """Apply the augmentations called `names` one after the other; labels: see `Augmentation`.

    ground: of the data set (`ground_of`), which comes in where an image is shifted or erased.
    """
    for name in names:
        if ground is None or name == "photo":
            images = AUGMENTATIONS[name](images, generator, labels)
        else:  # uint8 wraps around, so that each other pixel comes back as it was
            images = AUGMENTATIONS[name](images - ground, generator, labels) + ground
    return images


def preview(
    data: Dataset, images: np.ndarray, labels: np.ndarray, names: tuple[str, ...], seed: int
) -> np.ndarray:
    """What a net that learns from this data set is shown of images uint8 (N, C, H, W) with labels int64 (N,).

    The same seed, the same changes. Raises `ConfigError` where the images are in colour and must not be.
    """
    check(names, images.shape[1])
    generator = torch.Generator().manual_seed(seed)
    garments = torch.tensor(labels) if data.name in GARMENT_DATASETS else None
    changed = augment(torch.tensor(images), names, generator, garments, ground_of_data(data))
    return changed.numpy()
