"""Searches: what they may choose, what they propose, when they give a trial up, how they go on."""

import math
from dataclasses import replace

import numpy as np
import pytest
from helpers import epoch_result, started

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError
from fmnist_core.base.messages import Message
from fmnist_core.base.search import MOST_TRIALS, Range, Search, read_choices
from fmnist_core.jobs import TrainingQueue, study
from fmnist_core.jobs import search as searches
from fmnist_core.jobs.people import SINGLE_USER
from fmnist_core.results import statistics
from fmnist_core.results.statistics import Trial
from fmnist_core.runs import GIVEN_UP, RunStore, is_given_up
from fmnist_core.runs.record import GIVEN_UP_BEFORE

BASE = TrainConfig(architecture="mlp-32", epochs=6, validation_size=100, precision="float32")
RATES = Range(1e-4, 1e-1)
BEST_RATE = 3e-3


# ---- what may be searched -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "choices"),
    [
        ("learning_rate", "0.0001..0.1", RATES),
        ("learning_rate", " 1e-4 .. 1e-1 ", RATES),
        ("batch_size", "16..512", Range(16, 512)),
        ("learning_rate", "0.1, 0.01, 0.1", (0.1, 0.01)),
        ("optimizer", "adam,sgd", ("adam", "sgd")),
        ("test_time_flip", "true,false", (True, False)),
    ],
)
def test_a_range_has_two_dots_and_values_have_commas(name, text, choices):
    assert read_choices(name, text) == choices


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("epochs", "1..9", "Unknown setting to search 'epochs'"),
        ("optimizer", "adam..sgd", "Optimizer has no range"),
        ("learning_rate", "0.1..0.1", "The range of Learning rate must rise, got 0.1..0.1"),
        ("learning_rate", "1..0.1", "must rise"),
        ("learning_rate", "0.1..nan", "must be a finite number"),
        ("learning_rate", "..0.1", "must be a finite number"),
        ("learning_rate", "0..0.1", "must be at least 1e-08"),
        ("batch_size", "1.5..9", "must be a whole number"),
        ("batch_size", " , ", "needs at least one value"),
    ],
)
def test_what_cannot_be_searched_is_named(name, text, said):
    with pytest.raises(ConfigError, match=said):
        read_choices(name, text)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"space": {}}, "needs a setting to choose"),
        ({"base": BASE.replace(validation_size=0)}, "chooses by validation images"),
        ({"trials": 0}, "Trials must be between 1 and 500, got 0"),
        ({"trials": MOST_TRIALS + 1}, "Trials must be"),
        ({"minutes": 0.0}, "Minutes must be above 0"),
        ({"minutes": math.nan}, "Minutes must be above 0"),
        ({"space": {"dataset": ("mnist",)}}, "Unknown setting to search 'dataset'"),
    ],
)
def test_a_search_is_checked_at_construction(changes, said):
    with pytest.raises(ConfigError, match=said):
        Search(**{"base": BASE, "space": {"learning_rate": RATES}, "trials": 5} | changes)


def test_more_trials_than_there_are_combinations_are_refused_and_a_range_has_no_end():
    space = {"optimizer": ("adam", "sgd"), "schedule": ("constant", "cosine")}
    searches.check(Search(BASE, space, 4))
    with pytest.raises(ConfigError, match="5 trials are asked for, and only 4 different"):
        searches.check(Search(BASE, space, 5))
    searches.check(Search(BASE, space | {"learning_rate": RATES}, 500))


def test_a_search_is_the_same_after_json_and_a_damaged_one_is_refused():
    search = Search(BASE, {"learning_rate": RATES, "optimizer": ("adam", "sgd")}, 7, 3.5, False)
    assert Search.from_json(search.to_json()) == search
    for text in ("", "[]", "{}", "null", '{"space": 3}', search.to_json().replace("0.1", '"a"')):
        with pytest.raises(ConfigError):
            Search.from_json(text)


def test_which_settings_may_be_those_of_a_trial():
    search = Search(BASE, {"learning_rate": RATES, "optimizer": ("adam", "sgd")}, 7)
    assert search.fits(BASE.replace(learning_rate=0.05, optimizer="sgd", precision="bfloat16"))
    for other in ({"learning_rate": 0.5}, {"optimizer": "adamw"}, {"epochs": 3}):
        assert not search.fits(BASE.replace(**other))


def test_validation_images_are_kept_where_there_are_none():
    assert searches.with_validation(BASE) == BASE
    assert searches.with_validation(TrainConfig()).validation_size == 5000
    assert searches.with_validation(TrainConfig(train_size=600)).validation_size == 120


# ---- what it proposes ---------------------------------------------------------------------------------


def made_up(store: RunStore, config: TrainConfig, accuracy: float) -> Trial:
    """A trial that has come to its end with this validation accuracy."""
    run = store.get(store.create(config))
    return Trial(replace(run, status="completed", epochs=config.epochs), {config.epochs: accuracy})


def skill(config: TrainConfig) -> float:
    """Best at `BEST_RATE`, whatever the batch size."""
    return 0.9 - 0.1 * abs(math.log10(config.learning_rate / BEST_RATE))


def simulate(store: RunStore, search: Search) -> list[Trial]:
    trials: list[Trial] = []
    while len(trials) < search.trials:
        config = statistics.propose(search, trials)
        assert config is not None and search.fits(config)
        trials.append(made_up(store, config, skill(config)))
    return trials


def test_trials_come_closer_to_the_best_setting_and_are_the_same_each_time(store):
    search = Search(BASE, {"learning_rate": RATES, "batch_size": Range(16, 512)}, 20)
    trials = simulate(store, search)
    far = [abs(math.log10(each.run.config.learning_rate / BEST_RATE)) for each in trials]
    assert np.mean(far[-6:]) < 0.5 * np.mean(far[:6])
    assert trials[0].run.config == BASE.replace(recipe="custom"), "what there was is tried first"
    again = [statistics.propose(search, trials[:count]) for count in (0, 5, 15)]
    assert again == [trials[count].run.config for count in (0, 5, 15)]
    other = replace(search, base=BASE.replace(seed=1))
    assert statistics.propose(other, trials[:1]) != trials[1].run.config
    assert all(len(f"{each.run.config.learning_rate:g}") <= 8 for each in trials)  # 3 digits
    shares = statistics.importances(search, trials)
    assert shares["learning_rate"] > 0.8 and sum(shares.values()) == pytest.approx(1)


def test_no_combination_is_tried_twice_and_when_all_are_there_is_nothing_left(store):
    search = Search(BASE, {"optimizer": ("adam", "sgd", "adamw"), "schedule": ("constant", "cosine")}, 6)
    trials = simulate(store, search)
    assert len({(each.run.config.optimizer, each.run.config.schedule) for each in trials}) == 6
    assert statistics.propose(search, trials) is None


def test_importances_are_not_told_of_few_trials_or_of_one_setting(store):
    few = simulate(store, Search(BASE, {"learning_rate": RATES, "batch_size": Range(16, 512)}, 4))
    assert (
        statistics.importances(Search(BASE, {"learning_rate": RATES, "batch_size": Range(16, 512)}, 4), few)
        == {}
    )
    search = Search(BASE, {"learning_rate": RATES}, 6)
    assert statistics.importances(search, simulate(store, search)) == {}


def test_the_figure_of_a_trial_is_that_of_the_weights_it_kept(store):
    run = store.get(store.create(BASE))
    curve = {1: 0.5, 2: 0.7, 3: 0.6}
    assert Trial(run, curve).accuracy == 0.6
    kept = replace(run, config=BASE.replace(keep="best"), best_epoch=2)
    assert Trial(kept, curve).accuracy == 0.7
    assert math.isnan(Trial(run, {}).accuracy) and not Trial(replace(run, status="completed"), {}).counts


def test_a_trial_is_to_the_sampler_what_became_of_it(store):
    run = replace(store.get(store.create(BASE)), epochs=2)
    given_up = replace(run, status="stopped", message=Message(GIVEN_UP, better=4, others=5, epoch=2))
    runs = (replace(run, status="completed"), given_up, replace(run, status="failed"), run)
    trials = [Trial(each, {1: 0.5, 2: 0.6}) for each in runs]
    trials.append(Trial(given_up, {}))
    search = Search(BASE, {"learning_rate": RATES}, 5)
    for options, second in (({}, ("PRUNED", None)), ({"given_up_count": True}, ("COMPLETE", 0.6))):
        known = statistics.trials.optuna_study(search, trials, **options).trials
        states = [(each.state.name, each.value) for each in known]
        assert states == [("COMPLETE", 0.6), second, ("FAIL", None), *[("RUNNING", None)] * 2]


# ---- when it gives up ---------------------------------------------------------------------------------


def test_a_trial_is_given_up_when_it_falls_behind_most_others_and_not_before_it_can_be_told(store):
    search = Search(BASE, {"learning_rate": RATES}, 20)
    others = [
        replace(
            made_up(store, BASE.replace(learning_rate=rate), 0.0), accuracies=dict.fromkeys(range(1, 7), a)
        )
        for rate, a in zip((0.001, 0.002, 0.003, 0.004, 0.005), (0.5, 0.6, 0.7, 0.8, 0.9), strict=True)
    ]
    run = store.get(started(store, BASE))

    def is_hopeless(accuracy: float, epoch: int, known: list[Trial] = others) -> bool:
        mine = Trial(run, dict.fromkeys(range(1, epoch + 1), accuracy))
        return statistics.falls_behind(search, [*known, mine], run.run_id)

    assert is_hopeless(0.55, 3) and is_hopeless(0.3, 5)
    assert not is_hopeless(0.65, 3)
    assert not is_hopeless(0.3, 2), "in the first third"
    assert not is_hopeless(0.3, 3, others[:4]), "of too few others"


def test_a_trial_that_is_given_up_says_how_many_trials_were_better(store):
    study_id = store.studies.create_search("s", Search(BASE, {"learning_rate": RATES}, 20))
    curves = ([0.5, 0.6], [0.7, 0.8], [0.6, 0.9], [0.2, 0.3], [0.8], [0.4, 0.5])
    for number, curve in enumerate(curves):
        study_now = store.studies.get(study_id)
        run_id = store.studies.add_trial(study_now, BASE.replace(learning_rate=0.01 + number / 100), "t")
        store.start(run_id, "w")
        for epoch, accuracy in enumerate(curve, start=1):
            store.add_epoch(run_id, epoch_result(epoch, accuracy))
        if number < 4:
            store.finish(run_id, "completed")
    said = searches.why_given_up(store, run_id)
    assert said == (
        "It fell behind: 3 of 4 completed trials were better at epoch 2, so the search ended it."
    )  # the one that trains still is not counted
    store.finish(run_id, "stopped", said)
    assert is_given_up(store.get(run_id)) and store.get(run_id).message == said


def test_a_run_that_an_earlier_version_gave_up_is_given_up(store):
    run_id = started(store, BASE)
    store.finish(run_id, "stopped", Message(GIVEN_UP_BEFORE, epoch=3))
    found = store.get(run_id)
    assert is_given_up(found) and "at epoch 3 three of four other trials were better" in found.message


def test_a_search_that_does_not_prune_and_a_run_of_no_search_are_never_given_up(store):
    assert not searches.is_hopeless(store, started(store, BASE))
    study_id = store.studies.create("s", [BASE])
    assert not searches.is_hopeless(store, store.studies.run_ids(study_id)[0])


def test_what_was_given_up_is_not_taken_up_with_the_study_but_may_be_by_hand(store):
    queue = TrainingQueue(store)
    study_id = queue.submit_search("s", Search(BASE, {"learning_rate": RATES}, 9))
    first, second = (searches.next_trial(store, study_id) for _ in range(2))
    for run_id in (first, second):
        store.start(run_id, "w")
    store.finish(first, "stopped", Message(GIVEN_UP, better=4, others=5, epoch=3))
    store.finish(second, "stopped")
    study.pause(queue, SINGLE_USER, study_id)
    study.go_on(queue, SINGLE_USER, study_id)
    assert [store.get(run_id).status for run_id in (first, second)] == ["stopped", "queued"]
    assert is_given_up(store.get(first)) and not is_given_up(store.get(second))
    queue.resume(first)
    assert store.get(first).status == "queued" and not is_given_up(store.get(first))


# ---- what its figure is worth -------------------------------------------------------------------------


def test_the_luck_of_the_choice_is_what_the_best_loses_on_new_images():
    """Ten trials, equally good: the best looks better than it is by what it loses elsewhere."""
    generator = np.random.default_rng(0)
    said, lost = [], []
    for repetition in range(60):
        right = generator.random((10, 400)) < 0.8
        lost.append(right.mean(axis=1).max() - 0.8)
        said.append(statistics.luck_of_the_choice(right, seed=repetition, resamples=100))
    assert np.mean(said) == pytest.approx(np.mean(lost), rel=0.25)
    clear = generator.random((2, 400)) < np.array([[0.9], [0.3]])
    assert abs(statistics.luck_of_the_choice(clear)) < 0.005
    assert statistics.luck_of_the_choice(right[:1]) == 0


def test_the_verdict_names_the_best_its_luck_and_the_test_images(store):
    assert statistics.search_verdict([], 100) == ["No trial has come to its end yet."]
    good = made_up(store, BASE.replace(learning_rate=0.01), 0.875)
    good = replace(good, run=replace(good.run, test_accuracy=0.86, name="good"))
    first, second, third = statistics.search_verdict([made_up(store, BASE, 0.8), good], 1000, 0.007)
    assert first == "The best of 2 trials is good: 87.5 % of 1,000 validation images."
    assert "about 0.7 points better on them than on others. Another seed may differ more" in second
    assert "86.0 %" in third and "no part in the choice" in third
    assert len(statistics.search_verdict([good], 1000, 0.0)) == 2
