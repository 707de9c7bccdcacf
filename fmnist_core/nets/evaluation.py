"""What a trained net says about images: logits and probabilities. Knows nothing of runs or training."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..base.errors import ConfigError

EVALUATION_BATCH = 1000

RunPieces = Callable[[Callable, Iterable, int], list]
"""`work`, pieces, cores -> `work(piece)` of each piece, in their order; the pieces are independent.
Whoever owns threads hands in one that uses them (`base.parallel.run_independently`)."""


def run_in_turn(work: Callable, pieces: Iterable, cores: int) -> list:
    """One piece after the other: the same numbers as on several cores."""
    return [work(piece) for piece in pieces]


def infer(model: nn.Module, images: np.ndarray | Tensor, **options: Any) -> np.ndarray:
    """What `infer_tensor` returns, with the same options, as an array."""
    return infer_tensor(model, images, **options).cpu().numpy()


def infer_tensor(
    model: nn.Module,
    images: np.ndarray | Tensor,
    flip: bool = False,
    batch_size: int = EVALUATION_BATCH,
    precision: str = "float32",
    run_pieces: RunPieces = run_in_turn,
) -> Tensor:
    """Logits float32 (N, classes) for uint8 images (N, C, H, W), in evaluation mode, on the model's device.

    flip: average the logits of each image and its mirror image.
    precision: "bfloat16" is faster where the processor has it, and rounds the logits to 3 digits.
    run_pieces: runs the batches on the caller's threads, on a processor; by default they come in turn.
    The model is left in the mode (training or evaluation) in which it came. The result stays on the device,
    so that nobody has to wait for it; without images it is (0, 0).
    """
    first = next(model.parameters())
    was_training = model.training
    model.eval()
    images = torch.tensor(images) if isinstance(images, np.ndarray) else images  # a copy: it may be read-only

    @torch.inference_mode()
    def logits_of(batch: Tensor) -> Tensor:
        # Without autocast's cache, which other threads would share.
        enabled = precision == "bfloat16"
        with torch.autocast(first.device.type, torch.bfloat16, enabled=enabled, cache_enabled=is_alone):
            batch = batch.to(first.device, non_blocking=True).float().div_(255)
            logits = model(batch).float()
            return (logits + model(batch.flip(-1)).float()) / 2 if flip else logits

    is_alone = run_pieces is run_in_turn or first.device.type != "cpu"
    run = run_in_turn if is_alone else run_pieces
    try:
        logits = run(logits_of, images.split(batch_size), torch.get_num_threads()) if len(images) else []
    finally:
        model.train(was_training)
    return torch.cat(logits) if logits else torch.empty(0, 0)


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Probabilities of logits (..., classes), divided by the temperature first; of the logits' dtype."""
    exponentials = np.exp((logits - logits.max(axis=-1, keepdims=True)) / logits.dtype.type(temperature))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def loss_and_accuracy(logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Mean cross entropy in nats, and the share of right classes in [0, 1], of logits (N, classes)."""
    largest = logits.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):  # infinite logits give nan, without a word
        log_sum = np.log(np.exp(logits - largest).sum(axis=-1, dtype=np.float64)) + largest[:, 0]
        losses = log_sum - logits[np.arange(len(labels)), labels]
    return float(losses.mean()), float((logits.argmax(axis=-1) == labels).mean())


def ignore_other_threads(hook: Callable) -> Callable:
    """A module's hook that acts only in the thread that made it: all browsers share one loaded model."""
    mine = threading.get_ident()
    return lambda *arguments: hook(*arguments) if threading.get_ident() == mine else None


def features_and_logits(
    model: nn.Module, images: np.ndarray | Tensor, batch_size: int = EVALUATION_BATCH
) -> tuple[np.ndarray, np.ndarray]:
    """What goes into the last linear layer, float32 (N, F), and the logits (N, classes), in evaluation mode.

    images: uint8 (N, C, H, W). Raises `ConfigError` for a model without a linear layer.
    """
    linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
    if not linear:
        raise ConfigError("This net has no dense layer, so it has no features.")
    kept: list[Tensor] = []
    keep = ignore_other_threads(lambda _, inputs: kept.append(inputs[0].flatten(1)))
    hook = linear[-1].register_forward_pre_hook(keep)
    try:
        logits = infer(model, images, batch_size=batch_size)
    finally:
        hook.remove()
    empty = torch.empty(0, linear[-1].in_features)
    return torch.cat([empty, *(part.float().cpu() for part in kept)]).numpy(), logits
