"""On a busy server what the browser says is heard in its order, and during long work clicks are answered."""

import os
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from helpers import wait_for
from playwright.sync_api import Locator, Page, expect
from servers import forked_server
from windows import arrive

from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser


def be_busy() -> None:
    """In the server: hold up what a busy machine holds up now and then; a file says what."""
    from streamlit.runtime.state.session_state import SessionState

    from fmnist_core.nets import inside

    take_over, end, project = (
        SessionState.set_widgets_from_proto,
        SessionState.on_script_finished,
        inside.project,
    )
    held, is_free = (Path(os.environ[name]) for name in ("HELD", "IS_FREE"))
    scripts = Counter()

    def number(what):
        """Of the script that begins or ends; 0 where it is not held up."""
        return scripts[what] if held.exists() and held.read_text() == what else 0

    def is_first_after_a_click():
        return held.exists() and held.read_text().startswith("click") and scripts[held.read_text()] == 1

    def take_over_late(state, said):
        if held.exists():
            scripts[held.read_text()] += 1
        if number("begin") == 1 or is_first_after_a_click():
            time.sleep(1)
        take_over(state, said)
        if max(number("begin"), number("end")) == 2:  # so that the first one comes before the second draws
            time.sleep(2)

    def end_late(state, *arguments, **named):
        if number("end") == 1:
            time.sleep(1)
        end(state, *arguments, **named)

    def project_late(*arguments):
        while not is_free.exists():
            time.sleep(0.05)
        return project(*arguments)

    SessionState.set_widgets_from_proto, SessionState.on_script_finished = take_over_late, end_late
    inside.project = project_late


PRESS_START_AND = """then => {
    document.querySelector(".st-key-start_training button").click();
    setTimeout(() => {
        if (then === "a reload") location.reload();
        const leave = "[role=menuitem][href*=compare]", present = ".st-key-present_begin button";
        const other = then === "another page" ? leave : present;
        if (then !== "a reload") document.querySelector(other).click();
    }, 200);
}"""


@pytest.fixture(scope="module")
def busy_server(tmp_path_factory):
    """A dashboard's address, the file that says what is held up, and the one that lets a map be computed."""
    folder = tmp_path_factory.mktemp("clicks")
    files = {"HELD": str(folder / "held"), "IS_FREE": str(folder / "free")}
    with forked_server(folder / "runs", folder / "data", folder / "log", change=be_busy, **files) as address:
        yield address, Path(files["HELD"]), Path(files["IS_FREE"])


def press_right(busy_server, page: Page, held_up: str) -> Locator:
    """A key on the slider of cat, of which the server hears late; the main pane."""
    address, held, _ = busy_server
    main = arrive(page, f"{address}/learn?section=softmax&dog=0&cat=0.8&rabbit=0")
    held.write_text(held_up)
    main.get_by_role("slider", name="Logit of cat").press("ArrowRight")
    return main


def test_of_two_keys_that_follow_each_other_the_second_counts(busy_server, page):
    main = press_right(busy_server, page, "begin")
    page.wait_for_timeout(300)
    main.get_by_role("slider", name="Logit of cat").press("ArrowRight")
    expect(main.get_by_role("table")).to_contain_text("0.5761")  # e / (e + 2): of logit 1
    expect(page).to_have_url(re.compile(r"cat=1(&|$)"))
    busy_server[1].unlink()


def test_a_button_that_is_pressed_as_a_script_ends_is_pressed(busy_server, page):
    main = press_right(busy_server, page, "end")
    expect(main.get_by_role("table")).to_contain_text("0.5515")  # of logit 0.9: it is drawn, and ends
    page.get_by_role("button", name="Present").click()
    expect(page.get_by_text("Leave (Esc)")).to_be_visible()
    busy_server[1].unlink()


def test_a_click_is_answered_while_a_map_is_computed(busy_server, page):
    address, _, is_free = busy_server
    page.goto(f"{address}/inside?section=features")
    page.get_by_text("Computing the map").wait_for()
    page.get_by_text("First weights").click()
    expect(page.get_by_text("Each picture is what one")).to_be_visible()
    is_free.touch()
    page.get_by_text("Features in two dimensions").click()
    expect(page.get_by_text(re.compile("^800 images"))).to_be_visible()


@pytest.mark.parametrize("then", ["another page", "another click", "a reload"])
def test_a_start_counts_though_the_browser_says_more_at_once(busy_server, page, then):
    address, held, _ = busy_server
    store = RunStore(held.with_name("runs"))
    store.waiting.set_paused(True)
    waiting = store.waiting.order()
    arrive(page, f"{address}/?architecture=mlp-32&seed={len(waiting)}")  # the same run is not begun twice
    page.locator(".st-key-start_training button").wait_for()
    page.get_by_test_id("stTopNavSection").first.click()
    page.get_by_role("menuitem", name="Compare").wait_for()
    held.write_text("click " + then)
    page.evaluate(PRESS_START_AND, then)
    wait_for(lambda: len(store.waiting.order()) == len(waiting) + 1, seconds=20)
    held.unlink()
