"""Cause and effect share one screen: where things lie in the window, and what survives an update."""

import re

import pytest
from finished_runs import finished_run
from playwright.sync_api import Page, Route, expect
from servers import forked_server
from windows import PHONE, arrive, go_to, lies_inside, tick_row, visit, wide_windows

from fmnist_core.runs import RunStore
from pages.ui.compare.runs_table import MAX_PIXELS

pytestmark = pytest.mark.browser
PROJECTOR = {"width": 1280, "height": 720}
INSIDE = """elements => elements.map(element => element.getBoundingClientRect()).filter(
    box => box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth).length"""
ROOM_FOR_CHARTS = """() => {
    const [charts, cards] = [".st-key-live_charts_place", ".image-cards.small"].map(
        place => document.querySelector(place)?.getBoundingClientRect().top)
    return cards > charts + 200
}"""


COUNT_BUTTONS = """() => {
    window.mostButtons = []
    setInterval(() => {
        const buttons = [...document.querySelectorAll("[data-testid=stSidebar] button")]
        const seen = buttons.filter(button => button.offsetParent && /Stop|Go on/.test(button.innerText))
        if (seen.length > mostButtons.length) window.mostButtons = seen.map(button => button.innerText)
    }, 15)
}"""


def start(page: Page, server: str, query: str) -> None:
    arrive(page, f"{server}/?{query}")
    page.locator(".st-key-start_training button").click()


def test_progress_curves_and_images_lie_in_the_window_before_the_first_epoch_ends(page, server):
    page.set_viewport_size(PROJECTOR)
    held: list[Route] = []
    page.route("**/plotly.min.js", lambda request: held.append(request))
    start(page, server, "architecture=cnn&epochs=3&batch_size=128&seed=123456789")  # with a long name
    expect(page.locator(".image-cards.small figure")).to_have_count(12)
    page.wait_for_function(ROOM_FOR_CHARTS)  # before Plotly is there
    for request in held:
        request.continue_()
    page.unroute("**/plotly.min.js")
    expect(page.locator(".live-charts .scatterlayer .trace").first).to_be_attached()
    expect(page.get_by_text("epoch 1 of 3 · step").first).to_be_visible()
    cards = page.locator(".image-cards.small figure")
    expect(cards).to_have_count(12)
    expect(cards.first.locator(".bar")).to_have_count(3)
    for _ in wide_windows(page):
        assert lies_inside(page.get_by_test_id("stMain").get_by_test_id("stProgress").first, page)
        for chart in page.locator(".live-charts > div").all():
            assert lies_inside(chart, page)
        assert cards.evaluate_all(INSIDE) >= 6  # all at one moment: they are replaced twice a second
        for name in ("Start", "Stop"):
            assert lies_inside(page.get_by_role("button", name=name, exact=True), page)
        assert page.locator(".st-key-headline").bounding_box()["height"] < 40, "one line"
        assert lies_inside(page.locator(".st-key-headline").get_by_text("images/s"), page)
    expect(page.get_by_text("epoch 1 of 3 · step").first).to_be_visible()
    expect(page.locator(".run-name")).to_have_attribute("title", re.compile("seed 123456789$"))
    page.evaluate(COUNT_BUTTONS)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    assert len(page.evaluate("mostButtons")) == 1, "Stop and Go on are not seen together"


OLD_BUTTON = """([key, isNewStale, isOldStale]) => {
    const buttons = [...document.querySelectorAll("[data-testid=stSidebar] button")]
    const old = buttons.find(each => /Stop|Go on/.test(each.innerText)).closest(".stElementContainer")
    const button = old.cloneNode(true)
    button.className = button.className.replace(/st-key-\\w+/, "st-key-" + key)
    old.before(button)
    button.dataset.stale = isNewStale
    old.dataset.stale = isOldStale
    const shown = [button, old].map(each => each.offsetParent !== null)
    button.remove()
    return shown
}"""
"""Put a new button where the browser would, and tell whether it and the old one are shown."""


def test_of_an_old_and_a_new_button_the_new_one_is_seen_whichever_is_stale(page, server):
    arrive(page, server)
    for key in ("stop_0123abcd", "resume_0123abcd"):
        for stale in ((False, True), (False, False), (True, True)):
            assert page.evaluate(OLD_BUTTON, [key, *stale]) == [True, False]


def test_a_zoom_and_a_hidden_curve_survive_three_epochs(page, server):
    page.set_viewport_size(PROJECTOR)
    start(page, server, "architecture=mlp-256&epochs=200&train_size=20000&seed=7")
    expect(page.get_by_text(re.compile(r"epoch ([2-9]|[1-9]\d) of 200")).first).to_be_visible()
    plot = page.locator(".live-charts .js-plotly-plot").first
    area = plot.locator(".nsewdrag").bounding_box()
    page.mouse.move(area["x"] + 40, area["y"] + 20)
    page.mouse.down()
    page.mouse.move(area["x"] + 160, area["y"] + 90, steps=4)
    page.mouse.up()
    plot.locator(".legendtoggle").nth(0).click()
    the_plot = "document.querySelector('.live-charts .js-plotly-plot')"
    page.wait_for_function(f"{the_plot}._fullData[0].visible === 'legendonly'")

    def state() -> dict:
        return plot.evaluate(
            "plot => ({range: plot._fullLayout.xaxis.range, shown: plot._fullData[0].visible,"
            " epochs: plot._fullData[1].x.length})"
        )

    before = state()
    page.wait_for_function(f"count => {the_plot}._fullData[1].x.length >= count", arg=before["epochs"] + 3)
    after = state()
    assert after["range"] == before["range"] and after["range"][1] < 200
    assert after["shown"] == "legendonly"
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()


def test_an_example_photo_its_class_and_its_probabilities_share_the_window(window, server):
    page = window
    visit(page, f"{server}/photo")
    page.get_by_text("a T-shirt", exact=True).click()
    answer = page.get_by_test_id("stAlert").filter(has_text="T-shirt/top")
    expect(answer).to_be_visible()
    expect(page.locator(".st-key-photo_bars .bars .point").first).to_be_attached()
    for _ in wide_windows(page):
        for element in (page.locator("img.photo"), answer, page.locator(".st-key-photo_bars")):
            assert lies_inside(element, page)
    visit(page, f"{server}/photo?lang=ko")
    button = page.locator("[class*=st-key-photo_files] [data-testid=stFileUploaderDropzone] button p")
    said = button.evaluate("label => [getComputedStyle(label, '::after').content, label.clientHeight > 0]")
    assert said == ['"파일 고르기"', True]  # Streamlit's own word is English


def test_the_images_of_a_clicked_cell_lie_beside_the_matrix(window, server):
    page = window
    visit(page, f"{server}/predictions?view=matrix&run=a0photo1")
    matrix = page.locator("[class*=st-key-matrix_a0photo1]")
    expect(matrix.locator(".scatterlayer .point").first).to_be_attached()
    title = page.locator(".st-key-cell_images strong").first
    before = title.inner_text()
    matrix.locator(".scatterlayer .point").nth(3).click(force=True)  # a row's fourth cell
    expect(title).not_to_have_text(before)
    cards = page.locator(".st-key-cell_images .image-cards figure")
    expect(cards.nth(5)).to_be_visible()
    for _ in wide_windows(page):
        assert sum(lies_inside(card, page) for card in cards.all()) >= 6


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A dashboard with three finished runs, the middle one of more epochs."""
    folder = tmp_path_factory.mktemp("compared")
    store = RunStore(folder / "runs")
    for name, skill, seed in (("weak", 1.5, 3), ("middle", 2.5, 2), ("strong", 4.0, 1)):
        finished_run(store, name, skill, 4 if name == "middle" else 3, seed=seed, batch_size=32 * seed)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


def test_what_the_coach_says_lies_in_a_projectors_window_with_all_sample_images(window, compared):
    page = window
    visit(page, compared)
    coach, cards = page.locator(".st-key-coach"), page.locator(".image-cards.small figure")
    expect(coach).to_contain_text("Still improving")
    expect(page.locator(".live-charts .scatterlayer .trace").first).to_be_attached()
    assert page.locator(".live-charts").bounding_box()["y"] < coach.bounding_box()["y"]
    assert lies_inside(coach, page) and cards.evaluate_all(INSIDE) == 12
    last = cards.last.bounding_box()
    assert (
        last["y"] + last["height"] + coach.bounding_box()["height"] <= PROJECTOR["height"]
    )  # if it had two lines


def test_two_picked_runs_have_table_curves_and_verdict_in_the_window(window, compared):
    page = window
    visit(page, f"{compared}/compare")
    table = page.get_by_test_id("stDataFrame").first
    table.get_by_test_id("data-grid-canvas").wait_for()
    curves = page.locator(".st-key-compare_curves .live-charts > div")
    expect(curves.first.locator(".scatterlayer .trace")).to_have_count(3)  # without a tick
    expect(page.locator(".st-key-compare_verdict")).to_contain_text("trained differently: 3 and 4 epochs")
    box = table.bounding_box()
    for row in (0, 2):
        tick_row(table, row)
        expect(curves.first.locator(".scatterlayer .trace")).to_have_count(1 + row // 2)
        assert table.bounding_box() == box  # it does not move under the finger
    verdict = page.locator(".st-key-compare_verdict")
    expect(verdict).to_contain_text("strong is better than middle")
    of_the_picked = page.locator("[class*=st-key-edit_], [class*=st-key-again_], .st-key-compare_delete")
    expect(of_the_picked).to_have_count(5)
    for _ in wide_windows(page):
        taken_along = page.locator(".st-key-compare_csv, .st-key-compare_report")
        for element in (table, verdict, *curves.all(), *taken_along.all(), *of_the_picked.all()):
            assert lies_inside(element, page)
        heights = [taken_along.first.bounding_box()["y"], of_the_picked.last.bounding_box()["y"]]
        full = table.bounding_box()["y"] + MAX_PIXELS
        assert full <= 550 and heights[0] <= full + 60  # a full table leaves them their place
    titles = [curve.locator(".gtitle").text_content() for curve in curves.all()]
    assert titles == ["Test accuracy by epoch", "Test accuracy by time"]


def test_two_runs_are_picked_and_both_answers_seen_on_one_screen(window, compared):
    page = window
    visit(page, f"{compared}/predictions?view=beside")
    cards = page.locator(".image-cards figure")
    expect(cards.nth(5)).to_contain_text("B: ")
    picks = page.locator(
        "[class*=st-key-predictions_run], [class*=st-key-beside_other], .st-key-beside_group"
    )
    expect(picks).to_have_count(3)
    for _ in wide_windows(page):
        assert all(lies_inside(pick, page) for pick in picks.all())
        assert sum(lies_inside(card, page) for card in cards.all()) >= 6  # with the bars of both runs


def test_on_a_phone_the_table_of_runs_is_read_and_a_photo_is_answered(window, compared):
    page = window
    visit(page, f"{compared}/compare", PHONE)
    table = page.get_by_test_id("stDataFrame").first
    table.get_by_test_id("data-grid-canvas").wait_for()
    expect(table.locator("th", has_text="Test accuracy")).to_be_attached()  # only those in sight
    headings = table.locator("th").all_inner_texts()
    assert headings.index("Test accuracy") == headings.index("Name") + 1  # and both are on the screen
    assert lies_inside(table, page)
    visit(page, f"{compared}/photo?example=t-shirt", PHONE)
    answer = page.get_by_test_id("stAlert").filter(has_text="T-shirt/top")
    expect(answer).to_be_visible()
    assert answer.bounding_box()["y"] <= 2 * 844
    by_hand = page.get_by_text("Correct it by hand").bounding_box()
    assert by_hand["y"] > page.locator(".st-key-photo_bars").bounding_box()["y"]  # after the answer
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_app_asks_no_other_host(page, server):
    strangers: list[str] = []
    own = (server, server.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda asked: asked.url.startswith(own) or strangers.append(asked.url))
    arrive(page, server)
    for name in ("Compare", "Photo", "Learn"):
        page.get_by_test_id("stTopNav").wait_for()
        page.wait_for_timeout(1500)
        go_to(page, name)
    page.wait_for_timeout(1500)
    assert not strangers
