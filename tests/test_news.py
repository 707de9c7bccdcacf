"""News is seen for its seconds, though the page is drawn again meanwhile."""

import pytest
from finished_runs import finished_run
from helpers import open_page

from fmnist_core.base.config import TrainConfig
from pages.ui import news


@pytest.fixture
def unhurried(monkeypatch):
    """Nothing has been seen for long enough."""
    monkeypatch.setattr(news, "SECONDS", 600.0)


def said(app) -> list[str]:
    return [toast.value for toast in app.toast]


def test_a_run_that_is_queued_again_is_told_until_it_has_been_seen(store, held, unhurried, monkeypatch):
    run_id = finished_run(store, "one")
    app = open_page("compare", run=run_id)
    app.button(key=f"again_{run_id}").click().run()
    assert said(app) == ["one is queued once more."]
    assert said(app.run()) == ["one is queued once more."]  # for whatever reason
    clock = news.time.monotonic
    monkeypatch.setattr(news.time, "monotonic", lambda: clock() + 601)
    assert said(app.run()) == []


def test_the_end_of_a_run_is_told_though_the_train_page_is_drawn_once_more(store, held, unhurried):
    run_id = store.create(TrainConfig(), "slow")
    app = open_page("train")
    assert said(app) == []
    store.start(run_id, "worker of a test")
    app.run()
    store.finish(run_id, "stopped")
    app.run()
    assert [text.startswith("slow has ended") for text in said(app)] == [True]
    assert len(said(app.run())) == 1
