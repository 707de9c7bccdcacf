"""Tables: short ones of text, not on a canvas, so that they can be read aloud; the size of the others."""

from typing import TypedDict

import pandas as pd
import streamlit as st

from pages.ui import presenter
from pages.ui.widgets import escape_markdown
from pages.ui.words.language import tr

ROW_PIXELS = 35
"""Of Streamlit's data frames, where a page has letters of the usual size."""

CHOSEN = "background-color: rgba(0, 114, 178, .18); font-weight: 600"


class FrameSize(TypedDict):
    """Of a data frame, in pixels."""

    height: int
    row_height: int


def frame_size(rows: int, most: int) -> FrameSize:
    """Of a data frame of so many rows under a header: as high as these, or so high in usual letters."""
    larger = presenter.LARGER / presenter.USUAL if presenter.is_on() else 1
    row = round(larger * ROW_PIXELS)
    return {"height": min(round(larger * most), row * (rows + 1) + 3), "row_height": row}


def show_table(table: pd.DataFrame, chosen: int | None = None) -> None:
    """A table whose text stands as it is: Streamlit reads it as Markdown, and ">0.9999" as a quotation.

    chosen: the place of a row to mark; the index is then not shown."""
    escaped = table.map(escape_markdown).rename(columns=escape_markdown)
    if chosen is None:
        st.table(escaped.rename(index=escape_markdown))
        return
    marks = [CHOSEN if place == chosen else "" for place in range(len(escaped))]
    st.table(escaped.style.hide(axis="index").apply(lambda column: marks))


def caption_of_ticks(said: str) -> None:
    """At a table whose rows are ticked: what that does and, where there is a keyboard, the keys for it."""
    st.caption(f'{said} <span class="keys">{tr("Keys: Shift+Space.")}</span>', unsafe_allow_html=True)
