"""Runs are renamed, noted, starred and deleted on the Compare page."""

from helpers import leave_for, open_page
from streamlit.testing.v1 import AppTest
from test_compare_page import shown, texts, three_runs

from fmnist_core.base.config import TrainConfig
from fmnist_core.runs import RunStore
from pages.ui.sidebar import DIALOG

__all__ = ["three_runs"]


def test_a_picked_run_can_be_renamed_noted_and_starred(three_runs):
    run_id = three_runs[0]
    app = open_page("compare", run=run_id)
    app.button(key=f"edit_{run_id}").click().run()
    app.text_input(key=f"edit_name_{run_id}").input("the best one")
    app.text_area(key=f"edit_note_{run_id}").input("look at its bags")
    app.checkbox(key=f"edit_star_{run_id}").check()
    app.button(key="edit_save").click().run()
    run = RunStore().get(run_id)
    assert (run.name, run.note, run.starred) == ("the best one", "look at its bags", True)
    assert "the best one" in shown(app)


def test_a_name_that_does_not_fit_is_a_sentence_and_changes_nothing(three_runs):
    run_id = three_runs[0]
    app = open_page("compare", run=run_id)
    app.button(key=f"edit_{run_id}").click().run()
    app.text_input(key=f"edit_name_{run_id}").input("   ")
    app.button(key="edit_save").click().run()
    assert not app.exception
    assert "1 to 80 characters" in app.error[0].value
    assert RunStore().get(run_id).name == "strong"


def test_a_dialog_that_is_left_for_another_page_holds_nothing_back_there(three_runs):
    app = open_page("compare", run=three_runs[0])
    app.button(key=f"edit_{three_runs[0]}").click().run()
    assert DIALOG in app.session_state
    assert DIALOG not in leave_for(app, "learn").session_state


def test_deleting_says_what_is_lost_and_leaves_a_training_run_alone(store, three_runs):
    training = store.create(TrainConfig(), "busy")
    worker = store.workers.open()  # a living one: the queue does not call the run interrupted
    store.start(training, worker)
    app = open_page("compare", run=f"{three_runs[1]},{training}")
    app.button(key="compare_delete").click().run()
    assert "busy is training. Stop it first" in texts(app)
    assert "weak" in texts(app) and "3 epochs, test accuracy" in texts(app)
    assert len(RunStore().runs()) == 4
    app.button(key="delete_for_good").click().run()
    assert not app.exception
    assert sorted(run.name for run in RunStore().runs()) == ["busy", "other", "strong"]
    assert not store.folder(three_runs[1]).exists()
    store.workers.close(worker)


def test_a_run_that_another_tab_has_deleted_meanwhile_is_deleted_all_the_same(store, three_runs):
    app = open_page("compare", run=three_runs[1])
    app.button(key="compare_delete").click().run()
    store.delete(three_runs[1])
    app.button(key="delete_for_good").click().run()
    assert not app.exception and not app.error
    assert DIALOG not in app.session_state


def test_a_dialog_is_closed_whose_run_another_tab_has_deleted(store, three_runs):
    app = open_page("compare", run=three_runs[0])
    app.button(key=f"edit_{three_runs[0]}").click().run()
    store.delete(three_runs[0])
    app.button(key="edit_save").click().run()
    assert not app.exception and DIALOG not in app.session_state
    assert f"There is no run '{three_runs[0]}'" in app.error[0].value.replace("\\", "")

    def dialog() -> None:  # as its own run, without the rest of the page
        import streamlit as st

        from pages.ui.compare import editing

        if "dialog" not in st.session_state and "was_open" not in st.session_state:
            st.session_state["dialog"], st.session_state["was_open"] = ("edit", ["gone"]), True
            editing._edit("gone")
        editing._show_dialog()

    app = AppTest.from_function(dialog).run()
    assert not app.exception and not app.error and DIALOG not in app.session_state
