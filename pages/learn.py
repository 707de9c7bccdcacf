"""Learn: the lecture in short sections, each with one thing to move and one thing to see."""

import streamlit as st

from fmnist_core.lecture import code_blocks
from pages.ui import address, code, presenter
from pages.ui.learn import layout, losses, many_classes, two_classes
from pages.ui.words.language import tr

SECTIONS = {
    "two-classes": two_classes.two_classes,
    "numerics": two_classes.numerics,
    "categories": many_classes.categories,
    "softmax": many_classes.softmax,
    "cross-entropy": many_classes.cross_entropy,
    "tables": losses.which_loss,
}
TITLES = {
    "two-classes": tr("1 · Two classes"),
    "numerics": tr("2 · Where it matters"),
    "categories": tr("3 · Classes as numbers"),
    "softmax": tr("4 · Softmax"),
    "cross-entropy": tr("5 · Cross entropy"),
    "tables": tr("6 · Which loss?"),
}

with st.container(key="learn_sections", horizontal=True, vertical_alignment="center", wrap=False):
    section = address.options(tr("Section"), "section", list(SECTIONS), "two-classes", TITLES.get)
    code_place = st.container(width="content")
presenter.sections("section", list(SECTIONS), section)
with layout.begin():
    settings = SECTIONS[section]()
with code_place:
    code.show(code_blocks.SECTIONS[section](**settings), "learn_code")
for name, value in settings.items():
    address.note(name, value)
