"""The net as a graph that runs down beside the rows of its layers: what each one makes of an image, the shape
of that, and the parameters it costs."""

from html import escape

import numpy as np
import streamlit as st

from fmnist_core.base.palette import VERMILION
from fmnist_core.data import datasets
from fmnist_core.data.datasets import DatasetInfo
from fmnist_core.data.encode import data_uri, picture_uri
from fmnist_core.nets import designs, inside
from fmnist_core.nets.designs import Design
from pages.ui import services
from pages.ui.words.language import tr

MAPS = 3
NUMBERS = 28
"""At most so many numbers of a list are drawn."""

SIDE, SMALLEST = 38, 8
"""Pixels on screen of the side of the image, and of the smallest map."""

STYLE = """<style>
.net-node {position: relative; display: grid; grid-template-columns: 122px 1fr; column-gap: 12px;
  align-items: center; height: 48px; font-size: .82rem; line-height: 1.3}
.net-node::before {content: ""; position: absolute; left: 60px; top: 0; bottom: 0; width: 2px;
  background: rgba(128, 128, 128, .4)}
.net-node.first::before {top: 50%}
.net-node.last::before {bottom: 50%}
.net-node.idle::before {background: none; border-left: 2px dotted rgba(128, 128, 128, .4)}
.net-node .maps {position: relative; display: flex; gap: 3px; justify-content: center; align-items: center}
.net-node .maps > * {display: block; background: #8a8a8a; border-radius: 2px; image-rendering: pixelated;
  box-shadow: 0 0 0 1px rgba(128, 128, 128, .5)}
.net-node .cost {display: block; opacity: .75; font-size: .75rem; white-space: nowrap}
.net-node .share {display: block; height: 4px; min-width: 2px; border-radius: 2px; background: #0072B2}
.net-node.wrong .maps > * {width: 30px; height: 30px; border-radius: 50%; background: WRONG; color: #fff;
  text-align: center; line-height: 30px; font-weight: 700; font-style: normal;
  box-shadow: none}
.net-node.wrong b {color: WRONG}
</style>""".replace("WRONG", VERMILION)


def nodes(design: Design, rows: list[dict], info: DatasetInfo) -> list[str]:
    """A node for the image and one for each layer that fits, as HTML.

    rows: of `designs.describe`. The pictures are what the net's first, random weights make of an image.
    """
    shape = info.image_shape
    image = services.dataset(info.name).test_images[0] if datasets.is_available(info.name) else None
    first, *drawn = _drawn(design.layers, shape, len(info.class_names), image)
    found = [_node(first, shape, escape(info.name), info.name, "first")]
    total = sum(row["parameters"] for row in rows)
    for row, maps in zip(rows, drawn, strict=False):
        cost = ""
        if row["parameters"]:
            words = escape(tr("{count:,} parameter(s)", count=row["parameters"]))
            cost = f'{words}<i class="share" style="width:{100 * row["parameters"] / total:.1f}%"></i>'
        end = "last" if row["layer"] == "output" else ""
        found.append(_node(maps, row["output_shape"], cost, facts(row), end))
    return found


def wrong_node() -> str:
    """In place of the node of a layer that does not fit."""
    return _frame(
        '<span class="maps"><i>✗</i></span>', f"<b>{escape(tr('does not work'))}</b>", "", "wrong last"
    )


def idle_node() -> str:
    """In place of the node of a layer behind one that does not fit."""
    return '<div class="net-node idle"></div>'


def facts(row: dict) -> str:
    """The shape after a layer, its parameters and multiplications, in words."""
    return tr(
        "→ {shape} · parameters: {parameters:,} · multiplications: {multiplications:,}",
        shape=spell(row["output_shape"]),
        parameters=row["parameters"],
        multiplications=row["multiplications"],
    )


def spell(shape: tuple[int, ...]) -> str:
    """`64 × 24 × 24`"""
    return " × ".join(f"{size:,}" for size in shape)


def _node(maps: str, shape: tuple[int, ...], cost: str, label: str, place: str) -> str:
    words = f'<b>{spell(shape)}</b><span class="cost">{cost}</span>'
    return _frame(f'<span class="maps">{maps}</span>', words, label, place)


def _frame(maps: str, words: str, label: str, place: str) -> str:
    named = f'role="img" aria-label="{escape(label)}" title="{escape(label)}"' if label else ""
    return f'<div class="net-node {place}" {named}>{maps}<span>{words}</span></div>'


@st.cache_data(max_entries=200, show_spinner=False)
def _drawn(
    layers: tuple[dict, ...], shape: tuple[int, ...], classes: int, image: np.ndarray | None
) -> list[str]:
    """The pictures of the image and of each layer's output; grey boxes of their size where there are none."""
    design, scale = Design("", layers), SIDE / max(shape[1:])
    first = _picture(SIDE, SIDE, "" if image is None else data_uri(image))
    outputs = [] if image is None else designs.first_outputs(design, image, classes)
    if outputs:
        return [first, *(_maps(values, scale) for values in outputs)]
    rows, _ = designs.describe(design, shape, classes)
    return [first, *(_maps(np.empty(row["output_shape"]), scale, blank=True) for row in rows)]


def _maps(values: np.ndarray, scale: float, blank: bool = False) -> str:
    """The strongest maps of an output, or some numbers of a list; blank: boxes in their place."""
    if values.ndim == 1:
        count = min(len(values), NUMBERS)
        some = values[np.linspace(0, len(values) - 1, count).astype(int)]
        height, width = SMALLEST, 4 * count
        pictures = [] if blank else [inside.mosaic(inside.pictures(some), count, gap=0)]
    else:
        height, width = (max(SMALLEST, round(scale * size)) for size in values.shape[1:])
        pictures = [] if blank else inside.pictures(values)[inside.strongest(values, MAPS)]
    boxes = 1 if values.ndim == 1 else min(MAPS, len(values))
    uris = [""] * boxes if blank else map(picture_uri, pictures)
    return "".join(_picture(width, height, uri) for uri in uris)


def _picture(width: int, height: int, uri: str = "") -> str:
    size = f'style="width:{width}px;height:{height}px"'
    return f'<img alt="" src="{uri}" {size}>' if uri else f"<i {size}></i>"
