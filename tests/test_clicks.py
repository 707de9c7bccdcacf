"""On a busy server what the browser says is heard in its order, and during long work clicks are answered."""

import os
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect
from servers import forked_server
from windows import arrive

pytestmark = pytest.mark.browser


def be_busy() -> None:
    """In the server: hold up what a busy machine holds up now and then, once there is a file that says so."""
    from streamlit.runtime.state.session_state import SessionState

    from fmnist_core.nets import inside

    heard, project = SessionState.set_widgets_from_proto, inside.project
    is_busy, is_free = (Path(os.environ[name]) for name in ("IS_BUSY", "IS_FREE"))
    calls = []

    def hear(state, said):
        if is_busy.exists():
            calls.append(said)
        number = len(calls)
        if number == 1:
            time.sleep(1)  # the first word is taken over after the second
        heard(state, said)
        if number == 2:
            time.sleep(2)  # and before the page is drawn for the second

    def project_late(*arguments):
        while not is_free.exists():
            time.sleep(0.05)
        return project(*arguments)

    SessionState.set_widgets_from_proto, inside.project = hear, project_late


@pytest.fixture(scope="module")
def busy_server(tmp_path_factory):
    """A dashboard's address, the file that makes it busy, and the one that lets it compute a map."""
    folder = tmp_path_factory.mktemp("clicks")
    files = {"IS_BUSY": str(folder / "busy"), "IS_FREE": str(folder / "free")}
    with forked_server(folder / "runs", folder / "data", folder / "log", change=be_busy, **files) as address:
        yield address, Path(files["IS_BUSY"]), Path(files["IS_FREE"])


def test_of_two_keys_that_follow_each_other_the_second_counts(busy_server, page):
    address, is_busy, _ = busy_server
    main = arrive(page, f"{address}/learn?section=softmax&dog=0&cat=0.8&rabbit=0")
    slider = main.get_by_role("slider", name="Logit of cat")
    slider.focus()
    is_busy.touch()
    slider.press("ArrowRight")
    page.wait_for_timeout(300)
    slider.press("ArrowRight")
    expect(main.get_by_role("table")).to_contain_text("0.5761")  # e / (e + 2): of logit 1
    expect(page).to_have_url(re.compile(r"cat=1(&|$)"))
    is_busy.unlink()


def test_a_click_is_answered_while_a_map_is_computed(busy_server, page):
    address, _, is_free = busy_server
    page.goto(f"{address}/inside?section=features")
    page.get_by_text("Computing the map").wait_for()
    page.get_by_text("First weights").click()
    expect(page.get_by_text("Each picture is what one")).to_be_visible()
    is_free.touch()
    page.get_by_text("Features in two dimensions").click()
    expect(page.get_by_text(re.compile("^800 images"))).to_be_visible()
