"""The commands that make studies and searches, with a training that only says how it ended."""

import json

import numpy as np
import pytest
from helpers import CLOTHES, complete, epoch_result, started

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError
from fmnist_core.base.messages import Message
from fmnist_core.base.search import Range, Search
from fmnist_core.jobs import search as searches
from fmnist_core.jobs import search_command, study, study_command
from fmnist_core.runs import GIVEN_UP

RATES = ["learning_rate=0.001,0.01"]
BASE = TrainConfig(architecture="mlp-32", epochs=2, validation_size=100)


def fine(config: TrainConfig) -> None:
    """Nothing is wrong with it."""


def pretended(store, accuracies: dict[str, float] | None = None, status: int = 0):
    """A training that gives a run an accuracy at once; `trained` has the ids."""
    trained: list[str] = []

    def train(run_id: str) -> int:
        trained.append(run_id)
        complete(store, run_id, (accuracies or {}).get(run_id, 0.5 + len(trained) / 100))
        return status

    return train, trained


# ---- studies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "kept"), [(None, "mlp-32, Learning rate · 2 seeds"), ("mine", "mine")])
def test_a_study_has_the_name_that_was_given_or_one_that_says_what_varies(store, given, kept):
    checked: list[TrainConfig] = []
    study_id = study_command.create(store, CLOTHES, RATES, 2, given, checked.append)
    found = store.studies.get(study_id)
    assert str(found.name) == kept and found.is_paused and found.owner == "command line"
    assert checked == study.grid(CLOTHES, {"learning_rate": [0.001, 0.01]}, 2)


@pytest.mark.parametrize(
    ("vary", "seeds", "name"),
    [
        ({}, 1, "mlp-32 · 1 seed"),
        ({"architecture": ["cnn"]}, 3, "cnn · 3 seeds"),
        ({"architecture": ["cnn", "mlp-32"], "epochs": [1, 2]}, 1, "Architecture, Epochs · 1 seed"),
        ({"epochs": [7], "learning_rate": [0.1, 1]}, 1, "mlp-32, Learning rate · 1 seed"),
    ],
)
def test_a_name_says_what_varies(vary, seeds, name):
    assert str(study.study_name(CLOTHES, vary, seeds)) == name


def test_what_is_wrong_with_one_run_of_a_study_is_said_before_it_is_stored(store):
    def check(config: TrainConfig) -> None:
        if config.learning_rate == 0.01:
            raise ConfigError("no")

    with pytest.raises(ConfigError, match="no"):
        study_command.create(store, CLOTHES, RATES, 1, None, check)
    assert store.studies.all() == []


def test_a_setting_may_be_named_with_hyphens_and_more_than_once():
    split = study_command.split(["learning-rate=1,2", " epochs =3", "learning_rate=4", "optimizer"])
    assert split == {"learning_rate": "1,2,4", "epochs": "3", "optimizer": ""}


@pytest.mark.parametrize("count", [1, study.MOST_RUNS])
def test_the_smallest_and_the_largest_study_can_be_made(count):
    seeds = min(count, study.MOST_SEEDS)
    assert len(study.grid(CLOTHES, {"epochs": range(1, count // seeds + 1)}, seeds)) == count


def test_a_command_trains_what_is_queued_stopped_or_interrupted_and_returns_the_worst_status(store, capsys):
    study_id = study_command.create(store, CLOTHES, RATES, 2, None, fine)
    done, stopped, *others = store.studies.run_ids(study_id)
    complete(store, done, 0.9)
    store.request_stop(stopped)
    train, trained = pretended(store)
    statuses = iter([0, 3, 1])
    assert study_command.main(store, study_id, lambda r: train(r) or next(statuses), lambda: False, True) == 3
    assert trained == [stopped, *others]
    printed = capsys.readouterr()
    assert printed.err == f"Study {study_id}: 4 runs\n"
    *groups, pair = map(json.loads, printed.out.splitlines())
    assert [each["count"] for each in groups] == [2, 2]
    assert {pair["a"], pair["b"]} == {each["group"] for each in groups}
    assert set(study_command.FIGURES) < set(pair)


def test_a_command_that_is_stopped_says_how_to_go_on(store, capsys):
    study_id = study_command.create(store, CLOTHES, RATES, 1, None, fine)
    train, trained = pretended(store, status=1)
    assert study_command.main(store, study_id, train, lambda: len(trained) == 1, False) == 1
    assert len(trained) == 1
    printed = capsys.readouterr()
    assert f"study --resume {study_id}" in printed.err and printed.out == ""


def test_one_seed_is_printed_without_an_interval_and_several_with_one(store, capsys):
    for seeds, said in ((1, "60.00 % with one seed"), (2, "60.00 % in the mean of 2 seeds, 95 % interval")):
        study_id = study_command.create(store, CLOTHES, ["epochs=1"], seeds, None, fine)
        train = pretended(store, dict.fromkeys(store.studies.run_ids(study_id), 0.6))[0]
        assert study_command.main(store, study_id, train, lambda: False, False) == 0
        assert said in capsys.readouterr().out


def test_how_long_a_study_takes_is_told_by_the_newest_run_and_ends_with_its_clock(store):
    for number, seconds in enumerate((100, 12)):
        run_id = started(store, TrainConfig(architecture="mlp-32", epochs=2, seed=number))
        with store.database.write() as db:
            db.execute("UPDATE runs SET epochs = 2, seconds = ? WHERE run_id = ?", (seconds, run_id))
    base = TrainConfig(architecture="mlp-32", epochs=4)
    for changes, expected in (
        ({}, 24),
        ({"max_seconds": 20}, 20),
        ({"validation_size": 30_000}, 12),
        ({"validation_size": 30_000, "train_size": 15_000}, 6),
    ):
        assert study.expected_seconds([base.replace(**changes)], store.runs())[0] == pytest.approx(expected)


def test_what_is_lost_with_a_study_is_counted(store):
    runs = [store.create(CLOTHES.replace(seed=number)) for number in range(3)]
    complete(store, runs[0], 0.5)
    with store.database.write() as db:
        db.execute("UPDATE runs SET seconds = 90 WHERE run_id != ?", (runs[2],))
    said = str(study.loss_sentence(store.runs()))
    assert said == "3 runs go with it, 1 of them tested: 3 minutes of training."


# ---- searches -----------------------------------------------------------------------------------------


def a_search(store, vary=("learning_rate=0.001..0.1",), trials=3, name=None, base=BASE, minutes=None) -> str:
    return search_command.create(store, base, list(vary), trials, minutes, True, name, fine)


def give(store, run_id: str, validation: float | None) -> None:
    """A trial at its end, with this accuracy on the validation images."""
    store.start(run_id, "w")
    store.add_epoch(run_id, epoch_result(2, validation))
    store.finish(run_id, "completed")


def test_a_search_has_the_name_that_was_given_or_one_that_says_what_it_chooses(store):
    assert str(store.studies.get(a_search(store)).name) == "mlp-32, Learning rate · search, 3 trials"
    assert store.studies.get(a_search(store, name="mine")).name == "mine"
    nets = store.studies.get(a_search(store, ["architecture=mlp-32,cnn", "batch_size=16..64"]))
    assert str(nets.name) == "Architecture, Batch size · search, 3 trials" and nets.is_paused
    assert nets.owner == "command line" and nets.search.prunes and nets.search.trials == 3


def test_every_net_of_a_search_is_checked(store):
    for vary, nets in (
        (["learning_rate=0.1..1"], ["mlp-32"]),
        (["architecture=cnn,mlp-256"], ["cnn", "mlp-256"]),
    ):
        checked: list[TrainConfig] = []
        search_command.create(store, BASE, vary, 2, None, True, None, checked.append)
        assert [config.architecture for config in checked] == nets


@pytest.mark.parametrize(
    ("train_size", "validation"), [(None, 5000), (1000, 200), (25_000, 5000), (20_000, 4000), (3, 1)]
)
def test_a_search_chooses_by_a_fifth_of_few_images_and_by_five_thousand_of_many(train_size, validation):
    config = TrainConfig(train_size=train_size)
    assert searches.with_validation(config).validation_size == validation
    chosen = config.replace(validation_size=1)
    assert searches.with_validation(chosen) is chosen


def test_a_search_goes_on_until_its_trials_or_its_minutes_are_used(store):
    found = store.studies.get(a_search(store, minutes=2.0))
    run = store.get(started(store, BASE))
    with store.database.write() as db:
        db.execute("UPDATE runs SET seconds = 60")
    half = store.get(run.run_id)
    assert searches.goes_on(found, []) and searches.goes_on(found, [half])
    assert not searches.goes_on(found, [half, half])
    assert searches.is_on(found, [half]) and found.is_paused  # it trains
    store.finish(run.run_id, "completed")
    assert not searches.is_on(found, [store.get(run.run_id)])
    store.studies.set_paused(found.study_id, False)
    assert searches.is_on(store.studies.get(found.study_id), [])
    without_end = store.studies.get(a_search(store))
    assert searches.goes_on(without_end, [half] * 9)


def test_a_command_makes_the_trials_and_prints_the_best_first(store, capsys):
    study_id = a_search(store)
    accuracies, trained = [0.7, 0.9, 0.8], []

    def train(run_id: str) -> int:
        trained.append(run_id)
        give(store, run_id, accuracies[len(trained) - 1])
        return len(trained) == 2

    assert search_command.main(store, study_id, train, lambda: False, True) == 1
    assert store.studies.run_ids(study_id) == trained
    *trials, verdict = map(json.loads, capsys.readouterr().out.splitlines())
    assert [(t["place"], t["run_id"]) for t in trials] == [(1, trained[1]), (2, trained[2]), (3, trained[0])]
    assert [t["validation_accuracy"] for t in trials] == [0.9, 0.8, 0.7]
    assert verdict["study"] == study_id and "The best of 3 trials" in verdict["verdict"]
    assert search_command.main(store, study_id, train, lambda: False, False) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("  1. 90.00 % of validation images: learning_rate=") and len(trained) == 3


def test_a_search_that_is_stopped_goes_on_with_what_was_begun(store, capsys):
    study_id = a_search(store)
    begun = searches.next_trial(store, study_id)
    store.request_stop(begun)
    trained = []

    def train(run_id: str) -> int:
        trained.append(run_id)
        give(store, run_id, 0.5)
        return 0

    assert search_command.main(store, study_id, train, lambda: len(trained) == 2, True) == 0
    assert trained[0] == begun and len(trained) == 2
    assert f"search --resume {study_id}" in capsys.readouterr().err


def test_those_that_were_given_up_or_failed_come_last_and_that_is_said(store, capsys):
    study_id = a_search(store)
    for number, (status, message) in enumerate(
        (("stopped", Message(GIVEN_UP, better=4, others=5, epoch=2)), ("failed", "no"), ("completed", ""))
    ):
        run_id = searches.next_trial(store, study_id)
        store.start(run_id, "w")
        store.add_epoch(run_id, epoch_result(2, 0.9 - number / 10))
        store.finish(run_id, status, message)
    assert search_command.main(store, study_id, pytest.fail, lambda: False, False) == 0
    first, second, third, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("  1. 70.00 %") and "given up" not in first
    assert second.endswith(", given up") and third.endswith(", failed")


def test_no_more_trials_are_on_their_way_than_train_side_by_side(store):
    study_id = a_search(store)
    store.studies.set_paused(study_id, False)
    for at_once, expected in ((0, 0), (1, 1), (1, 1), (2, 2)):
        searches.feed(store, lambda config, at_once=at_once: at_once)
        assert len(store.studies.run_ids(study_id)) == expected


def test_the_luck_of_a_choice_needs_two_trials_and_their_images(store):
    study_id = a_search(store)
    for accuracy in (0.5, None):
        give(store, searches.next_trial(store, study_id), accuracy)
    trials = searches.trials_of(store, study.runs_of(store, study_id))
    assert searches.luck(store, trials) is None and not np.isfinite(trials[1].accuracy)


def test_more_trials_than_there_are_combinations_are_refused():
    wanted = Search(BASE, {"optimizer": ("adam", "sgd")}, 2)
    searches.check(wanted)
    searches.check(Search(BASE, {"learning_rate": Range(0.1, 1)}, 100))
    with pytest.raises(ConfigError, match="only 2 different ones"):
        searches.check(Search(BASE, {"optimizer": ("adam", "sgd")}, 3))
