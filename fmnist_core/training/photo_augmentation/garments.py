"""Garments that people own and the data set hardly has, made from those that it has."""

import math

import torch
from torch import Tensor

from .fields import Random, coordinates, garment_mask, is_one_of, looked_up

T_SHIRT, DRESS, SHIRT = 0, 3, 6
SHOES = (5, 7, 9)
"""Labels of Fashion-MNIST; shoes are Sandal, Sneaker, Ankle boot."""


def long_sleeved_shirt(pixels: Tensor, labels: Tensor, random: Random) -> Tensor:
    """Half of the shirts with short sleeves become another shirt of the same batch: in the data set a quarter
    of the shirts are hard to tell from T-shirts, and people have many T-shirts and few such shirts."""
    shirts = is_one_of(labels, (SHIRT,))
    short = short_sleeved(garment_mask(pixels))
    others = (shirts & ~short).flatten().nonzero().flatten()
    if not len(others):
        return pixels
    chosen = shirts & short & random.chance(0.5)
    return torch.where(chosen, pixels[random.one_of(others)], pixels)


def short_sleeved(mask: Tensor) -> Tensor:
    """Whether each garment (B, 1, H, W) is much narrower below than at its arms, bool (B, 1, 1, 1): long
    sleeves hang down beside the body in the data set."""
    here = mask > 0.5
    columns, rows = (torch.arange(size, device=mask.device) for size in (mask.shape[3], mask.shape[2]))
    rows = rows.view(1, 1, -1, 1)
    left = torch.where(here, columns, mask.shape[3]).amin(3, keepdim=True)
    right = torch.where(here, columns, -1).amax(3, keepdim=True)
    width = (right - left + 1).clamp_min(0).float()
    top = torch.where(width > 0, rows, mask.shape[2]).amin(2, keepdim=True)
    bottom = torch.where(width > 0, rows, -1).amax(2, keepdim=True)
    down = (rows - top) / (bottom - top + 1).clamp_min(1)
    arms = torch.where((down >= 0.15) & (down < 0.45), width, 0.0).amax(2, keepdim=True)
    below = (down >= 0.6) & (down < 0.8)
    return (width * below).sum(2, keepdim=True) / below.sum(2, keepdim=True).clamp_min(1) < 0.85 * arms


def sleeved_dress(pixels: Tensor, mask: Tensor, labels: Tensor, random: Random) -> tuple[Tensor, Tensor]:
    """Some dresses become a T-shirt of the same batch, lengthened below its arms: the data set's own dresses
    are narrow and mostly without sleeves, many that people own are not."""
    shirts = (labels == T_SHIRT).nonzero().flatten()
    if not len(shirts):
        return pixels, mask
    chosen = is_one_of(labels, (DRESS,)) & random.chance(0.4)
    shirt = random.one_of(shirts)
    x, y = coordinates(pixels.shape[-2:], pixels.device)
    waist, length = random.uniform(-0.4, -0.1), random.uniform(1.5, 2.6)
    narrower = random.uniform(1.4, 1.9) * (1 - random.uniform(0.0, 0.35) * (y - waist).clamp_min(0))
    v = torch.where(y > waist, waist + (y - waist) / length, y)
    drawn = looked_up(pixels[shirt], mask[shirt], x * narrower, v, "bilinear")
    return torch.where(chosen, drawn[:, :1], pixels), torch.where(chosen, drawn[:, 1:], mask)


def pair_of_shoes(pixels: Tensor, mask: Tensor, labels: Tensor, random: Random) -> tuple[Tensor, Tensor]:
    """Shoes often become a pair lying side by side in any direction, as seen from above."""
    x, y = coordinates(pixels.shape[-2:], pixels.device)
    chosen = is_one_of(labels, SHOES) & random.chance(0.6)
    upright = math.pi / 2 + 0.3 * random.normal()
    angle = torch.where(random.chance(0.6), upright, random.uniform(-math.pi, math.pi))
    apart, along, toe_in = random.uniform(0.2, 0.5), random.uniform(-0.2, 0.2), 0.15 * random.normal()
    mirror = torch.where(random.chance(0.7), -1.0, 1.0)

    soles = random.chance(0.5)
    width, waist, heel = random.uniform(0.3, 0.45), random.uniform(0, 0.2), random.uniform(-0.2, 0.15)
    opening, opening_width = random.uniform(0.0, 0.6), random.uniform(0.3, 0.75)
    inside, upper = random.uniform(0.0, 1.0), random.uniform(0.25, 0.95)
    straps, steepness = torch.where(random.chance(0.35), random.uniform(3, 9), 0.0), random.uniform(0.8, 2)

    def one_shoe(side: float, mirror: Tensor | float) -> Tensor:
        turn = angle + side * toe_in
        u = (turn.cos() * x + turn.sin() * y - side * along) * 1.5
        v = (-turn.sin() * x + turn.cos() * y - side * apart) * 1.5 * mirror
        seen = looked_up(pixels, mask, u, v, "bilinear")
        # From above: an outline like a foot, the opening behind, or straps over a sole.
        half = (
            width * (1 - u.abs().clamp_max(1) ** 3).sqrt() * (1 + heel * u - waist * torch.cos(3 * u - 0.5))
        )
        foot = ((v.abs() < half) & (u.abs() < 1)).float()
        hole = ((u - opening) / 0.5) ** 2 + (v / (half * opening_width + 1e-3)) ** 2 < 1
        strap = (straps > 0) & (torch.sin(u * straps + steepness * v) > 0)
        texture = looked_up(pixels, mask, u * 0.5, v * 0.5, "bilinear")[:, :1] * 0.3
        shade = torch.where(hole | strap, inside, upper) + texture - 0.15
        drawn = torch.cat([shade.clamp(0.06, 1) * foot, foot], 1)
        return torch.where(soles, drawn, seen)

    first, second = one_shoe(1.0, 1.0), one_shoe(-1.0, mirror)
    pair = torch.where(first[:, 1:] > 0.5, first, second)
    return torch.where(chosen, pair[:, :1], pixels), torch.where(chosen, pair[:, 1:], mask)
