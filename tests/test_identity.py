"""Who a browser of a class is: known before the first click, and the same after a reload."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from helpers import ROOT
from playwright.sync_api import expect
from servers import forked_server
from windows import arrive

from fmnist_core.jobs.people import Person
from fmnist_core.photos import examples
from pages.ui.classroom import presence

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def class_address(tmp_path_factory):
    """A dashboard with a passcode."""
    folder = tmp_path_factory.mktemp("identity")
    with forked_server(
        folder / "runs", folder / "data", folder / "log", FMNIST_PASSCODE="sneaker"
    ) as address:
        yield address


def guest(page) -> str:
    """The name under which others see this browser."""
    name = page.get_by_role("textbox", name="Your name")
    name.wait_for()
    return name.get_attribute("placeholder")


def has_cookie(page) -> None:
    page.wait_for_function("document.cookie.includes('fmnist_person=')")


def test_three_reloads_without_a_click_are_one_guest(class_address, page):
    page.goto(class_address)
    first = guest(page)
    assert re.fullmatch(r"Guest [0-9a-f]{4}", first)
    has_cookie(page)
    for _ in range(3):
        page.reload()
        assert guest(page) == first


def test_a_pasted_name_that_is_too_long_is_said_and_not_dropped(class_address, page):
    arrive(page, class_address)
    name = page.get_by_role("textbox", name="Your name")
    name.click()
    page.keyboard.insert_text("M" * 45)  # as a paste: one input of all letters
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("A name has 1 to 30 characters, this one has 45.")).to_be_visible()
    expect(name).to_have_value("M" * 45)


def test_no_field_leaves_out_what_is_pasted():
    """With `max_chars` Streamlit drops a longer paste without a word; the core says how long it may be."""
    pages = list((ROOT / "pages").rglob("*.py"))
    assert len(pages) > 50 and not [path for path in pages if "max_chars" in path.read_text("utf-8")]


def test_a_renamed_person_is_one_who_is_here():
    for name in ("Guest 12ab", "Mina"):
        presence.note(Person("12ab", name, False))
    presence.note(Person("cd34", "Ada", False))
    assert presence.names() == ["Ada", "Mina"]


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
    expect(name).to_have_attribute("placeholder", first)
    other.close()


@pytest.fixture
def course(class_address):
    """A course's page that holds the dashboard's page for photos: the port that it has to itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            frame = f'<iframe src="{class_address}/photo" width="1200" height="700"></iframe>'
            self.wfile.write(frame.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def upload(frame, page) -> int:
    """The server's answer to a photo that is uploaded in a frame."""
    with page.expect_response(lambda answer: answer.request.method == "PUT") as answered:
        frame.locator("input[type=file]").first.set_input_files(examples()["dress"])
    return answered.value.status


def test_inside_the_page_of_another_site_a_link_leads_to_a_tab_of_its_own(class_address, course, page):
    """Before somebody tries an upload, which browsers make fail there."""
    page.goto(f"http://localhost:{course}/")
    frame = page.frame_locator("iframe")
    link = frame.get_by_role("link", name="Open it in its own tab")
    link.wait_for()
    assert link.get_attribute("target") == "_blank"
    assert link.get_attribute("href").startswith(class_address)
    box, place = link.bounding_box(), page.locator("iframe").bounding_box()
    assert place["y"] <= box["y"] and box["y"] + box["height"] <= place["y"] + place["height"]
    assert upload(frame, page) == 403
    page.goto(link.get_attribute("href"))
    guest(page)
    expect(page.get_by_role("link", name="Open it in its own tab")).to_have_count(0)


def test_inside_a_page_of_the_same_site_uploads_work_and_nothing_is_said(course, page):
    """As with a course's page and a dashboard on two ports of one machine."""
    page.goto(f"http://127.0.0.1:{course}/")
    frame = page.frame_locator("iframe")
    frame.get_by_role("textbox", name="Your name").wait_for()
    assert upload(frame, page) == 204
    expect(frame.get_by_role("img", name="dress.jpg")).to_be_visible()
    expect(frame.get_by_role("link", name="Open it in its own tab")).to_have_count(0)
    assert "fmnist_probe" not in str(page.context.cookies())
