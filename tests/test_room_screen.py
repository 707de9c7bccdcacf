"""The room's lists in a browser window: whole rows, as many as fit."""

import re

import pytest
from finished_runs import finished_run
from servers import forked_server
from windows import PHONE, WIDE, lies_inside, visit

from fmnist_core.base.config import TrainConfig
from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser
RUNS = 9
WAITING = 12
ROWS = """rows => {
    const list = document.querySelector(".st-key-class_board").getBoundingClientRect()
    return rows.map(row => row.getBoundingClientRect()).map(row => [
        Math.min(row.bottom, list.bottom) - Math.max(row.top, list.top), row.height])
}"""
"""Of each row: the pixels that are in sight, and its height."""

PLACES = """all => all.map(one => [one.getBoundingClientRect(), one.innerText])
    .filter(([box]) => box.height > 0).map(([box, text]) => [box.height, box.bottom, text])"""
"""Of each row that has any height: this, its lower end, and its text."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("room")
    store = RunStore(folder / "runs")
    for seed in range(RUNS):
        finished_run(store, f"mlp-256 · custom · {seed + 2} epochs", 3 - seed / 10, 2, seed=seed)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


@pytest.mark.parametrize(("query", "least"), [("", 7), ("&lang=ko", 7), ("&present=1", 6)])
def test_the_rooms_list_has_whole_rows_down_to_the_end_of_the_window(window, site, query, least):
    for size in WIDE:
        visit(window, f"{site}/classroom?view=room{query}", size)
        rows = window.locator(".board tbody tr")
        rows.nth(RUNS - 1).wait_for(state="attached")
        seen = rows.evaluate_all(ROWS)
        whole = [part > height - 1 for part, height in seen]
        assert all(is_whole or part < 1 for is_whole, (part, _) in zip(whole, seen, strict=True)), seen
        assert sum(whole) >= (RUNS if size[1] > 800 and not query.startswith("&present") else least)
        assert lies_inside(window.locator(".st-key-room_side"), window)
        names = window.locator(".board td span").evaluate_all(
            "names => names.map(name => name.scrollWidth - name.clientWidth)"
        )
        assert max(names) <= 0  # none is cut, or has a second line
        assert len({height for _, height in seen}) == 1
    rows.nth(RUNS - 1).scroll_into_view_if_needed()
    assert lies_inside(rows.nth(RUNS - 1), window)


@pytest.fixture(scope="module")
def queue_site(tmp_path_factory):
    """As `site`, and others wait, held."""
    folder = tmp_path_factory.mktemp("queue")
    store = RunStore(folder / "runs")
    store.waiting.set_paused(True)
    for seed in range(RUNS):
        finished_run(store, f"mlp-256 · custom · {seed + 2} epochs", 3 - seed / 10, 2, seed=seed)
    for seed in range(WAITING):
        store.create(TrainConfig(seed=100 + seed))
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


@pytest.mark.parametrize("query", ["", "&present=1&lang=ko"])
def test_the_queue_of_the_room_has_whole_rows_and_says_how_many_more_there_are(window, queue_site, query):
    for size in WIDE:
        visit(window, f"{queue_site}/classroom?view=room{query}", size)
        window.locator(".room-line > div").nth(WAITING - 1).wait_for(state="attached")
        seen = window.locator(".room-line > *").evaluate_all(PLACES)
        heights, bottoms, texts = zip(*seen, strict=True)
        assert max(heights) - min(heights) < 1, heights  # none is cut
        *shown, more = texts
        assert len(shown) >= 4 and f"seed {100 + len(shown) - 1}" in shown[-1]
        assert re.findall(r"\d+", more) == [str(WAITING - len(shown))]
        side = window.locator(".st-key-room_side").bounding_box()
        assert 0 <= side["y"] + side["height"] - bottoms[-1] + 1 < heights[0] + 2  # no more would fit
        rows = window.locator(".board tbody tr").evaluate_all(ROWS)
        assert all(part > height - 1 or part < 1 for part, height in rows)
        assert sum(part > 1 for part, _ in rows) >= 3
        assert lies_inside(window.locator(".st-key-room_side"), window)


def test_on_a_phone_all_rows_of_the_room_follow_one_another(window, site):
    visit(window, f"{site}/classroom?view=room", PHONE)
    rows = window.locator(".board tbody tr")
    rows.nth(RUNS - 1).wait_for()
    assert all(part > height - 1 for part, height in rows.evaluate_all(ROWS))
