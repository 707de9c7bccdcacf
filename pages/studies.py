"""Studies: several values and several seeds at once; which way to train is better, and how sure that is."""

import streamlit as st

from fmnist_core.jobs import search as searches
from fmnist_core.jobs import study as studies
from pages.ui import address, narrow_pane, services, shell, sidebar
from pages.ui.studies import form, labels, machines, progress, results, search_form, trials
from pages.ui.widgets import show_kept_problem
from pages.ui.words.language import tr

known = {study.study_id: study for study in services.store().studies.all()}
names = {results.ALL: tr("All runs")} | labels.of_studies(list(known.values()))
offer = st.container()
with shell.pane():
    chosen = address.select(
        tr("Study"),
        "study",
        list(names),
        next(iter(known), results.ALL),
        names.__getitem__,
        key="studies_chosen",
    )
    address.note("study", chosen)  # the newest is another one soon
    with st.expander(
        tr("New study"),
        icon=":material/experiment:",
        expanded=not known or bool(address.asked("repeat") or address.asked("how")),
    ):
        ways = {"grid": tr("Grid"), "search": tr("Search")}
        way = address.options(tr("Runs"), "how", list(ways), "grid", ways.__getitem__, key="studies_how")
        address.note("how", way, "grid")
        started = form.show(offer) if way == "grid" else search_form.show()
    started = started or machines.take_in()
if started is not None:
    narrow_pane.leave()
    address.change(study=started, how=None, repeat=None)
    st.rerun()

show_kept_problem(form.PROBLEM)  # beside its result
study = known.get(chosen)
if study is not None:
    progress.show(study)
else:
    sidebar.close_dialog()
runs = services.store().runs() if study is None else studies.runs_of(services.store(), study.study_id)
if not runs:
    st.info(
        tr(
            "One training is one throw of the dice: another seed gives another figure. A study trains each "
            "net several times, and says which way to train is better, and how sure that is."
        ),
        icon=":material/experiment:",
    )
    shell.stop()
with shell.pane():
    dataset = results.choose_dataset(runs)
if study is not None and study.search is not None:
    trials.show(study, searches.is_on(study, runs))
else:
    results.show(chosen, dataset, any(run.is_active for run in runs))
