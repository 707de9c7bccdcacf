"""One image on its way through a net: somebody picks it, the net answers, and each layer shows the maps that
respond most to it."""

import re
from html import escape

import numpy as np
import streamlit as st

from fmnist_core.base.errors import ConfigError
from fmnist_core.base.messages import signed
from fmnist_core.data import summary
from fmnist_core.data.datasets import Dataset
from fmnist_core.data.encode import data_uri, picture_uri
from fmnist_core.nets import inside
from fmnist_core.nets.inside import LayerOutput
from fmnist_core.runs import stored_models
from fmnist_core.runs.stored_models import LoadedModel
from pages.ui import address, shell
from pages.ui.image_cards import Card, Opinion, show_cards
from pages.ui.widgets import heading
from pages.ui.words.language import class_name, tr, translate

IMAGES = 12
PREVIEWS = 3
STRONGEST = 8
MAX_CHANNELS = 64
MAX_NUMBERS = 784

STYLE = """<style>
.st-key-inside_image button, .st-key-inside_layer button {height: auto; padding: 3px; border-radius: 8px;
  align-items: start}
.st-key-inside_image button p, .st-key-inside_layer button p {display: flex; flex-direction: column;
  align-items: center; gap: 3px; white-space: normal; word-break: keep-all; font-size: .68rem;
  line-height: 1.15}
.st-key-inside_image button p {width: 58px}
.st-key-inside_layer button {flex: 1 0 42px; max-width: 62px; min-width: 0}
.st-key-inside_layer button p {word-break: normal}
.st-key-inside_layer button :is(div, span, p) {width: 100%}
.st-key-inside_layer [role="radiogroup"] {gap: 3px}
.st-key-inside_image button img, .st-key-inside_layer button img {width: 100%; height: auto; max-height: none;
  aspect-ratio: 1; object-fit: fill; margin: 0; border-radius: 3px; image-rendering: pixelated}
.st-key-inside_answer .image-cards {grid-template-columns: 1fr}
.strongest {display: grid; grid-template-columns: repeat(8, minmax(0, 92px)); gap: 10px}
.strongest figure {margin: 0; font-size: .72rem; line-height: 1.2; text-align: center}
.strongest img {display: block; width: 100%; aspect-ratio: 1; image-rendering: pixelated; border-radius: 3px;
  box-shadow: 0 0 0 1px rgba(128, 128, 128, .4); margin-bottom: 4px}
.strongest img + img {width: 55%; margin: 0 auto 4px}
@media (max-width: 640px) {
  .strongest {grid-template-columns: repeat(4, minmax(0, 1fr))}
  .st-key-inside_image button p {width: 40px; font-size: .62rem}
  .st-key-inside_answer .image-cards figure {display: flex; gap: 12px}
  .st-key-inside_answer .image-cards img {width: 120px; margin: 0; align-self: start}
  .st-key-inside_answer .image-cards figcaption {flex: 1; min-width: 0}
}
</style>"""


def show(loaded: LoadedModel) -> dict[str, int]:
    """Draw the view; returns what the address says of it. Raises as `LoadedModel.data` does."""
    data = loaded.data()
    st.html(STYLE)
    number = _choose_image(data)
    image, label = data.test_images[number], int(data.test_labels[number])
    probabilities = stored_models.predict(loaded, image[None])[0]
    outputs = inside.with_new_pictures(inside.activations(loaded.model, image))
    left, right = st.columns([2, 5])
    with left.container(key="inside_answer"):
        opinion = Opinion(probabilities, int(probabilities.argmax()))
        show_cards([Card(image, number, label, [opinion])], data.class_names, top=10)
    with right, st.container(key="inside_layers"):
        place = _choose_layer(outputs)
        _show_layer(loaded, outputs, place, data)
    return {"image": number, "layer": place}


def _choose_image(data: Dataset) -> int:
    """The number of a test image, by its picture; in the pane by its number."""
    count = len(data.test_images)
    address.keep("inside_number", 0, range(count), asked=_asked("image", count))
    with shell.pane():
        number = int(st.number_input(tr("Number of the image"), 0, count - 1, key="inside_number"))
    offered = list(summary.sample_indices(data, IMAGES))
    offered += [number] if number not in offered else []
    names = [class_name(name) for name in data.class_names]
    st.session_state["inside_image"] = number

    def choose() -> None:
        st.session_state["inside_number"] = st.session_state["inside_image"]

    st.pills(
        tr("Images"),
        offered,
        format_func=lambda k: f"![{k}]({data_uri(data.test_images[k])}) {names[int(data.test_labels[k])]}",
        key="inside_image",
        on_change=choose,
        required=True,
        label_visibility="collapsed",
    )
    return number


def _choose_layer(outputs: list[LayerOutput]) -> int:
    """The place of a layer, by the pictures of its strongest maps."""
    address.keep("inside_layer", 0, range(len(outputs)), asked=_asked("layer", len(outputs)))
    labels = [_preview(place, output) for place, output in enumerate(outputs)]
    chosen = st.pills(
        tr("Layer by layer: what responds most to this image. Choose one to see more."),
        list(range(len(outputs))),
        format_func=labels.__getitem__,
        key="inside_layer",
        required=True,
    )
    return chosen or 0


def _preview(place: int, output: LayerOutput) -> str:
    shown = inside.pictures(output.values)[inside.strongest(output.values, PREVIEWS)]
    kind = re.sub("^(Adaptive)?(Max|Avg)|2d$", "", output.layer.split("(")[0])
    name = {"Conv": tr("conv"), "Linear": translate("dense"), "Pool": tr("pool")}.get(kind, kind)
    return " ".join(f"![]({picture_uri(picture)})" for picture in shown) + f" {place + 1} {name}"


def _show_layer(loaded: LoadedModel, outputs: list[LayerOutput], place: int, data: Dataset) -> None:
    """The strongest maps or numbers of a layer, with their weights where these are pictures."""
    values = outputs[place].values
    shape = " × ".join(str(size) for size in values.shape)
    heading(f"**{place + 1} · `{outputs[place].layer}`** → {shape}")
    chosen = inside.strongest(values, STRONGEST)
    weights = _first_weights(loaded, outputs, place)
    if inside.is_list(values):
        said = tr(
            "The {count} of {total} numbers that lie farthest from 0.", count=len(chosen), total=len(values)
        )
        captions = [signed(value, 2) for value in values.ravel()[chosen]]
    else:
        said = tr(
            "The {count} of {total} maps whose values differ most from place to place (largest standard "
            "deviation): one that is the same everywhere has seen nothing.",
            count=len(chosen),
            total=len(values),
        )
        captions = [str(number + 1) for number in chosen]
    if weights is not None:
        said += " " + tr(
            "Below: its weights, vermilion where bright pixels raise it, blue where they lower it."
        )
    if place == len(outputs) - 1:
        names = [class_name(data.class_names[number]) for number in chosen]
        captions = [f"{name} {caption}" for name, caption in zip(names, captions, strict=True)]
        said += " " + tr("These are the logits; softmax makes the probabilities of them.")
    st.caption(said)
    columns = [inside.pictures(values)[chosen]] + ([] if weights is None else [weights[chosen]])
    figures = "".join(
        f"<figure>{''.join(map(_image, pictures))}{escape(caption)}</figure>"
        for *pictures, caption in zip(*columns, captions, strict=True)
    )
    st.html(f'<div class="strongest">{figures}</div>')
    _offer_all(values)


def _image(picture: np.ndarray) -> str:
    return f'<img alt="" src="{picture_uri(picture)}">'


def _first_weights(loaded: LoadedModel, outputs: list[LayerOutput], place: int) -> np.ndarray | None:
    """The weights of a layer as coloured pictures, if it is the first one that has weights."""
    if any(output.layer.startswith(("Conv", "Linear")) for output in outputs[:place]):
        return None
    try:
        weights = inside.colored(inside.first_weights(loaded.model, loaded.image_shape))
    except ConfigError:  # something before it has changed the image
        return None
    return weights if outputs[place].layer.startswith(("Conv", "Linear")) else None


def _offer_all(values: np.ndarray) -> None:
    """All maps or numbers of a layer, in their order."""
    with st.expander(tr("All {count}", count=len(values)), icon=":material/grid_view:"):
        if inside.is_list(values):
            sheet = inside.mosaic(inside.pictures(values[:MAX_NUMBERS]), 64, zoom=9)
        else:
            shown = inside.pictures(values[:MAX_CHANNELS])
            sheet = inside.mosaic(shown, 16, gap=3, zoom=max(1, 56 // shown.shape[1]))
        st.image(sheet, width="content")
        st.caption(
            tr(
                "Images: dark is the smallest, bright the largest number of a channel. Lists: blue is below "
                "0, vermilion above. At most {channels} channels and {numbers} numbers are shown.",
                channels=MAX_CHANNELS,
                numbers=MAX_NUMBERS,
            )
        )


def _asked(name: str, count: int) -> int | None:
    """The number below `count` that the address asks for; the first one where there is no such number."""
    text = address.linked(name)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else count
    if text and number >= count:
        address.refuse(name, "0", reason=tr("numbers go from 0 to {last:,}", last=count - 1))
    return number if number < count else 0 if text else None
