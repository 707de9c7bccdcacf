"""More seeds of a run: the link to them, the study that is started, and which study is then shown."""

import re
from urllib.parse import parse_qsl

import pytest
from helpers import address_of, complete, open_page
from playwright.sync_api import expect
from servers import forked_server
from streamlit.testing.v1 import AppTest
from test_search_page import finished_search
from test_studies_page import texts
from windows import WIDE, load, main_pane

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import TrainingQueue, study
from fmnist_core.runs import RunStore

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


def test_the_label_of_a_study_stays_when_another_one_gets_its_name(store):
    older = store.studies.create("twins", [TrainConfig(seed=1)], paused=True)
    app = open_page("studies", study=older)
    (label,) = [label for label in app.selectbox(key="studies_chosen").options if "twins" in label]
    store.studies.create("twins", [TrainConfig(seed=2)], paused=True)
    app.run()
    assert label in app.selectbox(key="studies_chosen").options and address_of(app)["study"] == older


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
