"""The Compare page: without a browser where that is enough, in Chromium where one clicks and looks."""

import io
import re

import pandas as pd
import pytest
from finished_runs import finished_run
from helpers import complete, open_page
from playwright.sync_api import expect
from servers import forked_server
from streamlit.testing.v1 import AppTest
from windows import READY, arrive, main_pane, tick_row

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs.people import Person
from fmnist_core.results import statistics
from fmnist_core.results.export import comparison_report
from fmnist_core.runs import RunStore
from pages.ui import people
from pages.ui.compare import picks, runs_table


def texts(app: AppTest) -> str:
    elements = (*app.markdown, *app.info, *app.warning, *app.caption, *app.subheader)
    return "\n".join(element.value for element in elements).replace("\\", "")


def shown(app: AppTest) -> list[str]:
    """The names in the table, from top to bottom, but that of the run that comes with the project."""
    table = app.dataframe[0].value
    return table[table["status"] != "comes with the project"]["name"].tolist()


@pytest.fixture
def three_runs(store) -> list[str]:
    """Best, worse (same settings, other seed) and another architecture."""
    return [
        finished_run(store, "strong", skill=4.0, seed=1),
        finished_run(store, "weak", skill=1.5, seed=2),
        finished_run(store, "other", skill=3.0, seed=3, architecture="cnn", validation_size=500),
    ]


def test_of_runs_that_nothing_cut_short_the_table_asks_neither_store_nor_cache(monkeypatch):
    asked = []
    monkeypatch.setattr(runs_table, "_read_epochs_done", lambda *run: asked.append(run) or 2.5)
    rows = [("a", 3, 3, 10.0), ("b", 2, 3, float("nan")), ("c", 0, 3, 10.0), ("d", 3, 9, 10.0)]
    assert [runs_table._epochs_done(*row) for row in rows] == [3, 2, 0, 2.5]
    assert asked == [("d", 3, 10.0)]


def test_without_runs_the_page_says_what_to_do():
    app = open_page("compare")
    assert not app.exception
    assert "Nobody has trained a net here yet" in texts(app)


def test_the_table_has_a_row_a_run_with_interval_and_gap(three_runs):
    app = open_page("compare")
    table = app.dataframe[0].value.set_index("name")
    run = RunStore().get(three_runs[0])
    assert table.loc["strong", "test_accuracy"] == pytest.approx(100 * run.test_accuracy)
    assert table.loc["strong", "gap"] == round(100 * (run.train_accuracy - run.test_accuracy), 1)
    low, high = (float(end) for end in table.loc["strong", "interval"].split(" – "))
    assert low < 100 * run.test_accuracy < high
    assert table.loc["other", "best_epoch"] == 3


def test_what_is_timed_is_said_at_both_columns():
    columns = runs_table.column_config()
    assert columns["images_per_second"]["help"] == "Of the training steps alone."
    assert columns["seconds"]["help"].startswith("Of whole epochs, reading validation and test images")


def test_long_names_with_one_beginning_are_told_apart_by_their_ends(store):
    for seed in (1, 2):
        finished_run(store, f"mlp-256 · custom · 8 epochs · seed {seed}", seed=seed)
    assert sorted(shown(open_page("compare"))) == ["mlp-256 … seed 1", "mlp-256 … seed 2"]


def test_runs_are_found_sorted_and_filtered(three_runs):
    app = open_page("compare")
    assert shown(app) == ["strong", "other", "weak"]  # by test accuracy
    app.selectbox(key="compare_sort").select("created_at").run()
    assert shown(app) == ["other", "weak", "strong"]
    app.selectbox(key="compare_sort").select("test_accuracy").run()
    app.toggle(key="compare_upwards").set_value(True).run()
    assert shown(app) == ["weak", "other", "strong"]
    app.multiselect(key="compare_architecture").select("cnn").run()
    assert shown(app) == ["other"]
    app.text_input(key="compare_text").input("nothing like this").run()
    assert "No run fits" in texts(app)
    assert not app.exception


def test_columns_can_be_chosen(three_runs):
    app = open_page("compare")
    app.multiselect(key="compare_columns").set_value(["name", "seed"]).run()
    assert app.dataframe[0].value.columns.tolist() == ["curve", "name", "seed"]


def test_two_picked_runs_get_a_verdict_and_their_differing_settings(three_runs):
    strong, _, other = three_runs
    app = open_page("compare", run=f"{strong},{other}")
    assert not app.exception
    assert "strong is better than other: +" in texts(app)
    assert "less than once in 1,000 times" in texts(app)
    settings = next(table.value for table in app.dataframe if "strong" in table.value.columns)
    assert settings.index.tolist() == ["Architecture", "Validation images", "Seed"]
    assert texts(app).count("Still improving: ") == 2
    assert "Still improving: test accuracy rose from " in texts(app)
    assert "Still improving: validation accuracy rose from " in texts(app)


def test_runs_that_differ_only_by_seed_are_never_told_apart(three_runs):
    strong, weak, _ = three_runs
    app = open_page("compare", run=f"{strong},{weak}")
    assert "only their seed differs" in texts(app)
    assert "is better" not in texts(app)


@pytest.mark.parametrize(
    ("same", "changed"),
    [
        (True, {}),
        (True, {"recipe": "lecture"}),  # a label
        (False, {"epochs": 4}),
        (False, {"finish": "stopped"}),
        (False, {"batch_size": 64}),
        (False, {"seed": 1}),
    ],
)
def test_luck_is_only_said_of_completed_runs_that_did_the_same(store, same, changed):
    first = store.get(finished_run(store, "first", 4.0, seed=1))
    second = store.get(finished_run(store, "second", 1.5, **{"seed": 2, **changed}))
    assert statistics.only_seed_differs(first, second) is same
    app = open_page("compare", run=f"{first.run_id},{second.run_id}")
    assert ("only their seed differs" in texts(app)) is same
    report = comparison_report(store, [first.run_id, second.run_id])
    assert ("only their seed differs" in report) is same
    stands = f"second stands at epoch {second.epochs} of {second.config.epochs}."
    assert (stands in texts(app)) is (stands in report) is (second.status == "stopped")
    assert "first stands at" not in texts(app) + report


def test_one_picked_run_is_asked_for_a_second(three_runs):
    app = open_page("compare", run=three_runs[0])
    assert "Pick two runs that have been tested" in texts(app)
    assert not app.exception


def test_an_address_with_a_deleted_run_is_no_problem(three_runs):
    app = open_page("compare", run=f"nobody,{three_runs[0]}")
    assert not app.exception
    assert app.session_state["compare_picked"] == [three_runs[0]]


def test_histories_that_are_not_drawn_are_not_read(three_runs, monkeypatch):
    read = []
    original = RunStore.history

    def counted(self, run_id):
        read.append(run_id)
        return original(self, run_id)

    monkeypatch.setattr(RunStore, "history", counted)
    app = open_page("compare", run=three_runs[0])
    assert set(read) == {three_runs[0]}
    app.run()
    assert len(read) == 1  # and only once


def test_the_best_runs_are_drawn_and_judged_without_a_tick(three_runs):
    app = open_page("compare")
    assert not app.exception
    assert "The best runs trained here on one data set" in texts(app)
    assert re.search("is better|No telling", texts(app))


def test_a_run_is_done_again_with_one_click(store, three_runs, held):
    with store.database.write() as db:  # a twin of the last second would be taken for a double click
        db.execute("UPDATE runs SET created_at = created_at - 60")
    app = open_page("compare", run=three_runs[2])
    app.button(key=f"again_{three_runs[2]}").click().run()
    assert not app.exception
    again = max(RunStore().runs(), key=lambda run: run.created_at)
    assert again.run_id not in three_runs
    assert again.config == RunStore().get(three_runs[2]).config


# ---- in the browser ------------------------------------------------------------------------------


def test_six_runs_are_drawn_beside_the_one_that_comes_with_the_project(store):
    ids = [finished_run(store, f"net {place}", 3.4 - place / 5, seed=place) for place in range(7)]
    assert list(picks.shown(store.table(shipped=True))) == ids[:6]
    said = "The curves of 6 runs, the best trained here on fashion-mnist."
    assert said in texts(open_page("compare"))
    assert "The curves of" not in texts(open_page("compare", run=ids[6]))  # ticked
    assert "The curves of" not in texts(open_page("compare", find="net 1"))  # and the only one in the table


@pytest.fixture
def two_and_one(store) -> list[str]:
    """Two runs of Jun on Fashion-MNIST, and a newer one of Mina on a data set that nobody else has."""
    ids = [store.create(TrainConfig(seed=seed), owner="jun") for seed in (1, 2)]
    ids.append(store.create(TrainConfig(dataset="mnist"), owner="mina"))
    for run_id, accuracy in zip(ids, (0.8, 0.9, 0.95), strict=True):
        complete(store, run_id, accuracy)
    return ids


def test_a_data_set_with_one_run_is_not_drawn_where_another_one_has_two(store, two_and_one):
    table = store.table(shipped=True)
    assert list(picks.shown(table)) == [two_and_one[1], two_and_one[0]]
    assert list(picks.shown(table[table["dataset"] == "mnist"])) == two_and_one[2:]  # filtered


def test_in_a_class_the_data_set_of_ones_own_last_run_is_drawn_else_that_of_most(
    store, two_and_one, monkeypatch
):
    second = store.create(TrainConfig(dataset="mnist", seed=2), owner="mina")
    complete(store, second, 0.94)
    fashion, mnist = [two_and_one[1], two_and_one[0]], [two_and_one[2], second]
    assert list(picks.shown(store.table(shipped=True))) == mnist  # at home: of the newest run
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    complete(store, store.create(TrainConfig(seed=3), owner="mia"), 0.7)
    for person, expected in (("mina", mnist), ("jun", fashion), ("nobody", fashion)):
        monkeypatch.setattr(people, "current", lambda person=person: Person(person, "", False))
        assert list(picks.shown(store.table(shipped=True)))[:2] == expected


def test_among_several_data_sets_each_accuracy_stands_beside_its_own(two_and_one):
    columns = open_page("compare").dataframe[0].value.columns.tolist()
    assert columns[:5] == ["curve", "name", "test_accuracy", "dataset", "interval"]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A dashboard with four finished runs, and its store."""
    folder = tmp_path_factory.mktemp("compare")
    store = RunStore(folder / "runs")
    for name, skill, seed in (("doomed", 1.0, 4), ("weak", 1.5, 3), ("middle", 2.5, 2), ("strong", 4.0, 1)):
        finished_run(store, name, skill, seed=seed, batch_size=32 * seed)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address, store


@pytest.mark.browser
def test_picking_two_rows_gives_the_verdict_and_a_reload_keeps_it(address, page):
    arrive(page, f"{address[0]}/compare")
    table = page.get_by_test_id("stDataFrame").first
    tick_row(table, 0)
    page.get_by_text("Pick two runs").wait_for()
    page.locator(READY).wait_for()
    tick_row(table, 2)  # between them stands the run that comes with the project
    verdict = page.locator(".st-key-compare_verdict")
    verdict.get_by_text("strong is better than middle: +").wait_for()
    expect(page.locator(".st-key-compare_curves .js-plotly-plot .scatterlayer .trace")).to_have_count(4)
    expect(page).to_have_url(re.compile("run=[0-9a-f]{8}[^&=]+[0-9a-f]{8}"))
    page.reload()
    verdict.get_by_text("strong is better than middle: +").wait_for()


@pytest.mark.browser
def test_the_csv_holds_what_is_shown(address, page):
    arrive(page, f"{address[0]}/compare")
    search = page.get_by_label("Find runs")
    search.fill("strong")
    search.press("Enter")
    page.get_by_text("1 of ", exact=False).first.wait_for()
    main_pane(page)  # until then the button holds the file of all runs
    with page.expect_download() as download:
        page.locator(".st-key-compare_csv button:visible").click()
    table = pd.read_csv(io.BytesIO(download.value.path().read_bytes()))
    run = next(run for run in address[1].runs() if run.name == "strong")
    assert table["name"].tolist() == ["strong"]
    assert table["run_id"].astype(str).tolist() == [run.run_id]
    assert table["test_accuracy"][0] == pytest.approx(run.test_accuracy)
    assert {"test_low", "test_high", "gap", "seed", "seconds"} <= set(table.columns)


@pytest.mark.browser
def test_deleting_a_run_asks_first(address, page):
    doomed = next(run for run in address[1].runs() if run.name == "doomed")
    arrive(page, f"{address[0]}/compare?run={doomed.run_id}")
    page.get_by_role("button", name="Delete …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("There is no way back").wait_for()
    dialog.get_by_role("button", name="Delete 1 for good").click()
    dialog.wait_for(state="detached")
    left = len(address[1].table(shipped=True))
    page.get_by_text(f"{left} of {left} runs").wait_for()
    assert "doomed" not in [run.name for run in address[1].runs()]
