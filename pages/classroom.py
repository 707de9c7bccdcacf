"""Classroom: today's best runs for everybody; who waits, pause, cancel and reorder for the lecturer."""

import time

import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.base.messages import percent
from fmnist_core.data import datasets
from fmnist_core.jobs import classroom
from fmnist_core.jobs.people import Person
from fmnist_core.runs import Run
from pages.ui import people, services
from pages.ui.widgets import duration, epoch_of, escape_markdown, show_errors, show_problem, status_label
from pages.ui.words.language import tr

POLL_SECONDS = 3.0
LEADERBOARD_SECONDS = 10.0


def door(person: Person) -> None:
    """Where the lecturer comes in; at home it stands open."""
    if not people.is_classroom():
        st.info(
            tr(
                "No passcode is set, so everybody at this server may do everything. For a class, start the "
                "server with FMNIST_PASSCODE set: each browser then has a name and runs of its own."
            ),
            icon=":material/lock_open:",
        )
    elif person.is_lecturer:
        if st.button(tr("Leave the lecturer's view"), icon=":material/logout:", key="lecturer_leave"):
            people.leave()
            st.rerun()
    else:
        with st.expander(tr("For the lecturer"), icon=":material/key:"), st.form("lecturer_door"):
            attempt = st.text_input(
                tr("Passcode"), type="password", key="lecturer_passcode", autocomplete="off"
            )
            if st.form_submit_button(tr("Enter")):
                try:
                    people.enter(attempt)
                except FmnistError as error:
                    show_problem(error)
                else:
                    st.rerun()


@show_errors
def leaderboard() -> None:
    """Each person's best run of today on one data set."""
    store, today = services.store(), classroom.midnight()
    table = store.table()
    names = list(dict.fromkeys(table[table.status == "completed"].dataset)) or [next(iter(datasets.DATASETS))]
    dataset = st.selectbox(tr("Data set"), names, key="leaderboard_dataset")
    board = store.cached(
        ("best", dataset, today), lambda: classroom.leaderboard(store, dataset, today)
    ).copy()
    if board.empty:
        st.caption(
            tr(
                "Nobody has finished a run on {dataset} today. Be the first.",
                dataset=escape_markdown(dataset),
            )
        )
        return
    board["test_accuracy"] = [percent(accuracy, 2) for accuracy in board.test_accuracy]
    board["seconds"] = [duration(seconds) for seconds in board.seconds]
    columns = ["place", "test_accuracy", "name", "architecture", "epochs", "seconds"]
    if people.is_classroom():
        columns.insert(1, "person")
    st.dataframe(
        board[columns],
        hide_index=True,
        column_config={
            "place": tr("Place"),
            "person": tr("Who"),
            "test_accuracy": tr("Test accuracy"),
            "name": tr("Run"),
            "architecture": tr("Architecture"),
            "epochs": tr("Epochs"),
            "seconds": tr("Training time"),
        },
    )
    count = int(board.test_count[0])
    if people.is_classroom():
        st.caption(tr("By accuracy on the {count:,} test images, each person's best.", count=count))
    else:
        st.caption(tr("The best of today, by accuracy on the {count:,} test images.", count=count))


@show_errors
def line() -> None:
    """What trains and who waits, with the lecturer's buttons."""
    person = people.current()
    if not person.is_lecturer:
        return
    queue = services.queue()
    store = queue.store
    with st.container(horizontal=True, vertical_alignment="center"):
        if store.waiting.is_paused():
            if st.button(tr("Resume all"), type="primary", icon=":material/play_arrow:", key="resume_all"):
                act(classroom.resume_all, queue, person)
            held = len(classroom.held_runs(store))
            st.markdown(tr("Everything is held. Stopped, to go on later: {count}", count=held))
        elif st.button(tr("Pause all"), icon=":material/pause:", key="pause_all"):
            act(classroom.pause_all, queue, person)
    active = {run.run_id: run for run in store.runs(("queued", "running"))}
    order = store.waiting.order()
    for run in active.values():
        if run.status == "running":
            row(run, f"{status_label(run.status)}, {epoch_of(run)}", first=False)
    for position, run_id in enumerate(order, start=1):
        if run_id in active:
            waited = duration(time.time() - active[run_id].queued_at)
            row(
                active[run_id],
                tr("place {position}, for {time}", position=position, time=waited),
                first=position > 1,
            )
    if not active:
        st.caption(tr("Nothing trains and nobody waits."))


def row(run: Run, state: str, first: bool) -> None:
    """One run: whose it is, how it stands, and what the lecturer can do with it."""
    person, queue = people.current(), services.queue()
    with st.container(horizontal=True, vertical_alignment="center", key=f"line_{run.run_id}"):
        owner = f"**{escape_markdown(run.owner_name)}** · " if run.owner_name else ""
        st.markdown(f"{owner}{escape_markdown(run.name)} · {state}", width="stretch")
        if first and st.button(tr("Next"), icon=":material/vertical_align_top:", key=f"first_{run.run_id}"):
            act(classroom.prioritise, queue.store, person, run.run_id)
        label = tr("Stop") if run.status == "running" else tr("Cancel")
        if st.button(label, icon=":material/cancel:", key=f"lecturer_stop_{run.run_id}"):
            act(classroom.stop, queue, person, run.run_id)


def act(action, *arguments: object) -> None:
    """Do it, and show the queue again; a problem is said on the page."""
    try:
        action(*arguments)
    except FmnistError as error:
        show_problem(error)
    else:
        st.rerun()


st.markdown(tr("One server, many browsers: who trains, who waits, and the best runs of today."))
visitor = people.current()
door(visitor)
if visitor.is_lecturer:
    st.subheader(tr("The line"))
    st.fragment(line, run_every=POLL_SECONDS)()
st.subheader(tr("The best runs of today"))
st.fragment(leaderboard, run_every=LEADERBOARD_SECONDS)()
