"""The run coach: what the epochs of a run show, with the numbers that show it, and what to do about it.

A rule looks at the `Evidence` and returns a `Finding`, or None where its fault cannot be seen. `RULES` are
asked in turn, the most urgent first, and the first finding is said. Where no rule finds anything, the coach
is silent. Needs no model and no images.
"""

from collections.abc import Callable

import pandas as pd

from ....base.errors import ConfigError, DataError
from ....base.messages import Message
from ....data import datasets
from ....runs import Run
from . import held_out_rules, training_rules
from .evidence import Evidence
from .findings import Finding

RULES: tuple[Callable[[Evidence], Finding | None], ...] = (
    training_rules.not_a_number,
    training_rules.worse_than_guessing,
    training_rules.climbed,
    training_rules.few_steps,
    held_out_rules.learns_nothing_general,
    training_rules.learns_nothing,
    training_rules.learns_little,
    held_out_rules.overfits,
    held_out_rules.knows_by_heart,
    training_rules.jumps,
    held_out_rules.gets_worse,
    held_out_rules.unseen,
    held_out_rules.improves,
    held_out_rules.unsteady,
    held_out_rules.levelled_off,
)


def coach(run: Run, history: pd.DataFrame) -> list[str]:
    """What the run's epochs show and what to do next, in a sentence; empty where there is nothing to say.

    A failed run's own message says what is wrong. Without its data set, what guessing gets is not known.
    """
    evidence = _evidence(run, history)
    found = None if evidence is None or run.status == "failed" else first_finding(evidence)
    return [] if found is None else [Message("{seen} {advice}", seen=found.seen, advice=found.advice)]


def _evidence(run: Run, history: pd.DataFrame) -> Evidence | None:
    try:
        data = datasets.find(run.config.dataset)
    except (ConfigError, DataError):  # deleted, or its description is damaged
        return None
    classes, has_ended = len(data.class_names), run.status == "completed"
    return Evidence(history, run.config, classes, data.test_size, has_ended, data.train_size)


def first_finding(evidence: Evidence) -> Finding | None:
    """The most urgent one."""
    if not len(evidence.train_loss) or not len(evidence.train_accuracy):
        return training_rules.not_a_number(evidence)
    return next((found for rule in RULES if (found := rule(evidence)) is not None), None)


def overfitting_since(run: Run, history: pd.DataFrame) -> int | None:
    """The epoch of the lowest held-out loss, where that loss has clearly risen since while the training loss
    fell, by more than so few images explain; None where that is not so, or its data set is not known."""
    evidence = _evidence(run, history)
    turn = None if evidence is None else held_out_rules.turning_point(evidence)
    return None if turn is None else turn.held_out.at(0)[0]
