"""The sidebar of every page: language, the device that trains and why, what is training now."""

import streamlit as st

from pages.ui import people, services
from pages.ui.language import language_selector, tr, translate
from pages.ui.widgets import duration, explained, percent, plain

POLL_SECONDS = 2.0


def show() -> None:
    """Draw the sidebar. Raises `StorageError` when the runs folder cannot be used."""
    with st.sidebar:
        language_selector()
        people.show()
        device, reason = services.device()
        label = tr("Training on the CPU") if device == "cpu" else tr("Training on {device}", device=device)
        st.caption(f":material/memory: {label}", help=translate(reason))
        if not services.queue().is_leader():
            st.warning(
                tr(
                    "Another server already trains for this runs folder. Runs that you start here "
                    "wait for it; nothing is lost."
                )
            )
        active = services.store().runs(("queued", "running"))
        st.fragment(_activity, run_every=POLL_SECONDS if active else None)()


@explained
def _activity() -> None:
    """What trains now; says so, on whichever page, when a run that was seen training has ended."""
    store = services.store()
    active = store.runs(("queued", "running"))
    seen = set(st.session_state.get("active_runs", ()))
    now = {run.run_id for run in active}
    st.session_state["active_runs"] = now
    for run_id in seen - now:
        _announce(run_id)
    running = [run for run in active if run.status == "running"]
    for run in running:
        st.progress(
            run.epochs / run.config.epochs,
            text=tr(
                "{name}: epoch {epoch} of {epochs}",
                name=plain(run.name),
                epoch=run.epochs,
                epochs=run.config.epochs,
            ),
        )
    waiting = len(active) - len(running)
    if waiting:
        st.caption(tr("Waiting runs: {count}", count=waiting))
    if seen and not now:
        st.rerun()  # the polling stops, and pages show the end


def _announce(run_id: str) -> None:
    run = next((run for run in services.store().runs() if run.run_id == run_id), None)
    if run is None:
        return
    if run.status == "completed":
        st.toast(
            tr(
                "{name} is done: {accuracy} of the test images right, in {time}",
                name=plain(run.name),
                accuracy=percent(run.test_accuracy),
                time=duration(run.seconds),
            ),
            icon=":material/check_circle:",
        )
    else:
        st.toast(
            tr(
                "{name} has ended: {reason}",
                name=plain(run.name),
                reason=translate(run.message or run.status),
            ),
            icon=":material/info:",
        )
