"""What a training step uses of torch though torch does not document it; all known from torch 2.10 on.

The names are bound once, at import: a step calls torch itself. What stands in for a name that is gone gives
the same numbers, and takes longer.
"""

from collections.abc import Callable, Sequence

from torch import Tensor
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

from ..base.compat import interface


def _by_torch_optim(step: Callable) -> Callable:
    """`torch.optim`'s function for the fused kernel of the same settings; it counts the steps itself."""

    def with_own_steps(weights, gradients, means, squares, largest, steps, **settings) -> None:
        before = [number - 1 for number in steps]
        step(weights, gradients, means, squares, largest, before, fused=True, **settings)

    return with_own_steps


def _sgd(weights, gradients, momenta, is_first_step, **settings) -> None:
    """`momenta`: [] for none."""
    sgd(weights, gradients, momenta or [None] * len(weights), fused=True, **settings)


def _one_by_one(change: Callable) -> Callable:
    def change_all(tensors: Sequence[Tensor], others: Sequence[Tensor], *more: float) -> None:
        for tensor, other in zip(tensors, others, strict=True):
            change(tensor, other, *more)

    return change_all


def _threshold_backward(slope: Tensor, outputs: Tensor, threshold: float, grad_input: Tensor) -> Tensor:
    return grad_input.copy_(slope.masked_fill(outputs <= threshold, 0))


SLOW_OPTIMIZER = "the optimizers go through torch.optim, and a step of the small nets takes longer"

fused_adam = interface("torch:_fused_adam_", SLOW_OPTIMIZER, _by_torch_optim(adam))
fused_adamw = interface("torch:_fused_adamw_", SLOW_OPTIMIZER, _by_torch_optim(adamw))
fused_sgd = interface("torch:_fused_sgd_", SLOW_OPTIMIZER, _sgd)
"""One kernel for all parameters, in place. `torch.optim` calls the same ones; what it does around them takes
longer than a small net's step."""

ONE_BY_ONE = "tensors are changed one at a time, which takes a GPU a call for each"

copy_all = interface("torch:_foreach_copy_", ONE_BY_ONE, _one_by_one(Tensor.copy_))
add_all = interface("torch:_foreach_add_", ONE_BY_ONE, _one_by_one(Tensor.add_))
lerp_all = interface("torch:_foreach_lerp_", ONE_BY_ONE, _one_by_one(Tensor.lerp_))
"""`copy_`, `add_` and `lerp_` of many tensors, with as many others, in one call."""

threshold_backward = interface(
    "torch:ops.aten.threshold_backward.grad_input",
    "ReLU is undone in two passes over the activations",
    _threshold_backward,
)
"""ReLU's derivative, into `grad_input`: the slope where the output is above the threshold, else 0."""
