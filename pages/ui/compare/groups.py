"""Runs that differ in the seed alone as one row, which unfolds when it is ticked."""

import pandas as pd
import streamlit as st

from pages.ui import services, shell
from pages.ui.studies import results
from pages.ui.words.language import tr


def show(rows: pd.DataFrame) -> None:
    """The groups of the runs in these rows of the table, without the run that comes with the project."""
    own = rows[~rows["comes_with_project"]]
    if own.empty:
        st.info(tr("No run fits. Take a word or a filter away."), icon=":material/search_off:")
        return
    wanted = frozenset(own["run_id"])
    runs = [run for run in services.store().runs() if run.run_id in wanted]
    with shell.pane():
        dataset = results.choose_dataset(runs)
    is_active = any(run.is_active and run.config.dataset == dataset for run in runs)
    results.show(results.ALL, dataset, is_active, wanted)
