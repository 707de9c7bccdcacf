"""The colour of a run, to be chosen: one of the palette, any other one, or the automatic one."""

import streamlit as st

from fmnist_core.base.palette import GROUNDS, LEAST_CONTRAST, RUNS, contrast
from fmnist_core.runs import Run
from pages.ui.words.language import tr

AUTOMATIC, OTHER = "", "other"
SWATCH = (
    '<i style="display:block; width:40px; height:40px; border-radius:8px; background:{color}" '
    'aria-hidden="true"></i>'
)


def choose(run: Run) -> None:
    """The fields; `chosen` reads them."""
    labels = _labels()
    shown = run.color.upper()
    start = AUTOMATIC if not run.has_own_color else shown if shown in RUNS else OTHER
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = st.selectbox(
            tr("Colour"),
            list(labels),
            list(labels).index(start),
            labels.__getitem__,
            key=f"edit_color_{run.run_id}",
            help=tr("Of its curve, its points and its dot, everywhere."),
        )
        color = {AUTOMATIC: run.automatic_color, OTHER: shown}.get(choice, choice)
        if choice == OTHER:
            key = f"edit_picker_{run.run_id}"
            color = st.color_picker(tr("Chosen colour"), color, key=key, label_visibility="collapsed")
        else:
            st.html(SWATCH.format(color=color), width="content")
    _warn(color)


def chosen(run: Run) -> str:
    """#RRGGBB, or "" for the automatic one."""
    choice = st.session_state[f"edit_color_{run.run_id}"]
    return st.session_state[f"edit_picker_{run.run_id}"] if choice == OTHER else choice


def _warn(color: str) -> None:
    on_light, on_dark = (contrast(color, ground) >= LEAST_CONTRAST for ground in GROUNDS)
    if not on_light:
        st.warning(tr("Hard to see on a light page."), icon=":material/contrast:")
    if not on_dark:
        st.warning(tr("Hard to see on a dark page."), icon=":material/contrast:")


def _labels() -> dict[str, str]:
    names = (
        *(tr("blue"), tr("brown"), tr("green"), tr("pink"), tr("sky blue"), tr("vermilion"), tr("plum")),
        *(tr("dark green"), tr("olive"), tr("purple"), tr("steel blue"), tr("old rose")),
    )
    return {AUTOMATIC: tr("automatic"), **dict(zip(RUNS, names, strict=True)), OTHER: tr("another …")}
