"""What a round of the class shows: the image and the buttons, the votes, the answer, the result."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from fmnist_core.data.datasets import Dataset
from fmnist_core.data.encode import data_uri
from fmnist_core.jobs import class_game
from fmnist_core.jobs.people import Person
from fmnist_core.results import statistics
from fmnist_core.results.statistics import Answers
from fmnist_core.runs.class_rounds import ClassRound
from pages.ui import services, stored_answers
from pages.ui.guess import screens
from pages.ui.image_cards import RIGHT_TEXT, WRONG_TEXT, Card, opinions, show_cards
from pages.ui.widgets import escape_markdown, heading, unique_names
from pages.ui.words.language import class_name, current_language, percent, tr

MOST_BARS = 12
"""A data set with more classes shows those with most votes."""

STYLE = (
    screens.STYLE
    + """<style>
.said {display: grid; grid-template-columns: repeat(auto-fit, minmax(132px, 1fr)); gap: 8px}
.said div {padding: 6px 10px; border: 1px solid rgba(128, 128, 128, .35); border-radius: 8px; min-width: 0;
  overflow-wrap: anywhere}
.said small {display: block; font-size: .8rem; opacity: .8}
.said b {font-size: 1.15rem; line-height: 1.25; display: block}
.votes {display: grid; grid-template-columns: fit-content(9em) 1fr 2.2em; gap: 6px 10px; align-items: center;
  font-size: 1.1rem; line-height: 1.25}
.votes .track {height: 1.35em; background: rgba(128, 128, 128, .18); border-radius: 5px; overflow: hidden}
.votes i {display: block; height: 100%; background: #0072B2; transition: width .3s}
.votes i.right {background: var(--right)}
.votes .true {font-weight: 700}
.votes b {text-align: right; font-variant-numeric: tabular-nums}
@media (min-width: 641px) {
  .said b {font-size: 1.45rem}
  .votes {font-size: 1.3rem; gap: 9px 12px}
}
@media (max-width: 640px) {
  .said {grid-template-columns: 1fr 1fr}
  .votes {font-size: .9rem; gap: 3px 8px}
}
</style>"""
)


@dataclass(frozen=True)
class Screen:
    """A round with all that it shows. votes: with the columns place, person_id and label.

    answers: of the nets, by name; none while the class votes.
    """

    played: ClassRound
    data: Dataset
    votes: pd.DataFrame
    answers: dict[str, Answers]

    @property
    def counts(self) -> np.ndarray:
        """The votes of the image that is shown, by class, int64 (classes,)."""
        return class_game.histogram(self.votes, self.played.place, self.data.classes)

    def own_vote(self, person: Person) -> int | None:
        """What this person said of the image that is shown."""
        votes = self.votes
        own = votes.loc[(votes["place"] == self.played.place) & (votes["person_id"] == person.id), "label"]
        return int(own.iloc[0]) if len(own) else None


def read(played: ClassRound) -> Screen:
    """The round with its votes and answers. Raises `FmnistError` if what it needs is gone."""
    store = services.store()
    votes = class_game.votes(store, played.round_id)
    answers: dict[str, Answers] = {}
    if played.phase != "voting":
        ids = list(played.run_ids)
        key = ("nets", current_language(), *ids)
        runs = store.cached(key, lambda: unique_names(stored_answers.existing_runs(ids)))
        answers = {name: stored_answers.answers(run) for name, run in runs.items()}
    return Screen(played, services.dataset(played.dataset), votes, answers)


def show_progress(screen: Screen) -> None:
    """Which image, of how many, and how many have voted."""
    played, count = screen.played, len(screen.played.images)
    said = tr("Image {number} of {count}", number=played.place + 1, count=count)
    said += " · " + tr("votes: {count}", count=int(screen.counts.sum()))
    st.progress((played.place + 1) / count, text=said)


def ask(screen: Screen, person: Person, vote: Callable[[Person, ClassRound, int], None]) -> None:
    """A student's screen while the class votes: the image, a button for each class, the own answer."""
    left, middle, right = st.columns(3)
    _image(screen, left)
    own, names = screen.own_vote(person), screen.data.class_names
    with middle, st.container(key=f"guess_classes_{screens.kind_of(names)}"):
        for label, name in enumerate(names):
            st.button(
                escape_markdown(class_name(name)),
                type="primary" if own == label else "secondary",
                icon=":material/check:" if own == label else None,
                disabled=own not in (None, label),
                shortcut=screens.KEYS[label] if label < len(screens.KEYS) else None,
                key=f"class_vote_{screen.played.place}_{label}",
                on_click=vote if own is None else None,
                args=(person, screen.played, label),
                width="stretch",
            )
    if own is None:
        with right:
            heading(f"**{tr('What is it?')}**")
    else:
        name = escape_markdown(class_name(names[own]))
        said = tr("You said **{name}**. Wait for the others.", name=name)
        right.info(said, icon=":material/how_to_vote:")


def show_votes(screen: Screen) -> None:
    """The lecturer's screen while the class votes."""
    left, right = st.columns([2, 3])
    _image(screen, left)
    with right:
        _bars(screen, None)


def show_answer(screen: Screen, person: Person) -> None:
    """The label, what the class, the nets and this person said, side by side; and all votes."""
    index, counts, names = screen.played.index, screen.counts, screen.data.class_names
    true = int(screen.data.test_labels[index])
    most = class_game.majority(counts)
    said = [_said(tr("The label"), class_name(names[true]))]
    own = screen.own_vote(person)
    if own is not None:
        said.append(_said(tr("You"), class_name(names[own]), own == true))
    if most == class_game.NO_MAJORITY:
        said.append(_said(tr("The class"), tr("undecided") if counts.sum() else tr("no votes")))
    else:
        share = percent(counts[most] / counts.sum(), 0)
        said.append(_said(tr("The class"), class_name(names[most]), most == true, share))
    for name, answers in screen.answers.items():
        net = int(answers.predicted[index])
        share = percent(float(answers.probabilities[index][net]), 0)
        said.append(_said(name, class_name(names[net]), net == true, share))
    left, right = st.columns([2, 3])
    _image(screen, left)
    with right:
        st.html(f'<div class="said">{"".join(said)}</div>')
        _bars(screen, true)


def _said(who: str, what: str, is_right: bool | None = None, share: str = "") -> str:
    """A box: who, what, and whether it is so."""
    sign = ""
    if is_right is not None:
        color, mark = (RIGHT_TEXT, "✓") if is_right else (WRONG_TEXT, "✗")
        sign = f'<span style="color:{color}">{mark}</span> '
    head = f"{escape(who)} · {share}" if share else escape(who)
    return f"<div><small>{head}</small><b>{sign}{escape(what)}</b></div>"


def _bars(screen: Screen, true: int | None) -> None:
    counts, names = screen.counts, screen.data.class_names
    order = np.arange(len(names))
    if len(names) > MOST_BARS:
        order = np.argsort(-counts, kind="stable")[:MOST_BARS]
    rows = []
    for label in order:
        width = 100 * counts[label] / max(1, counts.max())
        is_true = label == true
        rows.append(
            f"<span{' class=true' if is_true else ''}>{escape(class_name(names[label]))}</span>"
            f'<div class="track"><i{" class=right" if is_true else ""} style="width:{width:.1f}%"></i></div>'
            f"<b>{counts[label]}</b>"
        )
    st.html(f'<div class="votes" data-count="{counts.sum()}">{"".join(rows)}</div>')


def _image(screen: Screen, where) -> None:
    played = screen.played
    alt = tr("The image to name, {number} of {count}", number=played.place + 1, count=len(played.images))
    src = data_uri(screen.data.test_images[played.index])
    where.html(f'<img class="to-name" alt="{escape(alt, quote=True)}" src="{src}">')


def show_result(screen: Screen, person: Person) -> None:
    """The class against the nets, with intervals, and every image with what the class said of it."""
    tally = class_game.tally(screen.played, screen.votes, screen.data.test_labels)
    count = len(tally.images)
    if not count:
        st.info(tr("Nobody has voted in this round."), icon=":material/how_to_vote:")
        return
    scores = {tr("The class, by majority"): (tally.right, count, "")}
    if person.id in tally.own:  # who came late has voted on some of them
        scores = {tr("You"): (*tally.own[person.id], "")} | scores
    for name, answers in screen.answers.items():
        predicted = answers.predicted[tally.images]
        compared = statistics.compare(tally.labels, tally.majority, predicted)
        scores[name] = (int((predicted == tally.labels).sum()), count, _verdict(compared))
    for column, (name, score) in zip(st.columns(len(scores)), scores.items(), strict=True):
        screens.show_score(column, name, *score)
    share = percent(tally.right_votes / tally.votes, 0)
    st.caption(
        tr("Single votes: {share} of {votes:,} were right.", share=share, votes=tally.votes)
        + " "
        + screens.say_little(count)
    )
    show_cards(_cards(screen, tally), screen.data.class_names, top=1)


def _cards(screen: Screen, tally: class_game.Tally) -> list[Card]:
    cards, names = [], screen.data.class_names
    for index, true, most in zip(tally.images, tally.labels, tally.majority, strict=True):
        said = tr("undecided") if most == class_game.NO_MAJORITY else class_name(names[most])
        note = tr("The class: {sign} {said}", sign="✓" if most == true else "✗", said=said)
        image, nets = screen.data.test_images[index], opinions(screen.answers, index)
        cards.append(Card(image, int(index), int(true), nets, note))
    return cards


def _verdict(compared: statistics.Comparison) -> str:
    """Never more than the paired test says."""
    if not compared.different:
        return tr("no telling it from the class")
    return tr("better than the class") if compared.difference > 0 else tr("worse than the class")
