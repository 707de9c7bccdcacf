"""Catalogue images made to look like prepared phone photos: the augmentation of the recipe `photo`.

What differs between the two, seen on photos, and what is done here for it:
- surface: folds, prints, stripes, light from one side, other contrast     -> `_surface`
- dresses that are wide and have sleeves                                   -> `_sleeved_dress`
- two shoes from above instead of one from the side                        -> `_pair_of_shoes`
- pose: sleeves spread, lying askew, wider when lying flat                  -> `_geometry`
- outline: background that was kept, parts that were lost, a hanger        -> `_outline`

Works on whole batches on any device; all random numbers come from the generator that is passed.
"""

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

BLACK = 8 / 255
"""Pixels darker than this are background in Fashion-MNIST."""

UNCHANGED = 0.15
"""Share of the images that stay as they are: the model must go on reading the data set itself."""

T_SHIRT = 0
LONG_SLEEVES = (2, 4, 6)
TOPS = (T_SHIRT, *LONG_SLEEVES)
DRESSES = (3,)
SHOES = (5, 7, 9)
"""Labels of Fashion-MNIST: T-shirt/top; Pullover, Coat, Shirt; Dress; Sandal, Sneaker, Ankle boot."""


def augment(images: Tensor, generator: torch.Generator, labels: Tensor | None = None) -> Tensor:
    """Images (B, 1, H, W), uint8 or float in 0..1, changed at random; same shape, dtype and device.

    labels: int64 (B,) of Fashion-MNIST's ten classes; without them sleeves and shoes are left alone.
    """
    pixels = images.float() / 255 if images.dtype == torch.uint8 else images
    random = _Random(generator, len(pixels), pixels.device)
    mask = garment_mask(pixels)
    changed = _surface(pixels, mask, random)
    if labels is not None:
        changed, mask = _sleeved_dress(changed, mask, labels, random)
        changed, mask = _pair_of_shoes(changed, mask, _is_one_of(labels, SHOES), random)
    changed, mask = _geometry(changed, mask, labels, random)
    changed = _outline(changed, mask, random)
    changed = torch.where(random.chance(UNCHANGED), pixels, changed.clamp(0, 1))
    return (changed * 255).round().to(torch.uint8) if images.dtype == torch.uint8 else changed


def garment_mask(pixels: Tensor) -> Tensor:
    """1 where the garment is, 0 elsewhere; float (B, 1, H, W). Small holes and gaps are closed."""
    grown = box_sum((pixels > BLACK).float(), 1) > 0.5
    return (box_sum((~grown).float(), 1) < 0.5).float()


def box_sum(images: Tensor, radius: int) -> Tensor:
    """The sum over the square of that radius around each pixel. Two products with a band matrix: several
    times faster than pooling on a processor."""
    rows, columns = (_band(size, radius, images.device) for size in images.shape[-2:])
    return rows @ images @ columns


@lru_cache(maxsize=16)
def _band(size: int, radius: int, device: torch.device) -> Tensor:
    places = torch.arange(size, device=device)
    return ((places[:, None] - places).abs() <= radius).float()


@lru_cache(maxsize=16)
def _interpolation(size: int, side: int, device: torch.device) -> Tensor:
    """(size, side): cubic interpolation from side to size numbers, as a matrix."""
    unit = torch.eye(side, device=device).view(side, 1, side, 1)
    return F.interpolate(unit, (size, 1), mode="bicubic", align_corners=False)[:, 0, :, 0].T.contiguous()


class _Random:
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

    def smooth(self, side: int, size: tuple[int, int], channels: int = 1) -> Tensor:
        """A smooth random field (B, channels, H, W): normal values on a side x side grid, interpolated."""
        rows, columns = (_interpolation(length, side, self.device) for length in size)
        return rows @ self.normal(channels, side, side) @ columns.T


def _surface(pixels: Tensor, mask: Tensor, random: _Random) -> Tensor:
    """New intensities inside the mask: own texture stretched or inverted, prints, stripes, light, noise."""
    size = pixels.shape[-2:]
    x, y = _coordinates(size, pixels.device)
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


def _sleeved_dress(pixels: Tensor, mask: Tensor, labels: Tensor, random: _Random) -> tuple[Tensor, Tensor]:
    """Some dresses become a T-shirt of the same batch, lengthened below its arms: the data set's own dresses
    are narrow and mostly without sleeves, many that people own are not."""
    shirts = (labels == T_SHIRT).nonzero().flatten()
    if not len(shirts):
        return pixels, mask
    chosen = _is_one_of(labels, DRESSES) & random.chance(0.4)
    shirt = shirts[(random.uniform(0, 1).flatten() * len(shirts)).long().clamp_max(len(shirts) - 1)]
    x, y = _coordinates(pixels.shape[-2:], pixels.device)
    waist, length = random.uniform(-0.4, -0.1), random.uniform(1.5, 2.6)
    narrower = random.uniform(1.4, 1.9) * (1 - random.uniform(0.0, 0.35) * (y - waist).clamp_min(0))
    v = torch.where(y > waist, waist + (y - waist) / length, y)
    drawn = _looked_up(pixels[shirt], mask[shirt], x * narrower, v, "bilinear")
    return torch.where(chosen, drawn[:, :1], pixels), torch.where(chosen, drawn[:, 1:], mask)


def _pair_of_shoes(pixels: Tensor, mask: Tensor, shoes: Tensor, random: _Random) -> tuple[Tensor, Tensor]:
    """Shoes often become a pair lying side by side in any direction, as seen from above."""
    x, y = _coordinates(pixels.shape[-2:], pixels.device)
    chosen = shoes & random.chance(0.6)
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
        seen = _looked_up(pixels, mask, u, v, "bilinear")
        # From above: an outline like a foot, the opening behind, or straps over a sole.
        half = (
            width * (1 - u.abs().clamp_max(1) ** 3).sqrt() * (1 + heel * u - waist * torch.cos(3 * u - 0.5))
        )
        foot = ((v.abs() < half) & (u.abs() < 1)).float()
        hole = ((u - opening) / 0.5) ** 2 + (v / (half * opening_width + 1e-3)) ** 2 < 1
        strap = (straps > 0) & (torch.sin(u * straps + steepness * v) > 0)
        texture = _looked_up(pixels, mask, u * 0.5, v * 0.5, "bilinear")[:, :1] * 0.3
        shade = torch.where(hole | strap, inside, upper) + texture - 0.15
        drawn = torch.cat([shade.clamp(0.06, 1) * foot, foot], 1)
        return torch.where(soles, drawn, seen)

    first, second = one_shoe(1.0, 1.0), one_shoe(-1.0, mirror)
    pair = torch.where(first[:, 1:] > 0.5, first, second)
    return torch.where(chosen, pair[:, :1], pixels), torch.where(chosen, pair[:, 1:], mask)


def _geometry(pixels: Tensor, mask: Tensor, labels: Tensor | None, random: _Random) -> tuple[Tensor, Tensor]:
    """Turned, stretched, sheared, bent, sleeves spread, mirrored, and fitted into the frame again.

    The outline's proportions tell a dress from a T-shirt: tops become wider, as they do when they lie flat,
    and hardly narrower; dresses spread out below.
    """
    sleeved, tops, dresses = (_is_one_of(labels, wanted) for wanted in (LONG_SLEEVES, TOPS, DRESSES))
    size = pixels.shape[-2:]
    angle = torch.where(random.chance(0.8), random.normal() * 0.08, random.normal() * 0.3)
    stretch = torch.where(dresses, random.uniform(-0.2, 0.1), random.uniform(-0.3, 0.15))
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
    x, y = _coordinates(size, pixels.device)
    field = 1.6
    moved = _looked_up(pixels, mask, *warp(x * field, y * field), "nearest")[:, 1:]
    left, right = _extent(moved.amax(2, keepdim=True), x * field)
    top, bottom = _extent(moved.amax(3, keepdim=True), y * field)
    half = torch.maximum(right - left, bottom - top).clamp_min(0.2) / 2 * random.uniform(1.0, 1.1)
    x = x * half + (left + right) / 2 + random.uniform(-0.06, 0.06)
    y = y * half + (top + bottom) / 2 + random.uniform(-0.06, 0.06)
    moved = _looked_up(pixels, mask, *warp(x, y), "bilinear")
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


def _outline(pixels: Tensor, mask: Tensor, random: _Random) -> Tensor:
    """What segmentation gets wrong: remains of the background, lost parts, a cut edge, a hanger; blur."""
    size = pixels.shape[-2:]
    x, y = _coordinates(size, pixels.device)
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


def _is_one_of(labels: Tensor | None, wanted: tuple[int, ...]) -> Tensor:
    """bool, (B, 1, 1, 1), or (1, 1, 1, 1) of False without labels."""
    if labels is None:
        return torch.zeros(1, 1, 1, 1, dtype=torch.bool)
    return torch.isin(labels, torch.tensor(wanted, device=labels.device)).view(-1, 1, 1, 1)


def _coordinates(size: tuple[int, int], device: torch.device) -> tuple[Tensor, Tensor]:
    """x and y of the pixels in -1..1, shaped (1, 1, 1, W) and (1, 1, H, 1)."""
    x = torch.linspace(-1, 1, size[1], device=device).view(1, 1, 1, -1)
    y = torch.linspace(-1, 1, size[0], device=device).view(1, 1, -1, 1)
    return x, y


def _looked_up(pixels: Tensor, mask: Tensor, u: Tensor, v: Tensor, mode: str) -> Tensor:
    """Image and mask (B, 2, H, W) looked up at u (right) and v (down), both (B, 1, H, W) in -1..1."""
    u, v = torch.broadcast_tensors(u, v)
    grid = torch.stack([u, v], -1).squeeze(1)
    return F.grid_sample(torch.cat([pixels, mask], 1), grid, mode=mode, align_corners=True)


def _extent(present: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
    """The lowest and the highest of the positions where something is present, (B, 1, 1, 1) each."""
    here = present > 0.5
    low = torch.where(here, positions, 1.0).amin((2, 3), keepdim=True)
    high = torch.where(here, positions, -1.0).amax((2, 3), keepdim=True)
    return low, high
