"""Runs between machines: a study as one file, and such a file from elsewhere."""

import io

import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.runs import Study, archive
from pages.ui import news, people, services
from pages.ui.widgets import show_problem
from pages.ui.words.language import tr, translate

TURN = "study_file_turn"
"""In the session: how many files were taken in; with another number the field is a new, empty one."""


def packed(study: Study) -> bytes:
    """The study as a file; where that cannot be, the file says why."""
    store, buffer = services.store(), io.BytesIO()
    try:
        archive.write_archive(store, store.studies.run_ids(study.study_id), buffer, study)
    except FmnistError as error:
        return translate(error.message).encode()
    return buffer.getvalue()


def take_in() -> str | None:
    """The field for a file from another machine, for the lecturer, or at home.

    Returns the id of the study that was taken in, "all" for runs without one, None for nothing.
    """
    person = people.current()
    if not person.is_lecturer:
        return None
    with st.expander(tr("From another machine"), icon=":material/upload:"):
        turn = st.session_state.get(TURN, 0)
        file = st.file_uploader(
            tr("A study or runs that were taken along"), type=["zip"], key=f"study_file_{turn}"
        )
        if file is None:
            return None
        try:
            run_ids, study_id = archive.read_archive(services.store(), file, person.id, person.name)
        except FmnistError as error:
            show_problem(error)
            return None
    st.session_state[TURN] = turn + 1
    said = tr("{count} run(s) taken in.", count=len(run_ids))
    if again := archive.copies(services.store(), run_ids):
        said += " " + tr("{count} run(s) of them were here already: these are copies.", count=len(again))
    news.tell(said, icon=":material/upload:")
    return study_id or "all"
