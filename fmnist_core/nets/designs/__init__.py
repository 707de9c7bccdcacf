"""Nets that people design: a list of layers, checked, explained, built like any other net.

`layers`: what there is to choose from, shapes and costs. `design`: a whole net.
`preview`: what it makes of an image before it has learned.
Nothing that users type is ever evaluated: a layer is looked up by its kind, its settings are numbers and
names out of fixed lists.
"""

from .design import CLASSES, IMAGE_SHAPE, Design, build, describe, pytorch_code
from .layers import KINDS, Setting
from .preview import first_outputs

__all__ = [
    "CLASSES",
    "IMAGE_SHAPE",
    "KINDS",
    "Design",
    "Setting",
    "build",
    "describe",
    "first_outputs",
    "pytorch_code",
]
