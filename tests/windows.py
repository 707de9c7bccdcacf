"""Browser windows: their sizes, what lies in them, and ways to a page."""

import re
from collections.abc import Iterator

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

WAIT = 120_000
"""Milliseconds that one waits in a window, unless a test says more: enough on a busy machine."""


def new_context(browser: Browser, **options: object) -> BrowserContext:
    """A profile of its own, as `browser.new_context`."""
    context = browser.new_context(**options)
    context.set_default_timeout(WAIT)
    return context


def lies_inside(element: Locator, page: Page) -> bool:
    """Whether all of an element lies in the window."""
    box, window = element.bounding_box(), page.viewport_size
    return (
        box is not None
        and box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= window["width"]
        and box["y"] + box["height"] <= window["height"]
    )


WIDE = ((1280, 720), (1400, 900))
"""Windows on a projector and on a laptop: width and height in pixels."""
PHONE = (390, 844)
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
"""No script runs."""


def resize(page: Page, size: tuple[int, int]) -> None:
    """Give the window this width and height, and wait until what is drawn has followed."""
    wanted = {"width": size[0], "height": size[1]}
    if page.viewport_size != wanted:
        page.set_viewport_size(wanted)
        settle(page)


def settle(page: Page) -> None:
    """Until nothing has moved, faded or changed its size for 20 frames: a chart follows its place after 6."""
    page.evaluate(
        """async () => {
            const kinds = ".main-svg, canvas, [data-testid=stVerticalBlock], [data-testid=stSidebar]"
            const places = () => JSON.stringify(
                [...document.querySelectorAll(kinds)].map(one => one.getBoundingClientRect()))
            const ends = animation => animation.effect.getComputedTiming().endTime < Infinity
            const moves = animation => animation.playState === "running" && ends(animation)
            for (let before = "", still = 0; still < 20; ) {
                await new Promise(requestAnimationFrame)
                const now = places()
                still = now === before && !document.getAnimations().some(moves) ? still + 1 : 0
                before = now
            }
        }"""
    )


def wide_windows(page: Page) -> Iterator[tuple[int, int]]:
    """Each of these sizes in turn, when what is drawn has followed: a page is loaded once for both."""
    for size in WIDE:
        resize(page, size)
        yield size


def load(page: Page, address: str, size: tuple[int, int] = WIDE[0]) -> Locator:
    """Load a page in a window of this size; its main pane, once all that the script sent is in place."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return arrive(page, address)


def arrive(page: Page, address: str) -> Locator:
    """As `load`, in a window of the size that it has. Who presses earlier may miss what still moves."""
    page.goto(address)
    return main_pane(page)


def main_pane(page: Page) -> Locator:
    """The main pane, once no script runs and all that it sent is in place."""
    page.locator(READY).wait_for()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    return page.get_by_test_id("stMain")


def visit(page: Page, address: str, size: tuple[int, int] = WIDE[0]) -> Locator:
    """As `load`; where the app is in the window already, only its address changes, as Back changes it."""
    if not page.url.startswith("/".join(address.split("/")[:3])):
        return load(page, address, size)
    resize(page, size)
    page.evaluate(
        """address => new Promise(answered => {
            const titleNow = () => document.title.replace(/^\\d+ % · /, "")
            const path = location.pathname, title = titleNow()
            history.pushState(null, "", address)
            const begun = location.pathname !== path
                ? () => titleNow() !== title
                : () => document.querySelector("[data-test-script-state=running]")
            const watcher = new MutationObserver(() => begun() && finish())
            const finish = () => { watcher.disconnect(); answered() }
            watcher.observe(document, {subtree: true, childList: true, attributes: true})
            setTimeout(finish, 10000)
            dispatchEvent(new PopStateEvent("popstate"))
        })""",
        address,
    )  # until the server has begun to answer: with the title of another page
    return main_pane(page)


def tick_row(table: Locator, row: int) -> None:
    """Tick a row, from 0, of a table of runs or groups; it is drawn on a canvas, so by its place."""
    table.get_by_test_id("data-grid-canvas").wait_for()
    table.click(position={"x": 18, "y": 35 * (row + 1) + 18})


SECTIONS = {"Train and compare": ("Train", "Compare", "Predictions", "Photo")}


def go_to(page, name: str) -> None:
    """Choose a page in the navigation along the top, and wait until it is in place."""
    section = next((title for title, names in SECTIONS.items() if name in names), "Learn")
    page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text=re.compile(f"{name}$")).click()
    expect(page).to_have_title(re.compile(rf"(^|· ){name} · "))
    main_pane(page)
