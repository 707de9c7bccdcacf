"""Guess along: name twenty test images yourself, then see what the models said."""

import secrets
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.base.messages import percent
from fmnist_core.data import summary
from fmnist_core.results import statistics
from pages.ui import services, stored_answers
from pages.ui.image_cards import Card, Opinion, show_cards
from pages.ui.widgets import escape_markdown, invite_to_train, run_labels, show_problem
from pages.ui.words.language import class_name, tr

IMAGES = 20
MAX_RUNS = 3
PIXELS = 10  # on screen, for one of the image
KEYS = "1234567890"


@dataclass
class Game:
    """One person's round: which images, which models, and what they said so far (class numbers)."""

    dataset: str
    run_ids: list[str]
    images: np.ndarray
    guesses: list[int] = field(default_factory=list)


def choose_opponents() -> None:
    """Data set and runs, and the button that begins."""
    runs = stored_answers.tested_runs()
    counts = list(dict.fromkeys(runs["dataset"]))
    dataset = st.selectbox(tr("Data set"), counts, key="guess_dataset") if len(counts) > 1 else counts[0]
    rows = runs[runs["dataset"] == dataset].sort_values("test_accuracy", ascending=False)
    names = run_labels(rows)
    chosen = st.multiselect(
        tr("Play against"),
        list(names),
        list(names)[:2],
        format_func=names.get,
        max_selections=MAX_RUNS,
        key=f"guess_runs_{dataset}",
    )
    if st.button(
        tr("Begin"),
        type="primary",
        icon=":material/play_arrow:",
        shortcut="Enter",
        disabled=not chosen,
        key="guess_begin",
    ):
        labels = services.dataset(dataset).test_labels
        images = summary.draw_evenly(labels, IMAGES, secrets.randbits(32))
        st.session_state["guess_game"] = Game(dataset, chosen, images)
        st.rerun()


def ask(game: Game) -> None:
    """The next image, and a button with a key for each class."""
    data = services.dataset(game.dataset)
    number = len(game.guesses)
    st.progress(
        number / len(game.images),
        text=tr("Image {number} of {count}", number=number + 1, count=len(game.images)),
    )
    left, right = st.columns([1, 2])
    image = data.test_images[game.images[number]]
    left.image(
        summary.strip(image[None], zoom=PIXELS),  # big pixels stay sharp
        alt=tr("The image to name, {number} of {count}", number=number + 1, count=len(game.images)),
    )
    first = data.class_names[: len(KEYS)]
    keys = first if set(first) <= set(KEYS) else KEYS  # a digit's key is the digit
    with right.container(horizontal=True):
        for k, name in enumerate(data.class_names):
            if st.button(
                escape_markdown(class_name(name)),
                shortcut=keys[k] if k < len(keys) else None,
                key=f"guess_{k}",
            ):
                game.guesses.append(k)
                st.rerun()
    if number and st.button(
        tr("Back"), icon=":material/undo:", shortcut="Backspace", type="tertiary", key="guess_back"
    ):
        game.guesses.pop()
        st.rerun()


def show_result(game: Game) -> None:
    """The scores side by side, and all images with what everybody said."""
    data = services.dataset(game.dataset)
    labels = data.test_labels[game.images]
    guesses = np.array(game.guesses)
    runs = stored_answers.existing_runs(game.run_ids)
    answers = {run.name: stored_answers.answers(run) for run in runs}
    right = int((guesses == labels).sum())
    columns = st.columns(1 + len(answers))
    columns[0].metric(tr("You"), f"{right} / {len(labels)}")
    for column, (name, part) in zip(columns[1:], answers.items(), strict=True):
        column.metric(escape_markdown(name), f"{int(part.right[game.images].sum())} / {len(labels)}")
    low, high = statistics.wilson_interval(right, len(labels))
    st.caption(
        tr(
            "{count} images say little: your 95 % interval is {low} to {high}.",
            count=len(labels),
            low=percent(low, 0),
            high=percent(high, 0),
        )
    )
    if st.button(
        tr("Play again"), type="primary", icon=":material/replay:", shortcut="Enter", key="guess_again"
    ):
        del st.session_state["guess_game"]
        st.rerun()
    cards = []
    for index, guess, label in zip(game.images, guesses, labels, strict=True):
        sign = "✓" if guess == label else "✗"
        note = tr("You: {sign} {guess}", sign=sign, guess=class_name(data.class_names[guess]))
        opinions = [
            Opinion(part.probabilities[index], int(part.predicted[index]), name)
            for name, part in answers.items()
        ]
        cards.append(Card(data.test_images[index], int(index), int(label), opinions, note))
    show_cards(cards, data.class_names, top=1)


st.markdown(
    tr(
        "Name {count} test images yourself, with the keys 1 to 9 and 0; then see what the models said.",
        count=IMAGES,
    )
)
try:
    game: Game | None = st.session_state.get("guess_game")
    if game is not None and len(game.guesses) < len(game.images):
        ask(game)
    elif game is not None:
        show_result(game)
    elif stored_answers.tested_runs().empty:
        invite_to_train(
            tr("There is no model to play against yet. Train one first."), ":material/sports_esports:"
        )
    else:
        choose_opponents()
except FmnistError as error:
    show_problem(error)
