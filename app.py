"""The dashboard: `streamlit run app.py`. What every page shows: navigation, language, what is training."""

from pathlib import Path

import streamlit as st

from fmnist_core.errors import FmnistError
from pages.ui import sidebar
from pages.ui.language import tr, translate

st.set_page_config(page_title="Fashion-MNIST", page_icon=":material/apparel:", layout="wide")


def _page(name: str, title: str, icon: str, default: bool = False):
    path = Path(__file__).parent / "pages" / f"{name}.py"
    return st.Page(path, title=title, icon=f":material/{icon}:", default=default) if path.exists() else None


navigation = st.navigation(
    {
        tr("Work"): [
            page
            for page in (
                _page("train", tr("Train"), "model_training", default=True),
                _page("compare", tr("Compare"), "leaderboard"),
                _page("predictions", tr("Predictions"), "image_search"),
                _page("photo", tr("Photo"), "photo_camera"),
                _page("guess", tr("Guess along"), "sports_esports"),
                _page("lecturer", tr("Classroom"), "groups"),
            )
            if page
        ],
        tr("Learn"): [
            page
            for page in (
                _page("learn", tr("Learn"), "school"),
                _page("ladder", tr("The ladder"), "stairs"),
                _page("design", tr("Design a net"), "design_services"),
                _page("inside", tr("Look inside"), "visibility"),
                _page("data", tr("Data"), "database"),
            )
            if page
        ],
    }
)

try:
    sidebar.show()
    navigation.run()
except FmnistError as error:  # a sentence with its remedy, never a traceback
    st.error(translate(str(error)), icon=":material/error:")
