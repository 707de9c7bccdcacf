"""The settings of a new run: from the address, from another run, or from a recipe, changed by hand."""

import pandas as pd
import streamlit as st

from fmnist_core import lecture
from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.base.errors import FmnistError
from fmnist_core.base.settings import Shown
from fmnist_core.data import datasets
from fmnist_core.nets import architectures
from fmnist_core.runs import saved_designs
from fmnist_core.training import recipes
from pages.ui import services
from pages.ui.widgets import escape_markdown, show_problem
from pages.ui.words.language import tr, translate


def addressed() -> list[str]:
    """The settings that an address carries: /?dataset=mnist&architecture=cnn&recipe=lecture&epochs=5"""
    return [name for name, declared in SETTINGS.items() if declared.shown != "command line"]


def starting_config() -> TrainConfig:
    """What the form shows first: `?run=` (a run to do again), else the address's settings, else a default."""
    run_id = st.query_params.get("run")
    if run_id:
        return services.store().get(run_id).config.replace(photos=None)  # perhaps another machine's folder
    given = {name: st.query_params[name] for name in addressed() if name in st.query_params}
    recipe = given.pop("recipe", "custom")
    config = recipes.configure(recipe) if recipe in recipes.RECIPES else TrainConfig()
    return config.replace(**{name: SETTINGS[name].read(text) for name, text in given.items()})


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

    columns = st.columns(3)
    dataset = _choose(columns[0], tr("Data set"), datasets.names(), start.dataset, "train_dataset")
    recipe_names = ["custom", *recipes.RECIPES]
    recipe = _choose(
        columns[1],
        tr("Recipe"),
        recipe_names,
        start.recipe,
        "train_recipe",
        help=tr("Settings that belong together. You can change each of them below."),
    )
    base = start if recipe == start.recipe else recipes.configure(recipe)
    architecture = _choose(
        columns[2],
        tr("Architecture"),
        saved_designs.architecture_names(),
        base.architecture,
        f"train_architecture_{recipe}",
    )
    try:
        columns[0].caption(escape_markdown(translate(datasets.find(dataset).description)))
        if not datasets.is_available(dataset):
            megabytes = datasets.find(dataset).download_megabytes
            columns[0].caption(tr("Will be downloaded: {megabytes} MB.", megabytes=megabytes))
        columns[2].caption(escape_markdown(translate(saved_designs.find(architecture).description)))
    except FmnistError as error:  # of a link, or deleted meanwhile: another one can be chosen above
        show_problem(error)
        return None
    if recipe in recipes.RECIPES:
        columns[1].caption(translate(recipes.RECIPES[recipe].description))
    key = f"{recipe}_{st.session_state['train_generation']}"
    with st.expander(tr("Settings"), icon=":material/tune:"):
        settings = widgets(base, "often", key)
    with st.expander(tr("Settings that are rarely changed"), icon=":material/instant_mix:"):
        settings |= widgets(base, "rarely", key)
    try:
        config = base.replace(dataset=dataset, architecture=architecture, recipe=recipe, **settings)
    except FmnistError as error:
        show_problem(error)
        return None
    _write_address(config)
    st.session_state["train_last"] = config
    with st.expander(tr("Layers of {name}", name=architecture), icon=":material/layers:"):
        _layers(architecture, dataset)
    return config


def _start() -> TrainConfig:
    """The settings that the form's widgets begin with: anew when the reader follows a link, and as she left
    them when she comes back from another page."""
    state = st.session_state
    asked = {name: st.query_params[name] for name in (*addressed(), "run") if name in st.query_params}
    followed_a_link = bool(asked) and asked != state.get("train_address")
    came_back = "train_dataset" not in state and "train_last" in state
    if followed_a_link or "train_start" not in state:
        try:
            start = starting_config()
        except FmnistError as error:
            show_problem(error)
            start = TrainConfig()
    elif came_back:
        start = state["train_last"]
    else:
        return state["train_start"]
    state["train_start"] = start
    state["train_generation"] = state.get("train_generation", 0) + 1  # widgets with new keys, and new values
    state["train_dataset"], state["train_recipe"] = start.dataset, start.recipe
    state[f"train_architecture_{start.recipe}"] = start.architecture
    return start


def _choose(where, label: str, options: list[str], value: str, key: str, help: str | None = None) -> str:
    if value not in options:
        options = [value, *options]  # a designed net or a data set that is gone: the queue explains
    if key in st.session_state:  # a default beside a stored value would be warned about
        return where.selectbox(label, options, key=key, help=help)
    return where.selectbox(label, options, index=options.index(value), key=key, help=help)


def widgets(base: TrainConfig, shown: Shown, key: str) -> dict[str, object]:
    """A widget for each setting that is shown there.

    key: of the recipe, so that another recipe brings its own values."""
    names = [name for name, declared in SETTINGS.items() if declared.shown == shown]
    columns = st.columns(3)
    return {
        name: _widget(columns[place % 3], name, getattr(base, name), f"train_{name}_{key}")
        for place, name in enumerate(names)
    }


def _widget(where, name: str, value: object, key: str) -> object:
    declared = SETTINGS[name]
    texts = {"label": translate(declared.label), "help": translate(declared.help), "key": key}
    if declared.kind is bool:
        return where.checkbox(value=value, **texts)
    if declared.joined:
        chosen = where.multiselect(options=declared.choices, default=declared.split(value), **texts)
        return "+".join(chosen) or "none"
    if declared.kind is str:
        options = list(dict.fromkeys((value, *declared.choices)))
        options.sort(key=lambda option: option in declared.choices and declared.choices.index(option))
        return where.selectbox(options=options, index=options.index(value), **texts)
    number = declared.kind
    limits = {"min_value": number(declared.low), "max_value": number(declared.high)}
    form = "%g" if number is float else None
    return where.number_input(value=value, step=number(declared.step), format=form, **limits, **texts)


def address_of(config: TrainConfig) -> dict[str, str]:
    """What an address says of a config: what always counts, and what differs from its recipe."""
    values = config.to_dict()
    is_recipe = config.recipe in recipes.RECIPES
    base = (recipes.configure(config.recipe) if is_recipe else type(config)()).to_dict()
    always = ("dataset", "architecture", "recipe", "epochs")
    said = [name for name in addressed() if name in always or values[name] != base[name]]
    return {name: str(values[name]) for name in said if values[name] is not None}


def _write_address(config: TrainConfig) -> None:
    """The address follows the form, so that a lecturer can hand it out."""
    address = address_of(config)
    st.session_state["train_address"] = address
    # What is not the form's (the language, the run to watch, the race) stays in the address.
    kept = {name: value for name, value in st.query_params.items() if name not in (*addressed(), "run")}
    if st.query_params.to_dict() != address | kept:
        st.query_params.from_dict(address | kept)


def _layers(architecture: str, dataset: str) -> None:
    info = datasets.find(dataset)
    table = _layer_table(architecture, tuple(info.image_shape), len(info.class_names))
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "layer": tr("Layer"),
            "output_shape": tr("Output shape"),
            "parameters": st.column_config.NumberColumn(tr("Parameters"), format="localized"),
            "multiplications": st.column_config.NumberColumn(tr("Multiplications"), format="localized"),
        },
    )
    st.caption(tr("Parameters in all: {count:,}", count=int(table["parameters"].sum())))


@st.cache_data(max_entries=100, show_spinner=False)
def _layer_table(architecture: str, image_shape: tuple[int, ...], classes: int) -> pd.DataFrame:
    table = pd.DataFrame(architectures.layer_table(saved_designs.find(architecture), image_shape, classes))
    table["output_shape"] = [" × ".join(str(size) for size in shape) for shape in table["output_shape"]]
    return table
