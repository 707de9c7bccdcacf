"""The run that this browser looks at, on whichever page; named in the shell."""

from collections.abc import Container

import streamlit as st

from fmnist_core.base.errors import RunError
from fmnist_core.runs import Run
from pages.ui import address, services


def get() -> Run | None:
    """The run that was looked at last, if it still exists."""
    try:
        return services.store().get(st.session_state["current_run"])
    except (KeyError, RunError):
        return None


def choose(run_id: str) -> None:
    """Look at this run from now on, on each page that shows one; the page's address says so."""
    st.session_state["current_run"] = run_id
    address.note("run", run_id)


def start(known: Container[str], default: str) -> str:
    """The run that a page opens with: that of a link, else the current one, else the default."""
    asked = address.linked("run")
    if asked in known and st.session_state.get("current_run_visit") != address.visit_number():
        st.session_state["current_run"] = asked
    st.session_state["current_run_visit"] = address.visit_number()
    current: str = st.session_state.get("current_run", "")
    run_id = current if current in known else default
    choose(run_id)
    return run_id
