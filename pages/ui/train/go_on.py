"""What follows a completed run: more epochs, more seeds, or another training that begins with its weights."""

import streamlit as st

from fmnist_core.base.config import MAX_EPOCHS, TrainConfig
from fmnist_core.runs import Run
from pages.ui import address, current_run, narrow_pane, people, services
from pages.ui.buttons import act
from pages.ui.widgets import escape_markdown, page_link
from pages.ui.words.language import tr

SEEDS = 5


def show() -> None:
    """For the pane: folded away; nothing where the run that is watched is not completed."""
    run = current_run.get()
    if run is None or run.status != "completed" or run.comes_with_project:
        return
    with st.expander(tr("Go on from this run"), icon=":material/moving:"):
        st.caption(escape_markdown(run.name))
        epochs = st.number_input(
            tr("Epochs in all"),
            value=min(2 * run.epochs, MAX_EPOCHS),
            key=f"longer_epochs_{run.run_id}",
            help=tr("A new run begins where this one ended; this one stays as it is."),
        )
        if st.button(tr("Train longer"), icon=":material/resume:", key="train_longer", width="stretch"):
            act(_train_longer, run, int(epochs))
        st.button(
            tr("Start from its weights"),
            icon=":material/start:",
            key="start_from",
            width="stretch",
            on_click=_start_from,
            args=(run,),
            help=tr("The form above is set: choose other data or another rate, then press Start."),
        )
        label = tr("Train it with more seeds")
        page_link("studies", label, "experiment", repeat=run.run_id, seeds=str(SEEDS))


def _train_longer(run: Run, epochs: int) -> None:
    current_run.choose(services.queue().submit_longer(run.run_id, people.current(), epochs=epochs))
    narrow_pane.leave()


def _start_from(run: Run) -> None:
    """The form then holds the run's settings, and its weights as those to begin with."""
    config = run.config
    epochs = TrainConfig().epochs if config.until_the_bell else config.epochs
    address.change(
        start_from=run.run_id, dataset=config.dataset, architecture=config.architecture, epochs=epochs
    )
