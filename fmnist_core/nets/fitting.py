"""Whether a net takes the images of a data set, found before there is a run."""

import functools
import logging

import torch

from ..base.errors import ConfigError
from .architectures import Architecture, Shape, build
from .designs.layers import spell

log = logging.getLogger(__name__)


@functools.lru_cache(maxsize=200)
def require_fit(architecture: Architecture, image_shape: Shape, classes: int) -> None:
    """Send one black image through a new net. Raises `ConfigError` if that fails, or if it gives
    other than one logit for each class; the log says where.

    On the processor: torch's meta device first loads a part of torch that takes longer than any net here.
    """
    try:
        with torch.inference_mode():
            logits = build(architecture, image_shape, classes, seed=0).eval()(torch.zeros(1, *image_shape))
        if logits.shape != (1, classes):
            raise ValueError(f"logits of shape {tuple(logits.shape)} for one image")
    except Exception as error:  # whatever the code of somebody's own net raises
        log.exception("the net %s does not fit", architecture.name)
        raise ConfigError(
            "The net {architecture} does not fit this data set ({images}, {classes} classes): {reason}. "
            "Choose another net or data set; the log shows where it fails.",
            architecture=architecture.name,
            images=spell(image_shape),
            classes=classes,
            reason=error,
        ) from error
