"""On a phone the pane lies over the page: it closes for another page and for a run that was started in it."""

import re

import pytest
from finished_runs import finished_run
from helpers import open_page
from playwright.sync_api import Page, expect
from servers import forked_server
from windows import PHONE, WIDE, go_to, load, main_pane, resize
from zips import two_classes, zipped

from fmnist_core.runs import RunStore

LANDSCAPE = (844, 390)
"""A phone that is held across."""


def is_open(page: Page, wanted: bool) -> None:
    """Wait until the pane is open or closed."""
    state = "false" if wanted else "true"
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", state)


def open_pane(page: Page) -> None:
    main_pane(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    is_open(page, True)


def choose_in_pane(page: Page, name: str) -> None:
    """Choose a page by its name in the pane, where narrow windows have the navigation."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=re.compile(f"{name}$")).click()
    expect(page).to_have_title(re.compile(rf"(^|· ){name} · "))


@pytest.mark.browser
def test_the_pane_closes_on_a_phone_for_another_page_and_after_start(page, server):
    load(page, f"{server}/data", PHONE)
    open_pane(page)
    choose_in_pane(page, "Train")
    is_open(page, False)
    open_pane(page)
    page.get_by_test_id("stSidebar").get_by_text("More settings").first.wait_for()
    is_open(page, True)  # settings are chosen in it
    page.locator(".st-key-start_training button").click()
    is_open(page, False)
    expect(page.get_by_test_id("stMain").locator(".st-key-headline")).to_be_visible()
    page.get_by_test_id("stMain").get_by_role("button", name="Settings").click()
    is_open(page, True)
    page.get_by_test_id("stSidebar").get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Go on").first).to_be_visible()

    resize(page, WIDE[0])  # beside the page it stays
    is_open(page, True)
    go_to(page, "Data")
    expect(page).to_have_url(re.compile("/data"))
    expect(page.get_by_test_id("stSidebar").get_by_text("Data", exact=True).first).to_be_visible()
    is_open(page, True)


@pytest.mark.browser
def test_start_stands_on_the_page_wherever_the_pane_is_closed(page, tmp_path):
    finished_run(RunStore(tmp_path / "runs"))
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "log") as address:
        load(page, address)
        start = page.locator(".st-key-start_here button")
        in_pane = page.locator(".st-key-start_training button")
        expect(in_pane).to_be_visible()
        expect(start).to_be_hidden()
        page.get_by_test_id("stSidebar").hover()
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        is_open(page, False)
        for size in (WIDE[0], LANDSCAPE):
            resize(page, size)
            expect(start).to_be_in_viewport(ratio=1)
        page.get_by_test_id("stExpandSidebarButton").click()
        is_open(page, True)
        expect(start).to_be_hidden()
        expect(in_pane).to_be_visible()
        for said in page.locator(".st-key-headline :is(.run-name, p)").all():
            expect(said).to_be_in_viewport(ratio=1)


@pytest.mark.browser
def test_on_a_phone_the_pane_does_not_hide_that_own_pictures_have_come_in(page, tmp_path):
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "log") as address:
        load(page, f"{address}/data", PHONE)
        open_pane(page)
        page.get_by_text("Bring your own pictures").click()
        zipped_pictures = {"name": "own.zip", "mimeType": "application/zip", "buffer": zipped(two_classes())}
        page.locator("input[type=file]").set_input_files(zipped_pictures)
        page.get_by_role("button", name="Check and import").click()
        is_open(page, False)
        said = page.get_by_test_id("stMain").get_by_text("Imported.")
        expect(said).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("page", "key"), [("design", "design_open"), ("train", "find_rate")])
def test_a_button_in_the_pane_whose_result_is_on_the_page_closes_the_pane(store, page, key):
    finished_run(store)
    app = open_page(page)
    assert "pane_left" not in app.session_state
    app.button(key=key).click().run()
    assert not app.exception and app.session_state["pane_left"] >= 1
