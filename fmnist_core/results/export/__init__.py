"""Taking a run along: PyTorch code with weights, TorchScript, ONNX, a script that trains it again, a report.

Every exported model takes the images as they are, uint8 (N, channels, height, width), and answers with the
logits that this project computes: scaling to 0..1 and, where the run uses it, the mirror image are inside.
"""

import sys
from pathlib import Path
from typing import cast

from ...base.errors import ConfigError, unknown_name_message
from ...base.files import write_atomically
from ...base.streams import Stream
from ...runs import RunStore
from ...runs.stored_models import load_model
from . import models, report
from .report import comparison_report
from .script import run_script, training_script

FORMATS = {"pytorch": ".zip", "onnx": ".onnx", "torchscript": ".pt", "script": ".py", "report": ".html"}
"""Each format and the ending of its files."""

__all__ = ["FORMATS", "comparison_report", "export", "export_bytes", "run_script", "training_script"]


def export_bytes(store: RunStore, run_id: str, format: str) -> bytes:
    """A run in one of the `FORMATS`, as the content of a file.

    Raises `ConfigError` for an unknown format, `RunError` for an unknown run, `CheckpointError` if there is
    no trained model, `ExportError` if the exported model does not answer as the original, or no short script
    can follow the run's settings.
    """
    if format not in FORMATS:
        raise ConfigError(unknown_name_message("format", format, FORMATS))
    if format == "report":
        return report.run_report(store, run_id).encode()
    if format == "script":
        return run_script(store.get(run_id)).encode()
    loaded = load_model(store, run_id)
    writers = {"pytorch": models.pytorch, "onnx": models.onnx, "torchscript": models.torchscript}
    return writers[format](loaded)


def export(store: RunStore, run_id: str, format: str, output_path: Path) -> None:
    """Write a run to a file, whole or not at all, or to standard output for the path `-`.

    Raises like `export_bytes`, and `StorageError`.
    """
    content = export_bytes(store, run_id, format)
    if str(output_path) == "-":
        cast(Stream, sys.stdout).write_bytes(content)
    else:
        write_atomically(Path(output_path), content)
