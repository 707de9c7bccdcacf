"""A class of four browsers: they join by the code, guess together and follow the lecturer."""

import re
from collections.abc import Callable
from urllib.parse import urljoin

import cv2
import numpy as np
import pytest
from finished_runs import finished_run
from playwright.sync_api import Locator, Page, expect
from servers import forked_server
from windows import arrive, lies_inside, load, new_context, visit

from fmnist_core.jobs import calling, joining
from fmnist_core.jobs.people import Person
from fmnist_core.runs import RunStore

PHONE, PROJECTOR = {"width": 390, "height": 844}, {"width": 1280, "height": 720}
NAMES = {"Ada": PHONE, "Jun": PHONE, "Mina": PROJECTOR}
LECTURER = Person("lecturer", "", True)


@pytest.fixture(scope="module")
def class_server(tmp_path_factory):
    """A dashboard of a class that the network reaches, with two runs: its local address and its store."""
    folder = tmp_path_factory.mktemp("together")
    store = RunStore(folder / "runs")
    for seed in (1, 2):
        finished_run(store, f"net {seed}", skill=1 + seed, seed=seed)
    data, log = folder / "data", folder / "log"
    with forked_server(store.path, data, log, "0.0.0.0", FMNIST_PASSCODE="sneaker") as address:
        yield address, store


Open = Callable[[dict], Page]


@pytest.fixture(scope="module")
def open_window(chromium):
    """Opens windows of people of whom no server knows; all of them are closed at the end."""
    contexts = []

    def open_one(size: dict) -> Page:
        contexts.append(new_context(chromium, viewport=size, reduced_motion="reduce"))
        return contexts[-1].new_page()

    yield open_one
    for context in contexts:
        context.close()


def enter_as_lecturer(open_window: Open, local: str) -> Page:
    """A window on the Classroom's page of how to join."""
    window = open_window(PROJECTOR)
    arrive(window, f"{local}/classroom?view=join")
    window.get_by_text("For the lecturer").click()
    window.get_by_label("Passcode").fill("sneaker")
    window.get_by_label("Passcode").press("Enter")
    expect(window.get_by_role("button", name="Take everyone here")).to_be_visible()
    return window


@pytest.fixture(scope="module")
def lecturer(open_window, class_server):
    """The lecturer's window."""
    return enter_as_lecturer(open_window, class_server[0])


@pytest.fixture(scope="module")
def students(open_window, class_server, lecturer):
    """Windows by name, of those who joined by the code that the lecturer shows."""
    address = class_server[0]
    if joining.local_network_address() is not None:
        go(lecturer, "classroom?view=join")
        code = lecturer.locator(".join img")
        port, address = address.rsplit(":", 1)[1], read_code(code)
        assert address == f"http://{joining.local_network_address()}:{port}/"
        assert lies_inside(code, lecturer)
        assert lies_inside(lecturer.get_by_text(address, exact=True), lecturer)
    return {name: join(open_window, address, name, size) for name, size in NAMES.items()}


def go(window: Page, path: str) -> None:
    """Go to this page of the app in a window that shows another."""
    size = window.viewport_size
    visit(window, urljoin(window.url, f"/{path}"), (size["width"], size["height"]))


def read_code(element: Locator) -> str:
    """What a phone's camera would read there."""
    expect(element).to_be_visible()
    pixels = cv2.imdecode(np.frombuffer(element.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    return cv2.QRCodeDetector().detectAndDecode(pixels)[0]


def join(open_window: Open, address: str, name: str, size: dict = PROJECTOR) -> Page:
    window = open_window(size)
    arrive(window, address)
    window.get_by_role("textbox", name="Your name").fill(name)
    window.get_by_role("button", name="Join").click()
    expect(window.get_by_text("Welcome to the class")).to_have_count(0)
    is_told = window.get_by_text(f"You are in, as {name}.")  # where the pane with the name is closed
    expect(is_told).to_be_visible(visible=size == PHONE)
    return window


@pytest.mark.browser
def test_the_question_for_a_name_pushes_nothing_out_of_the_window(page, class_server):
    window = page
    load(window, f"{class_server[0]}/ladder", (PROJECTOR["width"], PROJECTOR["height"]))
    name = window.locator(".st-key-welcome")
    expect(name).to_be_visible()
    lowest, axis = window.locator(".ladder li").first, window.locator(".ladder .axis")
    expect(lowest).to_be_visible()
    for element in (name, window.get_by_role("button", name="Join"), lowest, axis):
        assert lies_inside(element, window)
    navigation = window.get_by_test_id("stTopNavSection").last.bounding_box()
    assert navigation["x"] + navigation["width"] <= name.bounding_box()["x"]
    assert (
        name.bounding_box()["y"] + name.bounding_box()["height"]
        <= window.locator(".ladder").bounding_box()["y"]
    ), "it covers nothing"
    window.get_by_role("textbox", name="Your name").fill("x" * 300)
    window.get_by_role("button", name="Join").click()
    expect(name.get_by_test_id("stAlert")).to_be_visible()
    expect(name.locator("xpath=..")).not_to_have_css("position", "fixed")
    assert name.bounding_box()["y"] >= navigation["y"] + navigation["height"], (
        "nor does what is wrong with it"
    )
    window.goto("about:blank")  # and is not of the class any more


@pytest.mark.browser
def test_four_browsers_join_by_the_code_guess_together_and_follow(lecturer, students):
    go(lecturer, "classroom?view=join")
    expect(lecturer.get_by_text(re.compile(r"Here: 3 · Ada, Jun, Mina"))).to_be_visible()

    go(lecturer, "guess")
    lecturer.get_by_role("button", name="Guess with the class").click()
    image = lecturer.locator("img.to-name")
    expect(image).to_be_visible()
    first = image.get_attribute("src")
    for window in students.values():  # wherever they were
        expect(window.locator("img.to-name")).to_have_attribute("src", first)
    for name, said in zip(students, ("Coat", "Coat", "Bag"), strict=True):
        window = students[name]
        buttons = window.locator("[class*=st-key-class_vote_0] button")
        expect(buttons).to_have_count(10)
        assert all(lies_inside(button, window) for button in buttons.all())
        if NAMES[name] == PROJECTOR:
            assert buttons.first.bounding_box()["height"] > 50, "as tall as in a game of one's own"
        assert lies_inside(window.locator("img.to-name"), window)
        buttons.filter(has_text=said).click()
        answer = window.get_by_text(f"You said {said}.")
        expect(answer).to_be_visible()
        assert lies_inside(answer, window)
    expect(lecturer.locator(".votes")).to_have_attribute("data-count", "3")
    counts = lecturer.locator(".votes b").all_inner_texts()
    assert counts == ["0", "0", "0", "0", "2", "0", "0", "0", "1", "0"]
    assert lies_inside(lecturer.locator(".votes"), lecturer) and lies_inside(image, lecturer)

    lecturer.get_by_role("button", name="Show the answer").click()
    for window in (lecturer, *students.values()):
        said = window.locator(".said")
        expect(said).to_contain_text("Coat")
        expect(said).to_contain_text("net 2")
        assert lies_inside(said, window) and lies_inside(window.locator(".votes"), window)
    labels = {window.locator(".said b").first.inner_text() for window in (lecturer, *students.values())}
    assert len(labels) == 1
    lecturer.get_by_role("button", name="Next image").click()
    expect(image).not_to_have_attribute("src", first)
    second = image.get_attribute("src")
    for window in students.values():
        expect(window.locator("img.to-name")).to_have_attribute("src", second)
    lecturer.get_by_role("button", name="End the round").click()  # the second label was not shown
    for window in (lecturer, *students.values()):
        expect(window.get_by_test_id("stMetric").filter(has_text="The class")).to_contain_text("/ 1")
    lecturer.get_by_role("button", name="Close the round").click()
    expect(lecturer.get_by_role("button", name="Close the round")).to_have_count(0)

    go(lecturer, "learn?section=softmax")
    lecturer.get_by_role("button", name="Take everyone here").click()
    for window in students.values():
        expect(window).to_have_url(re.compile("/learn.*section=softmax"))
    ada = students["Ada"]
    go(ada, "data")
    expect(ada.get_by_text("Data", exact=True).first).to_be_visible()
    ada.wait_for_timeout(4000)  # longer than a poll: they were called once
    assert "/data" in ada.url


@pytest.mark.browser
def test_two_lecturers_lead_one_round(open_window, class_server, lecturer, students):
    """Both press at once; one leaves the lecturer's view; the other's round is not begun again."""
    local, student = class_server[0], students["Mina"]
    other = enter_as_lecturer(open_window, local)
    for window in (lecturer, other):
        go(window, "guess")
        expect(window.get_by_role("button", name="Guess with the class")).to_be_visible()
    lecturer.get_by_role("button", name="Guess with the class").click()
    image = lecturer.locator("img.to-name")
    expect(image).to_be_visible()
    first = image.get_attribute("src")
    other.get_by_role("button", name="Guess with the class").click()  # it has not heard of the round
    for window in (other, student):
        expect(window.locator("img.to-name")).to_have_attribute("src", first)
    for name in ("Show the answer", "Next image"):
        buttons = [window.get_by_role("button", name=name).first for window in (lecturer, other)]
        found = [button.element_handle() for button in buttons]
        for button in found:  # the second may have become another button meanwhile, which nobody pressed
            button.evaluate("(button, name) => button.innerText.includes(name) && button.click()", name)
        expect(lecturer.get_by_role("button", name=name)).to_have_count(0)
    for window in (lecturer, other, student):
        expect(window.get_by_text("Image 2 of 10")).to_be_visible()
    leaving = other.context.new_page()
    arrive(leaving, f"{local}/classroom")
    leaving.get_by_role("button", name="Leave the lecturer's view").click()
    expect(other.get_by_role("button", name="End the round")).to_have_count(0)
    expect(other.locator("[class*=st-key-class_vote_1] button")).to_have_count(10)
    lecturer.get_by_role("button", name="End the round").click()
    expect(other.get_by_role("button", name="Play alone")).to_be_visible()
    lecturer.get_by_role("button", name="Close the round").click()
    expect(student.get_by_role("button", name="Play alone")).to_have_count(0)
    other.context.close()  # its pages would ask for news beside the other tests


@pytest.mark.browser
def test_a_net_for_all_is_in_everybodys_form(lecturer, students):
    student, on_phone = students["Mina"], students["Ada"]
    go(student, "?architecture=mlp-32&epochs=9")
    go(on_phone, "data")
    go(lecturer, "?architecture=cnn&recipe=lecture&epochs=4")
    lecturer.get_by_role("button", name="This net for all").click()
    expect(student).to_have_url(re.compile("architecture=cnn.*epochs=4"))
    expect(student.get_by_label("Epochs", exact=True)).to_have_value("4")
    told = [
        window.get_by_text("The lecturer chose cnn: press Train my first net")
        for window in (student, on_phone)
    ]
    expect(told[1]).to_be_visible()  # where the pane with the form is closed
    expect(told[0]).to_be_hidden()
    assert lies_inside(told[1], on_phone)
    assert lies_inside(on_phone.locator(".st-key-first_run button"), on_phone)


TYPE = """(field, words) => {
    let letters = 0
    const typing = setInterval(() => {
        document.execCommand("insertText", false, words[letters++])
        window.hasTyped = letters === words.length
        if (hasTyped) clearInterval(typing)
    }, 250)
}"""
"""In the browser, which has no reason to stop on a busy machine; longer than a poll."""


@pytest.mark.browser
def test_who_types_is_taken_away_with_what_they_typed(class_server, students):
    _, store = class_server
    student = students["Mina"]
    go(student, "")
    field = student.get_by_role("textbox", name="Your name")
    field.fill("")
    field.evaluate(TYPE, "Lea Kim of the last row")
    calling.call_everyone(store, LECTURER, "learn", {"section": "softmax"})
    student.wait_for_function("window.hasTyped")
    assert "/learn" not in student.url
    expect(student).to_have_url(re.compile("/learn"))
    assert "Lea Kim of the last row" in _names(store)


@pytest.mark.browser
def test_who_has_a_dialog_open_is_taken_away_when_it_is_closed(class_server, students):
    _, store = class_server
    student = students["Ada"]
    (own,) = _ids(store, "Ada")
    run_id = finished_run(store, "own run", seed=5)
    with store.database.write() as db:
        db.execute("UPDATE runs SET owner = ?, owner_name = 'Ada' WHERE run_id = ?", (own, run_id))
    go(student, f"compare?run={run_id}")
    student.get_by_role("button", name="Delete …").click()
    dialog = student.get_by_role("dialog")
    expect(dialog).to_be_visible()
    calling.call_everyone(store, LECTURER, "learn", {"section": "softmax"})
    student.wait_for_timeout(4000)  # longer than a poll
    assert dialog.is_visible() and "/compare" in student.url
    student.keyboard.press("Escape")
    expect(student).to_have_url(re.compile("/learn"))


def _names(store: RunStore) -> list[str]:
    with store.database.read() as db:
        return [row["name"] for row in db.execute("SELECT name FROM people")]


def _ids(store: RunStore, name: str) -> list[str]:
    with store.database.read() as db:
        rows = db.execute("SELECT person_id FROM people WHERE name = ?", (name,))
        return [row["person_id"] for row in rows]
