"""The trained model out of a training's state."""

from torch import nn

from ..base.config import TrainConfig
from ..base.errors import CheckpointError
from ..nets import architectures


def model_from_state(
    config: TrainConfig, state: dict, image_shape: tuple[int, int, int], classes: int
) -> nn.Module:
    """The model that a training evaluates and keeps, on the CPU, in evaluation mode.

    state: `EpochResult.state`. Raises `CheckpointError` when it belongs to another net, `ConfigError` when
    the net is not known any more.
    """
    model = architectures.build(config.architecture, image_shape, classes, config.seed)
    try:
        model.load_state_dict(state["model"])
    except (KeyError, RuntimeError):
        raise CheckpointError(
            f"The checkpoint does not fit the architecture {config.architecture!r}: it was trained with "
            "another version of this project, or belongs to another net. Train the run again."
        ) from None
    return model.eval()
