"""A training as it happens: curves epoch by epoch, progress, time left, and the line of those that wait."""

import functools
import itertools
import time

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.base.messages import percent
from fmnist_core.jobs import classroom
from fmnist_core.results import charts
from fmnist_core.results.statistics import coach
from fmnist_core.runs import RESUMABLE, Run
from pages.ui import people, services
from pages.ui.widgets import (
    STATUS_ICONS,
    duration,
    epoch_of,
    escape_markdown,
    run_labels,
    show_errors,
    show_problem,
    show_shared_chart,
    status_label,
)
from pages.ui.words.language import tr, translate

POLL_SECONDS = 1.5
RECENT = 20
IN_LINE = 5


def show() -> None:
    """The watched run and the queue; polls the store while anything waits or trains."""
    active = services.active_runs()
    st.fragment(_live, run_every=services.poll_seconds(POLL_SECONDS) if active else None)()


@show_errors
def _live() -> None:
    store = services.store()
    active = services.active_runs()
    watched = _choose_run(active)
    if watched is None:
        return
    _watch(store.cached(("run", watched), lambda: store.get(watched)))
    _line(active)
    if st.session_state.get("train_was_active") and not active:
        st.session_state["train_was_active"] = False
        st.rerun()  # the whole page once more, without polling
    st.session_state["train_was_active"] = bool(active)
    if active and services.polls_too_often():
        st.rerun()  # and at a slower pace


def _labels() -> dict[str, str]:
    """All runs, newest first: id and label."""
    return run_labels(services.store().table())


def _choose_run(active: list[Run]) -> str | None:
    """The run to watch: asked for in the address or just started, else what trains, else the newest."""
    labels = services.store().cached("labels", _labels)
    if not labels:
        return None
    person = people.current()
    running = [run.run_id for run in active if run.status == "running"]
    mine = [run.run_id for run in active if run.owner == person.id]
    recent = list(dict.fromkeys([*running, *mine, *itertools.islice(labels, RECENT)]))
    asked = st.query_params.get("watch")
    chosen = st.session_state.get("train_watched")
    recent += [
        run_id for run_id in dict.fromkeys((asked, chosen)) if run_id in labels and run_id not in recent
    ]
    if chosen not in recent:
        st.session_state["train_watched"] = asked if asked in recent else recent[0]

    def remember() -> None:
        st.query_params["watch"] = st.session_state["train_watched"]

    return st.selectbox(
        tr("Run to watch"), recent, format_func=labels.get, key="train_watched", on_change=remember
    )


def watch(run_id: str) -> None:
    """Make this the run that the page shows, also after a reload."""
    st.session_state["train_watched"] = run_id
    st.query_params["watch"] = run_id


def _watch(run: Run) -> None:
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.subheader(escape_markdown(run.name), divider=None)
    with right:
        _buttons(run)
    store = services.store()
    history = store.cached(("history", run.run_id), lambda: store.history(run.run_id))
    _progress(run, history)
    if run.message:
        (st.error if run.status == "failed" else st.info)(escape_markdown(translate(run.message)))
    columns = st.columns(2)
    for column, metric in zip(columns, ("accuracy", "loss"), strict=True):
        with column:
            show_shared_chart(
                ("live", run.run_id, len(history), metric),
                functools.partial(_curves, history, metric, run.config.epochs),
                key=f"live_{metric}_{run.run_id}",
            )
    for sentence in store.cached(("coach", run.run_id), lambda: coach(history)):
        st.markdown(f":material/school: {escape_markdown(translate(sentence))}")
    if run.status == "completed":
        st.success(
            tr(
                "{accuracy} of {count:,} test images are named correctly.",
                accuracy=percent(run.test_accuracy, 2),
                count=run.test_count or 0,
            ),
            icon=":material/check_circle:",
        )
        first, second = st.columns(2)
        first.page_link(
            "pages/predictions.py",
            label=tr("See what it gets right and wrong"),
            icon=":material/image_search:",
            query_params={"run": run.run_id},
        )
        second.page_link(
            "pages/compare.py", label=tr("Compare it with other runs"), icon=":material/leaderboard:"
        )


def _curves(history: pd.DataFrame, metric: str, epochs: int) -> tuple[go.Figure, str]:
    return charts.live_curves(history, metric, epochs), charts.live_curves_alt(history, metric)


def _progress(run: Run, history: pd.DataFrame) -> None:
    text = epoch_of(run)
    if len(history):
        latest = history.iloc[-1]
        text += " · " + tr("{count:,.0f} images per second", count=latest.images_per_second)
        if run.status == "running" and run.progress > 0:
            left = latest.seconds * (1 / run.progress - 1)
            text += " · " + tr("{time} left", time=duration(left))
        else:
            text += " · " + tr("{time} of training", time=duration(latest.seconds))
    elif run.status == "running":
        waited = time.time() - (run.started_at or time.time())
        text += " · " + tr("getting ready for {time}", time=duration(waited))
    st.progress(run.progress, text=f"{STATUS_ICONS[run.status]} {status_label(run.status)} · {text}")


def _buttons(run: Run) -> None:
    queue, person = services.queue(), people.current()
    if not classroom.may_change(person, run):
        st.caption(escape_markdown(run.owner_name))
        return
    try:
        if run.is_active:
            if run.stop_requested:
                st.caption(tr("Stopping …"))
            elif st.button(tr("Stop"), key=f"stop_{run.run_id}", icon=":material/stop:", width="stretch"):
                classroom.stop(queue, person, run.run_id)
                st.rerun()
        elif run.status in RESUMABLE and st.button(
            tr("Go on"), key=f"resume_{run.run_id}", icon=":material/resume:", width="stretch"
        ):
            classroom.resume(queue, person, run.run_id)
            st.rerun()
    except FmnistError as error:
        show_problem(error)


def _line(active: list[Run]) -> None:
    """The runs that wait, in the order in which they will start: the next ones and one's own."""
    store = services.store()
    order = store.cached("order", store.waiting.order)
    if not order:
        return
    paused = store.cached("paused", store.waiting.is_paused)
    st.markdown(f"**{tr('Waiting, held by the lecturer') if paused else tr('Waiting')}**")
    person = people.current()
    runs = {run.run_id: run for run in active}
    shown = 0
    for position, run_id in enumerate(order, start=1):
        run = runs.get(run_id)
        mine = run is not None and run.owner == person.id
        if run is None or (position > IN_LINE and not mine) or shown > 3 * IN_LINE:
            continue
        shown += 1
        owner = f" · {escape_markdown(run.owner_name)}" if run.owner_name else ""
        text = f"{position}. {escape_markdown(run.name)}{owner}"
        if not classroom.may_change(person, run):
            st.markdown(text)
            continue
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.markdown(text)
        if right.button(tr("Cancel"), key=f"cancel_{run_id}", width="stretch"):
            try:
                classroom.stop(services.queue(), person, run_id)
            except FmnistError as error:
                show_problem(error)
            st.rerun()
    if shown < len(order):
        st.caption(tr("and {count} more", count=len(order) - shown))
