"""What can be taken along: the table as a file, a model, a report on the runs that are shown, their figures,
their code."""

from collections.abc import Iterable
from functools import partial

import pandas as pd
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.base.formats import FORMATS
from fmnist_core.results import export
from fmnist_core.runs import Run
from pages.ui import code, services
from pages.ui.compare import runs_table
from pages.ui.widgets import unique_names
from pages.ui.words.language import tr, translate

FIGURES = ("csv", "parquet", "tensorboard")
MODELS = ("pytorch", "onnx", "torchscript")


def show(rows: pd.DataFrame, columns: list[str], runs: list[Run]) -> None:
    """The buttons."""
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            tr("CSV"),
            lambda: runs_table.csv(rows, columns),
            "runs.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
            key="compare_csv",
            help=tr("Download as CSV"),
        )
        ids = [run.run_id for run in runs if run.test_accuracy is not None]
        st.download_button(
            tr("Report"),
            partial(_exported, ids, "report"),
            "report.html",
            "text/html",
            on_click="ignore",
            icon=":material/description:",
            key="compare_report",
            disabled=len(ids) < 2,
            help=tr("Report on the runs that are drawn"),
        )
        _models(runs)
        _figures(runs)
        code.show_runs(runs, "compare_code")


def _models(runs: list[Run]) -> None:
    """The best of these runs, or another one, as a file; it is made when its button is pressed."""
    store = services.store()
    known = [run for run in runs if store.checkpoint_path(run.run_id).exists()]
    known.sort(key=lambda run: -(run.test_accuracy or 0.0))
    with st.popover(
        tr("Model"), icon=":material/download:", disabled=not known, help=tr("A model as a file")
    ):
        if not known:
            return
        named = unique_names(known)
        run = named[st.selectbox(tr("Run"), list(named), key=f"compare_model_{'_'.join(named)}")]
        with st.container(horizontal=True):
            for format in MODELS:
                st.download_button(
                    FORMATS[format].label,
                    partial(_exported, run.run_id, format),
                    f"{run.config.architecture}-{run.run_id}{FORMATS[format].ending}",
                    on_click="ignore",
                    icon=":material/download:",
                    key=f"compare_model_{format}_{run.run_id}",
                    disabled=bool(export.missing_libraries(format)),
                )
        _say_what_is_missing(MODELS)


def _figures(runs: list[Run]) -> None:
    """Every epoch of these runs, for other programs."""
    ids = [run.run_id for run in runs if run.epochs]
    with st.popover(
        tr("Figures"),
        icon=":material/table_chart:",
        disabled=not ids,
        help=tr("Every epoch of the runs that are drawn"),
    ):
        st.markdown(
            tr("Settings, results and every epoch of the runs that are drawn; accuracies from 0 to 1.")
        )
        with st.container(horizontal=True):
            for format in FIGURES:
                st.download_button(
                    FORMATS[format].label,
                    partial(_exported, ids, format),
                    f"figures-{format}{FORMATS[format].ending}",
                    on_click="ignore",
                    icon=":material/download:",
                    key=f"compare_figures_{format}",
                    disabled=bool(export.missing_libraries(format)),
                )
        _say_what_is_missing(FIGURES)


def _say_what_is_missing(formats: Iterable[str]) -> None:
    """For each format that cannot be had yet: what to install."""
    for format in formats:
        if missing := export.missing_libraries(format):
            label, command = FORMATS[format].label, f"`pip install {' '.join(missing)}`"
            st.caption(
                tr("For {format}, run this where the server runs: {command}", format=label, command=command)
            )


def _exported(ids: str | list[str], format: str) -> bytes:
    try:
        return export.export_bytes(services.store(), ids, format)
    except FmnistError as error:  # the file says why there is nothing else in it
        return translate(error.message).encode()
