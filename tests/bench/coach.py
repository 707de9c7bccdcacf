"""How often the coach names the fault of a training: known, because it was put there (`known_faults`)."""

import sys
from collections import Counter
from collections.abc import Iterator

import known_faults

from fmnist_core.base.errors import FmnistError
from fmnist_core.bench import Measurement, more_is_better
from fmnist_core.results.statistics.coach import Evidence, first_finding

SEEDS = (3001, 3002, 3003)
"""Of the trainings that are reported, none of which the rules were tuned on (see .docs/coach.md)."""
AIM = 0.9

NAMED = {
    "rate too low": {"rate too low"},
    "rate too high": {"rate too high"},
    "dead net": {"no learning"},
    "weight decay too strong": {"weight decay"},
    "too few images": {"overfitting"},
    "wrong labels": {"wrong labels"},
    "too few epochs": {"still improving"},
    "none": {"levelled off", "still improving", None},
}
"""The fault that was put into a training: the findings that name it. Silence is right where there is none."""


def benchmark() -> Iterator[Measurement]:
    """The share of the trainings whose fault is named, and of those of which nothing wrong is said."""
    counts = Counter(_judge(training) for seed in SEEDS for training in known_faults.trainings(seed))
    trainings = counts.total()
    unit = f"of {trainings} trainings with a known fault (the aim)"
    yield more_is_better("coach-named", counts["named"] / trainings, AIM, unit)
    yield more_is_better("coach-not-wrong", 1 - counts["wrong"] / trainings, 1.0, unit)


def _judge(training: known_faults.Training) -> str:
    """ "named", "silent" or "wrong". Where the loss is no longer a number, the run's own message names it."""
    config = training.config
    try:
        history, data = known_faults.train(training)
        found = first_finding(Evidence(history, config, data.classes, len(data.test_labels)))
        fault, said = (found.fault, f"{found.seen} {found.advice}") if found else (None, "nothing")
    except FmnistError as error:
        fault, said = "rate too high" if "lower the learning rate" in str(error) else "another", str(error)
    verdict = "named" if fault in NAMED[training.fault] else "silent" if fault is None else "wrong"
    where = f"{config.architecture} {config.optimizer} {config.learning_rate:.2g}"
    print(f"{verdict:7} {training.fault}, {where}: {said}", file=sys.stderr, flush=True)
    return verdict
