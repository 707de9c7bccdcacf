"""Compare: every run in one table; the picked ones beside each other, and whether one is really better."""

import streamlit as st

from pages.ui import services, shell, stored_answers
from pages.ui.compare import editing, picked_runs, runs_table
from pages.ui.compare.runs_table import MAX_PICKED, PICKED, forget_ticks
from pages.ui.widgets import invite_to_train, run_labels
from pages.ui.words.language import tr

BEST = 6

table = services.store().table(shipped=True)
if table["comes_with_project"].all():
    invite_to_train(
        tr("Nobody has trained a net here yet. Train one, and it appears here."), ":material/leaderboard:"
    )
if table.empty:
    st.stop()

known = set(table["run_id"])
if PICKED not in st.session_state:
    st.session_state[PICKED] = [*st.query_params.get("run", "").split(",")]
st.session_state[PICKED] = [run_id for run_id in st.session_state[PICKED] if run_id in known][:MAX_PICKED]

with shell.pane():
    wanted, columns = runs_table.choose_rows(table)
active = bool(table["status"].isin(("queued", "running")).any())
runs_table.show(wanted, columns, active)

names = run_labels(table)
st.multiselect(
    tr("Picked runs"),
    list(names),
    format_func=names.get,
    max_selections=MAX_PICKED,
    placeholder=tr("Tick rows above, or choose here"),
    key=PICKED,
    on_change=forget_ticks,
)
picked = stored_answers.existing_runs(st.session_state[PICKED])
if picked:
    st.query_params["run"] = ",".join(run.run_id for run in picked)
    editing.show(picked)
    picked_runs.show_curves(picked)
    if len(picked) > 1:
        picked_runs.show_settings(picked)
    picked_runs.show_verdict(picked)
else:
    st.query_params.pop("run", None)
    best = stored_answers.best_runs(runs_table.filter_and_sort(table, wanted), BEST)
    if best:
        st.caption(tr("The best runs on one data set. Tick rows to compare others."))
        picked_runs.show_verdict(best[:2])
        # Beside an hour of the photo model's training, a run of seconds would be a dot.
        picked_runs.show_curves([run for run in best if not run.comes_with_project] or best)
picked_runs.show_costs(runs_table.filter_and_sort(table, wanted))
