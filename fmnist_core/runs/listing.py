"""`python -m fmnist_core runs`: the runs as a table, as JSON or as CSV."""

import json
import sys

from ..base.spreadsheet import to_csv
from ..base.terminal import print_json
from .store import RunStore

TIMES = ["created_at", "started_at", "finished_at"]
"""In seconds since 1970, to the last digit."""
SHOWN = ["run_id", "name", "status", "dataset", "epochs", "test_accuracy", "seconds", "device"]


def main(store: RunStore, as_json: bool, as_csv: bool) -> int:
    """Print the runs, newest first, and last the one that comes with the project; returns the exit status."""
    table = store.table(shipped=True)
    measured = table.select_dtypes("float").drop(columns=TIMES, errors="ignore")
    table[measured.columns] = measured.map(lambda value: float(f"{value:.6g}"))
    if as_json:
        for row in json.loads(table.to_json(orient="records")):
            print_json(row)
        return 0
    if as_csv:
        print(to_csv(table), end="")
        return 0
    if len(table):
        table["name"] += table["comes_with_project"].map({True: " (comes with the project)", False: ""})
        table["seconds"] = table["seconds"].map("{:.1f}".format, na_action="ignore")
        print(table[SHOWN].to_string(index=False, float_format=lambda value: f"{value:.4f}", na_rep="–"))
    if table["comes_with_project"].all() and not store.lost_runs():
        nothing = "Nothing else has" if len(table) else "Nothing has"
        print(f"{nothing} been trained here yet. Start with: python -m fmnist_core train", file=sys.stderr)
    return 0
