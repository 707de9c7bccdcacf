"""Reading photos of real garments: decode safely, find the garment, bring it to (1, 28, 28), answer."""

from .decode import MAX_BYTES, Picture, decode, display_name
from .prepare import Corrections, PreparedPhoto, Step, prepare, to_model_image

__all__ = [
    "MAX_BYTES",
    "Corrections",
    "Picture",
    "PreparedPhoto",
    "Step",
    "decode",
    "display_name",
    "prepare",
    "to_model_image",
]
