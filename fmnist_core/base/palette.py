"""The colours of charts, runs and pictures: told apart by colour-blind eyes, readable on white and on black.

Okabe and Ito's palette without its black and yellow, three of Tol's "muted", and a blue of his
"medium-contrast". Those that were too pale on white or too dark on black are replaced by near ones: brown
and a clear sky stand for the palette's orange and sky.
"""

import math
from collections.abc import Container

BLUE, BROWN, GREEN, PURPLE = "#0072B2", "#A56E3D", "#009E73", "#CC79A7"
CLEAR_SKY, VERMILION = "#1799EE", "#D55E00"
GREY = "#8A8A8A"

MUTED = ("#955078", "#1D7052", "#999933", "#AA4499", "#6699CC", "#CC6677")

SERIES = (BLUE, BROWN, GREEN, VERMILION, CLEAR_SKY, PURPLE)
"""Of what has no colour of its own."""

RUNS = (BLUE, BROWN, GREEN, PURPLE, CLEAR_SKY, VERMILION, *MUTED)
"""A run keeps its colour."""

WORST_TO_BEST = (VERMILION, BLUE)
"""The ends of a scale of accuracies."""

TEN_CLASSES = (BLUE, BROWN, GREEN, PURPLE, CLEAR_SKY, VERMILION, "#999933", "#AA4499", "#6699CC", "#B8336A")


GROUNDS = ("#FFFFFF", "#171614")
"""Of a light and of a dark page."""

LEAST_CONTRAST = 3.0
"""Of each colour here against both grounds, as of a curve (WCAG 2.2, success criterion 1.4.11)."""

ALIKE = 40.0
"""Two colours that lie closer than this in RGB are taken for one."""


def distinct(colors: list[str], first: Container[int] = ()) -> list[str]:
    """The colours, but one that repeats, or nearly so, is replaced by one of `RUNS`, as long as one is free.

    first: the positions of those that keep theirs before all others.
    """
    given: dict[int, str] = {}
    for place in sorted(range(len(colors)), key=lambda place: place not in first):
        color = colors[place]
        taken = [*given.values(), *colors]
        free = [other for other in RUNS if not any(_is_alike(other, each) for each in taken)]
        is_taken = any(_is_alike(color, other) for other in given.values())
        given[place] = free[0] if is_taken and free else color
    return [given[place] for place in range(len(colors))]


def _is_alike(color: str, other: str) -> bool:
    return color == other or math.dist(channels(color), channels(other)) < ALIKE


def contrast(color: str, ground: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(color), _luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    shares = [channel / 255 for channel in channels(color)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of `#RRGGBB`."""
    red, green, blue = bytes.fromhex(color[1:])
    return red, green, blue
