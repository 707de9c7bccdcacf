"""Which pixels belong to the garment? No net: colour models of border and middle, then GrabCut.

Works on a small copy of the picture, because a 28x28 image does not need more and GrabCut's time grows
with the pixels. The figures behind the choices are in the README.
"""

import cv2
import numpy as np

SEGMENT_SIDE = 200
"""Longer side of the copy that is segmented, pixels."""


def find_garment(rgb: np.ndarray, alpha: np.ndarray | None = None) -> np.ndarray:
    """The garment as a bool mask (height, width) for uint8 RGB (height, width, 3)."""
    height, width = rgb.shape[:2]
    if alpha is not None and 0.02 < np.mean(alpha > 127) < 0.98:
        return _tidy(alpha > 127)
    scale = SEGMENT_SIDE / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    distance = border_distance(small)
    threshold, _ = cv2.threshold(distance, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = _grabcut(small, distance > threshold)
    mask = cv2.resize(_tidy(mask).astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    return mask.astype(bool)


def border_distance(rgb: np.ndarray, clusters: int = 4) -> np.ndarray:
    """How unlike the border each pixel is: uint8 (height, width), 0 alike. Lab distance, L counts less."""
    height, width = rgb.shape[:2]
    lab = cv2.cvtColor(cv2.GaussianBlur(rgb, (0, 0), 1.2), cv2.COLOR_RGB2LAB).astype(np.float32)
    lab[..., 0] *= 0.6  # shadows and light change L much more than a and b
    frame = max(2, round(0.05 * min(height, width)))
    inner = np.zeros((height, width), bool)
    inner[frame:-frame, frame:-frame] = True
    border = lab[~inner]
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    cv2.setRNGSeed(1)
    _, labels, centers = cv2.kmeans(
        border, min(clusters, len(border)), None, criteria, 1, cv2.KMEANS_PP_CENTERS
    )
    share = np.bincount(labels.ravel(), minlength=len(centers)) / len(labels)
    centers = centers[share > 0.08] if np.any(share > 0.08) else centers
    distance = np.sqrt(((lab[:, :, None, :] - centers) ** 2).sum(-1).min(-1))
    return np.clip(distance * 3, 0, 255).astype(np.uint8)


def _grabcut(rgb: np.ndarray, likely: np.ndarray) -> np.ndarray:
    height, width = likely.shape
    y, x = np.mgrid[0:height, 0:width]
    off_centre = np.hypot((x - width / 2) / (width / 2), (y - height / 2) / (height / 2))
    labels = np.where(likely & (off_centre < 1.1), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[(off_centre > 1.2)] = cv2.GC_BGD
    if min(np.mean(labels == cv2.GC_PR_FGD), np.mean(labels != cv2.GC_PR_FGD)) < 0.01:
        return likely
    cv2.grabCut(
        rgb[..., ::-1].copy(), labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK
    )
    return np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _tidy(mask: np.ndarray) -> np.ndarray:
    """The biggest central piece and pieces of comparable size, without specks and holes."""
    mask = mask.astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
    count, labels, stats, centroids = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return mask.astype(bool)
    height, width = mask.shape
    offset = np.hypot(centroids[1:, 0] / width - 0.5, centroids[1:, 1] / height - 0.5)
    weight = stats[1:, cv2.CC_STAT_AREA] * np.exp(-4 * offset**2)
    keep = 1 + np.flatnonzero(weight > 0.25 * weight.max())
    mask = np.isin(labels, keep).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros_like(mask), contours, -1, 1, cv2.FILLED).astype(bool)
