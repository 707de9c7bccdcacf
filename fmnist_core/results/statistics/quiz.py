"""Twenty test images to guess along with the models."""

import numpy as np


def draw_quiz(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Positions int64 (count,) of different images in random order, every class as often as any other.

    Fewer than `count` where there are fewer images; the same seed draws the same ones.
    """
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(len(labels))
    # The n-th image of its class comes in round n; earlier rounds are taken before later ones.
    rounds = np.zeros(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        of_class = labels[shuffled] == label
        rounds[of_class] = np.arange(of_class.sum())
    chosen = shuffled[np.argsort(rounds, kind="stable")][:count]
    return generator.permutation(chosen)
