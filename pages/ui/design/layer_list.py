"""The layers of a design on the screen: a row each, with its settings, its buttons and its node."""

import json
from html import escape
from itertools import count

import streamlit as st

from fmnist_core.base.errors import DesignError
from fmnist_core.base.palette import BLUE, BROWN, CLEAR_SKY, GREEN, GREY, PURPLE, VERMILION
from fmnist_core.nets import designs
from fmnist_core.nets.designs import KINDS, Design, Setting
from pages.ui import access, address
from pages.ui.design import net_graph
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.widgets import whole
from pages.ui.words.language import tr, translate

_ids = count()

CONVOLUTION = {"kind": "convolution", "channels": 64, "kernel": 5, "padding": "none"}
RELU = {"kind": "activation", "function": "relu"}
POOL = {"kind": "pooling", "method": "max", "size": 2}
FLATTEN = {"kind": "flatten"}

COLORS = dict(zip(KINDS, (BLUE, BROWN, GREEN, CLEAR_SKY, PURPLE, GREY, "#999933", "#3A9E8E"), strict=True))
NUMBER, CHOICE = 66, 140
"""Widths of a setting on screen, pixels."""

STYLE = """<style>
[class*="st-key-design_row_"] {display: grid; grid-template-columns: 128px 1fr 96px 316px; gap: 0 12px;
  align-items: center; min-height: 50px; border-top: 1px solid rgba(128, 128, 128, .2)}
[class*="st-key-design_row_"] > * {width: auto; grid-row: 1}
[class*="st-key-design_row_"] > :has([class*="st-key-design_settings_"]) {grid-column: 2}
[class*="st-key-design_row_"] > :has([class*="st-key-design_buttons_"]) {grid-column: 3}
[class*="st-key-design_row_"] > :has(.net-node) {grid-column: 4}
[class*="st-key-design_row_"]:has(.wrong) {background: color-mix(in srgb, WRONG 10%, transparent);
  box-shadow: -4px 0 WRONG}
.layer-name {font-weight: 600; font-size: .86rem; line-height: 1.2; white-space: nowrap}
.layer-name i {display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 7px}
[class*="st-key-design_settings_"] label {min-height: 0; margin: 0; line-height: 1}
[class*="st-key-design_settings_"] label p {font-size: .68rem; line-height: 1.1; opacity: .75;
  white-space: nowrap}
[class*="st-key-design_settings_"] [data-testid="stNumberInputContainer"],
[class*="st-key-design_settings_"] [role="group"] {height: 1.8rem; min-height: 0}
[class*="st-key-design_settings_"] input {padding: 0 .5rem; font-size: .86rem; min-width: 0; height: 100%}
.st-key-design_rows [data-testid="stAlertContainer"] {padding: .35rem .7rem; border-radius: 0}
.st-key-design_rows [data-testid="stAlertContainer"] p {font-size: .86rem}
.st-key-design_add {border-top: 1px solid rgba(128, 128, 128, .2); padding: 8px 0}
.st-key-design_add button {min-height: 0; padding: .15rem .55rem}
.st-key-design_add button p {font-size: .8rem}
[class*="st-key-design_buttons_"] button {min-width: 30px}
[class*="st-key-design_buttons_"] [data-testid="stMarkdownContainer"] {position: absolute; width: 1px;
  height: 1px; overflow: hidden; clip-path: inset(50%)}
@media (max-width: 640px) {
  [class*="st-key-design_row_"] {grid-template-columns: 1fr auto; gap: 4px 8px; padding: 6px 0}
  [class*="st-key-design_row_"] > :has([class*="st-key-design_buttons_"]) {grid-column: 2}
  [class*="st-key-design_row_"] > :has([class*="st-key-design_settings_"]) {grid-area: 2 / 1 / auto / span 2}
  [class*="st-key-design_row_"] > :has(.net-node) {grid-area: 3 / 1 / auto / span 2}
  [class*="st-key-design_buttons_"] button {min-width: 44px; min-height: 40px}
}
</style>""".replace("WRONG", VERMILION)

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
    """The layers on the screen, each with an `id` of its own; those of a link, if one has led here."""
    state, visit = st.session_state, address.visit_number()
    if state.get("design_visit") != visit:
        state["design_visit"] = visit
        linked = _from_address()
        if address.linked("layers") and linked is None:
            before = "design_layers" in state
            address.refuse("layers", tr("the net from before") if before else tr("Lecture: wider net"))
        if linked or "design_layers" not in state:
            put(linked or STARTS["mlp-256"])
    return st.session_state["design_layers"]


def put(layers: tuple[dict, ...]) -> None:
    """Show these layers instead."""
    st.session_state["design_layers"] = [_with_id(layer) for layer in layers]


def _with_id(layer: dict) -> dict:
    return {**layer, "id": next(_ids)}


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
        return Design("link", tuple(json.loads(address.linked("layers")))).layers
    except (KeyError, TypeError, ValueError, RecursionError, DesignError):
        return None  # no layers in the address, or none that exist


def examine(
    layers: list[dict], shape: tuple[int, ...], classes: int
) -> tuple[Design, list[dict], DesignError | None]:
    """The design, its rows of `designs.describe`, and what is wrong with it.

    Where a setting is out of range, the design and its rows end before that layer.
    """
    try:
        design = Design("", without_ids(layers))
        return design, *designs.describe(design, shape, classes)
    except DesignError as error:
        design = Design("", without_ids(layers[: error.layer or 0]))
        rows, earlier = designs.describe(design, shape, classes)
        fitting = rows[: len(design.layers)]
        return design, fitting, earlier if earlier and len(rows) < len(design.layers) else error


def show(layers: list[dict], nodes: list[str], problem: DesignError | None) -> None:
    """A row for the image, for each layer, and for the output, each with its node of the graph; what is wrong
    stands at the layer where it arises."""
    st.html(STYLE + net_graph.STYLE)
    nodes = nodes + [net_graph.idle_node()] * (len(layers) + 2 - len(nodes))
    if problem is not None and problem.layer is not None:
        nodes[problem.layer + 1] = net_graph.wrong_node()
    with st.container(gap=None, key="design_rows"):
        _row("image", tr("image"), "", GREY, nodes[0])
        for index, layer in enumerate(layers):
            kind = KINDS[layer["kind"]]
            name = f"{index + 1} · {translate(kind.name)}"
            settings, buttons = _row(
                str(index), name, translate(kind.description), COLORS[kind.name], nodes[index + 1]
            )
            with settings:
                for setting_name, setting in kind.settings.items():
                    layer[setting_name] = _setting(layer, setting_name, setting)
            with buttons:
                _button(index, layers, "arrow_upward", tr("Move up"), name, "up", index == 0)
                is_last = index == len(layers) - 1
                _button(index, layers, "arrow_downward", tr("Move down"), name, "down", is_last)
                _button(index, layers, "delete", tr("Remove"), name, "remove", False)
            _explain(problem, index)
        name = f"{len(layers) + 1} · {tr('output')}"
        _row("output", name, tr("Dense, a node for each class."), COLORS["dense"], nodes[-1])
        _explain(problem, len(layers))
        _add_buttons(layers)


def _row(
    key: str, name: str, description: str, color: str, node: str
) -> tuple[DeltaGenerator, DeltaGenerator]:
    """The name and the node of a layer; returns the places between them, for settings and for buttons."""
    dot = f'<i style="background:{color}"></i>'
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"design_row_{key}"):
        st.html(f'<div class="layer-name" title="{escape(description)}">{dot}{escape(name)}</div>')
        settings = st.container(horizontal=True, gap="xsmall", key=f"design_settings_{key}")
        buttons = st.container(horizontal=True, gap=None, key=f"design_buttons_{key}")
        st.html(node)
    return settings, buttons


def _explain(problem: DesignError | None, layer: int) -> None:
    if problem is not None and problem.layer == layer:
        st.error(translate(problem.message), icon=":material/build:")


def _add_buttons(layers: list[dict]) -> None:
    """A button for each kind, which puts one at the end."""
    with st.container(horizontal=True, gap="xsmall", key="design_add"):
        for kind in KINDS.values():
            st.button(
                translate(kind.name),
                icon=":material/add:",
                help=translate(kind.description),
                key=f"design_add_{kind.name}",
                on_click=layers.append,
                args=(_with_id({"kind": kind.name}),),
            )


def _setting(layer: dict, name: str, setting: Setting) -> int | float | str:
    key, label = _key(layer, name), translate(name)
    value = layer.get(name, setting.default)
    if setting.choices:
        return st.selectbox(
            label, setting.choices, setting.choices.index(value), key=key, format_func=translate, width=CHOICE
        )
    # Without limits, which a browser would keep without a word: `Design` says what does not fit.
    if isinstance(setting.default, int):
        return whole(st.number_input(label, value=float(value), step=1.0, format="%g", key=key, width=NUMBER))
    return st.number_input(label, value=float(value), step=0.05, key=key, width=NUMBER)


def _key(layer: dict, name: str) -> str:
    return f"design_{layer['id']}_{name}"


def _button(
    index: int, layers: list[dict], icon: str, label: str, name: str, action: str, disabled: bool
) -> None:
    """name: of the layer, for those who hear the button and do not see in which row it stands."""

    def act() -> None:
        moved = layers[index]
        if action == "remove":
            layers.pop(index)
        else:
            other = index - 1 if action == "up" else index + 1
            layers[index], layers[other] = layers[other], layers[index]
        stays = moved if moved in layers else layers[min(index, len(layers) - 1)] if layers else None
        if stays:  # at an end a layer can move the other way only
            access.focus(*(f"design_{each}_{stays['id']}" for each in (action, "up", "down", "remove")))

    st.button(
        f"{label}: {name}",
        icon=f":material/{icon}:",
        key=f"design_{action}_{layers[index]['id']}",
        help=label,
        disabled=disabled,
        on_click=act,
        type="tertiary",
    )
