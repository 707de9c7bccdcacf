"""The Predictions page, without a browser and in Chromium."""

import base64
import io
import re
from dataclasses import replace

import numpy as np
import pytest
from finished_runs import finished_run
from helpers import address_of, open_page
from PIL import Image
from playwright.sync_api import expect
from servers import forked_server
from streamlit.testing.v1 import AppTest
from windows import READY, arrive

from fmnist_core.data import datasets, encode
from fmnist_core.results import statistics
from fmnist_core.runs import RunStore
from pages.ui import stored_answers


def texts(app: AppTest) -> str:
    elements = (*app.markdown, *app.info, *app.warning, *app.error, *app.caption, *app.subheader)
    return "\n".join(element.value for element in elements).replace("\\", "")


def cards(app: AppTest) -> str:
    """The HTML of the grid of images."""
    (grid,) = [html.value for html in app.get("html") if "image-cards" in html.value]
    return grid


def answers_of(run_id: str) -> statistics.Answers:
    labels = datasets.load("fashion-mnist").test_labels
    return statistics.answers_from_logits(RunStore().logits(run_id), labels)


@pytest.fixture
def run_id(store) -> str:
    return finished_run(store, "looked at", skill=2.5, seed=1, validation_size=500)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_card_shows_each_pixel_in_its_colour(channels):
    image = np.random.default_rng(0).integers(0, 256, (channels, 5, 4), dtype=np.uint8)
    for _ in range(2):  # made, then kept
        content = base64.b64decode(encode.data_uri(image).split(",")[1])
        shown = np.asarray(Image.open(io.BytesIO(content)))
        assert np.array_equal(shown, image[0] if channels == 1 else image.transpose(1, 2, 0))


def test_without_a_tested_run_the_page_says_what_to_do():
    app = open_page("predictions")
    assert not app.exception
    assert "No net has been trained and tested here yet" in texts(app)


def test_every_image_has_its_true_class_its_bars_and_words_for_it(run_id):
    app = open_page("predictions", run=run_id, answers="all", order="test order")
    assert not app.exception
    grid = cards(app)
    labels = datasets.load("fashion-mnist").test_labels
    assert grid.count("<img ") == 24
    assert f'alt="Test image 0: {datasets.CLASS_NAMES[labels[0]]}. The model says ' in grid
    assert grid.count('class="bar"') == 24 * 3
    assert "95\u00a0% interval" in texts(app)


def test_images_are_filtered_by_outcome_class_and_confidence(run_id):
    answers = answers_of(run_id)
    app = open_page("predictions", run=run_id, answers="all")
    assert "**10,000** of 10,000 test images" in texts(app)
    app.segmented_control(key="images_outcome").set_value("wrong").run()
    assert f"**{(~answers.right).sum():,}** of 10,000 test images" in texts(app)
    assert "✓" not in cards(app)
    app.selectbox(key="images_true_10").select(6).run()
    app.slider(key="images_confidence").set_range(50, 100).run()
    expected = (~answers.right & (answers.labels == 6) & (answers.confidence >= 0.5)).sum()
    assert f"**{expected:,}** of 10,000 test images" in texts(app)
    assert not app.exception


def test_the_most_confident_mistakes_are_one_click_away(run_id):
    answers = answers_of(run_id)
    worst = statistics.pick_images(answers, "wrong", order="most confident first")[0]
    app = open_page("predictions", run=run_id)
    assert re.search(r'alt="Test image (\d+)', cards(app)).group(1) == str(worst)  # without a click
    app.button(key="images_unsure").click().run()
    unsure = statistics.pick_images(answers, order="least confident first")[0]
    assert re.search(r'alt="Test image (\d+)', cards(app)).group(1) == str(unsure)
    assert address_of(app) == {
        "run": run_id,
        "answers": "all",
        "order": "least confident first",
    }
    app.button(key="images_mistakes").click().run()
    assert re.search(r'alt="Test image (\d+)', cards(app)).group(1) == str(worst)


def test_a_worst_pair_in_words_shows_its_images(run_id):
    app = open_page("predictions", run=run_id, view="matrix")
    button = next(button for button in app.button if button.key.startswith("pair_"))
    true, predicted = (int(part) for part in button.key.split("_")[1:])
    count = re.search(r"in (\d+) of", button.label).group(1)
    button.click().run()
    assert f"{datasets.CLASS_NAMES[true]}, taken for {datasets.CLASS_NAMES[predicted]}" in texts(app)
    assert f"**{count}** of 10,000 test images" in texts(app)
    assert cards(app).count("<img ") == min(int(count), 8)


def test_scores_of_each_class_stand_beside_the_matrix(run_id):
    app = open_page("predictions", run=run_id, view="matrix")
    table = app.dataframe[0].value
    answers = answers_of(run_id)
    scores = statistics.per_class(statistics.confusion_matrix(answers.labels, answers.predicted, 10))
    assert table["f1"].to_numpy() == pytest.approx(100 * scores.f1)
    assert table["images"].sum() == 10_000


def test_confidence_is_judged_before_and_after_the_temperature(store, run_id):
    app = open_page("predictions", run=run_id, view="calibration")
    assert not app.exception
    assert "fitted on 500 validation images, errors measured on 10,000 test images" in texts(app)
    blind = finished_run(store, "no validation", seed=5)
    app = open_page("predictions", run=blind, view="calibration")
    assert "fitted on one half of the test images" in texts(app)


@pytest.mark.parametrize(
    ("factor", "effect"),
    [(0.2, "below 1 suits a net that is too timid"), (5, "above 1 suits a net that boasts")],
)
def test_confidence_says_what_this_temperature_does(run_id, monkeypatch, factor, effect):
    logits, labels = RunStore().logits(run_id), datasets.load("fashion-mnist").test_labels
    usual = statistics.calibration_report(logits, labels)
    report = statistics.calibration_report(logits * (factor / usual.temperature), labels)
    assert report.temperature == pytest.approx(factor, rel=1e-6)
    monkeypatch.setattr(stored_answers, "calibration", lambda run: report)
    said = texts(open_page("predictions", run=run_id, view="calibration"))
    assert effect in said and said.count("A temperature ") == 1
    monkeypatch.setattr(stored_answers, "calibration", lambda run: replace(report, temperature=1.001))
    assert "A temperature of 1 leaves every answer" in texts(
        open_page("predictions", run=run_id, view="calibration")
    )


def test_counts_of_two_runs_agree_with_both_accuracies(store, run_id):
    other = finished_run(store, "other", skill=1.0, seed=2)
    app = open_page("predictions", run=run_id, view="beside", other=other)
    assert not app.exception
    groups = (option.split(" · ") for option in app.segmented_control(key="beside_group").options)
    counts = {name: int(count.replace(",", "")) for name, count in groups}
    total = sum(counts.values())
    assert total == 10_000
    right_a = counts["Both right"] + counts["Only A right"]
    right_b = counts["Both right"] + counts["Only B right"]
    assert right_a / total == pytest.approx(store.get(run_id).test_accuracy)
    assert right_b / total == pytest.approx(store.get(other).test_accuracy)
    grid = cards(app)
    assert "A: <b" in grid and "B: <b" in grid


def test_time_travel_shows_the_same_images_at_another_epoch(run_id):
    app = open_page("predictions", run=run_id, view="travel")
    late = cards(app)
    assert "After epoch 3" in texts(app)
    app.select_slider(key=f"travel_{run_id}").set_value(1).run()
    early = cards(app)
    assert "After epoch 1" in texts(app)
    images = re.compile(r"Test image (\d+)")
    assert images.findall(early) == images.findall(late) and len(images.findall(late)) == 12
    assert early != late


def test_thirty_epochs_of_predictions_take_less_than_3_megabytes(store):
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(10_000, 10))
    logits[np.arange(10_000), generator.integers(0, 10, 10_000)] += 4  # an early, unsure net: the worst case
    from fmnist_core.runs.predictions import pack

    assert 30 * len(pack(logits)) < 3_000_000


def test_the_detective_shows_images_on_which_the_runs_agree_against_the_label(store, run_id):
    second = finished_run(store, "second witness", skill=2.5, seed=7, architecture="cnn")
    app = open_page("predictions", run=run_id, view="detective")
    app.multiselect(key=f"detectives_{run_id}").set_value([run_id, second]).run()
    assert not app.exception
    assert "2 of 2 runs, " in cards(app) and "The highest **score** comes first" in texts(app)
    scores = [float(score) for score in re.findall(r"score (-?[0-9.]+)", cards(app))]
    assert len(scores) > 1 and scores == sorted(scores, reverse=True)
    twin = finished_run(store, "twin", skill=2.5, seed=7, architecture="cnn")
    app.multiselect(key=f"detectives_{run_id}").set_value([run_id, second, twin]).run()
    assert "2 of 2 runs, " in cards(app)  # not 3: the twin says nothing of its own
    assert "because they answer exactly like another one: 1 run." in texts(app)
    app.multiselect(key=f"detectives_{run_id}").set_value([second, twin]).run()
    assert "One run alone is a weak witness" in texts(app)
    app.multiselect(key=f"detectives_{run_id}").set_value([]).run()
    assert "Choose at least one run" in texts(app)


def test_a_run_whose_predictions_are_gone_is_a_sentence(store, run_id):
    (store.folder(run_id) / "test_logits.npy").unlink()
    app = open_page("predictions", run=run_id)
    assert not app.exception
    assert "has no test predictions yet" in texts(app)


def test_an_unknown_run_in_the_address_is_said_and_another_is_shown(run_id):
    app = open_page("predictions", run="nobody")
    assert "run=nobody (it is not here, or cannot be used on this page); shown instead: " in texts(app)
    assert app.selectbox(key="predictions_run").value == run_id


# ---- in the browser ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A dashboard with one finished run."""
    folder = tmp_path_factory.mktemp("predictions")
    finished_run(RunStore(folder / "runs"), "looked at", skill=2.0, seed=1)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


@pytest.mark.browser
def test_a_clicked_cell_shows_its_images(address, page):
    arrive(page, f"{address}/predictions?view=matrix")
    cells = page.locator(".js-plotly-plot .scatterlayer .points path")
    cells.nth(99).wait_for(state="attached")
    cells.nth(6 * 10 + 6).click(force=True)  # the chart's own layer lies over it
    images = page.locator(".st-key-cell_images")
    images.get_by_text("Shirt, answered rightly").wait_for()
    shown = images.locator(".image-cards img")
    shown.nth(7).wait_for()
    expect(shown.first).to_have_attribute("alt", re.compile("Shirt. The model says Shirt"))  # later than that
    expect(shown.first).to_have_js_property("naturalWidth", 28)


NUMBERS = """JSON.stringify(
    document.querySelector(".live-charts > .js-plotly-plot").data.map(trace => trace.text))"""


@pytest.mark.browser
def test_the_time_slider_moves_matrix_and_images(address, page):
    arrive(page, f"{address}/predictions?view=travel")
    page.get_by_text("After epoch 3").wait_for()
    images = page.locator(".image-cards img")
    matrix = page.locator(".live-charts > .js-plotly-plot")
    matrix.locator(".scatterlayer .point").first.wait_for(state="attached")
    matrix.evaluate("plot => { plot.seen = true }")
    before = page.evaluate(NUMBERS)
    late = [images.nth(k).get_attribute("alt") for k in range(12)]
    page.get_by_role("slider").press("ArrowLeft")
    page.get_by_text("After epoch 2").wait_for()
    page.locator(READY).wait_for()
    early = [images.nth(k).get_attribute("alt") for k in range(12)]
    assert [text.split(".")[0] for text in early] == [text.split(".")[0] for text in late]
    assert early != late
    assert matrix.evaluate("plot => plot.seen"), "it is the same chart, with its zoom"
    page.wait_for_function(f"before => {NUMBERS} !== before", arg=before)


@pytest.mark.parametrize(("images", "is_few"), [(12, True), (4000, False)])
def test_of_few_images_no_calibration_is_called_good(run_id, monkeypatch, images, is_few):
    logits = RunStore().logits(run_id)[:images] * 0.2
    labels = datasets.load("fashion-mnist").test_labels[:images]
    report = statistics.calibration_report(logits, labels)
    worse = replace(report, after=replace(report.after, error=report.before.error + 0.1))
    monkeypatch.setattr(stored_answers, "calibration", lambda run: worse)
    said = texts(open_page("predictions", run=run_id, view="calibration"))
    assert "Here the temperature did not help" in said and "calibrated well" not in said
    assert (f"Only {images // 2} images: these errors may be chance." in said) is is_few
    assert ("Points of fewer than 10 images are left out" in said) is is_few
