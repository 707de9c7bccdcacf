"""Statistics against scipy, scikit-learn and closed forms, to 1e-9; and claims that must not be too bold."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from sklearn.metrics import brier_score_loss, f1_score, precision_score, recall_score
from sklearn.metrics import confusion_matrix as sklearn_confusion_matrix

from fmnist_core import datasets, statistics
from fmnist_core.config import TrainConfig
from fmnist_core.errors import ConfigError, DataError

EXACT = {"abs": 1e-9, "rel": 0}
NAMES = datasets.CLASS_NAMES


def random_answers(seed: int, images: int = 500, classes: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Labels and logits (images, classes) of a model that is right more often than not."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, classes, images)
    logits = generator.normal(size=(images, classes))
    logits[np.arange(images), labels] += 2.0
    return labels, logits


def history_of(**columns: list) -> pd.DataFrame:
    length = len(next(iter(columns.values())))
    return pd.DataFrame({"epoch": range(1, length + 1), **columns})


# ---- intervals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("correct", "total"), [(0, 10), (1, 10), (5, 10), (10, 10), (8638, 10_000), (1, 1)])
def test_wilson_interval_agrees_with_scipy(correct: int, total: int) -> None:
    expected = scipy.stats.binomtest(correct, total).proportion_ci(0.95, method="wilson")
    assert statistics.wilson_interval(correct, total) == pytest.approx((expected.low, expected.high), **EXACT)


def test_wilson_interval_of_no_images_knows_nothing() -> None:
    assert statistics.wilson_interval(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="between 0 and 5, got 6"):
        statistics.wilson_interval(6, 5)


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
        "B is better: +0.9 points (95 % interval +0.6 to +1.2), "
        "and chance alone would do this less than once in 1,000 times."
    )
    a_better = statistics.Comparison(8800, 150, 60, 990, -0.009, -0.012, -0.006, 0.003)
    assert statistics.verdict(a_better, "A", "B") == (
        "A is better: +0.9 points (95 % interval +0.6 to +1.2), "
        "and chance alone would do this less than once in 100 times."
    )


def test_verdict_calls_a_difference_between_seeds_luck_however_large() -> None:
    large = statistics.Comparison(8800, 60, 150, 990, 0.009, 0.006, 0.012, 1e-9)
    sentence = statistics.verdict(large, "A", "B", only_seed_differs=True)
    assert sentence == (
        "No telling these two apart: only their seed differs, and B minus A, +0.9 points "
        "(95 % interval +0.6 to +1.2), is luck."
    )


def test_verdict_does_not_choose_when_chance_could_have_done_it() -> None:
    labels = np.zeros(1000, dtype=np.int64)
    a, b = labels.copy(), labels.copy()
    a[:100], b[5:107] = 1, 1
    sentence = statistics.verdict(statistics.compare(labels, a, b), "A", "B")
    assert sentence.startswith("No telling these two apart: B minus A is −0.2 points")
    assert sentence.endswith("77 times in 100.")
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


def test_a_class_that_is_never_answered_has_no_precision() -> None:
    scores = statistics.per_class(statistics.confusion_matrix(np.array([0, 1]), np.array([0, 0]), 3))
    assert np.isnan(scores.precision[1]) and np.isnan(scores.recall[2]) and np.isnan(scores.f1[2])
    assert scores.recall[1] == 0 and scores.f1[1] == 0


def test_worst_pairs_are_told_in_words_and_only_real_ones() -> None:
    labels = np.array([6, 6, 6, 6, 5, 5])
    matrix = statistics.confusion_matrix(labels, np.array([0, 0, 6, 2, 7, 5]), 10)
    pairs = statistics.worst_pairs(matrix)
    assert pairs == [(6, 0, 2, 4), (5, 7, 1, 2), (6, 2, 1, 4)]
    sentence = statistics.worst_pair_sentence(pairs[0], NAMES)
    assert sentence == "Shirt is taken for T-shirt/top in 2 of 4 images."
    assert statistics.worst_pairs(np.eye(10, dtype=np.int64)) == []


# ---- calibration ---------------------------------------------------------------------------------


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
    probabilities = statistics.softmax(logits)
    gap = abs((probabilities.argmax(1) == labels).mean() - probabilities.max(1).mean())
    assert statistics.calibration(probabilities, labels, bins=1).error == pytest.approx(gap, **EXACT)
    assert np.isnan(statistics.calibration(probabilities[:0], labels[:0]).error)


def test_temperature_of_a_constant_margin_has_a_closed_form() -> None:
    # Margin m on every image and a share q of right answers: the best 1/T is logit(q) / m.
    logits = np.tile([3.0, 0.0], (100, 1))
    labels = np.array([0] * 80 + [1] * 20)
    assert statistics.fit_temperature(logits, labels) == pytest.approx(3.0 / np.log(4.0), **EXACT)


def test_temperature_is_where_the_cross_entropy_is_lowest() -> None:
    labels, logits = random_answers(5)
    best = statistics.fit_temperature(5 * logits, labels)
    lowest = statistics.negative_log_likelihood(5 * logits, labels, best)
    for factor in (0.9, 0.99, 1.01, 1.1):
        assert statistics.negative_log_likelihood(5 * logits, labels, factor * best) > lowest
    assert best == pytest.approx(5 * statistics.fit_temperature(logits, labels), **EXACT)


def test_temperature_that_does_not_exist_ends_at_a_limit() -> None:
    labels, logits = np.array([0, 1]), np.array([[2.0, 0.0], [0.0, 2.0]])
    assert statistics.fit_temperature(logits, labels) == pytest.approx(0.01)
    assert statistics.fit_temperature(-logits, labels) == pytest.approx(100.0)
    assert statistics.fit_temperature(logits[:0], labels[:0]) == 1.0


def test_cross_entropy_and_softmax_of_two_classes_are_those_of_the_sigmoid() -> None:
    logits = np.array([[0.3, 0.0], [2.0, 0.0], [-1.0, 0.0]])
    labels = np.array([0, 1, 0])
    first = statistics.softmax(logits)[:, 0]
    assert first == pytest.approx(1 / (1 + np.exp(-logits[:, 0])), **EXACT)
    expected = -np.log(np.where(labels == 0, first, 1 - first)).mean()
    assert statistics.negative_log_likelihood(logits, labels) == pytest.approx(expected, **EXACT)
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
    assert report.before.error == statistics.calibration(statistics.softmax(5 * logits), labels).error


# ---- the label detective -------------------------------------------------------------------------


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
    assert (found.agreeing >= 2).all() and (found.confidence > found.label_probability).all()


def test_detective_finds_planted_flips_on_fashion_mnist(real_data) -> None:
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


def test_detective_has_nothing_to_say_when_runs_agree_with_the_labels() -> None:
    labels = np.arange(10)
    assert len(statistics.suspicious_labels([10.0 * np.eye(10)], labels).index) == 0


# ---- answers and the table of runs ---------------------------------------------------------------


def test_images_are_picked_by_outcome_class_confidence_and_order() -> None:
    logits = np.log(np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]]))
    answers = statistics.answers_from_logits(logits, np.array([0, 1, 1, 0]))
    assert statistics.pick_images(answers).tolist() == [0, 1, 2, 3]
    assert statistics.pick_images(answers, "wrong").tolist() == [1, 3]
    assert statistics.pick_images(answers, "wrong", order="most confident first").tolist() == [3, 1]
    assert statistics.pick_images(answers, order="least confident first").tolist() == [1, 3, 2, 0]
    assert statistics.pick_images(answers, true=1, predicted=0).tolist() == [1]
    assert statistics.pick_images(answers, confidence=(0.65, 0.85)).tolist() == [2, 3]
    with pytest.raises(ConfigError, match="Unknown outcome 'odd'"):
        statistics.pick_images(answers, "odd")


def test_answers_to_other_images_than_the_labels_are_refused() -> None:
    with pytest.raises(DataError, match="tested on 3 images, but the data set now has 2"):
        statistics.answers_from_logits(np.zeros((3, 2)), np.zeros(2, dtype=np.int64))


TABLE = pd.DataFrame(
    {
        "run_id": ["aa", "bb", "cc"],
        "name": ["First net", "second", "third"],
        "note": ["", None, "shifted shirts"],
        "status": ["completed", "running", "completed"],
        "dataset": ["mnist", "fashion-mnist", "fashion-mnist"],
        "architecture": ["cnn", "cnn", "mlp-32"],
        "recipe": ["lecture", "custom", "custom"],
        "starred": [0, 1, 0],
        "test_accuracy": [0.9, None, 0.8],
        "test_count": [1000, None, 10],
        "train_accuracy": [0.95, 0.5, 0.9],
    }
)


def test_overview_adds_interval_and_gap() -> None:
    shown = statistics.overview(TABLE)
    assert (shown["test_low"][0], shown["test_high"][0]) == statistics.wilson_interval(900, 1000)
    assert shown["gap"].tolist()[::2] == pytest.approx([0.05, 0.1])
    assert np.isnan(shown["gap"][1]) and np.isnan(shown["test_low"][1])


def test_runs_are_found_by_words_and_choices() -> None:
    def found(**wanted) -> list[str]:
        return statistics.filter_runs(TABLE, **wanted)["run_id"].tolist()

    assert found() == ["aa", "bb", "cc"]
    assert found(text="NET first") == ["aa"]
    assert found(text="shirts") == ["cc"]
    assert found(text="[") == []
    assert found(datasets=("fashion-mnist",), architectures=("cnn",)) == ["bb"]
    assert found(statuses=("completed",)) == ["aa", "cc"]
    assert found(starred=True) == ["bb"]


def test_settings_that_differ_are_the_only_ones_in_the_table() -> None:
    config = TrainConfig()
    frame = statistics.settings_differences({"a": config, "b": config.replace(seed=1, learning_rate=0.01)})
    assert frame.to_dict("index") == {
        "learning_rate": {"a": "0.001", "b": "0.01"},
        "seed": {"a": "43052", "b": "1"},
    }
    assert statistics.settings_differences({"a": config, "b": config}).empty
    assert statistics.settings_differences({}).empty


def test_quiz_draws_every_class_equally_often_and_no_image_twice() -> None:
    labels = np.repeat(np.arange(10), [5, 50, 50, 50, 50, 50, 50, 50, 50, 500])
    drawn = statistics.draw_quiz(labels, 20, seed=1)
    assert np.bincount(labels[drawn]).tolist() == [2] * 10
    assert len(set(drawn)) == 20
    assert (drawn == statistics.draw_quiz(labels, 20, seed=1)).all()
    assert (drawn != statistics.draw_quiz(labels, 20, seed=2)).any()
    assert len(statistics.draw_quiz(labels[:3], 20, seed=1)) == 3


# ---- the coach -----------------------------------------------------------------------------------


def test_coach_dates_overfitting_to_the_lowest_held_out_loss() -> None:
    history = history_of(
        train_loss=[1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
        train_accuracy=[0.9] * 8,
        validation_loss=[1.0, 0.8, 0.7, 0.65, 0.7, 0.75, 0.8, 0.9],
        validation_accuracy=[0.85] * 8,
    )
    assert statistics.overfitting_since(history) == 4
    assert statistics.coach(history)[0].startswith("Overfitting since epoch 4: the validation loss rises")


def test_coach_watches_the_test_split_under_its_own_name_when_there_is_no_validation() -> None:
    history = history_of(
        train_loss=[1.0, 0.5, 0.3, 0.2, 0.1, 0.05],
        train_accuracy=[0.9] * 6,
        validation_loss=[None] * 6,
        validation_accuracy=[None] * 6,
        test_loss=[1.0, 0.6, 0.7, 0.8, 0.9, 1.0],
        test_accuracy=[0.85] * 6,
    )
    sentence = statistics.coach(history)[0]
    assert (
        sentence.startswith("Overfitting since epoch 2: the test loss rises") and "validation" not in sentence
    )


def test_coach_encourages_a_run_that_still_gets_better() -> None:
    losses = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5]
    history = history_of(
        train_loss=losses,
        train_accuracy=[0.7, 0.72, 0.74, 0.76, 0.78, 0.8],
        validation_loss=losses,
        validation_accuracy=[0.7, 0.72, 0.74, 0.76, 0.78, 0.8],
    )
    assert "accuracy rose by 6.0 points in 3 epochs" in statistics.coach(history)[0]
    assert statistics.overfitting_since(history) is None
    assert statistics.coach(history.iloc[:2]) == ["Still learning: too few epochs to say more."]
    level = history.assign(validation_accuracy=0.8)
    assert statistics.coach(level)[0].startswith("Levelled off")


@pytest.mark.parametrize(
    ("train_loss", "train_accuracy", "words"),
    [
        ([1.0, np.nan, np.nan], [0.5, 0.1, 0.1], "not a number since epoch 2"),
        ([0.5, 0.9, 1.8, 2.5], [0.8, 0.6, 0.4, 0.3], "learning rate is too high"),
        ([2.3, 2.31, 2.3, 2.31], [0.1, 0.11, 0.09, 0.1], "learning rate is too high"),
        ([0.5, 0.7, 0.45, 0.65, 0.44, 0.6, 0.43], [0.8] * 7, "learning rate is too high"),
    ],
)
def test_coach_notices_a_learning_rate_that_is_too_high(train_loss, train_accuracy, words: str) -> None:
    history = history_of(train_loss=train_loss, train_accuracy=train_accuracy)
    assert words in statistics.coach(history)[0]


def test_coach_is_silent_without_epochs_and_admits_what_it_cannot_see() -> None:
    assert statistics.coach(pd.DataFrame()) == []
    blind = history_of(train_loss=[0.9, 0.8, 0.7], train_accuracy=[0.8, 0.81, 0.82])
    assert statistics.coach(blind)[0].startswith("No validation images")
