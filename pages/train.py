"""Train: controls on the left; on the right a run as it learns, its curves, its answers to twelve images."""

import streamlit as st

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.recipes import run_name
from pages.ui import current_run, narrow_pane, news, people, presenter, services, shell
from pages.ui.classroom import calls
from pages.ui.train import first_screen, form, go_on, live, race, rate
from pages.ui.widgets import showing_errors
from pages.ui.words.language import tr


def submit(config: TrainConfig) -> None:
    """Queue a run and watch it; a problem is said on the page. One that already trains or waits for its turn
    is watched: the same settings and seed lead to the same run."""
    narrow_pane.leave()
    race.make_room()
    calls.forget_sent_net()
    person = people.current()
    waiting = services.store().waiting.order()  # without those of paused studies
    twins = [
        run.run_id
        for run in services.active_runs()
        if run.owner == person.id
        and run.does(config)
        and not run.stop_requested
        and (run.status == "running" or run.run_id in waiting)
    ]
    with showing_errors():
        current_run.choose(twins[0] if twins else people.submit(config))
        if twins:
            news.tell(tr("This run is under way already."), icon=":material/info:")
        st.rerun()


if st.context.headers:  # a browser: who looks at this page starts a run soon
    services.queue().prepare()
with shell.pane():
    chosen = form.choose_config()
    left, right = st.columns(2)
    started = left.button(
        tr("Start"),
        type="primary",
        icon=":material/play_arrow:",
        disabled=chosen is None,
        key="start_training",
        width="stretch",
    )
    with right:
        live.stop_button()
    if chosen is not None:
        calls.show_net_button()
        go_on.show()
        race.ask(chosen.dataset)
if started and chosen is not None:
    submit(chosen)

is_first = live.watched() is None
if chosen is not None:
    calls.tell_of_sent_net(chosen, tr("Train my first net") if is_first else tr("Start"))
if not is_first:
    row = st.container(key="main_action", horizontal=True)  # where the pane is closed: phones, projectors
    with row:
        again = st.button(
            tr("Start"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=chosen is None,
            key="start_here",
        )
        live.stop_button("here_", "content")
    rate.show_button(row, chosen, "here_")
    told = row.container(horizontal=True, vertical_alignment="center")
    if chosen is not None:
        told.caption(tr("Start trains {name}.", name=f"`{run_name(chosen)}`"), width="stretch")
    if not presenter.is_on():
        told.button(
            tr("Settings"),
            type="tertiary",
            icon=":material/tune:",
            key="open_settings",
            on_click=narrow_pane.enter,
        )
    if again and chosen is not None:
        submit(chosen)
rate.show(chosen, form.use_rate)
race.show()
if is_first and first_screen.show(chosen) and chosen is not None:
    submit(chosen)
live.show()
