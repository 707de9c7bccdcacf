"""The nets by name: the lecture's five exactly as it builds them, softmax regression, and five stronger.

Knows nothing of training. A net takes float images (B, C, H, W) with pixels in [0, 1] and returns logits
(B, classes). Saved designs are found by `runs.saved_designs`.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..base.errors import ConfigError, unknown_name_message

Shape = tuple[int, int, int]
"""Of one image: channels, height, width."""

_building = threading.Lock()


class Dropout(nn.Dropout):
    """Dropout that draws from a generator of its own run, so that runs in other threads cannot disturb it.

    One random byte decides for each number, at a fraction of the cost of a random float: the probability is
    rounded to 1/256. Without a generator it draws from torch's global one.
    """

    generator: torch.Generator | None = None

    @property
    def scale(self) -> float:
        """The factor for the numbers that stay, so that the mean stays the same."""
        return 256 / (256 - round(self.p * 256))

    def forward(self, inputs: Tensor) -> Tensor:
        threshold = round(self.p * 256)
        if not self.training or threshold == 0:
            return inputs
        if threshold == 256:
            return inputs * 0
        words = torch.empty(math.ceil(inputs.numel() / 8), dtype=torch.int64, device=inputs.device)
        # random_ without bounds leaves out the sign bit; from the lowest number it draws all 64.
        words.random_(-(2**63), None, generator=self.generator)
        drawn = words.view(torch.uint8)[: inputs.numel()].view(inputs.shape).to(inputs.dtype)
        # 1 from the threshold on, else 0: several times faster than by comparing, which makes bools.
        return inputs * drawn.sub_(threshold - 1).clamp_(0, 1).mul_(self.scale)


def _mlp(*hidden: int) -> Callable[[Shape, int], nn.Module]:
    def build(image_shape: Shape, classes: int) -> nn.Module:
        layers: list[nn.Module] = [nn.Flatten()]
        width = math.prod(image_shape)
        for nodes in hidden:
            layers += [nn.Linear(width, nodes), nn.ReLU()]
            width = nodes
        return nn.Sequential(*layers, nn.Linear(width, classes))

    return build


def _mlp_dropout(image_shape: Shape, classes: int) -> nn.Module:
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(math.prod(image_shape), 4096),
        nn.Dropout(0.5),
        nn.ReLU(),
        nn.Linear(4096, classes),
    )


def _cnn(image_shape: Shape, classes: int) -> nn.Module:
    channels, height, width = image_shape
    return nn.Sequential(
        nn.Conv2d(channels, 64, kernel_size=5),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=2),
        nn.Conv2d(64, 64, kernel_size=5),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=2),
        nn.Flatten(),
        nn.Linear(64 * (((height - 4) // 2 - 4) // 2) * (((width - 4) // 2 - 4) // 2), classes),
    )


def _convolution(
    inputs: int, outputs: int, stride: int = 1, pool: bool = False, size: int = 3
) -> list[nn.Module]:
    """Convolution, batch norm, ReLU; with pooling first, these work on a quarter of the numbers."""
    return [
        nn.Conv2d(inputs, outputs, size, stride=stride, padding=1, bias=False),
        *([nn.MaxPool2d(2)] if pool else []),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    ]


def _small_cnn(image_shape: Shape, classes: int) -> nn.Module:
    """Halves the image at once: on a processor the cost lies in the number of pixels, not of channels."""
    channels, height, width = image_shape
    return nn.Sequential(
        *_convolution(channels, 32, stride=2, size=4),
        *_convolution(32, 64, pool=True),
        *_convolution(64, 128, pool=True),
        nn.Flatten(),
        nn.Linear(128 * (height // 8) * (width // 8), classes),
    )


def _quick_cnn(image_shape: Shape, classes: int) -> nn.Module:
    """Halves the image in every convolution: a quarter of the multiplications of `small-cnn`."""
    channels, height, width = image_shape
    return nn.Sequential(
        *_convolution(channels, 16, stride=2, size=4),
        *_convolution(16, 64, stride=2),
        *_convolution(64, 128, stride=2),
        nn.Flatten(),
        nn.Linear(128 * math.ceil(height // 2 / 4) * math.ceil(width // 2 / 4), classes),
    )


class Residual(nn.Module):
    """Adds to its input what two convolutions make of it (He et al. 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.change = nn.Sequential(*_convolution(channels, channels), *_convolution(channels, channels))

    def forward(self, inputs: Tensor) -> Tensor:
        return inputs + self.change(inputs)


def _resnet(first: int, second: int, third: int, blocks: int) -> Callable[[Shape, int], nn.Module]:
    """As the 9-layer nets of DAWNBench's CIFAR-10 entries (Page 2018). blocks: after each pooling."""

    def build(image_shape: Shape, classes: int) -> nn.Module:
        return nn.Sequential(
            *_convolution(image_shape[0], first),
            *_convolution(first, second, pool=True),
            *(Residual(second) for _ in range(blocks)),
            *_convolution(second, third, pool=True),
            *(Residual(third) for _ in range(blocks)),
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Linear(third, classes),
        )

    return build


def _photo_cnn(image_shape: Shape, classes: int) -> nn.Module:
    """Halves the image at once, as `small-cnn` does."""
    return nn.Sequential(
        *_convolution(image_shape[0], 64, stride=2, size=4),
        Residual(64),
        *_convolution(64, 128, stride=2),
        Residual(128),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(128, classes),
    )


@dataclass(frozen=True)
class Architecture:
    """A net by name. build: (image_shape, classes) -> module, with first weights from torch's generator."""

    name: str
    description: str
    build: Callable[[Shape, int], nn.Module]


ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        Architecture("softmax-regression", "No hidden layer: one weight per pixel and class", _mlp()),
        Architecture("mlp-32", "The lecture's simple net: one hidden layer of 32 nodes", _mlp(32)),
        Architecture("mlp-256", "The lecture's wider net: one hidden layer of 256 nodes", _mlp(256)),
        Architecture(
            "mlp-4096-dropout", "The lecture's very wide net: 4,096 nodes, half of them dropped", _mlp_dropout
        ),
        Architecture(
            "mlp-deep", "The lecture's deep net: four hidden layers of 256 nodes", _mlp(256, 256, 256, 256)
        ),
        Architecture("cnn", "The lecture's convolutional net: two 5x5 convolutions of 64 channels", _cnn),
        Architecture("small-cnn", "Three convolutions with batch norm, pooled early to be quick", _small_cnn),
        Architecture("quick-cnn", "Three convolutions that halve the image each: the quickest", _quick_cnn),
        Architecture("photo-cnn", "Two residual blocks on a halved image: for reading photos", _photo_cnn),
        Architecture(
            "resnet",
            "Convolutions with shortcuts past them: many layers that still learn",
            _resnet(32, 64, 128, blocks=1),
        ),
        Architecture(
            "wide-resnet", "Like resnet, twice as wide and deeper: for a GPU", _resnet(64, 128, 256, blocks=2)
        ),
    )
}


def find(name: str) -> Architecture:
    """The architecture called `name`. Raises `ConfigError` for an unknown one."""
    if name not in ARCHITECTURES:
        raise ConfigError(unknown_name_message("architecture", name, ARCHITECTURES))
    return ARCHITECTURES[name]


def build(
    architecture: str | Architecture,
    image_shape: Shape = (1, 28, 28),
    classes: int = 10,
    seed: int | None = None,
    generator: torch.Generator | None = None,
) -> nn.Module:
    """A new net. With a seed, its first weights are those after `torch.manual_seed(seed)`.

    generator: on the CPU, instead of a seed; it advances as torch's global one does in a script.
    Torch's layers draw from the global one, which is put back afterwards: nets are built one at a time.
    Raises `ConfigError` for an unknown name.
    """
    architecture = find(architecture) if isinstance(architecture, str) else architecture
    with _building, torch.random.fork_rng(devices=[]):
        if generator is not None:
            torch.set_rng_state(generator.get_state())
        elif seed is not None:
            torch.default_generator.manual_seed(seed)
        model = architecture.build(image_shape, classes)
        if generator is not None:
            generator.set_state(torch.get_rng_state())
    for module in model.modules():
        if type(module) is nn.Dropout:
            module.__class__ = Dropout
    return model


def set_dropout_generator(model: nn.Module, generator: torch.Generator | None) -> None:
    """Let every dropout layer of `model` draw from `generator`."""
    for module in model.modules():
        if isinstance(module, Dropout):
            module.generator = generator


def count_parameters(model: nn.Module) -> int:
    """How many numbers training may change."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def layer_table(
    architecture: str | Architecture, image_shape: Shape = (1, 28, 28), classes: int = 10
) -> list[dict]:
    """A row for each layer, for one image: layer, output_shape, parameters, multiplications.

    Multiplications are those of the linear and convolutional layers. Raises `ConfigError`.
    """
    model = build(architecture, image_shape, classes, seed=0).eval()
    rows: list[dict] = []

    def record(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        multiplications = 0
        if isinstance(module, nn.Linear):
            multiplications = output[0].numel() * module.in_features
        elif isinstance(module, nn.Conv2d):
            multiplications = output[0].numel() * module.weight[0].numel()
        rows.append(
            {
                "layer": _describe(module),
                "output_shape": tuple(output.shape[1:]),
                "parameters": count_parameters(module),
                "multiplications": multiplications,
            }
        )

    hooks = [
        module.register_forward_hook(record)
        for module in model.modules()
        if not any(True for _ in module.children())
    ]
    with torch.inference_mode():
        model(torch.zeros(1, *image_shape))
    for hook in hooks:
        hook.remove()
    return rows


def _describe(module: nn.Module) -> str:
    """A layer in few words: `Linear 784-32`, `Conv 1-64 5x5`."""
    if isinstance(module, nn.Linear):
        return f"Linear {module.in_features}-{module.out_features}"
    if isinstance(module, nn.Conv2d):
        height, width = module.kernel_size
        return f"Conv {module.in_channels}-{module.out_channels} {height}x{width}"
    if isinstance(module, nn.Dropout):
        return f"Dropout {module.p:g}"
    if isinstance(module, nn.MaxPool2d):
        return f"MaxPool {module.kernel_size}"
    return type(module).__name__.replace("2d", "")
