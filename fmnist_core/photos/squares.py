"""How pictures are prepared for nets that learned from a custom data set: as its import prepared them."""

import numpy as np
from PIL import Image, ImageOps

from ..data.decode import Picture, middle_square
from .prepare import Corrections, PreparedPhoto, Step, first_steps, turn_and_crop


def prepare_square(
    picture: Picture, corrections: Corrections, image_shape: tuple[int, int, int]
) -> PreparedPhoto:
    """The picture as an import would have made it, in one view; a picture of that very size is unchanged."""
    rgb = turn_and_crop(picture.rgb, corrections)
    image = middle_square(rgb, image_shape)
    if corrections.invert:
        image = 255 - image
    steps = first_steps(picture, rgb)
    how = "It has the size of the data set's images: it goes in as it is."
    if rgb.shape[:2] != image_shape[1:]:
        side = min(rgb.shape[:2])
        middle = np.asarray(ImageOps.fit(Image.fromarray(rgb), (side, side)))
        steps.append(Step("Middle square", "Cut like the pictures that the data set was made from.", middle))
        how = "The square, made as small as the data set's images."
    shown = image.transpose(1, 2, 0) if len(image) == 3 else image[0]
    steps.append(Step("What the model sees", how, shown))
    return PreparedPhoto.of_one_view(image, tuple(steps), picture.warnings)
