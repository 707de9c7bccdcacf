"""How a training at the terminal ends, and what it says then."""

import json
import threading
import time

import pytest
from helpers import epoch_result

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import at_the_terminal


@pytest.mark.parametrize("is_stopped", [False, True])
def test_of_a_run_that_a_server_has_taken_meanwhile_the_end_is_awaited(
    store, monkeypatch, capsys, is_stopped
):
    asked, get, waits = [], store.get, threading.current_thread()
    monkeypatch.setattr(store, "get", lambda run_id: asked.append(threading.current_thread()) or get(run_id))
    run_id, stop = store.create(TrainConfig(architecture="mlp-32", epochs=1)), threading.Event()
    store.start(run_id, store.workers.open())

    def train() -> None:
        if is_stopped:
            stop.set()
            while not store.get(run_id).stop_requested:
                time.sleep(0.05)
            time.sleep(0.6)  # the end of its step
        else:
            store.add_epoch(run_id, epoch_result(1))
        store.finish(run_id, "stopped" if is_stopped else "completed")

    server = threading.Thread(target=train)
    server.start()
    assert at_the_terminal.train(store, run_id, True, stop) == (130 if is_stopped else 0)
    server.join()
    assert asked.count(waits) < 12, "it asks now and then, also once it was told to stop"
    printed = capsys.readouterr()
    assert "A server on this runs folder trains mlp-32" in printed.err
    assert json.loads(printed.out.splitlines()[-1])["status"] == ("stopped" if is_stopped else "completed")


def test_a_run_that_a_server_puts_back_is_trained_here(store, monkeypatch, capsys):
    run_id, stop = store.create(TrainConfig(architecture="mlp-32", epochs=1)), threading.Event()
    worker = store.workers.open()
    store.start(run_id, worker)
    train_here = at_the_terminal.train_here

    def pretended(store, run_id, should_stop, on_epoch, on_progress) -> str:
        if store.get(run_id).status == "running":  # so that it is not trained twice
            return train_here(store, run_id, should_stop, on_epoch, on_progress)
        store.start(run_id, "w")
        store.add_epoch(run_id, epoch_result(1))
        store.finish(run_id, "completed")
        return "completed"

    monkeypatch.setattr(at_the_terminal, "train_here", pretended)

    def end() -> None:
        time.sleep(0.2)
        store.waiting.hold()
        store.finish(run_id, "stopped")

    server = threading.Thread(target=end)
    server.start()
    assert at_the_terminal.train(store, run_id, True, stop) == 0
    server.join()
    printed = capsys.readouterr()
    assert "this command waits" in printed.err
    assert json.loads(printed.out.splitlines()[-1])["status"] == "completed"


def test_of_a_run_whose_server_has_died_no_end_is_awaited(store, capsys):
    run_id, stop = store.create(TrainConfig(architecture="mlp-32", epochs=1)), threading.Event()
    store.start(run_id, "gone")
    assert at_the_terminal.train(store, run_id, True, stop) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out.splitlines()[-1])["status"] == "interrupted"
    assert f"it can go on. Go on with: python -m fmnist_core train --resume {run_id}\n" in printed.err


@pytest.mark.parametrize(
    ("status", "is_told", "message", "code", "said"),
    [
        ("completed", False, "", 0, ""),
        ("failed", False, "out of memory", 1, "out of memory"),
        ("stopped", True, "", 130, "Stopped after epoch 1. Go on with: python -m fmnist_core train --resume"),
        ("stopped", False, "given up", 0, "given up"),
    ],
)
def test_how_a_training_has_ended_is_its_status_and_its_last_words(
    store, monkeypatch, capsys, status, is_told, message, code, said
):
    run_id, stop = store.create(TrainConfig(architecture="mlp-32", epochs=3)), threading.Event()

    def pretended(store, run_id, should_stop, on_epoch, on_progress) -> str:
        store.start(run_id, "w")
        store.add_epoch(run_id, epoch_result(1))
        on_epoch(epoch_result(1))
        store.finish(run_id, status, message)
        if is_told:
            stop.set()
        return status

    monkeypatch.setattr(at_the_terminal, "train_here", pretended)
    assert at_the_terminal.train(store, run_id, True, stop) == code
    printed = capsys.readouterr()
    first, *others = map(json.loads, printed.out.splitlines())
    assert first["epoch"] == 1 and others[-1]["status"] == status
    assert printed.err.startswith(said) and bool(printed.err) == bool(said)
