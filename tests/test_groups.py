"""Groups of runs that differ in the seed alone: mean and spread, which is better, how many seeds it takes."""

import itertools

import numpy as np
import pytest
from finished_runs import finished_run
from scipy import stats

from fmnist_core.results import statistics
from fmnist_core.results.statistics import (
    compare_all,
    compare_best,
    compare_groups,
    group_runs,
    group_verdict,
    luck_sentence,
    spread,
)
from fmnist_core.results.statistics.power import (
    expected_maximum,
    luck_of_looks,
    luck_of_the_best,
    power,
    seeds_needed,
)
from fmnist_core.runs import RunStore

EXACT = {"rel": 1e-9, "abs": 1e-12}


def by_seed(values) -> dict[int, float]:
    return dict(enumerate(map(float, values)))


def draw(generator: np.random.Generator, count: int, mean: float = 0.9, deviation: float = 0.003):
    return generator.normal(mean, deviation, count)


@pytest.mark.parametrize("count", [2, 3, 5, 30])
def test_mean_deviation_and_interval_are_those_of_scipy(count):
    values = draw(np.random.default_rng(count), count)
    found, said = spread(values), stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert (found.count, found.mean) == (count, pytest.approx(values.mean(), **EXACT))
    assert found.deviation == pytest.approx(stats.tstd(values), **EXACT)
    assert (found.low, found.high) == (pytest.approx(said.low, **EXACT), pytest.approx(said.high, **EXACT))


def test_one_seed_tells_nothing_of_the_spread():
    found = spread([0.9])
    assert (found.count, found.mean) == (1, 0.9) and np.isnan([found.deviation, found.low, found.high]).all()
    with pytest.raises(ValueError):
        spread([])
    with pytest.raises(ValueError):
        compare_groups({1: 0.9}, {1: 0.8, 2: 0.81})


@pytest.mark.parametrize("count", [2, 3, 5, 30])
def test_shared_seeds_are_compared_in_pairs_as_scipy_does(count):
    generator = np.random.default_rng(count)
    a, b = draw(generator, count), draw(generator, count, 0.903)
    found, said = compare_groups(by_seed(a), by_seed(b)), stats.ttest_rel(b, a)
    interval = said.confidence_interval(0.95)
    assert found.is_paired and found.p_value == pytest.approx(said.pvalue, **EXACT)
    assert found.difference == pytest.approx(b.mean() - a.mean(), **EXACT)
    assert (found.low, found.high) == (
        pytest.approx(interval.low, **EXACT),
        pytest.approx(interval.high, **EXACT),
    )


@pytest.mark.parametrize("counts", [(2, 2), (3, 7), (30, 5)])
def test_other_seeds_are_compared_as_two_samples_as_scipy_does(counts):
    generator = np.random.default_rng(sum(counts))
    a, b = draw(generator, counts[0]), draw(generator, counts[1], 0.903, 0.01)
    other = {seed + 100: value for seed, value in by_seed(b).items()}
    found, said = compare_groups(by_seed(a), other), stats.ttest_ind(b, a, equal_var=False)
    interval = said.confidence_interval(0.95)
    assert not found.is_paired and found.p_value == pytest.approx(said.pvalue, **EXACT)
    assert (found.low, found.high) == (
        pytest.approx(interval.low, **EXACT),
        pytest.approx(interval.high, **EXACT),
    )


def test_groups_of_different_seeds_are_not_paired_so_that_no_seed_of_the_table_is_left_out():
    a = by_seed(draw(np.random.default_rng(1), 5))
    inside, across = {seed: a[seed] + 0.01 * seed for seed in (1, 3)}, {1: 0.9, 77: 0.91}
    assert not compare_groups(a, inside).is_paired and not compare_groups(a, across).is_paired
    higher, lower = {1: 0.900, 2: 0.901, 3: 0.899}, {1: 0.903, 2: 0.9045, 3: 0.9022, 4: 0.80, 5: 0.80}
    found = compare_groups(higher, lower)  # the three that they share say the opposite
    assert found.difference == pytest.approx(np.mean([*lower.values()]) - 0.9) and not found.different
    assert "points in the mean of 5 and 3 seeds (95 %" in group_verdict(found, "higher", "lower")
    found = compare_groups(by_seed([0.801, 0.802]), by_seed([0.900, 0.901, 0.899]))
    assert "of 3 and 2 seeds (95 %" in group_verdict(found, "bad", "good")  # the better one is named first


def test_without_any_spread_nothing_is_claimed():
    found = compare_groups({1: 0.9, 2: 0.9}, {1: 0.91, 2: 0.91})
    assert found.p_value == 1.0 and not found.different
    assert not compare_groups({1: 0.9, 2: 0.9}, {3: 0.91, 4: 0.91}).different


def test_a_corrected_p_value_and_its_interval_say_the_same():
    generator = np.random.default_rng(5)
    decided = set()
    for _ in range(300):
        means = {"a": 0.8, "b": 0.83, "c": 0.86}
        groups = {name: by_seed(draw(generator, 3, mean, 0.01)) for name, mean in means.items()}
        pairs = compare_all(groups)
        for (a, b), found in pairs.items():
            alone = compare_groups(groups[a], groups[b])
            assert found.p_value == pytest.approx(min(1.0, 3 * alone.p_value), **EXACT)
            assert (found.p_value < 0.05) == (found.low > 0 or found.high < 0) == found.different
            decided.add((found.different, alone.different))
    assert decided == {(True, True), (False, True), (False, False)}


def test_the_best_two_are_compared_without_a_correction():
    a, b, c = (by_seed(draw(np.random.default_rng(seed), 3)) for seed in (1, 2, 3))
    assert compare_best({"one seed": {1: 0.9}, "a": a, "b": b, "c": c}) == ("a", "b", compare_groups(a, b))
    assert compare_best({"one seed": {1: 0.9}, "a": a}) is None


def test_a_sentence_that_tells_nothing_apart_names_the_larger_mean_last():
    a, b = by_seed([0.90, 0.92]), by_seed([0.91, 0.92])
    said = {group_verdict(compare_groups(a, b), "A", "B"), group_verdict(compare_groups(b, a), "B", "A")}
    assert len(said) == 1 and "B minus A is +0.5 points" in said.pop()


@pytest.mark.parametrize(("groups", "studies"), [(2, 2000), (10, 100)])
def test_where_all_are_equally_good_one_study_in_twenty_claims_anything(groups, studies):
    generator = np.random.default_rng(43052)
    claims = sum(
        any(
            found.different
            for found in compare_all({str(k): by_seed(draw(generator, 5)) for k in range(groups)}).values()
        )
        for _ in range(studies)
    )
    chance = 2 * np.sqrt(0.05 * 0.95 / studies) if groups == 2 else 0.0  # one in twenty is exact for two
    assert claims / studies <= 0.05 + chance


@pytest.mark.parametrize("is_paired", [True, False])
def test_the_power_that_is_said_is_met(is_paired):
    generator, studies, deviation = np.random.default_rng(43052), 1500, 0.005
    side = deviation / np.sqrt(2) if is_paired else deviation  # so that differences deviate by `deviation`
    seen = 0
    for _ in range(studies):
        a, b = draw(generator, 5, 0.90, side), draw(generator, 5, 0.91, side)
        other = by_seed(b) if is_paired else {seed + 10: value for seed, value in by_seed(b).items()}
        seen += compare_groups(by_seed(a), other).different
    assert seen / studies == pytest.approx(power(5, deviation, is_paired, 0.01), abs=0.03)


def test_the_seeds_that_are_said_to_be_needed_are_the_fewest():
    for deviation in (0.001, 0.003, 0.01, 0.03):
        for is_paired in (True, False):
            count = seeds_needed(deviation, is_paired)
            assert power(count, deviation, is_paired) >= 0.8
            assert count == 2 or power(count - 1, deviation, is_paired) < 0.8
    assert seeds_needed(10.0, True) is None and seeds_needed(0.0, False) == 2


@pytest.mark.parametrize("is_paired", [True, False])
@pytest.mark.parametrize("deviation", [2.5118864315095823e-07, 0.00003, 0.0006, 0.00075156679])
def test_the_power_is_a_number_that_grows_with_the_seeds_where_they_hardly_differ(deviation, is_paired):
    powers = [power(count, deviation, is_paired) for count in range(2, 60)]
    assert all(0.4 < low <= high + 1e-9 <= 1 + 2e-9 for low, high in itertools.pairwise(powers)), powers
    needed = seeds_needed(deviation, is_paired)
    assert needed == 2 + next(place for place, value in enumerate(powers) if value >= 0.8)


def test_a_difference_that_is_always_seen_is_no_work_for_scipy(monkeypatch):
    monkeypatch.setattr("scipy.special.nctdtr", lambda *_: pytest.fail("it may take seconds"))
    assert power(2, 0.0000025, True) == power(59, 0.00000025, False) == 1.0


def test_the_power_of_two_seeds_is_that_of_simulated_studies_also_where_one_side_has_no_figure():
    """At one degree of freedom and a shift of 9.4, SciPy has none for the other side."""
    generator, deviation = np.random.default_rng(43052), 0.00075156679
    differences = generator.normal(0.005, deviation, (200_000, 2))
    errors = differences.std(axis=1, ddof=1) / np.sqrt(2)
    seen = (np.abs(differences.mean(axis=1)) > 12.7062 * errors).mean()
    assert power(2, deviation, True) == pytest.approx(seen, abs=0.005)


def test_the_luck_of_the_best_is_that_of_simulated_studies():
    generator = np.random.default_rng(43052)
    assert [round(expected_maximum(count), 3) for count in (1, 2, 3, 10)] == [0.0, 0.564, 0.846, 1.539]
    means = draw(generator, (4000, 8, 5), 0.9, 0.004).mean(axis=2)
    simulated = float((means.max(axis=1) - means.mean(axis=1)).mean())
    said = np.mean([luck_of_the_best(draw(generator, (8, 5), 0.9, 0.004)) for _ in range(100)])
    assert said == pytest.approx(simulated, rel=0.03)
    assert np.isnan(luck_of_the_best([[0.9], [0.8]])) and luck_of_the_best([[0.9, 0.8]]) == 0.0


def test_the_sentence_names_the_better_one_and_says_what_is_missing():
    a, b = by_seed([0.900, 0.901, 0.902, 0.899, 0.900]), by_seed([0.920, 0.921, 0.923, 0.919, 0.920])
    for comparison in (compare_groups(a, b), compare_groups(b, a)):
        names = ("A", "B") if comparison.difference > 0 else ("B", "A")
        assert group_verdict(comparison, *names).startswith(
            "B is the better way to train than A: +2.0 points"
        )
    said = group_verdict(compare_groups(by_seed([0.90, 0.92]), by_seed([0.91, 0.92])), "A", "B")
    assert said.startswith("No telling A and B apart") and "about" in said


def test_runs_that_differ_in_the_seed_alone_are_a_group(tmp_path):
    store = RunStore(tmp_path)
    first, second, again, slower, larger = (
        finished_run(store, epochs=1, **settings)
        for settings in (
            {"seed": 1},
            {"seed": 2, "skill": 4.0},
            {"seed": 2, "skill": 2.0},  # trained again: counts once
            {"seed": 1, "skill": 1.0, "learning_rate": 0.01},
            {"seed": 1, "skill": 5.0, "architecture": "mlp-256"},
        )
    )
    finished_run(store, epochs=1, seed=3, finish="stopped")
    groups = group_runs(store.runs())
    assert [(group.name, [run.run_id for run in group.runs]) for group in groups] == [
        ("mlp-256 · custom · 1 epoch", [larger]),
        ("mlp-32 · custom · 1 epoch", [first, again]),
        ("mlp-32 · custom · 1 epoch · rate 0.01", [slower]),
    ]
    assert groups[1].accuracies == {1: store.get(first).test_accuracy, 2: store.get(again).test_accuracy}
    assert second not in {run.run_id for group in groups for run in group.runs}
    assert luck_sentence(groups).startswith("The best of 3")
    assert luck_sentence(groups[:1]) is None


def test_the_luck_of_many_looks_is_what_the_best_of_equal_runs_has():
    """Nets that share half of their errors: the best of 20 by 2,000 images, and what it has on all images."""
    generator = np.random.default_rng(0)
    lead, said = [], []
    for _ in range(300):
        hard = generator.random(2000) < 0.1  # wrong for all
        right = ~hard & (generator.random((20, 2000)) < 0.9)
        best, second = right[np.argsort(-right.sum(axis=1))[:2]]
        lead.append(right.mean(axis=1).max() - (1 - hard.mean()) * 0.9)
        said.append(luck_of_looks(20, int((best != second).sum()), 2000))
    assert np.mean(said) == pytest.approx(np.mean(lead), rel=0.1)


def test_many_looks_are_said_and_few_are_not():
    comparison = statistics.compare(np.zeros(1000), np.zeros(1000), (np.arange(1000) < 50).astype(float))
    assert statistics.looks_sentence(9, comparison) is None
    said = statistics.looks_sentence(25, comparison)
    assert said.startswith("25 runs were compared by these test images") and "about 1.0 points" in said


def test_a_precision_that_each_net_chose_for_itself_is_not_part_of_a_name(store):
    nets = {"mlp-32": "float32", "softmax-regression": "bfloat16"}
    runs = [
        finished_run(store, architecture=net, precision=precision, learning_rate=rate, epochs=1)
        for net, precision in nets.items()
        for rate in (0.001, 0.01)
    ]
    groups = statistics.group_runs(map(store.get, runs))
    assert statistics.differing_settings(groups) == ["architecture", "learning_rate"]
    assert set(statistics.group_names(groups)) == {
        f"{net} · rate {rate}" for net in nets for rate in (0.001, 0.01)
    }
    other = finished_run(store, architecture="mlp-32", precision="bfloat16", learning_rate=0.01, epochs=1)
    both = statistics.group_runs(map(store.get, [*runs, other]))
    assert "precision" in statistics.differing_settings(both)


def test_the_interval_of_two_seeds_far_apart_ends_at_what_an_accuracy_can_be():
    found = spread([0.2, 0.5])
    assert (found.low, found.high) == (0.0, 1.0) and found.mean == pytest.approx(0.35)
