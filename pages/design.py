"""Design a net: layers with their shapes and costs at once, mistakes show_errors, then train it."""

import streamlit as st

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import DesignError, FmnistError
from fmnist_core.data import datasets
from fmnist_core.nets import designs
from fmnist_core.nets.designs import KINDS, Design
from fmnist_core.runs import saved_designs
from pages.ui import address, people
from pages.ui.design import layer_list
from pages.ui.train import live
from pages.ui.widgets import show_problem
from pages.ui.words.language import tr, translate

EPOCHS = 5


def start_from() -> None:
    """Open an example or a saved design."""
    labels = {
        "mlp-256": tr("Example: the lecture's wider net"),
        "cnn": tr("Example: the lecture's convolutional net"),
        "residual": tr("Example: with a residual block"),
        "puzzle": tr("Puzzle: find the mistake"),
    }
    saved = saved_designs.names()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = left.selectbox(
        tr("Start from"),
        [*labels, *(f"saved:{name}" for name in saved)],
        format_func=lambda name: labels.get(name) or name.removeprefix("saved:"),
        key="design_start",
    )
    if right.button(tr("Open"), icon=":material/folder_open:", key="design_open", width="stretch"):
        if chosen in layer_list.STARTS:
            layer_list.put(layer_list.STARTS[chosen])
        else:
            name = chosen.removeprefix("saved:")
            layer_list.put(saved_designs.load(name).layers)
            st.session_state["design_name"] = name
        st.rerun()


def add_layer(layers: list[dict]) -> None:
    """Choose a kind and put it at the end."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    kind = left.selectbox(
        tr("Another layer"),
        list(KINDS),
        format_func=lambda name: f"{translate(name)} – {translate(KINDS[name].description)}",
        key="design_kind",
    )
    if right.button(tr("Add"), icon=":material/add:", key="design_add", width="stretch"):
        layer_list.put((*layer_list.without_ids(layers), {"kind": kind}))
        st.rerun()


def save_and_train(design: Design, fits: bool) -> None:
    """Keep the design under its name; train it, alone or later on the Train page."""
    name, data, epochs = st.columns([2, 2, 1])
    name.text_input(tr("Name"), max_chars=40, key="design_name", placeholder=tr("my-net"))
    names = datasets.names()
    dataset = data.selectbox(tr("Data set"), names, names.index(TrainConfig().dataset), key="design_dataset")
    planned = epochs.number_input(tr("Epochs"), value=EPOCHS, key="design_epochs")
    left, right = st.columns(2)
    save = left.button(
        tr("Save"), icon=":material/save:", disabled=not fits, key="design_save", width="stretch"
    )
    train = right.button(
        tr("Save and train"),
        type="primary",
        icon=":material/play_arrow:",
        disabled=not fits,
        key="design_train",
        width="stretch",
    )
    if not save and not train:
        return
    try:
        kept = saved_designs.save(design)
        if train:
            config = TrainConfig(dataset=dataset, architecture=kept, epochs=planned)
            live.watch(people.submit(config))
            st.switch_page("pages/train.py")
    except FmnistError as error:
        show_problem(error)
    else:
        st.success(
            tr("Saved as {name}. You find it among the architectures on the Train page.", name=f"`{kept}`")
        )


st.markdown(
    tr(
        "Put layers together. You see at once what each one makes of an image of 28 × 28, and what it costs. "
        "Where a layer does not fit, it says why."
    )
)
start_from()
layers = layer_list.current()
layer_list.read_settings(layers)
shown = None
rows: list[dict] = []
problem: DesignError | None = None
slots = [st.container() for _ in layers]
st.session_state.setdefault("design_name", "")
try:
    shown = Design(st.session_state["design_name"], layer_list.without_ids(layers))
    rows, problem = designs.describe(shown)
except DesignError as error:
    problem = error
for index, slot in enumerate(slots):
    with slot:
        wrong = problem if problem is not None and problem.layer == index else None
        layer_list.row(index, layers, rows[index] if index < len(rows) else None, wrong)

with st.container(border=True, key="design_output"):
    st.markdown(f"**{len(layers) + 1} · {tr('output')}**", help=tr("Dense, a node for each class."))
    layer_list.facts_line(rows[len(layers)] if len(rows) > len(layers) else None)
    if problem is not None and problem.layer == len(layers):
        st.error(translate(problem.message), icon=":material/build:")
add_layer(layers)

if problem is None and shown is not None:
    left, right = st.columns(2)
    left.metric(tr("Parameters"), f"{sum(row['parameters'] for row in rows):,}")
    right.metric(tr("Multiplications for one image"), f"{sum(row['multiplications'] for row in rows):,}")
    with st.expander(tr("PyTorch code"), icon=":material/code:"):
        st.code(designs.pytorch_code(shown), language="python")
    address.write_address(layers=layer_list.to_address(shown))
save_and_train(shown or Design("", ()), problem is None)
