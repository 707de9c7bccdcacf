"""The figures of runs as one table, as CSV or Parquet: a row for each epoch. Accuracies are in [0, 1]."""

import io
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ...base.config import SETTINGS
from ...base.errors import ExportError
from ...base.spreadsheet import to_csv_file
from ...runs import Run, RunStore
from .. import statistics

FINAL = ("test_accuracy", "test_low", "test_high")
"""Of a run, with the 95 % interval; in a table they are called `final_...`."""


def csv(store: RunStore, run_ids: Sequence[str]) -> bytes:
    """`metrics_table` as CSV, which a spreadsheet reads as it is."""
    return to_csv_file(metrics_table(store, run_ids))


def parquet(store: RunStore, run_ids: Sequence[str]) -> bytes:
    """`metrics_table` as Parquet."""
    content = io.BytesIO()
    metrics_table(store, run_ids).to_parquet(content, engine="pyarrow", index=False)
    return content.getvalue()


def metrics_table(store: RunStore, run_ids: Sequence[str]) -> pd.DataFrame:
    """A row for each epoch of each run: the run, its settings, its final figures, then those of the epoch.

    Raises `RunError` for an unknown run, and `ExportError` where no run has finished an epoch.
    """
    tables = []
    for run in runs_with_epochs(store, run_ids):
        same = described(run)
        same |= {f"setting_{name}": value for name, value in settings_of(run).items()}
        same |= {f"final_{name}": value for name, value in final_figures(run).items()}
        history = store.history(run.run_id)
        tables.append(history.assign(**same)[[*same, *history.columns]])
    table = pd.concat(tables, ignore_index=True)
    return table.astype({f"final_{name}": "float64" for name in FINAL})


def runs_with_epochs(store: RunStore, run_ids: Sequence[str]) -> list[Run]:
    """Those of these runs that have done an epoch. Raises like `metrics_table`."""
    runs = [store.get(run_id) for run_id in dict.fromkeys(run_ids)]
    kept = [run for run in runs if run.epochs]
    if not kept:
        raise ExportError(
            "{names}: no epoch is done yet, so there are no figures. Wait for the first one.",
            names=[run.name for run in runs],
        )
    return kept


def described(run: Run) -> dict[str, Any]:
    """What people know it by."""
    return {"run_id": run.run_id, "name": str(run.name), "status": run.status, "note": run.note}


def settings_of(run: Run) -> dict[str, Any]:
    """Its settings as single values, the same names for all runs, and what they led to."""
    values = run.config.to_dict()
    settings = {name: _single(values[name]) for name in SETTINGS}
    return settings | {"parameters": run.parameters, "torch_version": run.torch_version or ""}


def _single(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def final_figures(run: Run) -> dict[str, float | None]:
    """Its test accuracy with the 95 % interval, by the names of `FINAL`."""
    interval = statistics.accuracy_interval(run.test_accuracy, run.test_count)
    return dict(zip(FINAL, (run.test_accuracy, *interval), strict=True)) if interval else dict.fromkeys(FINAL)
