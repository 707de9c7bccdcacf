"""The page Guess along, without a browser and in Chromium."""

import pytest
from finished_runs import finished_run
from helpers import leave_for, open_page, running_server
from streamlit.testing.v1 import AppTest

from fmnist_core.base.messages import percent
from fmnist_core.data import datasets
from fmnist_core.data.datasets import CLASS_NAMES
from fmnist_core.results import statistics
from fmnist_core.results.statistics import Answers
from fmnist_core.runs import RunStore

READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.info, *app.caption))


def html(app: AppTest) -> str:
    return "".join(element.value for element in app.get("html"))


def answers_of(run_id: str) -> Answers:
    labels = datasets.load("fashion-mnist").test_labels
    return statistics.answers_from_logits(RunStore().logits(run_id), labels)


@pytest.fixture
def run_id(store) -> str:
    return finished_run(store, "looked at", skill=2.5, seed=1, validation_size=500)


def test_guessing_along_ends_with_the_scores_side_by_side(store, run_id):
    app = open_page("guess")
    app.multiselect(key="guess_runs_fashion-mnist").set_value([run_id]).run()
    app.button(key="guess_begin").click().run()
    assert not app.exception
    labels = datasets.load("fashion-mnist").test_labels
    game = app.session_state["guess_game"]
    answers = statistics.answers_from_logits(RunStore().logits(run_id), labels)
    for number, index in enumerate(game.images, start=1):
        assert not app.success and not app.error  # nothing is said before the answer
        app.button(key=f"guess_{labels[index]}").click().run()
        assert f"Right: **{CLASS_NAMES[labels[index]]}**" in [element.value for element in app.success]
        said = html(app)
        assert f"{CLASS_NAMES[answers.predicted[index]]}</b>" in said and 'class="bar"' in said
        right = int(answers.right[game.images[:number]].sum())
        assert f"of {number}:" in said and f"You <b>{number}</b>" in said
        assert f"looked at <b>{right}</b>" in said
        app.button(key=f"guess_{labels[index]}").click().run()  # the same button goes on
    assert not app.exception
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("You", "20 / 20"),
        ("looked at", f"{answers.right[game.images].sum()} / 20"),
    ]
    low, high = statistics.wilson_interval(20, 20)
    assert f"95 % interval {percent(low, 0)} to {percent(high, 0)}" in texts(app)
    (cards,) = [part.value for part in app.get("html") if "image-cards" in part.value]
    assert cards.count("<img ") == 20


def test_a_wrong_guess_is_said_with_the_label_and_the_game_outlives_a_visit_elsewhere(run_id):
    app = open_page("guess")
    app.multiselect(key="guess_runs_fashion-mnist").set_value([run_id]).run()
    app.button(key="guess_begin").click().run()
    game = app.session_state["guess_game"]
    label = datasets.load("fashion-mnist").test_labels[game.images[0]]
    said = (label + 1) % 10
    app.button(key=f"guess_{said}").click().run()
    sentence = f"You said {CLASS_NAMES[said]}; the label says **{CLASS_NAMES[label]}**"
    assert [error.value for error in app.error] == [sentence]
    assert [b.disabled for b in (app.button(key=f"guess_{k}") for k in range(10))] == [
        k != said for k in range(10)
    ]
    leave_for(app, "data")
    leave_for(app, "guess")
    assert not app.exception and [error.value for error in app.error] == [sentence]
    assert app.multiselect(key="guess_runs_fashion-mnist").value == [run_id]
    app.button(key=f"guess_{said}").click().run()
    assert not app.error and app.session_state["guess_game"].seen == 1


def test_two_opponents_of_one_name_are_told_apart(store):
    twins = [finished_run(store, "twin", skill=skill, seed=seed) for skill, seed in ((0.5, 1), (6.0, 2))]
    app = open_page("guess")
    app.multiselect(key="guess_runs_fashion-mnist").set_value(twins).run()
    app.button(key="guess_begin").click().run()
    game = app.session_state["guess_game"]
    app.button(key="guess_0").click().run()
    said = html(app)
    labels = datasets.load("fashion-mnist").test_labels
    for run_id in twins:
        right = answers_of(run_id).predicted[game.images[0]] == labels[game.images[0]]
        assert f"<span>twin · {run_id} <b>{int(right)}</b></span>" in said


def test_without_a_model_there_is_nobody_to_guess_against(nothing_shipped):
    app = open_page("guess")
    assert not app.exception
    assert "no model to play against" in texts(app)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A dashboard with one finished run."""
    folder = tmp_path_factory.mktemp("guess")
    finished_run(RunStore(folder / "runs"), "looked at", skill=2.0, seed=1)
    with running_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


@pytest.mark.browser
def test_guessing_along_is_played_from_the_keyboard(address, page):
    page.goto(f"{address}/guess")
    page.get_by_role("button", name="Begin").wait_for()
    page.locator(READY).wait_for()
    page.keyboard.press("Enter")
    for number in range(1, 21):
        page.get_by_text(f"Image {number} of 20").wait_for()
        page.locator(READY).wait_for()
        page.keyboard.press("0" if number % 2 else "3")
        page.get_by_role("button", name="See the result" if number == 20 else "Next image").wait_for()
        page.locator(READY).wait_for()
        page.keyboard.press("0" if number % 2 else "3")
    page.get_by_text("20 images say little").wait_for()
    page.locator(".image-cards img").nth(19).wait_for()
