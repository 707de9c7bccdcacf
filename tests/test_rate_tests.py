"""Range tests in the background: one at a time, shared by all who ask for the same, ended with whoever wants
them; what a student may ask."""

import os
import signal
import subprocess
import sys

import pytest
from helpers import CLOTHES, KMNIST, train_here, wait_for, write_small_set

from fmnist_core import jobs
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError, RunError
from fmnist_core.jobs import RateTests, rate_tests
from fmnist_core.jobs.people import SINGLE_USER, Person
from fmnist_core.nets.architectures import ARCHITECTURES
from fmnist_core.runs.stored_models import load_model
from fmnist_core.training import RATE_STEPS, find_rate, suggest_rate

MINA = Person("mina", "Mina", False)


@pytest.fixture
def tests(store):
    write_small_set()
    found = RateTests(store)
    yield found
    found.close()
    assert found._process is None and not any(test.is_active for test in found._tests.values())


@pytest.fixture
def nothing_starts(tests, monkeypatch):
    """Tests wait without end."""
    monkeypatch.setattr(RateTests, "_work", lambda tests: None)


def ended(tests: RateTests, config: TrainConfig):
    test = tests.get(config)
    wait_for(lambda: not test.is_active)
    return test


def test_a_test_runs_in_the_background_with_the_numbers_of_one_here(tests):
    tests.start(KMNIST, SINGLE_USER, "tab")
    test = ended(tests, KMNIST)
    assert (test.status, test.message) == ("done", "")
    from fmnist_core.data import datasets

    assert test.points == list(find_rate(KMNIST, datasets.load("kmnist")))
    assert suggest_rate(test.points) is not None


def test_a_training_beside_it_keeps_its_numbers(tests, store):
    alone, beside = store.create(KMNIST), store.create(KMNIST)
    train_here(store, alone)
    tests.start(KMNIST, SINGLE_USER, "tab")
    train_here(store, beside)
    assert ended(tests, KMNIST).status == "done"
    assert store.history(alone)["train_loss"].equals(store.history(beside)["train_loss"])


def test_settings_that_do_not_matter_are_one_test():
    one = CLOTHES.replace(learning_rate=0.1, epochs=7, schedule="cosine", recipe="lecture")
    assert jobs.tested_settings(one) == jobs.tested_settings(CLOTHES)
    assert jobs.tested_settings(CLOTHES.replace(batch_size=7)) != jobs.tested_settings(CLOTHES)
    best = TrainConfig(validation_size=100, keep="best", patience=3)
    assert jobs.tested_settings(best).validation_size == 100


def test_all_who_ask_for_the_same_share_a_test_and_the_last_one_ends_it(tests, nothing_starts):
    tests.start(KMNIST, SINGLE_USER, "tab 1")
    tests.start(KMNIST.replace(learning_rate=0.5), SINGLE_USER, "tab 2")
    test = tests.get(KMNIST)
    assert test.owners == {"tab 1", "tab 2"}
    tests.stop("tab 1")
    assert test.is_active
    tests.stop("tab 2")
    assert test.status == "stopped"


def test_what_was_found_before_is_not_tested_again_unless_it_failed(tests, nothing_starts):
    tests.start(KMNIST, SINGLE_USER, "tab")
    first = tests.get(KMNIST)
    for status, is_kept in (("done", True), ("failed", False)):
        first.status = status
        tests.start(KMNIST, SINGLE_USER, "another tab")
        assert (tests.get(KMNIST) is first) == is_kept


def test_who_asks_for_another_test_gives_up_the_first_and_waits_behind_others(tests, nothing_starts):
    other = KMNIST.replace(batch_size=10)
    tests.start(KMNIST, SINGLE_USER, "tab")
    tests.start(KMNIST.replace(batch_size=5), SINGLE_USER, "another tab")
    tests.start(other, SINGLE_USER, "tab")
    assert tests.get(KMNIST).status == "stopped"
    assert tests.before(tests.get(other)) == 1


def test_a_test_that_nobody_wants_is_killed_and_the_next_one_runs(tests):
    cnn = KMNIST.replace(architecture="cnn", batch_size=100)
    tests.start(cnn, SINGLE_USER, "tab")
    wait_for(lambda: tests._process is not None)
    process = tests._process
    tests.start(KMNIST, SINGLE_USER, "tab")
    assert tests.get(cnn).status == "stopped"
    assert ended(tests, KMNIST).status == "done" and process.poll() is not None


def test_a_process_that_dies_is_a_sentence(tests):
    tests.start(KMNIST.replace(architecture="cnn"), SINGLE_USER, "tab")
    wait_for(lambda: tests._process is not None)
    os.kill(tests._process.pid, signal.SIGTERM)
    test = ended(tests, KMNIST.replace(architecture="cnn"))
    assert (test.status, test.message) == ("failed", "The process of the test died. Try again.")


@pytest.mark.parametrize("fault", ["no process", "no answer"])
def test_after_a_test_that_cannot_be_made_comes_the_next_one(tests, monkeypatch, fault):
    says = [sys.executable, "-S", "-c", """print('{"ended": "done"}')"""]
    hear_out, faults = rate_tests._hear_out, [fault]

    def start(store, config):
        if faults == ["no process"]:
            raise RunError("no process")
        return subprocess.Popen(says, stdout=-1, text=True)

    def hear(process, test):
        if faults:
            process.communicate()
            raise ZeroDivisionError
        return hear_out(process, test)

    monkeypatch.setattr(rate_tests, "_start", start)
    monkeypatch.setattr(rate_tests, "_hear_out", hear)
    tests.start(KMNIST, SINGLE_USER, "tab")
    test = ended(tests, KMNIST)
    said = "no process" if fault == "no process" else "The process of the test died. Try again."
    assert (test.status, test.message) == ("failed", said)
    faults.clear()
    tests.start(KMNIST, SINGLE_USER, "tab")
    assert ended(tests, KMNIST).status == "done"


def test_closing_stops_what_waits_and_leaves_what_has_ended(tests, nothing_starts):
    for config, tab in ((KMNIST, "first"), (CLOTHES, "second")):
        tests.start(config, SINGLE_USER, tab)
    tests.get(KMNIST).status = "done"
    tests.close()
    assert (tests.get(KMNIST).status, tests.get(CLOTHES).status) == ("done", "stopped")


def test_the_process_ends_with_its_server(tests):
    config = KMNIST.replace(architecture="cnn", batch_size=200)
    tests.start(config, SINGLE_USER, "tab")
    wait_for(lambda: tests._process is not None)
    tests._process.stdin.close()  # as when the server is killed
    assert ended(tests, config).status == "failed"


def test_what_the_process_meets_is_said_as_data(tests, store):
    for path in (store.path.parent / "data").rglob("*-ubyte"):
        path.write_bytes(b"no images")
    tests.start(KMNIST, SINGLE_USER, "tab")
    test = ended(tests, KMNIST)
    assert test.status == "failed" and test.message.template != str(test.message)


def test_what_a_run_would_be_refused_for_is_refused_at_once(tests):
    with pytest.raises(ConfigError, match="Batch size 60,000 is larger"):
        tests.start(KMNIST.replace(batch_size=60_000, validation_size=1000), SINGLE_USER, "tab")
    with pytest.raises(RunError, match="There is no run"):
        tests.start(KMNIST.replace(start_from="nothing"), SINGLE_USER, "tab")
    assert tests.get(KMNIST) is None


def test_a_student_may_test_small_batches_while_nothing_is_held(tests, store, nothing_starts):
    large = CLOTHES.replace(batch_size=30_000)
    with pytest.raises(RunError, match="Choose a batch size of at most 26,666"):
        tests.start(large, MINA, MINA.id)
    tests.start(large.replace(batch_size=4_000_000 // RATE_STEPS), MINA, MINA.id)
    store.waiting.set_paused(True)
    with pytest.raises(RunError, match="The lecturer holds all trainings"):
        tests.start(KMNIST, MINA, MINA.id)
    tests.start(large, SINGLE_USER, "tab")


def test_a_students_test_ends_after_a_while(tests, monkeypatch):
    monkeypatch.setattr(rate_tests, "STUDENT_SECONDS", 0.3)
    tests.start(KMNIST, MINA, MINA.id)
    test = ended(tests, KMNIST)
    assert test.status == "failed" and "as long as it may take in a class" in test.message


def test_only_so_many_are_remembered(tests, nothing_starts, monkeypatch):
    monkeypatch.setattr(rate_tests, "KEPT", 3)
    for size in range(1, 8):
        tests.start(KMNIST.replace(batch_size=size), SINGLE_USER, "tab")
    assert tests.get(KMNIST.replace(batch_size=1)) is None and len(tests._tests) <= 4


def test_who_asks_again_for_their_test_keeps_it_and_what_has_ended_stays_as_it_ended(tests, nothing_starts):
    tests.start(KMNIST, SINGLE_USER, "tab")
    test = tests.get(KMNIST)
    tests.start(KMNIST, SINGLE_USER, "tab")
    assert tests.get(KMNIST) is test and test.status == "waiting" and test.owners == {"tab"}
    test.status = "done"
    tests.stop("tab")
    assert test.status == "done" and test.owners == {"tab"}


def test_one_thread_makes_all_the_tests(tests, monkeypatch):
    threads = []
    monkeypatch.setattr(RateTests, "_work", lambda tests: threads.append(1))
    for size in (10, 20, 30):
        tests.start(KMNIST.replace(batch_size=size), SINGLE_USER, f"tab {size}")
    assert threads == [1]


def test_a_test_that_comes_after_the_last_one_has_ended_runs_too(tests, monkeypatch):
    says = [sys.executable, "-S", "-c", """print('{"ended": "done"}')"""]
    monkeypatch.setattr(rate_tests, "_start", lambda *_: subprocess.Popen(says, stdout=-1, text=True))
    for size in (10, 20):
        tests.start(KMNIST.replace(batch_size=size), SINGLE_USER, "tab")
        assert ended(tests, KMNIST.replace(batch_size=size)).status == "done"
        wait_for(lambda: tests._thread is None, 10)


def test_closing_kills_the_test_that_runs(tests, monkeypatch):
    sleeps = [sys.executable, "-S", "-c", "import time; time.sleep(20)"]
    started = []

    def start(*_) -> subprocess.Popen:
        started.append(subprocess.Popen(sleeps, stdout=-1, text=True))
        return started[0]

    monkeypatch.setattr(rate_tests, "_start", start)
    tests.start(KMNIST, SINGLE_USER, "tab")
    wait_for(lambda: tests._process is not None)
    tests.close()
    assert started[0].returncode not in (0, None) and tests.get(KMNIST).status == "stopped"


def test_a_test_has_the_net_and_the_weights_that_a_run_would_have(store, monkeypatch):
    write_small_set()
    before = store.create(KMNIST.replace(epochs=1))
    train_here(store, before)
    given = []
    monkeypatch.setattr(rate_tests, "find_rate", lambda *arguments: given.append(arguments) or iter(()))
    for config in (KMNIST, KMNIST.replace(start_from=before)):
        assert list(rate_tests.range_test(store, config)) == []
    (fresh, *_, no_weights), (_, data, _, lessons, net, *_, weights) = given
    assert fresh == KMNIST and lessons is None and data.name == "kmnist"
    assert net == ARCHITECTURES["mlp-32"] and no_weights is None
    assert weights.keys() == load_model(store, before).model.state_dict().keys()
