"""What is said of studies and searches, and who may change or stop what: without training anything."""

import json
import threading
from types import SimpleNamespace

import pytest
from helpers import CLOTHES, complete, started

from fmnist_core.base.config import UNTIL_THE_BELL
from fmnist_core.base.errors import RunError
from fmnist_core.base.messages import Message
from fmnist_core.base.search import Range, Search
from fmnist_core.jobs import child_process as child
from fmnist_core.jobs import classroom, lanes, limits, search, served, study, study_command, webhook
from fmnist_core.jobs.people import Person

HOME, STUDENT = Person("", "", True), Person("mina", "Mina", False)


def study_of(store, accuracies):
    run_configs = [CLOTHES.replace(seed=seed) for seed in range(len(accuracies))]
    study_id = store.studies.create("Seeds", run_configs)
    for run_id, accuracy in zip(store.studies.run_ids(study_id), accuracies, strict=True):
        complete(store, run_id, accuracy)
    return study_id


def test_a_study_that_ended_is_told_with_its_best_run_once(store, monkeypatch):
    put = []
    monkeypatch.setenv(webhook.VARIABLE, "http://127.0.0.1:9/hook")
    monkeypatch.setattr(webhook, "_put", lambda address, message: put.append(message))
    study_id = study_of(store, (0.5, 0.75))
    for run_id in store.studies.run_ids(study_id):
        webhook.tell_end(store, run_id)
    (told,) = [message for message in put if message["event"] == "study"]
    assert told["text"] == "Study Seeds: 2 of 2 completed, the best with 75.00 % of the test images right"
    assert (told["runs"], told["completed"], told["test_accuracy"]) == (2, 2, 0.75)
    assert told["status"] == "completed"


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_says_groups_and_pairs_in_words_or_as_json(store, capsys, as_json):
    configs = [
        CLOTHES.replace(seed=s, architecture=a) for a in ("mlp-32", "mlp-256", "lenet") for s in (0, 1)
    ]
    study_id = store.studies.create("Nets", configs)
    for number, run_id in enumerate(store.studies.run_ids(study_id)):
        complete(store, run_id, 0.5 + 0.05 * number)
    assert study_command.main(store, study_id, lambda run_id: 0, lambda: False, as_json) == 0
    lines = capsys.readouterr().out.splitlines()
    if as_json:
        found = [json.loads(line) for line in lines]
        assert sum("group" in line for line in found) == 3
        assert [line["comparisons"] for line in found if "verdict" in line] == [1, 3, 3, 3]
    else:
        assert "All 3 pairs, corrected for their number:" in lines
        assert all("in the mean of 2 seeds, 95 % interval" in line for line in lines[:3])


def test_a_trial_far_behind_is_given_up_while_its_search_goes_on(store, monkeypatch):
    base = CLOTHES.replace(epochs=4, validation_size=100)
    wanted = Search(base, {"learning_rate": Range(0.001, 0.1)}, 5, None, True)
    study_id = store.studies.create_search("s", wanted)
    found = store.studies.get(study_id)
    run_id = store.studies.add_trial(found, base.replace(learning_rate=0.01), "t")
    for answer in (True, False):
        monkeypatch.setattr(search.statistics, "spared_epochs", lambda search: 0)
        monkeypatch.setattr(search.statistics, "falls_behind", lambda *known, answer=answer: answer)
        assert search.is_hopeless(store, run_id) is answer
    assert search.luck(store, []) is None
    assert search.next_trial(store, study_id) is not None  # one is queued: the search does not end
    store.studies.end_search(study_id)
    assert not search.is_hopeless(store, run_id)


def test_a_search_with_nothing_left_ends_only_when_its_last_trial_has(store):
    base = CLOTHES.replace(validation_size=100)
    study_id = store.studies.create_search("s", Search(base, {"learning_rate": Range(0.001, 0.1)}, 1))
    run_id = search.next_trial(store, study_id)
    assert search.next_trial(store, study_id) is None and not store.studies.get(study_id).ended
    complete(store, run_id, 0.5)
    assert search.next_trial(store, study_id) is None and store.studies.get(study_id).ended


def test_a_paused_study_stops_what_trains_of_it_at_once(store):
    study_id = store.studies.create("Seeds", [CLOTHES, CLOTHES.replace(seed=1)])
    first = store.studies.run_ids(study_id)[0]
    store.start(first, store.workers.open(), "torch")
    told = []
    study.pause(SimpleNamespace(store=store, tell_to_stop=told.append), HOME, study_id)
    assert told == [first] and store.studies.get(study_id).is_paused


def test_what_is_lost_with_a_study_is_said_in_minutes(store):
    study_id = study_of(store, (0.5, 0.75))
    with store.database.write() as db:
        db.execute("UPDATE runs SET seconds = 1830")
    assert str(study.loss_sentence(study.runs_of(store, study_id))).endswith(
        "2 of them tested: 61 minutes of training."
    )


def test_a_change_of_one_thing_leaves_the_others_of_a_run_as_they_are(store):
    run_id = started(store, CLOTHES)
    classroom.edit(store, HOME, run_id, "Name", "Note", True, "#123456")
    for change in ({"name": "New"}, {"note": "Also"}, {"starred": False}, {"color": "#654321"}):
        before = store.get(run_id)
        classroom.edit(store, HOME, run_id, **change)
        after = store.get(run_id)
        for name in ("name", "note", "starred", "color"):
            assert getattr(after, name) == change.get(name, getattr(before, name))


def test_sixty_four_lanes_are_not_too_many(monkeypatch):
    monkeypatch.setenv("FMNIST_LANES", "64")
    assert lanes.lanes() == 64


def test_with_a_cluster_each_worker_serves_every_device(monkeypatch):
    monkeypatch.setattr(served.ray_workers, "is_wanted", lambda: True)
    monkeypatch.setattr(served.ray_workers, "workers", lambda: 3)
    assert served.worker_devices() == [(served.CLUSTER, "auto", "cpu", "cuda", "mps")] * 3


def test_a_training_process_is_told_once_of_each_run_to_stop(store, monkeypatch):
    process, told = child.TrainingProcess(store), []
    answers = iter([True, False, False, True])
    monkeypatch.setattr(process, "start", lambda: object())
    monkeypatch.setattr(process, "_has_answered", lambda process: next(answers))
    monkeypatch.setattr(child, "tell", lambda process, request: told.append(request))
    stop = threading.Event()
    a, b = started(store, CLOTHES), started(store, CLOTHES)
    monkeypatch.setattr(child, "_to_stop", _stop_in_the_second_look(child._to_stop, stop))
    process.train({a: stop.is_set, b: lambda: False}, "cpu")
    assert told == [{"train": [a, b], "device": "cpu"}, {"stop": a}]


def _stop_in_the_second_look(real, stop):
    looks = []

    def to_stop(runs):
        looks.append(1)
        if len(looks) == 2:
            stop.set()
        return real(runs)

    return to_stop


def test_a_run_that_is_stopped_while_its_process_starts_is_never_sent(store, monkeypatch):
    run_id = started(store, CLOTHES)
    process, told = child.TrainingProcess(store), []
    monkeypatch.setattr(process, "start", lambda: object())
    monkeypatch.setattr(process, "_has_answered", lambda process: False)
    monkeypatch.setattr(child, "tell", lambda process, request: told.append(request))
    process.train({run_id: lambda: True}, "cpu")
    assert told == [] and store.get(run_id).status == "stopped"
    assert not isinstance(store.get(run_id).message, Message)


@pytest.mark.parametrize("max_seconds", [None, limits.SECONDS])
def test_a_students_run_does_not_test_itself_without_end(store, max_seconds):
    def ask(person=STUDENT, **settings):
        limits.require_short_run(store, tiny.replace(max_seconds=max_seconds, **settings), person)

    tiny = CLOTHES.replace(epochs=401, train_size=1, batch_size=1)
    with pytest.raises(RunError, match=r"401 epochs with tests on 10,000 images are 4,010,000;.* test less"):
        ask()
    with pytest.raises(RunError, match="with tests on 10,000 images"):
        ask(test_every=0, validation_size=10_000)
    ask(epochs=400)
    ask(test_every=2)
    ask(HOME)
    race = {"train_size": None, "validation_size": 5000, "test_every": 0, "epochs": 1000}
    limits.require_short_run(store, tiny.replace(max_seconds=limits.SECONDS, **race), STUDENT)


def test_a_students_race_that_is_too_long_is_to_have_fewer_seconds(store):
    race = CLOTHES.replace(epochs=UNTIL_THE_BELL, max_seconds=120.0, test_every=0)
    limits.require_short_run(store, race, STUDENT)
    longer = race.replace(max_seconds=121.5)
    limits.require_short_run(store, longer, HOME)
    with pytest.raises(RunError, match=r"A race of 121\.5 seconds is .* at most 120 for each net\.$"):
        limits.require_short_run(store, longer, STUDENT)
