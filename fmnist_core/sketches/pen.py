"""The pen of all sketches: polygons and lines on a small canvas, and the fabric that fills them."""

import math

import cv2
import numpy as np

SIZE = 28
ZOOM = 4  # drawn so many times as large, for soft edges
ROWS, COLUMNS = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)

PATTERNS = ("stripes", "stripes", "pinstripes", "checks", "flowers", "flowers", "gradient")

Point = tuple[float, float]


class Pen:
    """Draws on a frame of 28x28 units that is moved, scaled and turned a little; x is 0 in the middle.

    A tone multiplies the brightness of the fabric; tone 0 cuts a hole.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.canvas = np.zeros((SIZE * ZOOM, SIZE * ZOOM), np.uint8)
        self.shade = 70 + 170 * math.sqrt(rng.random())
        self.patterned = 0.4  # the probability of a fabric with a pattern
        angle, scale = rng.normal(0, 0.05), self.between(0.9, 1.04)
        turned = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        slimmer = np.array([self.between(0.88, 1.06), 1.0])  # narrower or wider, the height kept
        self.frame = slimmer[:, None] * turned * scale * ZOOM
        self.origin = np.array([14 + rng.normal(0, 0.7), 14 + rng.normal(0, 0.7)]) * ZOOM

    def between(self, low: float, high: float) -> float:
        """A random number, uniform."""
        return low + (high - low) * self.rng.random()

    def chance(self, probability: float) -> bool:
        """True as often as that."""
        return self.rng.random() < probability

    def fill(self, points: list[Point], tone: float = 1.0, rounds: int = 0) -> None:
        """A polygon; its corners are rounded off `rounds` times."""
        cv2.fillPoly(self.canvas, [self._pixels(points, rounds, closed=True)], self._brightness(tone))

    def line(self, points: list[Point], tone: float = 0.6, width: float = 0.5, rounds: int = 0) -> None:
        """An open line, `width` units wide."""
        pixels = self._pixels(points, rounds, closed=False)
        cv2.polylines(self.canvas, [pixels], False, self._brightness(tone), max(1, round(width * ZOOM)))

    def symmetric(self, right: list[Point], tone: float = 1.0, rounds: int = 0) -> None:
        """A polygon given by its right half, from top to bottom."""
        self.fill(right + mirrored(right)[::-1], tone, rounds)

    def finished(self) -> np.ndarray:
        """The drawing with fabric and noise, uint8 (28, 28); the ground stays black."""
        image = cv2.resize(self.canvas, (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.float32)
        image *= self._fabric()
        image *= 1 + self.between(0.02, 0.1) * self.rng.standard_normal((SIZE, SIZE), np.float32)
        return image.clip(0, 255).astype(np.uint8)

    def _fabric(self) -> np.ndarray | float:
        """The pattern, as factors float32 (28, 28)."""
        if not self.chance(self.patterned):
            return 1.0
        strength, period, start = self.between(0.1, 0.4), self.between(2.5, 7.0), self.between(0, 6.3)
        across, along = (np.sin(axis * (2 * math.pi / period) + start) for axis in (ROWS, COLUMNS))
        kind = str(self.rng.choice(PATTERNS))
        if kind == "stripes":
            return 1 + strength * np.sign(across)
        if kind == "pinstripes":
            return 1 + 0.6 * strength * along
        if kind == "checks":
            return 1 + 0.6 * strength * (across + along)
        if kind == "flowers":
            cells = int(self.between(6, 20))
            flowers = self.rng.standard_normal((cells, cells), np.float32)
            return 1 + 0.7 * strength * cv2.resize(flowers, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
        return 1 + strength * (ROWS - 14) / 14 * (1 if self.chance(0.5) else -1)

    def _brightness(self, tone: float) -> float:
        return min(255.0, self.shade * tone)

    def _pixels(self, points: list[Point], rounds: int, closed: bool) -> np.ndarray:
        """Units to pixels, int32 (points, 2); Chaikin's corner cutting rounds the corners off."""
        line = np.array(points, np.float64)
        for _ in range(rounds):
            ends = line if closed else line[:-1]
            following = np.roll(line, -1, axis=0) if closed else line[1:]
            cut = np.stack([0.75 * ends + 0.25 * following, 0.25 * ends + 0.75 * following], 1).reshape(-1, 2)
            line = cut if closed else np.concatenate([line[:1], cut, line[-1:]])
        return ((line - (0, 14)) @ self.frame + self.origin).round().astype(np.int32)


def mirrored(points: list[Point]) -> list[Point]:
    """The same points on the other side of the middle."""
    return [(-x, y) for x, y in points]
