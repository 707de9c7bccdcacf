"""The picked runs one by one: rename, note, star, run again, delete."""

import streamlit as st

from fmnist_core import classroom
from fmnist_core.errors import FmnistError
from fmnist_core.runs import Run
from pages.ui import people, services
from pages.ui.compare_table import PICKED, forget_ticks
from pages.ui.language import tr
from pages.ui.widgets import percent, plain, run_label, show_problem, status_label


def show(runs: list[Run]) -> None:
    """A row of buttons for each picked run, and one to delete them all."""
    for run in runs:
        with st.container(horizontal=True, vertical_alignment="center", key=f"picked_{run.run_id}"):
            st.html(
                f'<span aria-hidden="true" style="display:inline-block;width:14px;height:14px;'
                f'border-radius:50%;background:{run.color}"></span>',
                width="content",
            )
            st.markdown(
                f"**{plain(run.name)}** · {status_label(run.status)} · {percent(run.test_accuracy, 2)}",
                width="stretch",
            )
            if st.button(tr("Edit"), key=f"edit_{run.run_id}", icon=":material/edit:"):
                st.dialog(tr("Edit this run"))(_edit)(run.run_id)
            st.page_link(
                "pages/train.py",
                label=tr("Run again"),
                icon=":material/replay:",
                query_params={"run": run.run_id},
            )
            st.page_link(
                "pages/predictions.py",
                label=tr("Its images"),
                icon=":material/image_search:",
                query_params={"run": run.run_id},
            )
    with st.container(horizontal=True):
        if st.button(tr("Delete …"), key="compare_delete", icon=":material/delete:"):
            st.dialog(tr("Delete for good?"))(_delete)([run.run_id for run in runs])
        if st.button(tr("Pick none"), key="compare_none", icon=":material/close:"):
            st.session_state[PICKED] = []
            forget_ticks()
            st.rerun()


def _edit(run_id: str) -> None:
    run = services.store().get(run_id)
    name = st.text_input(tr("Name"), run.name, max_chars=80, key=f"edit_name_{run_id}")
    note = st.text_area(tr("Note"), run.note, max_chars=2000, key=f"edit_note_{run_id}")
    starred = st.checkbox(tr("Star: one of my favourites"), run.starred, key=f"edit_star_{run_id}")
    if st.button(tr("Save"), type="primary", key="edit_save"):
        store = services.store()
        try:
            classroom.edit(store, people.current(), run_id, name, note, starred)
        except FmnistError as error:
            show_problem(error)
            return
        st.rerun()


def _delete(run_ids: list[str]) -> None:
    """What would be lost, and the button that does it; runs that train are left out and named."""
    store = services.store()
    runs = [run for run in store.runs() if run.run_id in run_ids]
    training = [run for run in runs if run.status == "running"]
    doomed = [run for run in runs if run.status != "running"]
    for run in training:
        st.warning(tr("{name} is training. Stop it first, then delete it.", name=plain(run.name)))
    if not doomed:
        return
    st.markdown(
        tr(
            "These runs will be lost, with their curves, predictions and trained weights. "
            "There is no way back."
        )
    )
    for run in doomed:
        megabytes = sum(file.stat().st_size for file in store.folder(run.run_id).rglob("*") if file.is_file())
        st.markdown(
            "- "
            + tr(
                "{name}: {epochs} epochs, test accuracy {accuracy}, {size:.1f} MB",
                name=f"**{plain(run_label(run))}**",
                epochs=run.epochs,
                accuracy=percent(run.test_accuracy, 2),
                size=megabytes / 1e6,
            )
        )
    if st.button(
        tr("Delete {count} for good", count=len(doomed)),
        type="primary",
        icon=":material/delete_forever:",
        key="delete_for_good",
    ):
        try:
            for run in doomed:
                classroom.delete(store, people.current(), run.run_id)
        except FmnistError as error:
            show_problem(error)
            return
        st.session_state[PICKED] = [run_id for run_id in run_ids if run_id not in {r.run_id for r in doomed}]
        forget_ticks()
        st.rerun()
