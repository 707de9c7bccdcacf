"""Reading pictures: decode safely, prepare as the run's data set was, answer.

What answers needs torch and is imported when it is asked for; the rest does without.
"""

import importlib

from ..data.decode import MAX_BYTES, SUFFIXES, Picture, decode, display_name
from .files import examples, find_images, read_file
from .prepare import Corrections, PreparedPhoto, Step, prepare
from .taught import prepare_for, prepared_alike

__all__ = [
    "FULL_HEAT",
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
    "heat_legend",
    "heat_map",
    "heat_picture",
    "nearest_images",
    "prepare",
    "prepare_for",
    "prepared_alike",
    "read",
    "read_file",
]


LATE = {
    "answer": ("PhotoAnswer", "class_probabilities", "read"),
    "heat": ("FULL_HEAT", "heat_legend", "heat_map", "heat_picture"),
    "neighbours": ("nearest_images",),
}
"""Modules that need torch, and what they offer."""


def __getattr__(name: str) -> object:
    for module, names in LATE.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
