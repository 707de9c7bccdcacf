"""Which runs are picked and drawn, and in which colours. Without a pick: the best runs on one data set."""

import pandas as pd
import streamlit as st

from fmnist_core.runs import Run, record
from pages.ui import address, stored_answers
from pages.ui.widgets import escape_markdown
from pages.ui.words.language import tr

PICKED = "compare_picked"
MAX_PICKED = 12
"""As many as there are colours."""

BEST = 6


def too_many() -> str:
    """Said where more are asked for."""
    return tr("At most {count} runs are compared at once.", count=MAX_PICKED)


def say_which(runs: list[Run], of: int) -> None:
    """Below the curves of these runs where nothing is picked, and the table has more: `of` in all."""
    if st.session_state.get(PICKED) or len(runs) >= of or any(run.comes_with_project for run in runs):
        return
    for dataset in {run.config.dataset for run in runs}:  # one
        said = tr(
            "The curves of {count} run(s), the best trained here on {dataset}. Tick rows to choose.",
            count=len(runs),
            dataset=escape_markdown(dataset),
        )
        st.caption(said)


def follow_address(known: set[str]) -> list[str]:
    """The ids of the picked runs that still exist; those of the address when the page is opened."""
    state = st.session_state
    if state.get("compare_visit") != address.visit_number():
        state["compare_visit"] = address.visit_number()
        state[PICKED] = [run_id for run_id in address.asked("run").split(",") if run_id]
        for run_id in state[PICKED]:
            if run_id not in known:
                address.refuse("run", tr("the other runs"), run_id)
        for run_id in [run_id for run_id in state[PICKED] if run_id in known][MAX_PICKED:]:
            address.refuse("run", tr("the other runs"), run_id, reason=too_many())
    state[PICKED] = [run_id for run_id in state[PICKED] if run_id in known][:MAX_PICKED]
    address.note("run", ",".join(state[PICKED]) or None)
    return state[PICKED]


def pick(run_ids: list[str]) -> None:
    """Exactly these, as many as can be told apart."""
    st.session_state[PICKED] = run_ids[:MAX_PICKED]


def shown(rows: pd.DataFrame) -> dict[str, str]:
    """The runs that are drawn, each with a colour that no other of them has, a chosen one before all others:
    the picked ones, else the best of these rows."""
    picked = st.session_state.get(PICKED, [])
    if picked:
        runs = stored_answers.existing_runs(picked)
    else:
        best = stored_answers.best_runs(rows, BEST + 1)
        # The photo model trained for so long that a short run beside it would be a dot.
        runs = [run for run in best if not run.comes_with_project][:BEST] or best
    return record.colors_of(runs)
