"""On a phone the pane lies over the page: it closes for another page and for a run that was started in it."""

import re

import pytest
from playwright.sync_api import Page, expect
from windows import PHONE, WIDE, go_to, load, main_pane, resize

pytestmark = pytest.mark.browser


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
