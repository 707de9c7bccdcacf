"""Turning a finished run into the one that ships with the project, which `runs.shipped` reads.

The record that goes along says how the run was made:
    command: the command that makes it again       seed, device: as they were
    data: {"name", "images", "sha256"}             versions: of the project, torch, ...
    photos: {"name", "images", "licence", "sha256"}, or null if it has seen none
    scores: figures by name
"""

import copy
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from ..base.config import TrainConfig
from ..base.errors import ConfigError, RunError
from ..base.files import write_atomically
from ..data import datasets
from ..nets import evaluation
from ..runs import RunStore, checkpoints, stored_models
from ..runs.predictions import npy
from ..runs.record import CHECKPOINT, ROW_FIELDS, SHIPPED_COLOR, TABLE_COLUMNS, is_id
from ..runs.shipped import FOLDER, RECORD_FILE, RUN_FILE, SUMS_FILE, forget_shipped
from ..runs.stored_models import LoadedModel
from . import familiarity, neighbours

RECORDED = ("command", "data", "photos", "seed", "versions", "device", "scores")
NOBODYS = {"owner": "", "owner_name": "", "note": "", "starred": 0, "message": "", "stop_requested": 0}


def write_shipped_run(
    store: RunStore,
    run_id: str,
    shipped_id: str,
    name: str,
    record: dict,
    folder: Path = FOLDER,
    known: familiarity.Familiarity | None = None,
) -> None:
    """Write a completed run into `folder` as the one that ships: weights in half precision, no optimizer.

    The test logits and the test accuracy are those of the weights that are written.
    shipped_id: letters and digits, one of them beyond f, so that no run of a store has it.
    record: see above. known: what is familiar to it, where that was learned elsewhere.
    Raises `RunError`, `ConfigError`, `DataError` or `StorageError`.
    """
    run = store.get(run_id)
    if run.status != "completed":
        raise RunError(
            "{name} is {status}; only a completed run can ship with the project.",
            name=run.name,
            status=run.status,
        )
    if not is_id(shipped_id) or set(shipped_id.lower()) <= set("0123456789abcdef"):
        raise RunError(
            "{shipped_id!r} cannot be the id: take letters and digits, one of them beyond f.",
            shipped_id=shipped_id,
        )
    missing = [key for key in RECORDED if key not in record]
    if missing:
        raise ConfigError("The record lacks {missing}.", missing=list(missing))

    loaded = in_half_precision(stored_models.load_model(store, run_id))
    known = known or familiarity.for_run(loaded)
    data = datasets.load(run.config.dataset, download=False)
    _, config = checkpoints.load(store.checkpoint_path(run_id))
    state = {"model": {key: _half(tensor) for key, tensor in loaded.model.state_dict().items()}}
    logits, accuracy = _tested(state, config)
    contents = {
        familiarity.STORED.name: familiarity.STORED.to_bytes(known),
        neighbours.STORED.name: neighbours.STORED.to_bytes(neighbours.build_index(loaded, data)),
        "test_logits.npy": npy(logits),
        RUN_FILE: _json(_row_and_history(store, run_id, shipped_id, name, accuracy, len(logits))),
        RECORD_FILE: _json(record),
    }
    if config.validation_size:  # the Predictions page fits its temperature with them
        contents["validation_logits.npy"] = npy(store.logits(run_id, "validation").astype(np.float16))
    checkpoints.save(folder / CHECKPOINT, state, config)
    for file, content in contents.items():
        write_atomically(folder / file, content)
    sums = [
        f"{hashlib.sha256((folder / file).read_bytes()).hexdigest()}  {file}\n"
        for file in sorted([CHECKPOINT, *contents])
    ]
    write_atomically(folder / SUMS_FILE, "".join(sums).encode())
    forget_shipped()


def in_half_precision(loaded: LoadedModel) -> LoadedModel:
    """The model with its weights rounded as they will ship, to be asked and scored like the shipped one."""
    model = copy.deepcopy(loaded.model)
    model.load_state_dict({key: _half(tensor).to(tensor.dtype) for key, tensor in model.state_dict().items()})
    return replace(loaded, model=model)


def _half(tensor: torch.Tensor) -> torch.Tensor:
    """In float16, unless it holds whole numbers or some that float16 cannot hold."""
    if not tensor.is_floating_point():
        return tensor
    half = tensor.half()
    return half if torch.isfinite(half).all() else tensor


def _tested(state: dict, config: TrainConfig) -> tuple[np.ndarray, float]:
    """The test logits, float16 (N, classes), of the model in a state, and the accuracy that they give."""
    data = datasets.load(config.dataset, download=False)
    model = stored_models.restored(config, state, data.image_shape, data.classes)
    logits = evaluation.infer(model, data.test_images, flip=config.test_time_flip).astype(np.float16)
    return logits, float((logits.argmax(1) == data.test_labels).mean())


def _row_and_history(store, run_id: str, shipped_id: str, name: str, accuracy: float, count: int) -> dict:
    with store.database.read() as db:
        row = dict(db.execute("SELECT * FROM runs WHERE run_id = ?", (run_id,)).fetchone())
    row = {key: row[key] for key in dict.fromkeys((*TABLE_COLUMNS, *ROW_FIELDS))} | NOBODYS
    row |= {"run_id": shipped_id, "name": name, "color": SHIPPED_COLOR, "config": json.loads(row["config"])}
    row |= {"automatic_color": SHIPPED_COLOR, "test_accuracy": accuracy, "test_count": count}
    return {"row": row, "history": json.loads(store.history(run_id).to_json(orient="records"))}


def _json(value: dict) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
