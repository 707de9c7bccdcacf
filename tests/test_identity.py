"""Who a browser of a class is: known before the first click, and the same after a reload."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from helpers import running_server
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WAIT = 60_000


@pytest.fixture(scope="module")
def class_address(tmp_path_factory):
    """A dashboard with a passcode."""
    folder = tmp_path_factory.mktemp("identity")
    with running_server(
        folder / "runs", folder / "data", folder / "log", FMNIST_PASSCODE="sneaker"
    ) as address:
        yield address


def guest(page) -> str:
    """The name under which others see this browser."""
    name = page.get_by_role("textbox", name="Your name")
    name.wait_for(timeout=WAIT)
    return name.get_attribute("placeholder")


def has_cookie(page) -> None:
    page.wait_for_function("document.cookie.includes('fmnist_person=')", timeout=WAIT)


def test_three_reloads_without_a_click_are_one_guest(class_address, page):
    page.goto(class_address)
    first = guest(page)
    assert re.fullmatch(r"Guest [0-9a-f]{4}", first)
    has_cookie(page)
    for _ in range(3):
        page.reload()
        assert guest(page) == first


SET_WHEN_CONNECTED = """
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given)
    this.addEventListener("open", () => { document.cookie = "fmnist_person=KEPT; path=/" })
  }
}
"""


def test_two_tabs_that_are_opened_at_once_are_one_guest(class_address, page):
    """The second tab asks the server before the first one has its cookie, and finds it when it is drawn."""
    page.goto(class_address)
    has_cookie(page)
    first = guest(page)
    (kept,) = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "fmnist_person"]
    page.context.clear_cookies()
    other = page.context.new_page()
    other.add_init_script(SET_WHEN_CONNECTED.replace("KEPT", kept))
    other.goto(class_address)
    name = other.get_by_role("textbox", name="Your name")
    expect(name).to_have_attribute("placeholder", first, timeout=WAIT)
    other.close()


@pytest.fixture
def course(class_address):
    """A course's page, on another site, that holds the dashboard: its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{class_address}" width="1200" height="700"></iframe>'.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/"
    server.shutdown()


def test_inside_the_page_of_another_site_a_link_leads_to_a_tab_of_its_own(class_address, course, page):
    page.goto(course)
    frame = page.frame_locator("iframe")
    link = frame.get_by_role("link", name="Open it in its own tab")
    link.wait_for(timeout=WAIT)
    assert link.get_attribute("target") == "_blank"
    assert link.get_attribute("href").startswith(class_address)
    box, place = link.bounding_box(), page.locator("iframe").bounding_box()
    assert place["y"] <= box["y"] and box["y"] + box["height"] <= place["y"] + place["height"]
    page.goto(link.get_attribute("href"))
    guest(page)
    expect(page.get_by_role("link", name="Open it in its own tab")).to_have_count(0)
