"""A class of five browsers: they join by the code, guess together and follow the lecturer."""

import re
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from finished_runs import finished_run
from helpers import lies_inside, open_page, running_server
from playwright.sync_api import Locator, Page, expect
from streamlit.testing.v1 import AppTest
from test_korean_pages import LATIN, NOT_READ, texts
from test_korean_pages import NAMES as LATIN_NAMES

from fmnist_core.jobs import calling, class_game, joining
from fmnist_core.jobs.people import Person
from fmnist_core.runs import RunStore
from pages.ui.words.particles import OPEN

WAIT = 60_000
PHONE, PROJECTOR = {"width": 390, "height": 844}, {"width": 1280, "height": 720}
NAMES = {"Ada": PHONE, "Jun": PHONE, "Mina": PROJECTOR, "Seo": PROJECTOR}
LECTURER = Person("lecturer", "", True)

# ---- without a browser --------------------------------------------------------------------------------


def sentences(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.error, app.warning, app.get("html"))
    return "\n".join(element.value for kind in kinds for element in kind)


def keys(app: AppTest) -> list[str]:
    return [str(button.key) for button in app.button]


@pytest.fixture
def classroom(monkeypatch):
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")


def as_lecturer(app: AppTest, enter: str = "Enter") -> AppTest:
    app.text_input(key="lecturer_passcode").set_value("sneaker")
    next(button for button in app.button if button.label == enter).click().run()
    return app


def test_at_home_there_is_nothing_of_a_class():
    for page in ("train", "guess", "classroom"):
        app = open_page(page)
        assert not app.exception
        assert not {"call_here", "call_net", "class_begin", "person_join"} & set(keys(app))
    assert app.segmented_control[0].options == ["Today", "Room"]


def test_a_name_is_asked_once_and_an_empty_one_is_the_proposed(classroom, store):
    app = open_page()
    assert "Welcome to the class" in sentences(app)
    proposed = app.text_input(key="person_name").placeholder
    app.button(key="person_join").click().run()
    assert "Welcome to the class" not in sentences(app) and not app.exception
    with store.database.read() as db:
        assert [row["name"] for row in db.execute("SELECT name FROM people")] == [proposed]
    assert app.text_input(key="person_name").value in ("", proposed)


def test_a_name_that_is_taken_is_said_where_it_was_typed(classroom, store):
    store.people.set_name("somebody", "Mina")
    app = open_page()
    app.text_input(key="person_name").set_value("mina").run()
    assert "Somebody else is called mina already" in app.main.error[0].value
    assert "Welcome to the class" in sentences(app)
    app.switch_page("pages/learn.py").run()  # the field still holds the name that was refused
    assert "Somebody else is called mina already" in app.main.error[0].value
    app.text_input(key="person_name").set_value("Mina K").run()
    assert not app.error and "Welcome to the class" not in sentences(app)


def test_only_the_lecturer_has_the_buttons_that_lead(classroom):
    app = open_page("classroom")
    assert "call_here" not in keys(app)
    assert "call_here" in keys(as_lecturer(app))
    app.switch_page("pages/guess.py").run()
    assert "class_begin" in keys(app)
    app.switch_page("pages/train.py").run()
    assert "call_net" in keys(app)


def test_a_class_that_guesses_goes_through_the_page(classroom, store):
    student = open_page("guess")
    teacher = as_lecturer(open_page("classroom"))
    teacher.switch_page("pages/guess.py").run()
    teacher.button(key="class_begin").click().run()
    assert not teacher.exception
    student.run()
    student.button(key="class_vote_0_3").click().run()
    assert not student.exception and "You said **Dress**" in sentences(student)
    teacher.run()
    assert 'data-count="1"' in sentences(teacher)
    teacher.button(key="class_voting_0").click().run()
    student.run()
    assert '<div class="said">' in sentences(student) and "class_vote_0_3" not in keys(student)
    teacher.button(key="class_revealed_0").click().run()
    teacher.button(key="class_end").click().run()
    assert "class_close" in keys(teacher) and "95 % interval" in sentences(teacher)
    assert "One image says little" in sentences(teacher)
    student.run()
    assert [metric.label for metric in student.metric][:2] == ["You", "The class, by majority"]
    student.button(key="class_leave").click().run()
    assert "guess_begin" in keys(student)
    teacher.button(key="class_close").click().run()
    assert class_game.current(store) is None and "class_begin" in keys(teacher)


@pytest.mark.parametrize(("page", "is_called"), [("learn", True), ("classroom", False)])
def test_who_comes_late_is_called_to_the_round_but_not_from_where_the_passcode_is_entered(
    classroom, store, page, is_called
):
    class_game.begin(store, LECTURER, "fashion-mnist", [store.table(shipped=True).run_id.iloc[-1]])
    followed = open_page(page).session_state["call_followed"]
    assert (followed == "") is is_called


def test_a_wrong_passcode_is_said_beside_the_box_that_may_be_folded(classroom):
    app = open_page("classroom")
    app.text_input(key="lecturer_passcode").set_value("boot")
    next(button for button in app.button if button.label == "Enter").click().run()
    assert [said.value for said in app.error] and not app.expander[0].error
    as_lecturer(app)
    assert not app.error and "call_here" in keys(app)


def test_a_vote_that_comes_too_late_is_a_sentence(classroom, store):
    student = open_page("guess")
    class_game.begin(store, LECTURER, "fashion-mnist", [store.table(shipped=True).run_id.iloc[-1]])
    student.run()
    played = class_game.current(store)
    assert played is not None
    class_game.reveal(store, LECTURER, played)
    student.button(key="class_vote_0_3").click().run()
    assert "Voting on image 1 is over" in sentences(student) and not student.exception


@pytest.mark.parametrize("view", ["join", "room"])
def test_the_views_of_the_classroom_stand_in_its_address(classroom, store, view):
    finished_run(store, "<i>mine</i>")
    app = open_page("classroom", view=view)
    assert not app.exception
    assert app.session_state["address"].noted.get("view") == view


def test_where_only_this_machine_reaches_the_server_the_page_says_what_to_do(classroom):
    app = as_lecturer(open_page("classroom", view="join"))
    assert "--server.address 0.0.0.0" in sentences(app)


@pytest.mark.parametrize("phase", ["voting", "revealed", "ended"])
def test_a_round_speaks_korean(classroom, store, phase):
    student = _named(open_page("guess", lang="ko"), "나")
    net = finished_run(store, "가")
    round_id = class_game.begin(store, LECTURER, "fashion-mnist", [net])
    student.run().button(key="class_vote_0_3").click().run()
    for action in (class_game.reveal, class_game.end):
        played = class_game.current(store)
        assert played is not None and played.round_id == round_id
        if played.phase == phase:
            break
        action(store, LECTURER, played)
    _speaks_korean(student.run())
    lecturer = _named(open_page("classroom", lang="ko", view="join"), "다")
    _speaks_korean(as_lecturer(lecturer, "들어가기"))


def _named(app: AppTest, name: str) -> AppTest:
    """With a name of their own: the one that is proposed has Latin letters."""
    return app.text_input(key="person_name").set_value(name).run()


def _speaks_korean(app: AppTest) -> None:
    assert not app.exception
    said = texts(app)
    assert not [text for text in said if OPEN.search(text)]
    words = {word for text in said for word in LATIN.findall(NOT_READ.sub(" ", text))}
    assert not {word for word in words if word.lower() not in LATIN_NAMES}


# ---- five browsers ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def class_server(tmp_path_factory):
    """A dashboard of a class that the network reaches, with two runs: its local address and its store."""
    folder = tmp_path_factory.mktemp("together")
    store = RunStore(folder / "runs")
    for seed in (1, 2):
        finished_run(store, f"net {seed}", skill=1 + seed, seed=seed)
    data, log = folder / "data", folder / "log"
    with running_server(store.path, data, log, "0.0.0.0", FMNIST_PASSCODE="sneaker") as address:
        yield address, store


Open = Callable[[dict], Page]


@pytest.fixture
def open_window(chromium):
    """Opens windows of people of whom no server knows; all of them are closed at the end."""
    contexts = []

    def open_one(size: dict) -> Page:
        contexts.append(chromium.new_context(viewport=size))
        contexts[-1].set_default_timeout(WAIT)
        return contexts[-1].new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def lecturer(open_window, class_server):
    """The lecturer's window, on the Classroom's page of how to join."""
    window = open_window(PROJECTOR)
    window.goto(f"{class_server[0]}/classroom?view=join")
    window.get_by_text("For the lecturer").click()
    window.get_by_label("Passcode").fill("sneaker")
    window.get_by_role("button", name="Enter").click()
    expect(window.get_by_role("button", name="Take everyone here")).to_be_visible(timeout=WAIT)
    return window


def read_code(element: Locator) -> str:
    """What a phone's camera would read there."""
    expect(element).to_be_visible(timeout=WAIT)
    pixels = cv2.imdecode(np.frombuffer(element.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    return cv2.QRCodeDetector().detectAndDecode(pixels)[0]


def join(open_window: Open, address: str, name: str, size: dict = PROJECTOR) -> Page:
    window = open_window(size)
    window.goto(address)
    window.get_by_role("textbox", name="Your name").fill(name)
    window.get_by_role("button", name="Join").click()
    expect(window.get_by_text("Welcome to the class")).to_have_count(0, timeout=WAIT)
    return window


@pytest.mark.browser
def test_five_browsers_join_by_the_code_guess_together_and_follow(open_window, class_server, lecturer):
    local, _ = class_server
    if joining.local_network_address() is None:
        pytest.skip("this machine is in no network")
    code = lecturer.locator(".join img")
    address = read_code(code)
    port = local.rsplit(":", 1)[1]
    assert address == f"http://{joining.local_network_address()}:{port}/"
    assert lies_inside(code, lecturer) and lies_inside(lecturer.get_by_text(address, exact=True), lecturer)
    students = {name: join(open_window, address, name, size) for name, size in NAMES.items()}
    here = lecturer.get_by_text(re.compile(r"Here: 4 · Ada, Jun, Mina, Seo"))
    expect(here).to_be_visible(timeout=WAIT)

    lecturer.goto(f"{local}/guess")
    lecturer.get_by_role("button", name="Guess with the class").click()
    image = lecturer.locator("img.to-name")
    expect(image).to_be_visible(timeout=WAIT)
    first = image.get_attribute("src")
    for window in students.values():  # wherever they were
        expect(window.locator("img.to-name")).to_have_attribute("src", first, timeout=WAIT)
    for name, said in zip(students, ("Coat", "Coat", "Coat", "Bag"), strict=True):
        window = students[name]
        buttons = window.locator("[class*=st-key-class_vote_0] button")
        expect(buttons).to_have_count(10)
        assert all(lies_inside(button, window) for button in buttons.all())
        assert lies_inside(window.locator("img.to-name"), window)
        buttons.filter(has_text=said).click()
        answer = window.get_by_text(f"You said {said}.")
        expect(answer).to_be_visible(timeout=WAIT)
        assert lies_inside(answer, window)
    expect(lecturer.locator(".votes")).to_have_attribute("data-count", "4", timeout=WAIT)
    counts = lecturer.locator(".votes b").all_inner_texts()
    assert counts == ["0", "0", "0", "0", "3", "0", "0", "0", "1", "0"]
    assert lies_inside(lecturer.locator(".votes"), lecturer) and lies_inside(image, lecturer)

    lecturer.get_by_role("button", name="Show the answer").click()
    for window in (lecturer, *students.values()):
        said = window.locator(".said")
        expect(said).to_contain_text("Coat", timeout=WAIT)
        expect(said).to_contain_text("net 2")
        assert lies_inside(said, window) and lies_inside(window.locator(".votes"), window)
    labels = {window.locator(".said b").first.inner_text() for window in (lecturer, *students.values())}
    assert len(labels) == 1
    lecturer.get_by_role("button", name="Next image").click()
    expect(image).not_to_have_attribute("src", first, timeout=WAIT)
    second = image.get_attribute("src")
    for window in students.values():
        expect(window.locator("img.to-name")).to_have_attribute("src", second, timeout=WAIT)
    lecturer.get_by_role("button", name="End the round").click()  # the second label was not shown
    for window in (lecturer, *students.values()):
        expect(window.get_by_test_id("stMetric").filter(has_text="The class")).to_contain_text(
            "/ 1", timeout=WAIT
        )
    lecturer.get_by_role("button", name="Close the round").click()

    lecturer.goto(f"{local}/learn?section=softmax")
    lecturer.get_by_role("button", name="Take everyone here").click()
    for window in students.values():
        expect(window).to_have_url(re.compile("/learn.*section=softmax"), timeout=WAIT)
    ada = students["Ada"]
    ada.goto(f"{address}data")
    expect(ada.get_by_text("Data", exact=True).first).to_be_visible(timeout=WAIT)
    ada.wait_for_timeout(4000)  # longer than a poll: they were called once
    assert "/data" in ada.url


@pytest.mark.browser
def test_a_net_for_all_is_in_everybodys_form(open_window, class_server, lecturer):
    local, _ = class_server
    student = join(open_window, f"{local}/?architecture=mlp-32&epochs=9", "Net")
    lecturer.goto(f"{local}/?architecture=cnn&recipe=lecture&epochs=4")
    lecturer.get_by_role("button", name="This net for all").click()
    expect(student).to_have_url(re.compile("architecture=cnn.*epochs=4"), timeout=WAIT)
    expect(student.get_by_label("Epochs", exact=True)).to_have_value("4", timeout=WAIT)


@pytest.mark.browser
def test_who_types_is_taken_away_with_what_they_typed(open_window, class_server):
    local, store = class_server
    student = join(open_window, local, "Lea")
    field = student.get_by_role("textbox", name="Your name")
    field.fill("")
    calling.call_everyone(store, LECTURER, "learn", {"section": "softmax"})
    field.press_sequentially("Lea Kim of the last row", delay=150)  # longer than a poll
    assert "/learn" not in student.url
    expect(student).to_have_url(re.compile("/learn"), timeout=WAIT)
    assert "Lea Kim of the last row" in _names(store)


@pytest.mark.browser
def test_who_has_a_dialog_open_is_taken_away_when_it_is_closed(open_window, class_server):
    local, store = class_server
    student = join(open_window, f"{local}/classroom", "Max")
    (own,) = _ids(store, "Max")
    run_id = finished_run(store, "own run", seed=5)
    with store.database.write() as db:
        db.execute("UPDATE runs SET owner = ?, owner_name = 'Max' WHERE run_id = ?", (own, run_id))
    student.goto(f"{local}/compare?run={run_id}")
    student.get_by_role("button", name="Delete …").click()
    dialog = student.get_by_role("dialog")
    expect(dialog).to_be_visible(timeout=WAIT)
    calling.call_everyone(store, LECTURER, "learn", {"section": "softmax"})
    student.wait_for_timeout(4000)  # longer than a poll
    assert dialog.is_visible() and "/compare" in student.url
    student.keyboard.press("Escape")
    expect(student).to_have_url(re.compile("/learn"), timeout=WAIT)


def _names(store: RunStore) -> list[str]:
    with store.database.read() as db:
        return [row["name"] for row in db.execute("SELECT name FROM people")]


def _ids(store: RunStore, name: str) -> list[str]:
    with store.database.read() as db:
        return [
            row["person_id"]
            for row in db.execute("SELECT person_id FROM people WHERE name = ?", (name,)).fetchall()
        ]
