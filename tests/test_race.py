"""A race: the same seconds of training for several nets, to the bell, in turns."""

from itertools import pairwise

import pytest
from helpers import (
    KMNIST,
    ended,
    epoch_result,
    open_page,
    small_config,
    started,
    wait_for,
    write_small_set,
)
from streamlit.testing.v1 import AppTest

from fmnist_core import training
from fmnist_core.base.config import UNTIL_THE_BELL
from fmnist_core.base.errors import ConfigError
from fmnist_core.jobs import TrainingQueue, train_in_turns
from fmnist_core.results import charts
from fmnist_core.runs import RunStore, archive, progress
from fmnist_core.training import clock, loop


class Time:
    """A clock that goes on only by what is done: a step takes as long as the net says, the rest 100 s."""

    def __init__(self, monkeypatch, seconds: dict[str, float]) -> None:
        self.now = 0.0
        self.steps: list[str] = []
        monkeypatch.setattr(clock, "time", self)
        step, new, evaluate = training.Learner.step, training.Learner.__init__, loop._evaluate

        def timed_step(learner, indices):
            self.now += seconds[learner.config.architecture]
            self.steps.append(learner.config.architecture)
            return step(learner, indices)

        def slow_new(learner, *arguments):
            self.now += 100
            new(learner, *arguments)

        def slow_evaluate(*arguments):
            self.now += 100
            return evaluate(*arguments)

        monkeypatch.setattr(training.Learner, "step", timed_step)
        monkeypatch.setattr(training.Learner, "__init__", slow_new)
        monkeypatch.setattr(loop, "_evaluate", slow_evaluate)

    def perf_counter(self) -> float:
        return self.now


def test_a_race_is_cut_in_mid_epoch_at_the_bell_and_counts_the_steps_alone(tiny, monkeypatch):
    time = Time(monkeypatch, {"mlp-32": 1.0})
    config = small_config(epochs=1000, max_seconds=13.5, batch_size=20)  # 10 batches an epoch
    first, last = training.fit(config, tiny)
    assert len(time.steps) == 14
    assert (first.epoch, first.seconds, first.is_last) == (1, 10.0, False)
    assert (last.epoch, last.seconds, last.is_last) == (2, 14.0, True)
    assert last.test_accuracy is not None and last.images_per_second == 20.0


def test_a_net_that_does_not_finish_an_epoch_has_a_point_at_the_bell(tiny, monkeypatch):
    Time(monkeypatch, {"mlp-32": 9.0})
    (only,) = training.fit(small_config(max_seconds=8.0, batch_size=20, validation_size=20), tiny)
    assert (only.epoch, only.seconds, only.is_last) == (1, 9.0, True)  # its one step
    assert only.validation_accuracy is not None


def test_the_clock_alone_ends_a_race_on_few_images_and_few_of_its_epochs_are_measured(tiny, monkeypatch):
    time = Time(monkeypatch, {"mlp-32": 0.01})
    results = list(training.fit(small_config(epochs=UNTIL_THE_BELL, max_seconds=12.0, batch_size=200), tiny))
    assert len(time.steps) > 1000 and results[-1].epoch == len(time.steps)  # one step an epoch
    assert (
        results[-1].seconds >= 12.0 and [result.is_last for result in results].index(True) == len(results) - 1
    )
    pauses = [after.seconds - before.seconds for before, after in pairwise(results[:-1])]
    assert 50 < len(results) <= 101 and min(pauses) >= 0.12


def test_only_the_seconds_of_a_race_allow_any_number_of_epochs():
    assert small_config(epochs=UNTIL_THE_BELL, max_seconds=1.0).until_the_bell
    for settings in ({"epochs": UNTIL_THE_BELL}, {"epochs": 1001, "max_seconds": 1.0}):
        with pytest.raises(ConfigError, match="Epochs must be"):
            small_config(**settings)


def test_a_race_whose_epochs_were_not_all_measured_is_taken_to_another_folder(store, tmp_path):
    write_small_set()
    run_id = store.create(KMNIST.replace(epochs=UNTIL_THE_BELL, max_seconds=8.0))
    store.start(run_id, "worker")
    for epoch in (7, 12_345):
        store.add_epoch(run_id, epoch_result(epoch, train_accuracy=0.5, test_accuracy=0.5))
    store.finish(run_id, "completed")
    other, path = RunStore(tmp_path / "other"), tmp_path / "runs.zip"
    archive.pack(store, [run_id], path)
    with path.open("rb") as file:
        (taken,), _ = archive.read_archive(other, file)
    assert list(other.history(taken).epoch) == [7, 12_345] and other.kept_epochs(taken) == [7, 12_345]


def test_the_nets_of_a_race_take_turns_and_grow_together(store, monkeypatch):
    write_small_set()
    seconds = {"softmax-regression": 1.0, "mlp-32": 3.0, "mlp-256": 7.0}
    time = Time(monkeypatch, seconds)
    config = KMNIST.replace(epochs=1000, max_seconds=60.0)
    run_ids = TrainingQueue(store).submit_race({name: config.replace(architecture=name) for name in seconds})
    worker = store.workers.open()
    assert store.waiting.take(worker, ("cpu",)) == run_ids[0]
    assert store.waiting.taken_by(worker) == run_ids  # one worker has all of them
    train_in_turns(store, {run_id: lambda: False for run_id in run_ids}, "cpu")
    trained = dict.fromkeys(seconds, 0.0)
    for name in time.steps:
        trained[name] += seconds[name]
        under_way = [value for value in trained.values() if value < 60]
        if len(under_way) == 3:
            assert max(trained.values()) - min(trained.values()) <= 2 * 7.0
    for run_id in run_ids:
        run = store.get(run_id)
        assert run.status == "completed"
        assert 60 <= run.seconds < 60 + seconds[run.config.architecture]


def test_one_net_of_a_race_is_stopped_and_the_others_go_on(store):
    write_small_set()
    config = KMNIST.replace(epochs=3)
    run_ids = store.create_race({"one": config, "two": config.replace(seed=1)})
    worker = store.workers.open()
    store.waiting.take(worker, ("cpu",))
    train_in_turns(store, {run_ids[0]: lambda: True, run_ids[1]: lambda: False}, "cpu")
    assert [store.get(run_id).status for run_id in run_ids] == ["stopped", "completed"]


def test_a_race_in_the_child_process_ends_and_pauses_as_one(store):
    write_small_set(train=1000)
    queue = TrainingQueue(store, in_child_process=True)
    queue.start()
    try:
        config = KMNIST.replace(epochs=1000)
        run_ids = queue.submit_race({"one": config, "two": config.replace(seed=1)})
        wait_for(lambda: all(store.get(run_id).epochs >= 1 for run_id in run_ids))
        queue.hold()
        wait_for(lambda: sorted(store.waiting.order()) == sorted(run_ids))
        for run_id in run_ids:
            queue.stop(run_id)
        assert [ended(store, run_id).status for run_id in run_ids] == ["stopped", "stopped"]
    finally:
        queue.close()


def test_a_race_started_twice_at_once_is_one(store):
    configs = {name: KMNIST.replace(architecture=name) for name in ("mlp-32", "mlp-256")}
    first = store.create_race(configs, once_within=60.0)
    assert store.create_race(configs, once_within=60.0) == first
    assert store.create_race(configs) != first


@pytest.fixture
def race(store, held):
    """Two nets, of which the slow one has not finished an epoch."""
    config = KMNIST.replace(epochs=1000, max_seconds=8.0, recipe="race")
    return store.create_race({"quick": config, "slow": config.replace(architecture="cnn")})


def test_the_chart_has_a_line_at_the_bell_and_something_of_every_net(store, race):
    quick, slow = race
    progress.write(store.folder(slow), training_record(seconds=0.5))
    histories = {"quick": store.history(quick), "slow": store.history(slow)}
    records = {"quick": progress.read(store.folder(quick)), "slow": progress.read(store.folder(slow))}
    figure = charts.race_curves(histories, records, 8.0)
    (bell,) = figure.layout.shapes
    assert (bell.x0, bell.x1, figure.layout.annotations[0].x) == (8.0, 8.0, 8.0)
    assert figure.layout.xaxis.range[1] > 8.0
    (line,) = [trace for trace in figure.data if trace.name == "slow" and len(trace.x)]
    assert list(line.x) == [0.5] and line.showlegend
    assert "The bell rings after 8.0 s" in charts.race_curves_alt(histories, 8.0)


def training_record(seconds: float):
    from fmnist_core.base.epochs import Progress

    return Progress(1, 3, 10, 1.0, 0.5, seconds, 100.0)


def test_the_page_tells_of_a_net_in_its_first_epoch(race):
    store = RunStore()
    progress.write(store.folder(race[1]), training_record(seconds=0.5))
    app = open_page(race=",".join(race))
    assert not app.exception
    said = " ".join(text.value for text in app.markdown)
    assert "**cnn**: 50.0\u00a0% of the training images so far" in said
    assert "**mlp-32**: queued" in said


def test_places_are_for_those_who_were_judged_and_the_others_follow(store):
    nets = ("mlp-32", "cnn", "mlp-256", "small-cnn")
    configs = {net: KMNIST.replace(max_seconds=8.0, architecture=net) for net in nets}
    run_ids = store.create_race(configs)
    worker = store.workers.open()
    for run_id in run_ids[:3]:
        store.start(run_id, worker)
    store.request_stop(run_ids[3])
    store.add_epoch(run_ids[0], epoch_result(1, validation_accuracy=0.4))
    progress.write(store.folder(run_ids[2]), training_record(seconds=0.5))
    app = open_page(race=",".join(run_ids))
    said = [line for text in app.markdown for line in text.value.splitlines()]
    lines = [line.partition(":")[0] for line in said if line.startswith(("**1.", "**2.", "– **"))]
    assert lines == ["**1. mlp-32**", "– **mlp-256**", "– **cnn**", "– **small-cnn**"]
    for run_id, accuracy in ((run_ids[1], 0.4), (run_ids[2], 0.3)):
        store.add_epoch(run_id, epoch_result(1, validation_accuracy=accuracy))
    text = " ".join(text.value for text in open_page(race=",".join(run_ids)).markdown)
    assert all(place in text for place in ("**1. mlp-32**", "**1. cnn**", "**3. mlp-256**"))


def test_a_race_that_is_on_is_not_started_a_second_time_and_stands_first(store, held):
    write_small_set()
    app = open_page(dataset="kmnist")
    for _ in range(2):
        app.button(key="start_race").click().run()
        assert not app.exception
    runs = store.runs()
    nets = ("mlp-32", "mlp-256", "cnn", "small-cnn")
    assert [run.name for run in runs] == [f"race · {net} · kmnist" for net in nets]
    said = [element.value for element in app.main if element.type in ("subheader", "markdown")]
    assert said.index("The race") < next(i for i, value in enumerate(said) if "The last runs" in value)
    for run in runs:
        store.request_stop(run.run_id)
    app.run()
    app.button(key="close_race").click().run()
    assert "The race" not in [heading.value for heading in app.subheader]
    assert "race" not in app.query_params


def test_a_run_that_the_clock_cut_short_says_how_many_epochs_it_did(store):
    run_id = started(store, KMNIST.replace(max_seconds=8.0, epochs=1000))
    progress.write(store.folder(run_id), training_record(seconds=8.0))
    store.add_epoch(run_id, epoch_result(1, test_accuracy=0.4, is_last=True))
    store.finish(run_id, "completed")
    app = open_page(run=run_id)
    assert any("after 0.3 epochs" in text.value for text in app.markdown)


def test_a_race_is_stopped_by_one_button_and_says_so(race):
    store = RunStore()
    app = open_page(race=",".join(race))
    app.button(key="stop_race").click().run()
    assert not app.exception
    assert {store.get(run_id).status for run_id in race} == {"stopped"}
    app = open_page(race=",".join(race))
    assert "**mlp-32**: stopped" in " ".join(text.value for text in app.markdown)
    assert not [button for button in app.button if button.key == "stop_race"]


def test_a_race_is_stopped_though_one_of_its_nets_ends_at_that_moment(race, monkeypatch):
    store, app = RunStore(), open_page(race=",".join(race))
    stop = TrainingQueue.stop

    def stop_late(queue: TrainingQueue, run_id: str) -> None:
        store.request_stop(race[0])  # it has waited until now: it ends at once
        stop(queue, run_id)

    monkeypatch.setattr(TrainingQueue, "stop", stop_late)
    app.button(key="stop_race").click().run()
    assert not app.exception and not app.error
    assert {store.get(run_id).status for run_id in race} == {"stopped"}


def test_a_race_whose_runs_are_deleted_in_another_window_is_over(store):
    def standings() -> None:  # as a poll draws them
        import streamlit as st

        from pages.ui.train import race

        if "polled" not in st.session_state:
            st.session_state["polled"] = True
            race._standings()

    assert not AppTest.from_function(standings).run().exception


def test_two_runs_of_one_name_are_two_curves_of_a_race(store, held, monkeypatch):
    run_ids = [store.create(small_config(max_seconds=5, seed=seed), "twin") for seed in (1, 2)]
    drawn = []
    draw = charts.race_curves
    monkeypatch.setattr(charts, "race_curves", lambda *given: drawn.append(given) or draw(*given))
    app = open_page(race=",".join(run_ids))
    assert not app.exception
    histories, records, _, colors = drawn[0]
    assert len(histories) == len(records) == len(set(colors.values())) == 2
