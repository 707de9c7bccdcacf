"""The left pane: the board's data set, the lecturer's passcode and limits, the switch for all trainings."""

import streamlit as st

from fmnist_core.data import datasets
from fmnist_core.jobs import classroom, limits
from fmnist_core.jobs.people import Person
from pages.ui import address, people, services
from pages.ui.buttons import act
from pages.ui.widgets import show_errors, showing_errors
from pages.ui.words.language import tr


def choose_dataset() -> str:
    """The one that the class trains on most, until the address or somebody here asks for another one."""
    names = list(dict.fromkeys(services.store().table().dataset))
    chosen = address.asked("dataset")
    if chosen and chosen not in names and chosen not in datasets.names():
        address.refuse("dataset", most_trained())
        chosen = ""
    address.note("dataset", chosen or None)
    st.session_state["leaderboard_dataset"] = shown = chosen or most_trained()

    def remember() -> None:
        address.note("dataset", st.session_state["leaderboard_dataset"])

    options = list(dict.fromkeys([*names, shown]))
    return st.selectbox(tr("Data set"), options, key="leaderboard_dataset", on_change=remember)


def most_trained() -> str:
    """What the board opens on."""
    store, today = services.store(), classroom.midnight()
    name = store.cached(("busiest", today), lambda: classroom.busiest_dataset(store, today))
    return name or next(iter(datasets.DATASETS))


def show_limits(person: Person) -> None:
    """For the lecturer of a class: how much one student may ask of the server."""
    if not people.is_classroom() or not person.is_lecturer:
        return
    store = services.store()

    def keep() -> None:
        state = st.session_state
        classroom.set_limits(store, people.current(), state["limit_images"], state["limit_megabytes"])

    with st.expander(tr("Limits for students"), icon=":material/speed:"):
        st.number_input(
            tr("Million images per run"),
            1,
            1000,
            limits.million_images(store),
            help=tr("Epochs times training images. 30 epochs of Fashion-MNIST are 1.8 million."),
            key="limit_images",
            on_change=keep,
        )
        st.number_input(
            tr("MB of own data sets each"),
            1,
            1000,
            limits.megabytes(store),
            help=tr("A thousand grey pictures take about 0.6 MB."),
            key="limit_megabytes",
            on_change=keep,
        )


def show_door(person: Person, is_open: bool = False) -> None:
    """The field for the passcode, unfolded if `is_open`, or the lecturer's way out; or that none is set."""
    if not people.is_classroom():
        said = tr(
            "No passcode is set, so everybody at this server may do everything. For a class, start the "
            "server with FMNIST_PASSCODE set: each browser then has a name and runs of its own."
        )
        st.caption(f":material/lock_open: {said}")
    elif person.is_lecturer:
        if st.button(
            tr("Leave the lecturer's view"),
            icon=":material/logout:",
            key="lecturer_leave",
            width="stretch",
        ):
            act(people.leave)
    else:
        fold = st.expander(tr("For the lecturer"), is_open, icon=":material/key:")
        with fold, st.form("lecturer_door"):
            attempt = st.text_input(
                tr("Passcode"), type="password", key="lecturer_passcode", autocomplete="off"
            )
            is_sent = st.form_submit_button(tr("Enter"))
        if is_sent:
            with showing_errors():  # outside of what may have been folded
                people.enter(attempt)
                st.rerun()


@show_errors
def show_switch() -> None:
    """The lecturer's button that pauses all trainings or lets them go on."""
    person, queue = people.current(), services.queue()
    if not person.is_lecturer:
        return
    if not queue.store.waiting.is_paused():
        if st.button(tr("Pause all"), icon=":material/pause:", key="pause_all", width="stretch"):
            act(classroom.pause_all, queue, person)
        return
    if st.button(
        tr("Resume all"), type="primary", icon=":material/play_arrow:", key="resume_all", width="stretch"
    ):
        act(classroom.resume_all, queue, person)
    waiting = len(queue.store.waiting.order())
    st.markdown(tr("Everything is held. Runs that wait: {count}", count=waiting))
