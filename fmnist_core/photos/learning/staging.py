"""Pictures that shops would take, staged from cut-out garments: on a studio's ground, or worn by a figure.

The photos to learn from show garments on beds and floors. Shops show them on even grounds of any colour, or
on people, whose heads, arms and legs end up in the outline. What is staged here goes through the same
segmentation as any photo, so that a model meets the outlines that will come of such pictures.
"""

from dataclasses import dataclass

import cv2
import numpy as np

HEIGHT = 300
"""Longer side of a staged picture is about this many pixels."""

TOPS = frozenset({"t-shirt", "longsleeve", "shirt", "outwear", "T-shirt/top", "Pullover", "Coat", "Shirt"})
DRESSES = frozenset({"dress", "Dress"})
LONG_SLEEVES = frozenset({"longsleeve", "shirt", "outwear", "Pullover", "Coat", "Shirt"})
"""Folders of photos and classes of Fashion-MNIST by how they are worn."""

WORN = 0.6
"""Share of tops and dresses that are worn."""

PRINTED = 0.4
"""Share of garments with long sleeves that get a print on the chest: else only T-shirts would have one."""

HOODED = 0.25
"""Share of worn garments with long sleeves whose hood is up."""

SKINS = np.float32(
    [(255, 224, 196), (241, 194, 165), (224, 172, 135), (198, 134, 96), (141, 85, 54), (92, 56, 36)]
)


@dataclass(frozen=True)
class CutOut:
    """A garment and where it is: uint8 RGB (height, width, 3), bool (height, width)."""

    rgb: np.ndarray
    mask: np.ndarray


def dye(image: np.ndarray, rng: np.random.Generator, side: int = 200) -> CutOut | None:
    """An image of Fashion-MNIST, uint8 (28, 28), enlarged and in colour; None for one that is nearly empty.

    Its greys are the negative of the product picture that it was made from (Xiao et al. 2017), and fade at
    the outline, which would leave a pale rim: the rim takes the greys beside it.
    """
    square = np.ones((3, 3), np.uint8)
    mask = cv2.morphologyEx((image > 8).astype(np.uint8), cv2.MORPH_CLOSE, square)
    inner = cv2.erode(mask, square)
    values = image.astype(np.float32)
    if inner.sum() > 0.3 * mask.sum():
        beside = cv2.dilate(values * inner, np.ones((5, 5), np.uint8))
        values = np.where(inner > 0, values, beside * mask)
    values = np.where(mask > 0, values, cv2.dilate(values, square))
    values = cv2.resize(values, (side, side), interpolation=cv2.INTER_CUBIC).clip(0, 255)
    soft = cv2.resize(mask.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
    inside = cv2.GaussianBlur(soft, (0, 0), 2) > 0.5
    if inside.sum() < 200:
        return None
    dark, bright = rng.uniform(0, 90, 3), rng.uniform(110, 255, 3)
    if rng.random() < 0.45:  # no colour
        dark[:], bright[:] = dark.mean(), bright.mean()
    if rng.random() < 0.15:
        dark, bright = bright, dark
    rgb = dark + (bright - dark) * (1 - values[..., None] / 255)
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return CutOut(rgb.clip(0, 255).astype(np.uint8)[window], inside[window])


def stage(garment: CutOut, kind: str, rng: np.random.Generator) -> np.ndarray:
    """A staged picture, uint8 RGB. kind: the folder or class of the garment, which says how it is worn."""
    worn = kind in TOPS | DRESSES and rng.random() < WORN
    garment = CutOut(_recolour(garment.rgb, rng), garment.mask)
    if kind in LONG_SLEEVES and rng.random() < PRINTED:
        garment = CutOut(_print(garment, rng), garment.mask)
    picture = _wear(garment, kind, rng) if worn else _lay_out(garment, rng)
    picture = picture.clip(0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        quality = int(rng.uniform(60, 95))
        picture = cv2.imdecode(
            cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR
        )
    return np.ascontiguousarray(picture)


def _recolour(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if rng.random() < 0.4:
        return rgb
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.uniform(0, 180)) % 180
    hsv[..., 1] *= rng.uniform(0.4, 1.4)
    hsv[..., 2] = hsv[..., 2] * rng.uniform(0.5, 1.4) + rng.uniform(-25, 25)
    return cv2.cvtColor(hsv.clip(0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB)


def _print(garment: CutOut, rng: np.random.Generator) -> np.ndarray:
    """Lines of letters, or a picture, on the chest."""
    height, width = garment.mask.shape
    side = int(rng.uniform(0.12, 0.35) * width), int(rng.uniform(0.06, 0.3) * height)
    left = int(width / 2 - side[0] / 2 + rng.uniform(-0.08, 0.08) * width)
    top = int(rng.uniform(0.22, 0.5) * height)
    printed = garment.rgb.copy()
    window = printed[top : top + side[1], left : left + side[0]]
    if window.size == 0:
        return printed
    ink = rng.uniform(0, 255, 3)
    if rng.random() < 0.6:
        text = "".join(rng.choice(list("ABCEHIKMNORSTUX"), 9))
        canvas = np.zeros((90, 260), np.uint8)
        for line, start in enumerate(range(0, 3 * int(rng.integers(1, 4)), 3)):
            cv2.putText(canvas, text[start : start + 6], (4, 28 * (line + 1)), 0, 1, 255, 5)
        shape = cv2.resize(canvas, window.shape[1::-1], interpolation=cv2.INTER_AREA) > 90
        window[shape] = ink
    else:
        cells = rng.uniform(0, 255, (4, 4, 3)).astype(np.float32)
        window[:] = cv2.resize(cells, window.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return printed


def _ground(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """White, grey with a floor, coloured, dark, or blurred; float32 (height, width, 3) in 0..255."""
    kind = rng.random()
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    flat = np.ones((height, width, 3), np.float32)
    if kind < 0.35:
        return flat * rng.uniform(238, 255)
    if kind < 0.65:
        above, below = rng.uniform(150, 245, 2)
        ground = (above + (below - above) * y) * flat + rng.uniform(-6, 6, 3)
        if rng.random() < 0.35:
            floor = np.where(y > rng.uniform(0.55, 0.85), rng.uniform(-25, 25), 0.0)
            ground = cv2.GaussianBlur(np.float32(ground + floor), (0, 0), rng.uniform(1, 12))
        return ground
    if kind < 0.8:
        return (rng.uniform(0, 255, 3) + rng.uniform(-30, 30) * y + rng.uniform(-15, 15) * x) * flat
    if kind < 0.88:
        return flat * rng.uniform(0, 60) + rng.uniform(0, 25, 3)
    cells = int(rng.integers(3, 12))
    noise = rng.uniform(0, 255, (cells, cells, 3)).astype(np.float32)
    blurred = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    mean = blurred.mean((0, 1))
    return mean + (blurred - mean) * rng.uniform(0.15, 0.6)


def _resize(garment: CutOut, across: float, down: float) -> tuple[np.ndarray, np.ndarray]:
    """Float32 RGB, and its cover in 0..1 with a soft outline."""
    height, width = garment.mask.shape
    size = (max(8, round(width * across)), max(8, round(height * down)))
    rgb = cv2.resize(garment.rgb, size, interpolation=cv2.INTER_AREA if down < 1 else cv2.INTER_LINEAR)
    cover = cv2.resize(garment.mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    return rgb.astype(np.float32), cv2.GaussianBlur(cover, (0, 0), 0.8)


def _paint(picture: np.ndarray, paint: np.ndarray, cover: np.ndarray) -> np.ndarray:
    return picture * (1 - cover[..., None]) + paint * cover[..., None]


def _lay_out(garment: CutOut, rng: np.random.Generator) -> np.ndarray:
    """On a ground, with a margin, some with a shadow below."""
    scale = rng.uniform(170, 280) / max(garment.mask.shape)
    rgb, cover = _resize(garment, scale, scale)
    height, width = cover.shape
    around, above = rng.uniform(0.04, 0.35, 2)
    picture = _ground(round(height * (1 + 2 * above)), round(width * (1 + 2 * around)), rng)
    left = round((picture.shape[1] - width) * rng.uniform(0.3, 0.7))
    top = round((picture.shape[0] - height) * rng.uniform(0.3, 0.7))
    if rng.random() < 0.35:
        shadow = np.zeros(picture.shape[:2], np.float32)
        middle = (left + width // 2, min(len(picture) - 1, top + height - 2))
        cv2.ellipse(shadow, middle, (width // 2, max(3, height // 14)), 0, 0, 360, 1, -1)
        picture = picture * (1 - cv2.GaussianBlur(shadow, (0, 0), 6)[..., None] * rng.uniform(0.1, 0.5))
    window = np.s_[top : top + height, left : left + width]
    picture[window] = _paint(picture[window], rgb, cover)
    return picture


def _wear(garment: CutOut, kind: str, rng: np.random.Generator) -> np.ndarray:
    """On a figure of simple shapes: legs and arms behind the garment, neck, head, hair, hands."""
    top = kind in TOPS
    down = (rng.uniform(130, 170) if top else rng.uniform(160, 200)) / len(garment.mask)
    rgb, cover = _resize(garment, down * rng.uniform(0.75, 1.0), down)
    height, width = cover.shape
    picture = _ground(height + 260, round(width * 1.6 + 60), rng)
    centre, collar = picture.shape[1] // 2, 90
    skin = SKINS[rng.integers(len(SKINS))] * rng.uniform(0.85, 1.05) + rng.uniform(-8, 8, 3)
    widths = (cover[int(0.15 * height) : int(0.3 * height) + 1] > 0.5).sum(1)
    shoulders = min(width, max(40, float(np.median(widths)))) * rng.uniform(0.55, 0.8)

    def paint(draw, colour: np.ndarray) -> None:
        nonlocal picture
        layer = np.zeros(picture.shape[:2], np.float32)
        draw(layer)
        picture = _paint(picture, colour, cv2.GaussianBlur(layer, (0, 0), 1))

    leg, apart = shoulders * rng.uniform(0.16, 0.26), shoulders * rng.uniform(0.15, 0.25)
    hips = collar + round(height * 0.85)

    def legs(layer: np.ndarray) -> None:
        for side in (-1, 1):
            foot = (int(centre + side * apart * rng.uniform(0.8, 1.4)), len(layer))
            cv2.line(layer, (int(centre + side * apart), hips), foot, 1, max(2, int(leg) * 2))
        if top:
            half = int(apart + leg)
            cv2.rectangle(layer, (centre - half, hips), (centre + half, hips + int(0.2 * height)), 1, -1)

    bare = not top or rng.random() < 0.1
    paint(legs, skin if bare else rng.uniform(0, 255, 3) * rng.uniform(0.2, 1))

    if kind not in LONG_SLEEVES:
        arm = shoulders * rng.uniform(0.1, 0.16)

        def arms(layer: np.ndarray) -> None:
            for side in (-1, 1):
                shoulder = (centre + side * shoulders / 2, collar + 0.14 * height)
                elbow = (
                    shoulder[0] + side * rng.uniform(0.02, 0.25) * width,
                    collar + height * rng.uniform(0.45, 0.6),
                )
                hand = (
                    elbow[0] + side * rng.uniform(-0.25, 0.05) * width,
                    collar + height * rng.uniform(0.7, 1.0),
                )
                cv2.polylines(layer, [np.int32([shoulder, elbow, hand])], False, 1, max(2, int(arm * 2)))

        paint(arms, skin * rng.uniform(0.85, 1))

    half = rng.uniform(0.13, 0.2) * height * (1 if top else 0.8)  # of the head
    long = half * rng.uniform(1.25, 1.5)
    neck = half * rng.uniform(0.45, 0.65)
    face = int(centre + rng.uniform(-0.04, 0.04) * width), int(collar + 0.03 * height - long * 0.8)
    hair = rng.choice([20, 50, 90, 160]) * np.array([1.0, 0.8, 0.6]) * rng.uniform(0.6, 1.2)

    def head(layer: np.ndarray) -> None:
        cv2.rectangle(
            layer, (int(centre - neck), face[1]), (int(centre + neck), int(collar + 0.12 * height)), 1, -1
        )
        cv2.ellipse(layer, face, (int(half), int(long)), 0, 0, 360, 1, -1)

    def long_hair(layer: np.ndarray) -> None:
        cv2.ellipse(
            layer, (face[0], int(face[1] + long * 0.4)), (int(half * 1.3), int(long * 1.5)), 0, 0, 360, 1, -1
        )

    def short_hair(layer: np.ndarray) -> None:
        size = (int(half * 1.12 * rng.uniform(0.9, 1.2)), int(long * 1.08))
        cv2.ellipse(layer, (face[0], int(face[1] - long * 0.15)), size, 0, 180, 360, 1, -1)
        layer[max(0, int(face[1] - 0.25 * long)) :] = 0

    if kind in LONG_SLEEVES and rng.random() < HOODED:
        cloth = garment.rgb[garment.mask].mean(0)
        paint(long_hair if rng.random() < 0.5 else head, cloth)
        if rng.random() < 0.7:  # a face, or the dark inside of the hood
            inside = skin if rng.random() < 0.5 else cloth * rng.uniform(0.2, 0.7)
            paint(
                lambda layer: cv2.ellipse(layer, face, (int(half / 2), int(long / 2)), 0, 0, 360, 1, -1),
                inside,
            )
    else:
        if rng.random() < 0.3:
            paint(long_hair, hair)
        paint(head, skin)
        paint(short_hair, hair)

    left = centre - width // 2
    window = np.s_[collar : collar + height, left : left + width]
    picture[window] = _paint(picture[window], rgb, cover)
    cuffs = np.flatnonzero((cover[int(0.75 * height) :] > 0.5).any(0)) + left
    if kind in LONG_SLEEVES and len(cuffs):
        wrist = int(collar + height * rng.uniform(0.8, 1.0))

        def hands(layer: np.ndarray) -> None:
            for x in (cuffs[0] + 4, cuffs[-1] - 4):
                cv2.circle(layer, (int(x), wrist), max(3, int(shoulders * 0.09)), 1, -1)

        paint(hands, skin)
    return _frame(picture, face[1], long, collar, height, top, rng)


def _frame(
    picture: np.ndarray, face: int, head: float, collar: int, height: int, top: bool, rng: np.random.Generator
) -> np.ndarray:
    """As a photographer frames it: from the knees up, often without the head, sometimes close to the arms."""
    place = rng.random()
    if place < 0.5:
        above = 0.0
    elif place < 0.85:
        above = rng.uniform(face, collar)
    else:
        above = face - head * rng.uniform(0.5, 1)
    below = collar + height + rng.uniform(-0.08 * height if top else 0.0, 110)
    side = int(rng.uniform(0, 0.22) * picture.shape[1])
    return picture[max(0, int(above)) : min(len(picture), int(below)), side : picture.shape[1] - side]
