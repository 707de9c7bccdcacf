"""The images of a run, filtered; the confusion matrix whose cells show their images; words for the worst."""

import numpy as np
import streamlit as st

from fmnist_core.results import charts, statistics
from fmnist_core.results.statistics import ORDERS, OUTCOMES, Answers
from fmnist_core.runs import Run
from pages.ui import services, stored_answers
from pages.ui.image_cards import cards_of, show_cards, show_small_cards
from pages.ui.widgets import escape_markdown, show_chart
from pages.ui.words.language import class_name, tr, translate

PAGE, SMALL_PAGE = 24, 8
ANY = -1


def show_images(run: Run, answers: Answers) -> None:
    """A grid of test images, by outcome, class and confidence."""
    names = stored_answers.class_names(run)
    outcome_names = {"all": tr("All"), "right": tr("Right"), "wrong": tr("Wrong")}
    order_names = {
        "test order": tr("As in the test split"),
        "most confident first": tr("Most confident first"),
        "least confident first": tr("Least confident first"),
    }
    with st.container(horizontal=True):
        if st.button(tr("Most confident mistakes"), icon=":material/priority_high:", key="images_mistakes"):
            _preset("wrong", "most confident first")
        if st.button(tr("Least confident answers"), icon=":material/question_mark:", key="images_unsure"):
            _preset("all", "least confident first")
    left, right = st.columns(2)
    outcome = left.segmented_control(
        tr("Answers"),
        OUTCOMES,
        format_func=outcome_names.get,
        default=OUTCOMES[0],
        required=True,
        key="images_outcome",
    )
    order = right.selectbox(tr("Order"), ORDERS, format_func=order_names.get, key="images_order")
    first, second, third = st.columns(3)
    true = _class_choice(first, tr("True class"), names, "images_true")
    predicted = _class_choice(second, tr("Predicted class"), names, "images_predicted")
    confidence = third.slider(tr("Confidence, in percent"), 0, 100, (0, 100), key="images_confidence")
    found = statistics.pick_images(
        answers,
        outcome,
        None if true == ANY else true,
        None if predicted == ANY else predicted,
        (confidence[0] / 100, confidence[1] / 100),
        order,
    )
    show_found(run, answers, found, f"images_{outcome}_{order}_{true}_{predicted}_{confidence}")


def _preset(outcome: str, order: str) -> None:
    st.session_state["images_preset"] = (outcome, order)
    st.rerun()


def apply_preset() -> None:
    """Set the filters that a button asked for, before their widgets are drawn."""
    preset = st.session_state.pop("images_preset", None)
    if preset:
        st.session_state["images_outcome"], st.session_state["images_order"] = preset
        st.session_state["images_true"] = st.session_state["images_predicted"] = ANY
        st.session_state["images_confidence"] = (0, 100)


def _class_choice(where, label: str, names: tuple[str, ...], key: str) -> int:
    options = [ANY, *range(len(names))]
    if st.session_state.get(key, ANY) not in options:
        st.session_state[key] = ANY  # the run before had more classes
    return where.selectbox(
        label, options, format_func=lambda k: tr("Any") if k == ANY else class_name(names[k]), key=key
    )


def show_found(run: Run, answers: Answers, found: np.ndarray, key: str, small: bool = False) -> None:
    """How many images there are, and a page of them; small: beside something else."""
    st.markdown(
        tr("**{count}** of {total} test images", count=f"{len(found):,}", total=f"{len(answers.labels):,}")
    )
    if len(found) == 0:
        st.info(tr("No image fits. Widen the filters."), icon=":material/search_off:")
        return
    size = SMALL_PAGE if small else PAGE
    pages = -(-len(found) // size)
    page = 1
    if pages > 1:
        page = st.number_input(
            tr("Page, of {pages}", pages=f"{pages:,}"), 1, pages, 1, key=f"page_{key}", width=200
        )
    images = services.dataset(run.config.dataset).test_images
    names = stored_answers.class_names(run)
    show = show_small_cards if small else show_cards
    show(cards_of(images, answers, found[(page - 1) * size : page * size]), names)


def show_matrix(run: Run, answers: Answers) -> None:
    """Counts or rates; a clicked cell shows its images; the worst pairs in words; scores per class."""
    names = stored_answers.class_names(run)
    matrix = stored_answers.matrix(answers, names)
    left, right = st.columns(2)
    with left:
        rates = st.toggle(tr("Percents of each true class instead of counts"), key="matrix_rates")
        st.caption(
            tr("Rows are the true classes, columns what the model says. Click a cell to see its images.")
        )
        event = show_chart(
            charts.confusion_heatmap(matrix, rates, stored_answers.is_dark()),
            charts.confusion_heatmap_alt(matrix),
            key=f"matrix_{run.run_id}",
            on_select="rerun",
            selection_mode="points",
        )
    pairs = statistics.worst_pairs(matrix.to_numpy())
    _remember_click(run, event)
    beside = right.container()
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{tr('Worst pairs')}**")
        if not pairs:
            st.markdown(tr("None: every answer is right."))
        for pair in pairs:
            text = translate(statistics.worst_pair_sentence(pair, names))
            if st.button(escape_markdown(text), key=f"pair_{pair.true}_{pair.predicted}", width="stretch"):
                st.session_state["matrix_cell"] = (run.run_id, pair.true, pair.predicted)
    with right:
        st.markdown(f"**{tr('Each class')}**")
        _class_table(matrix.to_numpy(), names)
    if st.session_state.get("matrix_cell", (None,))[0] != run.run_id and pairs:
        st.session_state["matrix_cell"] = (run.run_id, pairs[0].true, pairs[0].predicted)
    with beside:
        _show_cell(run, answers, names)


def _remember_click(run: Run, event) -> None:
    """A click counts once: the selection is still there when something else reruns the page."""
    points = event["selection"]["points"] if event else []
    cell = tuple(int(value) for value in points[0]["customdata"][:2]) if points else None
    clicked = (run.run_id, cell)
    if clicked != st.session_state.get("matrix_clicked"):
        st.session_state["matrix_clicked"] = clicked
        if cell is not None:
            st.session_state["matrix_cell"] = (run.run_id, *cell)


def _show_cell(run: Run, answers: Answers, names: tuple[str, ...]) -> None:
    run_id, true, predicted = st.session_state.get("matrix_cell", (None, 0, 0))
    if run_id != run.run_id:
        return
    found = statistics.pick_images(answers, true=true, predicted=predicted, order="most confident first")
    with st.container(key="cell_images"):
        title = (
            tr(
                "{true}, taken for {predicted}",
                true=escape_markdown(class_name(names[true])),
                predicted=escape_markdown(class_name(names[predicted])),
            )
            if true != predicted
            else tr("{true}, answered rightly", true=escape_markdown(class_name(names[true])))
        )
        st.markdown(f"**{title}**")
        show_found(run, answers, found, f"cell_{true}_{predicted}", small=True)


def _class_table(matrix: np.ndarray, names: tuple[str, ...]) -> None:
    scores = statistics.per_class(matrix)
    percents = st.column_config.NumberColumn
    st.dataframe(
        {
            "class": [class_name(name) for name in names],
            "precision": 100 * scores.precision,
            "recall": 100 * scores.recall,
            "f1": 100 * scores.f1,
            "images": scores.support,
        },
        hide_index=True,
        placeholder="–",
        column_config={
            "class": tr("Class"),
            "precision": percents(
                tr("Precision"),
                format="%.1f %%",
                help=tr("Of the answers with this class, how many are right."),
            ),
            "recall": percents(
                tr("Recall"), format="%.1f %%", help=tr("Of the images of this class, how many are found.")
            ),
            "f1": percents("F1", format="%.1f %%", help=tr("The harmonic mean of precision and recall.")),
            "images": percents(tr("Images"), format="localized"),
        },
        key="class_table",
        alt=tr("Precision, recall and F1 of each class"),
    )
