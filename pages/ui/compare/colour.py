"""The colour of a run, to be chosen: that of the palette, any other one, or the one that it began with."""

import streamlit as st

from fmnist_core.base.palette import GROUNDS, LEAST_CONTRAST, RUNS, contrast
from fmnist_core.runs import Run
from pages.ui.words.language import tr

AUTOMATIC, OTHER = "", "other"


def choose(run: Run) -> None:
    """The fields; `chosen` reads them."""
    labels = _labels()
    shown = run.color.upper()
    start = AUTOMATIC if not run.has_own_color else shown if shown in RUNS else OTHER
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        choice = st.selectbox(
            tr("Colour"),
            list(labels),
            list(labels).index(start),
            labels.__getitem__,
            key=f"edit_color_{run.run_id}",
            help=tr("Of its curve, its points and its dot, everywhere."),
        )
    color = {AUTOMATIC: run.automatic_color, OTHER: shown}.get(choice, choice)
    with right:
        picked = st.color_picker(
            tr("Chosen colour"),
            color,
            key=f"edit_picker_{run.run_id}_{choice}",
            disabled=choice != OTHER,
            label_visibility="collapsed",
        )
    _warn(picked)


def chosen(run: Run) -> str:
    """#RRGGBB, or "" for the automatic one."""
    choice = st.session_state[f"edit_color_{run.run_id}"]
    return st.session_state[f"edit_picker_{run.run_id}_{choice}"] if choice == OTHER else choice


def _warn(color: str) -> None:
    on_light, on_dark = (contrast(color, ground) >= LEAST_CONTRAST for ground in GROUNDS)
    if not on_light:
        st.warning(tr("Hard to see on a light page."), icon=":material/contrast:")
    if not on_dark:
        st.warning(tr("Hard to see on a dark page."), icon=":material/contrast:")


def _labels() -> dict[str, str]:
    names = (
        *(tr("blue"), tr("orange"), tr("green"), tr("pink"), tr("sky blue"), tr("vermilion"), tr("wine red")),
        *(tr("turquoise"), tr("olive"), tr("purple"), tr("steel blue"), tr("old rose")),
    )
    return {AUTOMATIC: tr("automatic"), **dict(zip(RUNS, names, strict=True)), OTHER: tr("another …")}
