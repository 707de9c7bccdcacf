"""Making the photo model that comes with the project: `python -m fmnist_core photo-model`.

Trains a run, chooses its threshold on photos that it has not learned from, scores it, and writes it into the
package with a record of all that (`photos.shipping`).
"""

import hashlib
import io
import platform
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from PIL import Image

from .. import __version__, photos
from ..base import recipes
from ..base.config import TrainConfig
from ..base.errors import PhotoError
from ..base.processor import processor_name
from ..data import datasets
from ..data.datasets import Dataset
from ..runs import RunStore, shipped, stored_models
from ..runs.stored_models import LoadedModel
from . import learning, scoring
from .familiarity import Familiarity, counted_together
from .scoring import ScoredPhoto
from .shipping import in_half_precision, write_shipped_run

NAME = "Photo model"
RUN_ID = "a0photo1"
EPOCHS = 26

FAMILIAR_SHARE = 0.85
"""Share of the garments in the photos to choose by that are to be called familiar."""

PNG_IMAGES = 1_000
"""Test images that are read as files, beside being read directly."""

PACKAGES = ("torch", "torchvision", "numpy", "opencv-python-headless", "pillow")


def configure(photos_folder: Path) -> TrainConfig:
    """The settings of the photo model. Raises `ConfigError`."""
    return recipes.configure(
        "photo", photos=str(photos_folder), epochs=EPOCHS, batch_size=192, weight_averaging=0.998
    )


def ship(store: RunStore, run_id: str, learned_from: Path, choose_by: Path, measure_by: Path | None) -> dict:
    """Write a completed run into the package; returns its record.

    All scores are those of the weights as they are written, in half precision.
    Raises `PhotoError` for a folder without class folders, `RunError` for a run that is not completed.
    """
    loaded = in_half_precision(stored_models.load_model(store, run_id))
    data = datasets.load(loaded.config.dataset)
    scored = list(scoring.read_folder(choose_by, loaded))
    known = Familiarity(choose_threshold(scored), counted_together(data.classes))
    scores = {choose_by.name: _summary(scored, known.threshold)}
    if measure_by is not None:
        scores[measure_by.name] = _summary(scoring.read_folder(measure_by, loaded), known.threshold)
    scores[f"the first {PNG_IMAGES:,} test images"] = _accuracy_as_files(loaded, data)
    found = learning.find_photos(learned_from)
    also = f" --measure {measure_by.name}" if measure_by else ""
    record = {
        "command": f"python -m fmnist_core photo-model --photos {learned_from.name} "
        f"--choose-by {choose_by.name}{also}",
        "data": {"name": "Fashion-MNIST", "images": len(data.train_images), "sha256": _digest(data)},
        "photos": {
            "name": learned_from.name,
            "images": len(found),
            "licence": "CC0",
            "sha256": learning.digest_of(found),
        },
        "chosen_by": {
            "name": choose_by.name,
            "images": len(scored),
            "sha256": learning.digest_of(learning.find_photos(choose_by)),
        },
        "seed": loaded.config.seed,
        "versions": {"project": __version__, "python": platform.python_version()}
        | {name: version(name) for name in PACKAGES},
        "device": f"{loaded.run.device}, {loaded.run.precision}, {processor_name()}",
        "seconds": loaded.run.seconds,
        "scores": scores,
    }
    write_shipped_run(store, run_id, RUN_ID, NAME, record, shipped.FOLDER, known)
    return record


def choose_threshold(scored: list[ScoredPhoto]) -> float:
    """The score that `FAMILIAR_SHARE` of the garments reach. Raises `PhotoError` without any garment."""
    garments = [photo.score for photo in scored if not photo.foreign and not photo.error]
    if not garments:
        raise PhotoError(
            "None of the {count} photo(s) to choose the threshold by shows one of the classes and can be "
            "read. Put some into folders that are named as the classes.",
            count=len(scored),
        )
    return float(np.quantile(garments, 1 - FAMILIAR_SHARE, method="lower"))


def _summary(scored: Iterable[ScoredPhoto], threshold: float) -> dict:
    """The figures of the same answers with another threshold."""
    return scoring.summary([replace(photo, familiar=photo.score >= threshold) for photo in scored])


def _accuracy_as_files(loaded: LoadedModel, data: Dataset) -> dict[str, float]:
    """The share of right answers for test images read directly, and as PNG files on white."""
    images, labels = data.test_images[:PNG_IMAGES], data.test_labels[:PNG_IMAGES]
    direct = stored_models.predict(loaded, images).argmax(1) == labels
    answers = [photos.read(_as_png(255 - image[0]), loaded).class_name for image in images]
    names = np.array(loaded.class_names)[labels]
    return {"read directly": float(direct.mean()), "as PNG on white": float(np.mean(names == answers))}


def _as_png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def _digest(data: Dataset) -> str:
    """SHA-256 in hex of the training images and labels."""
    return hashlib.sha256(data.train_images.tobytes() + data.train_labels.tobytes()).hexdigest()
