"""The page Studies with a search: it is started, watched, judged, drawn; also in Chromium."""

import numpy as np
import pytest
from finished_runs import finished_run
from helpers import address_of, open_page
from playwright.sync_api import expect
from servers import forked_server
from test_studies_page import texts
from windows import WIDE, lies_inside, load, wide_windows
from zips import two_classes, zipped

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.messages import Message
from fmnist_core.base.search import Range, Search
from fmnist_core.data import custom_import
from fmnist_core.jobs import search as searches
from fmnist_core.jobs import study
from fmnist_core.results import charts, statistics
from fmnist_core.results.statistics import Trial
from fmnist_core.runs import GIVEN_UP, RunStore

BASE = TrainConfig(architecture="mlp-32", epochs=3, validation_size=500)
TWO = {"learning_rate": Range(1e-4, 1e-1), "batch_size": Range(16, 512)}


def finished_search(store: RunStore, space=TWO, trials: int = 8, paused: bool = False) -> str:
    """A search of which all trials but the last have come to their ends; that one was given up."""
    study_id = store.studies.create_search("rates", Search(BASE, space, trials), paused=paused)
    generator = np.random.default_rng(0)
    for number in range(trials):
        values = {"learning_rate": float(10 ** generator.uniform(-4, -1)), "batch_size": 16 + number}
        values = {name: value for name, value in values.items() if name in space}
        is_last = number == trials - 1
        finish = None if is_last else "completed"
        settings = {"validation_size": 500, **values}
        run_id = finished_run(store, f"trial {number}", 1.5 + number / 5, 3, finish, **settings)
        if is_last:
            store.finish(run_id, "stopped", Message(GIVEN_UP, better=4, others=5, epoch=3))
        with store.database.write() as db:
            db.execute("UPDATE runs SET study = ? WHERE run_id = ?", (study_id, run_id))
            db.execute("UPDATE studies SET asked = asked + 1 WHERE study_id = ?", (study_id,))
    store.studies.end_search(study_id)
    return study_id


@pytest.mark.parametrize("page", ["train", "compare"])
def test_a_trial_that_was_given_up_is_not_said_to_be_stopped_on_other_pages(store, page):
    finished_search(store, trials=2)
    app = open_page(page)
    (table,) = (frame.value for frame in app.dataframe if "status" in frame.value)
    said = dict(zip(table["name"], table["status"], strict=True))
    assert said["trial 1"] == "given up" and said["trial 0"] == "completed"


def test_the_form_starts_the_search_that_it_shows(held):
    app = open_page("studies", how="search", architecture="mlp-32,cnn", trials="9", minutes="2", prune="0")
    assert "Chosen by 5,000 validation images" in texts(app)
    app.button(key="search_start").click().run()
    (found,) = RunStore().studies.all()
    assert found.search == Search(
        TrainConfig(architecture="mlp-32", epochs=10, validation_size=5000),
        {"architecture": ("mlp-32", "cnn"), "learning_rate": Range(1e-4, 1e-1)},
        trials=9,
        minutes=2.0,
        prunes=False,
    )
    assert address_of(app)["study"] == found.study_id and "how" not in address_of(app)
    assert "of 9 trials done" in texts(app)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"range_learning_rate": "1..0.1"}, "The range of Learning rate must rise"),
        ({"range_learning_rate": "0.1,fast"}, "must be a finite number, got 'fast'"),
        ({"range_optimizer": "adam,sgd", "range_learning_rate": "0.1"}, "only 2 different ones can be made"),
    ],
)
def test_what_cannot_be_searched_is_said_and_nothing_can_be_started(query, said):
    app = open_page("studies", how="search", **query)
    assert said in texts(app)
    assert app.button(key="search_start").disabled


def test_the_form_opens_after_the_data_set_of_the_train_page_was_deleted():
    custom_import.import_zip(zipped(two_classes()), "skies")
    app = open_page("train", dataset="skies", batch_size="4")
    custom_import.delete("skies")
    app.query_params = {"how": "search", "to": "studies"}
    app.switch_page("pages/studies.py").run()
    assert not app.exception and app.selectbox(key="search_dataset~1").value == "fashion-mnist"


def test_the_page_names_the_best_trial_and_what_its_figure_is_worth(store):
    study_id = finished_search(store)
    app = open_page("studies", study=study_id)
    assert not app.exception
    said = texts(app)
    assert "8 of 8 trials done · 1 of them given up" in said
    assert "The best of 8 trials is trial 6" in said and "of 500 validation images" in said
    assert "The test images had no part in the choice" in said
    table = app.dataframe[0].value
    assert list(table["trial"]) == [7, 6, 5, 4, 3, 2, 1, 8]
    assert table["state"].iloc[-1] == "given up"
    assert {"learning_rate", "batch_size", "accuracy"} <= set(table.columns)


def test_pause_and_continue(store, held):
    study_id = store.studies.create_search("s", Search(BASE, {"learning_rate": Range(1e-4, 1e-1)}, 9))
    searches.feed(store)
    app = open_page("studies", study=study_id)
    app.button(key="study_pause").click().run()
    assert store.studies.get(study_id).is_paused and "paused" in texts(app)
    app.button(key="study_resume").click().run()
    assert not store.studies.get(study_id).is_paused
    assert "0 of 9 trials done · 1 waiting" in texts(app)


# ---- the charts ---------------------------------------------------------------------------------------


def known_trials(store: RunStore, study_id: str) -> list[Trial]:
    return searches.trials_of(store, study.runs_of(store, study_id))


def test_the_chart_of_trials_has_each_and_the_best_so_far(store):
    trials = known_trials(store, finished_search(store))
    best, done, given_up = charts.trials_chart(trials).data
    assert list(best.x) == list(range(1, 9)) and list(best.y) == sorted(best.y)
    assert list(done.x) == list(range(1, 8)) and list(given_up.x) == [8]
    assert max(done.y) == best.y[-1] == statistics.best_trial(trials).accuracy
    assert "8 trials, 1 given up; the best is trial 6" in charts.trials_chart_alt(trials)
    assert not charts.trials_chart([]).data and "no trial" in charts.trials_chart_alt([])


def test_one_number_is_drawn_as_points_and_several_settings_as_parallel_axes(store):
    one = finished_search(store, {"learning_rate": Range(1e-4, 1e-1)})
    figure = charts.search_chart(store.studies.get(one).search, known_trials(store, one), {})
    assert figure.data[0].type == "scatter" and len(figure.data[0].x) == 7  # not the one given up
    assert figure.layout.xaxis.type == "log"
    two = finished_search(store)
    search, trials = store.studies.get(two).search, known_trials(store, two)
    shares = {"learning_rate": 0.75, "batch_size": 0.25}
    (lines,) = charts.search_chart(search, trials, shares).data
    rate, batch, accuracy = lines.dimensions
    assert rate.label == "Learning rate (explains 75 %)" and batch.label == "Batch size (explains 25 %)"
    assert list(rate.ticktext) == ["0.0001", "0.001", "0.01", "0.1"]
    assert 10 ** rate.values[0] == pytest.approx(trials[0].run.config.learning_rate)
    assert list(accuracy.values) == [each.accuracy for each in trials[:7]]
    assert "Learning rate 75 %" in charts.search_chart_alt(search, trials, shares)
    assert not charts.search_chart(search, [], {}).data


def test_words_have_an_axis_of_their_own(store):
    search = Search(BASE, {"optimizer": ("adam", "sgd"), "learning_rate": (0.1, 0.01)}, 4)
    settings = {"learning_rate": 0.1, "validation_size": 100}
    runs = [store.get(finished_run(store, optimizer=name, **settings)) for name in ("adam", "sgd")]
    trials = [statistics.trial(run, store.history(run.run_id)) for run in runs]
    (lines,) = charts.search_chart(search, trials, {}).data
    assert list(lines.dimensions[0].ticktext) == ["adam", "sgd"]
    assert list(lines.dimensions[0].values) == [0, 1]


# ---- in Chromium --------------------------------------------------------------------------------------


@pytest.mark.browser
def test_verdict_table_and_charts_stand_in_one_window(page, tmp_path):
    study_id = finished_search(RunStore())
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "log") as server:
        load(page, f"{server}/studies?study={study_id}", WIDE[0])
        expect(page.locator(".live-charts .parcoords").first).to_be_attached()
        for _ in wide_windows(page):
            assert lies_inside(page.locator(".st-key-study_verdict"), page)
            assert lies_inside(page.get_by_test_id("stDataFrame").first, page)
            for chart in page.locator(".live-charts > div").all():
                assert lies_inside(chart, page)
