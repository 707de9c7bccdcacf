"""What accuracy costs: test accuracy against parameters and training time."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from fmnist_core.lecture import LADDER, Published
from fmnist_core.results import charts
from pages.ui.widgets import show_chart
from pages.ui.words.language import tr

COSTS = ["name", "color", "test_accuracy", "test_low", "test_high", "parameters", "seconds"]


def show(rows: pd.DataFrame) -> None:
    """Test accuracy against parameters and training time, for the rows that the table shows."""
    st.subheader(tr("What accuracy costs"))
    tested = rows[rows["test_accuracy"].notna()]
    if tested.empty:
        st.markdown(tr("No run has been tested yet."))
        return
    counts = tested["dataset"].value_counts()
    dataset = st.selectbox(tr("On which data set"), list(counts.index), key="compare_costs_dataset")
    tested = tested[tested["dataset"] == dataset].sort_values("created_at")
    lecture = tuple(LADDER.values()) if dataset == "fashion-mnist" else ()
    for column, x in zip(st.columns(2), ("parameters", "seconds"), strict=True):
        with column:
            state = int(pd.util.hash_pandas_object(tested[COSTS], index=False).sum())
            figure, alt = _cost_chart(state, x, lecture, tested)
            show_chart(figure, alt, key=f"compare_costs_{x}", subject=dataset)


@st.cache_resource(max_entries=8, show_spinner=False)
def _cost_chart(
    state: int, x: str, lecture: tuple[Published, ...], _rows: pd.DataFrame
) -> tuple[go.Figure, str]:
    """Drawn once for all browsers, until a run is added or changes (`state`); a thousand points take time."""
    return charts.accuracy_scatter(_rows, x, lecture), charts.accuracy_scatter_alt(_rows, x, lecture)
