"""What an address shows that leads to no page: that there is none, and the ways on."""

import streamlit as st

from pages.ui import address, browser_history
from pages.ui.widgets import escape_markdown, page_link
from pages.ui.words.language import tr

browser_history.close_dialog()
st.warning(
    tr("There is no page {name} here.", name=escape_markdown(address.page()[:40])), icon=":material/help:"
)
page_link("train", tr("Train"), "model_training")
page_link("compare", tr("Compare"), "leaderboard")
page_link("learn", tr("Learn"), "school")
