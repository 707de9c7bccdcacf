"""Studies: which runs they have, how they wait, pause, go on and go."""

import pytest
from helpers import CLOTHES, KMNIST, complete, started, wait_for, write_small_set

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError, RunError
from fmnist_core.jobs import TrainingQueue, study
from fmnist_core.jobs.people import SINGLE_USER, Person
from fmnist_core.runs import RunStore

MINA, JUN = Person("mina", "Mina", False), Person("jun", "Jun", False)
TWO_RATES = {"learning_rate": [0.001, 0.01]}


# ---- which runs ---------------------------------------------------------------------------------------


def test_a_grid_has_every_combination_with_every_seed_all_of_the_first_seed_first():
    configs = study.grid(CLOTHES.replace(seed=7), TWO_RATES | {"architecture": ["mlp-32", "cnn"]}, seeds=2)
    assert [(config.seed, config.learning_rate, config.architecture) for config in configs] == [
        (seed, rate, net) for seed in (7, 8) for rate in (0.001, 0.01) for net in ("mlp-32", "cnn")
    ]


def test_the_largest_seed_leaves_room_for_the_others():
    configs = study.grid(CLOTHES.replace(seed=2**53 - 1), {}, seeds=3)
    assert [config.seed for config in configs] == [2**53 - 3, 2**53 - 2, 2**53 - 1]


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("learning_rate", "0.001, 1e-2,0.001", [0.001, 0.01]),
        ("epochs", "1,2", [1, 2]),
        ("test_time_flip", "true, false", [True, False]),
        ("augmentation", "none,shift+flip", ["none", "shift+flip"]),
        ("architecture", "cnn", ["cnn"]),
    ],
)
def test_values_are_read_as_the_setting_has_them(name, text, values):
    assert study.read_values(name, text) == values


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("seed", "1,2", "Unknown setting to vary 'seed'"),
        ("epochs", " , ", "Epochs needs at least one value"),
        ("epochs", "1,two", "Epochs must be a whole number, got 'two'"),
        ("learning_rate", "0.1,nan", "Learning rate must be a finite number"),
        ("learning_rate", "0,001, 0,003", r"Learning rate: write 0\.001, with a point"),
        ("optimizer", "adam,adagrad", "Unknown optimizer 'adagrad'"),
    ],
)
def test_values_that_do_not_fit_are_named(name, text, said):
    with pytest.raises(ConfigError, match=said):
        study.read_values(name, text)


@pytest.mark.parametrize(
    ("vary", "seeds", "said"),
    [
        ({}, 0, "Seeds must be between 1 and 100, got 0"),
        ({}, 101, "Seeds must be between 1 and 100, got 101"),
        ({"epochs": list(range(1, 12))}, 100, "These are 1,100 runs; a study has 1 to 500"),
        ({"epochs": []}, 3, "These are 0 runs"),
    ],
)
def test_a_study_has_one_to_five_hundred_runs(vary, seeds, said):
    with pytest.raises(ConfigError, match=said):
        study.grid(CLOTHES, vary, seeds)


def test_how_long_it_takes_is_told_by_runs_of_the_same_net(store):
    run_id = started(store, TrainConfig(architecture="mlp-32", epochs=2))
    with store.database.write() as db:
        db.execute("UPDATE runs SET epochs = 2, seconds = 12 WHERE run_id = ?", (run_id,))
    base = TrainConfig(architecture="mlp-32", epochs=4)
    configs = study.grid(base, {"architecture": ["mlp-32", "cnn"], "train_size": [None, 30_000]}, seeds=3)
    seconds, unknown = study.expected_seconds(configs, store.runs())
    assert (seconds, unknown) == (pytest.approx(3 * (24 + 12)), ["cnn"])


def test_how_long_it_takes_is_not_told_by_a_short_run_on_few_images(store):
    write_small_set()
    runs = (  # data set, batch size, epochs, seconds in all, images per second of the steps
        ("fashion-mnist", 256, 2, 30.0, 10_000.0),
        ("fashion-mnist", 32, 2, 100.0, 2_000.0),
        ("mnist", 256, 2, 90.0, 4_000.0),
        ("kmnist", 256, 1, 3.0, 50.0),  # the newest, and the slowest
    )
    for number, (dataset, size, epochs, seconds, speed) in enumerate(runs):
        config = TrainConfig(
            architecture="mlp-32",
            dataset=dataset,
            batch_size=size,
            epochs=epochs,
            seed=number,
            train_size=200 if dataset == "kmnist" else None,
        )
        run_id = started(store, config)
        with store.database.write() as db:
            db.execute(
                "UPDATE runs SET epochs = ?, seconds = ?, images_per_second = ? WHERE run_id = ?",
                (epochs, seconds, speed, run_id),
            )
    for changes, expected in (
        ({}, 6),
        ({"batch_size": 32}, 30),
        ({"batch_size": 64}, 30),  # of its data set the newest
        ({"dataset": "mnist"}, 15),
        ({"dataset": "kmnist", "train_size": 6_000}, 1.5),  # of images of that shape the newest long one
        ({"dataset": "cifar-10"}, 12.5),  # of other images the newest long one
    ):
        config = TrainConfig(architecture="mlp-32", epochs=1).replace(**changes)
        assert study.expected_seconds([config], store.runs()) == (pytest.approx(expected), []), changes


def test_how_long_it_takes_is_told_though_the_data_set_of_a_run_was_deleted(store):
    run_id = started(store, TrainConfig(architecture="mlp-32"))
    with store.database.write() as db:
        db.execute("UPDATE runs SET epochs = 2, seconds = 9 WHERE run_id = ?", (run_id,))
        db.execute("UPDATE runs SET config = replace(config, 'fashion-mnist', 'gone'), dataset = 'gone'")
    assert study.expected_seconds([TrainConfig(architecture="mlp-32")], store.runs()) == (0.0, ["mlp-32"])


# ---- in the store and in the line ---------------------------------------------------------------------


def test_a_study_is_stored_whole_or_not_at_all(store):
    with pytest.raises(RunError, match="These are 4 runs, and you have 0 waiting; one person may have 3"):
        store.studies.create("four", study.grid(CLOTHES, TWO_RATES, 2), owner="mina", limit=3)
    with pytest.raises(RunError, match="name has 1 to 80 characters"):
        store.studies.create(" ", [CLOTHES])
    with pytest.raises(ConfigError, match="at least one run"):
        store.studies.create("none", [])
    assert store.runs() == [] and store.studies.all() == []


def test_a_double_click_is_one_study_and_a_study_is_not_the_same_as_a_run(store):
    configs = study.grid(CLOTHES, TWO_RATES)
    single = store.create(configs[0], owner="mina")
    first = store.studies.create("s", configs, owner="mina", once_within=1000)
    assert store.studies.create("s", configs, owner="mina", once_within=1000) == first
    assert len(store.studies.all()) == 1 and single not in store.studies.run_ids(first)


def test_the_id_of_a_study_stands_for_its_runs_and_each_run_is_there_once(store):
    single = store.create(CLOTHES)
    study_id = store.studies.create("s", study.grid(CLOTHES, TWO_RATES))
    first, second = store.studies.run_ids(study_id)
    assert store.studies.spread([second, study_id, single, "gone"]) == [second, first, single, "gone"]
    assert store.studies.get(study_id) == store.studies.all()[0]


def test_single_runs_go_before_those_of_a_study_and_a_paused_study_waits(store):
    of_study = store.studies.run_ids(store.studies.create("s", study.grid(CLOTHES, TWO_RATES), owner="mina"))
    single = store.create(CLOTHES.replace(seed=9), owner="mina")
    assert store.waiting.order() == [single, *of_study]
    (found,) = store.studies.all()
    assert store.studies.set_paused(found.study_id, True) == []
    assert store.waiting.order() == [single] and store.studies.get(found.study_id).is_paused
    store.waiting.take("w", ("auto",))
    assert store.waiting.take("w", ("auto",)) is None
    store.studies.set_paused(found.study_id, False)
    assert store.waiting.take("w", ("auto",)) == of_study[0]


def test_pause_holds_the_run_that_trains_and_continue_brings_it_and_the_stopped_ones_back(store):
    queue = TrainingQueue(store)
    study_id = queue.submit_study("s", study.grid(CLOTHES, TWO_RATES, 2))
    first, second, *rest = store.studies.run_ids(study_id)
    other = store.create(CLOTHES.replace(seed=99))
    store.start(first, "w")
    store.start(other, "v")
    store.request_stop(second)
    study.pause(queue, SINGLE_USER, study_id)
    assert store.stop_requested(first) and not store.stop_requested(other)
    store.finish(first, "stopped")  # as its training does when it is asked to stop
    assert store.get(first).status == "queued" and store.waiting.order() == []
    study.go_on(queue, SINGLE_USER, study_id)
    assert set(store.waiting.order()) == {first, second, *rest}


def test_a_run_that_is_repeated_belongs_to_the_study_and_is_not_trained_again(store):
    queue = TrainingQueue(store)
    run_id = store.create(CLOTHES)
    complete(store, run_id, 0.9)
    study_id = queue.submit_study("s", study.grid(CLOTHES, {}, 3), adopt=store.get(run_id))
    assert store.studies.run_ids(study_id)[0] == run_id
    assert [run.config.seed for run in study.runs_of(store, study_id)] == [CLOTHES.seed + k for k in range(3)]
    again = queue.submit_study("t", study.grid(CLOTHES, {}, 2), adopt=store.get(run_id))
    assert run_id not in store.studies.run_ids(again)  # it belongs to the first


def test_only_its_owner_and_the_lecturer_may_change_a_study(store):
    queue = TrainingQueue(store)
    study_id = queue.submit_study("hers", study.grid(CLOTHES, TWO_RATES), MINA)
    for act in (
        lambda: study.pause(queue, JUN, study_id),
        lambda: study.go_on(queue, JUN, study_id),
        lambda: study.delete(store, JUN, study_id),
    ):
        with pytest.raises(RunError, match="hers belongs to Mina"):
            act()
    study.pause(queue, MINA, study_id)
    assert store.studies.get(study_id).is_paused
    study.delete(store, Person("x", "X", True), study_id)
    assert store.runs() == [] and store.studies.all() == []


def test_a_study_of_which_a_run_trains_is_not_deleted_and_what_is_lost_is_said(store):
    study_id = store.studies.create("s", study.grid(CLOTHES, TWO_RATES, 2))
    first, second, *_ = store.studies.run_ids(study_id)
    complete(store, first, 0.9)
    assert study.loss_sentence(study.runs_of(store, study_id)).startswith(
        "4 runs go with it, 1 of them tested"
    )
    store.start(second, "w")
    with pytest.raises(RunError, match="Pause the study first"):
        study.delete(store, SINGLE_USER, study_id)
    assert len(store.runs()) == 4
    with pytest.raises(RunError, match="There is no study 'nothing'"):
        study.delete(store, SINGLE_USER, "nothing")


def test_a_study_is_renamed_and_its_runs_outlive_its_name(store):
    study_id = store.studies.create("s", [CLOTHES])
    store.studies.rename(study_id, "  rates  ")
    assert store.studies.get(study_id).name == "rates"
    store.studies.forget(study_id)
    assert len(store.runs()) == 1 and RunStore().studies.all() == []


def test_the_queue_trains_a_study_to_its_end(queue, store):
    write_small_set()
    study_id = queue.submit_study("s", study.grid(KMNIST.replace(epochs=1), TWO_RATES, 2))
    wait_for(lambda: not store.runs(("queued", "running")))
    assert [run.status for run in study.runs_of(store, study_id)] == ["completed"] * 4
