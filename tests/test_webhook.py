"""The web hook: one call for each end of a run or a study, and nothing that it does delays a training."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from helpers import KMNIST, ROOT, ended, epoch_result, train_here, wait_for, write_small_set
from servers import free_port

from fmnist_core.base.search import Range, Search
from fmnist_core.jobs import TrainingQueue, webhook
from fmnist_core.runs import RunStore


class Hook:
    """A server on this machine that keeps what it is told."""

    def __init__(self, status: int = 200, seconds: float = 0.0, location: str = "") -> None:
        self.told: list[dict] = []
        self.requests = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                outer.requests += 1
                assert self.headers["Content-Type"] == "application/json"
                outer.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                time.sleep(seconds)
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.end_headers()

            def do_GET(self):
                outer.requests += 1

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/secret-part"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(autouse=True)
def said_nothing_yet(monkeypatch):
    write_small_set()
    monkeypatch.setattr(webhook, "_said", set())
    yield
    webhook.wait(20)


@pytest.fixture
def hook(monkeypatch):
    hook = Hook()
    monkeypatch.setenv(webhook.VARIABLE, hook.address)
    yield hook
    webhook.wait(20)
    hook.close()


def test_a_run_that_ends_is_told_once(store, hook):
    run_id = store.create(KMNIST, "my net")
    assert train_here(store, run_id) == "completed"
    webhook.wait(20)
    run = store.get(run_id)
    assert hook.told == [
        {
            "event": "run",
            "run_id": run_id,
            "name": "my net",
            "status": "completed",
            "test_accuracy": run.test_accuracy,
            "seconds": run.seconds,
            "text": f"my net: completed, {100 * run.test_accuracy:.2f} % of 60 test images right, "
            f"{run.seconds:,.0f} s of training",
        }
    ]


def test_failed_and_stopped_runs_are_told_and_one_that_waits_again_is_not(store, hook):
    failing = store.create(KMNIST.replace(batch_size=500))
    assert train_here(store, failing) == "failed"
    stopped = store.create(KMNIST)
    assert train_here(store, stopped, should_stop=lambda: True) == "stopped"
    held = store.create(KMNIST)
    worker = store.workers.open()
    store.start(held, worker)
    store.waiting.hold()
    store.finish(held, "stopped")
    webhook.tell_end(store, held)
    webhook.wait(20)
    assert [(told["run_id"], told["status"]) for told in hook.told] == [
        (failing, "failed"),
        (stopped, "stopped"),
    ]
    assert "Batch size 500 is larger than the 200 training images" in hook.told[0]["text"]


def test_a_server_tells_each_end_once_and_that_of_the_study_after_its_last_run(store, hook):
    queue = TrainingQueue(store, in_child_process=True)
    queue.start()
    try:
        study = queue.submit_study("two <seeds> @all", [KMNIST.replace(seed=seed) for seed in range(2)])
        for run_id in store.studies.run_ids(study):
            assert ended(store, run_id).status == "completed"
        wait_for(lambda: len(hook.told) == 3)
    finally:
        queue.close()
    assert [told["event"] for told in hook.told] == ["run", "run", "study"]
    told = hook.told[-1]
    assert (told["study_id"], told["status"], told["completed"], told["runs"]) == (study, "completed", 2, 2)
    best = max(store.get(run_id).test_accuracy for run_id in store.studies.run_ids(study))
    assert told["test_accuracy"] == best
    assert "two &lt;seeds&gt; (at)all: 2 of 2 completed" in told["text"]  # nobody is called


def test_the_best_of_a_search_is_the_one_that_its_validation_images_chose(store, hook):
    search = Search(KMNIST.replace(epochs=1, validation_size=20), {"learning_rate": Range(0.001, 0.1)}, 2)
    study = store.studies.create_search("s", search)
    for rate, validation, test in ((0.01, 0.9, 0.7), (0.02, 0.8, 0.75)):
        config = search.base.replace(learning_rate=rate)
        run_id = store.studies.add_trial(store.studies.get(study), config, f"{rate}")
        store.start(run_id, "worker")
        store.add_epoch(run_id, epoch_result(1, validation, test_accuracy=test))
        store.finish(run_id, "completed")
        webhook.tell_end(store, run_id)
    webhook.wait(20)
    assert hook.told[-1]["event"] == "study" and hook.told[-1]["test_accuracy"] == 0.7


def test_the_end_of_a_search_is_told_also_where_every_trial_failed(store, hook):
    base = KMNIST.replace(epochs=1, validation_size=20)
    study_id = store.studies.create_search("s", Search(base, {"learning_rate": Range(0.001, 0.1)}, 2))
    for rate in (0.01, 0.02):
        run_id = store.studies.add_trial(store.studies.get(study_id), base.replace(learning_rate=rate), "t")
        store.start(run_id, "worker")
        store.finish(run_id, "failed", "The loss is not a number")
        webhook.tell_end(store, run_id)
    webhook.wait(20)
    told = hook.told[-1]
    assert (told["event"], told["completed"], told["test_accuracy"]) == ("study", 0, None), told["text"]
    assert "the best" not in told["text"]


def test_two_processes_that_end_the_last_runs_together_tell_the_study_once(store, hook):
    study = store.studies.create("s", [KMNIST.replace(seed=seed) for seed in range(2)])
    run_ids = store.studies.run_ids(study)
    for run_id in run_ids:
        store.start(run_id, "worker")
    for run_id in run_ids:  # both are stored before either of them is told
        store.finish(run_id, "failed")
    for run_id in run_ids:
        webhook.tell_end(store, run_id)
    webhook.wait(20)
    assert [told["event"] for told in hook.told].count("study") == 1
    assert hook.told[-1]["status"] == "ended"


def test_a_run_that_is_taken_out_of_the_line_is_told(store, hook, held):
    queue = TrainingQueue(store)
    run_id = queue.submit(KMNIST)
    queue.stop(run_id)
    webhook.wait(20)
    assert [(told["run_id"], told["status"]) for told in hook.told] == [(run_id, "stopped")]


def test_a_run_whose_process_died_is_told_when_that_is_found(store, hook):
    run_id = store.create(KMNIST)
    store.start(run_id, "a worker that is gone")
    queue = TrainingQueue(store)
    queue.start()
    queue.close()
    webhook.wait(20)
    assert [(told["run_id"], told["status"]) for told in hook.told] == [(run_id, "interrupted")]


# ---- a hook that does not work ------------------------------------------------------------------------


def said(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == webhook.__name__]


def test_a_slow_hook_delays_no_training(store, monkeypatch):
    hook = Hook(seconds=3.0)
    monkeypatch.setenv(webhook.VARIABLE, hook.address)
    queue = TrainingQueue(store)
    queue.start()
    try:
        run_ids = [queue.submit(KMNIST.replace(seed=seed, epochs=1)) for seed in range(3)]
        assert [ended(store, run_id).status for run_id in run_ids] == ["completed"] * 3
        assert len(hook.told) == 1  # the first one is still being told
    finally:
        queue.close()
    webhook.wait(20)
    assert len(hook.told) == 3
    hook.close()


def test_a_hook_that_is_not_there_is_said_once_without_its_secret(store, monkeypatch, caplog):
    monkeypatch.setenv(webhook.VARIABLE, f"http://127.0.0.1:{free_port()}/secret-part")
    for _ in range(3):
        assert train_here(store, store.create(KMNIST.replace(epochs=1))) == "completed"
    webhook.wait(20)
    assert said(caplog) == ["The web hook cannot be reached (URLError); the runs go on."]


@pytest.mark.parametrize("status", [302, 307, 308, 500])
def test_redirects_are_not_followed_and_errors_are_not_tried_again(store, monkeypatch, caplog, status):
    elsewhere = Hook()
    hook = Hook(status=status, location=elsewhere.address)
    monkeypatch.setenv(webhook.VARIABLE, hook.address)
    assert train_here(store, store.create(KMNIST.replace(epochs=1))) == "completed"
    webhook.wait(20)
    assert hook.requests == 1 and elsewhere.requests == 0
    assert said(caplog) == [f"The web hook answered {status}; the runs go on."]
    hook.close()
    elsewhere.close()


def test_more_messages_than_may_wait_are_dropped_and_that_is_said(store, monkeypatch, caplog):
    hook = Hook(seconds=0.5)
    monkeypatch.setenv(webhook.VARIABLE, hook.address)
    monkeypatch.setattr(webhook._waiting, "maxsize", 1)
    run_id = store.create(KMNIST)
    store.refuse(run_id, "no")
    for _ in range(20):
        webhook.tell_end(store, run_id)
    webhook.wait(20)
    assert len(hook.told) <= 3
    assert said(caplog) == ["The web hook is too slow: more than 100 messages wait, and some are lost."]
    hook.close()


BAD = ["example.org/hook", "file:///etc/passwd", "ftp://example.org", "http://", "http://a:b", "http://a b/c"]
BAD += ["https://[::1", "http://a:99999/", "javascript:alert(1)", "http://é.org/"]


@pytest.mark.parametrize("address", BAD)
def test_a_wrong_address_is_said_at_the_start_and_never_called(store, monkeypatch, caplog, address):
    monkeypatch.setenv(webhook.VARIABLE, address)
    queue = TrainingQueue(store)
    queue.start()
    queue.close()
    sentence = "FMNIST_WEBHOOK is no address that begins with http:// or https://"
    assert len(said(caplog)) == 1 and said(caplog)[0].startswith(sentence)
    assert train_here(store, store.create(KMNIST.replace(epochs=1))) == "completed"
    assert len(said(caplog)) == 1
    assert webhook._waiting.unfinished_tasks == 0


@pytest.mark.parametrize("address", ["http://127.0.0.1:8065/hooks/a1", "https://hooks.example.org/a?b=c", ""])
def test_a_good_address_or_none_is_no_problem(address):
    assert webhook.address_problem(address) == ""


# ---- the command line ---------------------------------------------------------------------------------

TRAIN = ("train", "--dataset", "kmnist", "--architecture", "mlp-32", "--epochs", "1", "--batch-size", "20")


def run_command(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "fmnist_core", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_training_on_the_command_line_is_told_before_the_program_ends(hook):
    done = run_command(*TRAIN, "--json")
    assert done.returncode == 0, done.stderr
    run = RunStore().runs()[0]
    assert [(told["run_id"], told["status"]) for told in hook.told] == [(run.run_id, "completed")]


def test_a_study_on_the_command_line_is_told_after_its_last_run(hook):
    done = run_command("study", *TRAIN[1:], "--seeds", "2", "--json")
    assert done.returncode == 0, done.stderr
    assert [told["event"] for told in hook.told] == ["run", "run", "study"]


def test_a_command_with_a_wrong_address_trains_and_says_so():
    done = run_command(*TRAIN, "--json", FMNIST_WEBHOOK="nonsense")
    assert done.returncode == 0
    assert done.stderr.count("FMNIST_WEBHOOK is no address") == 1 and "Traceback" not in done.stderr
