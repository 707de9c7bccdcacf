"""Training a completed run longer: a new run that begins where the old one ended, with all that it knew."""

import shutil
from typing import Any

from ..base.config import TrainConfig
from ..base.errors import ConfigError, RunError
from ..base.files import copy_folder
from ..base.recipes import relabel, run_name
from . import checkpoints
from .creating import check_limit, enqueue, new_id
from .record import EPOCH_COLUMNS, MAX_NAME, Run
from .store import RunStore

CHANGED = ("epochs", "learning_rate", "schedule")
"""The settings that may be others from here on."""

SUMMARY = (
    *("epochs", "seconds", "images_per_second", "device", "precision", "parameters", "train_accuracy"),
    *("validation_accuracy", "best_validation_accuracy", "best_epoch", "test_accuracy", "test_count"),
)


def longer_config(run: Run, **changes: Any) -> TrainConfig:
    """The settings with which a run is trained longer. changes: of `CHANGED`; others are ignored. Raises
    `RunError` for a run that cannot be trained longer, `ConfigError` if it adds no epoch."""
    if run.status != "completed" or run.comes_with_project:
        raise RunError("Only a completed run of one's own can be trained longer; pick another one.")
    if run.config.max_seconds is not None or run.epochs < run.config.epochs:
        raise RunError("{name} ended by the clock or its patience; start a new run instead.", name=run.name)
    config = relabel(run.config.replace(**{name: changes[name] for name in CHANGED if name in changes}))
    if config.epochs <= run.epochs:
        raise ConfigError(
            "{name} has done {epochs} epoch(s) already; choose more than these in all.",
            name=run.name,
            epochs=run.epochs,
        )
    return config


def train_longer(
    store: RunStore,
    run_id: str,
    config: TrainConfig,
    owner: str = "",
    owner_name: str = "",
    limit: int | None = None,
) -> str:
    """Queue a run that goes on after the last epoch of another, which stays as it is; returns its id.

    config: from `longer_config`. With an unchanged constant rate it gets the numbers of a run that had as
    many epochs from the start. Raises `CheckpointError` if the old run's checkpoint is missing or damaged,
    `StorageError` if its folder cannot be copied.
    """
    run = store.get(run_id)
    state, _ = checkpoints.load(store.checkpoint_path(run_id), run.config)
    with store.database.read() as db:
        longer = new_id(db, store.path)
    rates = [(each.learning_rate, each.schedule) for each in (run.config, config)]
    rate_changed = run.rate_changed or rates[0] != rates[1] or config.schedule != "constant"
    # "auto" again where that was asked: a name has only what somebody chose, and the summary has the rest.
    asked = config.replace(precision=run.asked_precision)
    try:
        copy_folder(store.folder(run_id), store.folder(longer))
        checkpoints.save(store.checkpoint_path(longer), state, config)
        with store.database.write() as db:
            check_limit(db, owner, limit)
            name = run_name(asked, always=("epochs",))
            texts = {"name": name, "owner": owner, "owner_name": owner_name[:MAX_NAME]}
            enqueue(db, longer, asked, **texts, parent=run_id, rate_changed=int(rate_changed))
            db.execute(
                f"UPDATE runs SET ({', '.join(SUMMARY)}) = "
                f"(SELECT {', '.join(SUMMARY)} FROM runs WHERE run_id = ?) WHERE run_id = ?",
                (run_id, longer),
            )
            columns = ", ".join(EPOCH_COLUMNS)
            db.execute(
                f"INSERT INTO epochs (run_id, {columns}) SELECT ?, {columns} FROM epochs WHERE run_id = ?",
                (longer, run_id),
            )
    except BaseException:
        shutil.rmtree(store.folder(longer), ignore_errors=True)
        raise
    return longer
