"""What is worn or carried: T-shirt, trouser, pullover, dress, coat, shirt and bag, seen from the front."""

import math

import numpy as np

from .pen import Pen, mirrored


def upper(
    pen: Pen,
    shoulder: float,
    chest: float,
    waist: float,
    hem: float,
    top: float,
    bottom: float,
    neck: float,
    sleeve: float,
    spread: float,
) -> None:
    """Body and sleeves of a T-shirt, pullover, dress, coat or shirt.

    shoulder, chest, waist, hem, neck: half widths; top, bottom: heights; sleeve: its length, 0 for none;
    spread: its angle from the vertical, radians.
    """
    armpit, slope = top + pen.between(6, 8.5), pen.between(0.8, 2.4)
    middle = armpit + 0.45 * (bottom - armpit)
    if sleeve:
        right, down = math.sin(spread), math.cos(spread)
        cuff = pen.between(2.2, 3.6)
        outer = (shoulder + right * sleeve, top + slope + down * sleeve)
        inner = (outer[0] - down * cuff, outer[1] + right * cuff)
        arm = [
            (0.5 * shoulder, top + 0.5 * slope),
            (shoulder, top + slope),
            outer,
            inner,
            (0.8 * chest, armpit + 1),
        ]
        tone = pen.between(0.75, 1.25)
        pen.fill(arm, tone)
        pen.fill(mirrored(arm), tone)
    side = [(chest, armpit), (waist, middle), (hem, bottom)]
    pen.symmetric([(neck, top), (shoulder, top + slope), *side])
    if sleeve > 10:  # a seam where a long sleeve lies on the body
        width = pen.between(0.2, 0.5)
        pen.line(side, 0.5, width)
        pen.line(mirrored(side), 0.5, width)
    depth = pen.between(0.4, 3.5)
    pen.symmetric(
        [(neck, top - 1), (neck, top + 0.1), (0.6 * neck, top + 0.8 * depth), (0, top + depth)], 0.0
    )


def front(pen: Pen, top: float, bottom: float, tone: float) -> None:
    """The line down the front of a shirt or coat, with or without buttons."""
    x = pen.rng.normal(0, 0.3)
    pen.line([(x, top), (x, bottom)], tone, pen.between(0.25, 0.7))
    if pen.chance(0.5):
        for y in np.arange(top + 3, bottom - 1, pen.between(2.5, 4)):
            pen.line([(x + 0.6, y), (x + 0.9, y)], 2 - tone, 0.6)


def t_shirt(pen: Pen) -> None:
    chest = pen.between(5.2, 8)
    sleeve = 0.0 if pen.chance(0.15) else pen.between(3, 9)
    upper(
        pen,
        shoulder=chest + pen.between(-0.8, 1),
        chest=chest,
        waist=chest + pen.between(-1, 0.5),
        hem=chest + pen.between(-0.6, 1),
        top=pen.between(1.5, 3),
        bottom=pen.between(25, 27.5),
        neck=pen.between(2, 3.8),
        sleeve=sleeve,
        spread=pen.between(0.35, 1.0),
    )
    if pen.chance(0.35):  # a print on the chest
        x, y, tone = pen.between(1.5, 4), pen.between(8, 11), pen.between(0.2, 1.8)
        pen.symmetric([(x, y), (x, y + pen.between(2, 7))], tone, rounds=int(pen.between(0, 3)))


def trouser(pen: Pen) -> None:
    waist, bottom = pen.between(3.2, 5.2), pen.between(23.5, 27)
    outer = waist + pen.between(-0.5, 2.2)
    gap = pen.between(0.1, 2.2)
    crotch = pen.between(8, 13)
    hip = waist + pen.between(0.2, 1.2)
    pen.symmetric([(waist, 1), (hip, 7), (outer, bottom), (max(gap, 0.1), bottom), (0, crotch)])
    if pen.chance(0.7):
        pen.line([(0, 1.2), (0, crotch)], pen.between(0.4, 0.8), 0.4)
    if pen.chance(0.5):
        pen.line([(-waist, 2.2), (waist, 2.2)], pen.between(0.4, 1.5), 0.6)


def pullover(pen: Pen) -> None:
    chest, top, bottom = pen.between(5.2, 7.8), pen.between(2, 4), pen.between(23.5, 27)
    hem = chest + pen.between(-1.2, 0.6)
    upper(
        pen,
        shoulder=chest + pen.between(-0.6, 0.8),
        chest=chest,
        waist=chest + pen.between(-0.8, 0.6),
        hem=hem,
        top=top,
        bottom=bottom,
        neck=pen.between(1.8, 3.6),
        sleeve=pen.between(15, 22),
        spread=pen.between(0.08, 0.3),
    )
    if pen.chance(0.3):  # a roll neck or a hood
        height = pen.between(1, 2.5)
        pen.symmetric([(2.2, top - height), (2.8, top + 1)], pen.between(0.7, 1.2), rounds=1)
    if pen.chance(0.6):  # the ribs of the hem
        pen.line([(-hem, bottom - 1.2), (hem, bottom - 1.2)], pen.between(0.5, 0.85), 0.4)


def dress(pen: Pen) -> None:
    chest = pen.between(3.4, 5.4)
    waist = chest - pen.between(-0.2, 1.4)
    length = pen.rng.random()
    sleeve = 0.0 if length < 0.5 else pen.between(2.5, 6) if length < 0.8 else pen.between(9, 15)
    upper(
        pen,
        shoulder=chest + pen.between(-0.8, 0.5),
        chest=chest,
        waist=waist,
        hem=waist + pen.between(0.8, 5),
        top=pen.between(1, 2),
        bottom=pen.between(25, 27.5),
        neck=pen.between(1.4, 2.8),
        sleeve=sleeve,
        spread=pen.between(0.1, 0.5),
    )
    if pen.chance(0.4):  # a belt
        y = pen.between(10.5, 14)
        pen.line([(-waist, y), (waist, y)], pen.between(0.3, 1.5), pen.between(0.5, 1.2))


def coat(pen: Pen) -> None:
    chest, top, bottom = pen.between(5.4, 8), pen.between(1.5, 3.2), pen.between(24.5, 28)
    upper(
        pen,
        shoulder=chest + pen.between(-0.6, 0.8),
        chest=chest,
        waist=chest + pen.between(-1.2, 0.4),
        hem=chest + pen.between(-0.3, 1.8),
        top=top,
        bottom=bottom,
        neck=pen.between(1.6, 3),
        sleeve=pen.between(15, 22),
        spread=pen.between(0.06, 0.28),
    )
    front(pen, top + 1, bottom, pen.between(0.25, 0.8))
    if pen.chance(0.7):  # lapels
        tone, reach = pen.between(0.55, 1.45), pen.between(6, 12)
        lapel = [(2.6, top), (pen.between(2.6, 4), top + 3.5), (0, top + reach), (1, top + 1.5)]
        pen.fill(lapel, tone)
        pen.fill(mirrored(lapel), tone)
    if pen.chance(0.4):  # pockets
        y, tone = pen.between(16, 19), pen.between(0.4, 0.75)
        for side in (-1, 1):
            pen.line([(side * 2, y), (side * 4.8, y - 0.5)], tone, 0.5)


def shirt(pen: Pen) -> None:
    chest, top, bottom = pen.between(5, 7.6), pen.between(1.5, 3.4), pen.between(24, 27.5)
    long = pen.chance(0.6)
    upper(
        pen,
        shoulder=chest + pen.between(-0.6, 0.8),
        chest=chest,
        waist=chest + pen.between(-1.2, 0.4),
        hem=chest + pen.between(-0.8, 1),
        top=top,
        bottom=bottom,
        neck=pen.between(1.8, 3.2),
        sleeve=pen.between(15, 21) if long else pen.between(4, 9),
        spread=pen.between(0.08, 0.3) if long else pen.between(0.3, 0.9),
    )
    if pen.chance(0.85):
        front(pen, top + 1, bottom, pen.between(0.5, 0.9))
    if pen.chance(0.8):  # the two points of the collar
        tone = pen.between(0.6, 1.4)
        point = [(0.2, top + 0.8), (2.4, top - 0.6), (3, top + 1), (1.6, top + pen.between(2.2, 3.6))]
        pen.fill(point, tone)
        pen.fill(mirrored(point), tone)


def bag(pen: Pen) -> None:
    top, bottom = pen.between(8, 13), pen.between(21, 25.5)
    width = pen.between(7, 12.5)
    mouth = width + pen.between(-2.5, 1)
    style = pen.rng.random()
    if style < 0.75:  # a handle, or a strap round the whole
        reach, tone = pen.between(2.5, 0.85 * mouth), pen.between(0.6, 1.3)
        rise = top - (pen.between(3, 8) if style < 0.5 else pen.between(0.5, 2.5))
        handle = [(-reach, top + 0.5), (-0.9 * reach, rise), (0.9 * reach, rise), (reach, top + 0.5)]
        pen.line(handle, tone, pen.between(0.5, 1.3), rounds=2)
    pen.symmetric([(0, top), (mouth, top), (width, bottom), (0, bottom)], 1.0, rounds=int(pen.between(0, 3)))
    if pen.chance(0.5):  # a flap
        y, tone = top + pen.between(3, 7), pen.between(0.5, 0.9)
        pen.line([(-mouth, top + 1), (-0.6 * mouth, y), (0.6 * mouth, y), (mouth, top + 1)], tone, 0.5)
    if pen.chance(0.4):  # a buckle
        y = pen.between(top + 2, bottom - 3)
        pen.symmetric([(1, y), (1, y + 1.6)], pen.between(0.3, 1.8))
