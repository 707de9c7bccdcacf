"""All text can be read, on white and on black: a contrast of at least 4.5 to 1."""

from pathlib import Path

import pytest
from finished_runs import finished_run
from servers import forked_server
from windows import READY, settle, visit

from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser
FAINT_TEXTS = Path(__file__).with_name("contrast.js").read_text("utf-8").rstrip().rstrip(";")
PAGES = {
    "": ".live-charts .scatterlayer .trace",
    "compare": ".live-charts .scatterlayer .trace",
    "studies?study=all": ".live-charts .scatterlayer .trace",
    "predictions?view=matrix": ".st-key-cell_images figure",
    "photo?example=dress": ".st-key-photo_bars .point",
    "guess": ".st-key-guess_begin button",
    "learn": ".live-charts .scatterlayer .trace",
    "ladder": ".axis",
    "design": ".net-node",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contrast")
    store = RunStore(folder / "runs")
    for name, skill, seed in (("weak", 1.5, 2), ("strong", 4.0, 1)):
        finished_run(store, name, skill, seed=seed)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out_from_what_lies_behind_it(window, site, name):
    page = window
    page.emulate_media(color_scheme="light")
    visit(page, f"{site}/{name}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.locator(PAGES[name]).first.wait_for()
        page.locator(READY).wait_for()
        settle(page)
        background = page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")
        assert (background == "rgb(255, 255, 255)") == (scheme == "light")
        assert page.evaluate(FAINT_TEXTS) == []
