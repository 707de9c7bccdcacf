"""The trials of a search: what Optuna knows of them, what it proposes next, which one is hopeless.

A trial is a run, and all that is known of it stands in the store: Optuna's study is made from the runs each
time it is asked, so that nothing is lost with a process, and no second record can contradict the store.
Trials are compared by their validation accuracy.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...base.config import SETTINGS, TrainConfig
from ...base.messages import Message, percent
from ...base.search import Range, Search
from ...runs import Run, is_given_up

RANDOM_TRIALS = 5
"""Before the sampler has something to go by."""
UNPRUNED_TRIALS = 5
SPARED_PERCENT = 75
"""Of the other trials at the same epoch, the best: who is among them is not given up."""
TRIES = 30
"""How often a trial is drawn again that was there already."""
DIGITS = 3
"""Significant digits of a number that is proposed."""


@dataclass(frozen=True)
class Trial:
    """A run of a search. accuracies: on the validation images, in [0, 1], by epoch."""

    run: Run
    accuracies: Mapping[int, float]

    @property
    def accuracy(self) -> float:
        """On the validation images: of its best epoch so far, if it keeps that one's weights at its end, else
        of the last one; nan before the first."""
        if not self.accuracies:
            return math.nan
        epoch = self.run.best_epoch if self.run.config.keep == "best" else max(self.accuracies)
        return self.accuracies.get(epoch or 0, math.nan)

    @property
    def is_given_up(self) -> bool:
        """Whether the search ended it early."""
        return is_given_up(self.run)

    @property
    def counts(self) -> bool:
        """Whether it may be the best: it was trained to its end."""
        return self.run.status == "completed" and math.isfinite(self.accuracy)


def trial(run: Run, history: pd.DataFrame) -> Trial:
    """A run of a search with its curve (`RunStore.history`)."""
    known = history[history["validation_accuracy"].notna()]
    return Trial(run, dict(zip(known["epoch"].astype(int), known["validation_accuracy"], strict=True)))


def propose(search: Search, trials: Sequence[Trial]) -> TrainConfig | None:
    """The settings of the next trial, by Bayesian optimization with a Gaussian process (`GPSampler`);
    None if there is nothing new to try. The first is the settings as they are, if they are among the choices:
    a search ends with nothing worse. The same trials lead to the same proposal."""
    if not trials and search.fits(search.base):
        return search.base.replace(recipe="custom")
    known = [_searched(search, each.run.config) for each in trials]
    for attempt in range(TRIES):
        config = _draw(search, trials, attempt)
        if _searched(search, config) not in known:
            return config
    return None


def _draw(search: Search, trials: Sequence[Trial], attempt: int) -> TrainConfig:
    optuna = _optuna()
    seed = np.random.SeedSequence([search.base.seed, len(trials), attempt]).generate_state(1)[0]
    sampler = (
        optuna.samplers.GPSampler(seed=int(seed), n_startup_trials=RANDOM_TRIALS)
        if attempt < TRIES // 2
        else optuna.samplers.RandomSampler(seed=int(seed))
    )
    distributions = _distributions(search)
    asked = optuna_study(search, trials, sampler, given_up_count=True).ask(distributions)
    return search.base.replace(
        **{name: _tidy(search, name, value) for name, value in asked.params.items()}, recipe="custom"
    )


def _tidy(search: Search, name: str, value: object) -> object:
    """A number with few digits, inside its range."""
    choices = search.space[name]
    if not isinstance(choices, Range) or SETTINGS[name].kind is int:
        return value
    return min(choices.high, max(choices.low, float(f"{value:.{DIGITS}g}")))


def _searched(search: Search, config: TrainConfig) -> dict[str, object]:
    return {name: getattr(config, name) for name in search.space}


def spared_epochs(search: Search) -> int:
    """The first third of a trial, after which it may be given up."""
    return 1 + search.base.epochs // 3


def falls_behind(search: Search, trials: Sequence[Trial], run_id: str) -> bool:
    """Whether the run's best validation accuracy so far is among the worst quarter of what the other trials
    had at this epoch (Optuna's percentile pruner); not in the first third of its epochs, and not while few
    trials have ended."""
    optuna = _optuna()
    number = next(place for place, each in enumerate(trials) if each.run.run_id == run_id)
    study = optuna_study(search, trials)
    pruner = optuna.pruners.PercentilePruner(
        SPARED_PERCENT, n_startup_trials=UNPRUNED_TRIALS, n_warmup_steps=spared_epochs(search)
    )
    return bool(pruner.prune(study, study.trials[number]))


def better_trials(trials: Sequence[Trial], run_id: str) -> tuple[int, int]:
    """How many completed trials were better at the run's last epoch than it has been so far, and how many
    completed ones there are with this epoch: what `falls_behind` goes by."""
    own = next(each for each in trials if each.run.run_id == run_id)
    epoch, best = max(own.accuracies), max(own.accuracies.values())
    others = [each.accuracies[epoch] for each in trials if each.counts and epoch in each.accuracies]
    return sum(accuracy > best for accuracy in others), len(others)


def importances(search: Search, trials: Sequence[Trial]) -> dict[str, float]:
    """How much of the differences between trials each setting explains, in [0, 1], the largest first, by
    functional ANOVA (Hutter et al. 2014) as Optuna has it; {} while too little is known."""
    optuna = _optuna()
    done = [each for each in trials if each.counts]
    if len(search.space) < 2 or len(done) < UNPRUNED_TRIALS or len({each.accuracy for each in done}) < 2:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    found = optuna.importance.get_param_importances(optuna_study(search, done), evaluator=evaluator)
    return {name: float(share) for name, share in found.items() if math.isfinite(share)}


def optuna_study(search: Search, trials: Sequence[Trial], sampler=None, given_up_count: bool = False):
    """The `optuna.Study` that these trials are, in memory.

    given_up_count: whether a trial that was given up counts with its last accuracy, as a bad one: the sampler
    would forget it otherwise, and propose it again.
    """
    optuna = _optuna()
    sampler = sampler or optuna.samplers.RandomSampler(seed=0)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    distributions = _distributions(search)
    state = optuna.trial.TrialState
    for each in trials:
        if each.counts or (given_up_count and each.is_given_up and each.accuracies):
            kind, value = state.COMPLETE, each.accuracy
        elif each.is_given_up and each.accuracies:
            kind, value = state.PRUNED, None
        else:
            kind, value = (state.FAIL if each.run.status == "failed" else state.RUNNING), None
        study.add_trial(
            optuna.trial.create_trial(
                state=kind,
                value=value,
                params=_searched(search, each.run.config),
                distributions=distributions,
                intermediate_values=dict(each.accuracies),
            )
        )
    return study


def _distributions(search: Search) -> dict:
    from optuna import distributions as kinds

    found: dict[str, kinds.BaseDistribution] = {}
    for name, choices in search.space.items():
        if not isinstance(choices, Range):
            found[name] = kinds.CategoricalDistribution(choices)  # type: ignore[arg-type]
        elif SETTINGS[name].kind is int:
            found[name] = kinds.IntDistribution(int(choices.low), int(choices.high), log=choices.is_log)
        else:
            found[name] = kinds.FloatDistribution(choices.low, choices.high, log=choices.is_log)
    return found


def _optuna():
    """Optuna, quiet; imported where it is needed, since that takes a while."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    return optuna


def luck_of_the_choice(right: np.ndarray, seed: int = 0, resamples: int = 400) -> float:
    """How far the validation accuracy of the best of several trials lies above what it would be on other
    images, because it was chosen by these.

    right: bool (trials, images), whether each trial names each validation image rightly. By the bootstrap
    (BBC-CV, Tsamardinos et al. 2018, "Bootstrapping the out-of-sample predictions"): on images drawn with
    replacement the best is chosen, and looked at on those that were not drawn. Right for trials that are
    equally good, a little too much for others.
    """
    count, images = right.shape
    if count < 2 or images < 2:
        return 0.0
    generator = np.random.default_rng(seed)
    weights = generator.multinomial(images, np.full(images, 1 / images), size=resamples)  # (R, images)
    values = right.astype(np.float32)
    chosen_by = values @ weights.T.astype(np.float32) / images  # (trials, R)
    left_out = (weights == 0).astype(np.float32)
    others = values @ left_out.T / np.maximum(1, left_out.sum(axis=1))
    best, places = chosen_by.argmax(axis=0), np.arange(resamples)
    return float(values.mean(axis=1).max() - np.mean(others[best, places]))


def best_trial(trials: Sequence[Trial]) -> Trial | None:
    """The most accurate on the validation images of those that came to their end; of equals the first."""
    return max((each for each in trials if each.counts), key=lambda each: each.accuracy, default=None)


def search_verdict(trials: Sequence[Trial], images: int, luck: float | None = None) -> list[str]:
    """Which trial is the best by so many validation images, and what that figure is worth.

    luck: `luck_of_the_choice`, if it is known.
    """
    best = best_trial(trials)
    if best is None:
        return [Message("No trial has come to its end yet.")]
    said: list[str] = [
        Message(
            "The best of {count} trial(s) is {name}: {accuracy} of {images:,} validation image(s).",
            count=sum(each.counts or each.is_given_up for each in trials),
            name=best.run.name,
            accuracy=percent(best.accuracy),
            images=images,
        )
    ]
    if luck is not None and round(100 * luck, 1) > 0:
        said.append(
            Message(
                "Chosen by these images, it looks about {points:.1f} points better on them than on others. "
                "Another seed may differ more: train it with more seeds.",
                points=100 * luck,
            )
        )
    if best.run.test_accuracy is not None:
        said.append(
            Message(
                "The test images had no part in the choice; of those it names {accuracy} rightly.",
                accuracy=percent(best.run.test_accuracy),
            )
        )
    return said
