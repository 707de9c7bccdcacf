"""The Train page, without a browser."""

import pytest
from helpers import address_of, complete, epoch_result, open_page, started, write_small_set

from fmnist_core import training
from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.base.errors import StorageError
from fmnist_core.results import charts
from fmnist_core.runs import RunStore
from pages.ui import people


def texts(elements) -> str:
    return "\n".join(element.value for element in elements)


def test_the_first_page_opens_on_fashion_mnist_and_one_button():
    app = open_page()
    assert not app.exception
    assert app.selectbox(key="train_dataset").value == "fashion-mnist"
    assert app.button[0].key == "first_run"


def test_what_has_to_be_downloaded_is_said_before_it_is():
    said = "Will be downloaded: 21 MB."
    app = open_page(dataset="kmnist")
    assert said in texts(app.caption)
    write_small_set()
    assert said not in texts(app.run().caption)
    assert said not in texts(app.selectbox(key="train_dataset").select("mnist").run().caption)


def test_the_first_run_is_one_click(held):
    app = open_page()
    app.button(key="first_run").click().run()
    assert not app.exception
    (run,) = RunStore().runs()
    assert run.config == TrainConfig()


def test_the_first_run_is_what_the_form_says(held):
    app = open_page()
    app.number_input(key="train_epochs_custom_1").set_value(3).run()
    app.button(key="first_run").click().run()
    (run,) = RunStore().runs()
    assert run.config.epochs == 3


def test_a_run_that_waits_is_watched_but_not_one_of_a_paused_study(store, held, monkeypatch):
    monkeypatch.setattr(people, "DOUBLE_CLICK_SECONDS", 0.0)
    store.studies.create("rates", [TrainConfig()], paused=True)
    app = open_page()
    for _ in range(2):
        app.button(key="start_here").click().run()
    assert not app.exception and len(store.runs()) == 2
    assert store.waiting.order() == [store.runs()[1].run_id] == [address_of(app)["run"]]


def test_the_curves_of_a_run_that_has_ended_are_not_drawn_again_for_what_others_do(store, held, monkeypatch):
    """In a class each watches a run of their own, and the store changes several times a second."""
    ended, other = (store.create(TrainConfig(seed=seed)) for seed in (1, 2))
    complete(store, ended, 0.8)
    app = open_page(run=ended)
    drawn = []
    whole = charts.live_curves
    monkeypatch.setattr(charts, "live_curves", lambda *a, **k: drawn.append(a[1]) or whole(*a, **k))
    store.set_note(other, "somebody else's")
    assert not app.run().exception and drawn == []
    store.set_note(ended, "its own")
    assert not app.run().exception and drawn == ["accuracy", "loss"]


def test_a_number_out_of_range_is_said_and_nothing_starts(held):
    app = open_page()
    app.number_input(key="train_learning_rate_custom_1").set_value(-5.0).run()
    assert "Learning rate must" in texts(app.error) and "-5" in texts(app.error)
    assert app.button(key="start_training").disabled and app.button(key="first_run").disabled
    assert RunStore().runs() == []


def test_only_devices_that_are_there_can_be_chosen():
    (choice,) = [box for box in open_page().selectbox if box.label == "Device"]
    assert choice.options[:2] == ["auto", "cpu"]
    assert all(name in ("auto", "cpu") or training.is_there(name) for name in choice.options)
    assert not training.is_there("cuda:999")


def test_a_recipe_brings_its_own_settings():
    app = open_page()
    app.selectbox(key="train_recipe").select("lecture").run()
    assert app.number_input(key="train_epochs_lecture_1").value == 30
    assert app.number_input(key="train_seed_lecture_1").value == 43052


def test_the_address_sets_the_form():
    app = open_page(dataset="mnist", architecture="cnn", recipe="lecture", epochs="7")
    assert not app.exception
    assert app.selectbox(key="train_dataset").value == "mnist"
    assert app.selectbox(key="train_recipe").value == "lecture"
    assert app.selectbox(key="train_architecture_lecture").value == "cnn"
    assert app.number_input(key="train_epochs_lecture_1").value == 7


@pytest.mark.parametrize(
    "query", [{"epochs": "0"}, {"epochs": "x"}, {"run": "nobody"}, {"learning_rate": "nan"}]
)
def test_a_bad_address_is_a_sentence_and_the_form_still_works(query):
    app = open_page(**query)
    assert not app.exception
    ((name, value),) = query.items()
    assert f"{name}={value} (" in texts(app.warning).replace("\\", "") and "shown instead" in texts(
        app.warning
    )
    assert app.button(key="start_training")


def test_what_is_shown_in_place_of_a_run_that_is_gone_is_not_called_the_newest(store, held):
    assert "shown instead: no run" in texts(open_page(run="nobody").warning)
    store.create(TrainConfig())
    assert "shown instead: another run" in texts(open_page(run="nobody").warning)


def test_at_home_no_lecturer_holds_the_waiting_runs(store, held, monkeypatch):
    store.create(TrainConfig())
    assert "**Waiting · paused**" in texts(open_page().markdown)
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    assert "**Waiting, held by the lecturer**" in texts(open_page().markdown)


def test_a_run_can_be_done_again_from_its_address():
    config = TrainConfig(architecture="mlp-32", epochs=3, learning_rate=0.02)
    run_id = RunStore().create(config)
    RunStore().request_stop(run_id)
    app = open_page(run=run_id)
    assert app.selectbox(key="train_architecture_custom").value == "mlp-32"
    assert app.number_input(key="train_learning_rate_custom_1").value == 0.02


def test_a_runs_folder_that_cannot_be_used_is_a_sentence(monkeypatch):
    def refuse(self, folder=None):
        raise StorageError("The disk of runs.db is full. Free some space; finished epochs are kept.")

    monkeypatch.setattr(RunStore, "__init__", refuse)
    app = open_page()
    assert not app.exception
    assert "The disk of runs.db is full" in texts(app.error)


def test_a_ready_made_choice_fills_the_form():
    app = open_page()
    app.button_group(key="train_quick").select("lecture · cnn").run()
    assert not app.exception
    assert app.selectbox(key="train_recipe").value == "lecture"
    assert app.selectbox(key="train_architecture_lecture").value == "cnn"


def test_beside_start_stands_what_it_trains():
    complete(RunStore(), RunStore().create(TrainConfig(architecture="mlp-32")), 0.8)
    app = open_page(architecture="cnn", epochs="3")
    assert "Start trains `cnn · custom · 3 epochs`." in [caption.value for caption in app.caption]


def test_a_race_gives_each_net_the_same_seconds(held):
    app = open_page()
    app.multiselect(key="race_nets").set_value(["softmax-regression", "mlp-32"]).run()
    app.number_input(key="race_seconds").set_value(1).run()
    app.button(key="start_race").click().run()
    assert not app.exception
    runs = RunStore().runs()
    assert [run.config.architecture for run in runs] == ["softmax-regression", "mlp-32"]
    assert {run.config.max_seconds for run in runs} == {1.0}
    assert all(run.config.validation_size == 5000 for run in runs)


def test_the_race_is_shown_and_stays_in_the_address(held):
    app = open_page()
    app.multiselect(key="race_nets").set_value(["softmax-regression", "mlp-32"]).run()
    app.number_input(key="race_seconds").set_value(1).run()
    app.button(key="start_race").click().run()
    app.run()  # the form writes its settings into the address once more
    assert not app.exception
    ids = [run.run_id for run in RunStore().runs()]
    assert address_of(app)["race"] == ",".join(ids)
    assert "The race" in texts(app.subheader)


def test_a_race_of_no_seconds_is_refused_with_a_sentence(held):
    app = open_page()
    app.number_input(key="race_seconds").set_value(0).run()
    app.button(key="start_race").click().run()
    assert "Seconds at most must" in texts(app.error)
    assert RunStore().runs() == []


def test_a_race_in_the_address_whose_runs_are_gone_is_passed_over():
    app = open_page(race="nobody,../etc")
    assert not app.exception and not app.error
    assert "The race" not in texts(app.subheader)


def test_the_form_follows_the_recipe_to_a_data_set_of_characters():
    app = open_page("train", recipe="fast")

    def shown() -> tuple[list[str], bool]:
        (augmentation,) = (each.value for each in app.multiselect if each.label == "Augmentation")
        (mirrored,) = (each.value for each in app.checkbox if each.label == SETTINGS["test_time_flip"].label)
        return augmentation, mirrored

    assert shown() == (["flip"], True)
    app.selectbox(key="train_dataset").select("mnist").run()
    assert not app.exception and shown() == (["shift"], False) and "Changed from" not in texts(app.caption)
    app.selectbox(key="train_dataset").select("fashion-mnist").run()
    assert shown() == (["flip"], True)
    assert "Changed from" not in texts(app.caption)
    app = open_page("train", recipe="fast", dataset="mnist", augmentation="erase")
    assert shown() == (["erase"], False)


@pytest.mark.parametrize(
    ("settings", "precision", "said", "not_said"),
    [
        ({}, "bfloat16", ("in float32 after the last epoch", "of whole epochs"), "**Images/s** and"),
        ({}, "float32", ("**Images/s**: of the training steps alone.", "of whole epochs"), "bfloat16"),
        ({"max_seconds": 9.0}, "float32", ("**Images/s** and **time of training**: of the",), "whole epochs"),
    ],
)
def test_what_is_timed_and_in_which_precision_it_is_measured_is_said(
    store, settings, precision, said, not_said
):
    run_id = started(store, TrainConfig(**settings))
    store.add_epoch(run_id, epoch_result(1, precision=precision))
    store.finish(run_id, "completed")
    app = open_page(run=run_id)
    explained = "".join(text.proto.help for text in app.markdown)
    assert all(words in explained for words in said) and not_said not in explained
