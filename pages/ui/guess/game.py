"""One person's game, and the choice of whom to play against; both outlive a visit to another page."""

import secrets
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import FmnistError
from fmnist_core.data import summary
from fmnist_core.data.datasets import Dataset
from fmnist_core.results.statistics import Answers
from pages.ui import address, current_run, services, short_names, stored_answers
from pages.ui.widgets import unique_names
from pages.ui.words.language import tr

IMAGES = 20
MAX_RUNS = 3


@dataclass
class Game:
    """Which images, which models, and what the person said so far (class numbers).

    number: the same number draws the same images. seen: so many answers have been looked at; one more was
    given while it is on the screen.
    """

    dataset: str
    run_ids: list[str]
    number: int
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
    """The game that was begun; after a reload, Back or another page the one in the address."""
    state = st.session_state
    if state.get("guess_visit") != address.visit_number():
        state["guess_visit"], state["guess_game"] = address.visit_number(), _of_the_address()
    return state["guess_game"]


def _of_the_address() -> Game | None:
    if not address.asked("game"):
        return None
    asked = {name: address.asked(name) for name in ("dataset", "against", "game", "answers", "seen")}
    try:
        dataset, run_ids = asked["dataset"], asked["against"].split(",")
        answers = [int(text) for text in asked["answers"].split(".") if text]
        game = _drawn(dataset, run_ids, int(asked["game"]))
        game.guesses, game.seen = answers, int(asked["seen"] or 0)
        classes = services.dataset(dataset).classes
        fits = 0 <= game.seen <= len(answers) <= min(game.seen + 1, len(game.images))
        if fits and all(0 <= answer < classes for answer in answers):
            return game
    except (ValueError, FmnistError):
        pass
    address.refuse("game", tr("a new game"))
    return None


def remember(game: Game | None, dataset: str, run_ids: list[str]) -> None:
    """The address says whom one plays against, and the game so far."""
    address.note("dataset", game.dataset if game else dataset)
    address.note("against", ",".join(game.run_ids if game else run_ids) or None)
    address.note("game", game.number if game else None)
    address.note_quietly("answers", ".".join(map(str, game.guesses)) or None if game else None)
    address.note_quietly("seen", game.seen or None if game else None)


def leave() -> None:
    """Forget the game, so that other opponents can be chosen."""
    st.session_state["guess_game"] = None


def read(game: Game) -> Round:
    """The game's images and what its models say; deleted models are left out. Raises `FmnistError`."""
    data = services.dataset(game.dataset)
    runs = unique_names(stored_answers.existing_runs(game.run_ids))
    answers = {name: stored_answers.answers(run) for name, run in runs.items()}
    return Round(game, data, data.test_labels[game.images], answers)


def choose() -> tuple[str, list[str]]:
    """For the pane: the data set, at first that of the run that was looked at last, else Fashion-MNIST; and
    the runs to play against, the two best ones at first."""
    runs = stored_answers.tested_runs()
    names = list(dict.fromkeys(runs["dataset"]))
    asked = address.asked("dataset")
    run = current_run.get()
    wanted = (run.config.dataset if run else "", TrainConfig().dataset, *names)
    default = next(name for name in wanted if name in names)
    if asked and asked not in names:
        address.refuse("dataset", default)
    address.keep("guess_dataset", default, names, asked=asked or None)
    dataset = st.selectbox(tr("Data set"), names, key="guess_dataset")
    rows = runs[runs["dataset"] == dataset].sort_values("test_accuracy", ascending=False)
    labels, key = short_names.run_labels(rows.itertuples()), f"guess_runs_{dataset}"
    best, against = list(labels)[:2], address.asked("against").split(",") if dataset == asked else []
    unknown = [run_id for run_id in against if run_id and run_id not in labels]
    if unknown:
        others = [run_id for run_id in against if run_id in labels]
        address.refuse("against", tr("the other runs") if others else tr("the best runs"), ",".join(unknown))
        against = others or best
    address.keep(key, best, asked=against if any(against) else None)
    st.session_state[key] = [run_id for run_id in st.session_state[key] if run_id in labels][:MAX_RUNS]
    chosen = st.multiselect(
        tr("Play against"),
        list(labels),
        format_func=lambda run_id: labels[run_id],
        max_selections=MAX_RUNS,
        key=key,
    )
    return dataset, chosen


def begin(dataset: str, run_ids: list[str]) -> None:
    """A new game with other images. Raises like `read`, and then there is none."""
    game = _drawn(dataset, run_ids, secrets.randbits(32))
    read(game)
    st.session_state["guess_game"] = game
    st.rerun()


def _drawn(dataset: str, run_ids: list[str], number: int) -> Game:
    labels = services.dataset(dataset).test_labels
    return Game(dataset, run_ids, number, summary.draw_evenly(labels, IMAGES, number))
