"""What an address shows that leads to no page: that there is none, and the ways on."""

import streamlit as st

from pages.ui import address, browser_history
from pages.ui.widgets import escape_markdown
from pages.ui.words.language import tr

browser_history.close_dialog()
st.warning(
    tr("There is no page {name} here.", name=escape_markdown(address.page()[:40])), icon=":material/help:"
)
st.page_link("pages/train.py", label=tr("Train"), icon=":material/model_training:")
st.page_link("pages/compare.py", label=tr("Compare"), icon=":material/leaderboard:")
st.page_link("pages/learn.py", label=tr("Learn"), icon=":material/school:")
