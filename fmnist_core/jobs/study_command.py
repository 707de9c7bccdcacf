"""`python -m fmnist_core study`: train a study here, one run after the other, and say what came out.

How a run is trained and stored is handed in: the command line has its own way of it. The study is paused for
servers meanwhile; one that was interrupted goes on with its id, here or on the page.
"""

import sys
from collections.abc import Callable, Sequence

from ..base.config import TrainConfig
from ..base.errors import RunError
from ..base.messages import Message, percent
from ..base.terminal import print_json
from ..results import statistics
from ..runs import RESUMABLE, RunStore
from .study import grid, read_values, runs_of, study_name

FIGURES = ("difference", "low", "high", "p_value", "is_paired", "seeds_needed")
"""Of a comparison, as JSON."""


def create(
    store: RunStore,
    base: TrainConfig,
    vary: Sequence[str],
    seeds: int | None,
    name: str | None,
    check: Callable[[TrainConfig], None],
) -> str:
    """Store the study that `--vary learning_rate=0.001,0.003` and `--seeds` ask for; returns its id.

    seeds: trainings of each combination; None for one.
    check: raises what a run would meet at its start. Raises `ConfigError`.
    """
    seeds = 1 if seeds is None else seeds
    read = {setting: read_values(setting, text) for setting, text in split(vary).items()}
    configs = grid(base, read, seeds)
    for config in configs:
        check(config)
    name = name or study_name(base, read, seeds)
    return store.studies.create(name, configs, owner="command line", paused=True)


def split(vary: Sequence[str]) -> dict[str, str]:
    """The text of each setting of `--vary`; of one that is named again, all values."""
    texts: dict[str, list[str]] = {}
    for setting, _, text in (part.partition("=") for part in vary):
        texts.setdefault(setting.strip().replace("-", "_"), []).append(text)
    return {setting: ",".join(several) for setting, several in texts.items()}


def main(
    store: RunStore,
    study_id: str,
    train: Callable[[str], int],
    should_stop: Callable[[], bool],
    as_json: bool,
) -> int:
    """Train what is left of a study, then print its groups and pairs; returns the exit status.

    train: trains one run that waits, and returns its exit status.
    """
    if store.studies.get(study_id).search is not None:
        raise RunError(
            "{name} is a search. Go on with it by: search --resume {study_id}",
            name=store.studies.get(study_id).name,
            study_id=study_id,
        )
    said = Message("{count} run(s)", count=len(runs_of(store, study_id)))
    print(f"Study {study_id}: {said}", file=sys.stderr)
    worst = 0
    for run in runs_of(store, study_id):
        if should_stop():
            break
        if run.status in RESUMABLE:
            store.requeue(run.run_id)
        elif run.status != "queued":
            continue
        worst = max(worst, train(run.run_id))
    if should_stop():
        print(f"Go on with: python -m fmnist_core study --resume {study_id}", file=sys.stderr)
        return worst
    groups = statistics.group_runs(runs_of(store, study_id))
    names = statistics.group_names(groups)
    for name, group in zip(names, groups, strict=True):
        _print_group(name, group, as_json)
    by_name = {name: group.accuracies for name, group in zip(names, groups, strict=True)}
    best, pairs = statistics.compare_best(by_name), statistics.compare_all(by_name)
    if best is not None:
        _print_pair(*best, 1, as_json)
    if len(pairs) > 1:
        if not as_json:
            print(f"All {len(pairs)} pairs, corrected for their number:", flush=True)
        for (a, b), comparison in pairs.items():
            _print_pair(a, b, comparison, len(pairs), as_json)
    if not as_json and best is not None:
        for note in statistics.verdict_notes(groups):
            print(note, flush=True)
    return worst


def _print_pair(
    a: str, b: str, comparison: statistics.GroupComparison, comparisons: int, as_json: bool
) -> None:
    """comparisons: for how many at once it is corrected."""
    sentence = statistics.group_verdict(comparison, a, b)
    if as_json:
        figures = {name: getattr(comparison, name) for name in FIGURES} | {"count": min(comparison.seeds)}
        print_json({"a": a, "b": b, "verdict": sentence, "comparisons": comparisons} | figures)
    else:
        print(sentence, flush=True)


def _print_group(name: str, group: statistics.Group, as_json: bool) -> None:
    found = statistics.spread(group.accuracies.values())
    if as_json:
        run_ids = [run.run_id for run in group.runs]
        print_json({"group": name, **vars(found), "seeds": list(group.accuracies), "runs": run_ids})
    elif found.count == 1:
        print(f"{name}: {percent(found.mean, 2)} with one seed", flush=True)
    else:
        interval = f"95 % interval {percent(found.low, 2)} to {percent(found.high, 2)}"
        print(f"{name}: {percent(found.mean, 2)} in the mean of {found.count} seeds, {interval}", flush=True)
