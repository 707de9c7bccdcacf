"""Which pixels belong to the garment? No net: colour models of ground, border and middle, then GrabCut.

Several guesses are made from different first ideas and ranked by how much each looks like a garment
(`quality`); whoever reads the photo may look at more than the best one. All of it works on a small copy of
the picture, because a 28x28 image does not need more and GrabCut's time grows with the pixels.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from ..base.parallel import run_independently

cv2.setNumThreads(1)  # pictures of this size gain nothing from a second one, which waits busily for work

SEGMENT_SIDE = 160
"""Longer side of the copy that is segmented, pixels."""

SEED = 1
"""Of OpenCV's generator, which each thread has one of: k-means and GrabCut draw from it. The same photo, the
same answer."""

LIGHTNESS_WEIGHTS = (0.6, 0.2)
"""How much lightness counts beside colour in the two guesses from the border: shadows mislead the first."""

BORDER_COLOURS = 4

CENTRE_RADIUS = 0.75
"""The guess from the middle starts with this ellipse, in half sides of the picture."""

EVEN_SHARE, EVEN_SPREAD = 0.5, 2.2
"""A ground is even when a smooth model explains so much of the picture's border, with so small an error in
CIELAB as OpenCV scales it: a studio's backdrop, not a bed."""

CLOSING = 11
"""Pixels of the small copy over which gaps are closed in the variant for striped garments."""

QUALITY_WEIGHTS = {
    "separation": 2.0,  # 0..1, garment and background share no colours at 1
    "contrast": 0.5,  # log of the gradient along the outline over the mean gradient
    "frame": -2.0,  # share of the picture's frame that is covered
    "solidity": 1.0,  # area over area of the convex hull
    "compactness": 1.0,  # 1 for a disc, small for a ragged outline
    "symmetry": 1.0,  # overlap with its own mirror image
    "centre": 1.0,  # share of the picture's middle that is covered
    "offset": -2.0,  # distance of the centroids, in sides
    "size": -0.3,  # squared log of the area over 35 % of the picture
}
"""Set by hand from looking at masks, not fitted: the photos at hand are too few to fit nine numbers."""


@dataclass(frozen=True)
class Guess:
    """A guess at the garment: bool mask (height, width) in the small copy, and how good it looks."""

    mask: np.ndarray
    quality: float


def find_garment(rgb: np.ndarray, alpha: np.ndarray | None = None) -> list[Guess]:
    """Guesses at the garment, best first, for uint8 RGB (height, width, 3); empty if nothing stands out.

    A picture with transparent parts needs only one guess.
    """
    small = shrink(rgb)
    height, width = small.shape[:2]
    if alpha is not None and 0.02 < np.mean(alpha > 127) < 0.98:
        opaque = cv2.resize(alpha, (width, height), interpolation=cv2.INTER_AREA) > 127
        return [Guess(opaque, 1.0)]
    lab = to_lab(small)
    distance, share, spread = ground_distance(lab)
    even = share > EVEN_SHARE and spread < EVEN_SPREAD
    if even:
        masks = [distance > max(5.0, 4 * spread)]
        if 0.02 < keep_main_parts(masks[0]).mean() < 0.97:
            masks.append(_grabcut(small, distance > max(8.0, 5 * spread), rounds=2))
    else:
        ideas = [
            *((_above_otsu(border_distance(lab, weight)), 3) for weight in LIGHTNESS_WEIGHTS),
            (off_centre(height, width) < CENTRE_RADIUS, 5),
            (_above_otsu(distance), 3),
        ]
        # Most of the time that a photo takes.
        masks = run_independently(lambda idea: _grabcut(small, *idea), ideas, torch.get_num_threads())
    guesses = []
    for mask in masks:
        tidy = keep_main_parts(mask)
        for variant in (tidy, close_gaps(tidy)):
            if 0.01 < variant.mean() < 0.97:
                # On a bed the skin's colour is wood, or a shadow on white; in a studio it is a person.
                garment = without_skin(small, variant) if even else variant
                guesses.append(Guess(garment, quality(lab, variant)))
    return sorted(guesses, key=lambda guess: -guess.quality)


def shrink(rgb: np.ndarray) -> np.ndarray:
    """The small copy that is segmented; longer side `SEGMENT_SIDE`."""
    height, width = rgb.shape[:2]
    scale = SEGMENT_SIDE / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """Slightly blurred CIELAB as OpenCV scales it, float32 (height, width, 3), all channels 0..255."""
    return cv2.cvtColor(cv2.GaussianBlur(rgb, (0, 0), 1.2), cv2.COLOR_RGB2LAB).astype(np.float32)


def plain_background(rgb: np.ndarray) -> np.ndarray | None:
    """The mask of a garment on an evenly white or black ground, or None: product pictures need no more."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.int16)
    border = _border(grey)
    level = float(np.median(border))
    if 12 < level < 243 or np.mean(np.abs(border - level) > 8) > 0.4:
        return None
    colourful = np.ptp(rgb.astype(np.int16), axis=-1) > 24
    mask = keep_main_parts((np.abs(grey - level) > 8) | colourful)
    return mask if 0.01 < mask.mean() < 0.97 else None


def on_black(rgb: np.ndarray) -> bool:
    """Whether most of the picture's border is darker than middle grey."""
    return bool(np.median(_border(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))) < 128)


def ground_distance(lab: np.ndarray) -> tuple[np.ndarray, float, float]:
    """How unlike a smooth ground each pixel is, how much of the border that ground explains, and how well.

    The ground is a polynomial of second degree in x and y for each channel, fitted to the picture's border
    step by step with weights that ignore what does not fit, such as a sleeve that reaches the border.
    Returns float32 (height, width) in Lab, a share in 0..1, and the root mean square error of that share.
    """
    height, width = lab.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = 2 * x / width - 1, 2 * y / height - 1
    terms = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], -1)
    border = ~_inner(height, width, 0.04)
    seen, values = terms[border], lab[border]
    weights = 1 / (1 + (np.linalg.norm(values - np.median(values, 0), axis=1) / 8) ** 2)
    for count in (1, 1, 3, 3, 6, 6):
        weighted = seen[:, :count] * weights[:, None]
        normal = weighted.T @ seen[:, :count] + 1e-3 * np.eye(count, dtype=np.float32)
        coefficients = np.linalg.solve(normal, weighted.T @ values)
        errors = np.linalg.norm(values - seen[:, :count] @ coefficients, axis=1)
        weights = 1 / (1 + (errors / 6) ** 2) ** 2
    explained = errors < 8
    spread = float(np.sqrt(np.mean(errors[explained] ** 2))) if explained.any() else np.inf
    return np.linalg.norm(lab - terms @ coefficients, axis=2), float(explained.mean()), spread


def border_distance(lab: np.ndarray, lightness: float) -> np.ndarray:
    """How unlike the picture's border each pixel is: float32 (height, width), a distance in Lab."""
    lab = lab * np.array([lightness, 1, 1], np.float32)
    height, width = lab.shape[:2]
    border = lab[~_inner(height, width, 0.05)]
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    cv2.setRNGSeed(SEED)
    _, labels, centers = cv2.kmeans(border, BORDER_COLOURS, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    common = np.bincount(labels.ravel(), minlength=BORDER_COLOURS) > 0.08 * len(labels)
    return np.sqrt(((lab[:, :, None] - centers[common]) ** 2).sum(-1).min(-1))


def off_centre(height: int, width: int) -> np.ndarray:
    """Distance from the middle in half sides: 1 at the middle of each side of the picture."""
    y, x = np.mgrid[0:height, 0:width]
    return np.hypot((x - width / 2) / (width / 2), (y - height / 2) / (height / 2))


def keep_main_parts(mask: np.ndarray) -> np.ndarray:
    """The biggest central piece and pieces of comparable size, without specks and holes."""
    mask = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _disc(3))
    count, labels, stats, centroids = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return mask.astype(bool)
    height, width = mask.shape
    offset = np.hypot(centroids[1:, 0] / width - 0.5, centroids[1:, 1] / height - 0.5)
    weight = stats[1:, cv2.CC_STAT_AREA] * np.exp(-4 * offset**2)
    mask = np.isin(labels, 1 + np.flatnonzero(weight > 0.25 * weight.max())).astype(np.uint8)
    return _filled(mask)


def close_gaps(mask: np.ndarray) -> np.ndarray:
    """Stripes that were taken for background come back: gaps narrower than `CLOSING` are filled."""
    padded = np.pad(mask.astype(np.uint8), CLOSING)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _disc(CLOSING))
    return keep_main_parts(closed[CLOSING:-CLOSING, CLOSING:-CLOSING])


def without_skin(rgb: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The mask without a person's head, arms and legs; as it is where it does not look like a person.

    It looks like one if it is taller than wide and has the colour of skin in places, but not in its middle:
    else the garment itself has that colour.
    """
    skin = _skin(rgb) & mask
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    height, width = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    if height < 0.9 * width or not 0.03 < skin.sum() / mask.sum() < 0.6:
        return mask
    middle = np.s_[
        rows[0] + int(0.35 * height) : rows[0] + int(0.75 * height),
        columns[0] + int(0.35 * width) : columns[0] + int(0.65 * width),
    ]
    if skin[middle].sum() > 0.15 * mask[middle].sum():
        return mask
    rest = cv2.morphologyEx((mask & ~skin).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rest)
    if count < 2:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = np.isin(labels, 1 + np.flatnonzero(areas > 0.25 * areas.max())).astype(np.uint8)
    garment = _filled(kept) & mask
    return garment if garment.sum() > 0.3 * mask.sum() else mask


def _skin(rgb: np.ndarray) -> np.ndarray:
    """Where a picture has the colour of skin; its chroma is much the same in all people (Chai, Ngan 1999)."""
    luma, red, blue = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb))
    return (luma > 50) & (red >= 136) & (red <= 173) & (blue >= 77) & (blue <= 126)


def _filled(mask: np.ndarray) -> np.ndarray:
    """The mask, uint8, without holes, bool."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros_like(mask), outlines, -1, 1, cv2.FILLED).astype(bool)


def quality(lab: np.ndarray, mask: np.ndarray) -> float:
    """How much a mask looks like a garment in the middle of a photo; higher is better."""
    area = mask.mean()
    bins = (lab / np.array([32, 12, 12], np.float32)).astype(np.int32).clip(0, 21)
    bins = (bins[..., 0] * 22 + bins[..., 1]) * 22 + bins[..., 2]
    inside, outside = (np.bincount(bins[part], minlength=22**3) / part.sum() for part in (mask, ~mask))
    solid = mask.astype(np.uint8)
    gradient = sum(np.abs(cv2.Sobel(lab, cv2.CV_32F, *axis)).sum(-1) for axis in ((1, 0), (0, 1)))
    edge = cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).astype(bool)
    outlines, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.contourArea(cv2.convexHull(np.concatenate(outlines)))
    length = sum(cv2.arcLength(outline, True) for outline in outlines)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = mask.shape
    y, x = np.nonzero(mask)
    measured = {
        "separation": 1 - np.sqrt(inside * outside).sum(),  # 1 - Bhattacharyya coefficient
        "contrast": np.log(gradient[edge].mean() / (gradient.mean() + 1e-3) + 0.1),
        "frame": _border(mask).mean(),
        "solidity": min(mask.sum() / max(hull, 1.0), 1.0),
        "compactness": 4 * np.pi * mask.sum() / max(length, 1.0) ** 2,
        "symmetry": (box & box[:, ::-1]).sum() / (box | box[:, ::-1]).sum(),
        "centre": mask[int(0.35 * height) : int(0.65 * height), int(0.35 * width) : int(0.65 * width)].mean(),
        "offset": np.hypot(x.mean() / width - 0.5, y.mean() / height - 0.5),
        "size": np.log(area / 0.35) ** 2,
    }
    return float(sum(QUALITY_WEIGHTS[name] * value for name, value in measured.items()))


def _border(grey: np.ndarray) -> np.ndarray:
    """The pixels of all four edges of a picture (height, width)."""
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def _inner(height: int, width: int, share: float) -> np.ndarray:
    """All but a frame as wide as a share of the picture's shorter side, bool (height, width)."""
    frame = max(2, round(share * min(height, width)))
    inner = np.zeros((height, width), bool)
    inner[frame:-frame, frame:-frame] = True
    return inner


def _above_otsu(distance: np.ndarray) -> np.ndarray:
    levels = np.clip(distance * (255 / max(float(distance.max()), 1e-6)), 0, 255).astype(np.uint8)
    threshold, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return levels > threshold


def _grabcut(rgb: np.ndarray, likely: np.ndarray, rounds: int) -> np.ndarray:
    """GrabCut (Rother et al. 2004) from a first guess; the corners of the picture are background."""
    distance = off_centre(*likely.shape)
    labels = np.where(likely & (distance < 1.1), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[distance > 1.2] = cv2.GC_BGD
    foreground = np.count_nonzero(labels == cv2.GC_PR_FGD)
    if min(foreground, labels.size - foreground) < 0.01 * labels.size:
        return likely  # too few pixels for five colour components each
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(SEED)
    cv2.grabCut(np.ascontiguousarray(rgb), labels, None, *models, rounds, cv2.GC_INIT_WITH_MASK)
    return (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)


def _disc(diameter: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter))
