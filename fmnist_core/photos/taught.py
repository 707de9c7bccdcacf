"""A net is asked in the way in which it was taught: each data set's own preparation of a picture."""

import numpy as np
from PIL import Image

from ..data import datasets
from ..data.datasets import DatasetInfo
from ..data.decode import Picture, decode
from . import digits, squares
from .prepare import COLOURLESS, Corrections, PreparedPhoto, Step, first_steps, prepare, turn_and_crop

GROUND_LEVEL = 8
"""Grey levels by which the ground of an image may differ from black, or that of its negative from white."""

LEAST_GROUND = 0.1
"""Share of the pixels of a data set's image that are ground at least."""


def prepare_for(
    info: DatasetInfo, photo: bytes | Image.Image | Picture, corrections: Corrections | None = None
) -> PreparedPhoto:
    """The picture as the images of the data set were prepared, in the data set's shape.

    Raises `PhotoError` for what cannot be used, `DataError` where the training images are needed and gone.
    """
    corrections = corrections or Corrections()
    picture = photo if isinstance(photo, Picture) else decode(photo)
    if info.preparation == "square":
        return squares.prepare_square(picture, corrections, info.image_shape)
    as_it_is = _as_in_the_data_set(picture, corrections, info.image_shape)
    if as_it_is is not None:
        return as_it_is
    if info.preparation == "digit":
        layout = digits.measure(datasets.load(info.name, download=False))
        return digits.prepare_digit(picture, corrections, layout)
    return prepare(picture, corrections)


def prepared_alike(info: DatasetInfo) -> tuple:
    """What a prepared picture depends on: equal for data sets that can share one."""
    return info.preparation, info.image_shape, info.name if info.preparation == "digit" else ""


def _as_in_the_data_set(
    picture: Picture, corrections: Corrections, image_shape: tuple[int, int, int]
) -> PreparedPhoto | None:
    """The picture itself if it has the size and the look of a bright thing on black, or of its negative."""
    rgb = turn_and_crop(picture.rgb, corrections)
    if (
        rgb.shape[:2] != image_shape[1:]
        or picture.alpha is not None
        or np.ptp(rgb, axis=-1).max() > COLOURLESS
    ):
        return None
    grey = rgb[..., 0]
    black, white = np.mean(grey <= GROUND_LEVEL), np.mean(grey >= 255 - GROUND_LEVEL)
    if max(black, white) < LEAST_GROUND or np.ptp(grey) < 12:
        return None
    swapped = (white > black) != corrections.invert
    image = 255 - grey if swapped else grey
    explanation = (
        "It has the size and the look of the data set, with bright and dark swapped back."
        if swapped
        else "It has the size and the look of the data set: it goes in as it is."
    )
    steps = [*first_steps(picture, rgb), Step("What the model sees", explanation, image)]
    return PreparedPhoto.of_one_view(image[None].copy(), tuple(steps), picture.warnings)
