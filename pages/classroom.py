"""Classroom: today's best runs and the line for everybody; pause, cancel and reorder for the lecturer."""

import streamlit as st

from pages.ui import people, services, shell
from pages.ui.classroom import board, desk, line

POLL_SECONDS = 3.0
BOARD_SECONDS = 10.0

STYLE = """<style>
@media (min-width: 641px) {  /* a long list is rolled in its place, and the page stays in the window */
  .st-key-class_board, .st-key-class_line {max-height: calc(100vh - 12rem); overflow-y: auto}
}
.st-key-class_line {gap: .3rem}
.st-key-class_line button {min-height: 1.6rem; padding: 0 8px 0 0}
</style>"""

visitor = people.current()
with shell.pane():
    dataset = desk.choose_dataset()
    st.fragment(desk.show_switch, run_every=POLL_SECONDS if visitor.is_lecturer else None)()
    desk.show_limits(visitor)
    desk.show_door(visitor)

st.html(STYLE)
best, waiting = st.columns([3, 2], gap="medium")
with best:
    st.fragment(board.show_board, run_every=services.poll_seconds(BOARD_SECONDS))(dataset)
with waiting:
    pace = POLL_SECONDS if visitor.is_lecturer else services.poll_seconds(BOARD_SECONDS)
    st.fragment(line.show_line, run_every=pace)()
