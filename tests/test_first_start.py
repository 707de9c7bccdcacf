"""The first minutes of somebody new, without a network: a run on real data, then a photo that is named."""

import time

import pytest
from playwright.sync_api import expect
from servers import running_server
from windows import PHONE, arrive

from fmnist_core.runs import RunStore

WAIT = 180_000
WATCH_THE_PANE = """
window.listOfFiles = false
new MutationObserver(() => {
  for (const link of document.querySelectorAll("[data-testid=stSidebarNavLink]"))
    window.listOfFiles ||= /\\bapp$/.test(link.textContent.trim())  // of app.py
}).observe(document, {subtree: true, childList: true})
"""
"""Whether the pane ever lists the files in `pages/`, as Streamlit has it do until app.py has run."""


@pytest.mark.browser
@pytest.mark.own_tab
def test_few_clicks_lead_from_a_cold_start_on_a_phone_to_what_one_wants(page, tmp_path):
    """First net 1, its mistakes 1, a photo named 2, the better of two runs 2, a file to take along 2."""
    runs, data = tmp_path / "runs", tmp_path / "data"
    with running_server(runs, data, tmp_path / "log") as address:
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.add_init_script(WATCH_THE_PANE)
        page.goto(address)
        train = page.get_by_role("button", name="Train my first net")
        expect(train).to_be_visible(timeout=WAIT)
        began = time.perf_counter()
        train.click(timeout=WAIT)
        chart = page.locator(".live-charts > div").first
        expect(chart.locator(".scatterlayer .trace").first).to_be_attached(timeout=WAIT)
        assert chart.bounding_box()["y"] + chart.bounding_box()["height"] <= 2 * PHONE[1]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]

        page.set_viewport_size({"width": 1400, "height": 1000})
        assert page.evaluate("window.listOfFiles") is False
        mistakes = page.get_by_role("link", name="See what it gets right and wrong")
        expect(mistakes).to_be_visible(timeout=WAIT)
        trained = time.perf_counter() - began
        mistakes.click()
        expect(page.locator(".image-cards figure").first).to_contain_text("✗", timeout=WAIT)
        page.go_back()

        page.get_by_role("link", name="Name a photo").click(timeout=WAIT)
        example = page.get_by_text("a T-shirt", exact=True)
        expect(example).to_be_visible(timeout=WAIT)
        began = time.perf_counter()
        example.click()
        expect(page.get_by_test_id("stAlert").filter(has_text="T-shirt/top")).to_be_visible(timeout=WAIT)
        named = time.perf_counter() - began
        expect(page.locator(".st-key-photo_neighbours img")).to_have_count(5, timeout=WAIT)

        arrive(page, f"{address}/?epochs=3&architecture=softmax-regression")
        page.locator(".st-key-start_training button").click(timeout=WAIT)
        expect(page.get_by_text("epoch 3 of 3").first).to_be_visible(timeout=WAIT)
        page.get_by_role("link", name="Compare it with other runs").click(timeout=WAIT)
        expect(page.locator(".st-key-compare_verdict")).to_be_visible(timeout=WAIT)
        with page.expect_download() as download:
            page.get_by_role("button", name="Report").click()
        assert "better" in download.value.path().read_text("utf-8")
    print(f"first run ended {trained:.1f} s after the click; example photo named after {named:.2f} s")
    run = min(RunStore(runs).runs(), key=lambda run: run.created_at)
    assert run.status == "completed" and run.test_count == 10_000
    assert run.test_accuracy > 0.85  # real Fashion-MNIST
    assert not list(data.rglob("*")) if data.exists() else True  # nothing was downloaded or unpacked
