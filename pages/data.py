"""Data: look at the images before you trust a net that learned from them, and bring your own pictures."""

import streamlit as st

from fmnist_core.base.errors import DataError
from fmnist_core.data import datasets
from pages.ui import address, services, shell
from pages.ui.data import choice, enlarged, own, views
from pages.ui.widgets import offer_download, show_problem
from pages.ui.words.language import tr

STYLE = """<style>
@media (max-width: 640px) {  /* the enlarged image stays in sight above the wall */
  .st-key-data_screen > div > [data-testid="stHorizontalBlock"] {flex-direction: column-reverse}
  .st-key-data_screen [data-testid="stColumn"] {min-width: 100%}
  .st-key-data_screen [data-testid="stColumn"]:has(.enlarged) {position: sticky; top: 3.75rem; z-index: 1;
    background: Canvas; padding-bottom: 8px}
}
</style>"""

with shell.pane():
    name = choice.choose_dataset()

try:
    is_available = datasets.is_available(name)
except DataError as error:  # of somebody's own, damaged
    show_problem(error)
    address.note("dataset", name)
    with shell.pane():
        own.bring()
        own.offer_delete(name)
    shell.stop()

if not is_available:
    address.note("dataset", name)
    st.info(
        tr("The files of {name} are not on this machine yet.", name=name), icon=":material/cloud_download:"
    )
    offer_download(name)
    with shell.pane():
        own.bring()
    shell.stop()

data, info = services.dataset(name), datasets.find(name)
with shell.pane():
    chosen = choice.choose(data)
    views.link_to_training(info, chosen.augmentations)
    own.bring()
    own.offer_rename(info)
    own.offer_delete(name)
choice.remember(chosen)

st.html(STYLE)
own.report_import(name)
views.show_facts(info, data)
with st.container(key="data_screen"):
    images, one = st.columns([2, 1], gap="medium")
    with images:
        views.show_wall(chosen)
    with one:
        enlarged.show(chosen)
views.show_classes(chosen)
views.show_numbers(data)
