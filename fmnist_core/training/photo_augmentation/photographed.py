"""What a phone, a floor and a segmentation make of a garment: surface, pose and outline."""

import math

import torch
from torch import Tensor

from .fields import Random, box_sum, coordinates, extent, is_one_of, looked_up

DRESSES = (3,)
LONG_SLEEVES = (2, 4, 6)
TOPS = (0, *LONG_SLEEVES)
"""Labels of Fashion-MNIST: Dress; Pullover, Coat, Shirt; T-shirt/top."""


def change_surface(pixels: Tensor, mask: Tensor, random: Random) -> Tensor:
    """New intensities inside the mask: own texture stretched or inverted, prints, stripes, light, noise."""
    size = pixels.shape[-2:]
    x, y = coordinates(size, pixels.device)
    area = mask.sum((1, 2, 3), keepdim=True).clamp_min(1)
    mean = (pixels * mask).sum((1, 2, 3), keepdim=True) / area
    spread = (((pixels - mean) ** 2 * mask).sum((1, 2, 3), keepdim=True) / area).sqrt().clamp_min(0.02)

    gain = random.uniform(0.15, 0.6) * torch.where(random.chance(0.15), -1.0, 1.0)
    gain = torch.where(random.chance(0.08), gain * 0, gain)
    surface = (pixels - mean) / spread * gain
    surface = surface + random.uniform(-0.15, 0.15) * x + random.uniform(-0.15, 0.15) * y  # light
    folds = random.smooth(10, size) * random.uniform(0, 0.12)
    surface = surface + torch.where(random.chance(0.6), folds, 0.0)

    left, top = random.uniform(-0.5, 0.1), random.uniform(-0.6, 0.3)
    box = (
        (x > left) & (x < left + random.uniform(0.2, 0.8)) & (y > top) & (y < top + random.uniform(0.1, 0.7))
    )
    print_ = random.uniform(-0.5, 0.5) + 0.3 * random.smooth(9, size)
    surface = surface + torch.where(random.chance(0.25) & box, print_, 0.0)

    angle = torch.where(random.chance(0.7), random.uniform(-0.15, 0.15), random.uniform(0, math.pi))
    stripes = torch.sin((x * angle.sin() + y * angle.cos()) * random.uniform(4, 30) + random.uniform(0, 6.28))
    across = torch.sin((x * angle.cos() - y * angle.sin()) * random.uniform(4, 30))
    stripes = torch.where(random.chance(0.3), (stripes + across) / 2, stripes)
    surface = surface + torch.where(random.chance(0.2), stripes * random.uniform(0.05, 0.45), 0.0)
    speckle = random.normal(1, *size) * random.uniform(0, 0.08)
    surface = surface + torch.where(random.chance(0.5), speckle, 0.0)

    level = torch.where(random.chance(0.35), mean, random.uniform(0.3, 0.95))
    return (level + surface).clamp(0.06, 1) * mask


def change_pose(pixels: Tensor, mask: Tensor, labels: Tensor | None, random: Random) -> tuple[Tensor, Tensor]:
    """Turned, stretched, sheared, bent, sleeves spread, mirrored, and fitted into the frame again.

    The outline's proportions tell a dress from a T-shirt: tops become wider, as they do when they lie flat,
    and hardly narrower; dresses spread out below.
    """
    sleeved, tops, dresses = (is_one_of(labels, wanted) for wanted in (LONG_SLEEVES, TOPS, DRESSES))
    size = pixels.shape[-2:]
    angle = torch.where(random.chance(0.8), random.normal() * 0.08, random.normal() * 0.3)
    stretch = torch.where(dresses, random.uniform(-0.3, 0.1), random.uniform(-0.3, 0.15))
    stretch = torch.where(tops, random.uniform(-0.25, 0.03), stretch).exp()  # below 1 is wider
    flare = torch.where(dresses, random.uniform(-0.3, 0.1), random.uniform(-0.2, 0.2))  # below 0: wide below
    shear = random.uniform(-0.1, 0.1)
    mirror = torch.where(random.chance(0.5), -1.0, 1.0)
    lift = torch.where(random.chance(0.3), random.uniform(-0.2, 0.5), 0.0)
    bend = random.smooth(4, size, 2) * random.uniform(0, 0.05)
    spread = torch.where(sleeved & random.chance(0.5), random.uniform(0.05, 0.9), 0.0)  # radians
    shoulder = random.uniform(0.32, 0.45), random.uniform(-0.7, -0.55)
    armpit = random.uniform(-0.05, 0.1)

    def warp(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        u, v = angle.cos() * x + angle.sin() * y, -angle.sin() * x + angle.cos() * y
        u = (u + shear * v) * (1 + flare * v) * stretch
        v = v / stretch + lift * (u.abs() - 0.35).clamp_min(0)
        u, v = _sleeves_spread(u, v, spread, shoulder, armpit)
        return (u + bend[:, :1]) * mirror, v + bend[:, 1:]

    # First look at a wider field to see where the garment ends up, then look again at just that part.
    x, y = coordinates(size, pixels.device)
    field = 1.6
    moved = looked_up(pixels, mask, *warp(x * field, y * field), "nearest")[:, 1:]
    left, right = extent(moved.amax(2, keepdim=True), x * field)
    top, bottom = extent(moved.amax(3, keepdim=True), y * field)
    half = torch.maximum(right - left, bottom - top).clamp_min(0.2) / 2 * random.uniform(1.0, 1.1)
    x = x * half + (left + right) / 2 + random.uniform(-0.06, 0.06)
    y = y * half + (top + bottom) / 2 + random.uniform(-0.06, 0.06)
    moved = looked_up(pixels, mask, *warp(x, y), "bilinear")
    return moved[:, :1], moved[:, 1:]


def _sleeves_spread(
    u: Tensor, v: Tensor, spread: Tensor, shoulder: tuple[Tensor, Tensor], armpit: Tensor
) -> tuple[Tensor, Tensor]:
    """Sleeves hang straight down in the data set; here they are turned outwards about both shoulders.

    In polar coordinates around the shoulder, 0 straight down: what is now at an angle was nearer to the body
    by `spread`, and the wedge that opens between body and sleeve is background.
    """
    across, down = u.abs() - shoulder[0], v - shoulder[1]
    angle, radius = torch.atan2(across, down), torch.hypot(across, down)
    sleeve = (spread > 0) & (angle > armpit) & (down > -0.25)
    before = (angle - spread).maximum(armpit)
    wedge = sleeve & (angle - spread < armpit) & (radius > 0.12)
    side = torch.where(u < 0, -1.0, 1.0)
    u = torch.where(sleeve, side * (shoulder[0] + radius * before.sin()), u)
    v = torch.where(sleeve, shoulder[1] + radius * before.cos(), v)
    return torch.where(wedge, 3.0, u), v  # 3 lies outside of the image, where it is black


def change_outline(pixels: Tensor, mask: Tensor, random: Random) -> Tensor:
    """What segmentation gets wrong: remains of the background, lost parts, a cut edge, a hanger; blur."""
    size = pixels.shape[-2:]
    x, y = coordinates(size, pixels.device)
    near = box_sum(mask, 4) / 81
    blobs = (random.smooth(5, size) + near * 1.5) > random.uniform(1.6, 2.6)
    remains = blobs & (mask < 0.5) & random.chance(0.25)
    pixels = torch.where(remains, random.uniform(0.1, 0.9) + 0.1 * random.normal(1, *size), pixels)
    holes = (random.smooth(5, size) > random.uniform(1.0, 1.8)) & random.chance(0.2)
    pixels = torch.where(holes, 0.0, pixels)
    edge = random.uniform(0, 1)  # which edge of the frame cuts the garment off
    towards = torch.where(edge < 0.35, y, torch.where(edge < 0.6, -y, torch.where(edge < 0.8, x, -x)))
    pixels = torch.where((towards > random.uniform(0.6, 1.0)) & random.chance(0.15), 0.0, pixels)
    hook = ((x - random.uniform(-0.1, 0.1)).abs() < 0.06) & (y < random.uniform(-1.0, -0.7))
    pixels = torch.where(hook & random.chance(0.08), random.uniform(0.2, 0.9), pixels)
    amount = torch.where(random.chance(0.3), random.uniform(0, 0.7), 0.0)
    return pixels + amount * (box_sum(pixels, 1) / 9 - pixels)
