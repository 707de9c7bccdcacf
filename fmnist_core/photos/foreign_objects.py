"""Things that are none of the ten classes, made from training images: shorts, skirts, hats, and pieces.

They stand in for the objects that people hold up to a garment classifier and that it should not name.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

BLACK = 8 / 255
PIECES = 0.35
"""Share of pieces among the things that are not cut from trousers or dresses."""


def foreign_objects(
    images: Tensor, labels: Tensor, class_names: tuple[str, ...], generator: torch.Generator
) -> Tensor:
    """Float images (B, 1, 28, 28) in 0..1 of nothing known, made from float images in 0..1 and their labels.

    Trousers lose their legs (shorts), dresses their upper half (skirts); all others lend their texture to a
    dome with a brim or a disc (hats), or become a blown-up piece of themselves.
    """
    count = len(images)

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, 1, 1, 1, generator=generator)

    x = torch.linspace(-1, 1, images.shape[3]).view(1, 1, 1, -1)
    y = torch.linspace(-1, 1, images.shape[2]).view(1, 1, -1, 1)

    def numbered(name: str) -> Tensor:
        wanted = class_names.index(name) if name in class_names else -1
        return (labels == wanted).view(-1, 1, 1, 1)

    trousers, dresses = numbered("Trouser"), numbered("Dress")
    left, right, top, bottom = _box(images, x, y)
    kept = uniform(0.3, 0.6) * (bottom - top)
    first = torch.where(trousers, top, bottom - kept)
    last = torch.where(trousers, top + kept, bottom)
    aspect = uniform(0.65, 1.4)  # width over height of what is left, as seen
    half_width, half_height = aspect.clamp_max(1), (1 / aspect).clamp_max(1)
    u = (x / half_width + 1) / 2 * (right - left) + left
    v = (y / half_height + 1) / 2 * (last - first) + first
    cut_off = _looked_up(images, u, v) * ((x.abs() <= half_width) & (y.abs() <= half_height))

    zoom = uniform(0.25, 0.55)
    piece = _looked_up(images, x * zoom + uniform(-0.5, 0.5), y * zoom + uniform(-0.5, 0.5))

    width, height, base = uniform(0.6, 1), uniform(0.45, 1), uniform(0.2, 0.6)
    dome = ((x / width) ** 2 + ((y - base) / height) ** 2 < 1) & (y < base)
    brim = ((x - uniform(-0.4, 0.4)) / uniform(0.4, 1)) ** 2 + ((y - base) / uniform(0.08, 0.3)) ** 2 < 1
    disc = (x / width) ** 2 + (y / height) ** 2 < 1
    kind = uniform(0, 1)
    shape = torch.where(kind < 0.6, dome | brim, torch.where(kind < 0.8, dome, disc))
    texture = _looked_up(images, x * 0.3 + 0 * zoom, y * 0.3) / 2 + uniform(0.2, 0.5)

    other = torch.where(uniform(0, 1) < PIECES, piece, texture * shape)
    return torch.where(trousers | dresses, cut_off, other).clamp(0, 1)


def _looked_up(images: Tensor, u: Tensor, v: Tensor) -> Tensor:
    u, v = torch.broadcast_tensors(u, v)
    return F.grid_sample(images, torch.stack([u, v], -1).squeeze(1), align_corners=True)


def _box(images: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Where each garment begins and ends: left, right, top, bottom in -1..1, (B, 1, 1, 1) each."""
    bright = images > BLACK
    sides = []
    for axis, positions in ((2, x), (3, y)):
        present = bright.any(axis, keepdim=True)
        sides.append(torch.where(present, positions, 1.0).amin((2, 3), keepdim=True))
        sides.append(torch.where(present, positions, -1.0).amax((2, 3), keepdim=True))
    return tuple(sides)
