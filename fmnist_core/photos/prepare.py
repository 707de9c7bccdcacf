"""A picture -> the (1, 28, 28) images that a model sees, and every step on the way for the page to show."""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from ..base.errors import PhotoError
from ..data.decode import Picture, decode
from .segment import Guess, find_garment, on_black, plain_background, shrink

IMAGE_SIDE = 28

VIEWS = 6
"""At most so many guesses at the garment are read; the model's answers are averaged."""

WHOLE = 0.3
"""Weight of the whole picture among the guesses: it is there when no outline is right."""

STRETCHES = (1.0, 0.85)
"""Widths at which each guess is read: clothes lying flat are wider than the ones in the data set."""

TILTS = (0.0, 5.0, -5.0)
"""Degrees by which each of these is turned before it is read, since garments in photos do not lie quite
straight."""

COLOURLESS = 8
"""A picture whose channels differ by no more, in grey levels of 255, has no colour."""

MAX_SPREAD = 45.0
MAX_GAIN = 1.5
DARKEST = 20.0
"""Of a garment in training images, in grey levels: the standard deviation, to which contrast is raised by
`MAX_GAIN` at most, and its darkest pixels; 0 is black."""


@dataclass(frozen=True)
class Corrections:
    """What a person decided about a photo instead of the program.

    quarter_turns: clockwise quarter turns, 0 to 3. crop: left, top, right, bottom in parts of the turned
    picture. invert: swap bright and dark in the garment. remove_background: False takes the whole frame.
    find_upright: whether a garment that lies on its side may be turned by the program.
    """

    quarter_turns: int = 0
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    invert: bool = False
    remove_background: bool = True
    find_upright: bool = True

    def __post_init__(self) -> None:
        if self.quarter_turns not in (0, 1, 2, 3):
            raise PhotoError(
                "quarter_turns must be 0, 1, 2 or 3, got {quarter_turns!r}", quarter_turns=self.quarter_turns
            )
        left, top, right, bottom = self.crop
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise PhotoError(
                "crop must be left, top, right, bottom between 0 and 1, got {crop!r}", crop=self.crop
            )


@dataclass(frozen=True)
class Step:
    """One picture on the way: a name, a line that explains it, uint8 (h, w, 3) or (h, w)."""

    name: str
    explanation: str
    image: np.ndarray


@dataclass(frozen=True)
class PreparedPhoto:
    """What a model gets and how it came about.

    image: uint8 (C, H, W) as in the data set; of a garment the best guess, bright on black.
    views: uint8 (V, C, H, W), all guesses at all widths and angles, the first one is `image`; what looks
    like a training image, and what is no garment, is read as it is only.
    weights: float32 (V,), how much each view counts, sum 1.
    steps: from the photo to `image`. warnings: sentences. find_upright: see `Corrections`.
    """

    image: np.ndarray
    views: np.ndarray
    weights: np.ndarray
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]
    find_upright: bool = True

    @classmethod
    def of_one_view(
        cls, image: np.ndarray, steps: tuple[Step, ...], warnings: tuple[str, ...]
    ) -> "PreparedPhoto":
        """What is read as it is: in one view, and this side up."""
        return cls(image, image[None], np.ones(1, np.float32), steps, warnings, find_upright=False)


def prepare(photo: bytes | Image.Image | Picture, corrections: Corrections | None = None) -> PreparedPhoto:
    """Decode, find the garment, fit it into 28x28. Raises `PhotoError` for what cannot be used."""
    corrections = corrections or Corrections()
    picture = photo if isinstance(photo, Picture) else decode(photo)
    notes = list(picture.warnings)
    rgb = turn_and_crop(picture.rgb, corrections)
    alpha = None if picture.alpha is None else turn_and_crop(picture.alpha, corrections)
    is_cut_out = alpha is not None and np.ptp(alpha) >= 128  # then its outline needs no colour
    if not is_cut_out and max(np.ptp(channel) for channel in cv2.split(rgb)) < 12:
        raise PhotoError("The picture has only one colour: there is no garment to see. Choose another one.")

    small = shrink(rgb)
    negative = not on_black(small)  # on black it is as in training already
    may_be_as_in_training = corrections.remove_background and not is_cut_out
    as_in_training = mask_of_training_image(small) if may_be_as_in_training else None
    if as_in_training is not None:
        cut_outs, weights = [cut_out(rgb, as_in_training)], np.ones(1)
        greys = [_grey(*cut_outs[0], corrections.invert, negative)]
        views = resize_to_28(greys[0])[None, None]
    else:
        guesses = find_garment(rgb, alpha)[:VIEWS] if corrections.remove_background else []
        if corrections.remove_background and not guesses:
            notes.append("No garment stands out from the background: the whole picture is read.")
        cut_outs, weights = with_whole(rgb, guesses)
        greys = [to_training_grey(part, inside, corrections.invert) for part, inside in cut_outs]
        views = views_of(*greys)
        weights = np.tile(weights, len(STRETCHES) * len(TILTS))

    steps = first_steps(picture, rgb)
    part, inside = cut_outs[0]
    garment = np.where(inside[..., None], part, np.uint8(255))
    grey_step = "Grey and inverted, with the contrast of training images."
    if as_in_training is not None and negative:
        grey_step = "No colour and an even background, like a training image: inverted, the contrast stays."
    elif as_in_training is not None:
        grey_step = "No colour and an even background, like a training image: the greys stay as they are."
    steps += [
        Step("Garment", "What was found to be the garment; everything else is white.", garment),
        Step("Grey", grey_step, greys[0].astype(np.uint8)),
        Step("28 x 28", "Longer side 28, centred on black: this is what the model sees.", views[0, 0]),
    ]
    return PreparedPhoto(
        image=views[0],
        views=views,
        weights=(weights / weights.sum()).astype(np.float32),
        steps=tuple(steps),
        warnings=tuple(notes),
        find_upright=corrections.find_upright,
    )


def first_steps(picture: Picture, rgb: np.ndarray) -> list[Step]:
    """The upload, and what a person made of it, where that is another picture."""
    steps = [Step("Photo", "The upload, turned upright by its own tag.", picture.rgb)]
    if rgb is not picture.rgb:
        steps.append(Step("Turned and cropped", "As you set it by hand.", rgb))
    return steps


def with_whole(
    rgb: np.ndarray, guesses: list[Guess], whole: float = WHOLE
) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """The cut-outs of the guesses, then the whole picture, and how much each counts: (G + 1,), sum 1.

    whole: how much the whole picture counts.
    """
    cut_outs = [cut_out(rgb, guess.mask) for guess in guesses]
    cut_outs.append((rgb, np.ones(rgb.shape[:2], bool)))
    if not guesses:
        return cut_outs, np.ones(1)
    quality = np.array([guess.quality for guess in guesses])
    shares = np.exp(quality - quality.max())
    return cut_outs, np.append(shares / shares.sum() * (1 - whole), whole)


def mask_of_training_image(rgb: np.ndarray) -> np.ndarray | None:
    """The garment's mask in uint8 RGB (height, width, 3) without colour on an even white or black ground, as
    the data set's own images are; None for others: shops' pictures have colours."""
    return plain_background(rgb) if np.ptp(rgb, axis=-1).max() <= COLOURLESS else None


def to_training_grey(rgb: np.ndarray, inside: np.ndarray, invert: bool = False) -> np.ndarray:
    """Inverted grey, float32 (height, width) in 0..255, black outside; contrast as in training images.

    The mean stays the garment's own: dark clothes are bright, as in the data set.
    """
    grey = _grey(rgb, inside, invert)
    values = grey[inside]
    mean, spread = float(values.mean()), float(values.std())
    gain = min(MAX_SPREAD / max(spread, 1.0), MAX_GAIN)
    return np.clip((grey - mean) * gain + mean, DARKEST, 255) * inside


def _grey(rgb: np.ndarray, inside: np.ndarray, invert: bool, negative: bool = True) -> np.ndarray:
    """Grey, mostly as a negative, float32 (height, width) in 0..255, black outside."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    if negative:
        grey = 255 - grey
    if invert:
        values = grey[inside]
        grey = values.min() + values.max() - grey
    return grey * inside


def resize_to_28(grey: np.ndarray, stretch: float = 1.0) -> np.ndarray:
    """uint8 (28, 28): the longer side becomes 28, the other one is centred; the width times `stretch`."""
    height, width = grey.shape[0], grey.shape[1] * stretch
    scale = IMAGE_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    smaller = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    top, left = (IMAGE_SIDE - size[1]) // 2, (IMAGE_SIDE - size[0]) // 2
    image[top : top + size[1], left : left + size[0]] = smaller.round().clip(0, 255)
    return image


def views_of(*greys: np.ndarray) -> np.ndarray:
    """Every cut-out in grey (height, width) at every width and angle, uint8 (V, 1, 28, 28); the first one is
    the first cut-out as it is."""
    return tilted(np.stack([resize_to_28(grey, stretch) for stretch in STRETCHES for grey in greys])[:, None])


def tilted(views: np.ndarray) -> np.ndarray:
    """uint8 (V, 1, H, W) -> (len(TILTS) * V, 1, H, W): all views at the first angle, then at the next."""
    height, width = views.shape[-2:]
    centre = (width - 1) / 2, (height - 1) / 2
    turns = [cv2.getRotationMatrix2D(centre, angle, 1.0) for angle in TILTS]
    turned = [cv2.warpAffine(view[0], turn, (width, height)) for turn in turns for view in views]
    return np.stack(turned)[:, None]


def cut_out(rgb: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The part of the picture around the mask, and the mask there at the same size."""
    height, width = rgb.shape[:2]
    large = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) > 0.5
    if not large.any():
        large[:] = True
    rows, columns = np.flatnonzero(large.any(1)), np.flatnonzero(large.any(0))
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return rgb[window], large[window]


def turn_and_crop(pixels: np.ndarray, corrections: Corrections) -> np.ndarray:
    """The pixels as a person turned and cropped them; the same array where there is nothing to do."""
    if corrections.quarter_turns:
        pixels = np.ascontiguousarray(np.rot90(pixels, -corrections.quarter_turns))
    if corrections.crop != (0.0, 0.0, 1.0, 1.0):
        height, width = pixels.shape[:2]
        left, top, right, bottom = corrections.crop
        x, y = int(left * width), int(top * height)
        pixels = pixels[y : max(y + 8, round(bottom * height)), x : max(x + 8, round(right * width))]
        pixels = np.ascontiguousarray(pixels)
    return pixels
