"""Short tables of text: not on a canvas, so that they can be read aloud."""

import pandas as pd
import streamlit as st

from pages.ui.widgets import escape_markdown

CHOSEN = "background-color: rgba(0, 114, 178, .18); font-weight: 600"


def show_table(table: pd.DataFrame, chosen: int | None = None) -> None:
    """A table whose text stands as it is: Streamlit reads it as Markdown, and ">0.9999" as a quotation.

    chosen: the place of a row to mark; the index is then not shown."""
    escaped = table.map(escape_markdown).rename(columns=escape_markdown)
    if chosen is None:
        st.table(escaped.rename(index=escape_markdown))
        return
    marks = [CHOSEN if place == chosen else "" for place in range(len(escaped))]
    st.table(escaped.style.hide(axis="index").apply(lambda column: marks))
