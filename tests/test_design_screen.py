"""Design a net and Look inside: cause and effect share one screen, in the window and on a phone."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect
from windows import PHONE, WIDE, go_to, lies_inside, load, resize, wide_windows

pytestmark = pytest.mark.browser

CONVOLUTION = {"kind": "convolution", "channels": 8, "kernel": 5, "padding": "none"}
RELU, POOL, FLATTEN = {"kind": "activation"}, {"kind": "pooling"}, {"kind": "flatten"}
DENSE = {"kind": "dense", "nodes": 64}
SIX = [CONVOLUTION, RELU, POOL, FLATTEN, DENSE, RELU]
WRONG = [CONVOLUTION, RELU, POOL, DENSE, RELU, FLATTEN]


def show_design(page: Page, server: str, layers: list[dict]) -> None:
    load(page, f"{server}/design?layers={json.dumps(layers)}")
    expect(page.locator(".net-node")).to_have_count(len(layers) + 2)
    wait_until_still(page)


def wait_until_still(page: Page) -> None:
    """Until nothing has moved for a third of a second: fonts and pictures come after the text."""
    page.wait_for_function(
        """() => {
            const elements = [...document.querySelectorAll(".net-node, p, img")]
            const before = window.boxesBefore
            window.boxesBefore = JSON.stringify(elements.map(element => element.getBoundingClientRect()))
            return window.boxesBefore === before
        }""",
        polling=300,
    )


def row(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-design_row_{name}")


def is_as_wide_as_the_screen(page: Page) -> bool:
    widths = page.evaluate(
        "[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"
    )
    return max(widths) <= page.viewport_size["width"]


def test_a_net_of_six_layers_lies_inside_the_window_and_its_rows_can_be_used_on_a_phone(page, server):
    show_design(page, server, SIX)
    names = ["image", *map(str, range(6)), "output"]
    button = page.get_by_role("button", name="Save and train")
    expect(button).to_be_enabled()
    for _ in wide_windows(page):
        for name in names:
            assert lies_inside(row(page, name), page), name
            assert lies_inside(row(page, name).locator(".net-node"), page), name
        assert lies_inside(button, page)
        assert lies_inside(page.get_by_test_id("stMetric").filter(has_text="Parameters"), page)
    assert [node.inner_text().split("\n")[0] for node in page.locator(".net-node").all()] == [
        *("1 × 28 × 28", "8 × 24 × 24", "8 × 24 × 24", "8 × 12 × 12", "1,152", "64", "64", "10")
    ]
    resize(page, PHONE)
    assert is_as_wide_as_the_screen(page)
    for number in range(len(SIX)):
        line = row(page, str(number))
        line.scroll_into_view_if_needed()
        for element in (*line.locator("input").all(), *line.get_by_role("button").all()):
            box = element.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0]
    row(page, "0").get_by_role("button", name="Move down").click()
    expect(row(page, "0")).to_contain_text("activation")
    expect(row(page, "1")).to_contain_text("convolution")


def test_a_node_lies_beside_its_row_and_the_button_stays_in_its_place(page, server):
    show_design(page, server, SIX)
    button = page.get_by_role("button", name="Save and train")
    before = button.bounding_box()
    page.get_by_role("button", name="dropout").click()
    expect(page.locator(".net-node")).to_have_count(len(SIX) + 3)
    wait_until_still(page)
    for number in range(len(SIX) + 1):
        beside, node = row(page, str(number)).bounding_box(), row(page, str(number)).locator(".net-node")
        assert beside["y"] <= node.bounding_box()["y"] < beside["y"] + beside["height"]
    assert button.bounding_box() == before


def test_a_wrong_shape_is_explained_at_its_layer(page, server):
    show_design(page, server, WRONG)
    said = page.get_by_text("Dense takes a flat list of numbers, but gets an image: 8 channels of 12 × 12")
    expect(said).to_have_count(1)
    expect(page.locator(".net-node.wrong")).to_have_count(1)
    expect(page.get_by_role("button", name="Save and train")).to_be_disabled()
    for size in (PHONE, *WIDE):
        resize(page, size)
        wait_until_still(page)
        expect(row(page, "3").locator(".net-node.wrong")).to_be_visible()
        wrong, after = row(page, "3").bounding_box(), row(page, "4").bounding_box()
        assert wrong["y"] + wrong["height"] <= said.bounding_box()["y"]
        assert said.bounding_box()["y"] + said.bounding_box()["height"] <= after["y"]
        assert size == PHONE or (lies_inside(said, page) and lies_inside(row(page, "output"), page))


def test_a_value_out_of_range_is_explained_at_its_layer_and_mended_there(page, server):
    show_design(page, server, SIX)
    nodes = row(page, "4").get_by_label("nodes")
    nodes.fill("0")
    nodes.press("Enter")
    said = page.get_by_text("Dense: nodes must lie between 1 and 8192, got 0")
    expect(said).to_be_visible()
    assert row(page, "4").bounding_box()["y"] < said.bounding_box()["y"] < row(page, "5").bounding_box()["y"]
    expect(row(page, "4").locator(".net-node.wrong")).to_be_visible()
    expect(row(page, "3").locator(".net-node")).to_contain_text("1,152")
    nodes.fill("20")
    nodes.press("Enter")
    expect(said).to_have_count(0)
    expect(row(page, "4").locator(".net-node")).to_contain_text("23,060 parameters")


def test_an_image_the_answer_and_the_strongest_maps_lie_inside_the_window(page, server):
    load(page, f"{server}/inside?run=a0photo1")
    images, layers = page.locator(".st-key-inside_image"), page.locator(".st-key-inside_layer")
    answer, maps = page.locator(".st-key-inside_answer figure"), page.locator(".strongest figure")
    expect(maps).to_have_count(8)
    expect(answer.locator(".bar")).to_have_count(10)
    expect(layers.locator("button").first.locator("img")).to_have_count(3)
    wait_until_still(page)
    rule = page.get_by_text("largest standard deviation")
    for _ in wide_windows(page):
        for element in (images, layers, answer, layers.locator("button").last, rule, *maps.all()):
            assert lies_inside(element, page)
    resize(page, PHONE)
    wait_until_still(page)
    assert is_as_wide_as_the_screen(page)
    assert lies_inside(answer, page)
    wall = page.get_by_test_id("stExpander").get_by_test_id("stImage")
    expect(wall).not_to_be_visible()
    page.get_by_text("All 64").click()
    expect(wall).to_be_visible()


def test_another_image_and_another_layer_are_chosen_by_their_pictures_and_kept(page, server):
    load(page, f"{server}/inside?run=a0photo1")
    answer, maps = page.locator(".st-key-inside_answer figure"), page.locator(".strongest")
    expect(answer).to_contain_text("Ankle boot")
    before = maps.inner_html()
    page.locator(".st-key-inside_image button").filter(has_text="Bag").click()
    expect(answer.locator("b").first).to_have_text("Bag")
    expect(maps).not_to_have_js_property("innerHTML", before)
    page.locator(".st-key-inside_layer button").last.click()
    expect(maps.locator("figure").first).to_contain_text("Bag")  # the largest logit
    for name in ("Design a net", "Look inside"):
        go_to(page, name)
    expect(answer.locator("b").first).to_have_text("Bag")
    expect(maps.locator("figure").first).to_contain_text("Bag")
    expect(page).to_have_url(re.compile(r"/inside\?.*image=18&layer=13$"))


def test_the_korean_name_of_an_activation_is_read_in_full(page, server):
    main = load(page, f"{server}/design?lang=ko", PHONE)
    chosen = main.get_by_test_id("stSelectbox").locator("input").first
    expect(chosen).to_have_value("렐루 (ReLU)")
    assert chosen.evaluate("field => field.scrollWidth <= field.clientWidth")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_can_be_searched_for_is_read_in_full(page, server, lang):
    load(page, f"{server}/compare?lang={lang}")
    field = page.get_by_test_id("stSidebar").get_by_test_id("stTextInput").locator("input").first
    field.evaluate("field => { field.value = field.placeholder }")
    assert field.evaluate("field => field.scrollWidth <= field.clientWidth")
