"""`python -m fmnist_core search`: make the trials of a search here, one after the other, and say what came
out. How a run is trained and stored is handed in, as for `study_command`."""

import sys
from collections.abc import Callable, Sequence

from ..base.config import TrainConfig
from ..base.messages import percent
from ..base.search import Search, read_choices
from ..base.terminal import print_json
from ..results import statistics
from ..results.statistics import Trial
from ..runs import RunStore
from . import search as searches
from .study import runs_of
from .study_command import split


def create(
    store: RunStore,
    base: TrainConfig,
    vary: Sequence[str],
    trials: int | None,
    minutes: float | None,
    prunes: bool | None,
    name: str | None,
    check: Callable[[TrainConfig], None],
) -> str:
    """Store the search that `--vary learning_rate=0.0001..0.1` and `--trials` ask for; returns its id.

    trials, minutes, prunes: see `Search`; None for 25 trials, no limit, and that trials end early.
    check: raises what a run would meet at its start. Raises `ConfigError`.
    """
    space = {setting: read_choices(setting, text) for setting, text in split(vary).items()}
    trials = 25 if trials is None else trials
    wanted = Search(searches.with_validation(base), space, trials, minutes, prunes is not False)
    searches.check(wanted)
    nets = space.get("architecture")
    for net in nets if isinstance(nets, tuple) else [base.architecture]:
        check(wanted.base.replace(architecture=net))
    name = name or searches.search_name(wanted)
    return store.studies.create_search(name, wanted, owner="command line", paused=True)


def main(
    store: RunStore,
    study_id: str,
    train: Callable[[str], int],
    should_stop: Callable[[], bool],
    as_json: bool,
) -> int:
    """Make what is left of a search, then print its trials, the best first; returns the exit status.

    train: trains one run that waits, and returns its exit status.
    """
    wanted = searches.require_search(store, study_id)
    print(f"Search {study_id}: {wanted.trials} trials", file=sys.stderr)
    worst = 0
    study, runs = store.studies.get(study_id), runs_of(store, study_id)
    for run in (*searches.failed_on_end(study, runs), *searches.unfinished(runs)):
        store.requeue(run.run_id)
    while not should_stop():
        waiting = [run.run_id for run in runs_of(store, study_id) if run.status == "queued"]
        run_id = waiting[0] if waiting else searches.next_trial(store, study_id)
        if run_id is None:
            break
        worst = max(worst, train(run_id))
    if should_stop():
        print(f"Go on with: python -m fmnist_core search --resume {study_id}", file=sys.stderr)
        return worst
    trials = searches.trials_of(store, runs_of(store, study_id))
    best_first = sorted(trials, key=lambda each: (not each.counts, -each.accuracy))  # the given up ones last
    for place, each in enumerate(best_first, start=1):
        _print_trial(place, wanted, each, as_json)
    shares = statistics.importances(wanted, trials)
    luck = searches.luck(store, trials)
    sentences = statistics.search_verdict(trials, wanted.base.validation_size, luck)
    if as_json:
        print_json({"study": study_id, "verdict": " ".join(sentences), "importances": shares, "luck": luck})
    else:
        print(*sentences, flush=True)
    return worst


def _print_trial(place: int, wanted: Search, each: Trial, as_json: bool) -> None:
    settings = {name: getattr(each.run.config, name) for name in wanted.space}
    if as_json:
        figures = {"validation_accuracy": each.accuracy, "test_accuracy": each.run.test_accuracy}
        known = {"place": place, "run_id": each.run.run_id, "status": each.run.status}
        print_json(known | figures | settings)
        return
    said = ", ".join(f"{name}={value}" for name, value in settings.items())
    state = "" if each.counts else f", {'given up' if each.is_given_up else each.run.status}"
    print(f"{place:3}. {percent(each.accuracy, 2)} of validation images: {said}{state}", flush=True)
