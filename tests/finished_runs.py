"""Finished runs for the tests of Compare and Predictions, stored without training."""

import numpy as np

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.epochs import EpochResult
from fmnist_core.data import datasets
from fmnist_core.runs import RunStore
from fmnist_core.training import split


def finished_run(
    store: RunStore,
    name: str | None = None,
    skill: float = 3.0,
    epochs: int = 3,
    finish: str | None = "completed",
    planned: int | None = None,
    **settings: object,
) -> str:
    """Store a run on Fashion-MNIST that is right the more often the greater its skill; returns its id.

    It learns: the logits of the true class grow with the epochs. `finish`: its final status; None leaves
    it running. `planned`: its epochs, if it ended before the last one.
    """
    config = TrainConfig(**{"architecture": "mlp-32", "epochs": planned or epochs} | settings)
    data = datasets.load("fashion-mnist")
    labels = data.test_labels
    validation_labels = data.train_labels[split(config, data)[1]]
    generator = np.random.default_rng(config.seed)
    noise = generator.normal(size=(len(labels), 10))
    validation_noise = generator.normal(size=(len(validation_labels), 10))
    run_id = store.create(config, name)
    store.start(run_id, "worker of a test")
    for epoch in range(1, epochs + 1):
        strength = skill * epoch / epochs
        logits = (noise + strength * np.eye(10)[labels]).astype(np.float32)
        validation_logits = (validation_noise + strength * np.eye(10)[validation_labels]).astype(np.float32)
        store.add_epoch(
            run_id,
            EpochResult(
                epoch=epoch,
                train_loss=1.0 / epoch,
                train_accuracy=1 - 0.3 / epoch,
                seconds=2.0 * epoch,
                images_per_second=1000.0,
                learning_rate=1e-3,
                device="cpu",
                precision="float32",
                parameters=25_450,
                validation_loss=1.2 / epoch if len(validation_labels) else None,
                validation_accuracy=_accuracy(validation_logits, validation_labels),
                test_loss=1.1 / epoch,
                test_accuracy=_accuracy(logits, labels),
                is_last=epoch == epochs,
                test_logits=logits,
                validation_logits=validation_logits if len(validation_labels) else None,
            ),
        )
    if finish:
        store.finish(run_id, finish)
    return run_id


def _accuracy(logits: np.ndarray, labels: np.ndarray) -> float | None:
    return float((logits.argmax(1) == labels).mean()) if len(labels) else None
