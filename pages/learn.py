"""Learn: the lecture in short sections, each with one thing to move and one thing to see."""

import streamlit as st

from pages.ui import learn_many, learn_two, lesson
from pages.ui.language import tr

SECTIONS = {
    "two-classes": learn_two.two_classes,
    "numerics": learn_two.numerics,
    "categories": learn_many.categories,
    "softmax": learn_many.softmax,
    "cross-entropy": learn_many.cross_entropy,
    "tables": learn_many.tables,
}
TITLES = {
    "two-classes": tr("1 · Two classes"),
    "numerics": tr("2 · Where it matters"),
    "categories": tr("3 · Classes as numbers"),
    "softmax": tr("4 · Softmax"),
    "cross-entropy": tr("5 · Cross entropy"),
    "tables": tr("6 · Which loss?"),
}

st.title(tr("Learn"))
st.markdown(
    tr(
        "How a net learns classes, as in the lecture. The address always says what you see: copy it as a "
        "link."
    )
)
section = lesson.options(tr("Section"), "section", list(SECTIONS), "two-classes", TITLES.get)
st.header(TITLES[section])
settings = SECTIONS[section]()
lesson.write_address(section=section, **settings)
