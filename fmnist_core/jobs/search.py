"""Searches: a study that chooses its next run by what the runs before have shown, until its budget is used.

Whoever trains asks `feed` for the next trial, and `is_hopeless` after each epoch of one. All that either
knows stands in the store, so that a search goes on after any end of its process.
"""

import logging
from collections.abc import Callable, Sequence

import numpy as np

from ..base.config import SETTINGS, TrainConfig
from ..base.errors import ConfigError, FmnistError, RunError
from ..base.messages import Message
from ..base.search import Search
from ..data import datasets
from ..results import statistics
from ..results.statistics import Trial
from ..runs import GIVEN_UP, Run, RunStore, Study, is_given_up, learned_from
from ..training import split, using_threads

log = logging.getLogger(__name__)

FAILURES = 3
"""So many failed trials on end pause a search: the next would only fail again."""

VALIDATION_IMAGES, VALIDATION_SHARE = 5000, 0.2
"""What a search chooses by, unless somebody says otherwise: so many, or that share of few training images."""


def check(search: Search) -> None:
    """Raise `ConfigError` for a search that has fewer different trials than it is to make."""
    if search.trials > search.combinations:
        raise ConfigError(
            "{trials} trials are asked for, and only {count:,.0f} different one(s) can be made. Choose "
            "fewer, give a range, or start a study of all combinations.",
            count=search.combinations,
            trials=search.trials,
        )


def with_validation(config: TrainConfig) -> TrainConfig:
    """The settings, with validation images to choose by if they have none."""
    if config.validation_size:
        return config
    images = config.train_size or datasets.find(config.dataset).train_size
    return config.replace(validation_size=max(1, min(VALIDATION_IMAGES, int(VALIDATION_SHARE * images))))


def search_name(search: Search) -> str:
    """What a search is called unless somebody says otherwise: the net, what is searched, how many trials."""
    searched = [SETTINGS[name].label for name in search.space]
    net = [] if "architecture" in search.space else [search.base.architecture]
    return Message("{parts} · search, {count} trial(s)", parts=[*net, *searched], count=search.trials)


def trial_name(search: Search, config: TrainConfig) -> str:
    """What the run of a trial is called: its net, and what was chosen for it."""
    chosen = [
        SETTINGS[name].in_a_name(getattr(config, name)) for name in search.space if name != "architecture"
    ]
    return " · ".join([config.architecture, *chosen])


def is_on(study: Study, runs: Sequence[Run]) -> bool:
    """Whether something of a study waits or trains, or will soon: between two trials nothing does."""
    return any(run.is_active for run in runs) or (not study.is_paused and goes_on(study, runs))


def trials_of(store: RunStore, runs: Sequence[Run]) -> list[Trial]:
    """The runs of a search with their validation accuracies by epoch."""
    return [statistics.trial(run, store.history(run.run_id)) for run in runs]


def goes_on(study: Study, runs: Sequence[Run]) -> bool:
    """Whether a search has trials and time left for another trial, or failed ones that it is stuck at."""
    search = study.search
    if failed_on_end(study, runs):
        return True
    if search is None or study.ended or study.asked >= search.trials:
        return False
    return search.minutes is None or sum(run.seconds or 0.0 for run in runs) < 60 * search.minutes


def next_trial(store: RunStore, study_id: str) -> str | None:
    """Queue the next trial of a search and return its run's id; None if there is none: the search is done,
    nothing new is left to try, or its last trials failed, which pauses it. Raises `FmnistError`."""
    study, runs = store.studies.get(study_id), runs_of(store, study_id)
    if study.search is None:
        return None
    if failed_on_end(study, runs):
        store.studies.set_paused(study_id, True)
        return None
    config = None
    if goes_on(study, runs):
        with using_threads(1):  # a small problem; with more they would wait for each other
            config = statistics.propose(study.search, trials_of(store, runs))
    if config is not None:
        return store.studies.add_trial(study, config, trial_name(study.search, config))
    if not any(run.is_active for run in runs):
        store.studies.end_search(study_id)
    return None


def feed(store: RunStore, at_once: Callable[[TrainConfig], int] = lambda config: 1) -> None:
    """Queue the next trial of each search that is not paused and has fewer on their way than can train side
    by side. at_once: how many runs with some settings can."""
    for study_id in store.studies.searching():
        try:
            search = store.studies.get(study_id).search
            active = sum(run.is_active for run in runs_of(store, study_id))
            if search is not None and active < at_once(search.base):
                next_trial(store, study_id)
        except FmnistError as error:  # deleted meanwhile, or a full disk
            log.error("search %s: %s", study_id, error)
        except Exception:  # what it asks again and again must not hold up the runs of all others
            log.exception("search %s is paused", study_id)
            store.studies.set_paused(study_id, True)


def why_given_up(store: RunStore, run_id: str) -> Message:
    """The message of a run that is given up after its last epoch so far."""
    trials = trials_of(store, runs_of(store, store.studies.study_of(run_id)))
    better, others = statistics.better_trials(trials, run_id)
    return Message(GIVEN_UP, better=better, others=others, epoch=store.get(run_id).epochs)


def is_hopeless(store: RunStore, run_id: str) -> bool:
    """Whether a run is a trial that its search gives up. Only while the search goes on: who lets one train on
    afterwards sees its end."""
    study_id = store.studies.study_of(run_id)
    if not study_id:
        return False
    study = store.studies.get(study_id)
    if study.search is None or not study.search.prunes or study.ended:
        return False
    if store.get(run_id).epochs < statistics.spared_epochs(study.search):
        return False  # without a look at all the others
    return statistics.falls_behind(study.search, trials_of(store, runs_of(store, study_id)), run_id)


def luck(store: RunStore, trials: Sequence[Trial]) -> float | None:
    """See `statistics.luck_of_the_choice`; None where it cannot be told, as for images that are gone."""
    done = [each for each in trials if each.counts]
    if len(done) < 2:
        return None
    config = done[0].run.config
    try:
        data = learned_from.load(done[0].run, store.folder(done[0].run.run_id))
        labels = data.train_labels[np.asarray(split(config, data)[1])]
        answers = [store.logits(each.run.run_id, "validation", data.classes) for each in done]
    except FmnistError:
        return None
    return statistics.luck_of_the_choice(np.stack([logits.argmax(axis=1) == labels for logits in answers]))


def unfinished(runs: Sequence[Run]) -> list[Run]:
    """The runs of a study that were stopped or interrupted, but not by a search that gave them up."""
    return [run for run in runs if run.status in ("stopped", "interrupted") and not is_given_up(run)]


def failed_on_end(study: Study, runs: Sequence[Run]) -> list[Run]:
    """The last trials of a search if so many failed on end that it is stuck: to go on it tries them again."""
    last = list(runs[-FAILURES:])
    is_stuck = study.search is not None and not study.ended and len(last) == FAILURES
    return last if is_stuck and all(run.status == "failed" for run in last) else []


def runs_of(store: RunStore, study_id: str) -> list[Run]:
    """The runs of a study in the order in which they were asked for; none of one that is gone."""
    return [store.get(run_id) for run_id in store.studies.run_ids(study_id)]


def require_search(store: RunStore, study_id: str) -> Search:
    """What a study searches. Raises `RunError` for an unknown one, or one that is no search."""
    study = store.studies.get(study_id)
    if study.search is None:
        raise RunError(
            "{name} is a study, not a search. Go on with it by: study --resume {study_id}",
            name=study.name,
            study_id=study_id,
        )
    return study.search
