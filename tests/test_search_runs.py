"""Searches in the queue, taken along, and on the command line: a trial at a time, and on after a kill."""

import io
import json
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from helpers import KMNIST, ROOT, wait_for, write_small_set

from fmnist_core.__main__ import main
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import RunError
from fmnist_core.base.search import Range, Search
from fmnist_core.jobs import TrainingQueue, search_command, study
from fmnist_core.jobs import search as searches
from fmnist_core.jobs.people import SINGLE_USER
from fmnist_core.runs import RunStore, archive

BASE = TrainConfig(architecture="mlp-32", epochs=6, validation_size=100, precision="float32")
RATES = Range(1e-4, 1e-1)


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


def fail_three(store: RunStore, study_id: str) -> list[str]:
    """The next three trials of a search, which fail."""
    run_ids = [searches.next_trial(store, study_id) for _ in range(3)]
    for run_id in run_ids:
        store.start(run_id, "w")
        store.finish(run_id, "failed", "no")
    return run_ids


def test_three_failures_on_end_pause_a_search(store):
    study_id = store.studies.create_search("s", Search(BASE, {"learning_rate": RATES}, 9))
    fail_three(store, study_id)
    searches.feed(store)
    assert len(store.runs()) == 3 and store.studies.get(study_id).is_paused


@pytest.mark.parametrize("planned", [3, 9])
def test_a_search_that_goes_on_after_three_failures_tries_them_again(store, planned):
    study_id = store.studies.create_search("s", Search(BASE, {"learning_rate": RATES}, planned))
    fail_three(store, study_id)
    searches.feed(store)
    runs = study.runs_of(store, study_id)
    assert store.studies.get(study_id).is_paused and searches.goes_on(store.studies.get(study_id), runs)
    study.go_on(TrainingQueue(store), SINGLE_USER, study_id)
    searches.feed(store)
    assert not store.studies.get(study_id).is_paused
    assert [run.status for run in store.runs()] == ["queued"] * 3


def test_the_command_tries_the_failed_trials_of_a_stuck_search_again(store, capsys):
    study_id = store.studies.create_search("s", Search(BASE, {"learning_rate": RATES}, 3), paused=True)
    failed, trained = fail_three(store, study_id), []

    def train(run_id: str) -> int:
        trained.append(run_id)
        store.start(run_id, "w")
        store.finish(run_id, "completed")
        return 0

    assert search_command.main(store, study_id, train, lambda: False, True) == 0
    assert trained == failed


def test_whoever_changes_their_name_has_one_name_on_all_trials_of_their_search(store):
    store.people.set_name("mina", "Mina")
    wanted = Search(BASE, {"learning_rate": RATES}, 9)
    study_id = store.studies.create_search("s", wanted, owner="mina", owner_name="Mina")
    searches.next_trial(store, study_id)
    store.people.set_name("mina", "Mina Kim")
    searches.next_trial(store, study_id)
    assert [run.owner_name for run in store.runs()] == ["Mina Kim"] * 2
    assert store.studies.get(study_id).owner_name == "Mina Kim"


def test_a_search_with_a_fault_is_paused_and_holds_up_no_other(store, monkeypatch):
    ids = [store.studies.create_search(name, Search(BASE, {"learning_rate": RATES}, 9)) for name in "ab"]
    next_trial = searches.next_trial

    def with_a_fault(store, study_id):
        return 1 / 0 if study_id == ids[0] else next_trial(store, study_id)

    monkeypatch.setattr(searches, "next_trial", with_a_fault)
    searches.feed(store)
    assert [store.studies.get(each).is_paused for each in ids] == [True, False] and len(store.runs()) == 1


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
        (
            ["--vary", "learning_rate=0.1..1", "--trials", "0", "--minutes", "-1"],
            "Trials must be between 1 and 500, got 0; Minutes must be",
        ),
        (["--resume", "nothing"], "There is no study 'nothing'"),
    ],
)
def test_what_the_command_cannot_do_is_said_in_a_line(arguments, said, capsys):
    assert main(["search", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert RunStore().studies.all() == []


@pytest.mark.parametrize("command", [["study"], ["search", "--trials", "2"]])
def test_a_run_to_start_from_that_is_not_there_is_refused_before_anything_is_stored(command, capsys):
    assert main([*command, "--vary", "optimizer=adam,sgd", "--start-from", "nothing"]) == 2
    error = capsys.readouterr().err
    assert "There is no run 'nothing'" in error and error.count("\n") == 1
    assert RunStore().studies.all() == [] and RunStore().runs() == []


def test_a_study_is_no_search(capsys):
    study_id = RunStore().studies.create("rates", [BASE])
    assert main(["search", "--resume", study_id]) == 2
    assert "rates is a study, not a search" in capsys.readouterr().err
    search_id = RunStore().studies.create_search("wide", Search(BASE, {"learning_rate": RATES}, 3))
    assert main(["study", "--resume", search_id]) == 2
    assert "wide is a search" in capsys.readouterr().err
