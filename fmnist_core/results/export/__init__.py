"""Taking runs along: PyTorch code with weights, TorchScript, ONNX, a script that trains one again, a report;
the figures as CSV or Parquet, for TensorBoard or MLflow.

Every exported model takes the images as they are, uint8 (N, channels, height, width), and answers with the
logits that this project computes: scaling to 0..1 and, where the run uses it, the mirror image are inside.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from ...base.errors import ConfigError, ExportError, unknown_name_message
from ...base.files import write_atomically
from ...base.streams import Stream
from ...runs import RunStore
from ...runs.stored_models import load_model
from . import metrics, models, report, trackers
from .libraries import missing_libraries
from .report import comparison_report
from .script import run_script, training_script

OF_ONE_RUN = {"pytorch": ".zip", "onnx": ".onnx", "torchscript": ".pt", "script": ".py"}
OF_SEVERAL = {"report": ".html", "csv": ".csv", "parquet": ".parquet", "tensorboard": ".zip", "mlflow": ""}
FORMATS = OF_ONE_RUN | OF_SEVERAL
"""Each format and the ending of its files."""

__all__ = [
    "FORMATS",
    "comparison_report",
    "export",
    "export_bytes",
    "missing_libraries",
    "run_script",
    "training_script",
]


def export_bytes(store: RunStore, ids: str | Sequence[str], format: str) -> bytes:
    """A run in one of the `FORMATS`, or several where the format can hold them, as the content of a file.

    ids: of runs, or of studies for all their runs.
    Raises `ConfigError` for an unknown format, `RunError` for an unknown run, `CheckpointError` if there is
    no trained model, `ExportError` if the exported model does not answer as the original, no short script can
    follow the run's settings, there are no figures, or a library is not installed.
    """
    run_ids = _run_ids(store, ids, format)
    if format == "mlflow":
        raise ExportError("MLflow takes no single file. Name a folder or the address of its server.")
    if format == "report" and len(run_ids) > 1:
        return report.comparison_report(store, run_ids).encode()
    if format == "report":
        return report.run_report(store, run_ids[0]).encode()
    if format == "script":
        return run_script(store.get(run_ids[0])).encode()
    tables = {"csv": metrics.csv, "parquet": metrics.parquet, "tensorboard": trackers.tensorboard_zip}
    if format in tables:
        return tables[format](store, run_ids)
    loaded = load_model(store, run_ids[0])
    writers = {"pytorch": models.pytorch, "onnx": models.onnx, "torchscript": models.torchscript}
    return writers[format](loaded)


def export(store: RunStore, ids: str | Sequence[str], format: str, output: str | Path) -> None:
    """Write a run, or several, to a file, whole or not at all, or to standard output for `-`.

    TensorBoard's files go into a folder, unless the name ends in `.zip`; MLflow's into a folder, or to a
    tracking address. Raises like `export_bytes`, and `StorageError`.
    """
    run_ids = _run_ids(store, ids, format)
    ending, wanted = Path(output).suffix.lower(), FORMATS[format]
    if wanted and ending and ending != wanted and ending in FORMATS.values():
        raise ExportError(
            "{path} ends like a file of another format: {format} writes {ending}. Name the file so.",
            path=str(output),
            format=format,
            ending=wanted,
        )
    if format == "mlflow" and str(output) != "-":
        trackers.mlflow(store, run_ids, str(output))
    elif format == "tensorboard" and str(output) != "-" and Path(output).suffix != ".zip":
        trackers.tensorboard(store, run_ids, Path(output))
    else:
        content = export_bytes(store, run_ids, format)
        if str(output) == "-":
            cast(Stream, sys.stdout).write_bytes(content)
        else:
            write_atomically(Path(output), content)


def _run_ids(store: RunStore, ids: str | Sequence[str], format: str) -> list[str]:
    """The runs that are meant. Raises `ConfigError` for an unknown format, or one not for so many."""
    if format not in FORMATS:
        raise ConfigError(unknown_name_message("format", format, FORMATS))
    asked = [ids] if isinstance(ids, str) else list(ids)
    studies = {study.study_id for study in store.studies.all()}
    run_ids = [run for each in asked for run in (store.studies.run_ids(each) if each in studies else [each])]
    run_ids = list(dict.fromkeys(run_ids))
    if not run_ids or (len(run_ids) > 1 and format in OF_ONE_RUN):
        raise ConfigError(
            "{count} run(s) do not fit the format {format}; choose others, or one of: {choices}",
            count=len(run_ids),
            format=format,
            choices=list(OF_SEVERAL),
        )
    return run_ids
