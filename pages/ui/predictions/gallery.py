"""The images of a run, filtered; the confusion matrix whose cells show their images; words for the worst."""

import itertools
import re
from typing import Any

import numpy as np
import streamlit as st

from fmnist_core.results import charts, statistics
from fmnist_core.results.statistics import ORDERS, OUTCOMES, Answers
from fmnist_core.runs import Run
from pages.ui import address, shell, stored_answers
from pages.ui.image_cards import cards_of, show_cards
from pages.ui.widgets import escape_markdown, heading, show_chart
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
        st.button(
            tr("Most confident mistakes"),
            icon=":material/priority_high:",
            key="images_mistakes",
            on_click=_preset,
            args=("wrong", "most confident first"),
        )
        st.button(
            tr("Least confident answers"),
            icon=":material/question_mark:",
            key="images_unsure",
            on_click=_preset,
            args=("all", "least confident first"),
        )
    with shell.pane():
        outcome = address.options(
            tr("Answers"), "answers", list(OUTCOMES), "wrong", outcome_names.__getitem__, key="images_outcome"
        )
        order = address.select(
            tr("Order"),
            "order",
            ORDERS,
            "most confident first",
            order_names.__getitem__,
            key="images_order",
        )
        left, right = st.columns(2, vertical_alignment="bottom")
        with left:
            true = _class_choice(tr("True class"), "true", names)
        with right:
            predicted = _class_choice(tr("Predicted class"), "predicted", names)
        confidence = _confidence()
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
    address.change(answers=outcome, order=order, true=None, predicted=None, confidence=None)


def _class_choice(label: str, name: str, names: tuple[str, ...]) -> int:
    """A class, or ANY; the address has its name."""

    def shown(label: int) -> str:
        return tr("Any") if label == ANY else class_name(names[label])

    options = [ANY, *range(len(names))]
    asked = address.choice(name, ["", *names], "", lambda name: class_name(name) or tr("Any"))
    start = names.index(asked) if asked else ANY
    key = address.widget_key(f"images_{name}_{len(names)}")
    chosen = st.selectbox(label, options, options.index(start), format_func=shown, key=key)
    address.note(name, None if chosen == ANY else names[chosen])
    return chosen


def _confidence() -> tuple[int, int]:
    """The range of confidences to show, in percent."""
    asked = address.asked("confidence", "0-100")
    found = re.fullmatch(r"(\d{1,3})-(\d{1,3})", asked, re.ASCII)
    low, high = (int(end) for end in found.groups()) if found else (1, 0)
    if not low <= high <= 100:
        low, high = 0, 100
        address.refuse("confidence", "0-100")
    low, high = st.slider(
        tr("Confidence, in percent"), 0, 100, (low, high), key=address.widget_key("images_confidence")
    )
    address.note("confidence", f"{low}-{high}", "0-100")
    return low, high


def show_found(run: Run, answers: Answers, found: np.ndarray, key: str, small: bool = False) -> None:
    """How many images there are, and a page of them; small: beside something else."""
    left, right = st.columns([2, 1], vertical_alignment="center")
    left.markdown(
        tr("**{count}** of {total} test image(s)", count=f"{len(found):,}", total=f"{len(answers.labels):,}")
    )
    if len(found) == 0:
        st.info(tr("No image fits. Widen the filters."), icon=":material/search_off:")
        return
    size = SMALL_PAGE if small else PAGE
    pages = -(-len(found) // size)
    page = 1
    if pages > 1:
        label = tr("Page (of {pages})", pages=f"{pages:,}")
        page = right.number_input(label, 1, pages, 1, key=f"page_{key}")
    images = stored_answers.data_of(run).test_images
    names = stored_answers.class_names(run)
    shown = found[(page - 1) * size : page * size]
    show_cards(cards_of(images, answers.labels, {"": answers}, shown), names, small=small)


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
            charts.confusion_heatmap(matrix, rates),
            charts.confusion_heatmap_alt(matrix),
            key=f"matrix_{run.run_id}",
            on_select="rerun",
            selection_mode="points",
        )
    pairs = statistics.worst_pairs(matrix.to_numpy())
    cell = _chosen_cell(run, event, names, pairs)
    with right:
        if cell is not None:
            _show_cell(run, answers, names, *cell)
    left, right = st.columns(2)
    with left:
        heading(f"**{tr('Worst pairs')}**")
        if not pairs:
            st.markdown(tr("None: every answer is right."))
        for pair in pairs:
            st.button(
                escape_markdown(translate(statistics.worst_pair_sentence(pair, names))),
                key=f"pair_{pair.true}_{pair.predicted}",
                width="stretch",
                on_click=_choose_cell,
                args=(run.run_id, pair.true, pair.predicted),
            )
    with right:
        heading(f"**{tr('Each class')}**")
        _class_table(matrix.to_numpy(), names)


def _choose_cell(run_id: str, true: int, predicted: int) -> None:
    st.session_state["matrix_cell"] = (address.visit_number(), run_id, true, predicted)


def _chosen_cell(
    run: Run, event: Any, names: tuple[str, ...], pairs: list[statistics.WorstPair]
) -> tuple[int, int] | None:
    """True and predicted class of the cell to show: clicked last, else the address's, else the worst pair."""
    points = event["selection"]["points"] if event else []
    clicked = tuple(int(value) for value in points[0]["customdata"][:2]) if points else None
    # A click counts once: the selection is still there when something else reruns the page.
    if st.session_state.get("matrix_clicked") != (run.run_id, clicked):
        st.session_state["matrix_clicked"] = (run.run_id, clicked)
        if clicked is not None:
            _choose_cell(run.run_id, *clicked)
    visit, run_id, *cell = st.session_state.get("matrix_cell", (None, None))
    if visit != address.visit_number():
        asked = address.asked("cell")
        every = itertools.product(range(len(names)), repeat=2)
        cell = next(([i, j] for i, j in every if asked == f"{names[i]} > {names[j]}"), [])
        if asked and not cell:
            address.refuse("cell", tr("the worst pair"))
    elif run_id != run.run_id:
        cell = []
    if not cell and pairs:
        cell = [pairs[0].true, pairs[0].predicted]
    if not cell:
        return None
    true, predicted = cell
    _choose_cell(run.run_id, true, predicted)
    address.note("cell", f"{names[true]} > {names[predicted]}")
    return true, predicted


def _show_cell(run: Run, answers: Answers, names: tuple[str, ...], true: int, predicted: int) -> None:
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
        heading(f"**{title}**")
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
