"""Which precision "auto" becomes: measured once, kept with the run and in the runs folder, never slow."""

import time

import pytest
import torch
from helpers import small_config, write_small_set

from fmnist_core.base import processor
from fmnist_core.base.processor import processor_name
from fmnist_core.jobs import train_here
from fmnist_core.nets import architectures, evaluation
from fmnist_core.runs import PrecisionChoices
from fmnist_core.runs.precision_choices import FILE
from fmnist_core.training import fit, precision
from fmnist_core.training.gradients import PIECE

AUTO = small_config(precision="auto", epochs=1)


@pytest.fixture
def with_units(monkeypatch):
    monkeypatch.setattr(precision, "_has_bfloat16_units", lambda device: True)


@pytest.fixture
def measured(monkeypatch, with_units):
    """What was measured, in order; bf16 takes half the time."""
    steps = []

    def seconds(config, model, images, labels, kind, should_stop, known=None):
        steps.append(kind)
        return {"float32": 2.0, "bfloat16": 1.0}[kind]

    monkeypatch.setattr(precision, "_seconds_per_step", seconds)
    return steps


def test_it_is_measured_once_on_a_machine_and_kept_with_its_name(tmp_path, tiny, measured):
    results = [next(fit(AUTO, tiny, precisions=PrecisionChoices(tmp_path))) for _ in range(2)]
    assert [result.precision for result in results] == ["bfloat16", "bfloat16"]
    assert measured == ["float32", "bfloat16"]  # not again: the second one read the file
    (key,) = PrecisionChoices(tmp_path)
    assert key.startswith(processor_name()) and "mlp-32" in key and "batch 64" in key
    next(fit(AUTO.replace(batch_size=32), tiny, precisions=PrecisionChoices(tmp_path)))
    assert len(measured) == 4  # of another batch size nothing is known


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"a": "float16", "b": 3, "c": "auto"}'])
def test_a_damaged_file_is_measured_again_and_replaced(tmp_path, tiny, measured, content):
    (tmp_path / FILE).write_text(content)
    assert PrecisionChoices(tmp_path) == {}
    next(fit(AUTO, tiny, precisions=PrecisionChoices(tmp_path)))
    assert list(PrecisionChoices(tmp_path).values()) == ["bfloat16"]


def test_without_bf16_units_no_step_is_taken_in_it(tmp_path, tiny, monkeypatch, measured):
    monkeypatch.setattr(precision, "_has_bfloat16_units", lambda device: False)
    assert next(fit(AUTO, tiny, precisions=PrecisionChoices(tmp_path))).precision == "float32"
    assert measured == []


def test_the_probe_follows_the_faster_product(monkeypatch):
    clock = iter(range(1000))
    slow = {torch.bfloat16: 5, torch.float32: 1}

    def product(matrix, other):
        for _ in range(slow[matrix.dtype]):
            next(clock)

    monkeypatch.setattr(precision, "processor_flags", lambda: {"avx2", "avx512_bf16"})
    monkeypatch.setattr(precision.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(precision.torch, "mm", product)
    assert not precision._has_bfloat16_units(torch.device("cpu"))
    slow |= {torch.bfloat16: 1, torch.float32: 5}
    assert precision._has_bfloat16_units(torch.device("cpu"))


@pytest.mark.parametrize(
    ("flags", "is_tried"),
    [({"avx2"}, False), ({"avx2", "avx512_bf16"}, True), ({"asimd", "bf16"}, True), (set(), True)],
)
def test_a_processor_that_says_it_has_no_bf16_is_not_tried_and_one_that_says_nothing_is(
    flags, is_tried, monkeypatch
):
    tried = []
    monkeypatch.setattr(precision, "processor_flags", lambda: flags)
    monkeypatch.setattr(precision.torch, "mm", lambda *matrices: tried.append(1))
    precision._has_bfloat16_units(torch.device("cpu"))
    assert bool(tried) is is_tried


def test_flags_are_those_of_the_system(tmp_path, monkeypatch):
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: A Chip\nflags\t\t: fpu avx2 avx512_bf16\n")
    monkeypatch.setattr(processor, "CPUINFO", info)
    assert processor.processor_flags.__wrapped__() == {"fpu", "avx2", "avx512_bf16"}
    assert processor.processor_name.__wrapped__() == "A Chip"
    info.unlink()
    assert processor.processor_flags.__wrapped__() == set()


def test_a_first_step_without_hope_is_the_last_one(tiny, with_units, monkeypatch):
    taken, now = [], [0.0]

    def step(learner, indices):
        taken.append(learner.precision)
        now[0] += {"float32": 0.2, "bfloat16": 23.0}[learner.precision]
        return learner.labels

    monkeypatch.setattr(precision.Learner, "step", step)
    monkeypatch.setattr(precision.time, "perf_counter", lambda: now[0])
    images, labels = torch.tensor(tiny.train_images), torch.tensor(tiny.train_labels)
    choices = {}
    precision.choose_precision(AUTO, lambda: architectures.build("mlp-32"), images, labels, choices=choices)
    assert taken == ["float32"] * 3 + ["bfloat16"] and list(choices.values()) == ["float32"]


def test_measuring_ends_at_a_stop_and_nothing_is_kept(tmp_path, tiny, with_units):
    asked = []

    def stop_after_three():
        asked.append(None)
        return len(asked) > 3

    choices = PrecisionChoices(tmp_path)
    assert list(fit(AUTO, tiny, should_stop=stop_after_three, precisions=choices)) == []
    assert choices == {} and not (tmp_path / FILE).exists()


def test_slow_steps_are_timed_once(tiny, with_units, monkeypatch):
    taken = []

    def step(learner, indices):
        taken.append(learner.precision)
        now[0] += 0.4
        return learner.labels

    now = [0.0]
    monkeypatch.setattr(precision.Learner, "step", step)
    monkeypatch.setattr(precision.time, "perf_counter", lambda: now[0])
    images, labels = torch.tensor(tiny.train_images), torch.tensor(tiny.train_labels)
    choices = {}
    precision.choose_precision(AUTO, lambda: architectures.build("mlp-32"), images, labels, choices=choices)
    assert taken == ["float32"] * 2 + ["bfloat16"] * 2
    assert list(choices.values()) == ["float32"]  # as fast: no clear gain


def test_measuring_is_not_training_time(tiny, monkeypatch):
    def slow(*_):
        time.sleep(0.5)
        return "float32"

    monkeypatch.setattr("fmnist_core.training.loop.choose_precision", slow)
    (result,) = fit(AUTO, tiny)
    (other,) = fit(AUTO.replace(seed=1), tiny)
    assert min(result.seconds, other.seconds) < 0.5


def test_a_run_keeps_what_was_chosen_and_runs_again_with_it(store, measured):
    write_small_set()
    config = AUTO.replace(dataset="kmnist", batch_size=20)
    run_id = store.create(config)
    assert store.get(run_id).config == config
    train_here(store, run_id, lambda: False, lambda result: None, lambda share, text: None)
    run = store.get(run_id)
    assert run.status == "completed" and run.config == config.replace(precision="bfloat16")
    again = store.create(run.config)
    assert store.get(again).config.precision == "bfloat16"  # whatever would be measured now
    assert run.does(config) and run.does(run.config)
    assert not run.does(config.replace(precision="float32")) and not run.does(config.replace(seed=1))


def test_a_choice_is_kept_beside_those_of_others_and_the_first_one_holds(tmp_path):
    one, other = PrecisionChoices(tmp_path), PrecisionChoices(tmp_path)
    one["a"], other["b"], other["a"] = "float32", "bfloat16", "bfloat16"
    assert dict(other) == dict(PrecisionChoices(tmp_path)) == {"a": "float32", "b": "bfloat16"}


@pytest.mark.parametrize(("architecture", "count"), [("mlp-32", 100), ("small-cnn", PIECE)])
def test_a_step_of_convolutions_is_timed_with_a_piece_of_a_batch(tiny, monkeypatch, architecture, count):
    taken = []

    def step(learner, indices):
        taken.append(len(indices))
        return learner.labels

    monkeypatch.setattr(precision.Learner, "step", step)
    images, labels = torch.tensor(tiny.train_images), torch.tensor(tiny.train_labels)
    model, config = architectures.build(architecture), AUTO.replace(batch_size=100)
    precision._seconds_per_step(config, model, images, labels, "float32", lambda: False)
    assert set(taken) == {count}


def test_the_last_epoch_is_measured_in_float32_the_others_as_the_net_learns(tiny, monkeypatch):
    asked = []
    whole = evaluation.infer
    monkeypatch.setattr(evaluation, "infer", lambda *a, **k: asked.append(k["precision"]) or whole(*a, **k))
    list(fit(small_config(epochs=3, precision="bfloat16"), tiny))
    assert asked == ["bfloat16", "bfloat16", "float32"]
