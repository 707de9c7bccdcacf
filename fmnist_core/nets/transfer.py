"""Beginning with what another net has learned: its weights, but for a last layer that does not fit."""

from collections.abc import Mapping

from torch import Tensor, nn

from ..base.errors import ConfigError


def start_from(model: nn.Module, weights: Mapping[str, Tensor]) -> list[str]:
    """Copy weights of the same net into `model`; returns the names of those that stay new.

    These are the last layer's, where the number of classes differs. Raises `ConfigError` if anything else
    does not fit: it is another net's, or one for images of another size.
    """
    own = model.state_dict()
    new = [name for name, tensor in own.items() if name not in weights or weights[name].shape != tensor.shape]
    last = list(own)[-2:]  # weight and bias
    if not set(new) <= set(last) or set(weights) - set(own):
        raise ConfigError(
            "The run to start from has another net, or learned from images of another size. Choose a run "
            "with the same architecture, on images of the same size."
        )
    model.load_state_dict({name: tensor if name in new else weights[name] for name, tensor in own.items()})
    return new
