"""From cut-outs to the images that a model sees, on whole batches, each changed at random.

Changed are what differs from photo to photo of the same garment: light, contrast, colours' share in the grey,
width, angle, frame, and what the segmentation loses or keeps by mistake.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ...training.photo_augmentation import Random, change_outline
from ..prepare import DARKEST, IMAGE_SIDE, MAX_GAIN, MAX_SPREAD

LUMINANCE = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in grey (ITU-R BT.601), as OpenCV takes them."""

UNTOUCHED = 0.3
"""Share of the images whose outline and surface stay as they were found."""


def render(rgb: Tensor, cover: Tensor, generator: torch.Generator) -> Tensor:
    """Float images (B, 1, 28, 28) in 0..1, each changed at random.

    rgb: uint8 (B, S, S, 3), cut-outs that fill the square along their longer side; cover: uint8 (B, S, S),
    255 where the garment is.
    """
    random = Random(generator, len(rgb), rgb.device)
    greys = _greys(rgb, cover.float() / 255, random)
    return _spoil(_photograph(greys, cover, random), random)


def _flat(values: Tensor) -> Tensor:
    return values[:, 0, 0, 0]


def _greys(rgb: Tensor, cover: Tensor, random: Random) -> Tensor:
    """Inverted grey, float (B, 1, S, S) in 0..255, black outside; see `photos.prepare.to_training_grey`."""
    shares = torch.tensor(LUMINANCE) * torch.exp(0.4 * random.normal(3)[:, :, 0, 0])
    shares = shares / shares.sum(1, keepdim=True)
    grey = 255 - torch.einsum("bhwc,bc->bhw", rgb.float(), shares)[:, None]
    inside = (cover > 0.5)[:, None]
    area = inside.sum((2, 3), keepdim=True).clamp_min(1)
    mean = (grey * inside).sum((2, 3), keepdim=True) / area
    spread = ((grey - mean) ** 2 * inside).sum((2, 3), keepdim=True).div(area).sqrt()
    gain = (MAX_SPREAD / spread.clamp_min(1)).clamp_max(MAX_GAIN) * torch.exp(0.25 * random.normal())
    level = mean + torch.where(random.chance(0.7), 20 * random.normal(), 0.0)
    negative = random.chance(0.06)  # a white print on black is the same print as black on white
    gain, level = torch.where(negative, -gain, gain), torch.where(negative, random.uniform(60, 210), level)
    line = torch.linspace(-1, 1, grey.shape[-1])
    light = 18 * (random.normal() * line.view(1, 1, 1, -1) + random.normal() * line.view(1, 1, -1, 1))
    return ((grey - mean) * gain + level + light).clamp(DARKEST, 255) * cover[:, None]


def _photograph(greys: Tensor, cover: Tensor, random: Random) -> Tensor:
    """Fitted into the frame at another width, turned, sheared, mirrored; float (B, 1, 28, 28) in 0..1."""
    side = greys.shape[-1]
    inside = cover > 127
    height, width = (inside.any(axis).sum(1).clamp_min(1).float() for axis in (2, 1))
    stretch = torch.exp(_flat(random.uniform(math.log(0.75), math.log(1.12))))
    steep = random.chance(0.15)
    angle = _flat(random.normal() * torch.where(steep, 18.0, 6.0)) * math.pi / 180
    mirror = torch.where(_flat(random.chance(0.5)), -1.0, 1.0)
    zoom = torch.exp(_flat(random.uniform(-0.12, 0.06)))
    shear, right, down = (_flat(random.normal()) * size for size in (0.06, 0.05, 0.05))
    frame = torch.maximum(width * stretch, height) / side / zoom
    across = frame / stretch * mirror
    rows = torch.stack([across * angle.cos(), across * (angle.sin() + shear), right], 1)
    columns = torch.stack([-frame * angle.sin(), frame * angle.cos(), down], 1)
    size = [len(greys), 1, 2 * IMAGE_SIDE, 2 * IMAGE_SIDE]
    grid = F.affine_grid(torch.stack([rows, columns], 1), size, align_corners=False)
    return F.avg_pool2d(F.grid_sample(greys, grid, align_corners=False), 2) / 255


def _spoil(images: Tensor, random: Random) -> Tensor:
    """Remains of the background, lost parts, a covered rectangle, noise; some images stay as they are."""
    spoiled = change_outline(images, (images > 8 / 255).float(), random)
    spoiled = torch.where(random.chance(0.25) & _rectangle(images, random), _cover(random), spoiled)
    noise = random.normal(1, *images.shape[-2:]) * random.uniform(0, 0.03)
    spoiled = torch.where(spoiled > 0, spoiled + noise, spoiled)
    return torch.where(random.chance(UNTOUCHED), images, spoiled).clamp(0, 1)


def _rectangle(images: Tensor, random: Random) -> Tensor:
    """bool (B, 1, H, W): a square of 4 to 11 pixels at a random place (cutout, DeVries and Taylor 2017)."""
    top, left, side = random.uniform(0, 22), random.uniform(0, 22), random.uniform(4, 11)
    places = torch.arange(images.shape[-1])
    rows, columns = places.view(1, 1, -1, 1), places.view(1, 1, 1, -1)
    return (rows >= top) & (rows < top + side) & (columns >= left) & (columns < left + side)


def _cover(random: Random) -> Tensor:
    return torch.where(random.chance(0.3), random.uniform(0, 0.5), 0.0)
