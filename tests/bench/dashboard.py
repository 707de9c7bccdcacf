"""What thirty browsers that follow a training cost it, measured by `load.py` in its own process."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fmnist_core.bench import Measurement, less_is_better, more_is_better

DRIVER = Path(__file__).with_name("load.py")
SESSIONS, SECONDS = 30, 150
TARGET_SECONDS = 0.5  # of the 95th percentile of a page's response


def benchmark() -> Iterator[Measurement]:
    """The training's epochs a second beside thirty browsers against alone, and the pages' response time.

    The driver and its browsers run on the same machine, and their work is part of the cost.
    Raises `RuntimeError` where the driver fails.
    """
    options = ["--follow", "--sessions", str(SESSIONS), "--seconds", str(SECONDS)]
    driver = subprocess.run([sys.executable, DRIVER, *options], capture_output=True, text=True)
    if driver.returncode:
        raise RuntimeError(f"the load driver failed: {driver.stderr[-1000:]}")
    figures = json.loads(driver.stdout)
    alone = statistics.median(turn["epochs_per_second"] for turn in figures["alone"])
    yield more_is_better(
        "dashboard-tax",
        alone * (1 - figures["training_slowed_percent"] / 100),  # the median of turns beside their neighbours
        alone,
        f"epochs a second of {figures['architecture']} beside {SESSIONS} browsers (alone)",
    )
    yield less_is_better(
        "dashboard-response",
        figures["responses"]["poll"]["p95"],
        TARGET_SECONDS,
        f"seconds, 95th percentile of a page's response with {SESSIONS} browsers (the aim)",
    )
