"""The figures of runs for other programs, read back by their own readers where they are installed."""

import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers import CLOTHES, KMNIST, epoch_result, open_page, started

from fmnist_core.__main__ import main
from fmnist_core.base.errors import ConfigError, ExportError, RunError, StorageError
from fmnist_core.results import statistics
from fmnist_core.results.export import export, export_bytes, libraries, metrics, trackers
from fmnist_core.runs import RunStore

NOTE = "look at its bags\n| and = signs |"


@pytest.fixture
def run_ids(store) -> list[str]:
    """Two runs: three epochs completed, one epoch and then stopped; other settings in the second."""
    first, second = started(store, name="=first"), started(store, KMNIST.replace(max_seconds=60), name="둘째")
    for epoch in (1, 2, 3):
        store.add_epoch(first, epoch_result(epoch, 0.5 + epoch / 10))
    store.add_epoch(second, epoch_result(1))
    store.set_note(first, NOTE)
    store.finish(first, "completed")
    store.finish(second, "stopped")
    return [first, second]


def interval(store: RunStore, run_id: str) -> tuple[float, float]:
    run = store.get(run_id)
    return statistics.wilson_interval(round(run.test_accuracy * run.test_count), run.test_count)


# ---- CSV and Parquet ----------------------------------------------------------------------------------


def test_parquet_has_every_epoch_with_settings_and_final_figures(store, run_ids):
    table = pd.read_parquet(io.BytesIO(export_bytes(store, run_ids, "parquet")))
    assert table["run_id"].tolist() == [run_ids[0]] * 3 + [run_ids[1]]
    assert table["epoch"].tolist() == [1, 2, 3, 1]
    for run_id, rows in table.groupby("run_id"):
        run, history = store.get(run_id), store.history(run_id)
        for name in history.columns:
            pd.testing.assert_series_equal(
                rows[name].reset_index(drop=True), history[name], check_dtype=False
            )
        for name, value in run.config.to_dict().items():
            stored = rows[f"setting_{name}"].iloc[0]
            assert stored == value or (value is None and pd.isna(stored)), name
        assert rows["final_test_accuracy"].tolist() == [run.test_accuracy] * len(rows)
        assert (rows["final_test_low"].iloc[0], rows["final_test_high"].iloc[0]) == interval(store, run_id)
        assert set(rows["name"]) == {run.name} and set(rows["note"]) == {run.note}


def test_csv_has_the_same_rows_and_no_formula_in_a_cell(store, run_ids):
    content = export_bytes(store, run_ids, "csv")
    table = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    other = pd.read_parquet(io.BytesIO(export_bytes(store, run_ids, "parquet")))
    assert list(table) == list(other) and len(table) == len(other)
    assert table["name"].tolist() == ["'=first"] * 3 + ["둘째"]  # text for a spreadsheet
    for name in ("train_loss", "test_accuracy", "final_test_high", "setting_learning_rate"):
        pd.testing.assert_series_equal(table[name], other[name], check_dtype=False)


def test_a_run_without_an_epoch_has_no_figures_and_is_left_out_of_several(store, run_ids):
    waiting = store.create(CLOTHES, "waits")
    with pytest.raises(ExportError, match="waits: no epoch is done yet"):
        export_bytes(store, waiting, "csv")
    table = pd.read_parquet(io.BytesIO(export_bytes(store, [waiting, *run_ids], "parquet")))
    assert waiting not in set(table["run_id"])


def test_a_run_says_with_which_torch_it_was_trained_and_one_from_before_that_was_kept_says_nothing(store):
    run = store.get(store.create(CLOTHES))
    versions = (replace(run, torch_version=version) for version in ("2.10.0", None))
    assert [metrics.settings_of(each)["torch_version"] for each in versions] == ["2.10.0", ""]


def test_a_run_whose_test_images_were_never_looked_at_has_no_final_figures(store):
    run_id = started(store)
    store.add_epoch(run_id, epoch_result(1, test_accuracy=None, test_logits=None, test_loss=None))
    table = pd.read_parquet(io.BytesIO(export_bytes(store, run_id, "parquet")))
    assert table["final_test_accuracy"].isna().all() and table["test_accuracy"].isna().all()


def test_the_id_of_a_study_stands_for_its_runs(store):
    study = store.studies.create("s", [CLOTHES.replace(seed=seed) for seed in (1, 2)])
    run_ids = store.studies.run_ids(study)
    for run_id in run_ids:
        store.start(run_id, "worker")
        store.add_epoch(run_id, epoch_result(1))
    table = pd.read_parquet(io.BytesIO(export_bytes(store, study, "parquet")))
    assert sorted(table["run_id"]) == sorted(run_ids)


def test_the_run_that_comes_along_can_be_exported_too(store):
    table = pd.read_parquet(io.BytesIO(export_bytes(store, store.shipped.run.run_id, "parquet")))
    assert len(table) == store.shipped.run.epochs


# ---- the command line ---------------------------------------------------------------------------------


def test_the_command_writes_figures_of_several_runs(run_ids, tmp_path):
    path = tmp_path / "new" / "figures.parquet"
    assert main(["export", *run_ids, "--format", "parquet", "--output", str(path)]) == 0
    assert len(pd.read_parquet(path)) == 4
    report = tmp_path / "report.html"
    assert main(["export", *run_ids, "--format", "report", "--output", str(report)]) == 0
    assert "Comparison of runs" in report.read_text()


def test_figures_can_go_to_standard_output(run_ids, capfdbinary):
    assert main(["export", run_ids[0], "--format", "csv", "--output", "-"]) == 0
    written = capfdbinary.readouterr().out
    assert len(pd.read_csv(io.BytesIO(written), encoding="utf-8-sig")) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{both}", "--format", "onnx", "--output", "{tmp}/x"], "2 runs do not fit the format onnx"),
        (["nobody", "--format", "csv", "--output", "{tmp}/x"], "There is no run 'nobody'"),
        (
            ["{one}", "--format", "excel", "--output", "{tmp}/x"],
            "Unknown format 'excel'; choose one of: pytorch",
        ),
        (["{one}", "--format", "csv", "--output", "{tmp}"], "it is a folder. Name a file in it."),
        (["{one}", "--format", "mlflow", "--output", "-"], "MLflow takes no single file."),
    ],
)
def test_what_cannot_be_exported_is_one_line(run_ids, tmp_path, capsys, arguments, said):
    given = []
    for argument in arguments:
        given += run_ids if argument == "{both}" else [argument.format(one=run_ids[0], tmp=tmp_path)]
    assert main(["export", *given]) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_full_disk_is_a_sentence(store, run_ids):
    for format in ("csv", "parquet"):
        with pytest.raises(StorageError, match="No space left"):
            export(store, run_ids, format, "/dev/full")


@pytest.mark.parametrize("module", ["tensorboard", "mlflow"])
def test_a_library_that_is_missing_is_named(store, run_ids, tmp_path, monkeypatch, module):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(libraries, "import_module", missing)
    with pytest.raises(ExportError, match=f"This needs {module}, .* pip install {module}"):
        export(store, run_ids, module, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# ---- TensorBoard --------------------------------------------------------------------------------------


def test_tensorboard_reads_every_figure_at_its_epoch(store, run_ids, tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    export(store, run_ids, "tensorboard", tmp_path / "logs")
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == sorted(run_ids)
    for run_id in run_ids:
        run, history = store.get(run_id), store.history(run_id)
        events = accumulator.EventAccumulator(str(tmp_path / "logs" / run_id))
        events.Reload()
        for name in ("train_loss", "validation_accuracy", "test_accuracy", "learning_rate"):
            measured = history[["epoch", name]].dropna()
            points = events.Scalars(name) if len(measured) else []
            assert [point.step for point in points] == measured["epoch"].tolist()
            assert [point.value for point in points] == pytest.approx(measured[name].tolist(), rel=1e-6)
        first = events.Scalars("train_loss")[0]
        assert first.wall_time == pytest.approx(run.started_at + history["seconds"].iloc[0], abs=1e-3)
        final = [
            events.Scalars(f"final/{name}")[0].value for name in ("test_accuracy", "test_low", "test_high")
        ]
        assert final == pytest.approx([run.test_accuracy, *interval(store, run_id)], rel=1e-6)
        said = events.Tensors("run/text_summary")[0].tensor_proto.string_val[0].decode()
        assert str(run.name) in said and run.note in said
        settings = _hparams(events)
        assert settings["learning_rate"] == run.config.learning_rate and settings["name"] == str(run.name)
        assert settings["dataset"] == run.config.dataset


def _hparams(events) -> dict:
    from tensorboard.plugins.hparams import metadata, plugin_data_pb2

    content = events.summary_metadata[metadata.SESSION_START_INFO_TAG].plugin_data.content
    data = plugin_data_pb2.HParamsPluginData.FromString(content)
    return {
        name: getattr(value, value.WhichOneof("kind"))
        for name, value in data.session_start_info.hparams.items()
    }


def test_tensorboard_overwrites_nothing_and_leaves_no_half_folder(store, run_ids, tmp_path):
    pytest.importorskip("tensorboard")
    export(store, run_ids[:1], "tensorboard", tmp_path / "logs")
    export(store, run_ids[1:], "tensorboard", tmp_path / "logs")  # beside it
    before = sorted(path.name for path in (tmp_path / "logs").rglob("*"))
    with pytest.raises(StorageError, match="exists already"):
        export(store, run_ids, "tensorboard", tmp_path / "logs")
    assert sorted(path.name for path in (tmp_path / "logs").rglob("*")) == before
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError, match="it is no folder"):
        export(store, run_ids, "tensorboard", tmp_path / "file")
    with pytest.raises(RunError, match="There is no run"):
        export(store, "nobody", "tensorboard", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_tensorboard_as_a_zip_has_the_same_files(store, run_ids, tmp_path):
    pytest.importorskip("tensorboard")
    export(store, run_ids, "tensorboard", tmp_path / "logs.zip")
    with zipfile.ZipFile(tmp_path / "logs.zip") as archive:
        folders = {Path(name).parent.as_posix() for name in archive.namelist()}
    assert folders == {f"runs/{run_id}" for run_id in run_ids}
    assert not [path for path in store.path.iterdir() if path.name.startswith(".export")]


# ---- MLflow -------------------------------------------------------------------------------------------


def test_mlflow_reads_parameters_metrics_and_tags_from_its_folder(store, run_ids, tmp_path):
    mlflow = pytest.importorskip("mlflow")
    export(store, run_ids, "mlflow", tmp_path / "tracked")
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path / 'tracked' / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(trackers.EXPERIMENT)
    found = {run.data.tags["run_id"]: run for run in client.search_runs([experiment.experiment_id])}
    assert set(found) == set(run_ids)
    for run_id, theirs in found.items():
        run, history = store.get(run_id), store.history(run_id)
        assert theirs.info.run_name == str(run.name)
        assert theirs.info.status == ("FINISHED" if run.status == "completed" else "KILLED")
        assert theirs.info.start_time == round(1000 * run.started_at)
        for name, value in run.config.to_dict().items():
            assert theirs.data.params[name] == str(value)
        assert theirs.data.tags["mlflow.note.content"] == run.note
        points = client.get_metric_history(theirs.info.run_id, "train_loss")
        assert [(point.step, point.value) for point in points] == list(
            zip(history["epoch"], history["train_loss"], strict=True)
        )
        final = [theirs.data.metrics[f"final_{name}"] for name in ("test_accuracy", "test_low", "test_high")]
        assert final == [run.test_accuracy, *interval(store, run_id)]


def test_mlflow_that_cannot_write_says_so(store, run_ids, tmp_path):
    pytest.importorskip("mlflow")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError, match="it is no folder"):
        export(store, run_ids, "mlflow", tmp_path / "file")
    with pytest.raises(ExportError, match="MLflow cannot write to nonsense://"):
        export(store, run_ids, "mlflow", "nonsense://x")


# ---- the page -----------------------------------------------------------------------------------------


def test_the_page_offers_figures_and_models_as_far_as_the_libraries_go(store, run_ids, monkeypatch):
    path = store.checkpoint_path(run_ids[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    for installed in (True, False):
        monkeypatch.setattr(libraries, "find_spec", lambda name, found=installed: object() if found else None)
        app = open_page("compare", run=",".join(run_ids))
        assert not app.exception
        buttons = {element.proto.label: element.proto.disabled for element in app.get("download_button")}
        assert not buttons["Parquet"] and buttons["TensorBoard"] is not installed
        assert not buttons["PyTorch"] and buttons["ONNX"] is not installed
        told = json.dumps([caption.value for caption in app.caption])
        assert ("pip install tensorboard" in told) is not installed
        assert ("pip install onnx onnxruntime onnxscript" in told) is not installed


def test_formats_of_one_run_refuse_several(store, run_ids):
    for format in ("pytorch", "onnx", "torchscript", "script"):
        with pytest.raises(ConfigError, match="do not fit the format"):
            export_bytes(store, run_ids, format)
