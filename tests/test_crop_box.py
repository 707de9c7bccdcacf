"""The box that is dragged around the garment: in the script, and in Chromium by mouse, finger and keys."""

from collections.abc import Iterator

import pytest
from helpers import open_page
from photo_runs import encoded, shirt_on_a_floor, small_familiarity, trained_run
from playwright.sync_api import Browser, Page, expect
from servers import forked_server
from windows import arrive, new_context

from fmnist_core import photos
from fmnist_core.photos import familiarity
from fmnist_core.runs import RunStore, stored_models
from pages.ui.photo import crop_box
from pages.ui.photo.choice import Upload

SHIRT = encoded(shirt_on_a_floor((300, 400)))


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (0, (0.1, 0.2, 0.5, 0.9)),
        (1, (0.1, 0.1, 0.8, 0.5)),
        (2, (0.5, 0.1, 0.9, 0.8)),
        (3, (0.2, 0.5, 0.9, 0.9)),
        (-1, (0.2, 0.5, 0.9, 0.9)),
    ],
)
def test_a_box_turns_with_its_picture(turns, expected):
    turned = crop_box.turned((0.1, 0.2, 0.5, 0.9), turns)
    assert turned == expected
    assert crop_box.turned(turned, -turns) == (0.1, 0.2, 0.5, 0.9)
    assert crop_box.turned(crop_box.WHOLE, turns) == crop_box.WHOLE


@pytest.mark.parametrize(
    "sent",
    [
        *(None, 7, "abcd", {"box": 1}, [], [0, 0, 1], [0, 0, 1, 1, 1], [0, 0, 1, None], [0, 0, 1, "x"]),
        *([0.5, 0, 0.5, 1], [-0.1, 0, 1, 1], [0, 0, 1, float("nan")]),
    ],
)
def test_what_is_no_box_is_not_taken_from_a_browser(sent):
    assert crop_box.checked(sent) is None


def test_a_box_from_a_browser_is_taken():
    assert crop_box.checked([0, 0.123456, 0.5, 1]) == (0.0, 0.1235, 0.5, 1.0)


def test_the_box_is_kept_for_its_photo_and_turns_with_it(store, monkeypatch):
    small_familiarity(monkeypatch)
    run_id = trained_run(store)
    seen = []
    prepare = photos.prepare_for
    monkeypatch.setattr(photos, "prepare_for", lambda *given: seen.append(given[2].crop) or prepare(*given))
    app = open_page("photo", run=run_id)
    upload = Upload.of("shirt.png", SHIRT)
    app.session_state["photo_boxes"] = {upload.key: (0.1, 0.2, 0.5, 0.9)}
    app.get("file_uploader")[0].set_value([(upload.name, upload.data, "image/png")])
    app.run()
    assert not app.exception
    (turn,) = [group for group in app.segmented_control if group.key == f"photo_turn_{upload.key}"]
    turn.set_value(1).run()
    app.get("file_uploader")[0].set_value([("other.png", encoded(shirt_on_a_floor((200, 300))), "image/png")])
    app.run()
    assert seen == [(0.1, 0.2, 0.5, 0.9), (0.1, 0.1, 0.8, 0.5), crop_box.WHOLE]


@pytest.fixture(scope="module")
def photo_server(tmp_path_factory) -> Iterator[str]:
    """A dashboard with one run that reads photos."""
    folder = tmp_path_factory.mktemp("photo_server")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FMNIST_RUNS_DIR", str(folder / "runs"))
        patch.setenv("FMNIST_DATA_DIR", str(folder / "data"))
        small_familiarity(patch)
        store = RunStore()
        familiarity.for_run(stored_models.load_model(store, trained_run(store)))
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


def open_photo(page: Page, address: str) -> None:
    """The Photo page with a picture of 300 x 400 pixels, its corrections open."""
    arrive(page, f"{address}/photo")
    page.locator(".st-key-photo_files input[type=file]").set_input_files(
        {"name": "shirt.png", "mimeType": "image/png", "buffer": SHIRT}
    )
    expect(steps(page)).to_have_count(4)
    page.get_by_text("Correct it by hand").click()
    settle(page)


def settle(page: Page) -> None:
    """Until the script has ended, all pictures are here, and this one has stayed in place for 20 frames."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    stage = page.locator(".stage")
    stage.scroll_into_view_if_needed()
    stage.evaluate(
        """async (stage) => {
            for (let before = "", same = 0; same < 20; ) {
                await new Promise(requestAnimationFrame);
                const place = JSON.stringify(stage.getBoundingClientRect());
                const isHere = [...document.images].every((image) => image.complete);
                same = place === before && isHere ? same + 1 : 0;
                before = place;
            }
        }"""
    )


def steps(page: Page):
    return page.locator(".st-key-photo_steps img")


def at(page: Page, across: float, down: float) -> tuple[float, float]:
    """A place on the picture, 0 to 1 each way, in pixels of the window."""
    area = page.locator(".stage").bounding_box()
    return area["x"] + across * area["width"], area["y"] + down * area["height"]


def drag(page: Page, start: tuple[float, float], *through: tuple[float, float]) -> None:
    settle(page)
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    for place in through:
        page.mouse.move(*at(page, *place))
    page.mouse.up()


def swipe(page: Page, start: tuple[float, float], *through: tuple[float, float]) -> None:
    """A finger, as the screen reports it. It must not scroll the page."""
    settle(page)
    main = page.get_by_test_id("stMain")
    before = main.evaluate("part => part.scrollTop")
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [dict(zip("xy", at(page, *place), strict=True)) for place in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start)
    for place in through:
        touch("touchMove", place)
    touch("touchEnd")
    assert main.evaluate("part => part.scrollTop") == before


def expect_box(page: Page, left: int, top: int, right: int, bottom: int) -> None:
    """The box in percent, and the step in which the picture was cropped to it."""
    across, down = page.locator("output").inner_text().split(", ")
    shown = [int(word) for part in (across, down) for word in part.split() if word.isdigit()]
    assert shown == pytest.approx([left, right, top, bottom], abs=1)
    expect(page.get_by_text("Turned and cropped")).to_be_visible()
    expect(steps(page)).to_have_count(5)
    page.wait_for_function(
        """(ratio) => {
            const image = document.querySelectorAll(".st-key-photo_steps img")[1];
            return Math.abs(image?.naturalWidth / image?.naturalHeight / ratio - 1) < 0.05;
        }""",
        arg=3 * (right - left) / (4 * (bottom - top)),
    )


@pytest.mark.browser
def test_a_box_is_drawn_moved_and_resized_with_mouse_and_keys_turned_and_given_up(page, photo_server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_photo(page, photo_server)
    expect(page.locator("output")).to_have_text("0 to 100\u00a0% across, 0 to 100\u00a0% down")
    before = len(sent)
    assert before > 0
    page.mouse.move(*at(page, 0.2, 0.1))
    page.mouse.down()
    for step in range(20):
        page.mouse.move(*at(page, 0.3 + step / 40, 0.5))
    page.mouse.move(*at(page, 0.7, 0.8))
    expect(page.locator("output")).to_have_text("20 to 70 % across, 10 to 80 % down")
    assert len(sent) == before, "nothing is sent while the mouse is down"
    page.mouse.up()
    expect_box(page, 20, 10, 70, 80)
    assert len(sent) > before

    page.get_by_text("Swap bright and dark").click()  # another rerun
    expect_box(page, 20, 10, 70, 80)

    drag(page, (0.4, 0.4), (0.5, 0.3), (0.6, 0.5))  # inside: it moves
    expect_box(page, 40, 20, 90, 90)
    drag(page, (0.4, 0.2), (0.3, 0.3), (0.1, 0.4))  # at its corner
    expect_box(page, 10, 40, 90, 90)
    drag(page, (0.9, 0.65), (0.5, 0.1))  # at its right edge: only that one
    expect_box(page, 10, 40, 50, 90)
    drag(page, (0.3, 0.65), (2.0, -1.0))  # not out of the picture
    expect_box(page, 60, 0, 100, 50)

    drag(page, (0.2, 0.9))  # a click is no box
    expect_box(page, 60, 0, 100, 50)

    page.get_by_text("90°").click()
    turned = "50 to 100 % across, 60 to 100 % down"
    expect(page.locator("output")).to_have_text(turned)

    whole = page.get_by_role("button", name="Whole picture")
    whole.click()
    expect(page.locator("output")).to_have_text("0 to 100\u00a0% across, 0 to 100\u00a0% down")
    expect(whole).to_be_disabled()
    page.get_by_text("0°", exact=True).click()
    expect(page.get_by_text("Turned and cropped")).to_have_count(0)

    page.get_by_role("group", name="Box around the garment").focus()
    for _ in range(10):
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("Shift+ArrowUp")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect_box(page, 5, 0, 95, 90)


@pytest.mark.browser
def test_a_box_is_drawn_and_moved_with_a_finger(chromium: Browser, photo_server):
    context = new_context(chromium, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    try:
        open_photo(page, photo_server)
        swipe(page, (0.2, 0.15), (0.3, 0.3), (0.5, 0.6), (0.7, 0.8))
        expect_box(page, 20, 15, 70, 80)
        swipe(page, (0.45, 0.5), (0.5, 0.45), (0.65, 0.6))
        expect_box(page, 40, 25, 90, 90)
    finally:
        context.close()
