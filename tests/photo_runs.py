"""Quickly trained runs and drawn photos for the tests of photos."""

import io

import numpy as np
from PIL import Image, ImageDraw

from fmnist_core import checkpoints, datasets, familiarity
from fmnist_core.config import TrainConfig
from fmnist_core.jobs import checkpoint_path
from fmnist_core.runs import RunStore
from fmnist_core.training import fit


def small_familiarity(monkeypatch) -> None:
    """Learn what is familiar from few images: a second instead of ten."""
    monkeypatch.setattr(familiarity, "EXAMPLES", 600)
    monkeypatch.setattr(familiarity, "BANK_SIZE", 500)


def trained_run(store: RunStore, name: str | None = None, **settings: object) -> str:
    """Train a small net on 1,000 sketches for two epochs and store it; returns its id."""
    defaults = {"dataset": "sketches", "architecture": "mlp-32", "epochs": 2, "train_size": 1000}
    config = TrainConfig(**defaults | {"batch_size": 100} | settings)
    run_id = store.create(config, name)
    store.start(run_id, "worker of a test")
    for result in fit(config, datasets.load(config.dataset)):
        checkpoints.save(checkpoint_path(store, run_id), result.state, config)
        store.add_epoch(run_id, result)
    store.finish(run_id, "completed")
    return run_id


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
    image.save(buffer, kind, **options)
    return buffer.getvalue()
