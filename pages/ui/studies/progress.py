"""How far a study is; the buttons that pause it, let it go on, and delete it."""

from collections import Counter

import streamlit as st

from fmnist_core.jobs import search as searches
from fmnist_core.jobs import study as studies
from fmnist_core.runs import Run, Study, archive, is_given_up
from pages.ui import people, services, sidebar
from pages.ui.studies import machines
from pages.ui.widgets import escape_markdown, keeping_problem, show_errors, show_kept_problem
from pages.ui.words.language import tr, translate

POLL_SECONDS = 2.0


def show(study: Study) -> None:
    """Its name, its state and its buttons; polls while something of it waits or trains."""
    show_kept_problem("study_problem")
    runs = runs_of(study.study_id)
    active = searches.is_on(study, runs)
    with st.container(horizontal=True, vertical_alignment="center", key="study_bar"):
        with st.container(width="stretch"):
            pace = services.poll_seconds(POLL_SECONDS) if active else None
            st.fragment(_state, run_every=pace)(study.study_id, active)
        if people.current().may_change(study.owner):
            if active and not study.is_paused:
                _button(tr("Pause"), "pause", study)
                if any(run.status == "interrupted" for run in runs):
                    _button(tr("Continue"), "resume", study)
            elif active or searches.unfinished(runs) or searches.goes_on(study, runs):
                _button(tr("Continue"), "resume", study)
            st.button(
                tr("Delete …"),
                key="study_delete",
                icon=":material/delete:",
                on_click=sidebar.open_dialog,
                args=("delete_study", [study.study_id]),
            )
        if not active:
            st.download_button(
                tr("Take along"),
                lambda: machines.packed(study),
                f"{study.study_id}{archive.ENDING}",
                on_click="ignore",
                icon=":material/download:",
                key="study_pack",
                help=tr("One file with all runs of this study, for another machine."),
            )
    if st.session_state.get(sidebar.DIALOG) == ("delete_study", [study.study_id]):
        st.dialog(tr("Delete this study?"), on_dismiss=sidebar.close_dialog)(_confirm)(study.study_id)
    else:  # of a study that was deleted in another window
        sidebar.close_dialog()


def runs_of(study_id: str) -> list[Run]:
    """The runs of a study, read once for all browsers until something changes."""
    store = services.store()
    return store.cached(("study", study_id), lambda: studies.runs_of(store, study_id))


@show_errors
def _state(study_id: str, was_active: bool) -> None:
    study, runs = services.store().studies.get(study_id), runs_of(study_id)
    count = Counter(run.status for run in runs)
    planned, given_up = len(runs), 0
    said = [tr("{done} of {all} run(s) done", done=count["completed"], all=planned)]
    if study.search is not None:
        planned, given_up = study.search.trials, sum(map(is_given_up, runs))
        said = [tr("{done} of {all} trial(s) done", done=count["completed"] + given_up, all=planned)]
    if given_up:
        said.append(tr("{count} of them given up", count=given_up))
    if count["running"]:
        said.append(tr("{count} training", count=count["running"]))
    if count["queued"]:
        said.append(tr("{count} waiting", count=count["queued"]))
    if count["interrupted"]:  # by a restart of the server, say
        said.append(tr("{count} interrupted", count=count["interrupted"]))
    if count["failed"]:
        said.append(tr("{count} failed", count=count["failed"]))
    if study.is_paused and (count["queued"] or searches.goes_on(study, runs)):
        said.append(tr("paused"))
    text = f"**{escape_markdown(study.name)}** · {' · '.join(said)}"
    if count["completed"] + count["failed"] + given_up < planned and not study.ended:
        done = sum(1.0 if is_given_up(run) else run.progress for run in runs)
        st.progress(done / planned, text=text)  # lower than a text and a bar
    else:
        st.markdown(text)
    if was_active and not searches.is_on(study, runs) and sidebar.DIALOG not in st.session_state:
        st.rerun()  # the whole page once more, without polling


def _button(label: str, what: str, study: Study) -> None:
    st.button(label, key=f"study_{what}", icon=f":material/{what}:", on_click=_act, args=(what, study))


def _act(what: str, study: Study) -> None:
    act = studies.pause if what == "pause" else studies.go_on
    with keeping_problem("study_problem"):
        act(services.queue(), people.current(), study.study_id)


@show_errors
def _confirm(study_id: str) -> None:
    """What is lost, and the button that does it."""
    if sidebar.DIALOG not in st.session_state:
        st.rerun()
    runs = studies.runs_of(services.store(), study_id)  # says by itself that there is no such study any more
    show_kept_problem("study_problem")
    st.markdown(translate(studies.loss_sentence(runs)) + " " + tr("There is no way back."))
    st.button(
        tr("Delete {count} for good", count=len(runs)),
        type="primary",
        icon=":material/delete_forever:",
        key="study_delete_for_good",
        on_click=_delete,
        args=(study_id,),
    )


def _delete(study_id: str) -> None:
    with keeping_problem("study_problem"):
        studies.delete(services.store(), people.current(), study_id)
        sidebar.close_dialog()
