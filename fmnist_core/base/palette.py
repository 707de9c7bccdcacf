"""The colours of charts, runs and pictures: told apart by colour-blind eyes, readable on white and on black.

Okabe and Ito's palette without its black and yellow, and six of Tol's "muted".
"""

BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILION = "#56B4E9", "#D55E00"
GREY = "#8A8A8A"

MUTED = ("#882255", "#44AA99", "#999933", "#AA4499", "#6699CC", "#CC6677")

SERIES = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE)
"""Of what has no colour of its own."""

RUNS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, *MUTED)
"""A run keeps its colour."""

TEN_CLASSES = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, "#999933", "#AA4499", "#6699CC", "#B8336A")


def distinct(colors: list[str]) -> list[str]:
    """The same colours; where one comes again, another of `RUNS`, as long as there is a free one."""
    given: list[str] = []
    for color in colors:
        free = [other for other in RUNS if other not in given and other not in colors]
        given.append(free[0] if color in given and free else color)
    return given


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of `#RRGGBB`."""
    red, green, blue = bytes.fromhex(color[1:])
    return red, green, blue
