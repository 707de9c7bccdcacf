"""A stop acts within a layer: a batch of a large net, or a look at all images, takes a processor seconds."""

from collections.abc import Callable

from torch import Tensor, nn


class Stopped(Exception):
    """Somebody asked the training to stop."""


def stop_within(model: nn.Module, should_stop: Callable[[], bool]) -> None:
    """Let `model` raise `Stopped` out of a step or an evaluation: each layer asks, forwards and backwards.

    Only on a processor. A GPU takes milliseconds, and its steps are replayed without asking.
    """

    def ask(*_: object) -> None:
        if should_stop():
            raise Stopped

    def ask_on_the_way_back(_module: nn.Module, _inputs: tuple, outputs: Tensor) -> None:
        if outputs.requires_grad:
            outputs.register_hook(ask)

    for layer in model.modules():
        if not any(layer.children()):
            layer.register_forward_pre_hook(ask)
            layer.register_forward_hook(ask_on_the_way_back)
