"""The curves of a whole class on one chart, for a projector."""

import pandas as pd
import plotly.graph_objects as go

from ...base.messages import Message, percent
from .curves import history_curves
from .frame import HEIGHT, empty_figure

METRIC = "unseen_accuracy"
BEST = 5
"""So many are named in words."""


def unseen_curves(
    histories: dict[str, pd.DataFrame], colors: dict[str, str], height: int = HEIGHT
) -> go.Figure:
    """Accuracy over the epochs on images that a run did not learn from: its validation split, or without one
    the test split. histories, colors: by the name of the run, which is shown on hovering."""
    measured = _measured(histories)
    if not measured:
        return empty_figure("Accuracy on unseen images", "Nobody has finished an epoch yet", height)
    figure = history_curves(measured, "epoch", METRIC, colors, height, legend=False)
    figure.layout.title.text = _title(measured)
    return figure


def unseen_curves_alt(histories: dict[str, pd.DataFrame]) -> str:
    """How many curves there are, and where the best of them are now."""
    measured = _measured(histories)
    last = {name: float(history[METRIC].dropna().iloc[-1]) for name, history in measured.items()}
    best = sorted(last.items(), key=lambda item: -item[1])[:BEST]
    if not best:
        return Message("Accuracy on unseen images: nobody has finished an epoch yet.")
    said = [Message("{name}: {value}", name=name, value=percent(value)) for name, value in best]
    return Message(
        "{title} over the epochs of {count} run(s); the best: {values}.",
        title=Message(_title(measured)),
        count=len(last),
        values=said,
    )


def _title(measured: dict[str, pd.DataFrame]) -> str:
    """The images that these runs did not learn from have one name where they are of one split."""
    has_validation = [bool(history["validation_accuracy"].notna().any()) for history in measured.values()]
    if any(has_validation):
        return "Validation accuracy" if all(has_validation) else "Accuracy on unseen images"
    return "Test accuracy"


def _measured(histories: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The histories with a column `METRIC`, of those who have measured it."""
    both = {
        name: history.assign(
            **{METRIC: history["validation_accuracy"].astype(float).fillna(history["test_accuracy"])}
        )
        for name, history in histories.items()
        if len(history)
    }
    return {name: history for name, history in both.items() if history[METRIC].notna().any()}
