"""`python -m fmnist_core find-rate`: a range test here, and the rate that it suggests."""

import sys
from collections.abc import Callable

from ..base.config import TrainConfig
from ..base.terminal import print_json, print_progress
from ..runs import RunStore
from ..training import RATE_STEPS, RatePoint, rate_verdict, suggest_rate
from .rate_tests import range_test


def main(config: TrainConfig, should_stop: Callable[[], bool], as_json: bool) -> int:
    """Test and print; returns the exit status. Raises the `FmnistError` that a run would meet."""
    points: list[RatePoint] = []
    for point in range_test(RunStore(), config, should_stop, print_progress):
        points.append(point)
        if as_json:
            print_json(vars(point))
        else:
            print_progress(point.step / RATE_STEPS, "Test of rates")
    if should_stop():
        return 130
    if sys.stderr.isatty() and not as_json:
        print(file=sys.stderr)
    rate = suggest_rate(points)
    if as_json:
        print_json({"suggestion": rate, "verdict": rate_verdict(points)})
    else:
        print(rate_verdict(points), flush=True)
    return 0
