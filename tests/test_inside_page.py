"""The page Look inside: weights, one image layer by layer, features, and taking a run along."""

import pytest
from helpers import KMNIST, address_of, open_page, train_here, write_small_set

from fmnist_core import jobs
from fmnist_core.base.config import TrainConfig


def texts(elements) -> str:
    return "\n".join(element.value for element in elements)


@pytest.fixture
def trained(store) -> str:
    """A finished run of mlp-32 on tiny images."""
    write_small_set()
    run_id = store.create(KMNIST)
    worker = store.workers.open()
    store.start(run_id, worker)
    jobs.train_run(store, run_id)
    store.workers.close(worker)
    return run_id


def test_look_inside_without_a_run_invites_to_train(nothing_shipped):
    app = open_page("inside")
    assert not app.exception
    assert "There is no trained net yet" in texts(app.info)


def test_look_inside_says_that_a_run_in_the_address_is_unknown(trained):
    app = open_page("inside", run="nobody")
    assert not app.exception
    assert "run=nobody (it is not here, or cannot be used on this page)" in app.warning[0].value
    assert address_of(app)["run"] == trained


@pytest.mark.parametrize("section", ["weights", "activations", "features", "export"])
def test_each_view_of_a_run_opens_from_its_link(trained, section):
    app = open_page("inside", run=trained, section=section)
    assert not app.exception and not app.error
    assert address_of(app)["run"] == trained
    assert address_of(app)["section"] == section


def test_the_features_move_while_the_run_trains(store, monkeypatch):
    write_small_set()
    run_id, add_epoch, seen = store.create(KMNIST), store.add_epoch, []

    def look(*arguments, **options) -> None:
        add_epoch(*arguments, **options)
        if store.checkpoint_path(run_id).exists():  # of the epoch before
            app = open_page("inside", run=run_id, section="features")
            assert not app.exception and not app.error
            (shown,) = app.get("vega_lite_chart")
            seen.append(shown.proto.SerializeToString())

    monkeypatch.setattr(store, "add_epoch", look)
    assert train_here(store, run_id) == "completed"
    assert len(set(seen)) == 3


def test_a_run_can_be_taken_along(trained):
    app = open_page("inside", run=trained, section="export")
    app.button(key="inside_prepare").click().run()
    assert not app.exception and not app.error


def test_a_comparison_needs_another_run_and_then_becomes_a_report(trained, store, held):
    other = store.create(TrainConfig(architecture="mlp-256"))
    app = open_page("inside", run=trained, section="export")
    app.radio(key="inside_format").set_value("comparison").run()
    app.button(key="inside_prepare").click().run()
    assert "A comparison has 2 to 12 runs, got 1" in texts(app.error)
    app.multiselect(key="inside_beside").set_value([other])
    app.button(key="inside_prepare").click().run()
    assert not app.exception and not app.error
