"""Runs for other trackers: TensorBoard's event files, and MLflow. Each is used only where it is installed.

The step of a figure is its epoch, its time the one at which it was measured; accuracies are in [0, 1].
"""

import io
import logging
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from ...base.errors import ExportError, StorageError
from ...base.files import cannot_be_written
from ...runs import Run, RunStore, record
from .libraries import library
from .metrics import described, final_figures, runs_with_epochs, settings_of

FIGURES = tuple(name for name in record.EPOCH_COLUMNS if name != "epoch")

EXPERIMENT = "Fashion-MNIST dashboard"
MLFLOW_STATUS = {"completed": "FINISHED", "failed": "FAILED", "stopped": "KILLED", "interrupted": "KILLED"}
MOST_METRICS = 900
"""In one call of MLflow, which takes 1,000."""

QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
"""MLflow sends its makers nothing, and reports within seconds that a server does not answer."""


def _points(store: RunStore, run: Run) -> Iterator[tuple[str, float, int, float]]:
    """Each figure of each epoch: its name, its value, the epoch, and when it was, in seconds since 1970."""
    began = run.started_at or run.created_at
    for row in store.history(run.run_id).to_dict("records"):
        for name in FIGURES:
            if row[name] == row[name]:
                yield name, float(row[name]), int(row["epoch"]), began + row["seconds"]


def tensorboard_zip(store: RunStore, run_ids: Sequence[str]) -> bytes:
    """`tensorboard` as a zip of its folders."""
    content = io.BytesIO()
    with _in_temporary_folder(store.path) as folder:
        tensorboard(store, run_ids, folder / "runs")
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("events.*")):
                archive.write(path, path.relative_to(folder))
    return content.getvalue()


def tensorboard(store: RunStore, run_ids: Sequence[str], folder: Path) -> None:
    """A folder of event files for each run, in a folder for `tensorboard --logdir`: its figures, its settings
    beside its final accuracy (the tab HPARAMS), and its name and note as a text.

    Raises `RunError`, `ExportError` where TensorBoard is not installed, and `StorageError`.
    """
    writing = library("torch.utils.tensorboard", "tensorboard")
    runs = runs_with_epochs(store, run_ids)
    _require_new(folder, [run.run_id for run in runs])
    with _in_temporary_folder(folder) as place:
        for run in runs:
            _write_events(writing, store, run, place / run.run_id)
        for run in runs:
            (place / run.run_id).rename(folder / run.run_id)


def _write_events(writing: ModuleType, store: RunStore, run: Run, folder: Path) -> None:
    final = {f"final/{name}": value for name, value in final_figures(run).items() if value is not None}
    settings = {name: "" if value is None else value for name, value in settings_of(run).items()}
    ended = run.finished_at or run.started_at or run.created_at
    with writing.SummaryWriter(str(folder)) as writer:
        for name, value, epoch, second in _points(store, run):
            writer.add_scalar(name, value, epoch, second)
        for name, value in final.items():
            writer.add_scalar(name, value, run.epochs, ended)
        said = "\n\n".join(text for text in (str(run.name), run.status, run.note) if text)
        writer.add_text("run", said, run.epochs, ended)
        for summary in writing.summary.hparams({"name": str(run.name), **settings}, final):
            writer.file_writer.add_summary(summary, walltime=ended)


def _require_new(folder: Path, names: Sequence[str] = ()) -> None:
    """Raise `StorageError` where a file lies in the folder's place, or one of these folders in it."""
    if folder.exists() and not folder.is_dir():
        raise StorageError("{path} cannot be written: it is no folder. Name another one.", path=folder)
    for path in (folder / name for name in names):
        if path.exists():
            raise StorageError("{path} exists already. Delete it, or name another folder.", path=path)


@contextmanager
def _in_temporary_folder(beside: Path) -> Iterator[Path]:
    """A folder in this one, which is made if it is not there; what is left in it at the end is deleted."""
    try:
        beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=beside) as place:
            yield Path(place)
    except OSError as error:
        raise cannot_be_written(beside, error) from None


# ---- MLflow -------------------------------------------------------------------------------------------


def mlflow(store: RunStore, run_ids: Sequence[str], place: str) -> None:
    """A run of MLflow for each run, in the experiment `EXPERIMENT`: parameters, metrics, tags and the note.

    place: a tracking address (`http://...`, `sqlite:///...`), or a folder, which is made if it is not there.
    Raises `RunError`, `ExportError` where MLflow is not installed or refuses, and `StorageError`.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    client_library = library("mlflow", "mlflow")
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    entities = import_module("mlflow.entities")
    runs = runs_with_epochs(store, run_ids)
    address, artifacts = place, None
    if "://" not in place:
        folder = Path(place).absolute()
        _require_new(folder)
        address, artifacts = f"sqlite:///{folder / 'mlflow.db'}", (folder / "artifacts").as_uri()
        with _in_temporary_folder(folder):  # raises if it cannot be written
            pass
    try:
        client = client_library.MlflowClient(tracking_uri=address)
        known = client.get_experiment_by_name(EXPERIMENT)
        experiment = known.experiment_id if known else client.create_experiment(EXPERIMENT, artifacts)
        for run in runs:
            _log_to_mlflow(client, entities, store, run, experiment)
    except (client_library.exceptions.MlflowException, OSError) as error:
        raise ExportError(
            "MLflow cannot write to {place}: {reason}", place=place, reason=str(error)[:200]
        ) from None


def _log_to_mlflow(client: Any, entities: ModuleType, store: RunStore, run: Run, experiment: str) -> None:
    began, ended = ((second and round(1000 * second)) for second in (run.started_at, run.finished_at))
    tags = described(run) | {"mlflow.note.content": run.note, "owner_name": run.owner_name}
    run_id = client.create_run(experiment, began, tags, str(run.name)).info.run_id
    parameters = [entities.Param(name, str(value)) for name, value in settings_of(run).items()]
    metrics = [
        entities.Metric(name, value, round(1000 * second), epoch)
        for name, value, epoch, second in _points(store, run)
    ]
    metrics += [
        entities.Metric(f"final_{name}", value, ended or 0, run.epochs)
        for name, value in final_figures(run).items()
        if value is not None
    ]
    client.log_batch(run_id, params=parameters)
    for start in range(0, len(metrics), MOST_METRICS):
        client.log_batch(run_id, metrics=metrics[start : start + MOST_METRICS])
    client.set_terminated(run_id, MLFLOW_STATUS.get(run.status, "RUNNING"), ended)
