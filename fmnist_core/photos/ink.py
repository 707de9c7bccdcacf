"""Which pixels are ink? Handwriting on paper, or chalk on a board, in any light and colour. No net.

Ink is what is darker (chalk: brighter) than the ground around it and narrower than the ground. Printed lines
and squares are fainter than ink, shades of the paper are wider; a page's edges and what lies beside it reach
the edge of the picture.
"""

import cv2
import numpy as np

WIDEST = 0.35
"""Share of the picture's longer side; what is wider is paper, board or table."""

SMALLEST = 0.035
"""Share of the longer side that a character has at least; what is smaller is a speck."""

LEVELS = (0.65, 0.55, 0.45, 0.36, 0.29, 0.23, 0.18, 0.14, 0.11, 0.085, 0.06)
"""Contrasts at which a first stroke is looked for, the strongest first: ink before printed lines. Light
pencil has 0.2, a pen 0.7."""

FAINTEST = (0.5, 0.65, 0.8)
"""Parts of a stroke have at least this share of the mean contrast of its strong parts; the first of
these is taken with which the strong parts do not flow together with printed lines."""

REACH = 0.03
"""Share of the longer side within which a part of a stroke is compared with the strongest pixel."""

NEAR = 0.2
"""Strokes no farther apart than this share of the character belong to it, such as the dot of an i."""

LEAST_AREA = 0.06
"""Share of the largest stroke's area that the others have at least."""

CENTRAL = 4
"""How much more a stroke in the middle counts: e times at a quarter of the longer side from another one."""

LEAST_STRENGTH = 0.65
"""Share of the largest stroke's mean contrast that the others have at least."""

SMOOTHING = 1 / 640
"""Standard deviation of the blur against noise, as a share of the longer side."""

FLOOR = 8
"""Added to grey levels before they are divided, so that noise in the dark is no contrast."""


def find_ink(rgb: np.ndarray, swap: bool = False) -> np.ndarray | None:
    """How much each pixel of uint8 RGB (height, width, 3) is ink of the character in the middle, float32
    (height, width) where 0.5 is its edge; None if nothing stands out.

    swap: take for ink what otherwise would be the ground.
    """
    longer = max(rgb.shape)
    smooth = cv2.GaussianBlur(rgb, (0, 0), SMOOTHING * longer)
    found: list[tuple[float, bool, np.ndarray]] = []
    for dark in (True, False):
        core = _strongest_strokes(_contrast(smooth, dark, WIDEST * longer))
        if core is not None:
            found.append((_stands_out(core, smooth), dark, core))
    if not found:
        return None
    _, dark, core = (min if swap else max)(found, key=lambda candidate: candidate[0])
    # Looked at again against the ground close by: a shade of the paper is wider than a few strokes.
    contrast = _contrast(smooth, dark, min(4 * _boldest(core) + 8, WIDEST * longer))
    side = max(3, round(REACH * longer))
    peak = cv2.dilate(contrast, np.ones((side, side), np.uint8))
    ink = contrast / np.maximum(peak, 1e-3)
    for faintest in FAINTEST:
        strong = peak > faintest * contrast[core].mean()
        strokes = _character(strong & (ink > 0.5), contrast)
        if strokes is not None and _holds(strokes, core):
            break
    else:
        strokes, ink = core, np.maximum(ink, core)  # printed lines as strong as the strokes cross them
    # The soft edges of these strokes, and nothing of others.
    edges = cv2.dilate(strokes.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    return np.where(edges, ink, 0).astype(np.float32)


def stroke_width(image: np.ndarray) -> float:
    """Mean width of bright strokes on black, pixels: twice their area by the length of their outline."""
    down, right = np.diff(image, axis=0)[:, :-1], np.diff(image, axis=1)[:-1]
    return float(2 * image.sum() / max(np.hypot(down, right).sum(), 1e-6))


def _boldest(strokes: np.ndarray) -> float:
    """The width of the boldest stroke, pixels; gaps of a rough one are closed."""
    closed = cv2.morphologyEx(strokes.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return 2 * float(cv2.distanceTransform(closed, cv2.DIST_L2, 3).max())


def _contrast(rgb: np.ndarray, dark: bool, widest: float) -> np.ndarray:
    """float32 (height, width) in 0..1: how much darker (else brighter) each pixel is than the ground there,
    in the colour where that shows most. widest: what is wider is ground, pixels."""
    half = max(1, round(widest / 2))
    kernel = np.ones((2 * half + 1, 2 * half + 1), np.uint8)
    padded = cv2.copyMakeBorder(rgb, half, half, half, half, cv2.BORDER_REPLICATE)
    ground = cv2.morphologyEx(padded, cv2.MORPH_CLOSE if dark else cv2.MORPH_OPEN, kernel)
    ground = ground[half:-half, half:-half].astype(np.float32) + FLOOR
    pixels = rgb.astype(np.float32) + FLOOR
    share = pixels / ground if dark else ground / pixels
    return 1 - np.minimum(np.minimum(share[..., 0], share[..., 1]), share[..., 2])


def _strongest_strokes(contrast: np.ndarray) -> np.ndarray | None:
    """The strong parts of the main character, bool (height, width), or None: what is seen first, and what
    grows from it at somewhat lower contrasts before it flows together with printed lines."""
    found, lowest = None, 0.0
    for level in LEVELS:
        strokes = _character(contrast > level, contrast)
        if found is None and strokes is not None:
            found, lowest = strokes, 0.6 * level
        elif found is not None and (level < lowest or strokes is None or not _holds(strokes, found)):
            break
        else:
            found = strokes
    return found


def _holds(strokes: np.ndarray, part: np.ndarray) -> bool:
    """Whether the strokes hold nearly all of what may be a part of them, or are more than that: then it was
    a fragment."""
    held, size = np.count_nonzero(strokes & part), np.count_nonzero(part)
    return bool(held > 0.8 * size or np.count_nonzero(strokes) > size)


def _character(mask: np.ndarray, contrast: np.ndarray) -> np.ndarray | None:
    """The strokes of the main character in a mask, or None: large, central, off the picture's edge."""
    height, width = mask.shape
    longer = max(height, width)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    left, top, wide, high, area = stats[1:].T
    inside = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    possible = inside & (np.maximum(wide, high) >= SMALLEST * longer)
    if not possible.any():
        return None
    offset = np.hypot(centres[1:, 0] - width / 2, centres[1:, 1] - height / 2) / longer
    ink = np.bincount(labels.ravel(), contrast.ravel(), count)[1:]
    main = int(np.where(possible, ink * np.exp(-CENTRAL * offset), -1).argmax())
    across = np.maximum(left - (left + wide)[main], left[main] - (left + wide)).clip(0)
    along = np.maximum(top - (top + high)[main], top[main] - (top + high)).clip(0)
    size, strength = np.maximum(wide, high), ink / area
    near = np.hypot(across, along) <= NEAR * size[main]
    alike = (area > LEAST_AREA * area[main]) & (strength > LEAST_STRENGTH * strength[main])
    belongs = inside & near & alike & (size <= 1.5 * size[main])
    return np.isin(labels, 1 + np.flatnonzero(belongs))


def _stands_out(strokes: np.ndarray, rgb: np.ndarray) -> float:
    """How unlike the strokes are to the three grounds: what is around the character, near and farther, and
    the picture's middle. The least unlike one counts: the inside of a zero, and a page on a desk, have the
    colour of the paper and so are no ink. The others decide where even that is nothing."""
    height, width = strokes.shape
    rows, columns = np.flatnonzero(strokes.any(1)), np.flatnonzero(strokes.any(0))
    grounds = [rgb[height // 8 : height - height // 8, width // 8 : width - width // 8].reshape(-1, 3)]
    for share in (0.33, 1.0):
        margin = 3 + round(share * max(len(rows), len(columns)))
        top, left = max(0, rows[0] - margin), max(0, columns[0] - margin)
        around = np.zeros_like(strokes)
        around[top : rows[-1] + margin, left : columns[-1] + margin] = True
        around[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = False
        grounds.append(rgb[around])
    ink = np.median(rgb[strokes].astype(np.float32), axis=0) + FLOOR
    levels = (np.median(ground.astype(np.float32), axis=0) + FLOOR for ground in grounds)
    unlike = [float((1 - np.minimum(ink, level) / np.maximum(ink, level)).max()) for level in levels]
    return min(unlike) + 0.1 * sum(unlike)
