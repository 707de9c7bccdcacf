"""Charts follow the room that they have: it changes when somebody presents, and when they stop. The button
that stops it lies over nothing."""

import pytest
from finished_runs import finished_run
from playwright.sync_api import Page, expect
from servers import forked_server
from windows import PHONE, WIDE, lies_inside, settle, visit

from fmnist_core.base.epochs import Progress
from fmnist_core.runs import RunStore, progress

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
    """A dashboard with two finished runs of one net, and one that differs in more than one setting."""
    folder = tmp_path_factory.mktemp("resized")
    store = RunStore(folder / "runs")
    for name, seed in (("first", 1), ("second", 2)):
        finished_run(store, name, 2.0 + seed, seed=seed)
    finished_run(store, "third", architecture="mlp-256", batch_size=64, epochs=2)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


@pytest.fixture(scope="module")
def all_curves(site, tmp_path_factory):
    """The id of a run there that has each curve that there is."""
    folder = next(tmp_path_factory.getbasetemp().glob("resized*"))
    store = RunStore(folder / "runs")
    run_id = finished_run(store, "all curves", validation_size=100)
    with store.database.write() as db:
        db.execute("UPDATE epochs SET evaluated_train_accuracy = .9 WHERE run_id = ?", (run_id,))
    for step in (1, 2, 3):
        progress.write(store.folder(run_id), Progress(1, step, 4, 2.0 / step, 0.2 * step, 1.0 * step, 900.0))
    return run_id


def sizes(page: Page, is_awaited: str) -> list[list[int]]:
    """Width and height of each chart, when they are as awaited."""
    return page.wait_for_function(SIZES, arg=is_awaited).json_value()


LETTERS = """() => [...document.querySelectorAll(".js-plotly-plot :is(" +
    ".xtick text, .ytick text, .xtitle, .ytitle, .legendtext, .bartext, .parcoords text)")]
    .filter(text => text.textContent && text.getBoundingClientRect().width)
    .map(text => parseFloat(getComputedStyle(text).fontSize))"""
"""Pixels, of all letters of charts but the titles."""

COLLIDING = """() => [...document.querySelectorAll(".js-plotly-plot")].flatMap(chart => {
    const kinds = ".gtitle, .xtick text, .ytick text, .xtitle, .ytitle, .legendtext"
    const texts = [...chart.querySelectorAll(kinds)]
        .filter(text => text.textContent && text.getBoundingClientRect().width)
    const boxes = texts.map(text => text.getBoundingClientRect())
    return boxes.flatMap((one, i) => boxes.slice(i + 1).flatMap((other, j) =>
        Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
        Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 6 // taller than its letters
            ? [texts[i].textContent + " on " + texts[i + 1 + j].textContent] : []))
})"""


BELOW_TITLE = """() => {
    const names = [...document.querySelectorAll(".parcoords .axis-title")]
    const top = name => name.getBoundingClientRect().top
    const title = name => name.closest(".js-plotly-plot").querySelector(".gtitle").getBoundingClientRect()
    return names.map(name => top(name) - title(name).bottom)
}"""
"""Pixels from the title of parallel coordinates down to each name of an axis, which rises."""

CHECKED = {
    "": ("sizes",),
    "compare": ("sizes", "letters", "rows"),
    "learn?section=softmax": ("sizes",),
    "classroom?view=room": ("sizes", "letters"),
    "?run={run}": ("letters",),
    "photo?example=dress": ("letters",),
    "studies?study=all": ("letters", "rows"),
}
"""What must follow on each page: the sizes of charts, the letters in them, the rows of the first table."""
ARE_LARGE = (
    f"() => {{ const all = ({LETTERS})(); return all.filter(size => size < 14).length < all.length / 3 }}"
)


@pytest.mark.parametrize("place", CHECKED, ids=lambda place: place or "train")
def test_charts_and_tables_follow_when_somebody_presents_and_stops(window: Page, site, request, place):
    asked = CHECKED[place]
    # Train shows the newest run: first without the run that is made for the other pages.
    address = place and place.format(run=request.getfixturevalue("all_curves"))
    visit(window, f"{site}/{address}", WIDE[0])
    if "sizes" in asked:
        before = sizes(window, "() => true")
    if "letters" in asked:
        window.locator(".js-plotly-plot .ytick text").first.wait_for()
        assert max(window.evaluate(LETTERS)) < 16, "letters, before"
    if "rows" in asked:
        frame = window.get_by_test_id("stDataFrame").first
        low = frame.bounding_box()["height"]
    window.get_by_role("button", name="Present").click()
    expect(window.get_by_test_id("stSidebar")).to_be_hidden()
    if "sizes" in asked:
        sizes(window, f"sizes => sizes[0][0] > {before[0][0] + 50}")  # the pane's room is theirs
    if "letters" in asked:
        window.wait_for_function(ARE_LARGE)
        assert min(window.evaluate(LETTERS)) >= 12  # the small ones of a logarithmic axis, and some legends
    window.locator(".leave-presenter").wait_for()  # it comes last
    if asked != ("sizes",):
        settle(window)  # a chart that follows its place is drawn once more
    if "letters" in asked:
        assert window.evaluate(COLLIDING) == []
        if place.startswith("studies"):
            below = window.evaluate(BELOW_TITLE)
            assert len(below) > 1 and min(below) > -2
    if "rows" in asked:
        rows = int(frame.locator("[role=grid]").get_attribute("aria-rowcount"))
        high = frame.bounding_box()["height"]
        assert low == pytest.approx(35 * rows + 3, abs=1), "rows, before"
        assert high == pytest.approx(42 * rows + 3, abs=1), "rows, while somebody presents"
    window.keyboard.press("Escape")
    if "sizes" in asked:
        expect(window.get_by_test_id("stSidebar")).to_be_visible()
        sizes(window, f"sizes => JSON.stringify(sizes) === JSON.stringify({before})")
    if "letters" in asked:
        window.wait_for_function(f"() => Math.max(...({LETTERS})()) < 16")


NAMES_OF_AXES = """() => [...document.querySelectorAll(".live-charts .js-plotly-plot")].map(chart => {
    const [name] = [...chart.querySelectorAll(".xtitle")].map(text => text.getBoundingClientRect())
    const lowest = [...chart.querySelectorAll(".xtick text")].map(text => text.getBoundingClientRect().bottom)
    return [name.top - Math.max(...lowest), chart.getBoundingClientRect().bottom - name.bottom]
})"""
"""Pixels between the numbers and the name of an axis, and between that and the end of the chart."""


@pytest.mark.parametrize("size", [*WIDE, PHONE], ids=str)
def test_the_name_of_an_axis_stands_below_its_numbers_while_somebody_presents(
    window: Page, site, all_curves, size
):
    visit(window, f"{site}/?run={all_curves}&present=1", size)
    expect(window.locator(".live-charts .xtitle")).to_have_count(2)
    window.wait_for_function(ARE_LARGE)
    settle(window)
    for above, below in window.evaluate(NAMES_OF_AXES):
        assert above > -6 and below > -6  # boxes, which are taller than their letters


def test_letters_of_the_ladder_are_large_while_somebody_presents(window: Page, site):
    visit(window, f"{site}/ladder?present=1", WIDE[0])
    window.locator(".leave-presenter").wait_for()
    sizes = "() => [...document.querySelectorAll('.ladder p, .ladder .track span')].map(text => " + (
        "parseFloat(getComputedStyle(text).fontSize))"
    )
    assert min(window.evaluate(sizes)) >= 14


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


@pytest.mark.parametrize("query", ["lang=en", "lang=ko", "present=1"])
def test_all_names_of_a_live_chart_lie_in_it_on_a_phone(window: Page, site, all_curves, query):
    visit(window, f"{site}/?run={all_curves}&{query}", PHONE)
    expect(window.locator(".live-charts .legend .traces")).to_have_count(9)
    chart = window.locator(".live-charts > div").first
    expect(chart.locator(".legend .traces")).to_have_count(5)
    box, title = chart.bounding_box(), chart.locator(".gtitle").bounding_box()
    for name in chart.locator(".legend .traces").all():
        text = name.locator(".legendtext").bounding_box()
        assert box["x"] <= text["x"] and text["x"] + text["width"] <= box["x"] + box["width"]
        assert box["y"] <= text["y"] and text["y"] + text["height"] <= box["y"] + box["height"]
        assert text["x"] > title["x"] + title["width"] or text["y"] > title["y"] + title["height"]
