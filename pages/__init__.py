"""The pages, one file each; `ui` holds what they share.

Streamlit takes a folder of this name for its old kind of navigation until `st.navigation` is called for the
first time. A new server whose first visitor follows a link to a page, such as a lesson's, would therefore
run that page without app.py. Importing this package, which every page does first, sets that right.
"""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

if PagesManager.uses_pages_directory:
    PagesManager.uses_pages_directory = False
    st.rerun()  # this time through app.py
