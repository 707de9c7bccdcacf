"""The room's list in a browser window: whole rows, as many as fit."""

import pytest
from finished_runs import finished_run
from servers import forked_server
from windows import PHONE, WIDE, lies_inside, visit

from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser
RUNS = 9
ROWS = """rows => {
    const list = document.querySelector(".st-key-class_board").getBoundingClientRect()
    return rows.map(row => row.getBoundingClientRect()).map(row => [
        Math.min(row.bottom, list.bottom) - Math.max(row.top, list.top), row.height])
}"""
"""Of each row: the pixels that are in sight, and its height."""


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


def test_on_a_phone_all_rows_of_the_room_follow_one_another(window, site):
    visit(window, f"{site}/classroom?view=room", PHONE)
    rows = window.locator(".board tbody tr")
    rows.nth(RUNS - 1).wait_for()
    assert all(part > height - 1 for part, height in rows.evaluate_all(ROWS))
