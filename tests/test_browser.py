"""The main job in a real browser: start a run, watch it, reload, look at the results, hold up a photo."""

import io
import re

import pandas as pd
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from windows import arrive, go_to

from fmnist_core.data.datasets import CLASS_NAMES

pytestmark = pytest.mark.browser

EPOCHS = 14  # long enough to reload in the middle


def progress(page: Page, least: int):
    """The progress line once at least so many epochs are done."""
    numbers = "|".join(str(epoch) for epoch in range(least, EPOCHS + 1))
    return page.get_by_text(re.compile(rf"epoch ({numbers}) of {EPOCHS}")).first


def drawn_shirt() -> bytes:
    """A PNG file: a dark T-shirt on a light wall."""
    image = Image.new("RGB", (300, 300), (225, 220, 210))
    shirt = [(90, 60), (130, 70), (170, 70), (210, 60), (270, 120), (235, 150), (210, 125), (210, 260)]
    shirt += [(90, 260), (90, 125), (65, 150), (30, 120)]
    ImageDraw.Draw(image).polygon(shirt, (40, 60, 110))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


WATCH_THE_POINTS = """() => {
    window.points = [0]
    const look = () => {
        const chart = document.querySelector(".live-charts > div")
        const drawn = chart?.querySelectorAll(".scatterlayer .point").length ?? 0
        if (drawn > points.at(-1)) points.push(drawn)
    }
    new MutationObserver(look).observe(document, {subtree: true, childList: true})
}"""
"""How many points of the first chart were drawn, each time that there were more."""


def start_a_run(page: Page, server: str) -> None:
    arrive(page, f"{server}/?architecture=mlp-32&epochs={EPOCHS}&train_size=20000")
    page.evaluate(WATCH_THE_POINTS)
    page.locator(".st-key-start_training button").click()


def test_a_run_streams_its_epochs_survives_a_reload_and_ends_in_the_table(page, server):
    start_a_run(page, server)
    expect(progress(page, 3)).to_be_visible()
    page.wait_for_function("points.length > 3")
    assert f"of {EPOCHS}" in progress(page, 3).inner_text()

    page.reload()
    expect(progress(page, 4)).to_be_visible()
    expect(page.get_by_role("link", name="See what it gets right and wrong")).to_be_visible()

    # The test accuracy on the Train page is the one in the table of all runs.
    said = page.get_by_text("of test images right").first.inner_text()
    accuracy = re.search(r"([\d.]+)\s%", said).group(1)
    go_to(page, "Compare")
    # The table is drawn on a canvas; what it shows is what its CSV holds.
    with page.expect_download() as download:
        page.locator(".st-key-compare_csv button:visible").click()
    table = pd.read_csv(download.value.path())
    assert accuracy in [f"{100 * share:.1f}" for share in table["test_accuracy"]]

    # Probabilities stand under each sample image.
    go_to(page, "Predictions")
    card = page.locator(".image-cards figure").first
    expect(card.locator(".bar").first).to_contain_text("%")

    # A photo of a T-shirt is read and named.
    go_to(page, "Photo")
    page.locator("[class*=st-key-photo_files] input[type=file]").set_input_files(
        {"name": "my shirt.png", "mimeType": "image/png", "buffer": drawn_shirt()}
    )
    expect(page.locator(".st-key-photo_steps img").first).to_be_visible()
    names = "|".join(CLASS_NAMES)
    expect(page.get_by_text(re.compile(rf"({names}), \d+\s% sure")).first).to_be_visible()
