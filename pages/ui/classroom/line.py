"""Who trains and who waits; for the lecturer with buttons, and for the projector of the room."""

import time
from collections.abc import Iterator
from html import escape

import streamlit as st

from fmnist_core.jobs import classroom
from fmnist_core.runs import Run
from pages.ui import people, services
from pages.ui.buttons import act
from pages.ui.compare.runs_table import dot
from pages.ui.widgets import duration, epoch_of, escape_markdown, heading, show_errors
from pages.ui.words.language import tr

RADIUS = 17
ROOM_STYLE = """<style>
.room-line {--row: 1.8rem; line-height: 1.8rem}
.room-line > div {display: flex; gap: .6rem; overflow: hidden; border-radius: 4px;
  background: linear-gradient(90deg, rgba(0, 114, 178, .18) var(--done), transparent 0)}
.room-line span {flex: 0 1 auto; overflow: hidden; white-space: nowrap; text-overflow: ellipsis}
.room-line em {flex: none; font-style: normal; opacity: .75; font-variant-numeric: tabular-nums}
.room-line i {display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em}
.room-line small {display: none; opacity: .75}
@media (min-width: 641px) {  /* Rows that fit as a whole, and in the last place how many more there are. */
  .room-line > * {height: clamp(0px, 999 * (var(--room)), var(--row))}
  .room-line > div {--room: 1px + 100cqh - var(--row) * min(var(--place) + 1, var(--all))}
  .room-line small {--room: min(1px + 100cqh - var(--row) * var(--place),
    var(--row) * (var(--place) + 1) - 1px - 100cqh); display: block; overflow: hidden}
}
</style>"""


@show_errors
def show_line() -> None:
    """What trains, then what waits in its order; with buttons if the lecturer looks at it."""
    running, waiting = _begin()
    if not running and not waiting:
        return
    is_lecturer = people.current().is_lecturer
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


@show_errors
def show_room_line() -> None:
    """The same for a projector, which nobody scrolls: whole rows, as many as fit, and how many more."""
    running, waiting = _begin()
    states = [(run, epoch_of(run)) for run in running] + waiting
    if not states:
        return
    rows = [_row(run, state, place) for place, (run, state) in enumerate(states, start=1)]
    for place in range(len(rows) - 1, 0, -1):
        more = tr("and {count} more", count=len(states) - place + 1)
        rows.insert(place - 1, f'<small style="--place: {place}">{escape(more)}</small>')
    count = f"--all: {len(states)}"
    with st.container(key="room_line"):
        style = f"{ROOM_STYLE}<style>.st-key-room_side {{{count}}}</style>"
        st.html(f'{style}<div class="room-line">{"".join(rows)}</div>')


def _begin() -> tuple[list[Run], list[tuple[Run, str]]]:
    """The heading, and that there is nothing below it; returns what trains, and what waits with its state."""
    store = services.store()
    held = f" · {tr('paused')}" if store.cached("paused", store.waiting.is_paused) else ""
    heading(f"**{tr('The queue')}**{held}")
    waiting = list(_waiting())
    running = [run for run in services.active_runs() if run.status == "running"]
    if not running and not waiting:
        st.caption(tr("Nothing trains and nobody waits."))
    return running, waiting


def _row(run: Run, state: str, place: int) -> str:
    owner = f"<b>{escape(run.owner_name)}</b> · " if run.owner_name else ""
    disc = f'<i style="background: {run.color}"></i>' if run.epochs else ""
    name = f"<span>{disc}{owner}{escape(run.name)}</span>"
    return f'<div style="--place: {place}; --done: {run.progress:.0%}">{name}<em>{escape(state)}</em></div>'


def _waiting() -> Iterator[tuple[Run, str]]:
    """The queued runs in the order in which they will start, and how long each has waited."""
    active = {run.run_id: run for run in services.active_runs()}
    for position, run_id in enumerate(services.store().waiting.order(), start=1):
        if run_id in active:
            waited = duration(int(time.time() - active[run_id].queued_at))
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
