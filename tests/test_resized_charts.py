"""Charts follow the room that they have: it changes when somebody presents, and when they stop. The button
that stops it lies over nothing."""

import pytest
from finished_runs import finished_run
from playwright.sync_api import Page, expect
from servers import forked_server
from windows import PHONE, WIDE, lies_inside, load, visit

from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser

SIZES = """isAwaited => {
    const charts = [...document.querySelectorAll(".live-charts > div")].filter(chart => chart.clientWidth)
    const boxes = charts.map(chart => [chart, chart.querySelector(".main-svg")].map(
        element => element?.getBoundingClientRect()))
    const fits = ([box, picture]) => picture && picture.width > 200 && picture.right <= innerWidth
        && Math.abs(picture.width - box.width) < 2 && Math.abs(picture.height - box.height) < 2
    if (!boxes.length || !boxes.every(fits)) return null
    const sizes = boxes.map(([_, { width, height }]) => [width, height].map(Math.round))
    return eval(isAwaited)(sizes) ? sizes : null
}"""
"""Of all charts, once each has the size of its place, none reaches out of the window, and `isAwaited`."""

SCROLL = """share => {
    const main = document.querySelector("[data-testid=stMain]")
    main.scrollTop = share * (main.scrollHeight - main.clientHeight)
}"""
UNDER_LEAVE = """() => {
    const leave = document.querySelector(".leave-presenter")
    const { left, right, top, bottom } = leave.getBoundingClientRect()
    const main = document.querySelector("[data-testid=stMain]")
    const found = [[left, top], [right, top], [left, bottom], [right, bottom]].flatMap(
        ([x, y]) => document.elementsFromPoint(Math.min(x, innerWidth - 1), Math.min(y, innerHeight - 1)))
    return [...new Set(found)].filter(element => main.contains(element) && element !== leave)
        .map(element => element.outerHTML.slice(0, 80))
}"""
"""What of the page lies at the corners of the button that leaves."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A dashboard with two finished runs."""
    folder = tmp_path_factory.mktemp("resized")
    store = RunStore(folder / "runs")
    for name, seed in (("first", 1), ("second", 2)):
        finished_run(store, name, 2.0 + seed, seed=seed)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


def sizes(page: Page, is_awaited: str) -> list[list[int]]:
    """Width and height of each chart, when they are as awaited."""
    return page.wait_for_function(SIZES, arg=is_awaited).json_value()


@pytest.mark.parametrize(
    "place",
    ["", "compare", "learn?section=softmax", "classroom?view=room"],
    ids=lambda place: place or "train",
)
def test_charts_follow_when_somebody_presents_and_stops(window: Page, site, place):
    (visit if window.url.startswith(site) else load)(window, f"{site}/{place}", (1280, 720))
    before = sizes(window, "() => true")
    window.get_by_role("button", name="Present").click()
    expect(window.get_by_test_id("stSidebar")).to_be_hidden()
    sizes(window, f"sizes => sizes[0][0] > {before[0][0] + 50}")  # the pane's room is theirs
    window.keyboard.press("Escape")
    expect(window.get_by_test_id("stSidebar")).to_be_visible()
    sizes(window, f"sizes => JSON.stringify(sizes) === JSON.stringify({before})")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("place", ["", "ladder", "compare", "classroom?view=room"])
def test_the_button_that_leaves_lies_over_nothing_however_far_one_scrolls(window: Page, site, place, lang):
    for size in (WIDE[0], PHONE):
        visit(window, f"{site}/{place}{'&' if '?' in place else '?'}present=1&lang={lang}", size)
        leave = window.locator(".leave-presenter")
        expect(leave).to_be_visible()
        for share in (0, 0.5, 1):
            window.evaluate(SCROLL, share)
            assert lies_inside(leave, window)
            assert window.evaluate(UNDER_LEAVE) == []
