"""More seeds of a run: the link to them, the study that is started, and which study is then shown."""

import re
import time
from urllib.parse import parse_qsl

import pytest
from helpers import address_of, complete, open_page
from playwright.sync_api import expect
from servers import forked_server
from streamlit.testing.v1 import AppTest
from test_search_page import finished_search
from test_studies_page import texts
from windows import PHONE, WIDE, lies_inside, load, main_pane, settle

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import TrainingQueue, study
from fmnist_core.runs import RunStore
from pages.ui.studies import labels

BEST = re.compile("Train the best one with 5 seeds")


def two_of_one_name(store: RunStore) -> tuple[str, str]:
    """The ids of two studies, the older first."""
    older, newer = (store.studies.create("twins", [TrainConfig(seed=seed)], paused=True) for seed in (1, 2))
    return older, newer


def follow_best(app: AppTest) -> AppTest:
    """Press the link from the page to itself, as a browser does."""
    (link,) = [link.proto for link in app.get("page_link") if BEST.search(link.proto.label)]
    app.query_params = dict(parse_qsl(link.query_string))
    return app.switch_page("pages/studies.py").run()


# ---- studies of one name ------------------------------------------------------------------------------


def test_studies_of_one_name_are_two_in_the_list_and_each_is_reached(store):
    older, newer = two_of_one_name(store)
    app = open_page("studies", study=newer)
    choice = app.selectbox(key="studies_chosen")
    assert len(set(choice.options)) == 3
    for wanted in (older, newer):
        label = next(label for label in choice.options if wanted in label)
        app.selectbox(key="studies_chosen").select(label).run().run()
        assert address_of(app)["study"] == wanted


def test_a_study_stays_chosen_when_another_one_gets_its_name(store):
    """Its label then begins with the day and time, and Streamlit remembers a choice by its label."""
    older = store.studies.create("twins", [TrainConfig(seed=1)], paused=True)
    app = open_page("studies", study=older)
    assert f"twins · {older}" in app.selectbox(key="studies_chosen").options
    store.studies.create("twins", [TrainConfig(seed=2)], paused=True)
    for _ in range(2):
        app.run()
        assert app.selectbox(key="studies_chosen").value == older and address_of(app)["study"] == older


def test_labels_of_studies_of_one_name_differ_at_their_beginning(store):
    begun = time.mktime((2026, 11, 28, 9, 5, 7, 0, 0, -1))
    names = ("twins", "twins", "alone", "twins", "at once", "at once")
    ids = [store.studies.create(name, [TrainConfig()], paused=True) for name in names]
    for study_id, minutes in zip(ids, (0, 0.5, 0, 60, 0, 0), strict=True):
        with store.database.write() as db:
            values = begun + 60 * minutes, study_id
            db.execute("UPDATE studies SET created_at = ? WHERE study_id = ?", values)
    found = labels.of_studies(store.studies.all())
    assert [found[study_id].removesuffix(f" · {study_id}") for study_id in ids] == [
        "11-28 09:05:07 · twins",
        "11-28 09:05:37 · twins",
        "alone",
        "11-28 10:05 · twins",
        f"{ids[4]} · at once",
        f"{ids[5]} · at once",
    ]


@pytest.mark.browser
def test_two_studies_of_one_name_look_different_where_the_list_is_narrow(page, tmp_path):
    store = RunStore()
    older, _ = two_of_one_name(store)
    with store.database.write() as db:
        db.execute("UPDATE studies SET created_at = created_at - 3600 WHERE study_id = ?", (older,))
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "log") as server:
        for size in (WIDE[0], PHONE):
            load(page, f"{server}/studies?study={older}", size)
            if size == PHONE:
                page.get_by_test_id("stExpandSidebarButton").click()
                settle(page)
            box = page.get_by_role("combobox", name="Study", exact=True)
            expect(box).to_have_value(labels.of_studies(store.studies.all())[older])
            room = box.evaluate(
                """box => {
                    const brush = document.createElement("canvas").getContext("2d")
                    brush.font = getComputedStyle(box).font
                    return box.clientWidth - brush.measureText(box.value.slice(0, 11)).width
                }"""
            )  # for what follows the day and time
            assert room > 20, (size, room)
        page.get_by_test_id("stSidebarCollapseButton").locator("button").click()  # the browser remembers it


# ---- the link of a search -----------------------------------------------------------------------------


def test_more_seeds_of_the_best_trial_are_on_the_form_of_the_page_that_links_to_itself(store):
    study_id = finished_search(store)
    best = next(run.run_id for run in store.runs() if run.name == "trial 6")
    app = follow_best(open_page("studies", study=study_id))
    for _ in range(2):
        assert "The settings of **trial 6**" in texts(app) and "5 runs" in texts(app)
        assert any(expander.label == "New study" and expander.proto.expanded for expander in app.expander)
        wanted = {"study": study_id, "repeat": best, "seeds": "5"}
        assert {name: address_of(app)[name] for name in wanted} == wanted and not app.warning
        next(button for button in app.button if button.key == "studies_no_repeat").click().run()
        assert "repeat" not in address_of(app)
        follow_best(app)  # a link that was drawn since is followed again


def test_what_is_chosen_after_a_link_stays_though_a_click_still_carries_the_link(store):
    study_id = finished_search(store)
    app = follow_best(open_page("studies", study=study_id))
    carried = dict(app.query_params)
    (seeds,) = [field for field in app.number_input if field.label == "Seeds"]
    app.query_params = carried
    seeds.set_value(7).run()
    assert address_of(app)["seeds"] == "7"


def test_more_seeds_are_offered_on_the_page_and_started_there(store, held):
    run_id = store.create(TrainConfig(architecture="mlp-32"))
    complete(store, run_id, 0.9)
    app = open_page("studies", repeat=run_id, seeds="5")
    (offer,) = [text.value for text in app.main.markdown if "5 seeds of" in text.value]
    assert f"5 seeds of {store.get(run_id).name}" in offer.replace("\\", "") and "5 runs" in offer
    app.main.button(key="studies_start_here").click().run()
    (found,) = store.studies.all()
    assert [run.config.seed for run in study.runs_of(store, found.study_id)] == [*range(43052, 43057)]
    assert address_of(app)["study"] == found.study_id and "repeat" not in address_of(app)
    assert "studies_start_here" not in [button.key for button in app.button]


def test_an_offer_of_more_seeds_is_put_away(store):
    run_id = store.create(TrainConfig(architecture="mlp-32"))
    complete(store, run_id, 0.9)
    app = open_page("studies", repeat=run_id, seeds="5")
    app.button(key="studies_not_now").click().run()
    assert not app.exception and not store.studies.all() and "repeat" not in address_of(app)
    assert "studies_start_here" not in [button.key for button in app.button]


@pytest.mark.browser
def test_the_offer_of_more_seeds_is_seen_at_once(page, tmp_path):
    """Where the links of a search and of Train lead."""
    store = RunStore()
    study_id = finished_search(store)
    best = next(run.run_id for run in store.runs() if run.name == "trial 6")
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "log") as server:
        for size in (WIDE[0], PHONE):
            load(page, f"{server}/studies?study={study_id}&repeat={best}&seeds=5", size)
            for words in ("5 seeds of trial 6", "Start these runs"):
                expect(page.get_by_text(words)).to_be_visible()
                assert lies_inside(page.get_by_text(words), page)


# ---- how many runs there are, and what they say -------------------------------------------------------


def test_a_run_that_belongs_to_a_search_is_trained_again_in_a_study_of_its_seeds(store, held):
    study_id = finished_search(store)
    with store.database.write() as db:  # else the new study passes for a second click on the search
        db.execute("UPDATE runs SET created_at = created_at - 100")
    best = next(run.run_id for run in store.runs() if run.name == "trial 6")
    app = open_page("studies", study=study_id, repeat=best, seeds="5")
    app.button(key="studies_start").click().run()
    newer = next(each.study_id for each in store.studies.all() if each.study_id != study_id)
    runs = study.runs_of(store, newer)
    first = store.get(best).config.seed
    assert [run.config.seed for run in runs] == list(range(first, first + 5))
    assert "0 of 5 runs done" in texts(app) and store.studies.study_of(best) == study_id


def test_a_run_of_other_settings_than_the_form_then_has_is_not_taken_into_the_study(store):
    other = store.create(TrainConfig(architecture="mlp-32"))
    complete(store, other, 0.9)
    configs = study.grid(TrainConfig(architecture="cnn"), {}, 2)
    study_id = TrainingQueue(store).submit_study("s", configs, adopt=store.get(other))
    assert [run.config for run in study.runs_of(store, study_id)] == configs


def test_of_one_way_to_train_the_page_says_the_mean_and_how_sure_it_is(store):
    for seed, accuracy in ((1, 0.80), (2, 0.82), (3, 0.84)):
        run_id = store.create(TrainConfig(architecture="mlp-32", seed=seed))
        complete(store, run_id, accuracy)
        said = texts(open_page("studies", study="all")).replace("\u00a0", " ")
        assert "Once two of them" not in said
        if seed == 1:
            assert (
                "mlp-32 · custom · 10 epochs names 80.00 % of the test images rightly with one seed." in said
            )
    # 0.02 between seeds, and Student's t at two degrees of freedom is 4.303
    assert "82.00 % of the test images rightly in the mean of 3 seeds" in said
    assert "(95 % interval 77.03 % to 86.97 %)" in said


@pytest.mark.browser
def test_five_seeds_of_the_best_trial_are_started_and_shown(page, tmp_path):
    """In a browser: a study of that name is there already."""
    store = RunStore()
    study_id = finished_search(store)
    older = store.studies.create("mlp-32 · 5 seeds", [TrainConfig(seed=1)], paused=True)
    store.waiting.hold()
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "log") as server:
        load(page, f"{server}/studies?study={study_id}", WIDE[0])
        page.get_by_role("link", name=BEST).click()
        expect(page.get_by_text("The settings of trial 6")).to_be_visible()
        page.get_by_role("button", name="Start the study").click()
        expect(page.get_by_text("0 of 5 runs done")).to_be_visible()
        main_pane(page)
        page.wait_for_timeout(3000)
        expect(page.get_by_text("0 of 5 runs done")).to_be_visible()
        (newer,) = [each.study_id for each in store.studies.all() if each.study_id not in (study_id, older)]
        expect(page).to_have_url(re.compile(f"study={newer}"))
        assert len(study.runs_of(store, newer)) == 5
