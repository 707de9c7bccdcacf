"""Charts as pictures: downloads of PNG and SVG in Chromium, without a network, with nothing moved."""

import io
from xml.etree import ElementTree

import pytest
from finished_runs import finished_run
from PIL import Image
from playwright.sync_api import expect
from servers import forked_server
from windows import arrive

from fmnist_core.lecture import charts as lessons
from fmnist_core.results import charts
from fmnist_core.results.charts.frame import file_name, new_figure
from fmnist_core.results.export import comparison_report
from fmnist_core.runs import RunStore

browser = pytest.mark.browser
NAMES = ("first <b>net</b> & more", "second net")
SVG = "{http://www.w3.org/2000/svg}"
LIVE, OURS = ".st-key-compare_curves .live-charts > div", ".stPlotlyChart"


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory):
    """A dashboard with two runs: its address, and their ids."""
    folder = tmp_path_factory.mktemp("pictures")
    store = RunStore(folder / "runs")
    run_ids = [finished_run(store, name, seed=seed) for seed, name in enumerate(NAMES)]
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address, run_ids


def open_compare(page, dashboard, size=(1280, 720), **query):
    address, run_ids = dashboard
    page.set_viewport_size({"width": size[0], "height": size[1]})
    asked = "&".join([f"run={','.join(run_ids)}", *(f"{name}={value}" for name, value in query.items())])
    arrive(page, f"{address}/compare?{asked}")
    expect(page.locator(f"{LIVE} .take-chart")).to_have_count(2)
    expect(page.locator(f"{OURS} .take-chart")).to_have_count(2)


def taken(page, chart, format: str) -> tuple[str, bytes]:
    """The name and the content of the file that a chart's button gives."""
    chart.scroll_into_view_if_needed()
    chart.hover()
    with page.expect_download() as download:
        chart.get_by_role("button", name=format).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def texts(svg: bytes) -> str:
    return " ".join("".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(f"{SVG}text"))


@browser
def test_a_live_chart_is_taken_as_png_of_twice_its_size_with_a_legend(page, dashboard):
    open_compare(page, dashboard)
    chart = page.locator(LIVE).first
    box = chart.bounding_box()
    name, content = taken(page, chart, "PNG")
    assert name == f"compare-test-accuracy-by-epoch-{'-'.join(dashboard[1])}.png"
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    legend = 2 * 19 + 8
    assert picture.size == (2 * round(box["width"]), 2 * (round(box["height"]) + legend))
    assert picture.getpixel((3, 3)) == (255, 255, 255)
    assert len(picture.resize((200, 100)).getcolors(200 * 100)) > 20  # curves, not an empty sheet


@browser
def test_a_live_chart_is_taken_as_svg_with_its_title_and_the_names_of_the_runs(page, dashboard):
    open_compare(page, dashboard)
    chart = page.locator(LIVE).first
    name, content = taken(page, chart, "SVG")
    assert name.endswith(".svg") and name.isascii()
    drawing = ElementTree.fromstring(content)
    assert drawing.get("width") == str(round(chart.bounding_box()["width"]))
    written = texts(content)
    for text in ("Test accuracy by epoch", "Epoch", *NAMES):
        assert text in written
    assert drawing[0].tag == f"{SVG}title" and "at epoch 3" in drawing[0].text


@browser
def test_a_chart_of_streamlit_is_taken_on_the_ground_that_is_seen(page, dashboard):
    page.emulate_media(color_scheme="dark")
    open_compare(page, dashboard, lang="ko")
    chart = page.locator(OURS).first
    name, content = taken(page, chart, "PNG")
    assert name == f"compare-test-accuracy-and-parameters-{'-'.join(dashboard[1])}.png"
    assert sum(Image.open(io.BytesIO(content)).convert("RGB").getpixel((3, 3))) < 150
    assert "테스트 정확도" in texts(taken(page, chart, "SVG")[1])


@browser
def test_the_keyboard_reaches_the_buttons_which_say_what_they_do(page, dashboard):
    open_compare(page, dashboard, lang="ko")
    button = page.locator(LIVE).first.get_by_role("button", name="PNG로 내려받기").first
    expect(button).to_have_accessible_name("이 그래프를 PNG로 내려받기: 에폭별 테스트 정확도")
    expect(page.locator(LIVE).first.locator(".take-chart")).to_have_css("opacity", "0")
    button.focus()
    expect(page.locator(LIVE).first.locator(".take-chart")).to_have_css("opacity", "1")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".png")


@browser
@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_the_buttons_cover_no_curve_and_move_nothing(page, dashboard, size):
    open_compare(page, dashboard, size)
    for chart in [page.locator(LIVE).first, page.locator(OURS).first]:
        chart.scroll_into_view_if_needed()
        before = chart.bounding_box()
        chart.hover()
        buttons = chart.locator(".take-chart")
        expect(buttons).to_have_css("opacity", "1")
        assert chart.bounding_box() == before
        lying = buttons.bounding_box()
        top_of_plot = chart.evaluate("""element => {
            const chart = element.closest('.js-plotly-plot') ?? element.querySelector('.js-plotly-plot');
            return chart.getBoundingClientRect().top + chart._fullLayout._size.t}""")
        assert before["y"] <= lying["y"] and lying["y"] + lying["height"] <= top_of_plot
        assert before["x"] <= lying["x"] and lying["x"] + lying["width"] <= before["x"] + before["width"]
        assert lying["height"] >= 24


@browser
def test_without_a_network_a_page_without_live_charts_still_gives_pictures(page, dashboard):
    """plotly.js comes from this server, when it is asked for."""
    address, run_ids = dashboard
    foreign = []
    page.on("request", lambda request: foreign.append(request.url) if address not in request.url else None)
    arrive(page, f"{address}/predictions?run={run_ids[0]}&view=matrix")
    expect(page.locator(f"{OURS} .take-chart").first).to_be_attached()
    page.evaluate("delete window.Plotly")  # Streamlit may bring one along, or not
    name, content = taken(page, page.locator(OURS).first, "SVG")
    assert name == f"predictions-confusion-matrix-{run_ids[0]}.svg"
    assert "Confusion matrix" in texts(content) and "Ankle boot" in texts(content)
    assert not [url for url in foreign if url.startswith("http")]


@browser
def test_the_charts_of_a_report_are_taken_too(page, tmp_path, store):
    path = tmp_path / "report.html"
    run_ids = [finished_run(store, name, seed=seed) for seed, name in enumerate(NAMES)]
    path.write_text(comparison_report(store, run_ids), encoding="utf-8")
    page.goto(path.as_uri())
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").first.click()
    assert download.value.suggested_filename == "test-accuracy-by-epoch.svg"
    assert "Test accuracy by epoch" in texts(download.value.path().read_bytes())


def test_a_picture_is_called_by_the_english_title_in_plain_letters():
    assert file_name("Grüße: <b>50 %</b>, =1+1/../x") == "gr-e-b-50-b-1-1-x"
    assert file_name("") == "" and len(file_name("word " * 50)) <= 60
    assert new_figure("Test accuracy").layout.meta == {"file": "test-accuracy"}
    assert lessons.new_lesson().layout.meta == {"file": ""}


def test_only_charts_without_a_legend_of_their_own_get_one_in_the_picture():
    histories = {"a": RunStore().history("none")}
    histories["a"].loc[0] = [1, 0.5, 0.8, 0.8, 0.6, 0.7, 0.6, 0.7, 2.0, 100.0, 0.001]
    assert charts.history_curves(histories, legend=False).layout.meta["names_beside"]
    assert "names_beside" not in charts.history_curves(histories).layout.meta
