"""Which students are here: each browser says so whenever it looks for a call."""

import threading
import time

import streamlit as st

from fmnist_core.jobs.people import Person

GONE_SECONDS = 15.0

_lock = threading.Lock()


@st.cache_resource(show_spinner=False)
def _seen() -> dict[str, tuple[float, str]]:
    """Of each person's id: when a browser of theirs last said so, and their name. One for all browsers."""
    return {}


def note(person: Person) -> None:
    """A browser of this person is here."""
    with _lock:
        _seen()[person.id] = (time.monotonic(), person.name)


def names() -> list[str]:
    """The names of those who are here, in alphabetical order."""
    now = time.monotonic()
    with _lock:
        people = _seen()
        for person_id in [key for key, (seen, _) in people.items() if now - seen > GONE_SECONDS]:
            del people[person_id]
        return sorted((name for _, name in people.values()), key=str.casefold)
