"""What buttons in columns and fragments do; what goes wrong with them is said at the top of the page."""

import time
from collections.abc import Callable

import streamlit as st

from fmnist_core.base.errors import FmnistError
from pages.ui import narrow_pane
from pages.ui.widgets import show_problem

PROBLEM = "problem_of_a_button"
IN_SIGHT_SECONDS = 15.0  # what goes wrong is said at least for so long: a page may draw itself again at once


def act(action: Callable, *arguments: object) -> None:
    """Do it, and show the page again. A problem is said at its top: beside the button it would be a few
    letters wide in a column, and gone when a fragment asks for news."""
    st.session_state.pop(PROBLEM, None)
    try:
        action(*arguments)
    except FmnistError as error:
        st.session_state[PROBLEM] = error, time.monotonic()
        narrow_pane.leave()  # it would lie over the sentence
    st.rerun()


def show_what_went_wrong() -> None:
    """For the top of a page: what went wrong in `act`; it stays in sight, however far one has scrolled."""
    problem, since = st.session_state.get(PROBLEM, (None, 0.0))
    if problem is not None and time.monotonic() - since < IN_SIGHT_SECONDS:
        with st.container(key=PROBLEM):
            show_problem(problem)
