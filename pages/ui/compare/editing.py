"""The picked runs one by one: rename, note, colour, star, run again, delete."""

from html import escape

import streamlit as st

from fmnist_core.jobs import classroom
from fmnist_core.runs import Run
from pages.ui import news, people, services, stored_answers
from pages.ui.compare import colour, picks
from pages.ui.compare.runs_table import forget_ticks
from pages.ui.sidebar import DIALOG, close_dialog, open_dialog
from pages.ui.widgets import (
    escape_markdown,
    keeping_problem,
    page_link,
    run_label,
    run_name,
    show_errors,
    show_kept_problem,
)
from pages.ui.words.language import percent, tr

PROBLEM = "compare_problem"
STYLE = """<style>
.picked-run {display: block; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap}
.picked-run i {display: inline-block; width: 14px; height: 14px; border-radius: 50%; margin-right: 8px;
  vertical-align: -2px}
[data-testid="stElementContainer"]:has(.picked-run) {flex: 1 1 90px; min-width: 0}
</style>"""


def show(runs: list[Run], colors: dict[str, str]) -> None:
    """A row of buttons for each picked run, if there are any; in the first row, those for all of them."""
    person = people.current()
    # What dialogs do, they do in callbacks: those also run when the whole page is drawn again meanwhile.
    show_kept_problem(PROBLEM)
    st.html(STYLE)
    with st.container(key="picked_runs", gap="xsmall"):
        for run in runs:
            with st.container(
                horizontal=True, vertical_alignment="center", key=f"picked_{run.run_id}", gap="xsmall"
            ):
                _show_row(run, colors.get(run.run_id, run.color), classroom.may_change(person, run))
                if run is runs[0]:
                    _show_buttons_for_all(runs)
    _show_dialog()


def _show_row(run: Run, color: str, may_edit: bool) -> None:
    st.html(
        f'<span class="picked-run" title="{escape(run_name(run), quote=True)}">'
        f'<i aria-hidden="true" style="background:{color}"></i>{escape(run_name(run))}</span>',
    )
    if run.comes_with_project:
        st.caption(tr("comes with the project"), width="content")
    elif may_edit:
        st.button(
            tr("Edit"),
            key=f"edit_{run.run_id}",
            icon=":material/edit:",
            on_click=open_dialog,
            args=("edit", [run.run_id]),
        )
    if not run.comes_with_project:  # the photos that it has seen are not here
        st.button(
            tr("Run again"),
            key=f"again_{run.run_id}",
            icon=":material/replay:",
            help=tr("Train it once more with the same settings."),
            on_click=_run_again,
            args=(run,),
        )
    page_link("train", tr("Change and run"), "tune", run=run.run_id)
    page_link("predictions", tr("Its images"), "image_search", run=run.run_id)


def _show_buttons_for_all(runs: list[Run]) -> None:
    own = [run.run_id for run in runs if not run.comes_with_project]
    st.button(
        tr("Delete …") if len(own) < 2 else tr("Delete {count} …", count=len(own)),
        key="compare_delete",
        icon=":material/delete:",
        on_click=open_dialog,
        args=("delete", own),
        disabled=not own,
    )
    st.button(tr("Pick none"), key="compare_none", icon=":material/close:", on_click=_pick_none)


def _show_dialog() -> None:
    """The dialog that is open, in each run of the page: it would close when the page is drawn again."""
    what, run_ids = st.session_state.get(DIALOG, ("", []))
    if not stored_answers.existing_runs(run_ids):  # they were deleted in another window
        close_dialog()
    elif what == "edit":
        st.dialog(tr("Edit this run"), on_dismiss=close_dialog)(_edit)(run_ids[0])
    elif what == "delete":
        st.dialog(tr("Delete for good?"), on_dismiss=close_dialog)(_confirm_deletion)(run_ids)


def _run_again(run: Run) -> None:
    """Queue the same settings once more; a double click is one request."""
    with keeping_problem(PROBLEM):
        people.submit(run.config, run.name)
        news.tell(tr("{name} is queued once more.", name=escape_markdown(run.name)), icon=":material/replay:")


@show_errors
def _edit(run_id: str) -> None:
    _close_when_done([run_id])
    run = services.store().get(run_id)
    st.text_input(tr("Name"), run.name, key=f"edit_name_{run_id}")
    st.text_area(tr("Note"), run.note, key=f"edit_note_{run_id}")
    colour.choose(run)
    st.checkbox(tr("Star: one of my favourites"), run.starred, key=f"edit_star_{run_id}")
    st.button(tr("Save"), type="primary", key="edit_save", on_click=_save, args=(run,))


def _save(run: Run) -> None:
    """Store what has been changed."""
    name, note, starred = (
        st.session_state[f"edit_{field}_{run.run_id}"] for field in ("name", "note", "star")
    )
    with keeping_problem(PROBLEM):
        classroom.edit(
            services.store(), people.current(), run.run_id, name, note, starred, colour.chosen(run)
        )
        close_dialog()


def _confirm_deletion(run_ids: list[str]) -> None:
    """What would be lost, and the button that does it; runs that have to stay are named."""
    _close_when_done(run_ids)
    store, person = services.store(), people.current()
    doomed = []
    for run in stored_answers.existing_runs(run_ids):
        if not classroom.may_change(person, run):
            st.warning(tr("{name} belongs to somebody else; it stays.", name=escape_markdown(run.name)))
        elif run.status == "running":
            st.warning(
                tr("{name} is training. Stop it first, then delete it.", name=escape_markdown(run.name))
            )
        else:
            doomed.append(run)
    if not doomed:
        return
    st.markdown(tr("What will be lost, with curves, predictions and trained weights; there is no way back:"))
    for run in doomed:
        size = sum(file.stat().st_size for file in store.folder(run.run_id).rglob("*") if file.is_file())
        st.markdown(
            "- "
            + tr(
                "{name}: {epochs} epoch(s), test accuracy {accuracy}, {size:.1f} MB",
                name=f"**{escape_markdown(run_label(run))}**",
                epochs=f"{store.epochs_done(run):g}",
                accuracy=percent(run.test_accuracy, 2),
                size=size / 1e6,
            )
        )
    st.button(
        tr("Delete {count} for good", count=len(doomed)),
        type="primary",
        icon=":material/delete_forever:",
        key="delete_for_good",
        on_click=_delete,
        args=([run.run_id for run in doomed],),
    )


def _delete(run_ids: list[str]) -> None:
    """Delete the runs that are still there; one that began to train meanwhile stays, and the sentence says
    why."""
    with keeping_problem(PROBLEM):
        for run_id in [run.run_id for run in stored_answers.existing_runs(run_ids)]:
            classroom.delete(services.store(), people.current(), run_id)
            picks.pick([kept for kept in st.session_state[picks.PICKED] if kept != run_id])
        close_dialog()
    forget_ticks()


def _close_when_done(run_ids: list[str]) -> None:
    """Inside a dialog: close it if its work is done or its runs are gone, or say what is wrong."""
    if DIALOG not in st.session_state or not stored_answers.existing_runs(run_ids):
        st.rerun()
    show_kept_problem(PROBLEM)


def _pick_none() -> None:
    picks.pick([])
    forget_ticks()
