"""When two trainings count as the same: to the last bit, except for the time that they took."""

import torch

from fmnist_core.runs import RunStore, checkpoints, step_losses

CURVES = ["epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy"]


def shown(store: RunStore, run_id: str) -> list[tuple]:
    """What a screen shows of a run's epochs."""
    return [tuple(row) for row in store.history(run_id)[CURVES].itertuples(index=False)]


def same(left: object, right: object) -> bool:
    """Whether two states are equal: tensors in kind, shape and every bit; "seconds" may differ."""
    if isinstance(left, torch.Tensor):
        bits = [tensor.contiguous().flatten().view(torch.uint8) for tensor in (left, right)]
        return left.dtype == right.dtype and left.shape == right.shape and torch.equal(*bits)
    if isinstance(left, dict):
        keys = left.keys() - {"seconds"}
        return keys == right.keys() - {"seconds"} and all(same(left[key], right[key]) for key in keys)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def assert_same_training(store: RunStore, left: str, right: str) -> None:
    """The same curves, losses of each step, weights, optimizer and generators."""
    assert shown(store, left) == shown(store, right)
    assert same(*(checkpoints.load(store.checkpoint_path(run_id))[0] for run_id in (left, right)))
    files = [store.folder(run_id) / step_losses.FILE for run_id in (left, right)]
    assert files[0].read_bytes() == files[1].read_bytes()
