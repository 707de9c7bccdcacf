"""Sandal, sneaker and ankle boot, seen from the side, the toe on the left as in Fashion-MNIST."""

import numpy as np

from .pen import Pen, Point


def sole(ground: float, heel: float) -> list[Point]:
    """The line a foot stands on, toe left, the heel raised by `heel`."""
    return [(-12.5, ground), (-6, ground), (1, ground - 0.45 * heel), (7, ground - heel), (12, ground - heel)]


def lowered(points: list[Point], by: float) -> list[Point]:
    """The same points further down."""
    return [(x, y + by) for x, y in points]


def stand(pen: Pen, ground: float, heel: float, tone: float) -> None:
    """What is under a raised heel: a wedge, a block or a stiletto."""
    style = pen.rng.random()
    if style < 0.3:
        pen.fill([(-4, ground), (2, ground - 0.45 * heel), (12, ground - heel), (11.5, ground)], tone)
    else:
        thin = pen.between(0.5, 1) if style < 0.7 else pen.between(2, 4)
        pen.fill(
            [(11 - 1.3 * thin, ground - heel), (12, ground - heel), (11.6, ground), (11.4 - thin, ground)],
            tone,
        )


def sandal(pen: Pen) -> None:
    pen.patterned = 0.05
    heel = pen.between(0, 2) if pen.chance(0.5) else pen.between(4, 11)
    ground = 18 + 0.4 * heel + pen.between(-1, 2)
    foot = sole(ground, heel)
    tone = pen.between(0.7, 1.2)
    if heel > 2:
        stand(pen, ground, heel, tone)
    pen.fill(foot + lowered(foot, pen.between(0.9, 2.2))[::-1], tone)
    width = pen.between(0.5, 1.4)
    for x in np.sort(pen.rng.uniform(-10, 1, int(pen.between(1, 4)))):  # straps over the toes and the instep
        y = ground - 0.45 * heel * max(0.0, (x + 6) / 7)
        height, slant = pen.between(2, 5), pen.between(0.5, 5)
        pen.line(
            [(x, y), (x + slant, y - height), (x + slant + 3, y - height), (x + 4, y)], 1.1, width, rounds=2
        )
    if pen.chance(0.65):  # round the ankle
        y = ground - heel - pen.between(3, 7)
        pen.line([(11.5, ground - heel), (11, y), (5, y + 0.5), (3, ground - heel - 1)], 1.0, width, rounds=2)


def shoe(
    pen: Pen, ground: float, heel: float, instep: float, collar: float, back: float, shaft: float
) -> None:
    """The upper of a closed shoe.

    instep: the height where the toes end; collar, back: the heights of the opening's two ends; shaft: half
    the width of the opening.
    """
    toe, ankle = pen.between(2, 3.5), instep + 0.35 * max(0.0, collar - instep)
    front = 11.5 - 2 * shaft
    outline = [
        *sole(ground, heel),
        (12.2, ground - heel - 3),
        (pen.between(11, 11.8), ground - heel - 0.6 * back),
        (pen.between(11, 12.2), ground - heel - back),
        (front + shaft, ground - heel - 0.5 * (back + collar) + 0.5),
        (front + 0.3, ground - heel - collar),
        (front - 0.2, ground - heel - ankle),
        (0.5 * (front - 0.5) - 4, ground - 0.4 * heel - 0.75 * instep),
        (-9, ground - toe - 0.8),
        (-12.6, ground - 0.6 * toe),
    ]
    pen.fill(outline, 1.0, rounds=1)


def sneaker(pen: Pen) -> None:
    pen.patterned = 0.1
    ground = pen.between(18, 21)
    collar = pen.between(10, 13) if pen.chance(0.15) else pen.between(6.5, 9)
    back = collar - pen.between(-1, 1.5)
    shoe(pen, ground, 0.3, pen.between(4.5, 6), collar, back, pen.between(3, 5))
    thick, tone = pen.between(1, 2.6), pen.between(0.4, 1.6)
    pen.fill(
        [
            (-12.7, ground - 0.8),
            (12.3, ground - 0.8),
            (12, ground + thick - 0.8),
            (-12.3, ground + thick - 0.8),
        ],
        tone,
    )
    if pen.chance(0.7):  # laces
        tone = pen.between(0.4, 1.7)
        for step in range(int(pen.between(2, 5))):
            x, y = -4.5 + 1.7 * step, ground - 5 - 1.0 * step
            pen.line([(x, y), (x + 1.6, y + 1.8)], tone, 0.5)
    if pen.chance(0.6):  # stripes on the side
        tone, slant = pen.between(0.4, 1.7), pen.between(-2, 3)
        for step in range(int(pen.between(1, 4))):
            x = 0.5 + 2 * step
            pen.line([(x, ground - 1.2), (x + slant, ground - 5)], tone, pen.between(0.5, 1))


def ankle_boot(pen: Pen) -> None:
    pen.patterned = 0.1
    heel = pen.between(0.3, 1.5) if pen.chance(0.5) else pen.between(3, 8)
    ground = pen.between(22, 25.5)
    collar = pen.between(10.5, 17)
    tone = pen.between(0.5, 1.2)
    if heel > 1.5:
        stand(pen, ground + 0.5, heel + 0.5, tone)
    back = collar + pen.between(-1, 1)
    shoe(pen, ground, heel, pen.between(4.5, 7), collar, back, pen.between(3.5, 5.5))
    foot = sole(ground, heel)
    pen.fill(foot + lowered(foot, pen.between(0.6, 2))[::-1], tone)
    if pen.chance(0.3):  # a zip or an elastic
        x = pen.between(5, 8)
        pen.line(
            [(x, ground - heel - 2), (x, ground - heel - collar + 2)],
            pen.between(0.3, 0.7),
            pen.between(0.4, 2),
        )
    if pen.chance(0.3):  # laces
        tone = pen.between(0.4, 1.6)
        for step in range(3):
            pen.line([(-2 + step, ground - 7 - 2 * step), (1 + step, ground - 6 - 2 * step)], tone, 0.5)
