"""Takes the pictures of `.docs/screenshots/` from the running product: `python tests/bench/screenshots.py`.

It trains a few nets in a folder of its own first, a minute on two cores.
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import CHROMIUM
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from servers import running_server

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import train_run
from fmnist_core.runs import RunStore

FOLDER = ROOT / ".docs" / "screenshots"
WIDE, PHONE = (1280, 720), (390, 844)
NETS = (("softmax-regression", 5), ("mlp-32", 8), ("mlp-256", 8), ("mlp-deep", 6), ("mlp-256", 3))
LIVE = "?architecture=cnn&epochs=3"

NOTHING_FADES = """() => !document.querySelector('[data-stale="true"]') && document.getAnimations().every(
    ({playState, effect}) => playState !== "running" || !isFinite(effect.getComputedTiming().endTime))"""

# name of the file: what is opened, what is waited for, the window, dark or not
PICTURES = {
    "train": (LIVE, ".live-charts .scatterlayer .trace", WIDE, False),
    "train-dark": ("?lang=ko", ".live-charts .scatterlayer .trace", WIDE, True),
    "train-phone": ("", ".live-charts .scatterlayer .trace", PHONE, False),
    "compare": ("compare", ".live-charts .scatterlayer .trace", WIDE, False),
    "compare-phone": ("compare", ".live-charts .scatterlayer .trace", PHONE, True),
    "predictions": ("predictions?view=matrix", ".st-key-cell_images figure", WIDE, False),
    "photo": ("photo?example=t-shirt", ".st-key-photo_bars .point", WIDE, False),
    "photo-phone": ("photo?example=dress", ".st-key-photo_bars .point", PHONE, True),
    "learn": ("learn?section=softmax", ".live-charts .point", WIDE, False),
    "ladder-dark": ("ladder", ".axis", WIDE, True),
    "design": (
        "design?layers=" + '[{"kind":"convolution"},{"kind":"activation"},{"kind":"pooling"},'
        '{"kind":"flatten"},{"kind":"dense","nodes":64}]',
        ".net-node",
        WIDE,
        False,
    ),
    "inside-dark": ("inside", "[data-testid=stButtonGroup] img", WIDE, True),
}


def train(store: RunStore) -> None:
    """The runs that the pictures show."""
    worker = store.workers.open()
    for seed, (architecture, epochs) in enumerate(NETS, start=1):
        run_id = store.create(TrainConfig(architecture=architecture, epochs=epochs, seed=seed))
        store.start(run_id, worker)
        train_run(store, run_id)
    store.workers.close(worker)


def take(browser: Browser, address: str, name: str) -> None:
    """One picture, with few colours: a third of the size, and the eye sees no difference."""
    query, awaited, (width, height), dark = PICTURES[name]
    scheme = "dark" if dark else "light"
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(f"{address}/{query}")
    if query == LIVE:
        page.locator(".st-key-start_training button").click(timeout=60_000)
        page.get_by_text("step 1").first.wait_for(timeout=120_000)
    page.locator(awaited).first.wait_for(timeout=120_000)
    _settle(page)
    if query != LIVE:
        _wait_until_nothing_fades(page)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    # With fewer, the small dots of two runs look alike.
    few = picture.quantize(256, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)
    page.close()


def _settle(page: Page) -> None:
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)
    page.wait_for_timeout(2500)


def _wait_until_nothing_fades(page: Page) -> None:
    page.wait_for_function(NOTHING_FADES, timeout=60_000)
    before = b""
    while before != (before := page.screenshot()):  # rows of a table fade in on a canvas
        page.wait_for_timeout(300)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        train(RunStore(folder / "runs"))
        with (
            running_server(folder / "runs", folder / "data", folder / "log") as address,
            sync_playwright() as playwright,
        ):
            path = next(filter(None, map(shutil.which, CHROMIUM)), None)
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            pictures = sys.argv[1:] or PICTURES
            for picture in pictures:
                take(browser, address, picture)
            browser.close()
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(f"{len(pictures)} taken; all that there are: {size / 1e6:.2f} MB")
