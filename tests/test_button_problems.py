"""What goes wrong on a click is said where there is room, in sight, for as long as nothing else is done."""

import pytest
from helpers import KMNIST
from playwright.sync_api import Locator, Page, expect
from servers import forked_server
from windows import PHONE, WIDE, lies_inside, load, main_pane

from fmnist_core.base.errors import StorageError
from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser
PATH = "/srv/lectures/statistics/machine-learning-for-everybody/fashion-mnist/runs/runs.db"
FULL = "The disk of {path} is full. Free some space; finished epochs are kept."


def refuse_to_stop() -> None:
    """In the server: no run can be stopped, as on a full disk."""
    from fmnist_core.jobs import TrainingQueue

    def stop(queue, run_id):
        raise StorageError(FULL, path=PATH)

    TrainingQueue.stop = stop


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A dashboard with two runs that wait and cannot be stopped."""
    folder = tmp_path_factory.mktemp("buttons")
    store = RunStore(folder / "runs")
    store.waiting.set_paused(True)
    for seed in range(2):
        store.create(KMNIST.replace(seed=seed))
    with forked_server(folder / "runs", folder / "data", folder / "log", change=refuse_to_stop) as address:
        yield address


def problem(page: Page) -> Locator:
    """The sentence, once it is there; it is wide and in sight, and stays while fragments ask for news."""
    said = page.get_by_test_id("stAlert").filter(has_text=PATH)
    expect(said).to_be_visible()
    main_pane(page)
    page.wait_for_timeout(2500)
    expect(said).to_have_count(1)
    assert lies_inside(said, page)
    assert said.bounding_box()["width"] > 0.85 * page.get_by_test_id("stMain").bounding_box()["width"]
    return said


@pytest.mark.parametrize("language, size", [("en", WIDE[0]), ("ko", PHONE)])
def test_a_stop_that_fails_is_said_over_the_width_of_the_page(address, page, language, size):
    query = "?lang=ko" if language == "ko" else ""
    load(page, f"{address}/train{query}", size)
    if size == PHONE:
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "false")
    page.get_by_test_id("stSidebar").locator("[class*=key-stop_] button").click()
    assert ("가득 찼습니다" in problem(page).inner_text()) == (language == "ko")


@pytest.mark.parametrize("where, size", [("train", PHONE), ("classroom", WIDE[0])])
def test_a_line_that_stays_says_why_however_far_one_has_scrolled(address, page, where, size):
    load(page, f"{address}/{where}", size)
    cancel = page.locator("[class*=key-cancel_] button, [class*=key-lecturer_stop_] button").last
    cancel.scroll_into_view_if_needed()
    cancel.click()
    problem(page)
