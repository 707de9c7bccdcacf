"""Guess along: name twenty test images yourself, or ten with the class, and see what the models said."""

import streamlit as st

from pages.ui import shell, stored_answers
from pages.ui.guess import game, screens, together
from pages.ui.widgets import invite_to_train, showing_errors
from pages.ui.words.language import tr

if stored_answers.tested_runs().empty:
    invite_to_train(
        tr("There is no model to play against yet. Train one first."), ":material/sports_esports:"
    )
    shell.stop()

played_together = together.current()
playing = game.current() if played_together is None else None
with shell.pane():
    if played_together is None:
        dataset, run_ids = game.choose()
        together.offer(dataset, run_ids)
    if playing is not None and st.button(
        tr("Other opponents"), icon=":material/stop_circle:", key="guess_stop", width="stretch"
    ):
        game.leave()
        st.rerun()
if played_together is None:
    game.remember(playing, dataset, run_ids)

with showing_errors():
    if played_together is not None:
        together.show()
    elif playing is None:
        screens.invite(dataset, run_ids)
    elif playing.is_over:
        screens.show_tally(game.read(playing))
    else:
        screens.ask(game.read(playing))
