"""A picture -> the (1, 28, 28) image that a model sees, and every step on the way for the page to show."""

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from ..errors import PhotoError
from .decode import Picture, decode
from .segment import find_garment

IMAGE_SIDE = 28


@dataclass(frozen=True)
class Corrections:
    """What a person decided about a photo instead of the program.

    quarter_turns: clockwise quarter turns, 0 to 3. crop: left, top, right, bottom in parts of the turned
    picture. invert: swap bright and dark in the garment. remove_background: False takes the whole frame.
    """

    quarter_turns: int = 0
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    invert: bool = False
    remove_background: bool = True

    def __post_init__(self) -> None:
        if self.quarter_turns not in (0, 1, 2, 3):
            raise PhotoError(f"quarter_turns must be 0, 1, 2 or 3, got {self.quarter_turns!r}")
        left, top, right, bottom = self.crop
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise PhotoError(f"crop must be left, top, right, bottom between 0 and 1, got {self.crop!r}")


@dataclass(frozen=True)
class Step:
    """One picture on the way: a name, a line that explains it, uint8 (h, w, 3) or (h, w)."""

    name: str
    explanation: str
    image: np.ndarray


@dataclass(frozen=True)
class PreparedPhoto:
    """What a model gets and how it came about.

    image: uint8 (1, 28, 28), a bright garment on black. steps: from the photo to that image.
    mask: bool (height, width), the garment in the cropped and turned picture.
    """

    image: np.ndarray
    steps: tuple[Step, ...]
    mask: np.ndarray
    warnings: tuple[str, ...]


def prepare(photo: bytes | Image.Image | Picture, corrections: Corrections | None = None) -> PreparedPhoto:
    """Decode, find the garment, fit it into 28x28. Raises `PhotoError` for what cannot be used."""
    corrections = corrections or Corrections()
    picture = photo if isinstance(photo, Picture) else decode(photo)
    notes = list(picture.warnings)
    steps = [Step("Photo", "The upload, turned upright by its own tag.", picture.rgb)]
    rgb, alpha = (_turn_and_crop(pixels, corrections) for pixels in (picture.rgb, picture.alpha))
    if rgb is not picture.rgb:
        steps.append(Step("Your corrections", "Turned and cropped by hand.", rgb))
    if int(rgb.max()) - int(rgb.min()) < 12:
        raise PhotoError("The picture has only one colour: there is no garment to see. Upload another one.")

    if corrections.remove_background:
        mask = find_garment(rgb, alpha)
        if not 0.005 < mask.mean() < 0.98:
            notes.append("No garment stands out from the background: the whole picture is read.")
            mask = np.ones(rgb.shape[:2], bool)
    else:
        mask = np.ones(rgb.shape[:2], bool)
    cut_out = np.where(mask[..., None], rgb, np.uint8(255))
    steps.append(Step("Garment", "What was found to be the garment; the rest is white.", cut_out))
    image = to_model_image(rgb, mask, corrections.invert)
    steps.append(
        Step("28 x 28", "Grey, inverted, centred: bright on black, as the training images are.", image)
    )
    return PreparedPhoto(image[None], tuple(steps), mask, tuple(notes))


def to_model_image(rgb: np.ndarray, mask: np.ndarray, invert: bool = False) -> np.ndarray:
    """The garment as uint8 (28, 28): inverted grey on black, longer side 28, centred."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    grey = 255 - cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[window].astype(np.float32)
    inside = mask[window]
    grey = match_intensities(grey, inside, invert) * inside
    height, width = grey.shape
    scale = IMAGE_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    top, left = (IMAGE_SIDE - size[1]) // 2, (IMAGE_SIDE - size[0]) // 2
    image[top : top + size[1], left : left + size[0]] = small.round().clip(0, 255)
    return image


def match_intensities(grey: np.ndarray, inside: np.ndarray, invert: bool = False) -> np.ndarray:
    """Stretch the garment's grey to the mean (150) and spread (at most 45) of training images."""
    values = grey[inside]
    mean, spread = float(values.mean()), float(values.std())
    gain = min(45 / max(spread, 1.0), 1.5)
    centred = (grey - mean) * (-gain if invert else gain)
    return np.clip(centred + 150, 20, 255)


def with_rotation(corrections: Corrections, quarter_turns: int) -> Corrections:
    """The same corrections, turned further clockwise."""
    return dataclasses.replace(corrections, quarter_turns=(corrections.quarter_turns + quarter_turns) % 4)


def _turn_and_crop(pixels: np.ndarray | None, corrections: Corrections) -> np.ndarray | None:
    if pixels is None:
        return None
    if corrections.quarter_turns:
        pixels = np.rot90(pixels, -corrections.quarter_turns)
    if corrections.crop != (0.0, 0.0, 1.0, 1.0):
        height, width = pixels.shape[:2]
        left, top, right, bottom = corrections.crop
        x0, x1 = int(left * width), max(int(left * width) + 1, round(right * width))
        y0, y1 = int(top * height), max(int(top * height) + 1, round(bottom * height))
        pixels = pixels[y0:y1, x0:x1]
    return np.ascontiguousarray(pixels) if corrections != Corrections() else pixels
