"""Digits of MNIST, and three kinds of fruit, as people would show them to a camera."""

from collections.abc import Callable

import cv2
import numpy as np
from photo_runs import encoded
from PIL import Image, ImageDraw


def stroke(image: np.ndarray, side: float) -> np.ndarray:
    """The digit of a uint8 (28, 28) image so large that its longer side has `side` pixels, float (h, w): 1 is
    ink, with a soft edge."""
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    digit = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32) / 255
    digit = np.pad(digit, 2)
    factor = side / (max(digit.shape) - 4)
    large = cv2.resize(digit, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    large = cv2.GaussianBlur(large, (0, 0), factor / 3)
    return ((large - 0.5) * factor / 2 + 0.5).clip(0, 1)


def light(rng: np.random.Generator, height: int, width: int, unevenness: float) -> np.ndarray:
    """How brightly each place is lit, about 1, float (height, width, 1)."""
    few = rng.normal(size=(4, 4)).astype(np.float32)
    return 1 + unevenness * cv2.resize(few, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]


def on_paper(
    image: np.ndarray,
    rng: np.random.Generator,
    ink: tuple[int, int, int] = (30, 30, 40),
    paper: tuple[int, int, int] = (244, 243, 238),
    strength: float = 1.0,
    unevenness: float = 0.02,
    before: Callable[[np.ndarray], None] = lambda page: None,
    noise: float = 2.0,
) -> np.ndarray:
    """A digit anywhere on a page, uint8 (side, side, 3), 300 to 600 pixels; `before` prints on the page."""
    side = int(rng.integers(300, 601))
    page = np.ones((side, side, 3), np.float32) * np.float32(paper)
    before(page)
    digit = stroke(image, side * rng.uniform(0.35, 0.7))
    top, left = (int(rng.integers(3, side - length - 2)) for length in digit.shape)
    place = page[top : top + digit.shape[0], left : left + digit.shape[1]]
    place += (np.float32(ink) - place) * digit[..., None] * strength
    page = page * light(rng, side, side, unevenness) + rng.normal(scale=noise, size=page.shape)
    return page.clip(0, 255).astype(np.uint8)


def ruled(page: np.ndarray) -> None:
    """Pale blue lines and margins, as in an exercise book."""
    page[20::40] = page[21::40] = (190, 200, 225)
    page[:, 30::40] = page[:, 31::40] = (190, 200, 225)


def on_a_desk(page: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A page photographed at an angle on a dark striped desk."""
    height, width = page.shape[:2]
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    inward = rng.uniform(0.05, 0.14, (4, 2)).astype(np.float32) * np.float32(
        [[1, 1], [-1, 1], [-1, -1], [1, -1]]
    )
    seen = cv2.getPerspectiveTransform(corners, corners + inward * np.float32([width, height]))
    mask = cv2.warpPerspective(np.ones((height, width), np.float32), seen, (width, height))[..., None]
    desk = np.float32([90, 60, 45]) + rng.normal(scale=12, size=(height, 1, 1))
    photo = cv2.warpPerspective(page.astype(np.float32), seen, (width, height)) * mask + desk * (1 - mask)
    slope = np.linspace(0.6, 1, width)[None, :, None]
    return (photo * slope).clip(0, 255).astype(np.uint8)


def picture(pixels: np.ndarray) -> Image.Image:
    """uint8 (H, W), (1, H, W), (3, H, W) or (H, W, 3) as a picture."""
    if pixels.ndim == 3 and pixels.shape[0] in (1, 3):
        pixels = pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)
    return Image.fromarray(np.ascontiguousarray(pixels))


def shapes(count: int, colour: bool, seed: int) -> dict[str, bytes]:
    """Pictures of three kinds in folders, as a person would zip them: wide, in the middle, on any ground.

    Grey: a disc, a bar across, a bar upright. Colour: discs that only their colour tells apart.
    """
    rng = np.random.default_rng(seed)
    files = {}
    for number in range(count):
        for name, tone in (("apple", (190, 40, 40)), ("lime", (60, 170, 50)), ("plum", (70, 50, 170))):
            width, height = int(rng.integers(220, 320)), int(rng.integers(160, 220))
            image = Image.new("RGB", (width, height), tuple(rng.integers(150, 255, 3).tolist()))
            x, y = width / 2 + rng.uniform(-12, 12), height / 2 + rng.uniform(-12, 12)
            half = {"apple": (50, 50), "lime": (70, 18), "plum": (18, 70)}[name]
            half = (50, 50) if colour else half
            fill = tuple((np.array(tone) + rng.integers(-25, 26, 3)).tolist()) if colour else (70, 65, 60)
            ImageDraw.Draw(image).ellipse((x - half[0], y - half[1], x + half[0], y + half[1]), fill=fill)
            files[f"{name}/{number}.png"] = encoded(image)
    return files
