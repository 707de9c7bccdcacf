"""What all the changes are made of: random numbers per image, smooth fields, outlines, looking pixels up."""

from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

BLACK = 8 / 255
"""Pixels darker than this are background in Fashion-MNIST."""


class Random:
    """Random numbers for a batch, shaped (B, 1, 1, 1) to go with images."""

    def __init__(self, generator: torch.Generator, count: int, device: torch.device) -> None:
        self.generator, self.count, self.device = generator, count, device

    def uniform(self, low: float, high: float) -> Tensor:
        values = torch.rand(self.count, 1, 1, 1, generator=self.generator, device=self.device)
        return low + (high - low) * values

    def normal(self, channels: int = 1, height: int = 1, width: int = 1) -> Tensor:
        shape = (self.count, channels, height, width)
        return torch.randn(shape, generator=self.generator, device=self.device)

    def chance(self, probability: float) -> Tensor:
        return self.uniform(0, 1) < probability

    def one_of(self, values: Tensor) -> Tensor:
        """One of the values (N,) for each image, (B,)."""
        places = self.uniform(0, 1).flatten() * len(values)
        return values[places.long().clamp_max(len(values) - 1)]

    def smooth(self, side: int, size: tuple[int, int], channels: int = 1) -> Tensor:
        """A smooth random field (B, channels, H, W): normal values on a side x side grid, interpolated."""
        rows, columns = (_interpolation(length, side, self.device) for length in size)
        return rows @ self.normal(channels, side, side) @ columns.T


def garment_mask(pixels: Tensor) -> Tensor:
    """1 where the garment is, 0 elsewhere; float (B, 1, H, W). Small holes and gaps are closed."""
    grown = box_sum((pixels > BLACK).float(), 1) > 0.5
    return (box_sum((~grown).float(), 1) < 0.5).float()


def box_sum(images: Tensor, radius: int) -> Tensor:
    """The sum over the square of that radius around each pixel. Two products with a band matrix: several
    times faster than pooling on a processor."""
    rows, columns = (_band(size, radius, images.device) for size in images.shape[-2:])
    return rows @ images @ columns


def coordinates(size: tuple[int, int], device: torch.device) -> tuple[Tensor, Tensor]:
    """x and y of the pixels in -1..1, shaped (1, 1, 1, W) and (1, 1, H, 1)."""
    x = torch.linspace(-1, 1, size[1], device=device).view(1, 1, 1, -1)
    y = torch.linspace(-1, 1, size[0], device=device).view(1, 1, -1, 1)
    return x, y


def looked_up(pixels: Tensor, mask: Tensor, u: Tensor, v: Tensor, mode: str) -> Tensor:
    """Image and mask (B, 2, H, W) looked up at u (right) and v (down), both (B, 1, H, W) in -1..1."""
    u, v = torch.broadcast_tensors(u, v)
    grid = torch.stack([u, v], -1).squeeze(1)
    return F.grid_sample(torch.cat([pixels, mask], 1), grid, mode=mode, align_corners=True)


def extent(present: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
    """The lowest and the highest of the positions where something is present, (B, 1, 1, 1) each."""
    here = present > 0.5
    low = torch.where(here, positions, 1.0).amin((2, 3), keepdim=True)
    high = torch.where(here, positions, -1.0).amax((2, 3), keepdim=True)
    return low, high


def is_one_of(labels: Tensor | None, wanted: tuple[int, ...]) -> Tensor:
    """bool, (B, 1, 1, 1), or (1, 1, 1, 1) of False without labels."""
    if labels is None:
        return torch.zeros(1, 1, 1, 1, dtype=torch.bool)
    return torch.isin(labels, torch.tensor(wanted, device=labels.device)).view(-1, 1, 1, 1)


@lru_cache(maxsize=16)
def _band(size: int, radius: int, device: torch.device) -> Tensor:
    places = torch.arange(size, device=device)
    return ((places[:, None] - places).abs() <= radius).float()


@lru_cache(maxsize=16)
def _interpolation(size: int, side: int, device: torch.device) -> Tensor:
    """(size, side): cubic interpolation from side to size numbers, as a matrix."""
    unit = torch.eye(side, device=device).view(side, 1, side, 1)
    return F.interpolate(unit, (size, 1), mode="bicubic", align_corners=False)[:, 0, :, 0].T.contiguous()
