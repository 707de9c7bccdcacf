"""Compare: every run in one table beside its curves, and whether one of them is really better."""

import streamlit as st

from pages.ui import services, shell, stored_answers
from pages.ui.compare import costs, curves, editing, groups, picks, runs_table, take_along, verdict
from pages.ui.widgets import invite_to_train, toggle
from pages.ui.words.language import tr

table = services.store().table(shipped=True)
if table["comes_with_project"].all():
    invite_to_train(
        tr("Nobody has trained a net here yet. Train one, and it appears here."), ":material/leaderboard:"
    )
if table.empty:
    shell.stop()

with shell.pane():
    wanted, columns = runs_table.choose_rows(table)
    is_grouped = toggle(
        tr("Seeds together"),
        "together",
        "compare_together",
        tr("One row for runs that differ in the seed alone, with their mean and spread."),
    )
rows = runs_table.filter_and_sort(table, wanted)
if is_grouped:
    groups.show(rows)
    shell.stop()
picked = picks.follow_address(set(table["run_id"]))
shown = picks.shown(rows)
runs = stored_answers.existing_runs(list(shown))

verdict.show(runs, is_picked=bool(picked), is_filtered=len(rows) < len(table))
left, right = st.columns([22, 20])  # beside short names the table has room for the status
with left:
    runs_table.show(wanted, columns)
    take_along.show(rows, columns, runs)
with right:
    curves.show(runs, shown)
    picks.say_which(runs, len(rows))
chosen = stored_answers.existing_runs(picked)
editing.show(chosen, shown)
if len(chosen) > 1:
    verdict.show_settings(chosen)
curves.show_coach(runs)
costs.show(rows)
