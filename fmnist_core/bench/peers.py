"""The engine against the libraries that people would pick instead, where they are installed.

They are no dependencies of this project: `FMNIST_PEERS_PYTHON` names the Python of an environment that has
some of them beside torch (`pip install torch keras jax optax skorch lightning fastai`).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from ..base import recipes
from ..base.errors import ConfigError
from . import peer_training
from .measurement import Measurement, in_turn, more_is_better, scratch_folder
from .speed import first_images, real_data, train, without_test_images

STEPS = 24
PYTHON = "FMNIST_PEERS_PYTHON"


def benchmark() -> Iterator[Measurement]:
    """Images a second of the lecture's cnn in `fit` against each library's own training, on the CPU.

    Raises `ConfigError` if the environment that is named cannot be run.
    """
    python = os.environ.get(PYTHON)
    if not python:
        print(f"peers: {PYTHON} names no environment, left out", file=sys.stderr)
        return
    config = recipes.configure("lecture", architecture="cnn", device="cpu", epochs=1000)
    part = without_test_images(first_images(real_data(), STEPS * config.batch_size))
    epochs = train(config, part)
    next(epochs)
    with scratch_folder() as folder:
        path = Path(folder) / "images.npz"
        np.savez(path, images=part.train_images, labels=part.train_labels)
        for library in peer_training.PEERS:
            try:
                ours, baseline = in_turn(
                    lambda: next(epochs).images_per_second,
                    partial(_images_per_second, python, library, path),
                )
            except subprocess.CalledProcessError as error:
                reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
                print(f"peers: {library} left out: {reason}", file=sys.stderr)
                continue
            yield more_is_better(f"peers-{library}", ours, baseline, f"images a second, cnn ({library})")


def _images_per_second(python: str, library: str, path: Path) -> float:
    command = [python, peer_training.__file__, library, str(path)]
    environment = os.environ | {"PYTHONPATH": ""}
    try:
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env=environment, cwd=path.parent
        )
    except OSError as error:
        raise ConfigError(
            "{variable} {python!r} cannot be run: {reason}; name a Python",
            variable=PYTHON,
            python=python,
            reason=error.strerror,
        ) from None
    return float(done.stdout.split()[-1])
