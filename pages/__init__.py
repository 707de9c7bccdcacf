"""The pages, one file each; `ui` holds what they share.

Streamlit takes a folder of this name for its old kind of navigation until `st.navigation` is called for the
first time. A new server whose first visitor follows a link to a page, such as a lesson's, would therefore
run that page without app.py. Importing this package, which every page does first, sets that right.
"""

from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData, RerunException, get_script_run_ctx

if PagesManager.uses_pages_directory:
    PagesManager.uses_pages_directory = False
    context = get_script_run_ctx()
    if context is not None:  # this time through app.py; `st.rerun` would forget which page was asked for
        raise RerunException(
            RerunData(
                query_string=context.query_string,
                page_script_hash=context.pages_manager.intended_page_script_hash or "",
                page_name=context.pages_manager.intended_page_name or "",
                context_info=context.context_info,
            )
        )
