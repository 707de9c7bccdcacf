"""The settings of a new run: from the address, from another run, or from a recipe, changed by hand."""

import pandas as pd
import streamlit as st

from fmnist_core import lecture
from fmnist_core.base.config import (
    AUGMENTATIONS,
    MAX_BATCH_SIZE,
    MAX_EPOCHS,
    MAX_IMAGES,
    MAX_SEED,
    OPTIMIZERS,
    PRECISIONS,
    SCHEDULES,
    TrainConfig,
)
from fmnist_core.base.errors import FmnistError
from fmnist_core.data import datasets
from fmnist_core.nets import architectures
from fmnist_core.runs import saved_designs
from fmnist_core.training import recipes
from pages.ui import services
from pages.ui.widgets import plain, show_problem
from pages.ui.words.language import tr, translate

# The settings that an address carries: /?dataset=mnist&architecture=cnn&recipe=lecture&epochs=5
ADDRESS = (
    "dataset",
    "architecture",
    "recipe",
    "epochs",
    "batch_size",
    "learning_rate",
    "optimizer",
    "schedule",
    "augmentation",
    "validation_size",
    "seed",
    "weight_decay",
    "label_smoothing",
)


def starting_config() -> TrainConfig:
    """What the form shows first: `?run=` (a run to do again), else the address's settings, else a default."""
    run_id = st.query_params.get("run")
    if run_id:
        return services.store().get(run_id).config.replace(photos=None)  # perhaps another machine's folder
    given = {name: st.query_params[name] for name in ADDRESS if name in st.query_params}
    recipe = given.pop("recipe", "custom")
    config = recipes.configure(recipe) if recipe in recipes.RECIPES else TrainConfig()
    fields = TrainConfig.__dataclass_fields__
    typed = {}
    for name, text in given.items():
        kind = type(fields[name].default)
        try:
            typed[name] = text if kind is str else kind(text)
        except (ValueError, OverflowError):
            typed[name] = text  # TrainConfig names the value and what it should be
    return config.replace(**typed)


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
        columns[0].caption(plain(translate(datasets.find(dataset).description)))
        if not datasets.is_available(dataset):
            megabytes = datasets.find(dataset).download_megabytes
            columns[0].caption(tr("Will be downloaded: {megabytes} MB.", megabytes=megabytes))
        columns[2].caption(plain(translate(saved_designs.find(architecture).description)))
    except FmnistError as error:  # of a link, or deleted meanwhile: another one can be chosen above
        show_problem(error)
        return None
    if recipe in recipes.RECIPES:
        columns[1].caption(translate(recipes.RECIPES[recipe].description))
    with st.expander(tr("Settings"), icon=":material/tune:"):
        settings = _settings(base, f"{recipe}_{st.session_state['train_generation']}")
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
    asked = {name: st.query_params[name] for name in (*ADDRESS, "run") if name in st.query_params}
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


def _settings(base: TrainConfig, key: str) -> dict:
    """Widgets for the settings; their keys hold the recipe, so that another recipe brings its own values."""
    first, second, third = st.columns(3)

    def number(where, label: str, name: str, low, high, step=1, form=None, help=None):
        return where.number_input(
            label, low, high, getattr(base, name), step, format=form, key=f"train_{name}_{key}", help=help
        )

    values = {
        "epochs": number(
            first, tr("Epochs"), "epochs", 1, MAX_EPOCHS, help=tr("Passes over the training images.")
        ),
        "batch_size": number(
            second, tr("Batch size"), "batch_size", 1, MAX_BATCH_SIZE, help=tr("Images in one step.")
        ),
        "learning_rate": number(
            third,
            tr("Learning rate"),
            "learning_rate",
            1e-8,
            100.0,
            1e-4,
            "%g",
            tr("How far each step goes."),
        ),
        "optimizer": first.selectbox(
            tr("Optimizer"), OPTIMIZERS, OPTIMIZERS.index(base.optimizer), key=f"train_optimizer_{key}"
        ),
        "schedule": second.selectbox(
            tr("Schedule of the learning rate"),
            SCHEDULES,
            SCHEDULES.index(base.schedule),
            key=f"train_schedule_{key}",
        ),
        "validation_size": number(
            third,
            tr("Validation images"),
            "validation_size",
            0,
            MAX_IMAGES,
            1000,
            help=tr(
                "Kept out of the training to watch progress honestly. 0 as in the lecture: all are used."
            ),
        ),
        "weight_decay": number(first, tr("Weight decay"), "weight_decay", 0.0, 10.0, 0.01, "%g"),
        "label_smoothing": number(second, tr("Label smoothing"), "label_smoothing", 0.0, 0.9, 0.05, "%g"),
        "seed": number(third, tr("Seed"), "seed", 0, MAX_SEED, help=tr("The same seed gives the same run.")),
        "precision": first.selectbox(
            tr("Precision"), PRECISIONS, PRECISIONS.index(base.precision), key=f"train_precision_{key}"
        ),
    }
    chosen = second.multiselect(
        tr("Augmentation"),
        AUGMENTATIONS,
        list(base.augmentations),
        key=f"train_augmentation_{key}",
        help=tr("Small random changes of the training images, new in each epoch."),
    )
    values["augmentation"] = "+".join(chosen) or "none"
    if base.optimizer == "sgd" or values["optimizer"] == "sgd":
        values["momentum"] = number(third, tr("Momentum"), "momentum", 0.0, 0.9999, 0.05, "%g")
    return values


def _write_address(config: TrainConfig) -> None:
    """The address follows the form, so that a lecturer can hand it out."""
    values = config.to_dict()
    base = recipes.configure(config.recipe).to_dict() if config.recipe in recipes.RECIPES else {}
    always = ("dataset", "architecture", "recipe", "epochs")
    address = {
        name: f"{values[name]}" for name in ADDRESS if name in always or values[name] != base.get(name)
    }
    st.session_state["train_address"] = address
    # What is not the form's (the language, the run to watch, the race) stays in the address.
    kept = {name: value for name, value in st.query_params.items() if name not in (*ADDRESS, "run")}
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
