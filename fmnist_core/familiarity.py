"""How much an image is like anything that a model has been trained on, and which training images are nearest.

A confident net is not a knowing one. Garments against hats, shorts and skirts on 341 photos, AUROC with one
net: top probability .62, nearest neighbours in feature space .69, energy .72. What does better (.89; the
score that is shown, with two nets, .87 and .80) is a logistic regression on the features before the last
layer and the logits, which has learned to tell training images made to look like photos from things that are
no garment of the ten: cut-off trousers (shorts), lower halves of dresses (skirts), domes and discs (hats),
and random pieces. They are made from the training images; no photo is needed.
"""

import contextlib
import io
import threading
import zipfile
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from . import datasets, photo_augmentation, strange_images
from .datasets import CLASS_NAMES, Dataset
from .errors import RunError, StorageError
from .evaluation import in_this_thread, softmax
from .files import write_atomically
from .foreign_objects import foreign_objects
from .training import split

if TYPE_CHECKING:
    from .prediction import LoadedModel

FILE_NAME = "familiarity.npz"

BANK_SIZE = 12_000
"""Training images among which neighbours are looked for."""

FEATURES = 128
"""Wider feature vectors are projected at random to this length (Johnson and Lindenstrauss 1984)."""

EXAMPLES = 6_000
"""Images of each kind that the regression learns from; a third as many choose the threshold."""

LET_THROUGH = 0.05
"""Share of the strange things made from validation images that may pass for a garment."""

REFUSED = 0.05
"""Share of a data set's own images that may at most be called strange, where it is not garments."""

_kept: dict[tuple[str, int], "Familiarity"] = {}
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Familiarity:
    """What is computed once for a run and kept in its folder.

    mean, scale, weights: float32 (D,), bias: float; the regression on standardised features.
    threshold: scores below it are called unfamiliar, see `fit`.
    bank: float16 (BANK_SIZE, F), unit feature vectors of the training images at bank_indices (int64).
    """

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: float
    threshold: float
    bank: np.ndarray
    bank_indices: np.ndarray

    def of(self, features: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """The score of each image in 0..1, float32 (N,): higher is more like the training images."""
        standardised = (_inputs(features, logits) - self.mean) / self.scale
        # A photo may lie far outside of everything seen: a few clipped features cannot decide alone.
        return 1 / (1 + np.exp(-(standardised.clip(-6, 6) @ self.weights + self.bias)))

    def nearest(self, features: np.ndarray, count: int = 5) -> np.ndarray:
        """The training images whose features point most nearly the same way, int64 (count,), nearest first.

        features: float32 (V, F), of several views of one photo; their mean direction counts.
        """
        direction = _unit(_unit(features).mean(0, keepdims=True))[0]
        # Not with `@`, whose library starts threads that wait busily; this runs in front of a class.
        similarity = np.einsum("nf,f->n", self.bank.astype(np.float32), direction)
        best = np.argpartition(-similarity, min(count, len(similarity) - 1))[:count]
        return self.bank_indices[best[np.argsort(-similarity[best], kind="stable")]]


def features_and_logits(model: nn.Module, images: np.ndarray | Tensor) -> tuple[np.ndarray, np.ndarray]:
    """What goes into the last linear layer, float32 (N, F), and the logits (N, C); for uint8 images.

    Raises `RunError` for a model without a linear layer.
    """
    linear = [module for module in model.modules() if isinstance(module, nn.Linear)]
    if not linear:
        raise RunError("This net has no linear layer at its end; familiarity cannot be measured.")
    images = torch.tensor(images) if isinstance(images, np.ndarray) else images
    kept: list[Tensor] = []
    keep = in_this_thread(lambda _, inputs: kept.append(inputs[0].flatten(1)))
    handle = linear[-1].register_forward_pre_hook(keep)
    try:
        with torch.inference_mode():
            logits = [model(batch.float() / 255) for batch in images.split(500)]
    finally:
        handle.remove()
    return _shortened(torch.cat(kept).float()).numpy(), torch.cat(logits).float().numpy()


def fit(
    model: nn.Module, data: Dataset, validation: np.ndarray, seed: int = 0, preparation: str = "garment"
) -> Familiarity:
    """Learn what is familiar to a model in evaluation mode.

    validation: indices of training images that the model has not learned from. The threshold is chosen on
    them where there are enough; else on training images that the regression has not seen. preparation: see
    `DatasetInfo`; `strange_images` is for all but garments.
    """
    from sklearn.linear_model import LogisticRegression  # a second to import, needed once per run

    generator = torch.Generator().manual_seed(seed)
    order = np.random.default_rng(seed).permutation(len(data.train_images))
    unseen = order[-min(EXAMPLES // 3, len(order) // 4) :]
    if len(validation) >= 500:
        unseen = np.random.default_rng(seed).permutation(validation)[: EXAMPLES // 3]
    examples = order[~np.isin(order, unseen)][:EXAMPLES]

    def look(indices: np.ndarray, foreign: bool) -> tuple[np.ndarray, np.ndarray]:
        if preparation != "garment":
            if foreign:
                images = strange_images.strange(data, indices, preparation, generator)
            else:
                images = strange_images.familiar(data, indices, generator)
            return features_and_logits(model, images)
        images = torch.from_numpy(data.train_images[indices])
        labels = torch.from_numpy(data.train_labels[indices])
        if foreign:
            made = foreign_objects(images.float() / 255, labels, data.class_names, generator)
            images = (made * 255).round().to(torch.uint8)
        garments = labels if data.class_names == CLASS_NAMES and not foreign else None
        images = photo_augmentation.augment(images, generator, garments)
        return features_and_logits(model, images)

    known, strange = (_inputs(*look(examples, foreign)) for foreign in (False, True))
    mean, scale = known.mean(0), known.std(0) + 1e-3
    inputs = ((np.concatenate([known, strange]) - mean) / scale).clip(-6, 6)
    regression = LogisticRegression(C=1e-3, max_iter=300)
    regression.fit(inputs, np.repeat([1, 0], [len(known), len(strange)]))

    bank_indices = np.sort(order[:BANK_SIZE])
    bank, _ = features_and_logits(model, data.train_images[bank_indices])
    found = Familiarity(
        mean.astype(np.float32),
        scale.astype(np.float32),
        regression.coef_[0].astype(np.float32),
        float(regression.intercept_[0]),
        0.0,
        _unit(bank).astype(np.float16),
        bank_indices,
    )
    features, logits = look(unseen, True)
    threshold = choose_threshold(combined(found.of(features, logits), logits))
    if preparation != "garment":
        features, logits = look(unseen, False)
        own = float(np.quantile(combined(found.of(features, logits), logits), REFUSED))
        # Between the two; but pieces of a sky are a sky, and then its own images are let in.
        threshold = min((threshold + own) / 2, own)
    return replace(found, threshold=threshold)


def combined(familiarity: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """The score that is shown: the geometric mean of familiarity and top probability, in 0..1."""
    return np.sqrt(familiarity * softmax(logits).max(-1))


def choose_threshold(strange: np.ndarray) -> float:
    """The score that a share of `LET_THROUGH` of the strange things reaches."""
    return float(np.quantile(strange, 1 - LET_THROUGH))


def for_run(loaded: "LoadedModel") -> Familiarity:
    """The familiarity of a run, from its folder if it is there and as new as the checkpoint, else computed.

    Computing takes some seconds; the file is an .npz without pickled objects. That of the run that comes with
    the project is read as it is, whatever the dates that a checkout gives to files. Raises `DataError` if the
    data set that it is computed from is not there any more.
    """
    path = loaded.folder / FILE_NAME
    with _lock:
        newest = max((p.stat().st_mtime_ns for p in loaded.folder.glob("checkpoint*")), default=0)
        key = (str(path), newest)
        if key not in _kept:
            shipped = loaded.run.comes_with_project
            usable = path.exists() and (shipped or path.stat().st_mtime_ns >= newest)
            found = _read(path) if usable else None
            if found is None and shipped:
                raise RunError(
                    f"What is familiar to {loaded.run.name} cannot be read: another version of this "
                    "project made it. Install the project again, or choose another run."
                )
            if found is None:
                data = datasets.load(loaded.config.dataset, download=False)
                _, validation = split(loaded.config, data)
                found = fit(loaded.model, data, validation, preparation=loaded.info.preparation)
                _write(path, found)
            while len(_kept) >= 4:
                _kept.pop(next(iter(_kept)))
            _kept[key] = found
        return _kept[key]


def _read(path: Path) -> Familiarity | None:
    """None for a file that is damaged or of another version: it is made again."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            values = {field.name: stored[field.name] for field in fields(Familiarity)}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    values |= {name: float(values[name]) for name in ("bias", "threshold")}
    return Familiarity(**values)


def _write(path: Path, familiarity: Familiarity) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, **{field.name: getattr(familiarity, field.name) for field in fields(Familiarity)})
    with contextlib.suppress(StorageError):  # a read-only folder: it is computed again next time
        write_atomically(path, buffer.getvalue())


def _inputs(features: np.ndarray, logits: np.ndarray) -> np.ndarray:
    return np.concatenate([features, logits, np.sort(softmax(logits))[:, -2:]], axis=1)


def _shortened(features: Tensor) -> Tensor:
    if features.shape[1] <= FEATURES:
        return features
    generator = torch.Generator().manual_seed(features.shape[1])
    return features @ torch.randn(features.shape[1], FEATURES, generator=generator) / FEATURES**0.5


def _unit(features: np.ndarray) -> np.ndarray:
    return features / (np.linalg.norm(features, axis=-1, keepdims=True) + 1e-6)
