"""Train in a class, without a browser: what it opens with for each of the class."""

import pytest
from helpers import address_of, complete, epoch_result, open_page
from streamlit.testing.v1 import AppTest

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import TrainingQueue
from pages.ui import people

MINA = "mina"
CONFIG = TrainConfig(architecture="softmax-regression", epochs=1, train_size=500)


@pytest.fixture
def mina(monkeypatch):
    """Mina sits at the browser."""
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    monkeypatch.setattr(people, "person_id", lambda secret: MINA)


def trained(store, owner: str) -> str:
    """The id of a run that somebody has trained."""
    run_id = store.create(CONFIG, owner=owner, owner_name=owner.title())
    complete(store, run_id, 0.8)
    return run_id


def is_first(app: AppTest) -> bool:
    """Whether it is the page of somebody who has not trained yet."""
    assert not app.exception
    keys = {button.key for button in app.button}
    assert ("first_run" in keys) != ("start_here" in keys)
    return "first_run" in keys


def test_who_has_trained_nothing_begins_with_the_first_step_though_others_have(store, held, mina):
    other = trained(store, "jun")
    store.create(CONFIG.replace(seed=2), owner="jun", owner_name="Jun")
    app = open_page()
    assert is_first(app) and "run" not in address_of(app)
    (table,) = app.dataframe  # a click on a row watches that run
    assert len(table.value) == 2
    assert "Waiting, held by the lecturer" in " ".join(text.value for text in app.markdown)
    app.button(key="first_run").click().run()
    (own,) = [run.run_id for run in store.runs() if run.owner == MINA]
    assert not is_first(app) and address_of(app)["run"] == own
    shown = open_page(run=other)
    assert not is_first(shown) and address_of(shown)["run"] == other


def test_who_has_trained_sees_their_own_last_run_not_a_newer_one_of_somebody_else(store, held, mina):
    trained(store, MINA)
    own = trained(store, MINA)
    trained(store, "jun")
    app = open_page()
    assert not is_first(app) and address_of(app)["run"] == own


def test_at_home_the_newest_run_is_shown_whoever_trained_it(store):
    newest = trained(store, "jun")
    app = open_page()
    assert not is_first(app) and address_of(app)["run"] == newest


@pytest.mark.parametrize(
    "lang, said",
    [
        ("en", "queued · place 3, after Jun, Mia and 1 more"),
        ("ko", "대기 중 · 순서 3번 (Jun, Mia 외 1명 다음)"),
    ],
)
def test_who_waits_reads_their_place_and_who_comes_before_them(store, mina, monkeypatch, lang, said):
    monkeypatch.setattr(TrainingQueue, "start", lambda queue: None)
    store.start(store.create(CONFIG, owner="jun", owner_name="Jun"), store.workers.open())
    for owner in ("mia", "kim", MINA):
        store.create(CONFIG, owner=owner, owner_name=owner.title())
    (headline,) = [text for text in open_page(lang=lang).markdown if text.value == said]
    assert not headline.help  # there are no curves to explain yet


def test_at_home_the_place_alone_is_said_and_curves_are_explained(store, monkeypatch):
    monkeypatch.setattr(TrainingQueue, "start", lambda queue: None)
    run_id = store.create(CONFIG)
    assert "queued · place 1" in [text.value for text in open_page(run=run_id).markdown]
    store.start(run_id, store.workers.open())
    store.add_epoch(run_id, epoch_result(1))
    (headline,) = [text for text in open_page(run=run_id).markdown if "of test images right" in text.value]
    assert "**Training, running**" in headline.help
