"""Quickly trained runs and drawn photos for the tests of photos."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fmnist_core.base.config import TrainConfig
from fmnist_core.data import datasets
from fmnist_core.photos import familiarity
from fmnist_core.photos.shipping import write_shipped_run
from fmnist_core.runs import RunStore, checkpoints
from fmnist_core.training import fit


def small_familiarity(monkeypatch) -> None:
    """Learn what is familiar from few images, which takes far less time."""
    monkeypatch.setattr(familiarity, "EXAMPLES", 600)
    monkeypatch.setattr(familiarity, "STRANGE", 60)


def trained_run(store: RunStore, name: str | None = None, **settings: object) -> str:
    """Train a small net on 1,000 images for two epochs and store it; returns its id."""
    defaults = {"architecture": "mlp-32", "epochs": 2, "train_size": 1000}
    config = TrainConfig(**defaults | {"batch_size": 100} | settings)
    run_id = store.create(config, name)
    store.start(run_id, "worker of a test")
    for result in fit(config, datasets.load(config.dataset)):
        checkpoints.save(store.checkpoint_path(run_id), result.state, config)
        store.add_epoch(run_id, result)
    store.finish(run_id, "completed")
    return run_id


RECORD = {
    "command": "python -m fmnist_core train --recipe photo --photos FOLDER",
    "data": {"name": "Fashion-MNIST", "images": 1000, "sha256": "0" * 64},
    "photos": {"name": "photos of a test", "images": 3068, "licence": "CC0", "sha256": "1" * 64},
    "seed": 43052,
    "versions": {"torch": "2.0"},
    "device": "cpu",
    "scores": {"strict": 0.5},
}
SHIPPED_ID = "a0photo1"


def ship(folder: Path, record: dict = RECORD) -> tuple[RunStore, str]:
    """Train a small net and write it to `folder / "model"` as the run that ships with the project.

    Returns the store in which it was trained and its id there.
    """
    with pytest.MonkeyPatch.context() as monkeypatch:
        small_familiarity(monkeypatch)
        store = RunStore(folder / "where it was trained")
        run_id = trained_run(store, "of a test", validation_size=100)
        write_shipped_run(store, run_id, SHIPPED_ID, "Photo model", record, folder / "model")
    return store, run_id


def shirt_on_a_floor(size: tuple[int, int] = (300, 400), color: str = "#2040a0") -> Image.Image:
    """A T-shirt drawn in the middle of a noisy brown floor."""
    width, height = size
    noise = np.random.default_rng(0).integers(-8, 9, (height, width, 3))
    image = Image.fromarray((np.array([150, 110, 70]) + noise).clip(0, 255).astype(np.uint8))
    outline = [
        (30, 25),
        (42, 22),
        (58, 22),
        (70, 25),
        (85, 42),
        (76, 50),
        (69, 43),
        (69, 80),
        (31, 80),
        (31, 43),
    ]
    outline += [(24, 50), (15, 42)]
    ImageDraw.Draw(image).polygon([(x * width / 100, y * height / 100) for x, y in outline], fill=color)
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The picture as a file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **{"compress_level": 1} | options)
    return buffer.getvalue()
