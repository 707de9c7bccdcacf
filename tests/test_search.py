"""Searches: what they may choose, what they propose, when they give a trial up, how they go on."""

import io
import json
import math
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from helpers import KMNIST, ROOT, started, wait_for, write_small_set

from fmnist_core.__main__ import main
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError, RunError
from fmnist_core.base.messages import Message
from fmnist_core.base.search import MOST_TRIALS, Range, Search, read_choices
from fmnist_core.jobs import TrainingQueue, study
from fmnist_core.jobs import search as searches
from fmnist_core.jobs.people import SINGLE_USER
from fmnist_core.results import statistics
from fmnist_core.results.statistics import GIVEN_UP, Trial
from fmnist_core.runs import RunStore, archive

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
    store.finish(first, "stopped", Message(GIVEN_UP, epoch=3))
    store.finish(second, "stopped")
    study.pause(queue, SINGLE_USER, study_id)
    study.go_on(queue, SINGLE_USER, study_id)
    assert [store.get(run_id).status for run_id in (first, second)] == ["stopped", "queued"]
    assert statistics.is_given_up(store.get(first)) and not statistics.is_given_up(store.get(second))
    queue.resume(first)
    assert store.get(first).status == "queued" and not statistics.is_given_up(store.get(first))


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
    assert "about 0.7 points better there than it is" in second
    assert "86.0 %" in third and "no part in the choice" in third
    assert len(statistics.search_verdict([good], 1000, 0.0)) == 2


# ---- in the queue -------------------------------------------------------------------------------------


def test_the_queue_takes_one_trial_after_the_other_to_the_end(queue, store):
    write_small_set()
    base = KMNIST.replace(epochs=2, validation_size=40)
    study_id = queue.submit_search("s", Search(base, {"learning_rate": RATES}, 3))
    wait_for(lambda: store.studies.get(study_id).ended)
    runs = study.runs_of(store, study_id)
    assert [run.status for run in runs] == ["completed"] * 3
    assert len({run.config.learning_rate for run in runs}) == 3
    assert [run.name for run in runs] == [f"mlp-32 · rate {run.config.learning_rate:g}" for run in runs]
    assert searches.next_trial(store, study_id) is None
    assert searches.luck(store, searches.trials_of(store, runs)) is not None


def test_a_paused_search_begins_nothing_and_a_deleted_trial_is_not_made_again(store):
    study_id = store.studies.create_search("s", Search(BASE, {"learning_rate": RATES}, 2), paused=True)
    searches.feed(store)
    assert store.runs() == []
    store.studies.set_paused(study_id, False)
    for expected in (1, 1):  # the first still waits
        searches.feed(store)
        assert len(store.runs()) == expected
    searches.feed(store, lambda config: 2)
    for run in store.runs():
        store.request_stop(run.run_id)
        store.delete(run.run_id)
    searches.feed(store)
    assert store.runs() == [] and store.studies.get(study_id).ended


def test_two_processes_do_not_begin_the_same_trial(store):
    study_id = store.studies.create_search("s", Search(BASE, {"learning_rate": RATES}, 9))
    seen = store.studies.get(study_id)
    assert store.studies.add_trial(seen, BASE, "one") and store.studies.add_trial(seen, BASE, "two") is None
    assert [run.name for run in store.runs()] == ["one"]


def test_three_failures_on_end_pause_a_search(store):
    study_id = store.studies.create_search("s", Search(BASE, {"learning_rate": RATES}, 9))
    for _ in range(3):
        searches.feed(store)
        store.start(store.waiting.order()[0], "w")
        store.finish(store.runs(("running",))[0].run_id, "failed", "no")
    searches.feed(store)
    assert len(store.runs()) == 3 and store.studies.get(study_id).is_paused


def test_after_its_minutes_no_trial_begins(store):
    study_id = store.studies.create_search("s", Search(BASE, {"learning_rate": RATES}, 9, minutes=1))
    run_id = searches.next_trial(store, study_id)
    store.start(run_id, "w")
    with store.database.write() as db:
        db.execute("UPDATE runs SET seconds = 61")
    store.finish(run_id, "completed")
    assert searches.next_trial(store, study_id) is None and store.studies.get(study_id).ended


# ---- taken along --------------------------------------------------------------------------------------


def test_a_search_is_one_elsewhere_too_and_goes_on_there_when_somebody_says_so(store, tmp_path):
    wanted = Search(BASE, {"learning_rate": RATES}, 3)
    study_id = store.studies.create_search("rates", wanted)
    run_id = searches.next_trial(store, study_id)
    store.start(run_id, "w")
    store.finish(run_id, "completed")
    buffer = io.BytesIO()
    archive.write_archive(store, [run_id], buffer, store.studies.get(study_id))
    other = RunStore(tmp_path / "other")
    _, taken = archive.read_archive(other, io.BytesIO(buffer.getvalue()))
    found = other.studies.get(taken)
    assert (found.search, found.asked, found.is_paused, found.ended) == (wanted, 1, True, False)
    searches.feed(other)
    assert len(other.runs()) == 1
    buffer = io.BytesIO()
    narrower = replace(
        store.studies.get(study_id), search=replace(wanted, space={"learning_rate": Range(5, 9)})
    )
    archive.write_archive(store, [run_id], buffer, narrower)
    with pytest.raises(RunError, match="its runs are of no such search"):
        archive.read_archive(other, io.BytesIO(buffer.getvalue()))


# ---- the command --------------------------------------------------------------------------------------

COMMAND = "search --dataset kmnist --architecture mlp-32 --epochs 3 --batch-size 50"
COMMAND += " --precision float32 --validation-size 40 --vary learning_rate=0.0001..0.1 --trials 7 --json"


def outcome(store: RunStore) -> list[tuple]:
    """What each trial of the only study was, and became."""
    (found,) = store.studies.all()
    return [
        (run.name, run.config, run.status, run.epochs, run.validation_accuracy, run.test_accuracy)
        for run in study.runs_of(store, found.study_id)
    ]


def test_a_search_that_was_killed_goes_on_to_what_it_would_have_found(tmp_path, monkeypatch, capsys):
    write_small_set()
    assert main(COMMAND.split()) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    places = [line for line in lines if "place" in line]
    assert [line["place"] for line in places] == list(range(1, 8))
    assert {"learning_rate", "validation_accuracy", "status"} <= set(places[0])
    assert "The best of 7 trials is" in lines[-1]["verdict"]
    whole = outcome(RunStore())
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(tmp_path / "killed"))
    command = [sys.executable, "-m", "fmnist_core", *COMMAND.split()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for _ in range(8):  # a few lines of the first trials
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    store = RunStore()
    (found,) = store.studies.all()
    assert 0 < len(study.runs_of(store, found.study_id)) < 7
    assert main(["search", "--resume", found.study_id, "--json"]) == 0
    assert outcome(RunStore()) == whole


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--vary", "learning_rate=3..1"], "must rise"),
        (["--vary", "optimizer=adam,sgd"], "only 2 different ones can be made"),
        (["--vary", "optimizer=adam,sgd", "--vary", "optimizer=adamw"], "only 3 different ones can be made"),
        (["--vary", "learning_rate=0.001..0.1", "--vary", "learning_rate=1"], "must be a finite number"),
        (["--vary", "architecture=mlp-32,nope", "--trials", "2"], "Unknown architecture 'nope'"),
        ([], "needs a setting to choose"),
        (["--vary", "learning_rate=0.1..1", "--trials", "0"], "Trials must be"),
        (["--vary", "learning_rate=0.1..1", "--minutes", "-1"], "Minutes must be"),
        (["--resume", "nothing"], "There is no study 'nothing'"),
    ],
)
def test_what_the_command_cannot_do_is_said_in_a_line(arguments, said, capsys):
    assert main(["search", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert RunStore().studies.all() == []


def test_a_study_is_no_search(capsys):
    study_id = RunStore().studies.create("rates", [BASE])
    assert main(["search", "--resume", study_id]) == 2
    assert "rates is a study, not a search" in capsys.readouterr().err
    search_id = RunStore().studies.create_search("wide", Search(BASE, {"learning_rate": RATES}, 3))
    assert main(["study", "--resume", search_id]) == 2
    assert "wide is a search" in capsys.readouterr().err
