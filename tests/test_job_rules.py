"""What jobs decide without a training: who is served, how long a run is, when it is done, what is said."""

import io
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from helpers import CLOTHES, KMNIST, started

from fmnist_core.base.errors import CheckpointError, ConfigError, DeviceError, RunError
from fmnist_core.jobs import RateTests, class_game, classroom, job, limits, rate_command, rate_tests, served
from fmnist_core.jobs.people import SINGLE_USER, Person, person_id, queue_limit
from fmnist_core.runs.class_rounds import ClassRound
from fmnist_core.training import RATE_STEPS, RatePoint

MINA, LECTURER = Person("mina", "Mina", False), Person("choi", "Choi", True)


# ---- who is served ------------------------------------------------------------------------------------


def test_every_accelerator_has_a_thread_and_so_has_the_processor(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    assert served.worker_devices() == [("cpu", "auto")]
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: True)
    assert served.worker_devices(4) == [("mps", "auto"), ("cpu",)]
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    gpus = [("cuda:0", "auto", "cuda"), ("cuda:1", "auto", "cuda")]
    assert served.worker_devices(4) == [*gpus, ("cpu",)]
    served.require_served("cuda:1")
    with pytest.raises(DeviceError, match="'mps'; choose one of: cuda:0, auto, cuda, cuda:1, cpu"):
        served.require_served("mps")


@pytest.mark.parametrize(("given", "limit"), [("", 10), ("3", 3), ("1", 1)])
def test_a_student_has_a_limit_and_a_lecturer_none(monkeypatch, given, limit):
    monkeypatch.setenv("FMNIST_QUEUE_LIMIT", given)
    assert queue_limit(MINA) == limit and queue_limit(LECTURER) is None and queue_limit(SINGLE_USER) is None
    assert len(person_id("secret")) == 16 and person_id("secret") != person_id("secres")


# ---- how long a run may be ----------------------------------------------------------------------------


def test_a_run_may_be_just_as_long_as_the_limit(store):
    classroom.set_limits(store, LECTURER, 1, 5)
    config = CLOTHES.replace(train_size=50_000, validation_size=20_000)  # 40,000 are left
    limits.require_short_run(store, config.replace(epochs=25), MINA)
    with pytest.raises(RunError, match=r"26 epochs of 40,000 images are 1,040,000; .* at most 25 epochs"):
        limits.require_short_run(store, config.replace(epochs=26), MINA)


def test_a_test_of_rates_may_be_just_as_long_as_the_limit_and_waits_for_the_lecturer(store):
    classroom.set_limits(store, LECTURER, 1, 5)
    most = 1_000_000 // RATE_STEPS
    limits.require_short_rate_test(store, CLOTHES.replace(batch_size=most), MINA)
    larger = CLOTHES.replace(batch_size=most + 1)
    with pytest.raises(RunError, match=f"a batch size of at most {most:,}") as problem:
        limits.require_short_rate_test(store, larger, MINA)
    assert f"looks at {RATE_STEPS * (most + 1):,} images" in str(problem.value)
    store.waiting.set_paused(True)
    limits.require_short_rate_test(store, larger, LECTURER)
    with pytest.raises(RunError, match="holds all trainings"):
        limits.require_short_rate_test(store, CLOTHES, MINA)


def test_limits_are_whole_numbers_from_one_on_and_have_defaults(store):
    assert (limits.million_images(store), limits.megabytes(store)) == (4, 20)
    classroom.set_limits(store, LECTURER, 0, -3)
    assert (limits.million_images(store), limits.megabytes(store)) == (1, 1)
    assert limits.quota(store, MINA) == 1e6 and limits.quota(store, LECTURER) == float("inf")


# ---- when a run is done -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state", "is_done"),
    [
        ({}, {"epoch": 2}, False),
        ({}, {"epoch": 3}, True),
        ({"max_seconds": 10.0}, {"epoch": 1, "seconds": 9.9}, False),
        ({"max_seconds": 10.0}, {"epoch": 1, "seconds": 10.0}, True),
        ({"epochs": 9, "patience": 2, "validation_size": 9}, {"epoch": 4, "best": {"epoch": 3}}, False),
        ({"epochs": 9, "patience": 2, "validation_size": 9}, {"epoch": 5, "best": {"epoch": 3}}, True),
    ],
)
def test_a_run_that_was_killed_after_its_last_checkpoint_is_done(changes, state, is_done):
    assert job._is_done(CLOTHES.replace(**changes), {"seconds": 5.0} | state) == is_done


@pytest.mark.parametrize(("epochs", "patience", "is_said"), [(5, 2, True), (9, 2, False), (5, 0, False)])
def test_why_a_run_has_ended_early_is_said(epochs, patience, is_said):
    config = CLOTHES.replace(epochs=9, patience=patience, validation_size=9)
    said = str(job._why_early(SimpleNamespace(config=config, epochs=epochs)))
    assert said.startswith("It ended at epoch 5 of 9: none of the last 2 was better") == is_said
    assert bool(said) == is_said


def test_a_run_starts_from_a_run_of_the_same_net_that_is_here(store):
    before = store.create(CLOTHES, "old")
    job.check(store, CLOTHES)
    with pytest.raises(ConfigError, match="old is a mlp-32, this run a cnn; choose the same"):
        job.check(store, CLOTHES.replace(architecture="cnn", start_from=before))
    with pytest.raises(CheckpointError):
        job.check(store, CLOTHES.replace(start_from=before))  # it has learned nothing yet
    with pytest.raises(RunError, match="nothing"):
        job.check(store, CLOTHES.replace(start_from="nothing"))


def test_photos_are_learned_from_on_this_machine_and_a_cluster_has_devices_of_its_own(
    store, monkeypatch, tmp_path
):
    (tmp_path / "t-shirt").mkdir()
    with_photos, far_away = CLOTHES.replace(photos=str(tmp_path)), CLOTHES.replace(device="cuda:7")
    job.check(store, with_photos)
    with pytest.raises(DeviceError):
        job.check(store, far_away)
    monkeypatch.setenv("FMNIST_CLUSTER", "ray://head:10001")
    job.check(store, far_away)
    with pytest.raises(ConfigError, match="on this machine only"):
        job.check(store, with_photos)


def test_what_a_run_waits_for_is_told_at_once_and_stored_now_and_then(store, monkeypatch):
    now, told, is_stopped = [100.0], [], [False]
    monkeypatch.setattr(job.time, "monotonic", lambda: now[0])
    run_id = started(store)
    progress = job._Progress(store, run_id, lambda: is_stopped[0], lambda *said: told.append(said))
    stored = []
    for fraction, when in ((0.0, 100.0), (0.256, 100.3), (0.5, 100.6), (0.75, 101.5)):
        now[0] = when
        progress(fraction, "Downloading")
        stored.append(str(store.get(run_id).message))
    assert stored == ["Downloading (0 %)", "Downloading (0 %)", "Downloading (50 %)", "Downloading (75 %)"]
    assert [fraction for fraction, _ in told] == [0.0, 0.256, 0.5, 0.75]
    is_stopped[0] = True
    with pytest.raises(job._StoppedBeforehand):
        progress(0.9, "Downloading")
    assert len(told) == 4


def test_the_store_is_asked_for_a_stop_now_and_then_and_its_answer_is_kept(store, monkeypatch):
    now, asked, own = [0.0], [], [False]
    monkeypatch.setattr(job.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(store, "stop_requested", lambda run_id: asked.append(run_id) or len(asked) == 2)
    stop = job.stop_signal(store, "a", lambda: own[0])
    assert not stop() and not stop() and asked == ["a"]
    now[0] += job.STORE_POLL_SECONDS
    assert stop() and stop() and asked == ["a", "a"]
    now[0] += job.STORE_POLL_SECONDS
    assert stop() and len(asked) == 2
    fresh = job.stop_signal(store, "b", lambda: own[0])
    own[0] = True
    assert fresh() and len(asked) == 2


def test_work_beside_a_stop_gives_its_result_or_its_error():
    assert job._unless_stopped(lambda: False, lambda: 7) == 7
    with pytest.raises(ConfigError, match="no"):
        job._unless_stopped(lambda: False, lambda: (_ for _ in ()).throw(ConfigError("no")))
    with pytest.raises(job._StoppedBeforehand):
        job._unless_stopped(lambda: True, lambda: 7)


# ---- tests of rates -----------------------------------------------------------------------------------


POINT = {"step": 1, "rate": 0.1, "loss": 2.0}


def listened(*lines: str) -> tuple[dict, list]:
    points: list = []
    return rate_tests._listen(SimpleNamespace(stdout=io.StringIO("".join(lines))), points), points


def test_a_test_of_rates_is_read_line_by_line_to_its_end():
    fields = {name: POINT.get(name, 1.0) for name in RatePoint.__dataclass_fields__}
    lines = [json.dumps(fields) + "\n", json.dumps(fields | {"step": 2}) + "\n"]
    end = json.dumps({"ended": "done"}) + "\n"
    ending, points = listened(*lines, end, *lines)
    assert ending == {"ended": "done"} and [point.step for point in points] == [1, 2]
    ending, points = listened(lines[0], lines[1][:9])  # killed within a line
    assert ending == {} and len(points) == 1
    test = rate_tests.RateTest(CLOTHES, points=points * 2)
    assert test.progress == pytest.approx(2 / RATE_STEPS) and test.is_active


def test_how_a_test_of_rates_has_ended_is_told():
    assert rate_tests._outcome({"ended": "done"}, True) == ("done", "")
    assert rate_tests._outcome({"ended": "failed", "message": "why"}, False) == ("failed", "why")
    late, died = (rate_tests._outcome({}, is_late) for is_late in (True, False))
    assert late[0] == died[0] == "failed"
    assert "ended after 120 s" in str(late[1]) and "died" in str(died[1])


@pytest.mark.parametrize(
    ("changes", "status", "holds"),
    [
        ({}, "done", True),
        ({}, "failed", False),
        ({}, "stopped", False),
        ({"dataset": "mine"}, "done", False),
        ({"architecture": "own-net"}, "done", False),
        ({"photos": "folder"}, "done", False),
    ],
)
def test_what_may_have_been_exchanged_is_tested_again(changes, status, holds):
    config = SimpleNamespace(**{"dataset": "mnist", "architecture": "cnn", "photos": None} | changes)
    assert rate_tests._still_holds(rate_tests.RateTest(config, status=status)) == holds


def test_how_many_tests_come_before_one_is_told(store, monkeypatch):
    monkeypatch.setattr(RateTests, "_work", lambda tests: None)
    tests = RateTests(store)
    configs = [CLOTHES.replace(batch_size=size) for size in (10, 20, 30)]
    for number, config in enumerate(configs):
        tests.start(config, MINA if number else LECTURER, f"tab {number}")
    first, second, third = map(tests.get, configs)
    assert [tests.before(test) for test in (first, second, third)] == [0, 1, 2]
    tests.stop("tab 0")
    assert [tests.before(test) for test in (first, second, third)] == [0, 0, 1]
    assert (first.status, first.seconds, second.seconds) == ("stopped", None, 120.0)
    tests.close()


def test_a_process_without_a_limit_has_no_timer_and_one_with_it_is_killed():
    assert rate_tests._end_after(None, None) is None
    killed = []
    timer = rate_tests._end_after(0.01, SimpleNamespace(kill=lambda: killed.append(1)))
    timer.join()
    assert killed == [1] and timer.daemon


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_prints_the_steps_and_what_they_suggest(monkeypatch, capsys, as_json):
    rates, losses = np.geomspace(1e-6, 1, 50), [*np.linspace(2.3, 2.2, 25), *np.linspace(2.2, 0.5, 24), 9]
    names = RatePoint.__dataclass_fields__
    found = [
        RatePoint(**dict.fromkeys(names, float(loss)) | {"step": step, "rate": float(rate)})
        for step, (rate, loss) in enumerate(zip(rates, losses, strict=True), start=1)
    ]
    monkeypatch.setattr(rate_command, "range_test", lambda *_: iter(found))
    assert rate_command.main(KMNIST, lambda: False, as_json) == 0
    lines = capsys.readouterr().out.splitlines()
    if as_json:
        assert len(lines) == 51 and set(json.loads(lines[-1])) == {"suggestion", "verdict"}
        assert [json.loads(line)["step"] for line in lines[:-1]] == list(range(1, 51))
    else:
        assert lines == [str(rate_command.rate_verdict(found))]
    assert rate_command.main(KMNIST, lambda: True, as_json) == 130
    assert len(capsys.readouterr().out.splitlines()) == (50 if as_json else 0)


# ---- a class that guesses ------------------------------------------------------------------------------


def test_votes_are_counted_by_image_and_class_and_a_tie_is_no_majority():
    votes = pd.DataFrame({"place": [0, 0, 0, 1, 1], "person_id": list("abcab"), "label": [2, 2, 0, 1, 0]})
    assert class_game.histogram(votes, 0, 4).tolist() == [1, 0, 2, 0]
    counted = [class_game.majority(class_game.histogram(votes, place, 4)) for place in (0, 1, 2)]
    assert counted == [2, class_game.NO_MAJORITY, class_game.NO_MAJORITY]


@pytest.mark.parametrize(("phase", "images"), [("voting", 1), ("revealed", 2), ("ended", 2)])
def test_a_result_counts_the_images_whose_label_was_shown(phase, images):
    fields = ClassRound.__dataclass_fields__
    values = {"images": (5, 3, 1), "place": 1, "phase": phase}
    played = ClassRound(**{name: values.get(name, 1) for name in fields})
    votes = pd.DataFrame({"place": [0, 0, 1, 1, 1], "person_id": list("ababc"), "label": [9, 9, 4, 9, 4]})
    labels = np.array([0, 1, 2, 4, 5, 9])
    result = class_game.tally(played, votes, labels)
    assert result.images.tolist() == [5, 3][:images] and result.labels.tolist() == [9, 4][:images]
    assert (result.right, result.votes, result.right_votes) == [(1, 2, 2), (2, 5, 4)][images - 1]
    own = [{"a": (1, 1), "b": (1, 1)}, {"a": (2, 2), "b": (1, 2), "c": (1, 1)}]  # right, of so many votes
    assert result.own == own[images - 1]
