"""Reading photos of real garments: decode safely, find the garment, bring it to (1, 28, 28), answer.

`read` and `heat_map` need torch and come from `photos.answer`; the rest does without.
"""

from .decode import MAX_BYTES, Picture, decode, display_name
from .files import find_images, read_file
from .prepare import Corrections, PreparedPhoto, Step, prepare

__all__ = [
    "MAX_BYTES",
    "Corrections",
    "Picture",
    "PreparedPhoto",
    "Step",
    "decode",
    "display_name",
    "find_images",
    "heat_map",
    "prepare",
    "read",
    "read_file",
]


def __getattr__(name: str) -> object:
    if name in ("read", "heat_map"):
        from . import answer

        return getattr(answer, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
