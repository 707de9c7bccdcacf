"""The class guesses together: everybody sees the same image, and votes; the lecturer leads.

One fragment asks the store how far the round is; all browsers share what is read. What is drawn is in
`together_screens`.
"""

import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.jobs import class_game
from fmnist_core.jobs.people import Person
from fmnist_core.runs.class_rounds import ClassRound
from pages.ui import people, services
from pages.ui.guess import together_screens
from pages.ui.widgets import keeping_problem, show_errors, show_kept_problem
from pages.ui.words.language import tr

PROBLEM = "class_problem"
LECTURER_SECONDS = 0.5
STUDENT_SECONDS, SLOWEST_SECONDS = 0.6, 2.0
"""Between two looks, alone and in a crowd."""


def current() -> ClassRound | None:
    """The round that this browser takes part in: in a class, until it leaves the result."""
    if not people.is_classroom():
        return None
    played = class_game.current(services.store())
    has_left = played is not None and st.session_state.get("class_round_left") == played.round_id
    return None if has_left else played


def offer(dataset: str, run_ids: list[str]) -> None:
    """For the pane: the button with which the lecturer begins a round."""
    person = people.current()
    if not people.is_classroom() or not person.is_lecturer:
        return

    def begin() -> None:
        _try(class_game.begin, services.store(), person, dataset, run_ids)

    st.button(
        tr("Guess with the class"),
        icon=":material/groups:",
        key="class_begin",
        on_click=begin,
        width="stretch",
        help=tr(
            "All browsers of the class show the same {count} images, one after the other, and vote.",
            count=class_game.IMAGES,
        ),
    )
    show_kept_problem(PROBLEM)


def show() -> None:
    """The round, as long as it is on."""
    st.html(together_screens.STYLE)
    if people.current().is_lecturer:
        pace = LECTURER_SECONDS
    else:
        pace = min(SLOWEST_SECONDS, services.poll_seconds(STUDENT_SECONDS))
    st.fragment(_play, run_every=pace)()


@show_errors
def _play() -> None:
    played, person = current(), people.current()
    if played is None:
        st.rerun()  # the page of one person's game
    show_kept_problem(PROBLEM)
    if played.phase == "ended":
        _after(played, person)
        together_screens.show_result(together_screens.read(played), person)
        return
    try:
        screen = together_screens.read(played)
    except FmnistError:  # its data set or a net's answers are gone: it can only be ended
        if person.is_lecturer:
            _end_button(played, person)
        raise
    together_screens.show_progress(screen)
    if person.is_lecturer:
        _lead(played, person)
    if played.phase == "revealed":
        together_screens.show_answer(screen, person)
    elif person.is_lecturer:
        together_screens.show_votes(screen)
    else:
        together_screens.ask(screen, person, _vote)


def _vote(person: Person, played: ClassRound, label: int) -> None:
    _try(class_game.vote, services.store(), person, played.round_id, played.place, label)


def _lead(played: ClassRound, person: Person) -> None:
    """The lecturer's buttons, in the page: a projector shows no pane."""
    if played.phase == "voting":
        label, icon, action = tr("Show the answer"), ":material/visibility:", class_game.reveal
    else:
        label = tr("See the result") if played.is_last else tr("Next image")
        icon, action = ":material/arrow_forward:", class_game.go_on
    arguments = (action, services.store(), person, played)
    with st.container(horizontal=True):
        key = f"class_{played.phase}_{played.place}"
        st.button(label, type="primary", icon=icon, key=key, on_click=_try, args=arguments, shortcut="Enter")
        _end_button(played, person)


def _end_button(played: ClassRound, person: Person) -> None:
    arguments = (class_game.end, services.store(), person, played)
    st.button(tr("End the round"), type="tertiary", key="class_end", on_click=_try, args=arguments)


def _after(played: ClassRound, person: Person) -> None:
    if person.is_lecturer:
        arguments = (class_game.end, services.store(), person, played)
        st.button(tr("Close the round"), key="class_close", on_click=_try, args=arguments)
        return

    def leave() -> None:
        st.session_state["class_round_left"] = played.round_id

    st.button(tr("Play alone"), icon=":material/person:", key="class_leave", on_click=leave)


def _try(action, *arguments: object) -> None:
    """Do it; a problem is said on the page."""
    with keeping_problem(PROBLEM):
        action(*arguments)
