"""What a run thought of the images, as files in its folder: the latest logits, and a little per epoch."""

import io
import re
from pathlib import Path

import numpy as np

from ..base.epochs import EpochResult
from ..base.errors import RunError
from ..base.files import UNREADABLE, write_atomically

FILE_NAME = re.compile(r"([0-9]{4,})\.npz")
"""Of an epoch's predictions, as `write` makes it."""


def write(folder: Path, result: EpochResult) -> None:
    """Keep the logits of an epoch; at the end of the run, the latest are those of the weights that it keeps.

    Raises `StorageError` when the disk is full or read-only.
    """
    for name in ("validation_logits", "test_logits"):
        logits = getattr(result.kept or result, name)
        if logits is not None:
            write_atomically(folder / f"{name}.npy", npy(logits.astype(np.float32)))
    if result.test_logits is not None:
        write_atomically(folder / "predictions" / f"{result.epoch:04d}.npz", pack(result.test_logits))


def read(folder: Path, epoch: int, classes: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """What a run thought of the test images after an epoch.

    Returns classes uint8 (N,), exact, and probabilities float32 (N, classes), rounded to 1/255.
    classes: how many there must be. Raises `RunError` if they were not kept for this epoch, or the file is
    damaged.
    """
    path = folder / "predictions" / f"{int(epoch):04d}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            predicted, probabilities = archive["classes"], archive["probabilities"]
        count, width = probabilities.shape
        if (
            {predicted.dtype, probabilities.dtype} != {np.dtype(np.uint8)}
            or predicted.shape != (count,)
            or classes not in (None, width)
            or predicted.max() >= width
        ):
            raise ValueError("not what `pack` wrote")
        return predicted, probabilities.astype(np.float32) / 255
    except FileNotFoundError:
        raise RunError(
            "No predictions were kept for epoch {epoch} of run {name}.", epoch=epoch, name=folder.name
        ) from None
    except UNREADABLE:
        raise RunError(
            "{path} is damaged, and with it what the run thought after epoch {epoch}. Look at another epoch, "
            "or train the run again.",
            path=path,
            epoch=epoch,
        ) from None


def kept_epochs(folder: Path) -> list[int]:
    """The epochs whose predictions were kept, in order."""
    names = (path.name for path in (folder / "predictions").glob("*.npz"))
    return sorted(int(found[1]) for found in map(FILE_NAME.fullmatch, names) if found)


def read_logits(folder: Path, split: str = "test", classes: int | None = None) -> np.ndarray:
    """The run's latest logits, float32 (N, classes), for "test" or "validation".

    classes: how many there must be. Raises `RunError` if the run has none yet, or the file is damaged.
    """
    path = folder / f"{split}_logits.npy"
    try:
        logits = np.load(path, allow_pickle=False)
        is_table = logits.ndim == 2 and logits.dtype.kind == "f" and logits.size > 0
        if not is_table or classes not in (None, logits.shape[1]):
            raise ValueError("not what `write` wrote")
        return logits.astype(np.float32, copy=False)
    except FileNotFoundError:
        raise RunError(
            "Run {name} has no {split} predictions yet. Wait for its first epoch, or train it again.",
            name=folder.name,
            split=split,
        ) from None
    except UNREADABLE:
        raise RunError("{path} is damaged. Train the run again, with the same settings.", path=path) from None


def pack(logits: np.ndarray) -> bytes:
    """An .npz with the classes (exact, uint8) and the probabilities (uint8, in 1/255) of logits (N, classes).

    About 30 to 60 KB for 10,000 images and ten classes: most probabilities are close to 0 or 1.
    """
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = shifted / shifted.sum(axis=1, keepdims=True)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        classes=logits.argmax(axis=1).astype(np.uint8),
        probabilities=np.rint(probabilities * 255).astype(np.uint8),
    )
    return buffer.getvalue()


def npy(array: np.ndarray) -> bytes:
    """An array as the content of an .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
