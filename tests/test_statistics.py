"""Statistics against scipy, scikit-learn and closed forms, to 1e-9; and claims that must not be too bold."""

from dataclasses import astuple
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.stats
from helpers import random_answers
from sklearn.metrics import confusion_matrix as sklearn_confusion_matrix
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

from fmnist_core.base.config import TrainConfig
from fmnist_core.data import datasets
from fmnist_core.photos.scoring import auroc
from fmnist_core.results import statistics

EXACT = {"abs": 1e-9, "rel": 0}
NAMES = datasets.CLASS_NAMES


# ---- intervals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("correct", "total"), [(0, 10), (1, 10), (5, 10), (10, 10), (8638, 10_000), (1, 1)])
def test_wilson_interval_agrees_with_scipy(correct: int, total: int) -> None:
    expected = scipy.stats.binomtest(correct, total).proportion_ci(0.95, method="wilson")
    assert statistics.wilson_interval(correct, total) == pytest.approx((expected.low, expected.high), **EXACT)


def test_wilson_interval_of_no_images_knows_nothing() -> None:
    assert statistics.wilson_interval(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="between 0 and 5, got 6"):
        statistics.wilson_interval(6, 5)


def test_the_interval_of_an_accuracy_is_that_of_its_right_answers_and_none_without_them() -> None:
    assert statistics.accuracy_interval(0.29, 100) == statistics.wilson_interval(29, 100)  # .29 * 100 < 29
    nothing = [(None, 100), (0.5, None), (0.5, 0), (float("nan"), 100.0), (0.5, float("nan"))]
    assert [statistics.accuracy_interval(*each) for each in nothing] == [None] * len(nothing)


def test_difference_interval_gives_newcombes_published_example() -> None:
    # Newcombe (1998), table II, data set (36, 12, 2, 0), method 10: 0.0569 to 0.3404.
    low, high = statistics.difference_interval(36, only_a=2, only_b=12, both_wrong=0)
    assert (round(low, 4), round(high, 4)) == (0.0569, 0.3404)


def test_difference_interval_without_correlation_is_the_unpaired_one() -> None:
    # Independent answers (phi = 0): Newcombe's interval for two independent shares, in closed form.
    low_a, high_a = statistics.wilson_interval(60, 100)
    low_b, high_b = statistics.wilson_interval(50, 100)
    expected_low = -0.1 - np.hypot(0.5 - low_b, high_a - 0.6)
    expected_high = -0.1 + np.hypot(high_b - 0.5, 0.6 - low_a)
    assert statistics.difference_interval(30, 30, 20, 20) == pytest.approx(
        (expected_low, expected_high), **EXACT
    )


def test_difference_interval_takes_a_weak_correlation_for_none() -> None:
    # Newcombe's correction for continuity: half of 100 images, and 26 * 25 - 25 * 24 is no more than that.
    low_a, high_a = statistics.wilson_interval(51, 100)
    low_b, high_b = statistics.wilson_interval(50, 100)
    expected = -0.01 - np.hypot(0.5 - low_b, high_a - 0.51), -0.01 + np.hypot(high_b - 0.5, 0.51 - low_a)
    assert statistics.difference_interval(26, 25, 24, 25) == pytest.approx(expected, **EXACT)


def test_difference_interval_of_swapped_runs_is_mirrored() -> None:
    low, high = statistics.difference_interval(700, 40, 90, 170)
    assert statistics.difference_interval(700, 90, 40, 170) == pytest.approx((-high, -low), **EXACT)


def test_difference_interval_covers_the_truth_about_95_times_in_100() -> None:
    generator = np.random.default_rng(7)
    cells = generator.multinomial(1000, [0.80, 0.05, 0.07, 0.08], size=2000)
    ends = [statistics.difference_interval(*(int(cell) for cell in row)) for row in cells]
    assert 0.935 <= np.mean([low <= 0.02 <= high for low, high in ends]) <= 0.975


# ---- two runs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 0), (0, 1), (3, 3), (5, 17), (120, 190), (400, 300)])
def test_mcnemar_agrees_with_the_binomial_test_of_scipy(only_a: int, only_b: int) -> None:
    total = only_a + only_b
    expected = scipy.stats.binomtest(only_a, total, 0.5).pvalue if total else 1.0
    assert statistics.mcnemar(only_a, only_b) == pytest.approx(expected, **EXACT)


def test_comparison_counts_agree_with_both_confusion_matrices() -> None:
    labels, logits_a = random_answers(1)
    predicted_a = logits_a.argmax(1)
    predicted_b = (logits_a + np.random.default_rng(2).normal(size=logits_a.shape)).argmax(1)
    comparison = statistics.compare(labels, predicted_a, predicted_b)
    right_a = np.trace(statistics.confusion_matrix(labels, predicted_a, 10))
    right_b = np.trace(statistics.confusion_matrix(labels, predicted_b, 10))
    assert comparison.both_right + comparison.only_a == right_a
    assert comparison.both_right + comparison.only_b == right_b
    assert comparison.total == len(labels)
    assert comparison.difference == pytest.approx((right_b - right_a) / len(labels), **EXACT)


@pytest.mark.parametrize("spread", [0.0, 1.0, 4.0])
def test_runs_that_differ_only_by_seed_are_called_different_in_at_most_5_of_100_pairs(spread: float) -> None:
    # Each image has its own chance of being answered rightly, the same for both runs: what a seed decides.
    generator = np.random.default_rng(43052)
    pairs, images = 2000, 1000
    difficulty = 1 / (1 + np.exp(-(2.2 + spread * generator.normal(size=images))))
    labels = np.zeros(images, dtype=np.int64)
    claims = 0
    for _ in range(pairs):
        a, b = (generator.random((2, images)) > difficulty).astype(np.int64)
        sentence = statistics.verdict(statistics.compare(labels, a, b), "a", "b")
        claims += "is better" in sentence
    assert claims <= 0.05 * pairs


def test_verdict_names_the_better_run_and_how_rarely_chance_would_do_it() -> None:
    b_better = statistics.Comparison(8800, 60, 150, 990, 0.009, 0.006, 0.012, 1e-9)
    assert statistics.verdict(b_better, "A", "B") == (
        "B is better than A: +0.9 points (95 % interval +0.6 to +1.2), "
        "and chance alone would do this less than once in 1,000 times."
    )
    a_better = statistics.Comparison(8800, 150, 60, 990, -0.009, -0.012, -0.006, 0.003)
    assert statistics.verdict(a_better, "A", "B") == (
        "A is better than B: +0.9 points (95 % interval +0.6 to +1.2), "
        "and chance alone would do this less than once in 100 times."
    )


@pytest.mark.parametrize(
    ("low", "high", "p_value", "told"),
    [
        (0.0, 0.012, 0.01, False),
        (-0.002, 0.0, 0.01, False),
        (0.001, 0.012, 0.05, False),
        (0.001, 0.012, 0.049, True),
        (-0.012, -0.001, 0.01, True),
    ],
)
def test_verdict_needs_the_interval_and_the_test(low: float, high: float, p_value: float, told: bool) -> None:
    comparison = statistics.Comparison(8800, 60, 150, 990, (low + high) / 2, low, high, p_value)
    assert ("is better than" in statistics.verdict(comparison, "A", "B")) == told


def test_verdict_calls_a_difference_between_seeds_luck_however_large() -> None:
    large = statistics.Comparison(8800, 60, 150, 990, 0.009, 0.006, 0.012, 1e-9)
    sentence = statistics.verdict(large, "A", "B", only_seed_differs=True)
    assert sentence == (
        "B is right more often than A on these images, by +0.9 points (95 % interval +0.6 to +1.2). But only "
        "their seed differs: that is luck, and neither is the better way to train."
    )
    small = statistics.Comparison(8800, 100, 110, 990, 0.001, -0.002, 0.004, 0.5)
    assert statistics.verdict(small, "A", "B", only_seed_differs=True) == (
        "No telling these two apart: only their seed differs, and B minus A, +0.1 points "
        "(95 % interval \N{MINUS SIGN}0.2 to +0.4), is luck."
    )


def test_verdict_does_not_choose_when_chance_could_have_done_it() -> None:
    labels = np.zeros(1000, dtype=np.int64)
    a, b = labels.copy(), labels.copy()
    a[:100], b[5:107] = 1, 1
    sentence = statistics.verdict(statistics.compare(labels, a, b), "A", "B")
    assert sentence.startswith("No telling these two apart: A minus B is +0.2 points")
    assert sentence.endswith("77 times in 100.")
    turned = statistics.verdict(statistics.compare(labels, b, a), "B", "A")
    assert turned == sentence  # who is right more often comes first, however they were picked
    same = statistics.compare(labels, a, a)
    assert "exactly the same images" in statistics.verdict(same, "A", "B")
    assert "no test images" in statistics.verdict(statistics.compare(labels[:0], a[:0], b[:0]), "A", "B")


# ---- confusion -----------------------------------------------------------------------------------


def test_confusion_matrix_and_scores_agree_with_scikit_learn() -> None:
    labels, logits = random_answers(3)
    predicted = logits.argmax(1)
    matrix = statistics.confusion_matrix(labels, predicted, 10)
    scores = statistics.per_class(matrix)
    assert (matrix == sklearn_confusion_matrix(labels, predicted)).all()
    arguments = {"average": None, "zero_division": np.nan}
    assert scores.precision == pytest.approx(precision_score(labels, predicted, **arguments), **EXACT)
    assert scores.recall == pytest.approx(recall_score(labels, predicted, **arguments), **EXACT)
    assert scores.f1 == pytest.approx(f1_score(labels, predicted, **arguments), **EXACT)
    assert (scores.support == np.bincount(labels)).all()


def test_the_area_under_the_curve_agrees_with_scikit_learn_also_with_ties() -> None:
    scores = np.random.default_rng(0).integers(0, 9, 60).tolist()
    known, strange = scores[:40], scores[40:]
    expected = roc_auc_score(np.repeat([1, 0], [40, 20]), scores)
    assert auroc(known, strange) == pytest.approx(expected, **EXACT)
    assert auroc(known, []) is None and auroc([], strange) is None


def test_a_class_that_is_never_answered_has_no_precision() -> None:
    scores = statistics.per_class(statistics.confusion_matrix(np.array([0, 1]), np.array([0, 0]), 3))
    assert np.isnan(scores.precision[1]) and np.isnan(scores.recall[2]) and np.isnan(scores.f1[2])
    assert scores.recall[1] == 0 and scores.f1[1] == 0


def test_worst_pairs_are_told_in_words_and_only_real_ones() -> None:
    labels = np.array([6, 6, 6, 6, 5, 5])
    matrix = statistics.confusion_matrix(labels, np.array([0, 0, 6, 2, 7, 5]), 10)
    pairs = statistics.worst_pairs(matrix)
    assert [astuple(pair) for pair in pairs] == [(6, 0, 2, 4), (5, 7, 1, 2), (6, 2, 1, 4)]
    sentence = statistics.worst_pair_sentence(pairs[0], NAMES)
    assert sentence == "Shirt is taken for T-shirt/top in 2 of 4 images."
    assert statistics.worst_pairs(np.eye(10, dtype=np.int64)) == []


def test_runs_trained_differently_in_epochs_or_images_are_said_to_be() -> None:
    def run(
        epochs: int = 3,
        images: int | None = None,
        status: str = "completed",
        rate_changed: bool = False,
        **settings,
    ):
        config = TrainConfig(train_size=images, **settings)
        return SimpleNamespace(
            name="A", epochs=epochs, status=status, config=config, rate_changed=rate_changed
        )

    said = "They were trained differently: {}."
    assert statistics.trained_differently(run(), run()) is None
    assert statistics.trained_differently(run(10), run(1)) == said.format("10 and 1 epoch")
    assert statistics.trained_differently(run(10), run(1, status="stopped")) is None  # `how_far` says that
    for before, after, words in (
        (None, 500, "all and 500 training images"),
        (500, None, "500 and all training images"),
        (500, 2000, "500 and 2,000 training images"),
    ):
        assert statistics.trained_differently(run(3, before), run(3, after)) == said.format(words)
    assert statistics.trained_differently(run(validation_size=5000), run()) == said.format(
        "55,000 and all training images"
    )
    assert statistics.trained_differently(run(seed=1, precision="float32"), run()) is None
    assert statistics.trained_differently(run(test_time_flip=True), run()) == said.format(
        "A alone was tested with mirrored images too"
    )
    best = run(
        images=500, augmentation="shift+flip", optimizer="sgd", learning_rate=0.1, schedule="one-cycle",
        weight_averaging=0.99, label_smoothing=0.1, patience=2, validation_size=100,
    )  # fmt: skip
    assert statistics.trained_differently(best, run(10)) == said.format(
        "3 and 10 epochs, 500 and all training images, augmentation shift+flip and none, "
        "optimizer sgd and adam, learning rate 0.1 and 0.001, and 4 other settings"
    )
    assert statistics.trained_differently(run(max_seconds=20.0), run()) == said.format(
        "seconds at most 20 and none"
    )
    other_net = run(10, architecture="cnn")
    assert statistics.trained_differently(run(), run(architecture="cnn")) is None  # that is what is compared
    assert statistics.trained_differently(run(), other_net) == (
        "They differ in more than their nets, mlp-256 and cnn: 3 and 10 epochs."
    )
    at_another_rate = statistics.trained_differently(run(), run(rate_changed=True))
    assert at_another_rate == said.format("A had another learning rate before")
