"""A page that is drawn again, and on a phone: a zoom stays, labels fit, keys are not spoken of."""

import re

import pytest
from finished_runs import finished_run
from playwright.sync_api import Page, expect
from servers import forked_server
from windows import PHONE, WIDE, lies_inside, new_context, resize, settle, visit

from fmnist_core.base.config import TrainConfig
from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser
LARGE = (1400, 1000)
COSTS = ".st-key-compare_costs_parameters"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A dashboard with two runs on Fashion-MNIST; its store and the ids."""
    folder = tmp_path_factory.mktemp("repeats")
    store = RunStore(folder / "runs")
    ids = [finished_run(store, name, seed=seed) for seed, name in enumerate(("one", "two"))]
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address, store, ids


def zoom_into(page: Page, chart: str) -> list[float]:
    """Drag a box over the middle of a chart; returns its new range of x."""
    area = page.locator(f"{chart} .nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    before = x_range(page, chart)
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.7 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_function(f"before => {RANGE.format(chart)}?.[0] !== before", arg=before[0])
    return x_range(page, chart)


def has(page: Page, text: str) -> None:
    expect(page).to_have_url(re.compile(text))


RANGE = "document.querySelector('{} .js-plotly-plot')?._fullLayout?.xaxis?.range"


def x_range(page: Page, chart: str) -> list[float]:
    return page.evaluate(RANGE.format(chart))


def test_a_zoom_outlives_what_other_widgets_do_and_ends_with_what_is_shown(site, window):
    address, _, (one, _) = site
    page = window
    visit(page, f"{address}/compare", LARGE)
    zoomed = zoom_into(page, COSTS)
    page.locator("[data-test-script-state=notRunning]").wait_for()  # else an open list closes
    choice = page.locator("[class*=st-key-compare_metric] [role=combobox]")
    choice.scroll_into_view_if_needed()
    settle(page)  # scrolling closes it, too
    choice.click()
    page.get_by_role("option", name="Test loss").click()
    has(page, "metric=test_loss")
    page.locator("[data-test-script-state=notRunning]").wait_for()
    assert x_range(page, COSTS) == zoomed
    visit(page, f"{address}/predictions?view=calibration&run={one}", LARGE)
    zoomed = zoom_into(page, ".st-key-reliability")
    page.get_by_test_id("stSidebar").get_by_role("combobox").first.click()
    page.get_by_role("option", name="two").click()
    page.wait_for_function(
        f"zoomed => ![zoomed, undefined].includes({RANGE.format('.st-key-reliability')}?.[0])",
        arg=zoomed[0],
    )


def test_go_on_comes_when_a_run_has_stopped_though_another_one_waits(site, window):
    address, store, _ = site
    page = window
    store.waiting.set_paused(True)
    store.create(TrainConfig(seed=1), "of somebody else")
    run_id = store.create(TrainConfig(), "stopping")
    store.start(run_id, store.workers.open())
    store.request_stop(run_id)
    visit(page, f"{address}/?run={run_id}", LARGE)
    pane = page.get_by_test_id("stSidebar")
    expect(pane.get_by_role("button", name="Stopping …")).to_be_visible()
    store.finish(run_id, "stopped")
    expect(pane.get_by_role("button", name="Go on")).to_be_visible(timeout=20_000)


def test_stopping_is_one_line_and_the_pane_repeats_no_progress(site, window):
    address, store, _ = site
    page = window
    run_id = store.create(TrainConfig(), "slow")
    worker = store.workers.open()
    store.start(run_id, worker)
    store.request_stop(run_id)
    for width, language, text in ((1280, "en", "Stopping …"), (1400, "ko", None), (900, "", None)):
        resize(page, (width, 720))
        if language:
            visit(page, f"{address}/?run={run_id}&lang={language}", (width, 720))
        label = page.get_by_test_id("stSidebar").locator(".st-key-nothing_to_stop button p")
        expect(label).to_be_visible()
        if text:
            expect(label).to_have_text(text)
        button = page.get_by_test_id("stSidebar").locator(".st-key-nothing_to_stop button").bounding_box()
        box = label.bounding_box()
        assert box["height"] < 30
        assert box["x"] >= button["x"] and box["x"] + box["width"] <= button["x"] + button["width"]
    expect(page.get_by_test_id("stMain").get_by_test_id("stProgress").first).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_test_id("stProgress")).to_have_count(0)
    visit(page, f"{address}/compare?lang=en", (900, 720))
    expect(page.get_by_test_id("stSidebar").get_by_test_id("stProgress")).to_have_count(1)
    store.finish(run_id, "stopped")
    store.workers.close(worker)


@pytest.fixture
def phone(chromium):
    """A window on a phone, as long as it is looked at."""
    size = {"width": PHONE[0], "height": PHONE[1]}
    context = new_context(chromium, viewport=size, is_mobile=True, has_touch=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("device", "size"), [("window", WIDE[0]), ("phone", PHONE)])
def test_keys_are_spoken_of_only_where_there_is_a_keyboard(site, request, device, size):
    page, is_phone = request.getfixturevalue(device), device == "phone"
    visit(page, f"{site[0]}/guess", size)
    begin = page.locator(".st-key-guess_begin button").first
    expect(begin).to_be_visible()
    expect(page.get_by_text("The keys 1 to 9")).to_be_visible(visible=not is_phone)
    begin.click()
    first = page.locator(".st-key-guess_0 button").first
    expect(first).to_be_visible()
    expect(first.locator("kbd").first).to_be_visible(visible=not is_phone)
    visit(page, f"{site[0]}/learn?present=1", size)
    leave = page.locator(".leave-presenter")
    expect(leave).to_have_text("Leave" if is_phone else "Leave (Esc)")
    assert lies_inside(leave, page)


def test_a_model_is_two_clicks_from_compare(site, window):
    page = window
    visit(page, f"{site[0]}/compare?run=a0photo1&lang=en", LARGE)
    page.get_by_role("button", name="Model").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="PyTorch").click()
    assert download.value.path().read_bytes()[:2] == b"PK"
