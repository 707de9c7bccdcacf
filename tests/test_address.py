"""The address says what is seen: Back, a reload and another page lose nothing."""

import re

import pytest
from finished_runs import finished_run
from helpers import address_of, ended, leave_for, open_page, wait_for
from playwright.sync_api import Page, expect
from servers import forked_server
from streamlit.proto.BackMsg_pb2 import BackMsg
from windows import arrive, go_to, load, visit

from fmnist_core.photos import examples
from fmnist_core.runs import RunStore
from pages.ui import current_run


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A dashboard with two finished runs, its store and the ids of the runs."""
    folder = tmp_path_factory.mktemp("address")
    store = RunStore(folder / "runs")
    ids = [
        finished_run(store, name, skill, seed=seed)
        for name, skill, seed in (("weak", 1.5, 2), ("strong", 4, 1))
    ]
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address, store, ids


@pytest.fixture(scope="module")
def class_site(tmp_path_factory):
    """The address of a dashboard for a class: each of its pages asks for news."""
    folder = tmp_path_factory.mktemp("class")
    runs, data, log = (folder / name for name in ("runs", "data", "log"))
    with forked_server(runs, data, log, FMNIST_PASSCODE="sneaker") as address:
        yield address


def choose(page: Page, option: str) -> None:
    """A choice in the left pane."""
    page.get_by_test_id("stSidebar").get_by_text(option, exact=True).click()


def has(page: Page, text: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(text)))


@pytest.mark.browser
def test_back_leads_to_the_view_before_and_at_last_to_the_page_before(site, page):
    address, _, (_, strong) = site
    arrive(page, f"{address}/compare")
    page.get_by_test_id("stDataFrame").first.wait_for()
    go_to(page, "Predictions")
    page.locator(".st-key-images_mistakes").wait_for()
    has(page, f"/predictions?run={strong}")
    choose(page, "Confusion matrix")
    page.locator("[class*=st-key-matrix_]").first.wait_for()
    has(page, "view=matrix")
    choose(page, "Confidence")
    page.locator(".st-key-reliability").wait_for()
    has(page, "view=calibration")  # written when all is drawn: who goes back before leaves the view before
    page.go_back()
    page.locator(".st-key-cell_images").wait_for()
    page.go_back()
    page.locator(".st-key-images_mistakes").wait_for()
    page.go_back()
    page.locator(".st-key-compare_verdict").wait_for()
    page.go_forward()
    page.locator(".st-key-images_mistakes").wait_for()


@pytest.mark.browser
def test_what_was_chosen_is_there_when_one_comes_back(site, page):
    address = site[0]
    arrive(page, f"{address}/photo?example=dress")
    page.get_by_test_id("stAlert").filter(has_text="Dress").wait_for()
    page.locator("[class*=st-key-photo_files] input").set_input_files(str(examples()["trousers"]))
    page.get_by_text("2 photos;").wait_for()
    go_to(page, "Predictions")
    choose(page, "Confusion matrix")
    expect(page.locator(".st-key-cell_images")).to_be_visible()
    has(page, "cell=")
    worst = page.url
    page.locator("[class*=st-key-pair_] button").nth(2).click()
    expect(page).not_to_have_url(worst)
    seen = page.url
    go_to(page, "Photo")
    page.get_by_text("2 photos;").wait_for()  # both photos, the uploaded one too
    has(page, "example=dress")
    go_to(page, "Predictions")
    page.locator(".st-key-cell_images").wait_for()
    expect(page).to_have_url(seen)
    page.reload()
    page.locator(".st-key-cell_images").wait_for()
    expect(page).to_have_url(seen)


LATE = """
window.Blob = class extends Blob {
  constructor(parts, options) {
    const waits = "await new Promise((done) => setTimeout(done, 4000));"
    super(String(parts[0]).includes("replaceState") ? [waits, ...parts] : parts, options)
  }
}
"""
"""A browser that takes its time to load the component which writes the first address of a visit."""


@pytest.mark.browser
@pytest.mark.own_tab
def test_an_address_that_comes_late_takes_no_chosen_one_away(site, page):
    page.add_init_script(LATE)
    page.goto(f"{site[0]}/predictions")
    choose(page, "Confusion matrix")
    has(page, "view=matrix")
    page.wait_for_timeout(6000)
    assert "view=matrix" in page.url and "cell=" in page.url


@pytest.mark.browser
def test_a_typed_note_survives_the_end_of_a_run(site, page):
    address, store, (weak, _) = site
    store.waiting.set_paused(True)  # the run begins and ends after the note was typed
    arrive(page, f"{address}/?architecture=mlp-32&epochs=1&train_size=2000&dataset=fashion-mnist")
    page.locator(".st-key-start_training button").click()
    wait_for(store.waiting.order)  # the address names a run before, too
    (run_id,) = store.waiting.order()
    has(page, f"run={run_id}")
    go_to(page, "Compare")
    arrive(page, f"{address}/compare?run={weak}")
    page.locator(f".st-key-edit_{weak} button").click()
    note = page.get_by_role("textbox", name="Note", exact=True)
    note.fill("typed, and not saved yet")
    pane = page.get_by_test_id("stSidebar")
    expect(pane.get_by_text("Waiting runs: 1").first).to_be_visible()  # twice for a moment, old and new
    store.waiting.set_paused(False)
    assert ended(store, run_id).status == "completed"
    expect(pane.get_by_text("Waiting runs")).to_have_count(0)
    expect(pane.get_by_test_id("stProgress")).to_have_count(0)
    expect(note).to_have_value("typed, and not saved yet")
    page.get_by_role("button", name="Save").click()
    expect(note).to_have_count(0)
    assert store.get(weak).note == "typed, and not saved yet"
    expect(page.get_by_test_id("stToast").filter(has_text="is done")).to_be_visible()


@pytest.mark.browser
def test_arrow_keys_lead_a_presenter_through_sections_and_pages(site, page):
    arrive(page, f"{site[0]}/predictions?present=1")
    page.get_by_text("Leave (Esc)").wait_for()
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    track = page.locator(".image-cards .track").first
    track.wait_for()
    assert track.bounding_box()["width"] > 15  # the bars keep their length beside larger type
    page.keyboard.press("ArrowRight")
    page.locator(".st-key-cell_images").wait_for()
    has(page, "view=matrix")
    page.keyboard.press("ArrowLeft")
    page.locator(".st-key-images_mistakes").wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator(".st-key-study_verdict").wait_for()
    has(page, "present=1")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    assert "present" not in page.url


def test_a_presenter_leaves_the_first_section_of_a_page_that_no_link_has_led_to(store):
    """As on Look inside when the arrow keys have led there from Design a net."""
    app = open_page("inside")
    app.session_state["present"], app.session_state["presenter_step"] = "1", 1
    app.run()
    assert app.radio(key="inside_section").value == "weights"
    assert app.query_params["section"] == "weights"


def test_an_address_from_before_the_last_click_does_not_undo_it(store):
    """A click that is faster than the answer to the click before carries the old address."""
    run_id = finished_run(store, "one", 3.0)
    app = open_page("predictions", run=run_id)
    old = dict(app.query_params)
    app.radio(key="predictions_view").set_value("matrix").run()
    app.query_params = old
    app.run()
    assert app.radio(key="predictions_view").value == "matrix"
    assert app.query_params["view"] == "matrix"


@pytest.mark.parametrize(
    ("page_name", "asked"),
    [
        ("predictions", {"view": "nope"}),
        ("predictions", {"answers": "zzz"}),
        ("learn", {"section": "zzz"}),
        ("learn", {"section": "two-classes", "logit": "1e9"}),
        ("design", {"layers": "[3]"}),
        ("train", {"recipe": "nope"}),
    ],
)
def test_what_an_address_asks_for_in_vain_is_said_once(store, page_name, asked):
    finished_run(store, "one", 3.0)
    app = open_page(page_name, **asked)
    name, value = list(asked.items())[-1]
    assert not app.exception
    said = [warning.value.replace("\\", "") for warning in app.warning]
    assert any(f"{name}={value}" in text for text in said)
    app.run()
    assert not any("The address asks for" in warning.value for warning in app.warning)


def test_a_page_without_a_run_keeps_the_current_one_in_its_address(store):
    """A reload is a new session that knows nothing but the address."""
    ids = [finished_run(store, name, 3.0, seed=seed) for seed, name in enumerate(("one", "two"))]
    for page_name in ("compare", "studies"):
        app = open_page(page_name, current=ids[0])
        assert app.session_state["current_run"] == ids[0]
        assert app.session_state["address"].noted["current"] == ids[0]
    app = open_page("predictions", run=ids[0])
    assert "current" not in app.session_state["address"].noted
    app = open_page("compare", current="gone")
    assert any("current=gone" in warning.value for warning in app.warning)
    assert "current" not in app.session_state["address"].noted


@pytest.mark.parametrize("page_name", current_run.WITHOUT)
def test_a_link_to_a_lesson_says_nothing_of_the_run_that_was_looked_at(store, page_name):
    """Students open the link: they have not chosen that run, and may not have it."""
    run_id = finished_run(store, "one", 3.0)
    app = leave_for(open_page("predictions", run=run_id), page_name)
    assert app.session_state["current_run"] == run_id
    assert "current" not in address_of(app) and run_id not in address_of(app).values()
    app = open_page(page_name, current="gone")  # a link that was handed out before
    assert "current_run" not in app.session_state and not app.warning


@pytest.mark.parametrize(("value", "is_on"), [("1", True), ("", True), ("0", False), ("abc", False)])
def test_only_one_value_of_an_address_begins_to_present(value, is_on):
    app = open_page("learn", present=value)
    assert bool(app.session_state["present"]) is is_on
    assert ("presenter_keys" in app.session_state) is is_on


def test_start_pressed_again_watches_the_run_that_is_there(store, held):
    app = open_page("train")
    app.button(key="first_run").click().run()
    (run,) = store.runs()
    app.button(key="start_training").click().run()
    assert [one.run_id for one in store.runs()] == [run.run_id]
    with store.database.write() as db:  # not within the second of a double click
        db.execute("UPDATE runs SET created_at = created_at - 60")
    app.button(key="start_training").click().run()
    assert [one.run_id for one in store.runs()] == [run.run_id]
    assert app.session_state["current_run"] == run.run_id
    assert "This run is under way already." in [toast.value for toast in app.toast]


@pytest.mark.browser
@pytest.mark.own_tab
def test_a_page_is_not_taken_away_by_news_of_the_one_before(class_site, page):
    """A browser may ask for news of the page that it still shows when it has asked for the next one."""
    asked = []

    def connect(browser):
        server = browser.connect_to_server()
        server.on_message(browser.send)

        def pass_on(words):
            request = BackMsg.FromString(words).rerun_script
            server.send(words)
            if request.is_auto_rerun:
                asked.append((request.page_script_hash, words))
            elif asked:
                server.send(asked[-1][1])

        browser.on_message(pass_on)

    page.route_web_socket(re.compile("_stcore/stream"), connect)
    load(page, f"{class_site}/learn")
    still_asking = {"pause": lambda: page.wait_for_timeout(100)}
    wait_for(lambda: bool(asked), **still_asking)  # a poll
    learn = asked[-1][0]
    visit(page, f"{class_site}/data")
    expect(page.get_by_text("of 60,000 images.").first).to_be_visible()
    wait_for(lambda: asked[-1][0] != learn, **still_asking)  # the new page has news, too
    page.wait_for_timeout(3000)
    assert page.get_by_text("of 60,000 images.").first.is_visible() and page.title() == "Data · Fashion-MNIST"
