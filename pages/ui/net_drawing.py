"""A net as a small drawing: a box for what each layer makes of an image on its way."""

from html import escape

import streamlit as st

from fmnist_core.nets import architectures
from fmnist_core.runs import saved_designs
from pages.ui.words.language import tr

MOST_BOXES = 6
STYLE = """<style>
.net {display: flex; flex-wrap: wrap; align-items: center; gap: 3px; font-size: 11px;
  line-height: 1.25; overflow: hidden}
.net span {flex: 0 1 auto; min-width: 0; padding: 2px 4px; border: 1px solid currentColor; border-radius: 5px;
  opacity: .85; white-space: nowrap; overflow: hidden; text-overflow: ellipsis}
.net i {opacity: .8; font-style: normal}
</style>"""


def show(architecture: str, image_shape: tuple[int, int, int], classes: int) -> None:
    """The drawing and the number of parameters. Raises `ConfigError`, or `DesignError` for a bad design."""
    st.html(STYLE + drawing(architecture, image_shape, classes))
    st.caption(tr("{count:,} parameter(s)", count=_shapes(architecture, image_shape, classes)[2]))


def drawing(
    architecture: str, image_shape: tuple[int, int, int], classes: int, most_boxes: int = MOST_BOXES
) -> str:
    """The boxes as HTML, for a page that has shown `STYLE`. Raises as `show` does."""
    shapes, layers, _ = _shapes(architecture, image_shape, classes)
    words = ["×".join(map(str, shape)) for shape in shapes]
    if len(words) > most_boxes:
        words = [*words[:3], "…", *words[-2:]]
    boxes = "<i>›</i>".join(f"<span>{escape(word)}</span>" for word in words)
    label = escape(tr("From the image to the classes: {shapes}", shapes=", ".join(words)), quote=True)
    return f'<div class="net" role="img" aria-label="{label}" title="{escape(layers)}">{boxes}</div>'


@st.cache_data(max_entries=100, show_spinner=False)
def _shapes(architecture: str, image_shape: tuple[int, int, int], classes: int) -> tuple[list, str, int]:
    table = architectures.layer_table(saved_designs.find(architecture), image_shape, classes)
    shapes: list[tuple[int, ...]] = [image_shape]
    for row in table:
        if row["output_shape"] != shapes[-1] or row["layer"].startswith(("Linear", "Conv")):
            shapes.append(row["output_shape"])
    layers = " › ".join(row["layer"] for row in table)
    return shapes, layers, sum(row["parameters"] for row in table)
