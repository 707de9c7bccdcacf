"""What can be taken along: the table as a file, a report on the runs that are shown, and their code."""

import pandas as pd
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.results import export
from fmnist_core.runs import Run
from pages.ui import code, services
from pages.ui.compare import runs_table
from pages.ui.words.language import tr, translate


def show(rows: pd.DataFrame, columns: list[str], runs: list[Run]) -> None:
    """The buttons."""
    with st.container(horizontal=True):
        st.download_button(
            tr("Download as CSV"),
            lambda: runs_table.csv(rows, columns),
            "runs.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
            key="compare_csv",
        )
        ids = [run.run_id for run in runs if run.test_accuracy is not None]
        st.download_button(
            tr("Report on the runs that are drawn"),
            lambda: _report(ids),
            "report.html",
            "text/html",
            on_click="ignore",
            icon=":material/description:",
            key="compare_report",
            disabled=len(ids) < 2,
        )
        code.show_runs(runs, "compare_code")


def _report(run_ids: list[str]) -> bytes:
    try:
        return export.comparison_report(services.store(), run_ids).encode()
    except FmnistError as error:  # the file says why there is no report in it
        return translate(error.message).encode()
