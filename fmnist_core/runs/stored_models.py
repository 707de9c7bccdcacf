"""From a stored run to a model that answers: load its checkpoint, give it images, get probabilities."""

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from torch import nn

from ..base.config import TrainConfig
from ..base.errors import CheckpointError, ConfigError, RunError
from ..data.datasets import DATASETS, Dataset, DatasetInfo
from ..nets import architectures, evaluation
from . import Run, RunStore, checkpoints, learned_from, saved_designs
from .shipped import shipped_problem

_lock = threading.Lock()


@dataclass(frozen=True)
class LoadedModel:
    """A trained model in evaluation mode on the CPU, and what is needed to use it.

    info: the data set that it learned from, which says how a picture is prepared for it.
    """

    model: nn.Module
    run: Run
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    folder: Path
    info: DatasetInfo = DATASETS["fashion-mnist"]

    @property
    def config(self) -> TrainConfig:
        """The settings that the model was trained with."""
        return self.run.config

    def data(self) -> Dataset:
        """What it learned from. Raises `RunError` if that was replaced, `ConfigError` if it was
        deleted, `DataError` if its files are missing or damaged."""
        return learned_from.load(self.run, self.folder)

    @property
    def flip(self) -> bool:
        """Whether answers are averaged over each image and its mirror image."""
        return self.config.test_time_flip

    @property
    def reads_mirrored(self) -> bool:
        """Whether a picture's mirror image is read as well: a garment's always, a digit's never."""
        return {"garment": True, "digit": False}.get(self.info.preparation, self.flip)


def load_model(store: RunStore, run_id: str) -> LoadedModel:
    """The model of a run, as of its last checkpoint, or at its end with the weights that it keeps; kept in
    memory for the next call.

    Raises `RunError` for an unknown run and for one whose data set was deleted, `CheckpointError` for a
    missing or damaged file, or another run's, `DataError` for a damaged data set.
    """
    run = store.get(run_id)
    path = store.checkpoint_path(run_id)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0  # `checkpoints.load` explains
    try:
        info = learned_from.info(run, store.folder(run_id))
    except ConfigError:
        raise RunError(
            "The data set {dataset}, from which {name} learned, was deleted. Import it again "
            "under this name, or choose another run.",
            dataset=run.config.dataset,
            name=run.name,
        ) from None
    with _lock:  # two browsers that ask at once load it once
        model = _model(path, changed, run.config, info.image_shape, len(info.class_names), _takes_best(run))
    return LoadedModel(model, run, info.class_names, info.image_shape, store.folder(run_id), info)


@lru_cache(maxsize=16)
def _model(
    path: Path,
    changed: int,
    config: TrainConfig,
    image_shape: tuple[int, int, int],
    classes: int,
    takes_best: bool,
) -> nn.Module:
    state, _ = checkpoints.load(path, config)
    best = state.get("best") if takes_best else None
    return restored(config, best or state, image_shape, classes)


def _takes_best(run: Run) -> bool:
    """Whether a run's model has the best epoch's weights. They are measured at its regular end: the figures
    and answers of a run that is not there yet are the last epoch's, and so is its model."""
    return run.config.keep == "best" and run.status == "completed"


def restored(config: TrainConfig, state: dict, image_shape: tuple[int, int, int], classes: int) -> nn.Module:
    """The model with the weights in a checkpoint's state, on the CPU, in evaluation mode.

    Raises `CheckpointError` when the state is another net's, `ConfigError` when the net is no longer known.
    """
    model = architectures.build(saved_designs.find(config.architecture), image_shape, classes, config.seed)
    try:
        model.load_state_dict(state["model"])
    except (KeyError, RuntimeError):
        raise CheckpointError(
            "The checkpoint does not fit the architecture {architecture!r}: it was trained "
            "with another version of this project, or belongs to another net. Train the run "
            "again.",
            architecture=config.architecture,
        ) from None
    return model.eval()


def predict(loaded: LoadedModel, images: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (N, classes), for uint8 images (N, *image_shape)."""
    if images.shape[1:] != tuple(loaded.image_shape):
        raise RunError(
            "{name} reads images of shape {shape}, got {got}. Pick a run that was trained on "
            "images of this shape.",
            name=loaded.run.name,
            shape=loaded.image_shape,
            got=images.shape[1:],
        )
    return evaluation.softmax(evaluation.infer(loaded.model, images, flip=loaded.flip))


def default_run(store: RunStore) -> Run:
    """The run that names photos unless another is chosen: the one that comes with the project.

    Where there is none: the newest finished one for garments that learned from images made to look like
    photos, else the most accurate one for garments. Raises `RunError` if there is none.
    """
    if store.shipped is not None:
        return store.shipped.run
    runs = [
        run
        for run in store.runs(("completed", "stopped"))
        if _is_for_garments(run) and store.checkpoint_path(run.run_id).exists()
    ]
    photo = [run for run in runs if "photo" in run.config.augmentations and run.status == "completed"]
    if photo:
        return photo[-1]
    if runs:
        return max(runs, key=lambda run: run.test_accuracy or 0.0)
    if shipped_problem():
        raise RunError(shipped_problem())
    raise RunError(
        "There is no trained model for garments yet. Train one on the Train page, or with: "
        "python -m fmnist_core train --recipe photo"
    )


def _is_for_garments(run: Run) -> bool:
    info = DATASETS.get(run.config.dataset)  # None for a custom one
    return info is not None and info.preparation == "garment"
