"""Whose run comes next: round robin between people, so that ten runs of one cannot bar another's first."""

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Waiting(NamedTuple):
    """A queued run: its number in the order of queueing, and whether the lecturer pulled it forward."""

    run_id: str
    owner: str
    turn: float
    priority: int = 0


def fair_order(waiting: Iterable[Waiting], last_served: Mapping[str, float]) -> list[str]:
    """Run ids in the order in which they will start.

    Runs with a priority come first, the highest before the others. Then people take turns: next is
    always the person served longest ago, with the run that they queued first.

    last_served: per owner, the number of their latest start, later ones being higher; missing for one who was
        never served.
    """
    runs = sorted(waiting, key=lambda run: (-run.priority, run.turn, run.run_id))
    order = [run.run_id for run in runs if run.priority > 0]
    queues: dict[str, list[Waiting]] = {}
    for run in runs:
        if run.priority <= 0:
            queues.setdefault(run.owner, []).append(run)
    owners = sorted(queues, key=lambda name: (last_served.get(name, -math.inf), queues[name][0].turn))
    rounds = itertools.zip_longest(*(queues[owner] for owner in owners))
    return order + [run.run_id for each in rounds for run in each if run is not None]
