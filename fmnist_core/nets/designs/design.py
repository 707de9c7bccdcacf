"""`Design`: a net as a list of layers; its shapes and costs, its module, its PyTorch code.

The output layer, dense with a node for each class, is not part of the list: every net needs it, and the
number of classes is the data set's.
"""

import math
from dataclasses import dataclass

from torch import nn

from ...base.errors import DesignError, unknown_name_message
from ...base.messages import Message
from ..pytorch_code import module_code
from .layers import KINDS, Shape, spell
from .modules import module

MAX_LAYERS = 40
MAX_PARAMETERS = 30_000_000
MAX_MULTIPLICATIONS = 1_000_000_000
MAX_NUMBERS = 1_000_000
"""Of one image: what a single server for a class can train, memory of a batch of 256 included."""

IMAGE_SHAPE = (1, 28, 28)
CLASSES = 10


@dataclass(frozen=True)
class Design:
    """A named list of layers, each a dict with `kind` and the settings of that kind.

    Settings that are left out take their defaults. Raises `DesignError`, with the index of the layer in
    `.layer`, for an unknown kind or setting and for a value out of range. Whether the shapes fit is checked
    by `describe`, because it depends on the images.
    """

    name: str
    layers: tuple[dict, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.layers, list | tuple) or len(self.layers) > MAX_LAYERS:
            raise DesignError("A design is a list of at most {limit} layers.", limit=MAX_LAYERS)
        checked = []
        for index, layer in enumerate(self.layers):
            try:
                checked.append(_checked(layer))
            except DesignError as error:
                raise _at(index, error) from None
        object.__setattr__(self, "layers", tuple(checked))


def _checked(layer: object) -> dict:
    """The layer with all its settings, in the order of its kind."""
    if not isinstance(layer, dict) or not isinstance(layer.get("kind"), str):
        raise DesignError("A layer needs a kind; choose one of: {kinds}", kinds=list(KINDS))
    if layer["kind"] not in KINDS:
        raise DesignError(unknown_name_message("kind of layer", layer["kind"], KINDS))
    kind = KINDS[layer["kind"]]
    for name in layer:
        if name != "kind" and name not in kind.settings:
            raise DesignError(
                unknown_name_message(Message("setting of {kind}", kind=kind.name), name, kind.settings)
            )
    values = {
        name: setting.check(kind.name.capitalize(), name, layer.get(name, setting.default))
        for name, setting in kind.settings.items()
    }
    return {"kind": kind.name, **values}


def _at(index: int, error: DesignError) -> DesignError:
    """The same error, knowing at which layer it happened; the output layer comes after the last one."""
    error.layer = index
    return error


def describe(
    design: Design, image_shape: Shape = IMAGE_SHAPE, classes: int = CLASSES
) -> tuple[list[dict], DesignError | None]:
    """A row for each layer that fits, the output layer last, and the error at the first one that does not.

    Rows: layer, output_shape, parameters, multiplications (of one image; linear and convolutional layers).
    The error's `.layer` is the index of the layer; that of the output layer is `len(design.layers)`.
    """
    rows: list[dict] = []
    shape = image_shape
    output = {"kind": "dense", "nodes": classes}
    for index, layer in enumerate((*design.layers, output)):
        kind = KINDS[layer["kind"]]
        is_output = index == len(design.layers)
        try:
            if is_output and len(shape) != 1:
                raise DesignError(
                    "The output layer takes a flat list of numbers, but gets an image: {shape}. Add "
                    "Flatten as the last layer.",
                    shape=spell(shape),
                )
            output_shape = kind.output_shape(layer, shape)
            row = {
                "layer": "output" if is_output else kind.name,
                "output_shape": output_shape,
                "parameters": kind.parameters(layer, shape),
                "multiplications": kind.multiplications(layer, shape),
            }
            _check_costs([*rows, row])
        except DesignError as error:
            return rows, _at(index, error)
        rows.append(row)
        shape = output_shape
    return rows, None


def _check_costs(rows: list[dict]) -> None:
    """rows: up to and including the layer that is checked."""
    parameters, multiplications = (
        sum(row[cost] for row in rows) for cost in ("parameters", "multiplications")
    )
    numbers = math.prod(rows[-1]["output_shape"])
    if parameters > MAX_PARAMETERS:
        raise DesignError(
            "With this layer the net has {parameters:,} parameters; at most {limit:,} are "
            "allowed. Make it narrower, or the image before it smaller.",
            parameters=parameters,
            limit=MAX_PARAMETERS,
        )
    if multiplications > MAX_MULTIPLICATIONS:
        raise DesignError(
            "With this layer an image costs {multiplications:,} multiplications; at most "
            "{limit:,} are allowed. Use fewer channels, or pool earlier.",
            multiplications=multiplications,
            limit=MAX_MULTIPLICATIONS,
        )
    if numbers > MAX_NUMBERS:
        raise DesignError(
            "This layer gives {numbers:,} numbers for one image; at most {limit:,} are "
            "allowed. Use fewer channels, or pool earlier.",
            numbers=numbers,
            limit=MAX_NUMBERS,
        )


def build(design: Design, image_shape: Shape = IMAGE_SHAPE, classes: int = CLASSES) -> nn.Module:
    """The design as an `nn.Module` with first weights from torch's generator. Raises `DesignError`."""
    rows, error = describe(design, image_shape, classes)
    if error:
        raise error
    shapes = [image_shape, *(row["output_shape"] for row in rows)]
    return module(design.layers, shapes, classes)


def pytorch_code(design: Design, image_shape: Shape = IMAGE_SHAPE, classes: int = CLASSES) -> str:
    """The same net as PyTorch code that needs nothing but torch. Raises `DesignError`."""
    return module_code(build(design, image_shape, classes))
