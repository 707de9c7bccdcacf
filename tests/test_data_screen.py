"""The pages Data, Guess along and Classroom: what belongs together lies in one window."""

import re

import pytest
from helpers import complete, epoch_result
from playwright.sync_api import Locator, Page, expect
from servers import forked_server
from windows import PHONE, READY, WIDE, go_to, lies_inside, load, resize, settle, wide_windows
from zips import picture, zipped

from fmnist_core.base.config import TrainConfig
from fmnist_core.data import custom_import
from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser
CONFIG = TrainConfig(architecture="softmax-regression", epochs=1)


@pytest.fixture(scope="module")
def class_server(tmp_path_factory):
    """A class: eight people have trained, six wait (one has begun), and the line is held."""
    folder = tmp_path_factory.mktemp("screens")
    store = RunStore(folder / "runs")
    store.waiting.set_paused(True)
    for number in range(8):
        owner = {"owner": f"person {number}", "owner_name": f"Person {number}" if number else "가" * 30}
        complete(store, store.create(CONFIG.replace(seed=number), **owner), 0.9 - number / 100)
        if number < 6:
            store.create(CONFIG.replace(seed=100 + number), **owner)
    begun = store.waiting.order()[0]
    store.start(begun, "worker")
    store.add_epoch(begun, epoch_result(1))
    store.finish(begun, "stopped")
    store.requeue(begun)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FMNIST_DATA_DIR", str(folder / "data"))
        files = {
            f"{letter * 40}/{place}.png": picture(place) for place, letter in enumerate("a" * 5 + "b" * 5)
        }
        custom_import.import_zip(zipped(files), "long-names")
    with forked_server(
        folder / "runs", folder / "data", folder / "log", FMNIST_PASSCODE="sneaker"
    ) as address:
        yield address


def overlap(one: dict, other: dict) -> bool:
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def nothing_is_scrolled_sideways(page: Page) -> None:
    """On a phone."""
    resize(page, PHONE)
    panes = "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
    assert page.evaluate(f"Math.max(...{panes}.map(pane => pane.scrollWidth))") <= PHONE[0]
    for element in page.locator(".wall button, .teaser img, .board, figure.enlarged").all():
        box = element.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0]


def wall(page: Page) -> Locator:
    return page.locator(".st-key-data_wall button")


# ---- Data ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("augmentation", "images"), [("", 40), ("flip+erase", 20)])
def test_wall_filter_and_enlarged_image_share_the_window(page, server, augmentation, images):
    query = f"?augmentation={augmentation.replace('+', '%2B')}" if augmentation else ""
    load(page, f"{server}/data{query}")
    expect(wall(page)).to_have_count(images)
    pictures = wall(page).first.locator("img")
    assert pictures.count() == (2 if augmentation else 1)
    enlarged = page.locator("figure.enlarged")
    for _ in wide_windows(page):
        assert all(lies_inside(tile, page) for tile in wall(page).all())
        assert lies_inside(enlarged, page)
        assert not overlap(enlarged.bounding_box(), page.locator(".st-key-data_wall").bounding_box())
        for key in ("data_dataset", "data_split", "data_augmentation", "data_shuffle"):
            assert lies_inside(page.locator(f"[data-testid=stSidebar] .st-key-{key}"), page)
    if augmentation:  # beside its original, on one line with it
        original, changed = (picture.bounding_box() for picture in pictures.all())
        assert changed["y"] == original["y"] and original["x"] < changed["x"]
        assert pictures.last.get_attribute("src") != pictures.first.get_attribute("src")
        assert enlarged.locator(".copies img").count() == 4
    nothing_is_scrolled_sideways(page)


def test_a_click_or_a_key_enlarges_an_image_and_it_is_there_again_after_a_visit_elsewhere(page, server):
    load(page, f"{server}/data?class=Sneaker")
    expect(wall(page)).to_have_count(40)
    assert {name.inner_text() for name in wall(page).locator(".name").all()} == {"Sneaker"}
    title = page.locator("figure.enlarged b")

    def number_of(place: int) -> str:
        return wall(page).nth(place).get_attribute("data-index")

    wall(page).nth(11).click()
    expect(title).to_have_text(f"Sneaker · {number_of(11)}")
    expect(page.locator("figure.enlarged")).to_contain_text(re.compile("784 numbers from 0 to 2"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(title).to_have_text(f"Sneaker · {number_of(20)}")
    expect(wall(page).nth(20)).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile(f"class=Sneaker.*image={number_of(20)}"))
    alt = wall(page).nth(20).locator("img").get_attribute("alt")
    assert alt == f"Training image {number_of(20)}: Sneaker"
    chosen = number_of(20)
    go_to(page, "Look inside")
    expect(page).to_have_url(re.compile("inside"))
    page.locator(READY).wait_for()
    go_to(page, "Data")
    expect(title).to_have_text(f"Sneaker · {chosen}")


def test_a_click_on_a_mean_image_shows_its_class_alone_and_another_all_again(page, server):
    load(page, f"{server}/data")
    mean = page.locator(".st-key-data_means button").nth(8)
    mean.click()
    expect(wall(page).nth(0).locator(".name")).to_have_text("Bag")
    assert {name.inner_text() for name in wall(page).locator(".name").all()} == {"Bag"}
    mean.click()
    expect(wall(page).nth(0).locator(".name")).to_have_text("T-shirt/top")


@pytest.mark.parametrize("size", [WIDE[0], PHONE])
def test_a_long_name_of_a_class_is_broken_in_its_place(page, class_server, size):
    load(page, f"{class_server}/data?dataset=long-names", size)
    shown = page.locator("figure.enlarged")
    for part in (shown.locator("b"), shown.locator("img")):
        expect(part).to_be_visible()
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]


# ---- Guess along --------------------------------------------------------------------------------------


def test_image_buttons_and_answer_share_the_window_and_the_same_place_goes_on(page, server):
    load(page, f"{server}/guess")
    page.locator(".teaser img").first.wait_for()
    nothing_is_scrolled_sideways(page)
    resize(page, WIDE[0])
    page.get_by_role("button", name="Begin").click()
    image, buttons = page.locator("img.to-name"), page.locator(".st-key-guess_classes_few button")
    answer, said = (
        page.get_by_test_id("stMain").get_by_test_id("stAlert"),
        page.locator(".image-cards.opinions"),
    )
    for number, size in enumerate((WIDE[0], PHONE), start=1):
        resize(page, size)
        page.get_by_text(f"Image {number} of 20").wait_for()
        expect(buttons).to_have_count(10)
        first = image.get_attribute("src")
        place = page.locator(".st-key-guess_3").bounding_box()
        page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        expect(said.locator(".bar").first).to_be_visible()
        shown = (image, answer, said, page.locator(".scores"), *buttons.all())
        if size == PHONE:  # which may be scrolled by a screen
            for element in shown:
                box = element.bounding_box()
                assert box["y"] + box["height"] <= 2 * PHONE[1] and box["x"] + box["width"] <= PHONE[0]
        else:
            for _ in wide_windows(page):
                assert all(lies_inside(element, page) for element in shown)
            resize(page, size)
        page.locator(READY).wait_for()
        page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        expect(image).not_to_have_attribute("src", first)
        expect(answer).to_have_count(0)


# ---- Classroom ----------------------------------------------------------------------------------------


def test_the_lecturers_switch_the_board_and_the_line_share_the_window(page, class_server):
    load(page, f"{class_server}/classroom")
    page.get_by_text("For the lecturer").click()
    page.get_by_label("Passcode").fill("sneaker")
    settle(page)  # it unfolds, and who presses earlier may miss the button
    page.get_by_role("button", name="Enter", exact=True).click()
    switch = page.locator("[data-testid=stSidebar] .st-key-resume_all")
    expect(switch).to_be_visible()
    rows = page.locator(".board tbody tr")
    expect(rows).to_have_count(8)
    cancel = page.locator(".st-key-class_line").get_by_role("button", name="Cancel")
    expect(cancel).to_have_count(6)
    board, line = page.locator(".st-key-class_board"), page.locator(".st-key-class_line")
    expect(line.locator("img")).to_have_count(1)  # the colour of the curve of what has begun
    assert line.locator("img").bounding_box()["height"] <= 20
    expect(page.get_by_text("The queue · paused")).to_be_visible()
    for _ in wide_windows(page):
        assert all(lies_inside(element, page) for element in (switch, line, *rows.all(), *cancel.all()))
        assert not overlap(board.bounding_box(), line.bounding_box())
    nothing_is_scrolled_sideways(page)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_long_name_leaves_room_for_the_accuracies_on_a_phone(page, class_server, lang):
    load(page, f"{class_server}/classroom?lang={lang}", PHONE)
    expect(page.locator(".board tbody tr")).to_have_count(8)
    box = page.locator(".board").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0]
