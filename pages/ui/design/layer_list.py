"""The layers of a design on the screen: one bordered row each, with settings, shape, costs and buttons."""

import json
from itertools import count

import streamlit as st

from fmnist_core.base.errors import DesignError
from fmnist_core.nets.designs import KINDS, Design, Setting
from pages.ui.words.language import tr, translate

_ids = count()

CONVOLUTION = {"kind": "convolution", "channels": 64, "kernel": 5, "padding": "none"}
RELU = {"kind": "activation", "function": "relu"}
POOL = {"kind": "pooling", "method": "max", "size": 2}
FLATTEN = {"kind": "flatten"}

STARTS: dict[str, tuple[dict, ...]] = {
    "mlp-256": (FLATTEN, {"kind": "dense", "nodes": 256}, RELU),
    "cnn": (CONVOLUTION, RELU, POOL, CONVOLUTION, RELU, POOL, FLATTEN),
    "residual": (
        {"kind": "convolution", "channels": 32, "kernel": 3},
        {"kind": "batch norm"},
        RELU,
        POOL,
        {"kind": "residual block"},
        POOL,
        FLATTEN,
    ),
    "puzzle": (CONVOLUTION, RELU, POOL, {"kind": "dense", "nodes": 64}, RELU),
}


def current() -> list[dict]:
    """The layers on the screen, each with an `id` of its own; from the address at first."""
    if "design_layers" not in st.session_state:
        put(_from_address() or STARTS["mlp-256"])
    return st.session_state["design_layers"]


def put(layers: tuple[dict, ...]) -> None:
    """Show these layers instead."""
    st.session_state["design_layers"] = [{**layer, "id": next(_ids)} for layer in layers]


def read_settings(layers: list[dict]) -> None:
    """Take over what the widgets say, before they are drawn: a row shows what its own settings lead to."""
    for layer in layers:
        for name in KINDS[layer["kind"]].settings:
            key = _key(layer, name)
            if key in st.session_state:
                layer[name] = st.session_state[key]


def without_ids(layers: list[dict]) -> tuple[dict, ...]:
    """The layers as a design has them, without the ids of the screen."""
    return tuple({name: value for name, value in layer.items() if name != "id"} for layer in layers)


def to_address(design: Design) -> str:
    """The layers as short JSON, for a link; settings that have their default are left out."""
    short = [
        {
            name: value
            for name, value in layer.items()
            if name == "kind" or value != KINDS[layer["kind"]].settings[name].default
        }
        for layer in design.layers
    ]
    return json.dumps(short, separators=(",", ":"))


def _from_address() -> tuple[dict, ...] | None:
    try:
        return Design("link", tuple(json.loads(st.query_params["layers"]))).layers
    except (KeyError, TypeError, ValueError, RecursionError, DesignError):
        return None  # no layers in the address, or none that exist


def row(index: int, layers: list[dict], facts: dict | None, error: DesignError | None) -> None:
    """One layer. facts: its row of `designs.describe`, None from the first layer on that does not fit."""
    layer = layers[index]
    kind = KINDS[layer["kind"]]
    with st.container(border=True, key=f"design_row_{index}"):
        head, buttons = st.columns([3, 2], vertical_alignment="center")
        head.markdown(f"**{index + 1} · {translate(kind.name)}**", help=translate(kind.description))
        with buttons.container(horizontal=True, horizontal_alignment="right", gap="small"):
            _button(index, layers, "arrow_upward", tr("Move up"), "up", index == 0)
            _button(index, layers, "arrow_downward", tr("Move down"), "down", index == len(layers) - 1)
            _button(index, layers, "delete", tr("Remove"), "remove", False)
        if kind.settings:
            for place, (name, setting) in zip(st.columns(4), kind.settings.items(), strict=False):
                with place:
                    layer[name] = _setting(layer, name, setting)
        facts_line(facts)
        if error is not None:
            st.error(translate(error.message), icon=":material/build:")


def facts_line(facts: dict | None) -> None:
    """The shape after a layer, its parameters and multiplications."""
    if facts is None:
        return
    st.caption(
        tr(
            "→ {shape} · parameters: {parameters:,} · multiplications: {multiplications:,}",
            shape=" × ".join(str(size) for size in facts["output_shape"]),
            parameters=facts["parameters"],
            multiplications=facts["multiplications"],
        )
    )


def _setting(layer: dict, name: str, setting: Setting) -> int | float | str:
    key, label = _key(layer, name), translate(name)
    value = layer.get(name, setting.default)
    if setting.choices:
        return st.selectbox(
            label, setting.choices, setting.choices.index(value), key=key, format_func=translate
        )
    # Without limits, which a browser would keep without a word: `Design` says what does not fit.
    if isinstance(setting.default, int):
        return st.number_input(label, value=int(value), key=key)
    return st.number_input(label, value=float(value), step=0.05, key=key)


def _key(layer: dict, name: str) -> str:
    return f"design_{layer['id']}_{name}"


def _button(index: int, layers: list[dict], icon: str, label: str, action: str, disabled: bool) -> None:
    def act() -> None:
        if action == "remove":
            layers.pop(index)
        else:
            other = index - 1 if action == "up" else index + 1
            layers[index], layers[other] = layers[other], layers[index]

    st.button(
        f":material/{icon}:",
        key=f"design_{action}_{layers[index]['id']}",
        help=label,
        disabled=disabled,
        on_click=act,
        type="tertiary",
    )
