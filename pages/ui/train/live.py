"""A training as it happens: how far it is, its curves, its answers to images, and the runs that wait."""

import zlib
from pathlib import Path
from typing import Literal

import pandas as pd
import streamlit as st

from fmnist_core.jobs import classroom
from fmnist_core.results import charts, statistics
from fmnist_core.runs import RESUMABLE, Run, progress
from pages.ui import current_run, people, services
from pages.ui.buttons import act
from pages.ui.compare import runs_table
from pages.ui.live_chart import LiveChart, live_chart, show_live_charts
from pages.ui.tables import frame_size
from pages.ui.train import headline, samples
from pages.ui.widgets import end_polling, escape_markdown, heading, show_errors
from pages.ui.words.language import current_language, tr, translate

POLL_SECONDS = 0.8
CHART_HEIGHT = 212
COACH_STYLE = "<style>.st-key-coach p {font-size: .875rem; line-height: 1.4}</style>"
"""Two lines of it leave all sample images in a projector's window."""
RECENT = 20
IN_LINE, MOST_SHOWN = 5, 16
"""Waiting runs that are shown: the next ones; with one's own at most so many."""

Width = Literal["stretch", "content"]
LAST_RUNS_PIXELS = 320
COLUMNS = ["test_accuracy", "name", "status"]
"""The accuracy comes first: a name may be longer than a phone is wide."""
NAME_LETTERS = 70
"""Of a name in the table of the last runs, which has the whole width."""


def show() -> None:
    """The watched run and the queue; polls the store while anything waits or trains."""
    active = services.active_runs()
    st.fragment(_live, run_every=services.poll_seconds(POLL_SECONDS) if active else None)()


@show_errors
def _live() -> None:
    store = services.store()
    active = services.active_runs()
    run_id = watched()
    run = store.cached(("run", run_id), lambda: store.get(run_id)) if run_id else None
    if run is not None:
        _watch(run)
    _line(active)
    _other_runs(run_id)
    # The run's own buttons stand outside of this fragment: Go on comes though other runs still train or wait.
    end_polling(f"train_was_active_{run_id}", bool(active), run is not None and run.is_active)
    if active and services.polls_too_often():
        st.rerun()  # and at a slower pace


def watched() -> str | None:
    """The run to watch: the current one, else what trains, else the newest; in a class only of one's own.
    None where there is none of these."""
    store, person = services.store(), people.current()
    active = services.active_runs()
    mine = [run.run_id for run in active if run.owner == person.id]
    if people.is_classroom():
        running: list[str] = []
        table = store.cached(("runs of", person.id), lambda: _runs_of(person.id))
    else:
        running = [run.run_id for run in active if run.status == "running"]
        table = store.cached("recent", _recent)
    trained = table[table["epochs"] > 0]["run_id"]
    default = [*mine, *running, *trained, *table["run_id"], ""][0]
    known = store.cached("run ids", lambda: set(store.table()["run_id"]))
    return current_run.start(known, default) or None


def _runs_of(owner: str) -> pd.DataFrame:
    table = services.store().table()
    return table[table["owner"] == owner]


def _recent() -> pd.DataFrame:
    return statistics.add_intervals(services.store().table().head(RECENT))


def _other_runs(watched: str | None) -> None:
    """The last runs, if there are any; a click on one of them watches it."""
    table = services.store().cached("recent", _recent)
    if table.empty:
        return
    ids = table["run_id"].tolist()
    # Of the watched run: a browser that has not heard of it yet still sends the row before it.
    key = f"train_other_{watched}_{zlib.crc32(' '.join(ids).encode()):08x}"
    heading(f"**{tr('The last runs')}**", help=tr("Click a row to watch that run."))
    colors = dict(zip(ids, table["color"], strict=True))
    event = st.dataframe(
        services.store().cached(
            ("last runs", current_language()),
            lambda: runs_table.displayed(table, COLUMNS, colors, NAME_LETTERS),
        ),
        hide_index=True,
        **frame_size(len(ids), LAST_RUNS_PIXELS),
        column_config=runs_table.column_config(),
        placeholder="–",
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(watched)] if watched in ids else []}},
        alt=tr("The last runs"),
    )
    rows = event["selection"]["rows"]
    if rows and ids[rows[0]] != watched:
        current_run.choose(ids[rows[0]])
        st.rerun()


def _watch(run: Run) -> None:
    store, folder = services.store(), services.store().folder(run.run_id)
    history = store.of_same(("history", run.run_id), run, lambda: store.history(run.run_id))
    version = progress.version(folder)
    records = _records(str(folder), version)
    drawn = store.of_same(
        ("curves", run.run_id, current_language()), (run, version), lambda: _curves(run, history, records)
    )
    coached = store.of_same(("coach", run.run_id), run, lambda: statistics.coach(run, history))
    with st.container(gap="xsmall"):
        headline.show(run, history, records)
        if run.message:
            (st.error if run.status == "failed" else st.info)(escape_markdown(translate(run.message)))
        show_live_charts(drawn, run.run_id, key="live_charts")
        st.html(COACH_STYLE)
        with st.container(key="coach"):
            said = [f":material/school: {escape_markdown(translate(sentence))}" for sentence in coached]
            said = said or samples.why_they_lag(run, records)
            st.markdown("  \n".join(said) or "&nbsp;")  # a line is kept free: the images do not jump
        samples.show(run, history, records, version)


def _curves(run: Run, history: pd.DataFrame, records: pd.DataFrame) -> list[LiveChart]:
    """Accuracy and loss, with what is known within the epochs (`records`)."""
    planned = None if run.config.max_seconds is not None else run.config.epochs  # a race ends by the clock
    smoothing, since = run.config.label_smoothing, statistics.overfitting_since(run, history)
    drawn = history
    if planned is None and len(history) and not run.is_active:  # the clock may have cut its last epoch short
        ends = [*history["epoch"][:-1], round(progress.epochs_done(run.epochs, records), 2)]
        drawn = history.assign(epoch=ends)
    return [
        live_chart(
            charts.live_curves(drawn, metric, planned, records, CHART_HEIGHT, not run.is_active, smoothing),
            charts.live_curves_alt(history, metric, records, smoothing, since),
        )
        for metric in ("accuracy", "loss")
    ]


@st.cache_data(max_entries=50, show_spinner=False)
def _records(folder: str, version: int) -> pd.DataFrame:
    """The records within the epochs, read once for all browsers until there are more (`version`)."""
    return progress.read(Path(folder))


@st.fragment
@show_errors
def stop_button(key: str = "", width: Width = "stretch") -> None:
    """Stop the watched run, or let it go on; always in the same place. key: where there is a second one."""
    run_id = watched()
    if run_id is None:
        _nothing_to_stop(tr("Stop"), key, width)
        return
    _buttons(services.store().get(run_id), key, width)


def _nothing_to_stop(label: str, key: str, width: Width, icon: str | None = ":material/stop:") -> None:
    st.button(label, icon=icon, disabled=True, key=f"{key}nothing_to_stop", width=width)


def _buttons(run: Run, key: str, width: Width) -> None:
    queue, person = services.queue(), people.current()
    if not classroom.may_change(person, run):
        if run.owner_name:
            st.caption(tr("Run of {owner}", owner=escape_markdown(run.owner_name)))
        return
    if run.is_active and run.stop_requested:
        _nothing_to_stop(tr("Stopping …"), key, width, icon=None)  # on one line
    elif run.is_active:
        if st.button(tr("Stop"), key=f"{key}stop_{run.run_id}", icon=":material/stop:", width=width):
            act(classroom.stop, queue, person, run.run_id)
    elif run.status in RESUMABLE:
        if st.button(
            tr("Go on"),
            key=f"{key}resume_{run.run_id}",
            icon=":material/resume:",
            width=width,
            help=tr("From the end of the last whole epoch: one that was cut short begins again."),
        ):
            act(classroom.resume, queue, person, run.run_id)
    else:
        _nothing_to_stop(tr("Stop"), key, width)


def _line(active: list[Run]) -> None:
    """The runs that wait, in the order in which they will start: the next ones and one's own."""
    store = services.store()
    order = store.cached("order", store.waiting.order)
    if not order:
        return
    heading(f"**{headline.waiting(tr('Waiting'))}**")
    person = people.current()
    runs = {run.run_id: run for run in active}
    waiting = [(place, runs[run_id]) for place, run_id in enumerate(order, start=1) if run_id in runs]
    wanted = [(place, run) for place, run in waiting if place <= IN_LINE or run.owner == person.id]
    shown = wanted[:MOST_SHOWN]
    for position, run in shown:
        owner = f" · {escape_markdown(run.owner_name)}" if run.owner_name else ""
        text = f"{position}. {escape_markdown(run.name)}{owner}"
        if not classroom.may_change(person, run):
            st.markdown(text)
            continue
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.markdown(text)
        if right.button(tr("Cancel"), key=f"cancel_{run.run_id}", width="stretch"):
            act(classroom.stop, services.queue(), person, run.run_id)
    if len(shown) < len(order):
        st.caption(tr("and {count} more", count=len(order) - len(shown)))
