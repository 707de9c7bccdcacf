"""Train: choose data, a net and settings; start; watch it learn."""

import streamlit as st

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import FmnistError
from pages.ui import people, services
from pages.ui.train import form, live, race
from pages.ui.widgets import show_problem
from pages.ui.words.language import tr

FIRST_RUN = {"architecture": "mlp-256", "epochs": 5}


def submit(config: TrainConfig) -> None:
    """Queue a run and watch it; a problem is said on the page."""
    try:
        run_id = people.submit(config)
    except FmnistError as error:
        show_problem(error)
        return
    live.watch(run_id)
    st.rerun()


st.title(tr("Train"))
st.markdown(tr("Choose images and a net, start, and watch it learn."))

if services.store().table().empty:
    with st.container(border=True):
        st.markdown(tr("**Your first net.** One click, a result within a minute."))
        if st.button(tr("Train my first net"), type="primary", icon=":material/play_arrow:", key="first_run"):
            submit(TrainConfig(**FIRST_RUN))

with st.container(border=True):
    form.quick_choices()
    chosen = form.choose_config()
    if st.button(
        tr("Start training"),
        type="primary",
        icon=":material/play_arrow:",
        disabled=chosen is None,
        key="start_training",
    ):
        submit(chosen)

if chosen is not None:
    race.show(chosen.dataset)
live.show()
