"""Features in two dimensions, a point an image, coloured by class, with the image itself on hover.

A Vega-Lite specification and not a plotly figure: only its tooltips can show a picture.
"""

import numpy as np
import pandas as pd

from ...base.messages import Message
from ...base.palette import TEN_CLASSES

SHAPES = ("circle", "square", "triangle-up", "cross", "diamond")
HEIGHT = 520


def feature_map(points: pd.DataFrame, classes: list[str]) -> dict:
    """The specification. points: x, y, class, answer (class names) and image (a data URI).

    classes: all class names in their order, which decides the colours; tooltip titles are the columns' names.
    """
    places = [column for column in points.columns if column not in ("x", "y", "image")]
    true_class = places[0]
    scale = {
        "domain": classes,
        "range": [TEN_CLASSES[index % len(TEN_CLASSES)] for index in range(len(classes))],
    }
    shapes = {"domain": classes, "range": [SHAPES[index % len(SHAPES)] for index in range(len(classes))]}
    legend = {"orient": "bottom", "columns": 3, "title": None}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "height": HEIGHT,
        "params": [
            {"name": "picked", "select": {"type": "point", "fields": [true_class]}, "bind": "legend"},
            {"name": "zoom", "select": "interval", "bind": "scales"},
        ],
        "mark": {"type": "point", "filled": True, "size": 45},
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "axis": None},
            "y": {"field": "y", "type": "quantitative", "axis": None},
            "color": {"field": true_class, "type": "nominal", "scale": scale, "legend": legend},
            "shape": {"field": true_class, "type": "nominal", "scale": shapes, "legend": legend},
            "opacity": {"condition": {"param": "picked", "value": 0.85}, "value": 0.08},
            "tooltip": [*({"field": name} for name in places), {"field": "image"}],
        },
    }


def feature_map_alt(points: pd.DataFrame, classes: list[str], has_distances: bool = True) -> str:
    """How many images, and which two classes lie nearest to each other on the map.

    has_distances: whether they mean something, which those of t-SNE do not.
    """
    names = next(column for column in points.columns if column not in ("x", "y", "image"))
    centres = points.groupby(names)[["x", "y"]].mean()
    present = [name for name in classes if name in centres.index]
    if len(present) < 2 or not has_distances:
        return Message("{count:,} image(s).", count=len(points))
    places = centres.loc[present].to_numpy()
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    first, second = np.unravel_index(distances.argmin(), distances.shape)
    return Message(
        "{count:,} images. The nearest two classes are {first} and {second}.",
        count=len(points),
        first=present[first],
        second=present[second],
    )
