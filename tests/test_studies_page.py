"""The page Studies: a study is started, watched, compared, paused and deleted; also in Chromium."""

import io
import re

import pytest
from finished_runs import finished_run
from helpers import KMNIST, address_of, complete, leave_for, open_page
from playwright.sync_api import expect
from servers import forked_server
from streamlit.testing.v1 import AppTest
from windows import WIDE, lies_inside, load, tick_row, wide_windows

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import study
from fmnist_core.jobs.people import SINGLE_USER
from fmnist_core.results import statistics
from fmnist_core.runs import RunStore, archive
from pages.ui.sidebar import DIALOG

RATES = {"learning_rate": [0.001, 0.01]}


def texts(app: AppTest) -> str:
    elements = (*app.markdown, *app.info, *app.warning, *app.caption, *app.error)
    said = [*(element.value for element in elements), *(bar.proto.text for bar in app.get("progress"))]
    return "\n".join(said).replace("\\", "")


def finished_study(store: RunStore, seeds: int = 3) -> str:
    """A study of two learning rates, of which the larger is the better one with each seed."""
    runs = [
        finished_run(store, epochs=2, skill=skill, seed=seed, learning_rate=rate)
        for seed in range(1, seeds + 1)
        for rate, skill in ((0.001, 2.0), (0.01, 4.0))
    ]
    return store.studies.create("rates", [TrainConfig(seed=99)], paused=True, adopt=runs)


def test_without_runs_the_page_says_what_a_study_is_for_and_has_its_form_open():
    app = open_page("studies")
    assert not app.exception
    assert "One training is one throw of the dice" in texts(app)
    assert any(expander.label == "New study" and expander.proto.expanded for expander in app.expander)


def test_the_form_starts_the_grid_that_it_shows(held):
    app = open_page("studies", architecture="mlp-32,cnn", learning_rate="0.001,0.003", seeds="2")
    assert "8 runs" in texts(app)
    app.button(key="studies_start").click().run()
    (found,) = RunStore().studies.all()
    base = TrainConfig()  # what the Train page shows first
    wanted = study.grid(
        base,
        {"architecture": ["mlp-32", "cnn"], "dataset": ["fashion-mnist"], "learning_rate": [0.001, 0.003]},
        seeds=2,
    )
    assert [run.config for run in study.runs_of(RunStore(), found.study_id)] == wanted
    assert address_of(app)["study"] == found.study_id
    assert "0 of 8 runs done · 8 waiting" in texts(app)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"learning_rate": "0.1,fast"}, "Learning rate must be a finite number, got 'fast'"),
        ({"learning_rate": "0.1,0"}, "Learning rate must be at least 1e-08, got 0"),
        ({"epochs": ",".join(map(str, range(1, 60))), "seeds": "10"}, "a study has 1 to 500"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_can_be_started(query, said):
    app = open_page("studies", **query)
    assert said in texts(app)
    assert app.button(key="studies_start").disabled


def test_a_run_is_repeated_with_more_seeds(store, held):
    run_id = store.create(TrainConfig(architecture="mlp-32"))
    complete(store, run_id, 0.9)
    app = open_page("studies", repeat=run_id, seeds="4")
    assert "The settings of" in texts(app) and "4 runs" in texts(app)
    app.button(key="studies_start").click().run()
    (found,) = store.studies.all()
    runs = study.runs_of(store, found.study_id)
    assert runs[0].run_id == run_id and [run.status for run in runs[1:]] == ["queued"] * 3


@pytest.mark.parametrize("asked", ["auto", "bfloat16"])
def test_more_seeds_of_a_run_fix_no_precision_that_nobody_chose(store, held, asked):
    run_id = store.create(TrainConfig(architecture="mlp-32", precision=asked))
    complete(store, run_id, 0.9)
    with store.database.write() as db:
        db.execute("UPDATE runs SET precision = 'bfloat16' WHERE run_id = ?", (run_id,))
    app = open_page("studies", repeat=run_id, seeds="3")
    app.button(key="studies_start").click().run()
    first, *others = study.runs_of(store, store.studies.all()[0].study_id)
    assert first.run_id == run_id and len(others) == 2  # it counts as one of the seeds all the same
    assert {run.config.precision for run in others} == {asked}
    assert {"bfloat16" in run.name for run in others} == {asked == "bfloat16"}


def test_the_verdict_compares_the_best_two_ways_and_the_table_has_their_means(store):
    study_id = finished_study(store)
    app = open_page("studies", study=study_id)
    assert "rate 0.01 is the better way to train than rate 0.001" in texts(app)
    table = app.dataframe[0].value.set_index("name")
    assert list(table.index) == ["rate 0.01", "rate 0.001"] and list(table["seeds"]) == [3, 3]
    runs = [run for run in store.runs() if run.config.learning_rate == 0.01]
    assert table.loc["rate 0.01", "mean"] == round(100 * sum(r.test_accuracy for r in runs) / 3, 2)


def test_rows_that_are_picked_after_a_look_at_them_are_compared_with_a_correction(store):
    """The best and the worst of ten equally good groups seem to differ in a third of all studies."""
    runs = [
        finished_run(store, epochs=1, skill=skill, seed=seed, learning_rate=rate)
        for rate, skill in ((0.001, 2.0), (0.002, 2.1), (0.003, 2.2))
        for seed in (1, 2, 3)
    ]
    groups = statistics.group_runs(map(store.get, runs))
    named = dict(zip(statistics.group_names(groups), groups, strict=True))
    best, _, worst = named
    picked = f"{named[best].runs[0].run_id},{named[worst].runs[0].run_id}"
    said = texts(open_page("studies", study="all", groups=picked))
    corrected = statistics.compare_all({name: group.accuracies for name, group in named.items()})
    assert statistics.group_verdict(corrected[best, worst], best, worst) in said.replace("\u00a0", " ")
    assert "Corrected for all 3 pairs" in said
    assert "Corrected for" not in texts(open_page("studies", study="all"))


def test_long_names_of_groups_are_told_apart_by_their_ends(store):
    for rate in (0.001, 0.01):
        finished_run(store, epochs=1, architecture="mlp-4096-dropout", optimizer="sgd", learning_rate=rate)
    finished_run(store, epochs=1)
    shown = list(open_page("studies", study="all").dataframe[0].value["name"])
    long = {name for name in shown if name.startswith("mlp-4096-dropout … rate")}
    assert len(long) == 2 and all(len(name) <= 32 for name in shown), shown


def test_all_pairs_are_compared_on_demand(store):
    study_id = finished_study(store)
    assert len(open_page("studies", study=study_id).dataframe) == 1
    pairs = open_page("studies", study=study_id, pairs="1").dataframe[1].value
    assert pairs.iloc[0][["a", "b", "verdict"]].tolist() == ["rate 0.01", "rate 0.001", "better"]


def test_groups_of_two_data_sets_are_not_compared(store):
    finished_run(store, seed=1)
    finished_run(store, seed=1, dataset="mnist")
    app = open_page("studies", study="all")
    (chosen,) = [box for box in app.selectbox if box.label == "On the data set"]
    assert chosen.value == "mnist" and set(chosen.options) == {"mnist", "fashion-mnist"}
    assert len(app.dataframe[0].value) == 1


def test_each_browser_sees_the_pairs_of_its_own_data_set_and_filter(store):
    """The groups have the same names everywhere."""
    for dataset, better, seeds in (
        ("fashion-mnist", 0.9, (1, 2)),
        ("mnist", 0.7, (1, 2)),
        ("mnist", 0.8, (3, 4)),
    ):
        for architecture, accuracy in (("mlp-256", better), ("mlp-32", 0.6)):
            for seed in seeds:
                run_id = store.create(TrainConfig(dataset=dataset, architecture=architecture, seed=seed))
                complete(store, run_id, accuracy + seed / 100)
                store.set_starred(run_id, better == 0.8)

    def difference(app: AppTest) -> float:
        return app.dataframe[-1].value["difference"].iloc[0]

    clothes = open_page("studies", study="all", on="fashion-mnist", pairs="1")
    assert difference(clothes) == pytest.approx(30)
    digits = open_page("compare", together="1", on="mnist", pairs="1")
    assert difference(digits) == pytest.approx(15)
    digits.checkbox(key="compare_starred").check().run()
    assert difference(digits) == pytest.approx(20)


def test_pause_continue_and_delete(store, held):
    study_id = store.studies.create("rates", study.grid(TrainConfig(), RATES))
    app = open_page("studies", study=study_id)
    app.button(key="study_pause").click().run()
    assert store.studies.get(study_id).is_paused and "paused" in texts(app)
    app.button(key="study_resume").click().run()
    assert not store.studies.get(study_id).is_paused
    app.button(key="study_delete").click().run()
    assert "2 runs go with it, 0 of them tested" in texts(app) and DIALOG in app.session_state
    app.button(key="study_delete_for_good").click().run()
    assert store.studies.all() == [] and store.runs() == []
    assert not app.exception and DIALOG not in app.session_state


def test_deleting_a_study_that_another_tab_has_deleted_asks_for_no_other_one(store):
    store.studies.create("first", [TrainConfig()], paused=True)
    second = store.studies.create("second", [TrainConfig(seed=9)], paused=True)
    app = open_page("studies", study=second)
    app.button(key="study_delete").click().run()
    study.delete(store, SINGLE_USER, second)
    app.run()
    assert not app.exception and DIALOG not in app.session_state
    assert "study_delete_for_good" not in [button.key for button in app.button]

    def dialog() -> None:  # as its own run, without the rest of the page
        import streamlit as st

        from pages.ui.studies import progress

        st.session_state["dialog"] = ("delete_study", ["gone"])
        progress._confirm("gone")

    app = AppTest.from_function(dialog).run()
    assert not app.exception and "There is no study 'gone'" in texts(app)


def test_the_study_that_is_looked_at_is_there_when_one_comes_back(store):
    first = store.studies.create("first", [TrainConfig()], paused=True)
    store.studies.create("second", [TrainConfig()], paused=True)
    app = open_page("studies", study=first)
    leave_for(app, "data")
    leave_for(app, "studies")
    assert address_of(app)["study"] == first


@pytest.mark.browser
def test_verdict_table_and_charts_lie_in_the_window_and_ticked_rows_in_the_address(page, tmp_path):
    study_id = finished_study(RunStore())
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "log") as server:
        main = load(page, f"{server}/studies?study={study_id}", WIDE[0])
        expect(main.get_by_text("is the better way to train than")).to_be_visible()
        expect(page.locator(".live-charts .scatterlayer .trace").first).to_be_attached()
        for _ in wide_windows(page):
            assert lies_inside(page.locator(".st-key-study_verdict"), page)
            assert lies_inside(page.get_by_test_id("stDataFrame").first, page)
            for chart in page.locator(".live-charts > div").all():
                assert lies_inside(chart, page)
        tick_row(page.get_by_test_id("stDataFrame").first, 0)
        expect(page).to_have_url(re.compile("groups="))
        expect(page.get_by_test_id("stDataFrame")).to_have_count(2)
        page.reload()
        expect(page.get_by_test_id("stDataFrame")).to_have_count(2)


def test_a_study_is_taken_to_another_machine(store, tmp_path):
    study_id = finished_study(store, seeds=2)
    app = open_page("studies", study=study_id)
    for run_id in store.studies.run_ids(study_id):
        if store.get(run_id).status == "queued":
            store.request_stop(run_id)
    buffer = io.BytesIO()
    archive.write_archive(store, store.studies.run_ids(study_id), buffer, store.studies.get(study_id))
    app.file_uploader(key="study_file_0").upload("s.fmnist.zip", buffer.getvalue()).run()
    assert not app.exception and len(store.studies.all()) == 2
    assert address_of(app)["study"] != study_id
    app.file_uploader(key="study_file_1").upload("s.zip", b"nonsense").run()
    assert "no archive of runs that can be read" in texts(app) and len(store.studies.all()) == 2


def test_a_study_is_one_piece_of_news_at_its_end(store, held):
    """And not one for each of its runs."""
    study_id = store.studies.create("rates", study.grid(TrainConfig(), RATES))
    first, second = store.studies.run_ids(study_id)
    app = open_page("studies", study=study_id)
    complete(store, first, 0.9)
    app.run()
    assert not app.toast
    complete(store, second, 0.9)
    app.run()
    app.run()
    assert [toast.value for toast in app.toast] == ["rates is done: 2 runs completed"]


def test_runs_that_a_restart_interrupted_are_told_of_and_can_go_on_beside_those_that_train(store, held):
    configs = study.grid(
        TrainConfig(architecture="mlp-32", epochs=3), {"learning_rate": [0.001, 0.01]}, seeds=2
    )
    study_id = store.studies.create("rates", configs)
    first, second, *_ = store.studies.run_ids(study_id)
    worker = store.workers.open()
    for run_id in (first, second):
        store.start(run_id, worker)
    store.finish(first, "interrupted")
    app = open_page("studies", study=study_id)
    assert "1 interrupted" in texts(app)
    assert {button.key for button in app.button} >= {"study_pause", "study_resume"}
    app.button(key="study_resume").click().run()
    assert store.get(first).status == "queued" and "interrupted" not in texts(app)
    store.workers.close(worker)


def test_where_no_run_on_a_data_set_is_done_that_is_said(store, held):
    store.create(KMNIST)
    app = open_page("studies", dataset="kmnist")
    assert "No run on kmnist is done yet. Another data set: at the left." in [info.value for info in app.info]
