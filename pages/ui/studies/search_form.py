"""What a new search may choose, and how long it may go on, around the settings of the Train page."""

from typing import Any

import streamlit as st

from fmnist_core.base import recipes
from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.base.search import MOST_TRIALS, SEARCHED, Choices, Search, read_choices
from fmnist_core.data import datasets
from fmnist_core.jobs import search as searches
from fmnist_core.jobs import study as studies
from fmnist_core.runs import saved_designs
from pages.ui import address, people, services
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.studies import form
from pages.ui.widgets import duration, showing_errors
from pages.ui.words.language import tr, translate

TRIALS = 25
RANGES = {
    "learning_rate": "0.0001..0.1",
    "batch_size": "16..512",
    "momentum": "0.5..0.99",
    "weight_decay": "0.0001..0.1",
    "label_smoothing": "0..0.2",
    "weight_averaging": "0..0.999",
    "test_time_flip": "true, false",
    "augmentation": "none, flip, shift, shift+flip",
}
"""Where a search begins to look, unless somebody says otherwise."""


def show() -> str | None:
    """The form, which begins with its button; returns the id of the search that it started."""
    first = st.container()
    base = form.base_of_train()
    names = datasets.names()
    default = base.dataset if base.dataset in names else TrainConfig().dataset  # one's own may be deleted
    chosen = address.select(
        translate(SETTINGS["dataset"].label), "dataset", names, default, key="search_dataset"
    )
    nets = form.several("architecture", saved_designs.architecture_names(), base.architecture)
    base = recipes.on(base, chosen).replace(architecture=nets[0] if nets else base.architecture)
    space: dict[str, Choices] = {"architecture": tuple(nets)} if len(nets) > 1 else {}
    others = [name for name in SEARCHED if name != "architecture"]
    asked = [name for name in others if address.asked(_asked_as(name))]
    varied = st.multiselect(
        tr("Search for the best"),
        others,
        asked or ["learning_rate"],
        format_func=lambda name: translate(SETTINGS[name].label),
        key=address.widget_key("search_varied"),
    )
    for name in varied:
        with showing_errors():
            space[name] = read_choices(name, _text(name))
    fits = bool(nets) and set(varied) <= set(space)
    left, right = st.columns(2)
    with left:
        trials = address.number(tr("Trials"), "trials", 1, MOST_TRIALS, TRIALS, tr("Trainings in all."))
    with right:
        minutes = address.number(
            tr("Minutes at most"), "minutes", 0, 10_000, 0, tr("No trial begins after them; 0 is no limit.")
        )
    prunes = st.toggle(
        tr("End hopeless trials early"),
        address.choice("prune", ["1", "0"], "1") == "1",
        key=address.widget_key("search_prunes"),
        help=tr("Those among the worst quarter at the same epoch."),
    )
    address.note("prune", None if prunes else "0")
    return _start(first, base, space if fits else {}, trials, float(minutes) or None, prunes)


def _text(name: str) -> str:
    """What was typed for a setting: a range or values."""
    declared = SETTINGS[name]
    start = address.asked(_asked_as(name)) or RANGES.get(name) or ", ".join(declared.choices)
    text = st.text_input(
        translate(declared.label),
        start,
        help=translate(declared.help) + " " + tr("A range like 0.0001..0.1, or values with commas between."),
        key=address.widget_key(f"search_for_{name}"),
    )
    address.note(_asked_as(name), text, None)
    return text


def _asked_as(name: str) -> str:
    """The setting's name in the address; under its own name a grid keeps values, which are no range."""
    return f"range_{name}"


def _start(
    first: DeltaGenerator,
    base: TrainConfig,
    space: dict[str, Any],
    trials: int,
    minutes: float | None,
    prunes: bool,
) -> str | None:
    """What the search amounts to, and the button. first: a place above the fields."""
    wanted = None
    with showing_errors():
        if space:
            asked = Search(searches.with_validation(base), space, trials, minutes, prunes)
            searches.check(asked)
            wanted = asked
    name = translate(searches.search_name(wanted)) if wanted else ""
    typed = st.text_input(tr("Name"), placeholder=name, key=address.widget_key("search_name"))
    with first:
        is_wanted = st.button(
            tr("Start the search"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=wanted is None,
            key="search_start",
            width="stretch",
        )
        if wanted:
            st.caption(_how_long(wanted))
    if not is_wanted:
        return None
    assert wanted is not None  # the button is disabled
    return form.started(lambda: people.submit_search(typed or name, wanted))


def _how_long(wanted: Search) -> str:
    said = tr("Chosen by {count:,} validation image(s)", count=wanted.base.validation_size)
    seconds, _ = studies.expected_seconds([wanted.base] * wanted.trials, services.store().runs())
    if seconds:
        said += " · " + tr("at most about {time} of training", time=duration(seconds))
    return said
