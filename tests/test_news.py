"""News is seen for its seconds, though the page is drawn again meanwhile."""

import pytest
from finished_runs import finished_run
from helpers import complete, open_page
from windows import arrive

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.search import Range, Search
from fmnist_core.jobs import search as searches
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


def test_a_study_with_a_run_to_go_on_with_is_not_said_to_be_done(store, held, unhurried):
    study_id = store.studies.create("rates", [TrainConfig(), TrainConfig(seed=2)])
    first, second = store.studies.run_ids(study_id)
    app = open_page("train")
    complete(store, first, 0.9)
    store.request_stop(second)
    assert said(app.run()) == said(app.run()) == []


def test_a_search_that_its_failures_have_paused_is_not_said_to_be_done(store, held, unhurried):
    wanted = Search(TrainConfig(validation_size=500), {"learning_rate": Range(1e-4, 1e-1)}, 9)
    study_id = store.studies.create_search("search", wanted)
    searches.feed(store)
    app = open_page("train")
    (run_id,) = store.studies.run_ids(study_id)
    store.studies.set_paused(study_id, True)
    worker = store.workers.open()
    store.start(run_id, worker)
    store.finish(run_id, "failed")
    store.workers.close(worker)
    assert said(app.run()) == said(app.run()) == []


AWAY = """() => {
    window.heard = []
    window.Notification = class { static permission = "granted"; constructor(text) { heard.push(text) } }
    Object.defineProperty(document, "hidden", {get: () => true})
    window.titles = []
    new MutationObserver(() => titles.push(document.title)).observe(
        document.head, {subtree: true, childList: true, characterData: true})
}"""
"""Somebody has allowed notifications, and looks at another tab, whose titles they see."""


@pytest.mark.browser
def test_the_tab_says_how_far_the_training_is_and_that_it_is_done(page, server):
    arrive(page, f"{server}/?architecture=mlp-32&epochs=20&seed=77&train_size=20000")
    page.evaluate(AWAY)
    page.locator(".st-key-start_training button").click()
    page.wait_for_function("heard.length > 0")
    page.wait_for_function("document.title === 'Train · Fashion-MNIST'")
    assert page.evaluate(r"titles.some(title => /^\d+ % · Train · Fashion-MNIST$/.test(title))")
    (heard,) = page.evaluate("heard")
    assert heard.startswith("mlp-32 · custom · 20 epochs · seed 77 · images 20000 is done: ")


@pytest.mark.browser
def test_news_does_not_lie_over_the_first_lines(page, server):
    page.set_viewport_size({"width": 1280, "height": 720})
    arrive(page, f"{server}/?architecture=mlp-32&epochs=3&seed=78&train_size=2000")
    page.locator(".st-key-start_training button").click()
    told = page.get_by_test_id("stToast").filter(has_text="is done").first
    box = told.bounding_box()
    assert box["y"] > 720 / 2 and box["y"] + box["height"] <= 720
