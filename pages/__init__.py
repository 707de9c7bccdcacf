"""The pages, one file each; `ui` holds what they share.

A new server whose first visitor follows a link to a page, such as a lesson's, would run that page without
app.py. Importing this package, which every page does first, sets that right.
"""

from pages.ui.streamlit_compat import (
    answer_clicks,
    hear_in_order,
    keep_news_to_their_page,
    leave_pages_to_app,
)

hear_in_order()
keep_news_to_their_page()
answer_clicks()
leave_pages_to_app()
