"""What a trained net says about images: logits and probabilities. Knows nothing of runs or training."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..base.errors import ConfigError

EVALUATION_BATCH = 1000


def infer(model: nn.Module, images: np.ndarray | Tensor, **options: Any) -> np.ndarray:
    """What `infer_tensor` returns, with the same options, as an array."""
    return infer_tensor(model, images, **options).cpu().numpy()


@torch.inference_mode()
def infer_tensor(
    model: nn.Module,
    images: np.ndarray | Tensor,
    flip: bool = False,
    batch_size: int = EVALUATION_BATCH,
    precision: str = "float32",
) -> Tensor:
    """Logits float32 (N, classes) for uint8 images (N, 1, H, W), in evaluation mode, on the model's device.

    flip: average the logits of each image and its mirror image.
    precision: "bfloat16" is faster where the processor has it, and rounds the logits to 3 digits.
    The model is left in the mode (training or evaluation) in which it came. The result stays on the device,
    so that nobody has to wait for it.
    """
    first = next(model.parameters())
    was_training = model.training
    model.eval()
    images = torch.tensor(images) if isinstance(images, np.ndarray) else images  # a copy: it may be read-only
    logits = []
    with torch.autocast(first.device.type, torch.bfloat16, enabled=precision == "bfloat16"):
        for start in range(0, len(images), batch_size):
            batch = images[start : start + batch_size].to(first.device, non_blocking=True).float().div_(255)
            batch_logits = model(batch).float()
            if flip:
                batch_logits = (batch_logits + model(batch.flip(-1)).float()) / 2
            logits.append(batch_logits)
    model.train(was_training)
    if not logits:
        return torch.empty(0, 0)
    return torch.cat(logits)


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
    """A module's hook that hears only the thread that made it: all browsers share one loaded model."""
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
