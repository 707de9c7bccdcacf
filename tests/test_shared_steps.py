"""How many threads share a step: what is quickest, with the same bits."""

import dataclasses

import pytest
import torch

from fmnist_core.base import recipes
from fmnist_core.nets import architectures
from fmnist_core.training import shared_steps
from fmnist_core.training.learner import Learner, copied_by_name
from fmnist_core.training.shared_steps import LONGEST_WAIT, SharedSteps, ThreadChoice

MS = 1e-3


def train(choice: ThreadChoice, seconds: float, takes) -> list[int]:
    """The threads of each step of a training of so long, whose steps take `takes(threads, when)`."""
    used, now = [], 0.0
    while now < seconds:
        used.append(choice.threads)
        took = takes(choice.threads, now)
        choice.took(took)
        now += took
    return used


def test_more_threads_stay_where_they_gain():
    used = train(
        ThreadChoice([1, 2, 4, 8]), 10, lambda threads, now: {1: 8, 2: 4, 4: 3, 8: 3.2}[threads] * MS
    )
    assert used[0] == 1
    assert used[-1] == 4
    assert used.count(8) < 60  # tried, ever less often


def test_threads_that_gain_nothing_cost_little():
    used = train(ThreadChoice([1, 2]), 30, lambda threads, now: 2 * MS if threads == 2 else 1 * MS)
    assert 8 < used.count(2) < 60


def test_one_step_held_up_ends_a_try():
    used = train(ThreadChoice([1, 2]), 5, lambda threads, now: 27 * MS if threads == 2 else 1 * MS)
    assert used.count(2) == 2 * 3  # after 0.5, 1 and 2 seconds: one that starts the thread, one that is seen


def test_it_is_one_thread_again_when_somebody_else_needs_the_core_and_two_when_it_is_free():
    def takes(threads: int, now: float) -> float:
        return 1 * MS if threads == 1 else (27 if 2 < now < 4 else 0.6) * MS

    used, now, held_up = [], 0.0, 0
    choice = ThreadChoice([1, 2])
    while now < 8:
        took = takes(choice.threads, now)
        held_up += took > 20 * MS
        used.append((now, choice.threads))
        choice.took(took)
        now += took
    assert {threads for when, threads in used if 1.5 < when < 2} == {2}
    assert held_up <= 5
    assert used[-1][1] == 2


def test_the_wait_between_tries_has_an_end():
    used = train(ThreadChoice([1, 2]), 400, lambda threads, now: 20 * MS)
    tries = [step for step in range(1, len(used)) if used[step] == 2 and used[step - 1] == 1]
    assert (tries[-1] - tries[-2]) * 20 * MS == pytest.approx(LONGEST_WAIT, rel=0.05)


STEP = 1 / 64
"""Seconds that a computer adds up without an error."""


@pytest.mark.parametrize(
    ("share", "tried"),
    [(1.0, 9), (0.90625, 9), (3.0, 9), (3.125, 2)],
    ids=["equal", "gains little", "slow", "far"],
)
def test_a_try_without_gain_comes_half_a_second_later_and_then_twice_as_late(share, tried):
    used = train(ThreadChoice([1, 2]), 4, lambda threads, now: STEP * (share if threads == 2 else 1))
    expected = [1] * 32 + [2] * tried + [1] * 64 + [2] * tried + [1] * 128
    assert used[: len(expected) + 1] == [*expected, 2][: len(used)]


def test_a_try_that_gains_a_tenth_stays_and_the_next_one_comes_half_a_second_later():
    used = train(ThreadChoice([1, 2, 4]), 2, lambda threads, now: STEP * {1: 1, 2: 0.875, 4: 1}[threads])
    later = -(-32 // 0.875)  # half a second, in steps that take less
    assert used[: 41 + int(later)] == [1] * 32 + [2] * (9 + int(later))
    assert used[41 + int(later)] == 4


def test_ten_steps_lost_end_the_sharing():
    choice = ThreadChoice([1, 2])
    for seconds in [STEP] * 32 + [STEP / 2] * 9:
        choice.took(seconds)
    assert choice.threads == 2
    used = []
    for _ in range(11):
        choice.took(2 * STEP)
        used.append(choice.threads)
    assert used == [2] * 10 + [1]
    assert choice._usual == pytest.approx(STEP)  # what a step takes in one thread is known still


def test_a_step_that_was_held_up_counts_twice_as_much_as_usual_at_most():
    choice = ThreadChoice([1, 2])
    choice.took(STEP)
    choice.took(1000 * STEP)
    assert choice._usual == pytest.approx(STEP * (1 + 1 / 8))


def a_learner(architecture: str, precision: str = "float32", **settings) -> Learner:
    config = recipes.configure("lecture", architecture=architecture, device="cpu", batch_size=96, **settings)
    generator = torch.Generator().manual_seed(3)
    images = torch.randint(0, 256, (300, 1, 28, 28), dtype=torch.uint8, generator=generator)
    labels = torch.randint(0, 10, (300,), generator=generator)
    return Learner(config, architectures.build(architecture, seed=0), images, labels, precision, 100)


@pytest.fixture
def four_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("architecture", ["mlp-32", "mlp-256", "mlp-deep", "mlp-4096-dropout"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_number_of_threads_changes_no_bit(four_threads, architecture, precision):
    """Neither do the looks at the gradients, which draw from dropout's generator."""
    alone, shared = a_learner(architecture, precision), a_learner(architecture, precision)
    steps = SharedSteps(shared)
    assert steps.choice.counts[0] == 1
    batches = torch.arange(300).split(96)
    for number in range(8):
        steps.choice.level = number % len(steps.choice.counts)
        with shared_steps.using_threads(1):
            expected = alone.step(batches[number % 4])
        assert torch.equal(steps(batches[number % 4]), expected)
    for one, other in zip(
        copied_by_name(alone.model).values(), copied_by_name(shared.model).values(), strict=True
    ):
        assert torch.equal(one, other)


def test_a_number_of_threads_with_other_bits_is_never_used(four_threads, monkeypatch):
    honest = shared_steps._gradients
    monkeypatch.setattr(
        shared_steps, "_gradients", lambda learner, threads: [honest(learner, 1)[0] + (threads == 2)]
    )
    assert SharedSteps(a_learner("mlp-32")).choice.counts == [1, 4]
    monkeypatch.setattr(shared_steps, "_gradients", lambda learner, threads: [torch.tensor(float(threads))])
    assert SharedSteps(a_learner("mlp-32")).choice.counts == [1]
    assert SharedSteps(a_learner("mlp-4096-dropout")).choice.counts == [4]


def test_nets_of_other_kinds_keep_their_number(four_threads):
    assert SharedSteps(a_learner("cnn")).choice.counts == [1]  # its pieces are shared instead
    assert SharedSteps(a_learner("small-cnn")).choice.counts == [4]
    fewer = a_learner("mlp-32")
    fewer.config = dataclasses.replace(fewer.config, batch_size=512)  # more than there are images
    assert SharedSteps(fewer).choice.counts == [1]


def test_only_steps_of_a_whole_batch_tell_how_many_threads_are_quickest(monkeypatch):
    told = []
    monkeypatch.setattr(shared_steps, "_counts", lambda learner: [1, 2])
    learner = a_learner("mlp-32")
    steps = SharedSteps(learner)
    monkeypatch.setattr(steps.choice, "took", told.append)
    for count in (learner.config.batch_size, learner.config.batch_size - 1):
        steps(torch.arange(count))
        assert len(told) == 1
