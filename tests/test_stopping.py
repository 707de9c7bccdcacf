"""A stop acts at once, in whatever phase of a training it comes: nothing more of that phase is done."""

import signal
import subprocess
import sys
import threading

import pytest
from helpers import KMNIST, ROOT, ended, small_config, tiny_dataset, wait_for, write_small_set
from torch import nn

from fmnist_core import training
from fmnist_core.__main__ import main
from fmnist_core.data import datasets
from fmnist_core.jobs import TrainingQueue, child_process
from fmnist_core.runs import RunStore
from fmnist_core.training import loop, precision

NETS = ("resnet", "cnn")


class Held:
    """Wraps a phase of the training; from the first layer in it on, the training is asked to stop."""

    def __init__(self, monkeypatch, where, name: str, is_it=lambda *arguments: True) -> None:
        self.within, self.asked, self.layers, self.finished = False, False, 0, False
        phase, convolve = getattr(where, name), nn.Conv2d.forward

        def wrapped(*arguments, **options):
            self.within = is_it(*arguments)
            result = phase(*arguments, **options)
            self.finished = self.finished or self.within
            self.within = False
            return result

        def convolved(layer, images):
            if self.within:
                self.asked = True
                self.layers += 1
            return convolve(layer, images)

        monkeypatch.setattr(where, name, wrapped)
        monkeypatch.setattr(nn.Conv2d, "forward", convolved)

    def should_stop(self) -> bool:
        return self.asked


PHASES = {
    "choosing the precision": (precision, "_seconds_per_step", lambda *arguments: True),
    "a batch": (training.Learner, "step", lambda learner, indices: learner.step_number == 1),
    "evaluation": (loop, "_evaluate", lambda *arguments: arguments[4] == 1),
    "the last epoch's batches": (training.Learner, "step", lambda learner, indices: learner.step_number == 3),
    "the last epoch's evaluation": (loop, "_evaluate", lambda *arguments: arguments[5]),
}


@pytest.mark.parametrize("architecture", NETS)
@pytest.mark.parametrize("phase", PHASES)
def test_a_stop_ends_a_phase_within_a_layer(phase, architecture, monkeypatch):
    monkeypatch.setattr(precision, "_of_this_process", {})
    monkeypatch.setattr(precision, "_has_bfloat16_units", lambda device: True)
    held = Held(monkeypatch, *PHASES[phase])
    chosen = "auto" if phase == "choosing the precision" else "float32"
    config = small_config(architecture=architecture, batch_size=10, precision=chosen)  # 2 batches, 2 epochs
    results = list(training.fit(config, tiny_dataset(20, 20), held.should_stop))
    assert held.asked and not held.finished
    assert held.layers == 1
    assert [result.epoch for result in results] == ([1] if phase.startswith("the last") else [])


@pytest.mark.parametrize("architecture", NETS)
def test_a_stop_acts_on_the_way_back_through_the_layers_too(architecture, monkeypatch):
    backwards = []

    def should_stop() -> bool:
        return bool(backwards)

    config = small_config(architecture=architecture, batch_size=20)
    step, first = training.Learner.step, []

    def watched(learner, indices):
        last = [module for module in learner.model.modules() if isinstance(module, nn.Linear)][-1]

        def watch(layer, inputs, logits) -> None:
            logits.register_hook(backwards.append)

        last.register_forward_hook(watch)
        result = step(learner, indices)
        first.append(result)
        return result

    monkeypatch.setattr(training.Learner, "step", watched)
    assert list(training.fit(config, tiny_dataset(20, 20), should_stop)) == []
    assert backwards and not first


@pytest.mark.parametrize("architecture", NETS)
def test_a_stop_while_data_are_read_waits_for_no_disk_and_no_network(architecture, store, queue, monkeypatch):
    write_small_set()
    reading, go_on = threading.Event(), threading.Event()

    def stalled(name, on_progress=None, download=True):
        reading.set()
        go_on.wait(60)
        raise AssertionError("nobody waits for this")

    monkeypatch.setattr(datasets, "load", stalled)
    run_id = queue.submit(KMNIST.replace(architecture=architecture))
    assert reading.wait(60)
    queue.stop(run_id)
    assert ended(store, run_id).status == "stopped"  # while the reading is still held
    go_on.set()


@pytest.mark.parametrize("through", ("the queue", "the store"))  # the store: as another process does
def test_a_stop_while_the_child_process_starts_does_not_wait_for_it(through, store, monkeypatch):
    monkeypatch.setattr(child_process, "CHILD", "import sys; sys.stdin.readline()")  # never ready
    queue = TrainingQueue(store, in_child_process=True)
    queue.start()
    try:
        run_id = queue.submit(KMNIST)
        wait_for(lambda: store.get(run_id).status == "running")
        (queue.stop if through == "the queue" else store.request_stop)(run_id)
        assert ended(store, run_id).status == "stopped"
    finally:
        queue.close()


# ---- the command line ---------------------------------------------------------------------------------


def test_a_killed_training_of_the_command_line_is_not_running_and_goes_on(store, capsys):
    write_small_set(train=1000)
    settings = {"dataset": "kmnist", "architecture": "mlp-32", "batch-size": "20", "epochs": "1000"}
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    killed = subprocess.Popen(
        [sys.executable, "-m", "fmnist_core", "train", *options, "--device", "cpu", "--max-seconds", "3"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: bool(store.runs()) and store.runs()[0].epochs >= 1)
    killed.kill()
    assert killed.wait() == -signal.SIGKILL
    (run,) = RunStore().runs()
    assert run.status == "running"  # what the kill left behind
    assert main(["runs", "--csv"]) == 0
    assert f"{run.run_id},{run.name},interrupted," in capsys.readouterr().out
    assert main(["train", "--resume", run.run_id]) == 0
    assert store.get(run.run_id).status == "completed"
    epochs = list(store.history(run.run_id).epoch)
    assert epochs == list(range(1, len(epochs) + 1)) and len(epochs) > run.epochs


def test_a_killed_training_that_had_not_begun_can_be_begun(store, capsys):
    write_small_set()
    run_id = store.create(KMNIST)
    assert main(["train", "--resume", run_id]) == 0
    assert store.get(run_id).status == "completed"


def test_a_server_tells_of_a_dead_training_while_it_trains_itself(store, queue):
    write_small_set()
    busy = queue.submit(KMNIST.replace(epochs=1000))
    wait_for(lambda: store.get(busy).status == "running")
    dead = store.create(KMNIST.replace(device="cuda"))  # nobody here takes it
    store.start(dead, "a worker that died")
    queue.wake()
    assert ended(store, dead).status == "interrupted"
    assert store.get(busy).status == "running"
