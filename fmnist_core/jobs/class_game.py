"""A class that guesses together: the rules of a round, and what class and nets have got right at its end.

The lecturer begins a round, shows each answer, goes on and ends it; everybody votes once for an image. As in
`classroom`, the person at the browser is an argument, and the rule is applied here whatever a browser sends.
"""

import secrets
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.errors import ConfigError, RunError
from ..data import datasets, summary
from ..runs import RunStore
from ..runs.class_rounds import ClassRound
from . import calling
from .classroom import require_lecturer
from .people import Person

IMAGES = 10
"""Of a round: ten minutes of a lecture."""

NO_MAJORITY = -1
"""In place of a class number where two classes got as many votes."""


def current(store: RunStore) -> ClassRound | None:
    """The round that is on, or whose result is shown; read once for all browsers until something changes."""
    return store.cached("class round", store.rounds.current)


def votes(store: RunStore, round_id: int) -> pd.DataFrame:
    """All votes of a round (place, person_id, label), read once as above. Leave it as it is."""
    return store.cached(("votes", round_id), lambda: store.rounds.votes(round_id))


# ---- the lecturer -----------------------------------------------------------------------------------


def begin(store: RunStore, person: Person, dataset: str, run_ids: list[str], count: int = IMAGES) -> int:
    """A new round on so many test images, every class as often as any other, to which everybody is called.

    Returns its id. Raises `RunError` for whoever is not the lecturer and while a round is on, which a second
    click or another lecturer would take away from the class; `DataError` without the data set.
    """
    require_lecturer(person)
    if not run_ids:
        raise RunError("A round needs a net to play against. Choose one at the left.")
    labels = datasets.load(dataset, download=False).test_labels
    images = summary.draw_evenly(labels, count, secrets.randbits(32))
    round_id = store.rounds.begin(dataset, run_ids, images.tolist())
    if round_id is None:
        raise RunError("A round is on already. End it first.")
    calling.call_everyone(store, person, "guess", {})
    return round_id


def reveal(store: RunStore, person: Person, seen: ClassRound) -> None:
    """Voting on the image that the lecturer sees is over, its label is shown."""
    require_lecturer(person)
    if seen.phase == "voting":
        store.rounds.move(seen, seen.place, "revealed")


def go_on(store: RunStore, person: Person, seen: ClassRound) -> None:
    """To the next image, or from the last one to the result; a second click does not skip an image."""
    require_lecturer(person)
    if seen.phase != "revealed":
        return
    if seen.is_last:
        store.rounds.move(seen, seen.place, "ended")
    else:
        store.rounds.move(seen, seen.place + 1, "voting")


def end(store: RunStore, person: Person, seen: ClassRound) -> None:
    """To the result of the images whose label was shown; without any, or from the result, to no round.

    It ends however far another lecturer has led it meanwhile; only a result that was not seen yet stays.
    """
    require_lecturer(person)
    is_moved = False
    while not is_moved:
        now = store.rounds.current()
        if now is None or now.round_id != seen.round_id or (now.phase == "ended") != (seen.phase == "ended"):
            return
        last = now.place - (now.phase == "voting")
        is_over = now.phase == "ended" or last < 0
        is_moved = store.rounds.move(now, max(last, 0), "closed" if is_over else "ended")


# ---- everybody --------------------------------------------------------------------------------------


def vote(store: RunStore, person: Person, round_id: int, place: int, label: int) -> None:
    """Say what the image at a place of the round is. Raises `RunError` or `ConfigError`."""
    now = current(store)
    if now is None or now.phase == "ended" or now.round_id != round_id:
        raise RunError("There is no such round of guessing. Wait until the lecturer begins one.")
    if not person.id:
        raise RunError("Votes need people: start the server with FMNIST_PASSCODE set.")
    names = datasets.find(now.dataset).class_names
    if not (isinstance(label, int) and 0 <= label < len(names)):
        raise ConfigError(
            "There is no class number {label} in {dataset}; it has {count} classes, from 0. Press one of the "
            "buttons.",
            label=str(label)[:20],
            dataset=now.dataset,
            count=len(names),
        )
    result = store.rounds.vote(round_id, place, person.id, label)
    if result == "late":
        raise RunError("Voting on image {number} is over. Vote on the next one.", number=place + 1)
    if result == "twice":
        raise RunError("You have voted on image {number} already; one vote counts.", number=place + 1)


# ---- the result -------------------------------------------------------------------------------------


def histogram(votes: pd.DataFrame, place: int, classes: int) -> np.ndarray:
    """How often each class was named for the image at a place, int64 (classes,)."""
    return np.bincount(votes.loc[votes["place"] == place, "label"].astype(np.int64), minlength=classes)


def majority(counts: np.ndarray) -> int:
    """The class that was named most often, or `NO_MAJORITY`."""
    best = np.flatnonzero(counts == counts.max())
    return int(best[0]) if len(best) == 1 and counts.max() > 0 else NO_MAJORITY


@dataclass(frozen=True)
class Tally:
    """What a round has shown: only images whose label was shown and on which somebody voted.

    images: their positions in the test split; labels, majority: class numbers; votes, right_votes: of all
    people together; own: of each person, how many of their votes were right, and how many there are.
    """

    images: np.ndarray
    labels: np.ndarray
    majority: np.ndarray
    votes: int
    right_votes: int
    own: dict[str, tuple[int, int]]

    @property
    def right(self) -> int:
        """Images that the majority named rightly."""
        return int((self.majority == self.labels).sum())


def tally(played: ClassRound, votes: pd.DataFrame, labels: np.ndarray) -> Tally:
    """The tally of a round so far. labels: int64 (N,), of all test images."""
    shown = played.place + (played.phase != "voting")
    counted = [place for place in range(shown) if (votes["place"] == place).any()]
    images = np.array([played.images[place] for place in counted], dtype=np.int64)
    said = [majority(histogram(votes, place, int(labels.max()) + 1)) for place in counted]
    of_these = votes[votes["place"].isin(counted)]
    truth = of_these["place"].map({place: int(labels[played.images[place]]) for place in counted})
    right = of_these["label"] == truth
    own = {person: (int(each.sum()), len(each)) for person, each in right.groupby(of_these["person_id"])}
    return Tally(images, labels[images], np.array(said, dtype=np.int64), len(of_these), int(right.sum()), own)
