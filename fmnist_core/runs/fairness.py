"""Whose run comes next: round robin between people, so that ten runs of one cannot bar another's first."""

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
    # Turns to come are later than all turns so far: (1, n) sorts after (0, number).
    turns = {owner: (0, last_served.get(owner, float("-inf"))) for owner in queues}
    turn = 0
    while queues:
        owner = min(queues, key=lambda name: (turns[name], queues[name][0].turn))
        order.append(queues[owner].pop(0).run_id)
        turn += 1
        turns[owner] = (1, turn)
        if not queues[owner]:
            del queues[owner]
    return order
