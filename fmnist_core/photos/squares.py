"""A picture's middle square, made small: how people's own pictures become a data set, and how pictures are
prepared for nets that learned from one."""

import numpy as np
from PIL import Image, ImageOps

from ..data.decode import Picture
from .prepare import Corrections, PreparedPhoto, Step, turn_and_crop


def middle_square(rgb: np.ndarray, image_shape: tuple[int, int, int]) -> np.ndarray:
    """uint8 image_shape, grey (1, H, W) or colour (3, H, W), of uint8 RGB (height, width, 3)."""
    channels, height, width = image_shape
    picture = Image.fromarray(rgb) if channels == 3 else Image.fromarray(rgb).convert("L")
    square = np.asarray(ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS))
    return square.transpose(2, 0, 1).copy() if channels == 3 else square[None].copy()


def prepare_square(
    picture: Picture, corrections: Corrections, image_shape: tuple[int, int, int]
) -> PreparedPhoto:
    """The picture as an import would have made it, in one view; a picture of that very size is unchanged."""
    rgb = turn_and_crop(picture.rgb, corrections)
    image = middle_square(rgb, image_shape)
    if corrections.invert:
        image = 255 - image
    steps = [Step("Photo", "The upload, turned upright by its own tag.", picture.rgb)]
    if rgb is not picture.rgb:
        steps.append(Step("Turned and cropped", "As you set it by hand.", rgb))
    how = "It has the size of the data set's images: it goes in as it is."
    if rgb.shape[:2] != image_shape[1:]:
        side = min(rgb.shape[:2])
        middle = np.asarray(ImageOps.fit(Image.fromarray(rgb), (side, side)))
        steps.append(Step("Middle square", "Cut like the pictures that the data set was made from.", middle))
        how = "The square, made as small as the data set's images."
    shown = image.transpose(1, 2, 0) if len(image) == 3 else image[0]
    steps.append(Step("What the model sees", how, shown))
    return PreparedPhoto.of_one_view(image, tuple(steps), picture.warnings)
