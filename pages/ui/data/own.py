"""Own pictures: a zip comes in, what became of it; how classes are renamed and a data set is deleted."""

import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.data import custom_import
from fmnist_core.data.datasets import DatasetInfo
from fmnist_core.jobs import classroom
from pages.ui import narrow_pane, people, services
from pages.ui.data import choice
from pages.ui.widgets import escape_markdown, show_problem, showing_errors, translate_uploader
from pages.ui.words.language import tr, translate


def bring() -> None:
    """The upload of a zip, folded."""
    with st.expander(tr("Bring your own pictures"), icon=":material/add_photo_alternate:"):
        st.caption(
            tr(
                "A zip with one folder per class, each with at least {count} pictures, better many more. "
                "The folder's name is the class. Every picture is cut to its middle square and made small; "
                "one in five is kept for the test. Everybody who uses this server can see the small "
                "pictures.",
                count=custom_import.MIN_PER_CLASS,
            )
        )
        uploads = st.session_state.setdefault("data_uploads", 0)  # another key empties the uploader
        translate_uploader("data_zip", st.get_option("server.maxUploadSize"))
        file = st.file_uploader(tr("Zip file"), type="zip", key=f"data_zip_{uploads}")
        if file is None:
            return
        name = st.text_input(
            tr("Name of the data set"),
            custom_import.suggest_name(file.name),
            key=f"data_name_{file.file_id}",
        )
        colour = st.radio(
            tr("Pictures become"),
            (False, True),
            format_func=lambda colour: tr("32 × 32, colour") if colour else tr("28 × 28, grey"),
            key=f"data_colour_{file.file_id}",
        )
        if st.button(tr("Check and import"), type="primary", icon=":material/upload:", key="data_import"):
            _import(file.getvalue(), name.strip(), colour)


def _import(content: bytes, name: str, colour: bool) -> None:
    """Import a zip with a progress bar; then show the new data set, or say what is wrong."""
    bar = st.progress(0.0)
    shown = -1

    def report(fraction: float, text: str) -> None:
        nonlocal shown
        if int(100 * fraction) != shown:  # a message to the browser for every percent, not for every picture
            shown = int(100 * fraction)
            bar.progress(min(fraction, 1.0), translate(text))

    try:
        done = classroom.import_data(services.store(), people.current(), content, name, colour, report)
    except FmnistError as error:
        bar.empty()
        show_problem(error)
        return
    st.session_state["data_uploads"] += 1
    st.session_state["data_skipped"], st.session_state["data_remarks"] = done.skipped, done.remarks
    st.session_state["data_imported"] = name
    choice.open_dataset(name)
    narrow_pane.leave()
    st.rerun()


def report_import(name: str) -> None:
    """After an import: that it worked, and which files were left out."""
    if st.session_state.get("data_imported") != name:
        return
    st.success(tr("Imported. Choose {name} on the Train page to train on it.", name=name))
    for sentence in st.session_state.get("data_remarks", ())[:10]:
        st.caption(escape_markdown(translate(sentence)))
    skipped = st.session_state.get("data_skipped", ())
    if skipped:
        with st.expander(tr("{count} file(s) left out", count=len(skipped)), icon=":material/warning:"):
            st.markdown("\n".join(f"- {escape_markdown(translate(sentence))}" for sentence in skipped[:50]))


def offer_rename(info: DatasetInfo) -> None:
    """Other names for the classes of a custom data set: those of a zip may have come out wrong."""
    person = people.current()
    if not classroom.may_change_data(person, info.name):
        return
    with st.popover(tr("Rename a class"), icon=":material/edit:", width="stretch"):
        old = st.selectbox(tr("Class"), info.class_names, key=f"rename_class_{info.name}")
        new = st.text_input(tr("Its new name"), old, key=f"rename_to_{info.name}_{old}")
        if st.button(tr("Rename"), type="primary", disabled=new == old, key="rename_class"):
            with showing_errors():
                classroom.rename_class(person, info.name, old, new)
                st.rerun()


def offer_delete(name: str) -> None:
    """Deleting a custom data set, after a question, and never under a run that needs it."""
    if not classroom.may_change_data(people.current(), name):
        return
    with st.popover(tr("Delete this data set"), icon=":material/delete:", width="stretch"):
        try:
            classroom.require_idle_data(services.store(), name)
        except FmnistError as error:
            st.warning(translate(error.message))
            return
        st.markdown(
            tr(
                "Runs trained on it keep their curves and accuracies. What is made of the pictures, the "
                "confusion matrix as well, can no longer be shown."
            )
        )
        if st.button(tr("Delete for good"), type="primary", key="data_delete"):
            with showing_errors():
                classroom.delete_data(services.store(), people.current(), name)
                st.session_state.pop("data_imported", None)
                choice.open_dataset(None)
                narrow_pane.leave()
                st.rerun()
