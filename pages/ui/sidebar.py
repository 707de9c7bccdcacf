"""The sidebar of every page: language, the device that trains and why, what is training now."""

from collections.abc import Callable
from html import escape

import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.jobs import search as searches
from fmnist_core.jobs import study as studies
from fmnist_core.runs import Run
from pages.ui import access, address, current_run, news, people, services, tab
from pages.ui.short_names import without_parts
from pages.ui.widgets import (
    chance_note,
    duration,
    end_polling,
    epoch_of,
    escape_markdown,
    run_name,
    show_errors,
    status_icon,
    status_label,
)
from pages.ui.words.language import language_selector, percent, tr, translate

POLL_SECONDS = 3.0
NAME_LETTERS = 20
"""Of the current run's name, beside its accuracy."""
DIALOG = "dialog"
"""In the session while a dialog is open: a page that is drawn again, or a toast, would close it."""


def open_dialog(what: str, ids: list[str]) -> None:
    """For callbacks: the page draws this dialog, about these runs or studies, until it is closed."""
    st.session_state[DIALOG] = (what, ids)


def close_dialog() -> None:
    """No dialog is open from now on."""
    st.session_state.pop(DIALOG, None)


def show() -> None:
    """For the sidebar. Raises `StorageError` when the runs folder cannot be used."""
    language_selector()
    people.show()
    device, reason = services.device()
    label = tr("Training on the CPU") if device == "cpu" else tr("Training on {device}", device=device)
    st.caption(f":material/memory: {label}", help=translate(reason))
    if not services.queue().is_leader():
        st.warning(
            tr(
                "Another server already trains for this runs folder. Runs that you start here wait for it; "
                "nothing is lost."
            )
        )
    lost = services.store().lost_runs()
    if lost and people.current().is_lecturer:
        with st.session_state["notes"]:  # where it is seen without scrolling
            st.warning(escape_markdown(translate(lost)), icon=":material/help:")
    active = services.active_runs()
    st.fragment(_activity, run_every=services.poll_seconds(POLL_SECONDS) if active else None)()


def show_current_run() -> None:
    """The run that is looked at, with its colour and how good it is."""
    run = current_run.get()
    if run is None:
        return
    said = percent(run.test_accuracy) if run.test_accuracy is not None else status_label(run.status)
    name = run_name(run)
    hint = f"{tr('The run that you look at')}: {name}"
    st.html(
        f'<div class="current-run" title="{escape(hint, quote=True)}">'
        f'<i style="background:{run.color}"></i><span>{escape(without_parts(name, NAME_LETTERS))}</span>'
        f"<b>{escape(said)}</b></div>"
    )


@show_errors
def _activity() -> None:
    """What trains now; says so, on whichever page, when a run that was seen training has ended."""
    active = services.active_runs()
    if DIALOG in st.session_state:
        _show_progress(active)
        return  # the news when it is closed
    end_polling("something_ran", bool(active))  # pages show the end; the news comes after it
    person = people.current()
    seen = set(st.session_state.get("active_runs", ()))
    # In a class, news of one's own runs only.
    now = {run.run_id for run in active if run.owner == person.id or not people.is_classroom()}
    st.session_state["active_runs"] = now
    studies_of = {run_id: services.store().studies.study_of(run_id) for run_id in seen - now}
    for run_id, study_id in studies_of.items():
        if not study_id:
            _announce(run_id)
    for study_id in {study_id for study_id in studies_of.values() if study_id}:
        _announce_study(study_id)
    running = {run.run_id: run for run in active if run.status == "running" and run.run_id in now}
    for run_id in running.keys() - st.session_state.get("running_runs", running):
        if not services.store().studies.study_of(run_id):
            access.say(tr("{name} has begun to train.", name=run_name(running[run_id])))
    st.session_state["running_runs"] = set(running)
    news.show()
    access.show("news")
    tab.show([run for run in active if run.run_id in now])
    _show_progress(active)


def _show_progress(active: list[Run]) -> None:
    running = [run for run in active if run.status == "running"]
    is_train, watched = address.page() == "train", st.session_state.get("current_run")
    for run in running:
        if is_train and watched in (None, run.run_id):  # its progress stands beside its curves
            continue
        st.progress(run.progress, text=f"{escape_markdown(run_name(run))}: {epoch_of(run)}")
    waiting = len(active) - len(running)
    if waiting:
        st.caption(tr("Waiting runs: {count}", count=waiting))


def _announce(run_id: str) -> None:
    try:
        run = services.store().get(run_id)
    except FmnistError:  # it has been deleted
        return
    tab.tell(_ended(run, run.name))
    is_done = run.status == "completed"
    said = _ended(run, escape_markdown(run.name), escape_markdown)
    news.tell(said, icon=status_icon(run) if is_done else ":material/info:")


def _announce_study(study_id: str) -> None:
    """Once, when the last of its runs has ended and nothing is left to go on with: a search of 25 trials is
    one piece of news."""
    store = services.store()
    try:
        study, runs = store.studies.get(study_id), studies.runs_of(store, study_id)
    except FmnistError:  # it has been deleted
        return
    if searches.is_on(study, runs) or searches.unfinished(runs) or searches.goes_on(study, runs):
        return
    done = sum(run.status == "completed" for run in runs)
    tab.tell(tr("{name} is done: {count} run(s) completed", name=study.name, count=done))
    name = escape_markdown(study.name)
    said = tr("{name} is done: {count} run(s) completed", name=name, count=done)
    news.tell(said, icon=":material/experiment:")


def _ended(run: Run, name: str, escape: Callable[[str], str] = str) -> str:
    """How a run has ended."""
    if run.status != "completed":
        reason = escape(translate(run.message or run.status))
        return tr("{name} has ended: {reason}", name=name, reason=reason)
    said = tr(
        "{name} is done: {accuracy} of the test images right, in {time}",
        name=name,
        accuracy=percent(run.test_accuracy),
        time=duration(run.seconds),
    )
    return said + chance_note(run)
