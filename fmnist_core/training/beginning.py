"""What a training begins with: its images on the device, the first weights, and the order of the batches."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from ..base.config import TrainConfig
from ..base.errors import ConfigError
from ..data.datasets import Dataset
from ..nets import architectures, transfer
from ..nets.architectures import Architecture
from .devices import pick_device
from .split import split
from .stopping import stop_within


class Beginning:
    """training, validation: the indices of these images (`split`); images, labels: those to learn from, uint8
    (N, C, H, W) and int64 (N,) on the device. should_stop, weights: as in `fit`.

    Raises `ConfigError` for settings that do not fit the data, `DeviceError` for a device that is not there.
    """

    def __init__(
        self,
        config: TrainConfig,
        data: Dataset,
        architecture: Architecture,
        should_stop: Callable[[], bool],
        weights: Mapping[str, Tensor] | None,
    ) -> None:
        self.config, self.classes, self.architecture = config, data.classes, architecture
        self.should_stop, self.weights = should_stop, weights
        self.device, _ = pick_device(config.device)
        self.training, self.validation = split(config, data)
        self.images = torch.from_numpy(data.train_images[self.training]).to(self.device)
        self.labels = torch.from_numpy(data.train_labels[self.training]).to(self.device)
        self.order = torch.Generator()  # on the CPU: the order is then the same on every device

    def new_model(self) -> nn.Module:
        """The net with its first weights, on the CPU; the order of the batches is set back as well."""
        shape = tuple(self.images.shape[1:])
        generator = self.order.manual_seed(self.config.seed)
        model = architectures.build(self.architecture, shape, self.classes, generator=generator)
        if self.weights is not None:
            transfer.start_from(model, self.weights)
        if self.device.type == "cpu":
            stop_within(model, self.should_stop)
        return model


def require_handed_in(config: TrainConfig, has_weights: bool, has_lessons: bool) -> None:
    """Raise `ConfigError` where the caller did not pass what these settings need."""
    if config.start_from and not has_weights:
        raise ConfigError("The weights of the run to start from were not handed in")
    if config.photos and not has_lessons:
        raise ConfigError("photos: the photos were not handed in; prepare them with photos.learning")


def epoch_order(count: int, generator: torch.Generator) -> Tensor:
    """The order (int64, on the CPU) in which an epoch visits its training images.

    It is that of `torch.utils.data.DataLoader(..., shuffle=True)`, which draws a number for its workers, and
    one for its sampler's own generator: a script that shuffles like this takes the same batches.
    """
    _draw(generator)
    return torch.randperm(count, generator=torch.Generator().manual_seed(_draw(generator)))


def _draw(generator: torch.Generator) -> int:
    return int(torch.empty((), dtype=torch.int64).random_(generator=generator).item())
