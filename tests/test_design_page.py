"""The page Design a net: layers, what is wrong with them, and training what was designed."""

import re

import pytest
from helpers import address_of, leave_for, open_page
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest
from windows import WAIT

from fmnist_core.runs import RunStore, saved_designs


def texts(elements) -> str:
    return "\n".join(element.value for element in elements)


def drawn(app: AppTest) -> str:
    """The page's HTML."""
    return "\n".join(element.proto.body for element in app.get("html"))


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


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
    assert address_of(app)["layers"] == '[{"kind":"convolution"},{"kind":"flatten"},{"kind":"dense"}]'


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
    leave_for(app, "learn")
    leave_for(app, "design")
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


def ready(page: Page) -> None:
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()


@pytest.mark.browser
def test_browser_a_wrong_net_is_explained_mended_and_trained(page, server):
    page.goto(f'{server}/design?layers=[{{"kind":"convolution","channels":2}}]')
    ready(page)
    expect(page.get_by_text("The output layer takes a flat list of numbers")).to_be_visible()
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
    expect(page.locator(".st-key-headline").get_by_text("mended · custom")).to_be_visible()
    done = page.get_by_role("link", name="See what it gets right and wrong")
    expect(done).to_be_visible(timeout=2 * WAIT)
