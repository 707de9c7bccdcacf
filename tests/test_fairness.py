"""Whose run comes next."""

import random
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmnist_core.runs.fairness import Waiting, fair_order


def line(*owners: str) -> list[Waiting]:
    """Runs queued in this order, one letter each: a1, a2, b1, ..."""
    counts: dict[str, int] = {}
    runs = []
    for turn, owner in enumerate(owners):
        counts[owner] = counts.get(owner, 0) + 1
        runs.append(Waiting(f"{owner}{counts[owner]}", owner, turn))
    return runs


def test_people_take_turns():
    assert fair_order(line("a", "a", "a", "b", "b", "c"), {}) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_who_was_served_longest_ago_comes_first():
    assert fair_order(line("a", "b", "c"), {"a": 7, "b": 3}) == ["c1", "b1", "a1"]


def test_one_persons_runs_keep_their_order():
    assert fair_order(line("a", "a", "a"), {"a": 5}) == ["a1", "a2", "a3"]


def test_a_run_that_the_lecturer_pulled_forward_comes_before_all_turns():
    runs = line("a", "a", "b")
    runs[1] = runs[1]._replace(priority=1)
    assert fair_order(runs, {}) == ["a2", "a1", "b1"]
    runs[2] = runs[2]._replace(priority=2)
    assert fair_order(runs, {}) == ["b1", "a2", "a1"]


def test_nobody_waiting_is_an_empty_order():
    assert fair_order([], {"a": 1}) == []


owners = st.lists(st.sampled_from("abcdef"), max_size=40)


@settings(max_examples=100, deadline=None)
@given(owners, st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 100)))
def test_every_run_is_in_the_order_once_and_nobody_is_served_twice_before_another_once(queued, served):
    runs = line(*queued)
    order = fair_order(runs, served)
    assert sorted(order) == sorted(run.run_id for run in runs)
    seen = dict.fromkeys(queued, 0)
    waiting = {owner: queued.count(owner) for owner in queued}
    for run_id in order:
        owner = run_id[0]
        others = [seen[name] for name in seen if waiting[name] > 0]
        assert seen[owner] == min(others)
        seen[owner] += 1
        waiting[owner] -= 1


def simulate(fair: bool, seed: int, people: int = 40, runs: int = 200) -> list[float]:
    """How long each person waits for their first result, in lengths of a run, when some queue many at once.

    All runs are queued at the start, by people in a random order: a quarter of the people queue ten each,
    the others share the rest; one run trains at a time.
    """
    generator = random.Random(seed)
    eager = [f"p{number}" for number in range(people // 4)]
    calm = [f"p{number}" for number in range(people // 4, people)]
    owners = [owner for owner in eager for _ in range(10)]
    owners += calm + [generator.choice(calm) for _ in range(runs - len(owners) - len(calm))]
    blocks = eager + calm
    generator.shuffle(blocks)
    waiting = line(*sorted(owners, key=blocks.index))
    owner_of = {run.run_id: run.owner for run in waiting}
    served: dict[str, float] = {}
    first: dict[str, float] = {}
    for clock in range(runs):
        run_id = fair_order(waiting, served)[0] if fair else waiting[0].run_id
        waiting = [run for run in waiting if run.run_id != run_id]
        served[owner_of[run_id]] = clock
        first.setdefault(owner_of[run_id], clock)
    return list(first.values())


@pytest.mark.parametrize("seed", range(3))
def test_with_200_runs_of_40_people_everybody_has_started_after_40_runs(seed):
    fair, unfair = simulate(True, seed), simulate(False, seed)
    assert max(fair) == 39
    assert max(unfair) > 150
    assert median(fair) < median(unfair) / 3
