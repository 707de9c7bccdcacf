"""The run that this browser looks at, on whichever page; named in the shell and in each page's address.

There it is `run` where the page shows it, else `current`; nothing on the pages of a lesson, whose links go to
students, who do not have that run.
"""

from collections.abc import Container

import streamlit as st

from fmnist_core.base.errors import RunError
from fmnist_core.runs import Run
from pages.ui import address, services
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.widgets import tell_unknown_run
from pages.ui.words.language import tr, translate

GONE_ICON = ":material/delete:"

WITHOUT = ("learn", "ladder", "data", "design", "photo", "guess", "classroom")
"""Pages that a lecturer links to: their address says nothing of the run that was looked at elsewhere."""


def get() -> Run | None:
    """The run that was looked at last, if it still exists."""
    try:
        return services.store().get(st.session_state["current_run"])
    except (KeyError, RunError):
        return None


def follow_address() -> None:
    """Before a page: a link, a reload or Back says which run was looked at, on a page that shows none."""
    state = st.session_state
    state["current_run_noted"] = False
    asked = address.linked("current")
    if address.page() in WITHOUT:  # an older link may name one: it is read, and not followed
        return
    if not asked or state.get("current_asked_visit") == address.visit_number():
        return
    state["current_asked_visit"] = address.visit_number()
    try:
        state["current_run"] = services.store().get(asked).run_id
    except RunError as error:
        address.refuse("current", tr("no run"), reason=translate(error.message))


def note() -> None:
    """After a page: its address names the run, if nothing on the page has done so."""
    run = get() if address.page() not in WITHOUT else None
    if run is not None and not st.session_state.get("current_run_noted"):
        address.note_quietly("current", run.run_id)


def choose(run_id: str) -> None:
    """Look at this run from now on, on each page that shows one; the page's address says so."""
    st.session_state["current_run"] = run_id
    st.session_state["current_run_noted"] = True
    address.note("run", run_id)


def start(known: Container[str], default: str) -> str:
    """The run that a page opens with: that of a link, else the current one, else the default, which is ""
    where the page can do without one."""
    asked = address.linked("run")
    if asked in known and st.session_state.get("current_run_visit") != address.visit_number():
        st.session_state["current_run"] = asked
    st.session_state["current_run_visit"] = address.visit_number()
    current: str = st.session_state.get("current_run", "")
    run_id = current if current in known else default
    if not run_id:
        return ""
    if current and current != run_id and get() is None:  # in another window, or by its owner
        st.info(tr("The run that was looked at last has been deleted. This is another one."), icon=GONE_ICON)
    choose(run_id)
    return run_id


def select(where: DeltaGenerator, labels: dict[str, str], default: str, key: str) -> str:
    """A list of these runs, by id, which opens with `start`; returns the one that is looked at now."""
    asked = address.linked("run")
    first = start(labels, default)
    tell_unknown_run(asked, labels, first)
    ids, key = list(labels), address.widget_key(key)
    run_id = where.selectbox(tr("Run"), ids, ids.index(first), format_func=labels.__getitem__, key=key)
    choose(run_id)
    return run_id
