"""From ink on paper to images like those of MNIST and its relatives.

MNIST's authors fitted black-and-white characters into 20 x 20 pixels and put their centre of mass into the
middle of 28 x 28 (LeCun et al. 1998). EMNIST's are larger and centred by their box (Cohen et al. 2017).
Therefore size and place are measured on the training images of the data set in question.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from ..base.errors import PhotoError
from ..data.datasets import Dataset
from ..data.decode import Picture
from .ink import find_ink, stroke_width
from .prepare import Corrections, PreparedPhoto, Step, first_steps, resize_to_28, turn_and_crop

INK = 25
"""Pixels of training images that are brighter belong to the character."""

MEASURED = 2000
"""Training images on which the layout is measured."""

DETAIL = 8
"""A character is drawn with so many pixels per pixel of the image before it is made small."""

LEAST_SIDE = 240
"""Smaller pictures are enlarged before ink is looked for, pixels."""


@dataclass(frozen=True)
class Layout:
    """How the characters of a data set lie in their images, which are square.

    side: pixels of the image. longer: pixels of a character's longer side. by_mass: whether it is its centre
    of mass that lies at `centre` (y, x), else the middle of its box. strokes: the width of thin and of bold
    strokes, pixels, see `ink.stroke_width`.
    """

    side: int
    longer: int
    by_mass: bool
    centre: tuple[float, float]
    strokes: tuple[float, float]


@lru_cache(maxsize=8)
def measure(data: Dataset) -> Layout:
    """The layout of a data set's training images."""
    images = data.train_images[:: max(1, len(data.train_images) // MEASURED), 0]
    images = images[(images > INK).any((1, 2))].astype(np.float32)
    boxes = np.array([_box(image > INK) for image in images])  # top, left, bottom, right
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    masses = np.array([_centre_of_mass(image) for image in images])
    by_mass = bool(masses.std(0).sum() < middles.std(0).sum())
    return Layout(
        side=images.shape[1],
        longer=round(np.median((boxes[:, 2:] - boxes[:, :2]).max(1))),
        by_mass=by_mass,
        centre=tuple(np.median(masses if by_mass else middles, axis=0).tolist()),
        strokes=tuple(np.percentile([stroke_width(image) for image in images], (10, 90)).tolist()),
    )


def prepare_digit(picture: Picture, corrections: Corrections, layout: Layout) -> PreparedPhoto:
    """Find the ink, and draw it as large, as bold and in the place of the data set's characters; in one view.

    Raises `PhotoError` for a picture of one colour.
    """
    notes = list(picture.warnings)
    rgb = turn_and_crop(picture.rgb, corrections)
    if np.ptp(rgb, axis=(0, 1)).max() < 12:
        raise PhotoError("The picture has only one colour: there is nothing to see. Choose another one.")
    steps = first_steps(picture, rgb)
    ink = find_ink(_enlarged(rgb), corrections.invert) if corrections.remove_background else None
    if ink is None:
        how = "The whole picture in grey, bright on dark."
        if corrections.remove_background:
            notes.append("No ink stands out from its ground: the whole picture is read.")
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
        if (np.median(grey) > 127) != corrections.invert:
            grey = 255 - grey
        image = resize_to_28(grey)[None]
    else:
        image = draw(ink, layout)
        how = "As large, as bold and in the same place as in the data set."
        shown = (255 - 255 * ink).round().astype(np.uint8)
        steps.append(Step("Ink", "What was found to be ink; everything else is white.", shown))
    steps.append(Step("What the model sees", how, image[0]))
    return PreparedPhoto.of_one_view(image, tuple(steps), tuple(notes))


def draw(ink: np.ndarray, layout: Layout) -> np.ndarray:
    """uint8 (1, side, side), bright on black as in the data set, from float32 ink (h, w) where 0.5 is the
    edge of a stroke. Strokes thinner or bolder than the data set's are redrawn at its width."""
    top, left, bottom, right = _box(ink > 0.5)
    part = np.pad(ink, 2)[top : bottom + 4, left : right + 4]
    scale = DETAIL * layout.longer / max(bottom - top, right - left)
    size = round(part.shape[1] * scale), round(part.shape[0] * scale)
    drawn = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    # Chalk and pencil are rough. A blur as wide as the stroke would wipe it out.
    drawn = cv2.GaussianBlur(drawn, (0, 0), min(DETAIL, stroke_width(drawn)) / 4)
    drawn = (drawn > drawn.max() / 2).astype(np.uint8)
    image = _place(drawn, layout)
    for _ in range(3):  # a very thin stroke looks wider than it is when it is made small
        width = stroke_width(image)
        change = round((float(np.clip(width, *layout.strokes)) - width) * DETAIL)
        redrawn = _bolder(drawn, change)
        if change == 0 or not redrawn.any():
            break
        drawn, image = redrawn, _place(redrawn, layout)
    return image.round().astype(np.uint8)[None]


def _bolder(drawn: np.ndarray, change: int) -> np.ndarray:
    """The strokes wider by so many pixels, or thinner."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(change) + 1, abs(change) + 1))
    padded = np.pad(drawn, abs(change))
    return cv2.dilate(padded, disc) if change > 0 else cv2.erode(padded, disc)


def _place(drawn: np.ndarray, layout: Layout) -> np.ndarray:
    """float32 (side, side) in 0..255: the character, drawn large in 0 and 1, made small and put in place."""
    top, left, bottom, right = _box(drawn > 0)
    drawn = drawn[top:bottom, left:right].astype(np.float32)
    scale = layout.longer / max(drawn.shape)
    height, width = (max(1, round(side * scale)) for side in drawn.shape)
    small = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA) * 255
    middle = _centre_of_mass(small) if layout.by_mass else (height / 2, width / 2)
    top, left = (
        int(np.clip(round(centre - at), 0, layout.side - length))
        for centre, at, length in zip(layout.centre, middle, (height, width), strict=True)
    )
    image = np.zeros((layout.side, layout.side), np.float32)
    image[top : top + height, left : left + width] = small
    return image


def _enlarged(rgb: np.ndarray) -> np.ndarray:
    factor = LEAST_SIDE / max(rgb.shape[:2])
    return cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC) if factor > 1 else rgb


def _box(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Top, left, bottom, right of what is set."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    """y, x in pixels from the upper left corner."""
    places = np.arange(len(image)) + 0.5, np.arange(image.shape[1]) + 0.5
    total = float(image.sum())
    return float(image.sum(1) @ places[0]) / total, float(image.sum(0) @ places[1]) / total
