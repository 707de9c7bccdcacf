"""The settings of a new run: from the address, from another run, or from a recipe, changed by hand."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from fmnist_core import jobs, lecture
from fmnist_core.base import recipes
from fmnist_core.base.config import MAX_EPOCHS, SETTINGS, TrainConfig
from fmnist_core.base.errors import FmnistError
from fmnist_core.base.settings import Shown
from fmnist_core.data import datasets, summary
from fmnist_core.results import statistics
from fmnist_core.runs import saved_designs
from fmnist_core.training import check_sizes
from pages.ui import address, net_drawing, services
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.train import rate
from pages.ui.widgets import escape_markdown, show_problem, whole
from pages.ui.words.language import augmentation_name, setting_word, tr, translate

GIVEN = "train_given"
"""In the session: the key of a widget whose value was set by a callback."""


def addressed() -> list[str]:
    """The settings that an address carries: /?dataset=mnist&architecture=cnn&recipe=lecture&epochs=5"""
    return [name for name, declared in SETTINGS.items() if declared.shown != "command line"]


def starting_config() -> TrainConfig:
    """What the form shows first: the address's settings, else those of its `run`, else a default. A setting
    that does not fit is refused, and the others are kept."""
    given = {name: text for name in addressed() if (text := address.asked(name))}
    run_id = address.asked("run")
    if run_id:
        try:
            of_run = services.store().get(run_id).asked_config
        except FmnistError as error:
            shown = tr("no run") if services.store().table().empty else tr("another run")
            address.refuse("run", shown, reason=translate(error.message))
        else:
            if not given:  # a race has more epochs than a form can say
                return of_run.replace(epochs=min(of_run.epochs, MAX_EPOCHS))
    recipe = address.choice("recipe", ["custom", *recipes.RECIPES], "custom")
    config = recipes.configure(recipe) if recipe in recipes.RECIPES else TrainConfig()
    for name, text in given.items():
        if name != "recipe":
            config = _with(config, name, text)
    return config


def _with(config: TrainConfig, name: str, text: str) -> TrainConfig:
    """The config with this setting of an address, if it fits."""
    checks: dict[str, Callable[[str], object]] = {
        "dataset": datasets.find,
        "architecture": saved_designs.find,
        "start_from": services.store().get,
        "device": lambda device: jobs.check(services.store(), TrainConfig(device=device)),
    }
    try:
        checks.get(name, str)(text)
        if name == "dataset":
            return recipes.on(config, text)
        return config.replace(**{name: SETTINGS[name].read(text)})
    except FmnistError as error:
        kept = getattr(config, name)
        shown = tr("none") if kept is None else setting_word(statistics.written(kept))
        address.refuse(name, shown, reason=translate(error.message))
        return config


def quick_choices() -> None:
    """The lecture's nets by its own recipe, and the project's recipes, one click away each."""
    choices = {f"lecture · {name}": ("lecture", name) for name in lecture.LADDER}
    choices |= {
        name: (name, recipe.settings["architecture"])
        for name, recipe in recipes.RECIPES.items()
        if "architecture" in recipe.settings
    }

    def choose() -> None:
        chosen = st.session_state["train_quick"]
        if chosen is not None:
            recipe, architecture = choices[chosen]
            st.session_state["train_recipe"] = recipe
            st.session_state[f"train_architecture_{recipe}"] = architecture

    st.pills(tr("Ready-made"), list(choices), key="train_quick", on_change=choose)


def choose_config() -> TrainConfig | None:
    """The form; returns its settings, or None while one of them does not fit (the form says which)."""
    start = _start()
    pictures = st.empty()
    dataset = _choose(tr("Data set"), datasets.names(), start.dataset, "train_dataset")
    _show_images(pictures, dataset)
    recipe = st.session_state["train_recipe"]
    base = recipes.on(start if recipe == start.recipe else recipes.configure(recipe), dataset)
    architecture = _choose(
        tr("Architecture"),
        saved_designs.architecture_names(),
        base.architecture,
        f"train_architecture_{recipe}",
        _description(f"train_architecture_{recipe}", base.architecture),
    )
    try:
        info = datasets.find(dataset)
        net_drawing.show(architecture, info.image_shape, len(info.class_names))
        if not datasets.is_available(dataset):
            st.caption(tr("Will be downloaded: {megabytes} MB.", megabytes=info.download_megabytes))
        if info.train_size < recipes.FEW and recipe != "few":
            st.caption(tr("{count:,} training images: the recipe few suits so few.", count=info.train_size))
    except FmnistError as error:  # of a link, or deleted meanwhile: another one can be chosen above
        show_problem(error)
        return None
    _choose(tr("Recipe"), ["custom", *recipes.RECIPES], start.recipe, "train_recipe", _recipes_explained())
    changed = st.empty()
    key = f"{recipe}_{st.session_state['train_generation']}"
    settings = widgets(base, "first", key, columns=2)
    beside_rate = st.empty()
    with st.expander(tr("More settings"), icon=":material/tune:"):
        quick_choices()
        settings |= widgets(base, "often", key, columns=1) | widgets(base, "rarely", key, columns=1)
    try:
        asked = base.replace(architecture=architecture, recipe=recipe, **settings)
        check_sizes(asked, info.train_size, dataset)
    except FmnistError as error:
        show_problem(error)
        rate.show_button(beside_rate, None)
        for name in addressed():  # the last settings that fitted
            address.note(name, address.asked(name), "")
        return None
    for name, text in address_of(asked).items():
        address.note(name, text)
    st.session_state["train_last"] = asked
    config = recipes.relabel(asked)
    rate.show_button(beside_rate, config)
    if config.recipe != recipe:
        changed.caption(tr("Changed from {recipe}: custom", recipe=recipe))
    return config


def _show_images(where: DeltaGenerator, dataset: str) -> None:
    """A strip of the data set's images, one of each class, where it is on this machine."""
    try:
        if datasets.is_available(dataset):
            data = services.dataset(dataset)
            shown = data.test_images[list(summary.sample_indices(data, 10))]
            strip = summary.strip(shown, zoom=2)
            where.image(strip, width="stretch", alt=tr("Images of the data set, one of each class"))
    except FmnistError:  # said below, by the widget that it is about
        return


def _description(key: str, default: str) -> str | None:
    """What the architecture is that the widget with this key shows."""
    try:
        found = saved_designs.find(st.session_state.get(key, default))
        return escape_markdown(translate(found.description))
    except FmnistError:
        return None


def _recipes_explained() -> str:
    """What each recipe is for."""
    lines = [f"**{name}**: {translate(recipe.description)}" for name, recipe in recipes.RECIPES.items()]
    return "\n\n".join([tr("Settings that belong together. You can change each of them below."), *lines])


def _start() -> TrainConfig:
    """What the form begins with: a link's settings, or, back from another page, the last ones."""
    state = st.session_state
    if state.get("train_visit") == address.visit_number():
        return state["train_start"]
    is_asked = any(address.asked(name) for name in (*addressed(), "run"))
    start = state["train_last"] if "train_last" in state and not is_asked else starting_config()
    state["train_visit"], state["train_start"] = address.visit_number(), start
    state["train_generation"] = state.get("train_generation", 0) + 1  # widgets with new keys, and new values
    state["train_dataset"], state["train_recipe"] = start.dataset, start.recipe
    state[f"train_architecture_{start.recipe}"] = start.architecture
    return start


def use_rate(rate: float) -> None:
    """For callbacks: put this learning rate into the form, and leave all else as it is."""
    key = f"train_learning_rate_{st.session_state['train_recipe']}_{st.session_state['train_generation']}"
    st.session_state[key], st.session_state[GIVEN] = rate, key


def _choose(label: str, options: list[str], value: str, key: str, help: str | None = None) -> str:
    if value not in options:
        options = [value, *options]  # a designed net or a data set that is gone: the queue explains
    if key in st.session_state:  # a default beside a stored value would be warned about
        return st.selectbox(label, options, key=key, help=help)
    return st.selectbox(label, options, index=options.index(value), key=key, help=help)


def widgets(base: TrainConfig, shown: Shown, key: str, columns: int = 3) -> dict[str, object]:
    """A widget for each setting that is shown there.

    key: of the recipe, so that another recipe brings its own values; so does another data set, where the
    recipe goes by it."""
    names = [name for name, declared in SETTINGS.items() if declared.shown == shown]
    places = st.columns(columns, vertical_alignment="bottom")  # a label may take two lines
    usual, here = (recipes.settings_of(base.recipe, name) for name in (TrainConfig().dataset, base.dataset))
    return {
        name: _widget(
            places[place % columns],
            name,
            getattr(base, name),
            f"train_{name}_{key}" + ("" if usual.get(name) == here.get(name) else "_here"),
        )
        for place, name in enumerate(names)
    }


def _widget(where: DeltaGenerator, name: str, value: Any, key: str) -> object:
    declared = SETTINGS[name]
    texts: dict[str, Any] = {"label": translate(declared.label), "help": translate(declared.help), "key": key}
    if declared.kind is bool:
        return where.checkbox(value=value, **texts)
    if declared.joined:
        chosen = where.multiselect(
            options=declared.choices, default=declared.split(value), format_func=augmentation_name, **texts
        )
        return "+".join(chosen) or "none"
    if declared.kind is str:
        choices = services.devices() if name == "device" else declared.choices
        options = list(dict.fromkeys((value, *choices)))
        options.sort(key=lambda option: option in choices and choices.index(option))
        words = {option: translate(option) for option in options}
        show = words.__getitem__
        return where.selectbox(options=options, index=options.index(value), format_func=show, **texts)
    # No limits here, and no whole numbers only: the browser would drop or cut a value without a word.
    # `TrainConfig` says what is wrong with it.
    start = None if value is None else float(value)
    if st.session_state.get(GIVEN) == key:
        start = None  # a default beside a stored value would be warned about
        del st.session_state[GIVEN]
    number = where.number_input(value=start, step=float(declared.step), format="%g", **texts)
    return whole(number) if declared.kind is int else number


def address_of(config: TrainConfig) -> dict[str, str]:
    """What an address says of a config: what always counts, and what differs from its recipe."""
    values = config.to_dict()
    is_recipe = config.recipe in recipes.RECIPES
    default = recipes.configure(config.recipe, dataset=config.dataset) if is_recipe else type(config)()
    base = default.to_dict()
    always = ("dataset", "architecture", "recipe", "epochs")
    said = [name for name in addressed() if name in always or values[name] != base[name]]
    return {name: str(values[name]) for name in said if values[name] is not None}
