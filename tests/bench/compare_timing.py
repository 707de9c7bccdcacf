"""Server times of the pages Compare and Studies on the runs folder of the environment, in one line of JSON.

`python tests/bench/compare_timing.py [REPEATS]`, with the project on PYTHONPATH, draws the whole app without
a browser, over and over, and prints the 95th percentile of each action in milliseconds.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from fmnist_core.runs import RunStore

REPEATS = 40
APP = Path(__file__).resolve().parents[2] / "app.py"
SORTS = ("test_accuracy", "name", "gap", "seconds")
WORDS = ("cnn", "mlp-256 1", "custom", "99")


def main(repeats: int = REPEATS) -> None:
    """Time opening, sorting and filtering in turn, so that other load on the machine meets all of them."""
    store = RunStore()
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.run()
    groups = _groups(app, store, repeats)
    app.switch_page("pages/compare.py")
    app.run()
    ids = store.table(shipped=True)["run_id"].tolist()
    actions = ("open", "sort", "filter", "open_after_a_change", "open_with_histories")
    times: dict[str, list[float]] = {action: [] for action in actions}
    for turn in range(repeats):
        app.text_input(key="compare_text").set_value("")
        store.rename(ids[0], f"renamed {turn}")
        times["open_after_a_change"].append(_timed(app))
        app.selectbox(key="compare_sort").select("created_at")
        app.text_input(key="compare_text").set_value("")
        opened = _timed(app)
        times["open"].append(opened)
        app.selectbox(key="compare_sort").select(SORTS[turn % len(SORTS)])
        times["sort"].append(_timed(app))
        app.text_input(key="compare_text").set_value(WORDS[turn % len(WORDS)])
        times["filter"].append(_timed(app))
        start = time.perf_counter()
        for run_id in ids:
            store.history(run_id)
        times["open_with_histories"].append(opened + 1000 * (time.perf_counter() - start))
    if app.exception or len(app.dataframe) == 0:
        raise RuntimeError("the Compare page did not draw its table")
    times |= groups
    print(json.dumps({name: round(float(np.percentile(values, 95)), 1) for name, values in times.items()}))


def _groups(app: AppTest, store: RunStore, repeats: int) -> dict[str, list[float]]:
    """Times of the Studies page with the groups of all runs."""
    app.switch_page("pages/studies.py")
    app.run()
    app.selectbox(key="studies_chosen").select("all")
    app.run()
    times: dict[str, list[float]] = {"groups": [], "groups_after_a_change": []}
    for turn in range(repeats):
        times["groups"].append(_timed(app))
        store.rename(store.runs()[0].run_id, f"renamed {turn} times")
        times["groups_after_a_change"].append(_timed(app))
    if app.exception or len(app.dataframe) == 0:
        raise RuntimeError("the Studies page did not draw its table")
    return times


def _timed(app: AppTest) -> float:
    """Milliseconds of one run of the page's script."""
    start = time.perf_counter()
    app.run()
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
