"""The first minutes of somebody new, without a network: a run on real data, then a photo that is named."""

import time

import pytest
from playwright.sync_api import expect
from servers import running_server
from windows import go_to

from fmnist_core.runs import RunStore

WAIT = 180_000


@pytest.mark.browser
def test_one_click_trains_on_real_images_and_an_example_photo_is_named_at_once(page, tmp_path):
    runs, data = tmp_path / "runs", tmp_path / "data"
    with running_server(runs, data, tmp_path / "log") as address:
        page.goto(address)
        began = time.perf_counter()
        page.get_by_role("button", name="Train my first net").click(timeout=WAIT)
        expect(page.get_by_role("link", name="See what it gets right and wrong")).to_be_visible(timeout=WAIT)
        trained = time.perf_counter() - began

        go_to(page, "Photo")
        example = page.get_by_text("a T-shirt", exact=True)
        expect(example).to_be_visible(timeout=WAIT)
        began = time.perf_counter()
        example.click()
        expect(page.get_by_test_id("stAlert").filter(has_text="T-shirt/top")).to_be_visible(timeout=WAIT)
        named = time.perf_counter() - began
        expect(page.locator(".st-key-photo_neighbours img")).to_have_count(5, timeout=WAIT)
    print(f"first run ended {trained:.1f} s after the click; example photo named after {named:.2f} s")
    run = RunStore(runs).runs()[0]
    assert run.status == "completed" and run.test_count == 10_000
    assert run.test_accuracy > 0.85  # real Fashion-MNIST
    assert not list(data.rglob("*")) if data.exists() else True  # nothing was downloaded or unpacked
