"""What a design makes of an image before it has learned anything."""

import numpy as np
import torch

from .. import architectures
from .design import CLASSES, Design, describe
from .modules import module

MAX_PARAMETERS = 5_000_000
MAX_MULTIPLICATIONS = 100_000_000
"""More would keep a person who changes a setting waiting."""


@torch.inference_mode()
def first_outputs(design: Design, image: np.ndarray, classes: int = CLASSES) -> list[np.ndarray]:
    """What each layer that fits makes of a uint8 image (C, H, W): (channels, height, width) or (numbers,).

    The first weights are random, and the same each time. Empty for a net that is too large for a preview.
    """
    rows, _ = describe(design, image.shape, classes)
    for cost, limit in (("parameters", MAX_PARAMETERS), ("multiplications", MAX_MULTIPLICATIONS)):
        if sum(row[cost] for row in rows) > limit:
            return []
    layers = design.layers[: len(rows)]
    shapes = [image.shape, *(row["output_shape"] for row in rows)]
    first = architectures.Architecture("", "", lambda *_: module(layers, shapes, classes))
    values = torch.tensor(image[None]).float() / 255
    outputs = []
    for layer in architectures.build(first, seed=0).eval()[: len(rows)]:
        values = layer(values)
        outputs.append(values[0].numpy())
    return outputs
