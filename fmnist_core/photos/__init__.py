"""Reading pictures: decode safely, prepare as the run's data set was, answer.

What answers needs torch and is imported when it is asked for; the rest does without.
"""

import importlib

from .decode import MAX_BYTES, SUFFIXES, Picture, decode, display_name
from .files import examples, find_images, read_file
from .prepare import Corrections, PreparedPhoto, Step, prepare
from .taught import prepare_for, prepared_alike

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "Corrections",
    "PhotoAnswer",
    "Picture",
    "PreparedPhoto",
    "Step",
    "class_probabilities",
    "decode",
    "display_name",
    "examples",
    "find_images",
    "heat_map",
    "heat_picture",
    "prepare",
    "prepare_for",
    "prepared_alike",
    "read",
    "read_file",
]


def __getattr__(name: str) -> object:
    if name in ("PhotoAnswer", "class_probabilities", "heat_map", "heat_picture", "read"):
        return getattr(importlib.import_module(f"{__name__}.answer"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
