"""The pages of a class without a browser: names, the lecturer's buttons, a guessing round, Korean."""

from types import SimpleNamespace

import pytest
import streamlit as st
from finished_runs import finished_run
from helpers import complete, leave_for, open_page
from streamlit.testing.v1 import AppTest
from test_korean_pages import LATIN, NOT_READ, texts
from test_korean_pages import NAMES as LATIN_NAMES
from zips import two_classes, zipped

from fmnist_core import lecture
from fmnist_core.base.config import TrainConfig
from fmnist_core.data import custom_import, datasets
from fmnist_core.jobs import class_game, joining
from fmnist_core.jobs.people import Person, person_id
from pages.ui import services
from pages.ui.classroom import calls
from pages.ui.words.particles import OPEN

LECTURER = Person("lecturer", "", True)


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
    assert f"You are in, as **{proposed}**." in sentences(app)
    leave_for(app, "learn")
    assert "You are in" not in sentences(app)


def test_beside_the_question_for_a_name_a_lecturer_finds_where_the_passcode_is_entered(classroom, store):
    (link,) = [link.proto for link in open_page().get("page_link") if link.proto.label == "I am the lecturer"]
    assert link.page == "classroom" and link.query_string == "door=1&to=classroom"
    app = open_page("classroom", door="1")
    assert "Welcome to the class" in sentences(app) and app.main.text_input(key="lecturer_passcode")
    assert not app.exception and not app.warning
    as_lecturer(app)
    assert "Welcome to the class" not in sentences(app) and "lecturer_leave" in keys(app)


def test_a_net_of_the_lecturers_is_named_until_it_is_trained(classroom, store, held):
    app = open_page(architecture="small-cnn")
    finished_run(store, "of somebody else")
    app.session_state["sent_net"] = calls.SENT
    said = "The lecturer chose **small-cnn**: press **Train my first net** to train it."
    assert said in sentences(app.run()) and said in sentences(app.run())
    store.create(TrainConfig(), owner=person_id(app.session_state["person_secret"]))
    said = "The lecturer chose **small-cnn**: press **Start** to train it."
    assert said in sentences(app.run()) and said in sentences(app.run())
    app.button(key="start_here").click().run()
    assert not app.exception and said not in sentences(app)


def test_a_name_that_is_too_long_is_said_in_korean_words_alone(classroom):
    app = open_page(lang="ko")
    app.text_input(key="person_name").set_value("가" * 45).run()
    said = app.main.error[0].value.replace("\\", "")
    assert said == "이름은 1~30자인데 45자입니다. 다르게 정하세요."


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
    assert "class_close" in keys(teacher) and "95\u00a0% interval" in sentences(teacher)
    assert "One image says little" in sentences(teacher)
    student.run()
    assert [metric.label for metric in student.metric][:2] == ["You", "The class, by majority"]
    student.button(key="class_leave").click().run()
    assert "guess_begin" in keys(student)
    teacher.button(key="class_close").click().run()
    assert class_game.current(store) is None and "class_begin" in keys(teacher)


def test_on_the_ladder_a_run_of_somebody_else_is_not_yours(classroom, store, held):
    config = lecture.ladder_configs()[0]
    store.create(config, owner="somebody", owner_name="Ada")
    app = open_page("ladder")
    assert app.button(key="climb").label == "Train all five nets yourself"
    store.create(config, owner=person_id(app.session_state["person_secret"]))
    assert app.run().button(key="climb").label == "Train 4 more nets yourself"


def test_who_comes_late_is_judged_by_their_own_votes(classroom, store):
    net = store.table(shipped=True).run_id.iloc[-1]
    round_id = class_game.begin(store, LECTURER, "fashion-mnist", [net], count=3)
    labels = datasets.load("fashion-mnist").test_labels
    student = open_page("guess")
    for place in range(3):
        played = class_game.current(store)
        class_game.vote(store, Person("early", "", False), round_id, place, int(labels[played.index]))
        if place == 2:
            student.run().button(key=f"class_vote_2_{labels[played.index]}").click().run()
        class_game.reveal(store, LECTURER, played)
        class_game.go_on(store, LECTURER, class_game.current(store))
    student.run()
    assert [metric.value for metric in student.metric][:2] == ["1 / 1", "3 / 3"]


def test_a_round_is_ended_though_a_nets_answers_or_the_images_are_gone(classroom, store):
    net = store.create(TrainConfig())
    complete(store, net, 0.9)
    class_game.begin(store, LECTURER, "fashion-mnist", [net])
    class_game.reveal(store, LECTURER, class_game.current(store))
    teacher = as_lecturer(open_page("classroom")).switch_page("pages/guess.py").run()
    assert teacher.main.error and not teacher.exception
    teacher.button(key="class_end").click().run()
    assert "class_leave" in keys(open_page("guess"))
    teacher.button(key="class_close").click().run()
    assert "class_begin" in keys(teacher)

    custom_import.import_zip(zipped(two_classes()), "skies")
    class_game.begin(store, LECTURER, "skies", [net], count=2)
    custom_import.delete("skies")
    teacher.run()
    assert teacher.main.error and not teacher.exception
    teacher.button(key="class_end").click().run()
    assert class_game.current(store) is None and "class_begin" in keys(teacher)


@pytest.mark.parametrize(
    ("page", "is_called"), [("train", True), ("guess", True), ("learn", False), ("classroom", False)]
)
def test_who_comes_late_is_called_to_the_round_but_not_from_a_page_that_was_asked_for(
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


@pytest.mark.parametrize(("lang", "passcode", "query"), [("en", "Enter", ""), ("ko", "들어가기", "?lang=ko")])
def test_who_joins_by_the_code_reads_the_language_of_the_page_that_shows_it(
    classroom, monkeypatch, lang, passcode, query
):
    monkeypatch.setattr(joining, "local_network_address", lambda: "192.168.1.5")
    monkeypatch.setattr(st, "get_option", lambda _: "0.0.0.0")
    app = as_lecturer(open_page("classroom", lang=lang, view="join"), passcode)
    assert f"//192.168.1.5/{query}</b>" in "".join(html.value for html in app.get("html"))


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


def test_browsers_ask_less_often_the_more_they_are(monkeypatch):
    """Thirty ask as often together as five do; those that have gone do not count."""
    monkeypatch.setattr(services, "_audience", {})
    monkeypatch.setattr(services.random, "uniform", lambda low, high: (low + high) / 2)
    asking = SimpleNamespace(session_id="")
    monkeypatch.setattr(services, "session_id", lambda: asking.session_id)
    now = 1000.0
    monkeypatch.setattr(services.time, "monotonic", lambda: now)

    def pace_of_the_last(browsers: int) -> float:
        for number in range(browsers):
            asking.session_id = f"browser {number}"
            pace = services.poll_seconds(2.0)
        return pace

    assert pace_of_the_last(1) == pace_of_the_last(5) == pytest.approx(2.0)
    assert not services.polls_too_often()
    assert pace_of_the_last(10) == pytest.approx(4.0)
    assert pace_of_the_last(30) == pytest.approx(12.0)
    now += services.AUDIENCE_SECONDS + 1
    assert pace_of_the_last(1) == pytest.approx(2.0)
