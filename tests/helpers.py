"""Small data that the tests make themselves, and pages opened without a browser."""

import struct
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.epochs import EpochResult
from fmnist_core.base.paths import data_dir
from fmnist_core.data.datasets import CLASS_NAMES, Dataset
from fmnist_core.jobs import TrainingQueue, train_run
from fmnist_core.runs import Run, RunStore

ROOT = Path(__file__).parent.parent
CLOTHES = TrainConfig(architecture="mlp-32", epochs=3)
KMNIST = TrainConfig(
    dataset="kmnist", architecture="mlp-32", epochs=4, batch_size=20, precision="float32", device="cpu"
)
"""For `write_small_set`."""


def small_config(**settings) -> TrainConfig:
    """Small and in float32, which is the same everywhere; on the processor unless asked otherwise."""
    values = {
        "architecture": "mlp-32",
        "epochs": 2,
        "batch_size": 64,
        "precision": "float32",
        "device": "cpu",
    }
    return TrainConfig(**values | settings)


def tiny_dataset(train: int = 200, test: int = 60, classes: int = 10, seed: int = 0) -> Dataset:
    """Learnable noise: each class has a bright square of its own in a 28x28 image."""
    generator = np.random.default_rng(seed)

    def draw(count: int) -> tuple[np.ndarray, np.ndarray]:
        labels = np.arange(count) % classes
        images = generator.integers(0, 60, (count, 1, 28, 28), dtype=np.uint8)
        for image, label in zip(images, labels, strict=True):
            row, column = divmod(int(label), 4)
            image[0, 7 * row : 7 * row + 6, 7 * column : 7 * column + 6] += 150
        return images, labels.astype(np.int64)

    return Dataset("tiny", CLASS_NAMES[:classes], *draw(train), *draw(test))


def random_answers(seed: int, images: int = 500, classes: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Labels and logits (images, classes) of a model that is right more often than not."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, classes, images)
    logits = generator.normal(size=(images, classes))
    logits[np.arange(images), labels] += 2.0
    return labels, logits


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write a uint8 array in the IDX format: magic number, sizes, then the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(header + array.astype(np.uint8).tobytes())


def write_set(data: Dataset, raw: Path) -> None:
    """The files of a data set in grey as torchvision keeps them."""
    write_idx(raw / "train-images-idx3-ubyte", data.train_images[:, 0])
    write_idx(raw / "train-labels-idx1-ubyte", data.train_labels)
    write_idx(raw / "t10k-images-idx3-ubyte", data.test_images[:, 0])
    write_idx(raw / "t10k-labels-idx1-ubyte", data.test_labels)


def write_small_set(train: int = 200, folder: Path | None = None) -> None:
    """A small learnable data set where the files of kmnist are expected; 60 test images."""
    write_set(tiny_dataset(train), (folder or data_dir()) / "KMNIST" / "raw")


def epoch_result(epoch: int, validation_accuracy: float | None = None, **values) -> EpochResult:
    """What the engine may say of an epoch; other epochs, other numbers."""
    logits = np.random.default_rng(epoch).normal(size=(20, 10)).astype(np.float32)
    results = {
        "train_loss": 1 / epoch,
        "train_accuracy": 0.5 + epoch / 100,
        "seconds": 2.0 * epoch,
        "images_per_second": 1000.0,
        "learning_rate": 1e-3,
        "device": "cpu",
        "precision": "float32",
        "parameters": 25_450,
        "validation_accuracy": validation_accuracy,
        "test_loss": 0.7,
        "test_accuracy": 0.6 + epoch / 100,
        "test_logits": logits,
    }
    return EpochResult(epoch=epoch, **results | values)


def started(store: RunStore, config: TrainConfig = CLOTHES, **values) -> str:
    """The id of a new run that a worker has taken."""
    run_id = store.create(config, **values)
    store.start(run_id, "worker")
    return run_id


def train_here(store: RunStore, run_id: str, **options) -> str:
    """Train a queued run in this thread; returns its status."""
    worker = store.workers.open()
    store.start(run_id, worker)
    status = train_run(store, run_id, **options)
    store.workers.close(worker)
    return status


def complete(store: RunStore, run_id: str, accuracy: float) -> None:
    """End a queued run as if it had been trained, with this accuracy on 100 test images."""
    worker = store.workers.open()
    store.start(run_id, worker)
    with store.database.write() as db:
        db.execute("UPDATE runs SET test_accuracy = ?, test_count = 100 WHERE run_id = ?", (accuracy, run_id))
    store.finish(run_id, "completed")
    store.workers.close(worker)


def wait_for(
    condition: Callable[[], bool],
    seconds: float = 180.0,
    pause: Callable[[], object] = lambda: time.sleep(0.01),
) -> None:
    """Wait until it holds, with pauses between; fails after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        pause()


def ended(store: RunStore, run_id: str) -> Run:
    """The run, once it neither waits nor trains."""
    wait_for(lambda: not store.get(run_id).is_active)
    return store.get(run_id)


def go_on(queue: TrainingQueue, run_id: str) -> Run:
    """The run, taken up again and at its end."""
    queue.resume(run_id)
    return ended(queue.store, run_id)


def _whole_app(path: str) -> None:
    """Run app.py. AppTest takes our folder `pages` for an app of the old kind, whose pages run alone."""
    exec(compile(Path(path).read_text("utf-8"), path, "exec"), {"__name__": "__main__", "__file__": path})


script_runner._mpa_v1 = _whole_app
manifest_scanner.scan_component_manifests = list
"""AppTest asks all installed packages for components whenever an app is opened; ours uses none."""


def open_page(name: str = "train", browser: dict[str, str] | None = None, /, **query: str) -> AppTest:
    """The dashboard without a browser, opened at a page with these settings in its address.

    browser: what one would say of itself, for `st.context`."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    app.context = browser or {}
    for key, value in query.items():
        app.query_params[key] = value
    if name != "train":
        app.switch_page(f"pages/{name}.py")
    return app.run()


def leave_for(app: AppTest, name: str) -> AppTest:
    """Another page of the navigation, whose link has no settings in it."""
    app.query_params = {}
    return app.switch_page(f"pages/{name}.py").run()


def address_of(app: AppTest) -> dict[str, str]:
    """What a browser's address would say of this page: the first one of a visit is written by the browser."""
    return app.session_state["address"].noted
