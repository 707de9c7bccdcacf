"""Charts follow the room that they have: it changes when somebody presents, and when they stop."""

import pytest
from finished_runs import finished_run
from playwright.sync_api import Page, expect
from servers import forked_server
from windows import load, visit

from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser
WAIT = 60_000

FILLED = """() => {
    const rows = [...document.querySelectorAll(".live-charts")].filter(row => row.clientWidth)
    return rows.length > 0 && rows.every(row => [...row.children].every(chart => {
        const [box, picture] = [chart, chart.querySelector(".main-svg")].map(it => it.getBoundingClientRect())
        return picture.width > 200 && picture.right <= innerWidth
            && Math.abs(picture.width - box.width) < 2 && Math.abs(picture.height - box.height) < 2
    }))
}"""
"""Each chart has the size of its place, and none reaches out of the window."""
SIZES = """() => [...document.querySelectorAll(".live-charts .main-svg:first-child")].map(picture => {
    const { width, height } = picture.getBoundingClientRect()
    return [width, height].map(Math.round)
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A dashboard with two finished runs."""
    folder = tmp_path_factory.mktemp("resized")
    store = RunStore(folder / "runs")
    for name, seed in (("first", 1), ("second", 2)):
        finished_run(store, name, 2.0 + seed, seed=seed)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


@pytest.mark.parametrize(
    "place",
    ["", "compare", "learn?section=softmax", "classroom?view=room"],
    ids=lambda place: place or "train",
)
def test_charts_follow_when_somebody_presents_and_stops(window: Page, site, place):
    (visit if window.url.startswith(site) else load)(window, f"{site}/{place}", (1280, 720))
    window.wait_for_function(FILLED, timeout=WAIT)
    before = window.evaluate(SIZES)
    window.get_by_role("button", name="Present").click()
    expect(window.get_by_test_id("stSidebar")).to_be_hidden(timeout=WAIT)
    window.wait_for_function(FILLED, timeout=WAIT)
    assert window.evaluate(SIZES)[0][0] > before[0][0] + 50, "the pane's room is theirs"
    window.keyboard.press("Escape")
    expect(window.get_by_test_id("stSidebar")).to_be_visible(timeout=WAIT)
    window.wait_for_function(FILLED, timeout=WAIT)
    assert window.evaluate(SIZES) == before
