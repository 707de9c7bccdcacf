"""The page Guess along, without a browser and in Chromium."""

import base64
import io
import re

import pytest
from finished_runs import finished_run
from helpers import address_of, leave_for, open_page, small_config, train_here
from PIL import Image
from playwright.sync_api import expect
from servers import forked_server
from streamlit.testing.v1 import AppTest
from windows import READY, arrive
from zips import two_classes, zipped

from fmnist_core.base.palette import GROUNDS, contrast
from fmnist_core.data import custom_import, datasets, summary
from fmnist_core.data.datasets import CLASS_NAMES
from fmnist_core.results import statistics
from fmnist_core.results.statistics import Answers
from fmnist_core.runs import RunStore
from pages.ui.words.language import percent

COLOR = """element => {
    const style = getComputedStyle(element), [red, green, blue, alpha = 1] = style.color.match(/[\\d.]+/g)
    const channels = [red, green, blue].map(value => Number(value).toString(16).padStart(2, "0"))
    return ["#" + channels.join(""), Number(alpha) * Number(style.opacity)]
}"""
"""Of a text."""


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
    assert f"95\u00a0% interval {percent(low, 0)} to {percent(high, 0)}" in texts(app)
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


def test_a_game_goes_on_after_a_reload_with_the_same_images_and_answers(run_id):
    app = open_page("guess")
    app.multiselect(key="guess_runs_fashion-mnist").set_value([run_id]).run()
    app.button(key="guess_begin").click().run()
    for _ in range(2):
        app.button(key="guess_3").click().run()
        app.button(key="guess_3").click().run()
    app.button(key="guess_5").click().run()
    game = app.session_state["guess_game"]
    again = open_page("guess", **address_of(app))
    assert not again.exception and not again.warning
    kept = again.session_state["guess_game"]
    assert (
        (kept.guesses, kept.seen, kept.run_ids)
        == ([3, 3, 5], 2, [run_id])
        == (
            game.guesses,
            game.seen,
            game.run_ids,
        )
    )
    assert kept.images.tolist() == game.images.tolist() and "of 3:" in html(again)
    again.button(key="guess_5").click().run()
    assert again.session_state["guess_game"].seen == 3 and not again.exception


def test_the_choice_of_opponents_stands_in_the_address(store, run_id):
    finished_run(store, "another", skill=4.0, seed=2)
    app = open_page("guess", dataset="fashion-mnist", against=run_id)
    assert app.multiselect(key="guess_runs_fashion-mnist").value == [run_id]
    assert address_of(app) == {"dataset": "fashion-mnist", "against": run_id}
    wrong = open_page("guess", dataset="nothing", against=run_id)
    assert not wrong.exception and "dataset=nothing" in wrong.warning[0].value


@pytest.mark.parametrize(
    "damage",
    [
        {"game": "x"},
        {"game": "-1"},
        {"answers": "99"},
        {"answers": "-1"},
        {"answers": "1.2.3"},
        {"seen": "4"},
        {"answers": ".".join("1" * 21), "seen": "21"},
        {"dataset": "nothing"},
    ],
    ids=str,
)
def test_a_game_that_the_address_cannot_mean_is_said_and_none_is_played(run_id, damage):
    query = {"dataset": "fashion-mnist", "against": run_id, "game": "5", "answers": "1", "seen": "1"}
    app = open_page("guess", **query | damage)
    assert not app.exception and "game=" in app.warning[0].value
    assert app.button(key="guess_begin")


def test_images_in_colour_are_asked_in_colour(store):
    custom_import.import_zip(zipped(two_classes()), "skies", colour=True)
    run_id = store.create(small_config(dataset="skies", batch_size=8, epochs=1))
    assert train_here(store, run_id) == "completed"
    app = open_page("guess", dataset="skies", against=run_id)
    for begun in (False, True):
        if begun:
            app.button(key="guess_begin").click().run()
        pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', html(app))
        assert pictures and not app.exception
        assert {Image.open(io.BytesIO(base64.b64decode(each))).mode for each in pictures} == {"RGB"}
    app = open_page("guess")  # of the newest run it is only after a look at that run
    assert app.selectbox(key="guess_dataset").value == "fashion-mnist"
    app = leave_for(open_page("predictions", run=run_id), "guess")
    assert app.selectbox(key="guess_dataset").value == "skies" and not app.exception


def test_without_a_model_there_is_nobody_to_guess_against(nothing_shipped):
    app = open_page("guess")
    assert not app.exception
    assert "no model to play against" in texts(app)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A dashboard with one finished run."""
    folder = tmp_path_factory.mktemp("guess")
    finished_run(RunStore(folder / "runs"), "looked at", skill=2.0, seed=1)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


def with_answers(address: str, count: int) -> str:
    """The address of the same game after so many images."""
    address = re.sub(r"answers=[^&]*", "answers=" + ".".join("3" * count), address)
    return re.sub(r"seen=\d+", f"seen={count}", address)


@pytest.mark.browser
def test_guessing_along_is_played_from_the_keyboard(address, page):
    arrive(page, f"{address}/guess")
    page.get_by_role("button", name="Begin").wait_for()
    page.locator(READY).wait_for()
    page.keyboard.press("Enter")
    for number in (1, 2, 3, 20):
        if number == 20:  # `test_guessing_along_ends_with_the_scores_side_by_side` plays them all
            page.wait_for_url(re.compile("answers=9.2.9&seen=3"))
            arrive(page, with_answers(page.url, 19))
        page.get_by_text(f"Image {number} of 20").wait_for()
        page.locator(READY).wait_for()
        page.keyboard.press("0" if number % 2 else "3")
        goes_on = page.get_by_role("button", name="See the result" if number == 20 else "Next image")
        expect(goes_on.locator("kbd")).to_have_text("Enter")
        page.locator(READY).wait_for()
        page.keyboard.press("3" if number == 2 else "Enter")  # or the own answer's key again
    page.get_by_text("20 images say little").wait_for()
    page.locator(".image-cards img").nth(19).wait_for()


@pytest.mark.browser
def test_the_right_answer_stands_out_the_own_one_stays_and_enter_goes_on_by_one(address, page):
    labels = datasets.load("fashion-mnist").test_labels
    arrive(page, f"{address}/guess")
    page.get_by_role("button", name="Begin").click()
    for number in (1, 2):
        page.get_by_text(f"Image {number} of 20").wait_for()
        page.locator(READY).wait_for()
        drawn = int(re.search(r"game=(\d+)", page.url)[1])
        label = int(labels[summary.draw_evenly(labels, 20, drawn)[number - 1]])
        said = (label + number) % 10
        own, right = (page.locator(f".st-key-guess_{k} button") for k in (said, label))
        own.click()
        page.locator(".image-cards.opinions").wait_for()
        page.locator(READY).wait_for()
        for scheme, ground in zip(("light", "dark"), GROUNDS, strict=True):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(500)  # what fades in
            for button, name in ((own, CLASS_NAMES[said]), (right, CLASS_NAMES[label])):
                expect(button.locator("p").first).to_have_text(name)
                color, opacity = button.locator("p").first.evaluate(COLOR)
                assert opacity == 1 and contrast(color, ground) >= 4.5
            assert right.locator("p").first.evaluate(COLOR) != own.locator("p").first.evaluate(COLOR)
        page.emulate_media(color_scheme="light")
        page.keyboard.press("Enter")  # with the own button in the focus: it counts once
    page.get_by_text("Image 3 of 20").wait_for()
    page.locator(READY).wait_for()
    page.wait_for_timeout(500)
    assert not page.locator(".image-cards.opinions").count()


@pytest.mark.browser
def test_what_two_nets_say_lies_apart_and_each_score_has_a_line(address, page):
    arrive(page, f"{address}/guess")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Sneaker").click()
    said = page.locator(".image-cards.opinions figcaption > div")
    expect(said).to_have_count(8)  # a line and three bars, of each of two nets
    boxes = [each.bounding_box() for each in said.all()]
    assert boxes[4]["y"] - boxes[3]["y"] - boxes[3]["height"] >= 6
    lines = [line.bounding_box() for line in page.locator(".scores span").all()]
    assert len(lines) == 4 and len({line["x"] for line in lines}) == 1
    assert lines == sorted(lines, key=lambda line: line["y"]) and len({line["y"] for line in lines}) == 4


@pytest.mark.browser
def test_a_reload_keeps_the_game_and_back_leads_out_of_it_in_one_step(address, page):
    arrive(page, f"{address}/guess")
    page.get_by_role("button", name="Begin").click()
    for number in (1, 2):
        page.get_by_text(f"Image {number} of 20").wait_for()
        page.get_by_role("button", name="Sneaker").click()
        page.get_by_role("button", name="Next image").click()
    page.get_by_text("Image 3 of 20").wait_for()
    page.get_by_text("Right so far, of 2:").wait_for()
    page.wait_for_url(re.compile("answers=7.7&seen=2"))
    shown = page.locator("img.to-name").get_attribute("src")
    page.reload()
    page.get_by_text("Image 3 of 20").wait_for()
    page.get_by_text("Right so far, of 2:").wait_for()
    assert page.locator("img.to-name").get_attribute("src") == shown
    page.locator(READY).wait_for()
    page.go_back()
    page.get_by_role("button", name="Begin").wait_for()
    page.go_forward()
    page.get_by_text("Image 3 of 20").wait_for()
    assert page.locator("img.to-name").get_attribute("src") == shown
