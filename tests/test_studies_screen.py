"""The page Studies in Chromium: its main action is seen on arrival, and its charts agree with its table."""

import re

import pytest
from finished_runs import finished_run
from playwright.sync_api import Locator, Page, expect
from servers import forked_server
from windows import PHONE, WIDE, lies_inside, load, visit

from fmnist_core.base.config import TrainConfig
from fmnist_core.runs import RunStore

pytestmark = pytest.mark.browser

NETS = (
    ("mlp-256", 10),
    ("cnn", 2),
    ("mlp-deep", 3),
    ("mlp-256", 3),
    ("mlp-32", 5),
    ("mlp-32", 3),
    ("cnn", 1),
)

COLORS = """chart => [...new Set([...chart.querySelectorAll(".scatterlayer :is(.point, .errorbar path)")].map(
    drawn => getComputedStyle(drawn)[drawn.matches(".point") ? "fill" : "stroke"]))]"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A dashboard with groups of four nets, of which some differ in their epochs alone."""
    folder = tmp_path_factory.mktemp("studies")
    store = RunStore(folder / "runs")
    for place, (net, epochs) in enumerate(NETS):
        for seed in (1, 2):
            finished_run(store, None, 3.0 - place / 5 + seed / 10, epochs, architecture=net, seed=seed)
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


@pytest.fixture(scope="module")
def one_epoch(site, tmp_path_factory):
    """The id of a study there whose runs have one epoch each."""
    folder = next(tmp_path_factory.getbasetemp().glob("studies*"))
    store = RunStore(folder / "runs")
    runs = [finished_run(store, epochs=1, batch_size=512, learning_rate=rate) for rate in (0.001, 0.01)]
    return store.studies.create("one epoch", [TrainConfig(seed=99)], paused=True, adopt=runs)


def chart(page: Page, key: str) -> Locator:
    """The chart in this place, once it is drawn."""
    found = page.locator(f".st-key-{key}_place .live-charts > div")
    found.locator(".scatterlayer .trace").first.wait_for(state="attached")
    return found


def overlap(a: dict, b: dict) -> bool:
    """Whether two boxes lie over each other."""
    return (
        a["x"] < b["x"] + b["width"]
        and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"]
        and b["y"] < a["y"] + a["height"]
    )


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("size", [*WIDE, PHONE], ids=str)
def test_the_names_of_the_nets_lie_below_the_plot_and_over_nothing(window: Page, site, size, lang):
    visit(window, f"{site}/studies?study=all&lang={lang}", size)
    drawn = chart(window, "study_settings")
    names = drawn.locator(".legend .traces .legendtext")
    expect(names).to_have_count(4)
    others = [*drawn.locator(".gtitle, .xtitle, .xtick text").all(), drawn.locator(".nsewdrag").first]
    box, plot = drawn.bounding_box(), drawn.locator(".nsewdrag").first.bounding_box()
    assert plot["height"] > 100
    for name in names.all():
        text = name.bounding_box()
        assert text["y"] > plot["y"] + plot["height"]
        assert box["x"] <= text["x"] and text["x"] + text["width"] <= box["x"] + box["width"]
        assert text["y"] + text["height"] <= box["y"] + box["height"]
        assert not any(overlap(text, other.bounding_box()) for other in others)


def test_a_group_has_one_colour_in_both_charts_and_so_has_its_interval(window: Page, site):
    visit(window, f"{site}/studies?study=all", WIDE[0])
    curves, settings = (chart(window, f"study_{key}").evaluate(COLORS) for key in ("curves", "settings"))
    grey = "rgb(138, 138, 138)"  # of the lines of the nets, whose marks lie below the points
    assert len(curves) == len(NETS) and set(settings) - {grey} == set(curves)


@pytest.mark.parametrize("way", ["grid", "search"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_starts_a_study_is_seen_on_arrival(window: Page, site, way, lang):
    for size in WIDE:
        load(window, f"{site}/studies?study=all&how={way}&lang={lang}", size)
        start = window.locator(f".st-key-{'studies' if way == 'grid' else 'search'}_start button")
        expect(start).to_be_visible()
        assert lies_inside(start, window), (size, start.bounding_box())


def test_where_no_run_has_two_epochs_no_curves_are_drawn(window: Page, site, one_epoch):
    visit(window, f"{site}/studies?study={one_epoch}", WIDE[0])
    expect(window.get_by_text(re.compile("Tick rows"))).to_be_visible()
    settings = chart(window, "study_settings").bounding_box()
    expect(window.locator(".st-key-study_curves_place")).to_have_count(0)
    table = window.get_by_test_id("stDataFrame").first.bounding_box()
    assert settings["x"] > table["x"] + table["width"]  # in their place
    visit(window, f"{site}/studies?study=all", WIDE[0])
    assert chart(window, "study_curves").is_visible()
