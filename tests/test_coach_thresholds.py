"""Where the coach begins to speak: a history a little below each of its limits, and one a little above."""

import math
from collections.abc import Callable

import pytest
from coach_histories import found_in, rising, seldom

from fmnist_core.results.statistics.intervals import wilson_interval

GUESS = math.log(10)
"""The loss of one who finds ten classes equally likely."""
UNSEEN = {"test_every": 0}
Columns = dict[str, list[float]]


def trained(losses: list[float], accuracy: float = 0.6) -> Columns:
    return {"train_loss": losses, "train_accuracy": [accuracy] * len(losses)}


def watched(accuracies: list[float], known: float = 0.82, losses: list[float] | None = None) -> Columns:
    """known: accuracy on the training images."""
    count = len(accuracies)
    columns = trained(rising(0.7, 0.6, count), known)
    return columns | {"test_accuracy": accuracies, "test_loss": losses or [0.6] * count}


def held_out(losses: list[float], train: list[float] | None = None) -> Columns:
    count = len(losses)
    columns = watched([0.6] * count, 0.6, losses)
    return columns | {"train_loss": train or rising(0.9, 0.3, count)}


def zigzag(high: float, low: float, count: int) -> list[float]:
    return [low if place % 2 else high for place in range(count)]


# What, its limit, a history by the value, settings, the faults below and above.
HISTORIES: tuple[tuple[str, float, Callable[[float], Columns], dict, str | None, str | None], ...] = (
    ("times guessing", 1.2, lambda x: trained([x * GUESS] * 2), {}, None, "rate too high"),
    ("times guessing at first", 3, lambda x: trained([x * GUESS]), {}, None, "rate too high"),
    ("climbed", 1.3 + 0.1 * GUESS, lambda x: trained([1, x, x]), UNSEEN, "unseen", "rate too high"),
    ("loss", 0.9, lambda x: trained([GUESS, GUESS, x * GUESS], 0.1), UNSEEN, "unseen", "no learning"),
    ("guessing", 0.13, lambda x: trained([GUESS] * 3, x), UNSEEN, "no learning", "unseen"),
    (
        "a third of the loss is left",
        GUESS / 3,
        lambda x: trained([1.0, 0.9, x]),
        UNSEEN | {"learning_rate": 1e-5},
        "unseen",
        "rate too low",
    ),
    (
        "jumps",
        1.25 + 0.02 * GUESS,
        lambda x: trained([1, x, 1, x, 1, 1, 1]),
        UNSEEN,
        "unseen",
        "rate too high",
    ),
    (
        "known, and nothing of the others",
        0.2,
        lambda x: trained([2.2, 2.1, 2.0], x) | {"test_accuracy": [0.1] * 3, "test_loss": [2.3] * 3},
        {},
        None,
        "wrong labels",
    ),
    (
        "known, and the loss of the others rises",
        0.15,
        lambda x: (
            trained(rising(2.2, 1.9, 7), x)
            | {"test_accuracy": [0.1] * 7, "test_loss": [2.6, 2.5, 2.4, 2.3, 2.6, 2.6, 2.6]}
        ),
        {},
        None,
        "wrong labels",
    ),
    (
        "the loss has risen",
        0.51,
        lambda x: held_out([0.8, 0.7, 0.6, 0.5, x, x, x]),
        {},
        None,
        "overfitting",
    ),
    (
        "risen by three times what it scatters by",
        0.62,
        lambda x: held_out([*zigzag(0.5, 0.54, 6), x, x, x]),
        {},
        "levelled off",
        "overfitting",
    ),
    (
        "the training loss is near its lowest",
        0.545,
        lambda x: held_out([0.8, 0.7, 0.6, 0.5, 0.6, 0.6, 0.6, 0.6], [1.3, 1.2, 1.1, 1, 0.5, x, x, x]),
        {},
        "overfitting",
        "levelled off",
    ),
    ("gap", 0.08, lambda x: watched([0.99 - x] * 6, 0.99), {}, "levelled off", "overfitting"),
    ("noisy gap", 0.1, lambda x: watched(zigzag(0.84, 0.8, 6), 0.8 + x), {}, "unsteady", "overfitting"),
    ("gap of 40 images", 40**-0.5, lambda x: watched([0.7] * 6, 0.7 + x), {}, "levelled off", "overfitting"),
    ("known", 0.8, lambda x: watched([0.6] * 6, x), {}, "levelled off", "overfitting"),
    ("all known", 0.98, lambda x: watched(rising(0.7, 0.8, 6), x), {}, "still improving", "overfitting"),
    ("worse", 0.02, lambda x: watched([0.82] * 3 + [0.82 - x] * 3), {}, "levelled off", "gets worse"),
    (
        "worse by three times what it scatters by",
        0.054,
        lambda x: watched([*zigzag(0.86, 0.842, 6), 0.86 - x, 0.842 - x, 0.86 - x]),
        {},
        None,
        "gets worse",
    ),
    (
        "unsteady",
        0.02,
        lambda x: watched([0.8, 0.8 - x, 0.8, 0.8 - x, 0.8, 0.8]),
        {},
        "levelled off",
        "unsteady",
    ),
    (
        "improves, as its loss does",
        0.002,
        lambda x: watched([0.8] * 3 + [0.8 + x] * 3, losses=[0.6] * 3 + [0.5] * 3),
        {},
        None,
        "still improving",
    ),
    (
        "improves by more than chance, at the same loss",
        (2 / 10_000) ** 0.5,
        lambda x: watched([0.8] * 3 + [0.8 + x] * 3),
        {},
        None,
        "still improving",
    ),
    (
        "its loss falls, as its accuracy hardly does",
        0.98,
        lambda x: watched([0.8] * 3 + [0.803] * 3, losses=[0.6] * 3 + [x * 0.6] * 3),
        {},
        "still improving",
        None,
    ),
    ("rises", 0.002, lambda x: watched([0.8] * 3 + [0.8 + x, 0.8, 0.8 + 2 * x]), {}, "levelled off", None),
    ("falls", 0.98, lambda x: watched([0.8] * 6, losses=[0.6] * 3 + [x * 0.6] * 3), {}, None, "levelled off"),
    (
        "unsteady among 40 images",
        (2 / 40) ** 0.5,
        lambda x: watched([0.8, 0.8 - x, 0.8, 0.8 - x, 0.8, 0.8]),
        {},
        None,
        "unsteady",
    ),
    (
        "worse among 40 images",
        (2 / 40) ** 0.5,
        lambda x: watched([0.82] * 3 + [0.82 - x] * 3, 0.7),
        {},
        None,
        "gets worse",
    ),
    (
        "improves by more than chance among 40 images",
        (2 / 40) ** 0.5,
        lambda x: watched([0.5] * 3 + [0.5 + x] * 3, 0.7),
        {},
        None,
        "still improving",
    ),
    (
        "known, and nothing of the others, among 40 images",
        2 * wilson_interval(4, 40)[1] - 0.1,
        lambda x: trained([2.2, 2.1, 2.0], x) | {"test_accuracy": [0.1] * 3, "test_loss": [2.3] * 3},
        {},
        None,
        "wrong labels",
    ),
    ("soon", 0.02, lambda x: watched([0.7, 0.7 + x], 0.7, [1, 0.9]), {}, None, "still improving"),
    ("its loss falls", 0.98, lambda x: watched([0.7, 0.8], 0.7, [1, x]), {}, "still improving", None),
    ("level", 0.05, lambda x: watched([0.8, 0.8, 0.8 + x, 0.8, 0.8, 0.8]), {}, "levelled off", None),
)


@pytest.mark.parametrize("what", [what for what, *_ in HISTORIES])
def test_a_history_on_either_side_of_a_limit(what: str) -> None:
    _, limit, history, settings, below, above = next(row for row in HISTORIES if row[0] == what)
    images = 40 if "40 images" in what else 10_000
    for share, fault in ((0.98, below), (1.02, above)):
        found = found_in(history(share * limit), settings, test_images=images)
        assert (found and found.fault) == fault, share


@pytest.mark.parametrize(
    ("optimizer", "setting", "limit", "below", "above"),
    [
        ("adam", "learning_rate", 0.03, None, "rate too high"),
        ("adam", "learning_rate", 0.001 / 30, "rate too low", None),
        ("adamw", "learning_rate", 0.03, None, "rate too high"),
        ("sgd", "learning_rate", 0.9, None, "rate too high"),
        ("sgd", "learning_rate", 0.001, "rate too low", None),
        ("adam", "weight_decay", 0.1, None, "weight decay"),
        ("adamw", "weight_decay", 1.0, None, "weight decay"),
        ("sgd", "weight_decay", 0.1, None, "weight decay"),
    ],
)
def test_a_setting_on_either_side_of_a_limit(optimizer, setting, limit, below, above) -> None:
    usual = {"optimizer": optimizer, "learning_rate": 0.03 if optimizer == "sgd" else 0.001}
    for share, fault in ((0.98, below), (1.02, above)):
        settings = usual | UNSEEN | {setting: share * limit}
        found = found_in(trained([2.0, 1.9, 1.8]), settings)
        assert (found and found.fault) == (fault or "unseen"), share


@pytest.mark.parametrize(("classes", "limit"), [(2, 0.53), (5, 0.23), (100, 0.013)])
def test_guessing_among_few_and_many_classes(classes: int, limit: float) -> None:
    for share, fault in ((0.995, "no learning"), (1.005, "unseen")):
        columns = trained([math.log(classes)] * 3, share * limit)
        assert found_in(columns, UNSEEN, classes).fault == fault


SINGLE: dict[str, tuple[Columns, dict, str | None, str]] = {
    "the first of two jumps is too long ago": (trained([1, 2, 1, 1, 2, 1, 1, 1]), UNSEEN, "unseen", ""),
    "as good as it has been is not better": (
        watched([0.81] * 3 + [0.8] * 3 + [0.801] * 3),
        {},
        "levelled off",
        "since epoch 4",
    ),
    "how it began does not matter later": (
        watched([0.5, 0.6, 0.7] + [0.8] * 6),
        {},
        "levelled off",
        "80.0 % since epoch 4",
    ),
    "trained no better since its lowest test loss": (
        held_out(
            seldom([*rising(1.0, 0.6, 6), *rising(0.65, 1.2, 12)]), [0.9, 0.6, 0.4, 0.32, 0.3] + [0.3] * 13
        ),
        {"test_every": 3},
        "levelled off",
        "60.0 % since epoch 1.",
    ),
    "one test is enough to see that it only guesses": (
        trained([1.0], 0.9) | {"test_accuracy": [0.1], "test_loss": [3.0]},
        {},
        "wrong labels",
        "90.0 %",
    ),
    "tested in the end only": (trained([0.8, 0.7, 0.6]), {"epochs": 3, "test_every": 3}, "unseen", ""),
    "overfitting by the last epoch's accuracy, which stands elsewhere too": (
        watched([0.8, 0.8, 0.8, 0.8, 0.8, 0.81], 0.9),
        {},
        "overfitting",
        "90.0 % of the training images are right, but 81.0 % of the test images",
    ),
    "not by that of the epochs before": (watched([0.8] * 8 + [0.83], 0.9), {}, None, ""),
    "nearly as many training images are right": (watched([0.8] * 6, 0.819), {}, "levelled off", "larger net"),
    "more training images are right": (watched([0.8] * 6, 0.821), {}, "levelled off", "may add little"),
}


@pytest.mark.parametrize("what", SINGLE)
def test_what_is_said_of_a_history(what: str) -> None:
    columns, settings, fault, words = SINGLE[what]
    found = found_in(columns, settings)
    assert (found and found.fault) == fault
    assert not found or words in f"{found.seen} {found.advice}"


def test_a_run_that_the_clock_ends_is_given_more_seconds() -> None:
    found = found_in(watched([0.2, 0.3, 0.4, 0.5, 0.6, 0.7], 0.75), {"max_seconds": 5.0})
    assert found.fault == "still improving" and "seconds" in found.advice
    for columns in (watched([0.8] * 6, 0.85), held_out([0.8, 0.7, 0.6, 0.5, 0.6, 0.6, 0.6])):
        for settings, unit in (({}, "epochs"), ({"max_seconds": 5.0}, "seconds")):
            assert f" {unit}" in found_in(columns, settings).advice


@pytest.mark.parametrize(("images", "advice"), [(399, "More epochs may add little"), (401, "larger net")])
def test_few_images_cannot_tell_that_a_larger_net_is_needed(images: int, advice: str) -> None:
    assert advice in found_in(watched([0.8] * 6, 0.8), {}, test_images=images).advice
