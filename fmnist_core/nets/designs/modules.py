"""A design's layers as torch modules."""

from torch import nn

from ..architectures import Residual
from .layers import Shape, padding_of

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


def module(layers: tuple[dict, ...], shapes: list[Shape], classes: int) -> nn.Sequential:
    """The whole net. shapes: what goes into each layer, and into the output layer at the end."""
    modules = [_layer(layer, shape) for layer, shape in zip(layers, shapes, strict=False)]
    return nn.Sequential(*modules, nn.Linear(shapes[len(layers)][0], classes))


def _layer(layer: dict, shape: Shape) -> nn.Module:
    match layer["kind"]:
        case "dense":
            return nn.Linear(shape[0], layer["nodes"])
        case "convolution":
            return nn.Conv2d(
                shape[0],
                layer["channels"],
                kernel_size=layer["kernel"],
                stride=layer["stride"],
                padding=padding_of(layer),
            )
        case "pooling":
            return (nn.MaxPool2d if layer["method"] == "max" else nn.AvgPool2d)(layer["size"])
        case "batch norm":
            return (nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d)(shape[0])
        case "activation":
            return ACTIVATIONS[layer["function"]]()
        case "dropout":
            return nn.Dropout(layer["share"])
        case "residual block":
            return Residual(shape[0])
        case "flatten":
            return nn.Flatten()
