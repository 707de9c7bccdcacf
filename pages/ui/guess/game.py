"""One person's game, and the choice of whom to play against; both outlive a visit to another page."""

import secrets
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from fmnist_core.data import summary
from fmnist_core.data.datasets import Dataset
from fmnist_core.results.statistics import Answers
from pages.ui import services, stored_answers
from pages.ui.widgets import run_labels, unique_names
from pages.ui.words.language import tr

IMAGES = 20
MAX_RUNS = 3


@dataclass
class Game:
    """Which images, which models, and what the person said so far (class numbers).

    seen: so many answers have been looked at; one more was given while it is on the screen.
    """

    dataset: str
    run_ids: list[str]
    images: np.ndarray
    guesses: list[int] = field(default_factory=list)
    seen: int = 0

    @property
    def is_answered(self) -> bool:
        """Whether the image on the screen has been named."""
        return len(self.guesses) > self.seen

    @property
    def is_over(self) -> bool:
        """Whether all answers have been looked at."""
        return self.seen == len(self.images)


@dataclass(frozen=True)
class Round:
    """A game with its images, labels int64 (N,), and what each model says: name -> answers."""

    game: Game
    data: Dataset
    labels: np.ndarray
    answers: dict[str, Answers]

    def scores(self) -> dict[str, int]:
        """Right answers so far, the person's first."""
        count = len(self.game.guesses)
        shown = self.game.images[:count]
        mine = int((np.array(self.game.guesses, dtype=np.int64) == self.labels[:count]).sum())
        return {tr("You"): mine} | {name: int(a.right[shown].sum()) for name, a in self.answers.items()}


def current() -> Game | None:
    """The game that was begun."""
    return st.session_state.get("guess_game")


def leave() -> None:
    """The game is put away."""
    st.session_state.pop("guess_game", None)


def read(game: Game) -> Round:
    """Raises `RunError` or `DataError` if what it needs is gone."""
    data = services.dataset(game.dataset)
    runs = unique_names(stored_answers.existing_runs(game.run_ids))
    answers = {name: stored_answers.answers(run) for name, run in runs.items()}
    return Round(game, data, data.test_labels[game.images], answers)


def choose() -> tuple[str, list[str]]:
    """For the pane: the data set and the runs to play against, the two best ones at first."""
    runs, state = stored_answers.tested_runs(), st.session_state
    known = state.setdefault("guess_chosen", {})  # what survives when the widgets are not drawn
    names = list(dict.fromkeys(runs["dataset"]))
    if state.get("guess_dataset") not in names:
        state["guess_dataset"] = known.get("dataset") if known.get("dataset") in names else names[0]
    dataset = known["dataset"] = st.selectbox(tr("Data set"), names, key="guess_dataset")
    rows = runs[runs["dataset"] == dataset].sort_values("test_accuracy", ascending=False)
    labels, key = run_labels(rows), f"guess_runs_{dataset}"
    if key not in state:
        state[key] = [run_id for run_id in known.get(key, list(labels)[:2]) if run_id in labels]
    chosen = known[key] = st.multiselect(
        tr("Play against"),
        list(labels),
        format_func=lambda run_id: labels[run_id],
        max_selections=MAX_RUNS,
        key=key,
    )
    return dataset, chosen


def begin(dataset: str, run_ids: list[str]) -> None:
    """A new game with other images. Raises like `read`, and then there is none."""
    labels = services.dataset(dataset).test_labels
    images = summary.draw_evenly(labels, IMAGES, secrets.randbits(32))
    game = Game(dataset, run_ids, images)
    read(game)
    st.session_state["guess_game"] = game
    st.rerun()
