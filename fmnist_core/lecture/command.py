"""`python -m fmnist_core lecture`: what the lecture prints, made again, beside its own figures.

How a run is trained and stored is passed in: that is the command line's own business.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..base.config import TrainConfig
from ..base.errors import ConfigError, unknown_name_message
from ..base.terminal import print_json
from ..data import datasets
from ..runs import RunStore
from . import trainings
from .ladder import LADDER, comparison, ladder_configs, ladder_runs
from .reproduced import FILE, save_ladder

INTERRUPTED = 130
Row = dict[str, Any]
"""part, figure, published, reproduced, difference."""


def main(
    names: Sequence[str],
    train: Callable[[TrainConfig], int],
    should_stop: Callable[[], bool],
    as_json: bool,
    **overrides: object,
) -> int:
    """Make what is named, or everything, print each figure beside the published one; returns the exit status.

    names: small trainings, nets, or "ladder" for its five nets. A net that has been trained with these
        settings already is not trained again.
    train: trains one run and returns its exit status. overrides: as for `ladder_configs`.
    """
    parts = _parts(names)
    configs = [config for config in ladder_configs(**overrides) if config.architecture in parts]
    if not as_json:
        print(f"{'':17} {'':20} {'published':>10} {'reproduced':>10} {'difference':>10}", flush=True)
    for part, rows in SMALL.items():
        if part in parts:
            for row in rows(should_stop):
                _print(row, as_json)
            if should_stop():
                return INTERRUPTED
    store = RunStore()
    for config in configs:
        known = ladder_runs(store.runs(), **overrides).get(config.architecture)
        status = 0 if known and known.status == "completed" else train(config)
        if status:
            return status
        run = ladder_runs(store.runs(), **overrides)[config.architecture]
        table = comparison({config.architecture: store.history(run.run_id)}).dropna()
        for row in table.itertuples():
            _print(
                _row(row.architecture, f"{row.split}, epoch {row.epoch}", row.published, row.reproduced),
                as_json,
            )
    return 0


def save() -> int:
    """Put the nets that have been trained here into the package; returns the exit status."""
    print(f"{FILE}: {', '.join(save_ladder(RunStore())) or 'nothing new'}", file=sys.stderr)
    return 0


def _parts(names: Sequence[str]) -> set[str]:
    for name in names:
        if name not in PARTS:
            raise ConfigError(unknown_name_message("part of the lecture", name, PARTS))
    chosen = set(names or PARTS)
    return chosen | set(LADDER) if "ladder" in chosen else chosen


def two_classes(should_stop: Callable[[], bool]) -> Iterator[Row]:
    """The accuracy with either loss."""
    data = datasets.load("mnist-0-1")
    for loss in trainings.TWO_CLASS_LOSSES:
        for last in _until(should_stop, trainings.two_classes(data, loss)):
            yield _row("two-classes", loss, trainings.PUBLISHED_TWO_CLASSES, last.accuracy)


def three_classes(should_stop: Callable[[], bool]) -> Iterator[Row]:
    """The accuracy, and the 18 printed numbers of exp(netout)."""
    for last in _until(should_stop, trainings.three_classes(datasets.load("mnist-0-1-2"))):
        yield _row("three-classes", "accuracy", trainings.PUBLISHED_THREE_CLASSES, last.accuracy)
        pairs = zip(trainings.PUBLISHED_EXPONENTIALS, last.exponentials, strict=True)
        for image, (published, reproduced) in zip((0, 1, 2, -3, -2, -1), pairs, strict=True):
            for label, value in enumerate(published):
                yield _row("three-classes", f"exp(netout)[{image}, {label}]", value, reproduced[label])


SMALL = {"two-classes": two_classes, "three-classes": three_classes}
PARTS = (*SMALL, "ladder", *LADDER)


def _until(should_stop: Callable[[], bool], steps: Iterator[trainings.Step]) -> list[trainings.Step]:
    """The last step; none if the training was stopped."""
    last = []
    for step in steps:
        if should_stop():
            return []
        last = [step]
    return last


def _row(part: str, figure: str, published: float, reproduced: float) -> Row:
    """To the digits that the lecture prints."""
    published, reproduced = round(float(published), 4), round(float(reproduced), 4)
    return {
        "part": part,
        "figure": figure,
        "published": published,
        "reproduced": reproduced,
        "difference": round(reproduced - published, 4),
    }


def _print(row: Row, as_json: bool) -> None:
    if as_json:
        print_json(row)
    else:
        numbers = f"{row['published']:10.4f} {row['reproduced']:10.4f} {row['difference']:+10.4f}"
        print(f"{row['part']:17} {row['figure']:20} {numbers}", flush=True)
