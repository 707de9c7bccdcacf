"""The kinds of layers: their settings, what they make of a shape, and what they cost. Needs no torch.

A shape is that of one image without its batch: (channels, height, width), or (numbers,) once it is flat.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from ...base.errors import DesignError
from ...base.messages import Message

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Setting:
    """A whole number or a fraction between low and high, or one of the choices."""

    default: int | float | str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()

    def check(self, kind: str, name: str, value: object) -> int | float | str:
        """The value as it is used. Raises `DesignError` that names it and what is allowed."""
        if self.choices:
            if not isinstance(value, str) or value not in self.choices:
                raise DesignError(
                    "{kind}: {name} must be one of {choices}, got {value!r}",
                    kind=kind,
                    name=name,
                    choices=list(self.choices),
                    value=str(value)[:30],
                )
            return value
        if (
            not isinstance(value, int | float)
            or isinstance(value, bool)
            or not self.low <= value <= self.high  # nor is NaN between any two numbers
        ):
            raise DesignError(
                "{kind}: {name} must lie between {low:g} and {high:g}, got {value}",
                kind=kind,
                name=name,
                low=self.low,
                high=self.high,
                value=str(value)[:30],
            )
        if isinstance(self.default, int):
            if value != int(value):
                raise DesignError(
                    "{kind}: {name} must be a whole number, got {value:g}", kind=kind, name=name, value=value
                )
            return int(value)
        return float(value)


@dataclass(frozen=True)
class Kind:
    """A kind of layer. output_shape raises `DesignError`; multiplications are those for one image."""

    name: str
    description: str
    output_shape: Callable[[dict, Shape], Shape]
    settings: dict[str, Setting] = field(default_factory=dict)
    parameters: Callable[[dict, Shape], int] = lambda settings, shape: 0
    multiplications: Callable[[dict, Shape], int] = lambda settings, shape: 0


def spell(shape: Shape) -> str:
    """A shape in words: `64 channels of 12 × 12`, `1024 numbers`."""
    if len(shape) == 1:
        return Message("{count} number(s)", count=shape[0])
    channels = Message("{count} channel(s)", count=shape[0])
    return Message("{channels} of {height} × {width}", channels=channels, height=shape[1], width=shape[2])


def _same(settings: dict, shape: Shape) -> Shape:
    return shape


def _image(kind: str, shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise DesignError(
            "{kind} works on images, but gets {shape}: a layer before has made "
            "a flat list of them. Move this layer up, before Flatten.",
            kind=kind,
            shape=spell(shape),
        )
    return shape


def _dense_shape(settings: dict, shape: Shape) -> Shape:
    if len(shape) != 1:
        raise DesignError(
            "Dense takes a flat list of numbers, but gets an image: {shape}. Add Flatten before it.",
            shape=spell(shape),
        )
    return (settings["nodes"],)


def _sliding(kind: str, shape: Shape, kernel: int, stride: int, padding: int) -> tuple[int, int]:
    """Height and width after a window of kernel x kernel has slid over the image."""
    _, height, width = _image(kind, shape)
    if kernel > min(height, width) + 2 * padding:
        raise DesignError(
            "{kind}: a window of {kernel} × {kernel} does not fit into {shape}. Make it "
            "smaller, or take out a pooling layer before it.",
            kind=kind,
            kernel=kernel,
            shape=spell(shape),
        )
    return (height + 2 * padding - kernel) // stride + 1, (width + 2 * padding - kernel) // stride + 1


def padding_of(settings: dict) -> int:
    """Pixels of zeros around the image: "same" keeps its size when the stride is 1."""
    return settings["kernel"] // 2 if settings["padding"] == "same" else 0


def _convolution_shape(settings: dict, shape: Shape) -> Shape:
    if settings["padding"] == "same" and settings["kernel"] % 2 == 0:
        raise DesignError(
            "Convolution: padding 'same' needs an odd kernel, got {kernel}. Take {more}, or padding 'none'.",
            kernel=settings["kernel"],
            more=settings["kernel"] + 1,
        )
    size = _sliding("Convolution", shape, settings["kernel"], settings["stride"], padding_of(settings))
    return (settings["channels"], *size)


def _convolution_weights(settings: dict, shape: Shape) -> int:
    return settings["channels"] * shape[0] * settings["kernel"] ** 2


def _pooling_shape(settings: dict, shape: Shape) -> Shape:
    return (_image("Pooling", shape)[0], *_sliding("Pooling", shape, settings["size"], settings["size"], 0))


def _residual_shape(settings: dict, shape: Shape) -> Shape:
    return _image("Residual block", shape)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "dense",
            "Every node sees every number",
            _dense_shape,
            {"nodes": Setting(128, 1, 8192)},
            lambda settings, shape: (shape[0] + 1) * settings["nodes"],
            lambda settings, shape: shape[0] * settings["nodes"],
        ),
        Kind(
            "convolution",
            "Slides small filters over the image",
            _convolution_shape,
            {
                "channels": Setting(32, 1, 512),
                "kernel": Setting(3, 1, 11),
                "padding": Setting("same", choices=("same", "none")),
                "stride": Setting(1, 1, 4),
            },
            lambda settings, shape: _convolution_weights(settings, shape) + settings["channels"],
            lambda settings, shape: (
                _convolution_weights(settings, shape) * math.prod(_convolution_shape(settings, shape)[1:])
            ),
        ),
        Kind(
            "pooling",
            "Makes the image smaller: the largest or the mean of each window",
            _pooling_shape,
            {"method": Setting("max", choices=("max", "average")), "size": Setting(2, 2, 8)},
        ),
        Kind(
            "batch norm",
            "Keeps the numbers of each channel centred while the net learns",
            _same,
            {},
            lambda settings, shape: 2 * shape[0],
        ),
        Kind(
            "activation",
            "Bends: without it, all layers together could do no more than one",
            _same,
            {"function": Setting("relu", choices=("relu", "leaky relu", "gelu", "tanh", "sigmoid"))},
        ),
        Kind(
            "dropout",
            "Sets a share of the numbers to 0 while the net learns",
            _same,
            {"share": Setting(0.5, 0.0, 0.95)},
        ),
        Kind(
            "residual block",
            "Two 3 × 3 convolutions whose result is added to what came in",
            _residual_shape,
            {},
            lambda settings, shape: 2 * (9 * shape[0] ** 2 + 2 * shape[0]),
            lambda settings, shape: 2 * 9 * shape[0] ** 2 * shape[1] * shape[2],
        ),
        Kind(
            "flatten",
            "Writes the image as one list of numbers",
            lambda settings, shape: (math.prod(shape),),
        ),
    )
}
