"""Who trains and who waits; for the lecturer with buttons."""

import time
from collections.abc import Iterator

import streamlit as st

from fmnist_core.jobs import classroom
from fmnist_core.runs import Run
from pages.ui import people, services
from pages.ui.buttons import act
from pages.ui.compare.runs_table import dot
from pages.ui.widgets import duration, epoch_of, escape_markdown, heading, show_errors
from pages.ui.words.language import tr

RADIUS = 17


@show_errors
def show_line(with_buttons: bool = True) -> None:
    """What trains, then what waits in its order; with buttons if the lecturer looks at it."""
    heading(f"**{tr('The queue')}**")
    waiting = list(_waiting())
    running = [run for run in services.active_runs() if run.status == "running"]
    if not running and not waiting:
        st.caption(tr("Nothing trains and nobody waits."))
        return
    is_lecturer = with_buttons and people.current().is_lecturer
    with st.container(key="class_line"):
        for run in running:
            st.progress(run.progress, text=f"{_whose(run)} · {epoch_of(run)}")
            if is_lecturer:
                _buttons(run, first=True)
        if is_lecturer:
            for position, (run, state) in enumerate(waiting):
                st.markdown(f"{_whose(run)} · {state}")
                _buttons(run, first=position == 0)
        elif waiting:  # one element for all: many browsers ask for it
            st.markdown("\n\n".join(f"{_whose(run)} · {state}" for run, state in waiting))


def _waiting() -> Iterator[tuple[Run, str]]:
    """The queued runs in the order in which they will start, and how long each has waited."""
    active = {run.run_id: run for run in services.active_runs()}
    for position, run_id in enumerate(services.store().waiting.order(), start=1):
        if run_id in active:
            waited = duration(time.time() - active[run_id].queued_at)
            yield active[run_id], tr("place {position}, for {time}", position=position, time=waited)


def _whose(run: Run) -> str:
    """Owner and name, with the colour of its curve in the room where it has one."""
    disc = f"![](<{dot(run.color, RADIUS)}>) " if run.epochs else ""
    owner = f"**{escape_markdown(run.owner_name)}** · " if run.owner_name else ""
    return disc + owner + escape_markdown(run.name)


def _buttons(run: Run, first: bool) -> None:
    """What the lecturer can do with a run; first: nothing waits before it, so it cannot be moved up."""
    person, queue = people.current(), services.queue()
    with st.container(horizontal=True, key=f"line_{run.run_id}"):
        if not first and st.button(
            tr("Next"), icon=":material/vertical_align_top:", key=f"first_{run.run_id}", type="tertiary"
        ):
            act(classroom.prioritise, queue.store, person, run.run_id)
        label = tr("Stop") if run.status == "running" else tr("Cancel")
        if st.button(label, icon=":material/cancel:", key=f"lecturer_stop_{run.run_id}", type="tertiary"):
            act(classroom.stop, queue, person, run.run_id)
