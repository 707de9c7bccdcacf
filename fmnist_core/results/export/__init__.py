"""Taking runs along: PyTorch code with weights, TorchScript, ONNX, a script that trains one again, a report;
the figures as CSV or Parquet, for TensorBoard or MLflow.

Every exported model takes the images as they are, uint8 (N, channels, height, width), and answers with the
logits that this project computes: scaling to 0..1 and, where the run uses it, the mirror image are inside.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from ...base.errors import ConfigError, ExportError, unknown_name_message
from ...base.files import write_atomically
from ...base.formats import FORMATS
from ...base.streams import Stream
from ...runs import RunStore
from ...runs.stored_models import load_model
from . import metrics, models, report, trackers
from .libraries import missing_libraries
from .report import comparison_report
from .script import run_script, training_script

__all__ = [
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
    if format not in WRITERS:
        raise ExportError("MLflow takes no single file. Name a folder or the address of its server.")
    return WRITERS[format](store, run_ids)


def _report(store: RunStore, run_ids: list[str]) -> bytes:
    is_one = len(run_ids) == 1
    page = report.run_report(store, run_ids[0]) if is_one else report.comparison_report(store, run_ids)
    return page.encode()


WRITERS: dict[str, Callable[[RunStore, list[str]], bytes]] = {
    "pytorch": lambda store, run_ids: models.pytorch(load_model(store, run_ids[0])),
    "onnx": lambda store, run_ids: models.onnx(load_model(store, run_ids[0])),
    "torchscript": lambda store, run_ids: models.torchscript(load_model(store, run_ids[0])),
    "script": lambda store, run_ids: run_script(store.get(run_ids[0])).encode(),
    "report": _report,
    "csv": metrics.csv,
    "parquet": metrics.parquet,
    "tensorboard": trackers.tensorboard_zip,
}
"""Of each of the `FORMATS` that is a single file."""


def export(store: RunStore, ids: str | Sequence[str], format: str, output: str | Path) -> None:
    """Write a run, or several, to a file, whole or not at all, or to standard output for `-`.

    TensorBoard's files go into a folder, unless the name ends in `.zip`; MLflow's into a folder, or to a
    tracking address. Raises like `export_bytes`, and `StorageError`.
    """
    run_ids = _run_ids(store, ids, format)
    ending, wanted = Path(output).suffix.lower(), FORMATS[format].ending
    if wanted and ending and ending != wanted and ending in {each.ending for each in FORMATS.values()}:
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
    run_ids = store.studies.spread([ids] if isinstance(ids, str) else ids)
    if not run_ids or (len(run_ids) > 1 and FORMATS[format].holds_one):
        raise ConfigError(
            "{count} run(s) do not fit the format {format}; choose others, or one of: {choices}",
            count=len(run_ids),
            format=format,
            choices=[name for name, each in FORMATS.items() if not each.holds_one],
        )
    return run_ids
