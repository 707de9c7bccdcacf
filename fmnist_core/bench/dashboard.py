"""What thirty browsers that follow a training cost it, measured by `tests/load.py` in its own process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ..base.errors import ConfigError
from .measurement import Measurement, less_is_better, more_is_better

DRIVER = Path(__file__).parents[2] / "tests" / "load.py"
SESSIONS, SECONDS = 30, 60
TARGET_SECONDS = 0.5  # of the 95th percentile of a page's response


def benchmark() -> Iterator[Measurement]:
    """The training's epochs a second beside thirty browsers against alone, and the pages' response time.

    The driver and its browsers run on the same machine, and their work is part of the cost.
    Raises `ConfigError` outside of a clone of the project, and where the driver fails.
    """
    if not DRIVER.exists():
        raise ConfigError(f"{DRIVER} is not there; run dashboard-tax in a clone of the project.")
    options = ["--follow", "--sessions", str(SESSIONS), "--seconds", str(SECONDS)]
    driver = subprocess.run([sys.executable, DRIVER, *options], capture_output=True, text=True)
    if driver.returncode:
        raise ConfigError(f"The load driver failed: {driver.stderr.strip().splitlines()[-1:]}")
    figures = json.loads(driver.stdout)
    alone = (figures["before"]["epochs_per_second"] + figures["after"]["epochs_per_second"]) / 2
    yield more_is_better(
        "dashboard-tax",
        figures["during"]["epochs_per_second"],
        alone,
        f"epochs a second of {figures['architecture']} beside {SESSIONS} browsers (alone)",
    )
    yield less_is_better(
        "dashboard-response",
        figures["responses"]["poll"]["p95"],
        TARGET_SECONDS,
        f"seconds, 95th percentile of a page's response with {SESSIONS} browsers (the aim)",
    )
