"""Charts of what is in a data set: the class balance and the brightness of its pixels."""

import pandas as pd
import plotly.graph_objects as go

from ...base.messages import Message, percent
from ...base.palette import BLUE, GREEN
from .frame import empty_figure, escape_plotly, new_figure

ROW_HEIGHT = 34  # pixels for the two bars of a class
BIN = 4  # brightness values in one bar


def class_balance_bars(balance: pd.DataFrame) -> go.Figure:
    """Two bars a class. balance: class_name, training, test (images)."""
    title = "Images per class"
    if balance.empty:
        return empty_figure(title)
    names = [escape_plotly(str(name)) for name in balance["class_name"]]
    figure = new_figure(
        title,
        "Images",
        height=110 + ROW_HEIGHT * len(balance),
        x={"fixedrange": True, "range": [0, 1.05 * max(1, balance["training"].max())]},
        y={
            "type": "category",
            "autorange": "reversed",
            "automargin": True,
            "showgrid": False,
            "fixedrange": True,
        },
        barmode="group",
        bargap=0.25,
        margin={"l": 8, "b": 40},
    )
    for column, label, color, hover in (
        ("training", "Training", BLUE, "%{y}, training images: %{x:,}<extra></extra>"),
        ("test", "Test", GREEN, "%{y}, test images: %{x:,}<extra></extra>"),
    ):
        figure.add_bar(
            y=names,
            x=balance[column],
            name=label,
            orientation="h",
            marker_color=color,
            hovertemplate=hover,
        )
    return figure


def class_balance_alt(balance: pd.DataFrame) -> str:
    """The chart in a sentence."""
    if balance.empty:
        return "Images per class: nothing to show yet."
    return Message(
        "{training} {test}", training=_balance_of(balance, "Training"), test=_balance_of(balance, "Test")
    )


def _balance_of(balance: pd.DataFrame, split: str) -> Message:
    counts = balance[split.lower()]
    largest, smallest = balance.loc[counts.idxmax()], balance.loc[counts.idxmin()]
    if counts.min() == counts.max():
        return Message("{split} images: {count:,} in every class.", count=counts.max(), split=split)
    return Message(
        "{split} images: {least:,} ({smallest}) to {most:,} ({largest}).",
        split=split,
        least=counts.min(),
        smallest=smallest["class_name"],
        most=counts.max(),
        largest=largest["class_name"],
    )


def pixel_histogram_bars(histogram: pd.DataFrame) -> go.Figure:
    """Share of the pixels by brightness, on a logarithmic scale, since black is most of them.

    histogram: value (0 to 255), share (adds up to 1).
    """
    title = "Brightness of the pixels"
    if histogram.empty:
        return empty_figure(title)
    bars = histogram.groupby(histogram["value"] // BIN)["share"].sum()
    ranges = [f"{BIN * index}–{BIN * index + BIN - 1}" for index in bars.index]
    figure = new_figure(
        title,
        "Brightness (0 is black, 255 white)",
        "Share of all pixels",
        x={"range": [-2, 257], "fixedrange": True},
        y={
            "type": "log",
            "range": [-5, 0.1],
            "tickvals": [1, 0.1, 0.01, 0.001, 1e-4, 1e-5],
            "ticktext": ["100 %", "10 %", "1 %", "0.1 %", "0.01 %", "0.001 %"],
            "fixedrange": True,
        },
        bargap=0,
    )
    figure.add_bar(
        x=BIN * bars.index + BIN / 2 - 0.5,
        y=bars.where(bars > 0),
        width=BIN,
        marker_color=BLUE,
        marker_line_width=0,
        customdata=list(zip(ranges, [percent(share, 2) for share in bars], strict=True)),
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        showlegend=False,
    )
    return figure


def pixel_histogram_alt(histogram: pd.DataFrame) -> str:
    """The chart in a sentence."""
    if histogram.empty:
        return "Brightness of the pixels: nothing to show yet."
    share = histogram.set_index("value")["share"]
    dark, bright = share[share.index < 64].sum(), share[share.index >= 192].sum()
    return Message(
        "{black} of the pixels are black, {dark} are darker than 64, {bright} are 192 or brighter.",
        black=percent(share.get(0, 0.0)),
        dark=percent(dark),
        bright=percent(bright),
    )
