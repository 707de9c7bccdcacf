"""Design a net: a row for each layer, and beside it what the layer makes of an image; then train it."""

from dataclasses import replace

import streamlit as st

from fmnist_core.base.config import TrainConfig
from fmnist_core.data import datasets
from fmnist_core.data.datasets import DatasetInfo
from fmnist_core.nets import designs
from fmnist_core.nets.designs import Design
from fmnist_core.runs import saved_designs
from pages.ui import address, current_run, narrow_pane, people, shell
from pages.ui.design import layer_list, net_graph
from pages.ui.train import form
from pages.ui.widgets import show_problem, showing_errors, whole
from pages.ui.words.language import tr

EPOCHS = 5
STYLE = """<style>
.st-key-design_bar [data-testid="stMetricValue"] {font-size: 1.35rem; line-height: 1.3}
@media (min-width: 641px) {
  .st-key-design_bar > :nth-child(3) {margin-left: auto}
  [data-testid="stLayoutWrapper"]:has(> .st-key-design_bar) {position: sticky; top: 3.75rem; z-index: 5;
    padding: 4px 0; backdrop-filter: blur(20px)}
}
@media (max-width: 640px) {
  .st-key-design_bar {gap: 8px 6px}
  .st-key-design_bar > :has([data-testid="stMetric"]) {margin-right: 12px}
  .st-key-design_bar button {padding: .25rem .5rem}
}
</style>"""


def start_from() -> None:
    """Open an example or a saved design."""
    labels = {
        "mlp-256": tr("Lecture: wider net"),
        "cnn": tr("Lecture: CNN"),
        "residual": tr("A residual block"),
        "puzzle": tr("Puzzle: find the mistake"),
    }
    choices = [*labels, *(f"saved:{name}" for name in saved_designs.names())]
    address.keep("design_start", "mlp-256", choices)
    chosen = st.selectbox(
        tr("Start from"),
        choices,
        format_func=lambda name: labels.get(name) or name.removeprefix("saved:"),
        key="design_start",
    )
    if st.button(tr("Open"), icon=":material/folder_open:", key="design_open", width="stretch"):
        narrow_pane.leave()
        if chosen in layer_list.STARTS:
            layer_list.put(layer_list.STARTS[chosen])
        else:
            name = chosen.removeprefix("saved:")
            layer_list.put(saved_designs.load(name).layers)
            st.session_state["design_name"] = name


def training() -> tuple[str, DatasetInfo, int]:
    """The name of the net, the data set that it is for, and the epochs that it will be trained."""
    address.keep("design_name", "")
    name = st.text_input(tr("Name"), key="design_name", placeholder=tr("my-net"))
    names = datasets.names()
    address.keep("design_dataset", TrainConfig().dataset, names)
    dataset = st.selectbox(tr("Data set"), names, key="design_dataset")
    address.keep("design_epochs", float(EPOCHS))
    planned = st.number_input(tr("Epochs"), key="design_epochs", step=1.0, format="%g")
    return name, datasets.find(dataset), whole(planned)


def bar(design: Design, rows: list[dict], info: DatasetInfo, fits: bool) -> tuple[bool, bool]:
    """What the net costs, its code, and the buttons that save and train it; returns which was pressed."""
    st.html(STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key="design_bar"):
        for label, cost in (
            (tr("Parameters"), "parameters"),
            (tr("Multiplications for one image"), "multiplications"),
        ):
            st.metric(label, f"{sum(row[cost] for row in rows):,}" if fits else "–", width="content")
        with st.popover(tr("PyTorch code"), icon=":material/code:", disabled=not fits):
            if fits:
                code = designs.pytorch_code(design, info.image_shape, len(info.class_names))
                st.code(code, language="python")
        save = st.button(tr("Save"), icon=":material/save:", disabled=not fits, key="design_save")
        train = st.button(
            tr("Save and train"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=not fits,
            key="design_train",
        )
    return save, train


def save_design(design: Design, name: str, info: DatasetInfo, epochs: int | None) -> None:
    """Save the design under its name, or a free one; train it too if `epochs` is given."""
    with showing_errors():
        named = replace(design, name=name or saved_designs.free_name(tr("my-net"), design))
        kept = saved_designs.save(named, info.image_shape)
        if epochs is not None:
            config = TrainConfig(dataset=info.name, architecture=kept, epochs=epochs)
            current_run.choose(people.submit(config))
            address.follow("train", form.address_of(config))
        st.success(
            tr("Saved as {name}. You find it among the architectures on the Train page.", name=f"`{kept}`")
        )


with shell.pane():
    start_from()
    name, info, epochs = training()
layers = layer_list.current()
layer_list.read_settings(layers)
design, rows, problem = layer_list.examine(layers, info.image_shape, len(info.class_names))
save, train = bar(design, rows, info, fits=problem is None)
if problem is not None and problem.layer is None:
    show_problem(problem)
if save or train:
    save_design(design, name, info, epochs if train else None)
layer_list.show(layers, net_graph.nodes(design, rows, info), problem)
st.caption(
    tr(
        "The pictures show what the net makes of an image with its first, random weights: the three maps "
        "that vary most over the image, or some numbers of a list, blue below 0 and vermilion above. "
        "The bar is the layer's share of the parameters."
    )
)
fits_the_address = len(design.layers) == len(layers)  # else the last layers that did
address.note("layers", layer_list.to_address(design) if fits_the_address else address.asked("layers"), "")
