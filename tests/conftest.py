"""Shared fixtures: every test has folders of its own; browser tests share one Chromium.

The fixtures import what they need: the process that hands out the tests runs none, and imports no torch.
"""

import contextlib
import os
import shutil
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

os.environ.setdefault("OMP_NUM_THREADS", "1")
"""Before torch is imported: tests run side by side, and threads that wait for each other burn a core."""

PRIORITY = 15
"""Of all tests, as `nice` counts. A training gives way to pages, and so to the tests beside it, by so much
that its own test would wait minutes: from here it can give way by four steps only."""
if hasattr(os, "setpriority") and os.getpriority(os.PRIO_PROCESS, 0) < PRIORITY:
    os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)

IN_MEMORY = Path("/dev/shm")
"""Where there is such a folder, the tests' own lie in it: flushing a file to the disk costs no time there."""
if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > 4e9:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))

CHROMIUM = (
    *("chromium-headless-shell", "chrome-headless-shell"),  # the same pages for less work
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)


BROWSER_SECONDS, OTHER_SECONDS = 20, 0.5
"""What a test takes, roughly."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, because browser tests wait; four are enough."""
    return min(4, (os.cpu_count() or 1) + 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in such an order that from first to last two workers have browser tests and one has others: more
    browsers at once wait for each other, and what a test expects to see meanwhile is over."""
    seconds: Counter[Path] = Counter()
    for item in items:
        seconds[item.path] += BROWSER_SECONDS if item.get_closest_marker("browser") else OTHER_SECONDS
    in_browser = {item.path for item in items if item.get_closest_marker("browser")}
    begins, turn = {True: 0.0, False: 0.0}, {}
    for path, expected in seconds.items():
        is_slow = path in in_browser
        turn[path] = begins[is_slow]
        begins[is_slow] += expected / (2 if is_slow else 1)
    items.sort(key=lambda item: turn[item.path])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a browser test that failed: the words in its window."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.failed and call.when == "call" and page is not None:
        with contextlib.suppress(Exception):  # a window that has crashed or was closed says nothing
            words = page.locator("body").inner_text(timeout=5000)
            report.sections.append(("Words in the window", f"{page.url}\n{words[:5000]}"))
    return report


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """No test sees the runs or the data of the person who runs it."""
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("FMNIST_PASSCODE", raising=False)
    monkeypatch.setenv("FMNIST_LANES", "1")  # one run at a time, except in `test_lanes`
    monkeypatch.delenv("FMNIST_WEBHOOK", raising=False)


@pytest.fixture(autouse=True)
def fresh_streamlit_caches():
    """`st.cache_resource` leaks between tests: end the queue that the last test's pages started."""
    yield
    if "pages.ui.services" in sys.modules:
        import streamlit as st

        from pages.ui import services

        services.close()
        st.cache_resource.clear()
        st.cache_data.clear()


@pytest.fixture
def nothing_shipped(tmp_path, monkeypatch):
    """No run comes with the project: for what is said where there is no run at all."""
    from fmnist_core.runs import shipped

    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "nothing here")


@pytest.fixture
def store():
    """An empty run store."""
    from fmnist_core.runs import RunStore

    return RunStore()


@pytest.fixture
def held(store):
    """The queue is held: for tests of what a page queues, which need not be trained."""
    store.waiting.set_paused(True)


@pytest.fixture
def queue(store):
    """A training queue on that store, its threads running."""
    from fmnist_core.jobs import TrainingQueue

    queue = TrainingQueue(store)
    queue.start()
    yield queue
    queue.close()


@pytest.fixture
def tiny():
    """200 training and 60 test images of ten classes that a net can learn in an epoch or two."""
    from helpers import tiny_dataset

    return tiny_dataset()


@pytest.fixture(scope="session")
def chromium():
    """Chromium, headless. Where CI demands it (`FMNIST_REQUIRE_BROWSER`), its absence is a failure."""
    from playwright.sync_api import Error, expect, sync_playwright
    from windows import WAIT

    expect.set_options(timeout=WAIT)
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=path,  # None: playwright's own, after `playwright install chromium`
                args=[
                    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"),
                    # Pages are loaded so often that making their scripts faster takes longer than it saves.
                    "--js-flags=--no-turbofan,--no-maglev",
                ],
            )
        except Error as error:
            reason = f"no Chromium: install it, or run `playwright install chromium` ({str(error)[:80]})"
            if os.environ.get("FMNIST_REQUIRE_BROWSER"):
                pytest.fail(reason)
            pytest.skip(reason)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A dashboard for the session's browser tests: its address."""
    from servers import forked_server

    folder = tmp_path_factory.mktemp("server")
    with forked_server(folder / "runs", folder / "data", folder / "server.log") as address:
        yield address


@pytest.fixture(scope="session")
def browser_profile(chromium):
    """One for all windows: the scripts of a page are fetched once from each server."""
    from windows import new_context

    # Whatever moves only for its looks is work for a busy machine.
    context = new_context(chromium, viewport={"width": 1400, "height": 1000}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture(scope="session")
def tab(browser_profile):
    """The same for all tests: a new one would compile the scripts again, which is most of opening a page."""
    shared = browser_profile.new_page()
    shared.add_init_script = shared.route_web_socket = _stays
    return shared


def _stays(*_):
    pytest.fail("no tab forgets it, and this one is that of all later tests: mark yours as `own_tab`")


@pytest.fixture
def page(request):
    """A browser window, 1400 pixels wide, of somebody whom no server knows yet."""
    if request.node.get_closest_marker("own_tab") is None:
        tab = _as_new(request.getfixturevalue("tab"))
        yield tab
        _leave(tab)
        return
    own = _as_new(request.getfixturevalue("browser_profile").new_page())
    yield own
    own.close()


@pytest.fixture(scope="module")
def window(tab):
    """A browser window for the tests of a file that go from page to page in it (`windows.visit`)."""
    yield _as_new(tab)
    _leave(tab)


def _leave(tab):
    """Else its page would ask for news and draw them, beside all tests until the next one in a browser."""
    tab.unroute_all(behavior="ignoreErrors")
    if tab.url.startswith("http"):
        tab.evaluate("sessionStorage.clear(); localStorage.clear()")  # whether its pane was closed
    tab.goto("about:blank")


def _as_new(tab):
    _leave(tab)
    tab.context.clear_cookies()
    tab.emulate_media(color_scheme="light")
    tab.set_viewport_size({"width": 1400, "height": 1000})
    return tab


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A run that ships with the project: the store in which it was trained, its id there, and its folder."""
    from photo_runs import ship

    folder = tmp_path_factory.mktemp("made")
    return *ship(folder), folder / "model"


@pytest.fixture
def model_folder(made, monkeypatch):
    """The folder of the run that ships; nothing may have changed in it at the end."""
    from fmnist_core.runs import shipped

    folder = made[2]
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    monkeypatch.setattr(shipped, "FOLDER", folder)
    yield folder
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before
