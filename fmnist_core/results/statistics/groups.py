"""Runs that differ in the seed alone: what a way to train is worth, and whether one is better than another.

One run speaks of one net. Several seeds show how much of its figure is luck: of the first weights, of the
order of the images. The values are test accuracies in [0, 1] by seed; the test images are the same for all.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from ...base.config import SETTINGS, TrainConfig
from ...base.messages import Message
from ...base.recipes import run_name
from ...runs import Run
from .paired import SIGNIFICANT, Comparison, how_often, in_points
from .power import MOST_SEEDS, luck_of_looks, luck_of_the_best, seeds_needed
from .seeds import spread

PART = " · "
"""Between the parts of a name, each of which says a setting."""
MANY_LOOKS = 10
"""With so many runs on the same test images, it is worth a sentence how much luck the best one had."""


@dataclass(frozen=True)
class Group:
    """Completed runs with the same settings and epochs but for the seed: `accuracies` by seed.

    config: of the first seed. name: that of a run with these settings, without a seed.
    """

    name: str
    config: TrainConfig
    runs: tuple[Run, ...]

    @property
    def accuracies(self) -> dict[int, float]:
        """The test accuracy of each seed."""
        return {run.config.seed: run.test_accuracy or 0.0 for run in self.runs}


@dataclass(frozen=True)
class GroupComparison:
    """The mean accuracy of B minus that of A with its 95 % interval, both in [-1, 1].

    is_paired: seed by seed, where both have the same seeds (t test of the differences); else
        Welch's t test of two samples. seeds: how many A has, and how many B.
    p_value: how often chance alone would make the means differ as much; corrected where many are compared.
    deviation: of the differences seed by seed, or of each side where the seeds are not shared.
    """

    difference: float
    low: float
    high: float
    p_value: float
    is_paired: bool
    seeds: tuple[int, int]
    deviation: float

    @property
    def seeds_needed(self) -> int | None:
        """For each side, to see a difference of half a point in 80 % of all cases, if the spread is what it
        seems; None if that is more than 1,000."""
        return seeds_needed(self.deviation, self.is_paired)

    @property
    def different(self) -> bool:
        """Whether one of the two may be called better: both the test and the interval must say so."""
        return self.p_value < SIGNIFICANT and (self.low > 0 or self.high < 0)


def group_runs(runs: Iterable[Run]) -> list[Group]:
    """The tested, completed runs, those together that differ in the seed alone; the best mean first.

    A seed that was trained twice counts once, with its newest run. A run whose rate was changed on the way
    was not trained as its settings say, and is in no group.
    """
    found: dict[tuple[TrainConfig, int], dict[int, Run]] = {}
    for run in runs:
        if run.status == "completed" and run.test_accuracy is not None and not run.rate_changed:
            same = _without_seed(run.config)
            epochs = 0 if run.config.ends_early else run.epochs
            found.setdefault((same, epochs), {})[run.config.seed] = run
    members = [tuple(run for _, run in sorted(by_seed.items())) for by_seed in found.values()]
    short = Counter(_name(runs[0], "auto") for runs in members)
    groups = []
    for group in members:
        name = _name(group[0], "auto")
        if short[name] > 1:
            name = _name(group[0], group[0].config.precision)
        groups.append(Group(name, group[0].config, group))
    return sorted(groups, key=lambda group: -spread(group.accuracies.values()).mean)


def _name(run: Run, precision: str) -> str:
    """Of a run with these settings and the usual seed, which a name does not mention."""
    return run_name(run.config.replace(seed=TrainConfig().seed, precision=precision))


@lru_cache(maxsize=2000)  # checking the settings takes most of the time
def _without_seed(config: TrainConfig) -> TrainConfig:
    """What a group has in common: all settings but the seed, whatever their recipe is called."""
    return config.replace(seed=0, recipe="custom")


def differing_settings(groups: Sequence[Group]) -> list[str]:
    """The settings in which groups differ; the precision, which each net chooses for itself, only where
    nothing else tells two of them apart."""
    values = [_without_seed(group.config).to_dict() for group in groups]
    differing = [name for name in SETTINGS if len({repr(value[name]) for value in values}) > 1]
    others = [name for name in differing if name != "precision"]
    is_enough = len({repr([value[name] for name in others]) for value in values}) == len(values)
    return others if is_enough else differing


def group_names(groups: Sequence[Group]) -> list[str]:
    """A name for each group by the settings in which they differ: `mlp-32 · rate 0.01`; its own name for one
    that stands alone."""
    values = [group.config.to_dict() for group in groups]
    differing = differing_settings(groups)
    if not differing:
        return [group.name for group in groups]
    short = {"architecture": str, "dataset": str}
    return [
        PART.join(
            short.get(name, SETTINGS[name].in_a_name)(value[name])
            for name in differing
            if value[name] is not None
        )
        or group.name
        for value, group in zip(values, groups, strict=True)
    ]


def compare_groups(a: Mapping[int, float], b: Mapping[int, float], comparisons: int = 1) -> GroupComparison:
    """Two ways to train, by their accuracies per seed, of which each has two or more.

    comparisons: how many are made at once; p-value and interval hold for all of them together (Bonferroni).
    Without any spread nothing can be tested: the p-value is then 1. Raises `ValueError` for a side with
    fewer than two seeds.
    """
    count, is_paired = min(len(a), len(b)), a.keys() == b.keys()
    if count < 2:
        raise ValueError("two seeds or more on each side are needed")
    if is_paired:
        differences = np.array([b[seed] - a[seed] for seed in sorted(a)])
        difference, freedom = float(differences.mean()), float(count - 1)
        deviation = float(differences.std(ddof=1))
        error = deviation / math.sqrt(count)
    else:
        one, two = np.array([*a.values()]), np.array([*b.values()])
        difference = float(two.mean() - one.mean())
        shares = one.var(ddof=1) / len(one), two.var(ddof=1) / len(two)
        error = math.sqrt(sum(shares))
        deviation = math.sqrt((one.var(ddof=1) + two.var(ddof=1)) / 2)
        parts = shares[0] ** 2 / (len(one) - 1) + shares[1] ** 2 / (len(two) - 1)
        freedom = float(error**4 / parts) if parts else float(len(one) + len(two) - 2)
    half = float(special.stdtrit(freedom, 1 - 0.025 / comparisons)) * error
    p_value = float(2 * special.stdtr(freedom, -abs(difference) / error)) if error > 0 else 1.0
    p_value = min(1.0, comparisons * p_value)
    return GroupComparison(
        difference=difference,
        low=difference - half,
        high=difference + half,
        p_value=p_value,
        is_paired=is_paired,
        seeds=(len(a), len(b)),
        deviation=deviation,
    )


def compare_all(groups: Mapping[str, Mapping[int, float]]) -> dict[tuple[str, str], GroupComparison]:
    """All pairs of those with two seeds or more, corrected for their number (see `compare_groups`): where all
    are equally good, one study in twenty claims anything at all.

    Holm's p-values would be smaller for some pairs, but then a sentence could name one below 5 % beside an
    interval that holds 0.
    """
    names = [name for name, values in groups.items() if len(values) > 1]
    pairs = list(itertools.combinations(names, 2))
    return {(a, b): compare_groups(groups[a], groups[b], len(pairs)) for a, b in pairs}


def compare_best(groups: Mapping[str, Mapping[int, float]]) -> tuple[str, str, GroupComparison] | None:
    """The first two of those with two seeds or more; None if there are not two. groups: the best first.

    They need no correction for the number of groups: between them chance makes no more claims than it should.
    """
    tested = [name for name, values in groups.items() if len(values) > 1]
    if len(tested) < 2:
        return None
    return tested[0], tested[1], compare_groups(groups[tested[0]], groups[tested[1]])


def group_verdict(comparison: GroupComparison, name_a: str, name_b: str) -> str:
    """What is known of two ways to train, never more than the test does: what their names share is said once,
    before the sentence."""
    shared, name_a, name_b = _without_shared(name_a, name_b)
    said = _sentence(comparison, name_a, name_b)
    return Message("In common: {shared}. {sentence}", shared=shared, sentence=said) if shared else said


def _without_shared(name_a: str, name_b: str) -> tuple[str, str, str]:
    """The parts that two names share, and what is left of each; the names as they are, and nothing shared,
    where nothing would be left of one."""
    a, b = (Counter(name.split(PART)) for name in (name_a, name_b))
    if not a - b or not b - a:
        return "", name_a, name_b
    shared, own_a, own_b = (PART.join(parts.elements()) for parts in (a & b, a - b, b - a))
    return shared, own_a, own_b


def _sentence(comparison: GroupComparison, name_a: str, name_b: str) -> str:
    better, worse, sign = (name_b, name_a, 1) if comparison.difference > 0 else (name_a, name_b, -1)
    low, high = sorted((sign * comparison.low, sign * comparison.high))
    first, last = comparison.seeds[:: -sign if comparison.different else sign]  # in the order of the names
    seeds = Message("{count} seeds", count=first)
    if first != last:
        seeds = Message("{first} and {last} seeds", first=first, last=last)
    if comparison.different:
        return Message(
            "{better} is the better way to train than {worse}: {difference} points in the mean of {seeds} "
            "(95 % interval {low} to {high}), and chance alone would do this {often}.",
            better=better,
            worse=worse,
            seeds=seeds,
            **in_points(sign * comparison.difference, low, high),
            often=how_often(comparison.p_value),
        )
    return Message(
        "No telling {name_a} and {name_b} apart: {name_b} minus {name_a} is {difference} points in the mean "
        "of {seeds} (95 % interval {low} to {high}), and chance alone would do this {often}. {needed}",
        name_a=worse,
        name_b=better,
        seeds=seeds,
        **in_points(sign * comparison.difference, low, high),
        often=how_often(comparison.p_value),
        needed=needed_sentence(comparison),
    )


def needed_sentence(comparison: GroupComparison) -> str:
    """How many seeds would show a difference of half a point."""
    if comparison.seeds_needed is None:
        return Message("More than {most:,} seeds each would be needed to see half a point.", most=MOST_SEEDS)
    if comparison.seeds_needed <= min(comparison.seeds):
        return Message("So many seeds show a difference of half a point in four of five cases.")
    return Message("To see half a point, about {count} seeds each are needed.", count=comparison.seeds_needed)


def verdict_notes(groups: list[Group]) -> list[str]:
    """What belongs to the verdict of `compare_best`: how many of these have too few seeds to be compared, and
    what it is worth to be picked as the best of the others."""
    compared = [group for group in groups if len(group.runs) > 1]
    left_out = len(groups) - len(compared)
    notes: list[str] = []
    if left_out:
        notes.append(Message("Not compared: {count} with one seed only.", count=left_out))
    if luck := luck_sentence(compared):
        notes.append(luck)
    return notes


def luck_sentence(groups: list[Group]) -> str | None:
    """What it is worth to be picked as the best of several by the test images; None for one way to train, or
    where no spread is known."""
    luck = luck_of_the_best([group.accuracies.values() for group in groups])
    if len(groups) < 2 or not math.isfinite(luck):
        return None
    return Message(
        "The best of {count} is picked by its test accuracy here. Were all equally good, the luckiest would "
        "still lie {points:.2f} points above their mean.",
        count=len(groups),
        points=100 * luck,
    )


def looks_sentence(count: int, best_two: Comparison) -> str | None:
    """What it is worth to be the best of so many runs by the same test images; None for few.

    best_two: the comparison of the best two of them, which tells how far equally good runs differ.
    """
    if count < MANY_LOOKS:
        return None
    luck = luck_of_looks(count, best_two.only_a + best_two.only_b, best_two.total)
    return Message(
        "{count} runs were compared by these test images. Were all equally good, the best one would still "
        "look about {points:.1f} points better than it is.",
        count=count,
        points=100 * luck,
    )
