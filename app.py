"""The dashboard: `streamlit run app.py`. What every page shows: navigation, language, what is training."""

import contextlib

import streamlit as st

from pages.ui import browser_history, shell
from pages.ui.widgets import showing_errors
from pages.ui.words.language import tr


def _page(name: str, title: str, icon: str) -> st.Page:
    return st.Page(f"pages/{name}.py", title=title, icon=f":material/{icon}:", default=name == "train")


SECTIONS = {
    tr("Train and compare"): [
        _page("train", tr("Train"), "model_training"),
        _page("compare", tr("Compare"), "leaderboard"),
        _page("studies", tr("Studies"), "experiment"),
        _page("predictions", tr("Predictions"), "image_search"),
        _page("photo", tr("Photo"), "photo_camera"),
    ],
    tr("In class"): [
        _page("guess", tr("Guess along"), "sports_esports"),
        _page("classroom", tr("Classroom"), "groups"),
    ],
    tr("Learn"): [
        _page("learn", tr("Learn"), "school"),
        _page("ladder", tr("The ladder"), "stairs"),
        _page("design", tr("Design a net"), "design_services"),
        _page("inside", tr("Look inside"), "visibility"),
        _page("data", tr("Data"), "database"),
    ],
}
names = [page.url_path for pages in SECTIONS.values() for page in pages]
unknown = browser_history.unknown_page(["train", *names])
if unknown:  # Streamlit would say so in English
    title = tr("Page not found")
    SECTIONS[title] = [st.Page("pages/not_found.py", title=title, url_path=unknown, visibility="hidden")]
navigation = st.navigation(SECTIONS, position="top")
st.set_page_config(f"{navigation.title} · Fashion-MNIST", page_icon=shell.ICON, layout="wide")

with showing_errors():  # a sentence with its remedy, never a traceback
    try:
        shell.begin(navigation.title, navigation.url_path or "train")
    finally:  # it would lie over what is wrong
        browser_history.close_dialog_of_first_page("train")
    with contextlib.suppress(shell.PageEnd):
        navigation.run()
    shell.end()
