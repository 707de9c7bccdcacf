"""What TensorBoard and MLflow are told of a run, taken down by stand-ins: they are seldom installed."""

import os
import sys
import zipfile
from collections import namedtuple
from types import ModuleType, SimpleNamespace

import pytest
from helpers import CLOTHES, epoch_result, started

from fmnist_core.base.errors import ExportError, StorageError
from fmnist_core.results import statistics
from fmnist_core.results.export import export, export_bytes, trackers

Metric = namedtuple("Metric", "key value timestamp step")
Param = namedtuple("Param", "key value")


@pytest.fixture
def run_id(store) -> str:
    """Two epochs, that of 1000.25 s and of 2000.5 s since 1970; the first without test figures."""
    run_id = started(store, CLOTHES, name="mine", owner="mina", owner_name="Mina")
    store.add_epoch(run_id, epoch_result(1, test_loss=None, test_accuracy=None, test_logits=None))
    store.add_epoch(run_id, epoch_result(2))
    store.set_note(run_id, "a note")
    store.finish(run_id, "completed")
    with store.database.write() as db:
        db.execute("UPDATE runs SET started_at = 1000.25, finished_at = 2000.5")
    return run_id


def final(store, run_id: str) -> dict[str, float]:
    run = store.get(run_id)
    low, high = statistics.wilson_interval(round(run.test_accuracy * run.test_count), run.test_count)
    return {"test_accuracy": 0.62, "test_low": low, "test_high": high}


def points(told: list[tuple], name: str) -> list[tuple]:
    """(value, step, when) of a figure."""
    return [(value, step, when) for key, value, step, when in told if key == name]


LOSSES = [(1.0, 1, 1002.25), (0.5, 2, 1004.25)]
"""The training losses of `run_id`."""


@pytest.fixture
def tensorboard(monkeypatch) -> dict[str, SimpleNamespace]:
    """What each folder was told."""
    folders = {}

    class SummaryWriter:
        def __init__(self, folder: str) -> None:
            os.makedirs(folder)
            with open(f"{folder}/events.1", "w") as file:
                file.write("told")
            self.told = SimpleNamespace(scalars=[], texts=[], hparams=[])
            folders[os.path.basename(folder)] = self.told
            self.file_writer = SimpleNamespace(
                add_summary=lambda summary, walltime: self.told.hparams.append((summary, walltime))
            )
            self.add_scalar = lambda *said: self.told.scalars.append(said)
            self.add_text = lambda *said: self.told.texts.append(said)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

    module = ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = SummaryWriter
    module.summary = SimpleNamespace(hparams=lambda settings, figures: [(settings, figures)])
    monkeypatch.setitem(sys.modules, "tensorboard", ModuleType("tensorboard"))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return folders


def test_tensorboard_is_told_each_figure_at_its_epoch_and_the_settings_beside_the_last_ones(
    store, run_id, tensorboard, tmp_path
):
    export(store, run_id, "tensorboard", tmp_path / "logs")
    assert [path.name for path in (tmp_path / "logs").iterdir()] == [run_id]
    told, last = tensorboard[run_id], final(store, run_id)
    assert points(told.scalars, "train_loss") == LOSSES
    assert points(told.scalars, "test_accuracy") == [(0.62, 2, 1004.25)]  # the other epoch has none
    assert points(told.scalars, "validation_accuracy") == []
    assert {name: points(told.scalars, f"final/{name}") for name in last} == {
        name: [(value, 2, 2000.5)] for name, value in last.items()
    }
    assert told.texts == [("run", "mine\n\ncompleted\n\na note", 2, 2000.5)]
    (((settings, figures), when),) = told.hparams
    assert figures == {f"final/{name}": value for name, value in last.items()} and when == 2000.5
    assert (settings["name"], settings["architecture"], settings["max_seconds"]) == ("mine", "mlp-32", "")


def test_tensorboard_as_one_file_and_never_over_another(store, run_id, tensorboard, tmp_path):
    (tmp_path / "logs.zip").write_bytes(export_bytes(store, run_id, "tensorboard"))
    with zipfile.ZipFile(tmp_path / "logs.zip") as archive:
        assert archive.namelist() == [f"runs/{run_id}/events.1"]
    assert not list(store.path.glob(".export*"))
    (tmp_path / "logs" / run_id).mkdir(parents=True)
    with pytest.raises(StorageError, match="exists already"):
        export(store, run_id, "tensorboard", tmp_path / "logs")
    (tmp_path / "logs" / "file").touch()
    with pytest.raises(StorageError, match="it is no folder"):
        export(store, run_id, "tensorboard", tmp_path / "logs" / "file")


@pytest.fixture
def mlflow(monkeypatch) -> SimpleNamespace:
    """What MLflow was told."""
    told = SimpleNamespace(
        metrics=[], parameters=[], batches=[], experiments=[], known=None, ended=[], runs=[]
    )

    class Client:
        def __init__(self, tracking_uri: str) -> None:
            if tracking_uri.startswith("nonsense"):
                raise MlflowException("no such place " * 40)
            told.address = tracking_uri

        def get_experiment_by_name(self, name):
            return told.known

        def create_experiment(self, *said):
            told.experiments.append(said)
            return "new"

        def create_run(self, *said):
            told.runs.append(said)
            return SimpleNamespace(info=SimpleNamespace(run_id="their id"))

        def log_batch(self, run_id, metrics=(), params=()):
            assert run_id == "their id"
            told.metrics += [(each.key, each.value, each.step, each.timestamp) for each in metrics]
            told.parameters += params
            told.batches.append(len(metrics) + len(params))

        def set_terminated(self, *said):
            told.ended.append(said)

    class MlflowException(Exception):
        pass

    module, entities = ModuleType("mlflow"), ModuleType("mlflow.entities")
    module.MlflowClient, module.exceptions = Client, SimpleNamespace(MlflowException=MlflowException)
    entities.Metric, entities.Param = Metric, Param
    monkeypatch.setitem(sys.modules, "mlflow", module)
    monkeypatch.setitem(sys.modules, "mlflow.entities", entities)
    for name in trackers.QUIET:
        monkeypatch.setenv(name, "")  # at the end it is as it was
        monkeypatch.delenv(name)
    return told


def test_mlflow_is_told_settings_figures_and_whose_run_it_is(store, run_id, mlflow, tmp_path, monkeypatch):
    monkeypatch.setattr(trackers, "MOST_METRICS", 7)
    export(store, run_id, "mlflow", tmp_path / "tracked")
    assert mlflow.address == f"sqlite:///{tmp_path / 'tracked' / 'mlflow.db'}"
    assert (tmp_path / "tracked").is_dir() and not list((tmp_path / "tracked").iterdir())
    assert mlflow.experiments == [(trackers.EXPERIMENT, (tmp_path / "tracked" / "artifacts").as_uri())]
    ((experiment, began, tags, name),) = mlflow.runs
    assert (experiment, began, name) == ("new", 1000250, "mine")
    assert (tags["run_id"], tags["mlflow.note.content"], tags["owner_name"]) == (run_id, "a note", "Mina")
    parameters = dict(mlflow.parameters)
    assert (parameters["architecture"], parameters["max_seconds"]) == ("mlp-32", "None")
    assert points(mlflow.metrics, "train_loss") == [
        (value, step, 1000 * when) for value, step, when in LOSSES
    ]
    for name, value in final(store, run_id).items():
        assert points(mlflow.metrics, f"final_{name}") == [(value, 2, 2000500)]
    assert mlflow.batches[0] == len(parameters) and set(mlflow.batches[1:-1]) == {7}
    assert mlflow.ended == [("their id", "FINISHED", 2000500)]
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_mlflow_on_a_server_keeps_its_experiment_and_its_refusal_is_a_sentence(store, run_id, mlflow):
    mlflow.known = SimpleNamespace(experiment_id="old")
    with store.database.write() as db:
        db.execute("UPDATE runs SET finished_at = NULL, status = 'stopped'")
    export(store, run_id, "mlflow", "http://tracker")
    assert mlflow.address == "http://tracker" and not mlflow.experiments and mlflow.runs[0][0] == "old"
    assert mlflow.ended == [("their id", "KILLED", None)]
    assert points(mlflow.metrics, "final_test_accuracy") == [(0.62, 2, 0)]
    with pytest.raises(ExportError, match=r"cannot write to nonsense://x: (no such place ){14}no s$"):
        export(store, run_id, "mlflow", "nonsense://x")
    with pytest.raises(StorageError, match="it is no folder"):
        export(store, run_id, "mlflow", __file__)
