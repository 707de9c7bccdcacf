"""Classroom: today's best runs, who waits, how to come in, and all of it for the projector of the room.

Pause, cancel and reorder for the lecturer.
"""

from collections.abc import Callable

import streamlit as st

from pages.ui import address, people, services, shell
from pages.ui.classroom import board, desk, join, line, room, views

POLL_SECONDS = 3.0
BOARD_SECONDS = 10.0

STYLE = """<style>
@media (min-width: 641px) {  /* a long list is rolled in its place, and the page stays in the window */
  .st-key-class_board, .st-key-class_line {overflow-y: auto}
  .st-key-class_line {max-height: calc(100vh - 12rem)}
  .st-key-class_board {--room: calc(100vh - 12rem)}
  /* In the room the list has what is left beside the sentences and the queue. */
  .st-key-room_side {max-height: calc(100vh - 5.5rem)}
  .st-key-room_side > *, .st-key-room_side > * > * > * {flex: none}
  .st-key-room_side :has(.st-key-class_board, .st-key-room_line) {display: flex; flex: 0 1 auto;
    flex-direction: column; min-height: 0}
  .st-key-room_side :has(> .st-key-class_board) {container-type: size; min-height: 4.9rem;
    flex: 0 1 calc(var(--rows) * 3.1rem + 1.9rem)}
  .st-key-room_side .st-key-class_board {--room: 100cqh}
  .st-key-room_side :has(.st-key-room_line) {min-height: calc(min(var(--all), 5) * 1.8rem + 3rem)}
  .st-key-room_side :has(> .st-key-room_line) {container-type: size; flex: 0 1 calc(var(--all) * 1.8rem);
    min-height: calc(min(var(--all), 5) * 1.8rem)}
}
.st-key-class_line {gap: .3rem}
.st-key-class_line button {min-height: 1.6rem; padding: 0 8px 0 0}
.st-key-class_line img {height: 1em; vertical-align: -.1em}
</style>"""

visitor = people.current()
is_at_the_door = address.choice("door", ["0", "1"], "0") == "1" and not visitor.is_lecturer
with shell.pane():
    view = views.choose()
    dataset = desk.choose_dataset()
    st.fragment(desk.show_switch, run_every=POLL_SECONDS if visitor.is_lecturer else None)()
    desk.show_limits(visitor)
    if not is_at_the_door:
        desk.show_door(visitor)
    if people.is_classroom() and visitor.is_lecturer and view != "join":
        join.show(small=True)


def show_board(letters: int = board.NAME_LETTERS) -> None:
    """The best of the day, for as long as the page is open."""
    st.fragment(board.show_board, run_every=services.poll_seconds(BOARD_SECONDS))(dataset, letters)


def show_line(show: Callable[[], None] = line.show_line) -> None:
    """Who waits; with buttons for the lecturer."""
    pace = POLL_SECONDS if visitor.is_lecturer else services.poll_seconds(BOARD_SECONDS)
    st.fragment(show, run_every=pace)()


st.html(STYLE)
if is_at_the_door:  # by the link beside the question for a name: on a phone too it is in sight
    with st.container(width=420):
        desk.show_door(visitor, is_open=True)
if view == "join":
    join.show()
    st.fragment(join.show_who_is_here, run_every=services.poll_seconds(POLL_SECONDS))()
elif view == "room":
    curves, side = st.columns([4, 3], gap="medium")
    with curves:
        st.fragment(room.show_curves, run_every=services.poll_seconds(room.POLL_SECONDS))(dataset)
    with side, st.container(key="room_side"):
        show_board(board.NAME_LETTERS_IN_ROOM)
        show_line(line.show_room_line)
else:
    best, waiting = st.columns([3, 2], gap="medium")
    with best:
        show_board()
    with waiting:
        show_line()
