"""Calibration against closed forms; and the label detective against labels that were flipped on purpose."""

import numpy as np
import pytest
from helpers import random_answers
from sklearn.metrics import brier_score_loss, log_loss

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import DataError
from fmnist_core.data import datasets
from fmnist_core.nets.evaluation import softmax
from fmnist_core.results import statistics

EXACT = {"abs": 1e-9, "rel": 0}


def test_calibration_error_of_two_bins_is_what_one_computes_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.6, 0.4]])
    result = statistics.calibration(probabilities, np.array([0, 1, 0, 0]), bins=4)
    assert result.counts.tolist() == [0, 0, 2, 2]
    assert result.accuracy[2:] == pytest.approx([1.0, 0.5], **EXACT)
    assert result.confidence[2:] == pytest.approx([0.6, 0.85], **EXACT)
    assert result.error == pytest.approx(0.5 * 0.4 + 0.5 * 0.35, **EXACT)
    assert np.isnan(result.accuracy[0])


def test_calibration_error_with_one_bin_is_the_gap_of_the_means() -> None:
    labels, logits = random_answers(4)
    probabilities = softmax(logits)
    gap = abs((probabilities.argmax(1) == labels).mean() - probabilities.max(1).mean())
    assert statistics.calibration(probabilities, labels, bins=1).error == pytest.approx(gap, **EXACT)
    assert np.isnan(statistics.calibration(probabilities[:0], labels[:0]).error)


def test_a_confidence_that_is_rounded_to_more_than_1_is_in_the_last_bin() -> None:
    rounded = np.array([[1.0000001, 0.0], [1.0, 0.0], [0.0, 1e-9]])
    assert statistics.calibration(rounded, np.array([0, 0, 1]), bins=4).counts.tolist() == [1, 0, 0, 2]


def test_temperature_of_a_constant_margin_has_a_closed_form() -> None:
    # Margin m on every image and a share q of right answers: the best 1/T is logit(q) / m.
    logits = np.tile([3.0, 0.0], (100, 1))
    labels = np.array([0] * 80 + [1] * 20)
    assert statistics.fit_temperature(logits, labels) == pytest.approx(3.0 / np.log(4.0), **EXACT)


def test_temperature_is_where_the_cross_entropy_is_lowest() -> None:
    labels, logits = random_answers(5)
    best = statistics.fit_temperature(5 * logits, labels)
    lowest = log_loss(labels, softmax(5 * logits, best))
    for factor in (0.9, 0.99, 1.01, 1.1):
        assert log_loss(labels, softmax(5 * logits, factor * best)) > lowest
    assert best == pytest.approx(5 * statistics.fit_temperature(logits, labels), **EXACT)


def test_temperature_that_does_not_exist_ends_at_a_limit() -> None:
    labels, logits = np.array([0, 1]), np.array([[2.0, 0.0], [0.0, 2.0]])
    assert statistics.fit_temperature(logits, labels) == pytest.approx(0.01)
    assert statistics.fit_temperature(-logits, labels) == pytest.approx(100.0)
    assert statistics.fit_temperature(0.001 * logits, labels) == pytest.approx(0.01)
    assert statistics.fit_temperature(-0.001 * logits, labels) == pytest.approx(100.0)
    assert statistics.fit_temperature(logits[:0], labels[:0]) == 1.0


def test_softmax_of_two_classes_is_the_sigmoid() -> None:
    logits = np.array([[0.3, 0.0], [2.0, 0.0], [-1.0, 0.0]])
    labels = np.array([0, 1, 0])
    first = softmax(logits)[:, 0]
    assert first == pytest.approx(1 / (1 + np.exp(-logits[:, 0])), **EXACT)
    assert brier_score_loss(labels == 0, first) < 0.5  # the probabilities are those of class 0


def test_temperature_is_never_fitted_and_measured_on_the_same_images() -> None:
    labels, logits = random_answers(6, images=400)
    halves = statistics.calibration_report(5 * logits, labels)
    assert (halves.fitted, halves.measured, halves.from_validation) == (200, 200, False)
    assert halves.temperature == statistics.fit_temperature(5 * logits[::2], labels[::2])
    assert halves.after.error < halves.before.error
    other_labels, other_logits = random_answers(7)
    report = statistics.calibration_report(5 * logits, labels, (5 * other_logits, other_labels))
    assert (report.fitted, report.measured, report.from_validation) == (500, 400, True)
    assert report.before.error == statistics.calibration(softmax(5 * logits), labels).error


def flip_labels(labels: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels of which a share now names another class, and where."""
    generator = np.random.default_rng(seed)
    flipped = generator.choice(len(labels), int(share * len(labels)), replace=False)
    changed = labels.copy()
    changed[flipped] = (changed[flipped] + generator.integers(1, 10, len(flipped))) % 10
    return changed, flipped


def test_detective_finds_planted_flips_among_the_models_own_mistakes() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, 5000)
    looks_like = labels.copy()  # shirts that look like T-shirts: confident mistakes of every run
    shirts = np.flatnonzero(labels == 6)
    looks_like[shirts[: len(shirts) // 4]] = 0
    runs = []
    for _ in range(3):
        logits = generator.normal(scale=2.0, size=(5000, 10))
        logits[np.arange(5000), looks_like] += generator.gamma(4.0, 2.0, 5000)
        runs.append(logits)
    planted, flipped = flip_labels(labels, 0.02, seed=1)
    found = statistics.suspicious_labels(runs, planted)
    assert len(found.index) == 50
    assert np.isin(found.index, flipped).sum() >= 35
    assert (found.suggested != planted[found.index]).all()
    assert (found.agreeing >= 2).all()


def test_detective_finds_planted_flips_on_fashion_mnist() -> None:
    from fmnist_core.training import fit

    data = datasets.load("fashion-mnist")
    runs = []
    for seed in (1, 2):
        config = TrainConfig(
            architecture="mlp-32",
            epochs=3,
            batch_size=512,
            seed=seed,
            device="cpu",
            train_size=6000,
            test_every=0,
        )
        *_, last = fit(config, data)
        runs.append(last.test_logits)
    planted, flipped = flip_labels(data.test_labels, 0.02, seed=3)
    found = statistics.suspicious_labels(runs, planted)
    assert np.isin(found.index, flipped).sum() >= 35


def test_detective_hears_twins_once_and_explains_its_order() -> None:
    generator = np.random.default_rng(4)
    labels = generator.integers(0, 10, 300)
    first, second = (generator.normal(scale=3.0, size=(300, 10)) for _ in range(2))
    alone = statistics.suspicious_labels([first, second], labels)
    with_twins = statistics.suspicious_labels([first, first.copy(), second, 1.01 * first], labels)
    assert (alone.runs, alone.twins) == (2, 0)
    assert (with_twins.runs, with_twins.twins) == (2, 2)
    assert np.array_equal(alone.index, with_twins.index) and (with_twins.agreeing == 2).all()
    assert (np.diff(alone.score) <= 0).all() and len(alone.score) == len(alone.index) > 1


def test_detective_lets_no_overconfident_run_drown_the_others() -> None:
    labels = np.arange(10)
    odds = np.zeros((3, 10))  # of class 9 against the label, by run and image
    odds[:, 0] = 9.0  # all three are rather sure
    odds[:, 1] = 1.0, 1.0, 5000.0
    logits = [10.0 * np.eye(10) for _ in odds]
    for number, (run, of_run) in enumerate(zip(logits, odds, strict=True)):
        run[:2] = 0.0
        run[:2, 9] = of_run[:2]
        run[2 + number] = np.roll(run[2 + number], 1)  # a mistake of its own: they are no twins
    found = statistics.suspicious_labels(logits, labels)
    assert found.runs == 3 and found.index.tolist() == [0, 1]


def test_detective_has_nothing_to_say_when_runs_agree_with_the_labels() -> None:
    labels = np.arange(10)
    assert len(statistics.suspicious_labels([10.0 * np.eye(10)], labels).index) == 0


def test_answers_that_are_no_numbers_are_a_sentence():
    logits, labels = 10.0 * np.eye(10), np.arange(10)
    logits[3, 3] = np.nan
    with pytest.raises(DataError, match="not numbers: the run diverged"):
        statistics.calibration_report(logits, labels)
    with pytest.raises(DataError, match="not numbers: the run diverged"):
        statistics.calibration_report(10.0 * np.eye(10), labels, (logits, labels))


def test_logits_of_another_number_of_images_are_a_sentence():
    logits, labels = 10.0 * np.eye(10), np.arange(10)
    for wrong in (logits[:7], np.concatenate([logits, logits])):
        with pytest.raises(DataError, match=f"was tested on {len(wrong)} image"):
            statistics.suspicious_labels([logits, wrong], labels)
        with pytest.raises(DataError, match=f"was tested on {len(wrong)} image"):
            statistics.calibration_report(wrong, labels)
