"""Code to paste, folded, so that what stands beside it keeps its place."""

import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.results import export
from fmnist_core.runs import Run
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.widgets import escape_markdown, unique_names
from pages.ui.words.language import tr, translate

HEIGHT = 340
"""Of code that scrolls, in pixels: a higher popover would reach out of a projector's window."""
LINES = 16
"""Code with more lines scrolls."""


def show(code: str, key: str) -> None:
    """A button that unfolds the code."""
    with _button(key):
        _show(code)


def show_several(codes: dict[str, str], key: str) -> None:
    """A button that unfolds one of several pieces of code. codes: by the label of the tab."""
    with _button(key):
        for tab, code in zip(st.tabs(list(codes)), codes.values(), strict=True):
            with tab:
                _show(code)


def show_runs(runs: list[Run], key: str) -> None:
    """A button that unfolds the script that trains a run again, or says which settings have none."""
    with _button(key, disabled=not runs):
        if len(runs) == 1:
            _show_run(runs[0], key)
        elif runs:
            names = unique_names(runs)
            for tab, run in zip(st.tabs([escape_markdown(name) for name in names]), runs, strict=True):
                with tab:
                    _show_run(run, key)


def _button(key: str, disabled: bool = False) -> DeltaGenerator:
    return st.popover(
        tr("Code"), type="tertiary", icon=":material/code:", key=key, disabled=disabled, wrap=False
    )


def _show(code: str) -> None:
    st.code(code, language="python", height=HEIGHT if code.count("\n") > LINES else "content")


def _show_run(run: Run, key: str) -> None:
    try:
        script = export.run_script(run)
    except FmnistError as error:  # a run that goes beyond a short script is no fault
        st.info(escape_markdown(translate(error.message)))
        return
    st.caption(tr("Trains this net again, with torch and torchvision alone."))
    _show(script)
    st.download_button(
        tr("Download as a file"),
        script,
        f"{run.config.architecture}-{run.run_id}.py",
        "text/x-python",
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}_{run.run_id}",
    )
