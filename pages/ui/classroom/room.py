"""The room, for a projector: everybody's curves as they grow, the best of the day, who waits."""

import pandas as pd
import streamlit as st

from fmnist_core.jobs import classroom
from fmnist_core.results import charts
from pages.ui import people, services
from pages.ui.live_chart import live_chart, show_live_charts
from pages.ui.widgets import show_errors
from pages.ui.words.language import tr

POLL_SECONDS = 1.5
MOST_CURVES = 40
HEIGHT = 540


@show_errors
def show_curves(dataset: str) -> None:
    """A curve for each run of the board and of the line beside it, in the colour of its disc there."""
    store, today = services.store(), classroom.midnight()

    def read() -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
        in_class = people.is_classroom()
        rows = classroom.runs_of_the_room(store, dataset, today, in_class).head(MOST_CURVES)
        names = {
            row.run_id: f"{row.owner_name or row.name} · {row.run_id}" for row in rows.itertuples(index=False)
        }
        histories = {name: store.history(run_id) for run_id, name in names.items()}
        return histories, dict(zip(names.values(), rows["color"], strict=True))

    histories, colors = store.cached(("room", dataset, today), read)
    figure = charts.unseen_curves(histories, colors, HEIGHT)
    chart = live_chart(figure, charts.unseen_curves_alt(histories))
    show_live_charts([chart], f"room {dataset}", "room_curves", True)
    if len(histories) == MOST_CURVES:
        st.caption(tr("The newest {count} runs of today.", count=MOST_CURVES))
