"""The teaching pages: Learn, The ladder, Design a net, Look inside; without and with a browser."""

import json
import re

import pytest
from helpers import KMNIST, open_page, write_small_set
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from fmnist_core import jobs, lecture
from fmnist_core.base.config import TrainConfig
from fmnist_core.lecture import charts as charts
from fmnist_core.runs import RunStore, saved_designs

WAIT = 60_000


def texts(elements) -> str:
    return "\n".join(element.value for element in elements)


def drawn(app: AppTest) -> str:
    """The page's HTML."""
    return "\n".join(element.proto.body for element in app.get("html"))


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def address(app: AppTest) -> dict[str, str]:
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


# ---- Learn


@pytest.mark.parametrize(
    "section", ["two-classes", "numerics", "categories", "softmax", "cross-entropy", "tables"]
)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_each_section_opens_from_its_link(section, lang):
    app = open_page("learn", section=section, lang=lang)
    assert not app.exception and not app.error
    assert address(app)["section"] == section


def test_a_lesson_link_opens_with_its_settings():
    app = open_page("learn", section="cross-entropy", dog="3.5", truth="cat")
    assert app.slider(key="lesson_dog").value == 3.5
    assert metrics(app)["Class that the net names"] == "dog"
    assert "Wrong. Raise the logit of cat" in texts(app.error)
    assert address(app) == {
        "section": "cross-entropy",
        "dog": "3.5",
        "cat": "0.5",
        "rabbit": "-1",
        "truth": "cat",
    }


def test_nonsense_in_a_link_is_ignored():
    app = open_page("learn", section="../x", logit="nan")
    assert not app.exception
    assert address(app) == {"section": "two-classes", "logit": "1.5"}
    app = open_page("learn", section="softmax", dog="1e9", temperature="-1", cat="abc")
    assert not app.exception
    assert app.slider(key="lesson_dog").value == 2.0
    assert app.slider(key="lesson_temperature").value == 1.0


def test_a_moved_logit_moves_the_probability_and_the_address():
    app = open_page("learn", section="two-classes")
    app.slider(key="lesson_logit").set_value(-2.0).run()
    assert metrics(app)["Probability of class 1"] == "0.1192"
    assert address(app)["logit"] == "-2"


def test_a_huge_logit_shows_what_rounding_does():
    app = open_page("learn", section="numerics", logit="40", target="0")
    assert "The gradient of sigmoid + BCELoss is 0" in texts(app.warning)
    app.slider(key="lesson_logit").set_value(100.0).run()
    assert "infinity / infinity" in texts(app.warning)
    app.slider(key="lesson_logit").set_value(3.0).run()
    assert not app.warning


def test_the_mean_of_dogs_and_rabbits_is_a_cat():
    app = open_page("learn", section="categories")
    assert "The mean of this basket is a **cat**, and there is not one in it." in texts(app.markdown)
    for animal in ("dog", "cat", "rabbit"):
        app.slider(key=f"lesson_{animal}").set_value(0)
    app.run()
    assert "Put at least one animal into the basket." in texts(app.info)


def test_both_small_trainings_run_live_to_the_published_accuracy():
    app = open_page("learn", section="two-classes")
    app.button(key="small_train_two").click().run()
    assert not app.exception
    values = metrics(app)
    assert values["Accuracy with BCELoss"] == values["Accuracy with BCEWithLogitsLoss"] == "99.56 %"
    assert float(values["Largest difference of the losses"]) < 1e-6


def test_the_puzzle_of_the_tables_answers():
    app = open_page("learn", section="tables", task="many", output="probabilities")
    assert "leave softmax out" in texts(app.warning)
    app = open_page("learn", section="tables", task="two", output="probabilities")
    assert "Use `BCELoss`." in texts(app.success)


# ---- The ladder


def test_the_ladder_shows_the_lectures_figures_before_anything_is_trained():
    app = open_page("ladder")
    assert not app.exception
    assert "the best is the very wide one with 89.1 %" in texts(app.markdown)
    table = app.dataframe[0].value
    assert len(table) == 15
    assert table["Test"].iloc[12] == "91.66"


def test_one_click_queues_the_five_nets_once(held):
    app = open_page("ladder")
    app.button(key="climb").click().run()
    assert not app.exception
    assert sorted(run.config.architecture for run in RunStore().runs()) == sorted(lecture.LADDER)
    assert "climb" not in [button.key for button in app.button]


# ---- Design a net


def test_a_wrong_layer_is_explained_and_can_be_mended():
    app = open_page("design", layers='[{"kind":"convolution"},{"kind":"dense"}]')
    assert "Dense takes a flat list of numbers, but gets an image: 32 channels of 28 × 28" in texts(app.error)
    assert app.button(key="design_train").disabled
    app.button(key="design_add_flatten").click().run()
    last = app.session_state["design_layers"][-1]["id"]
    app.button(key=f"design_up_{last}").click().run()
    assert not app.error
    assert metrics(app)["Parameters"] == f"{320 + (32 * 784 + 1) * 128 + 129 * 10:,}"
    assert "nn.Flatten()" in app.code[0].value
    assert address(app)["layers"] == '[{"kind":"convolution"},{"kind":"flatten"},{"kind":"dense"}]'


def test_a_setting_changes_its_row_at_once():
    app = open_page("design")
    dense = app.session_state["design_layers"][1]["id"]
    app.number_input(key=f"design_{dense}_nodes").set_value(10).run()
    assert "→ 10 · parameters: 7,850 · multiplications: 7,840" in drawn(app)


def test_a_setting_out_of_range_is_said_at_its_layer_and_can_be_mended():
    app = open_page("design")
    dense = app.session_state["design_layers"][1]["id"]
    app.number_input(key=f"design_{dense}_nodes").set_value(-5).run()
    assert not app.exception
    assert "nodes must lie between 1 and" in texts(app.error) and "got -5" in texts(app.error)
    assert app.button(key="design_train").disabled
    assert drawn(app).count("net-node wrong") == 1 and "→ 784 · parameters: 0" in drawn(app)
    app.number_input(key=f"design_{dense}_nodes").set_value(10).run()
    assert not app.error and not app.button(key="design_train").disabled


def test_a_design_is_saved_and_trained_like_every_other_net(held):
    app = open_page("design")
    app.text_input(key="design_name").set_value("My net")
    app.button(key="design_save").click().run()
    assert "Saved as `my-net`" in texts(app.success)
    assert saved_designs.names() == ["my-net"]
    app.text_input(key="design_name").set_value("My net")
    app.number_input(key="design_epochs").set_value(1)
    app.button(key="design_train").click().run()
    assert not app.exception
    (run,) = RunStore().runs()
    assert (run.config.architecture, run.config.dataset, run.config.epochs) == ("my-net", "fashion-mnist", 1)


def test_a_design_without_a_letter_in_its_name_says_so():
    app = open_page("design")
    app.text_input(key="design_name").set_value("!!!")
    app.button(key="design_save").click().run()
    assert "A design's name has 1 to 40 letters or digits" in texts(app.error)


def test_a_design_without_a_name_gets_a_free_one():
    app = open_page("design")
    app.button(key="design_save").click().run()
    app.button(key="design_save").click().run()
    assert saved_designs.names() == ["my-net"]
    app.button(key="design_add_dense").click().run()
    app.button(key="design_save").click().run()
    assert not app.error
    assert saved_designs.names() == ["my-net", "my-net-2"]


def test_what_was_designed_is_there_again_after_another_page():
    app = open_page("design")
    app.button(key="design_add_dropout").click().run()
    dropout = app.session_state["design_layers"][-1]["id"]
    app.number_input(key=f"design_{dropout}_share").set_value(0.25)
    app.text_input(key="design_name").set_value("mine")
    app.selectbox(key="design_dataset").set_value("mnist")
    app.number_input(key="design_epochs").set_value(7).run()
    app.switch_page("pages/learn.py").run()
    app.switch_page("pages/design.py").run()
    assert app.number_input(key=f"design_{dropout}_share").value == 0.25
    assert app.text_input(key="design_name").value == "mine"
    assert app.selectbox(key="design_dataset").value == "mnist"
    assert app.number_input(key="design_epochs").value == 7


def test_shapes_are_those_of_the_chosen_data_set():
    app = open_page("design")
    app.selectbox(key="design_dataset").set_value("cifar-10").run()
    assert not app.exception and not app.error
    assert "→ 3,072 · parameters: 0" in drawn(app)


@pytest.mark.parametrize("layers", ["[", "3", '[{"kind":"exec"}]', '{"a":1}', "[" * 5000])
def test_a_broken_design_link_opens_the_example(layers):
    app = open_page("design", layers=layers)
    assert not app.exception and not app.error
    assert [layer["kind"] for layer in app.session_state["design_layers"]] == [
        "flatten",
        "dense",
        "activation",
    ]


def test_an_example_can_be_opened():
    app = open_page("design")
    app.selectbox(key="design_start").set_value("puzzle")
    app.button(key="design_open").click().run()
    assert "Add Flatten before it." in texts(app.error)


# ---- Look inside


@pytest.fixture
def trained(store) -> str:
    """A finished run of mlp-32 on tiny images."""
    write_small_set()
    run_id = store.create(KMNIST)
    worker = store.workers.open()
    store.start(run_id, worker)
    jobs.train_run(store, run_id)
    store.workers.close(worker)
    return run_id


def test_look_inside_without_a_run_invites_to_train(nothing_shipped):
    app = open_page("inside")
    assert not app.exception
    assert "There is no trained net yet" in texts(app.info)


def test_look_inside_says_that_a_run_in_the_address_is_unknown(trained):
    app = open_page("inside", run="nobody")
    assert not app.exception
    assert "The run nobody of the address is not here" in app.warning[0].value
    assert address(app)["run"] == trained


@pytest.mark.parametrize("section", ["weights", "activations", "features", "export"])
def test_each_view_of_a_run_opens_from_its_link(trained, section):
    app = open_page("inside", run=trained, section=section)
    assert not app.exception and not app.error
    assert address(app)["run"] == trained
    assert address(app)["section"] == section


def test_a_run_can_be_taken_along(trained):
    app = open_page("inside", run=trained, section="export")
    app.button(key="inside_prepare").click().run()
    assert not app.exception and not app.error


def test_a_comparison_needs_another_run_and_then_becomes_a_report(trained, store):
    other = store.create(TrainConfig(architecture="mlp-256"))
    app = open_page("inside", run=trained, section="export")
    app.radio(key="inside_format").set_value("comparison").run()
    app.button(key="inside_prepare").click().run()
    assert "A comparison has 2 to 12 runs, got 1" in texts(app.error)
    app.multiselect(key="inside_beside").set_value([other])
    app.button(key="inside_prepare").click().run()
    assert not app.exception and not app.error


# ---- In a browser


def ready(page: Page) -> None:
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(
        timeout=WAIT
    )


@pytest.mark.browser
def test_browser_a_moved_logit_changes_the_probabilities(page, server):
    page.goto(f"{server}/learn?section=softmax&dog=0&cat=0&rabbit=0")
    ready(page)
    table = page.get_by_role("table")
    expect(table).to_contain_text("0.3333", timeout=WAIT)
    slider = page.get_by_role("slider", name="Logit of cat")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    expect(table).to_contain_text("0.5761")  # e / (e + 2)
    expect(page).to_have_url(re.compile(r"cat=1(&|$)"))


@pytest.mark.browser
def test_browser_a_lesson_link_opens_in_korean_and_the_sidebar_switches_back(page, server):
    page.goto(f"{server}/learn?section=cross-entropy&dog=3&truth=cat&lang=ko")
    ready(page)
    expect(page.get_by_role("heading", name="5 · 크로스 엔트로피")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("틀렸습니다. 고양이의 로짓을 올리거나")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_contain_text("강아지")
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    expect(page.get_by_role("heading", name="5 · Cross entropy")).to_be_visible()
    expect(page.get_by_text("Wrong. Raise the logit of cat")).to_be_visible()


@pytest.mark.browser
def test_browser_a_wrong_net_is_explained_mended_and_trained(page, server):
    page.goto(f'{server}/design?layers=[{{"kind":"convolution","channels":2}}]')
    ready(page)
    expect(page.get_by_text("The output layer takes a flat list of numbers")).to_be_visible(timeout=WAIT)
    train = page.get_by_role("button", name="Save and train")
    expect(train).to_be_disabled()
    page.get_by_role("button", name=re.compile("flatten$")).click()
    expect(page.get_by_text("The output layer takes")).to_have_count(0)
    page.get_by_label("Name", exact=True).fill("mended")
    page.get_by_label("Name", exact=True).press("Enter")
    epochs = page.get_by_label("Epochs")
    epochs.fill("1")
    epochs.press("Enter")
    train.click()
    expect(page.get_by_text("mended · custom").first).to_be_visible(timeout=WAIT)
    done = page.get_by_role("link", name="See what it gets right and wrong")
    expect(done).to_be_visible(timeout=2 * WAIT)


# ---- charts that all browsers share


def test_a_shared_chart_is_drawn_once_for_each_language(monkeypatch):
    drawn = []
    original = charts.sigmoid_curve
    monkeypatch.setattr(charts, "sigmoid_curve", lambda logit: drawn.append(logit) or original(logit))
    specs = {}
    for lang, logit in (("en", "1.5"), ("en", "1.5"), ("ko", "1.5"), ("en", "2"), ("ko", "1.5")):
        app = open_page("learn", section="two-classes", lang=lang, logit=logit)
        assert not app.exception
        spec = json.loads(app.get("plotly_chart")[0].proto.spec)
        assert specs.setdefault((lang, logit), spec) == spec
    assert drawn == [1.5, 1.5, 2.0]
    assert len({json.dumps(spec) for spec in specs.values()}) == 3
