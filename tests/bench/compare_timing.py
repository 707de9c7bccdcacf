"""Server times of the Compare page on the runs folder of the environment, in one line of JSON.

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
    app.switch_page("pages/compare.py")
    app.run()
    ids = store.table(shipped=True)["run_id"].tolist()
    times: dict[str, list[float]] = {"open": [], "sort": [], "filter": [], "open_with_histories": []}
    for turn in range(repeats):
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
    print(json.dumps({name: round(float(np.percentile(values, 95)), 1) for name, values in times.items()}))


def _timed(app: AppTest) -> float:
    """Milliseconds of one run of the page's script."""
    start = time.perf_counter()
    app.run()
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
