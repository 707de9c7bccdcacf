"""The trained model out of a training's state."""

from torch import nn

from ..base.errors import CheckpointError


def restore(model: nn.Module, state: dict, architecture: str) -> nn.Module:
    """`model`, a new one, with the weights that a training evaluates and keeps, in evaluation mode.

    state: `EpochResult.state`. Raises `CheckpointError`, naming the architecture, when it belongs to another.
    """
    try:
        model.load_state_dict(state["model"])
    except (KeyError, RuntimeError):
        raise CheckpointError(
            "The checkpoint does not fit the architecture {architecture!r}: it was trained "
            "with another version of this project, or belongs to another net. Train the run "
            "again.",
            architecture=architecture,
        ) from None
    return model.eval()
