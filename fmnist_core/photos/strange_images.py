"""What is strange to a net that did not learn garments, and what is familiar to it; see `familiarity`.

Strange are images of the included data sets, scribbles where characters are known, and the data set's images
in pieces: blown up, or their halves swapped. (For garments `foreign_objects` makes shorts, skirts and hats.)
"""

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..data import datasets
from ..data.datasets import Dataset
from ..training import augmentation

INCLUDED = ("fashion-mnist", "mnist")
"""The data sets that are always there."""

LEAST = 1000
"""Of a small data set, images are taken several times until there are so many."""


def familiar(data: Dataset, indices: np.ndarray, generator: torch.Generator) -> Tensor:
    """Training images, uint8 (N, C, H, W), slightly shifted."""
    ground = augmentation.ground_of_data(data)
    return augmentation.augment(_chosen(data, indices), ("shift",), generator, ground=ground)


def strange(data: Dataset, indices: np.ndarray, preparation: str, generator: torch.Generator) -> Tensor:
    """As many images, uint8 (N, C, H, W), of none of the classes, some made from these training images."""
    images = _chosen(data, indices)
    others = _others(data, len(images) // 4, generator)
    if preparation == "square":  # its pictures can have any ground and any colour
        others = torch.cat([_toned(others, generator), _toned(others, generator)])
    else:
        others = torch.cat([others, _scribbles(len(images) // 4, data.image_shape, generator)])
    own = images[len(others) :].float() / 255
    blown_up, swapped = own.tensor_split(2)
    made = torch.cat([others, _blown_up(blown_up, generator), _halves_swapped(swapped, generator)])
    return (made * 255).round().to(torch.uint8)


def _chosen(data: Dataset, indices: np.ndarray) -> Tensor:
    return torch.from_numpy(data.train_images[np.resize(indices, max(len(indices), LEAST))])


def _others(data: Dataset, count: int, generator: torch.Generator) -> Tensor:
    """Up to `count` images of classes that the data set does not have, float (N, C, H, W) in 0..1."""
    channels, height, width = data.image_shape
    images = [torch.empty(0, 1, height, width)]
    for name in filter(datasets.is_available, INCLUDED):
        other = datasets.load(name, download=False)
        unknown = [label for label, known in enumerate(other.class_names) if known not in data.class_names]
        indices = np.flatnonzero(np.isin(other.train_labels, unknown))
        if len(indices):
            picked = torch.randint(len(indices), (count // len(INCLUDED),), generator=generator).numpy()
            found = torch.from_numpy(other.train_images[indices[picked]]).float() / 255
            images.append(F.interpolate(found, (height, width), mode="bilinear"))
    return torch.cat(images).expand(-1, channels, -1, -1)


def _toned(images: Tensor, generator: torch.Generator) -> Tensor:
    """Black and white become any two colours (two greys where there is one channel)."""
    tones = torch.rand(2, *images.shape[:2], 1, 1, generator=generator)
    return tones[0] + (tones[1] - tones[0]) * images


def _scribbles(count: int, image_shape: tuple[int, int, int], generator: torch.Generator) -> Tensor:
    """Smooth strokes through random points, as wide as handwriting, float (N, C, H, W) in 0..1."""
    channels, height, width = image_shape
    along = np.linspace(0, 1, 60)
    images = np.zeros((count, height, width), np.float32)
    for image in images:
        corners, pen = torch.randint(3, 9, (2,), generator=generator).tolist()
        points = (0.15 + 0.7 * torch.rand(corners, 2, generator=generator)).numpy() * (width, height)
        places = np.linspace(0, 1, corners)
        line = np.stack([np.interp(along, places, points[:, axis]) for axis in (0, 1)], 1)
        line[1:-1] = (line[:-2] + line[1:-1] + line[2:]) / 3
        # Eight times as large and made small: a soft edge.
        large = np.zeros((8 * height, 8 * width), np.uint8)
        cv2.polylines(large, [(8 * line).round().astype(np.int32)], False, 255, 8 + 2 * pen)
        image[:] = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA) / 255
    return torch.from_numpy(images)[:, None].expand(-1, channels, -1, -1)


def _blown_up(images: Tensor, generator: torch.Generator) -> Tensor:
    """A piece of each, a quarter to half as wide, as large as the whole."""
    count = len(images)
    zoom = 0.25 + 0.25 * torch.rand(count, generator=generator)
    place = (2 * torch.rand(2, count, generator=generator) - 1) * (1 - zoom)
    transform = torch.zeros(count, 2, 3)
    transform[:, 0, 0] = transform[:, 1, 1] = zoom
    transform[:, :, 2] = place.T
    grid = F.affine_grid(transform, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False, padding_mode="border")


def _halves_swapped(images: Tensor, generator: torch.Generator) -> Tensor:
    """Left and right, upper and lower half, or both, change places."""
    half = images.shape[2] // 2, images.shape[3] // 2
    moved = torch.stack([images.roll(half, (2, 3)), images.roll(half[0], 2), images.roll(half[1], 3)])
    return moved[torch.randint(3, (len(images),), generator=generator), torch.arange(len(images))]
