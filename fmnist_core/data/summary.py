"""What is in a data set, as tables and pictures for people. Training split unless it says otherwise."""

from functools import lru_cache

import numpy as np
import pandas as pd

from .catalogue import Dataset


@lru_cache(maxsize=8)
def class_balance(dataset: Dataset) -> pd.DataFrame:
    """One row a class: class_name, training, test (images)."""
    classes = dataset.classes
    return pd.DataFrame(
        {
            "class_name": dataset.class_names,
            "training": np.bincount(dataset.train_labels, minlength=classes),
            "test": np.bincount(dataset.test_labels, minlength=classes),
        }
    )


@lru_cache(maxsize=8)
def pixel_histogram(dataset: Dataset) -> pd.DataFrame:
    """One row a brightness: value (0 black to 255 white), share (of all pixels, adds up to 1)."""
    images = dataset.train_images
    # A thousand at a time: `bincount` makes eight bytes of each pixel.
    parts = [images[start : start + 1000] for start in range(0, len(images), 1000)]
    counts = np.sum([np.bincount(part.ravel(), minlength=256) for part in parts], axis=0)
    return pd.DataFrame({"value": np.arange(256), "share": counts / counts.sum()})


def pixel_statistics(histogram: pd.DataFrame) -> dict[str, float]:
    """mean and deviation of the pixels on the scale 0 to 1, and the share that is black."""
    value, share = histogram["value"].to_numpy() / 255, histogram["share"].to_numpy()
    mean = float((value * share).sum())
    deviation = float(np.sqrt((share * (value - mean) ** 2).sum()))
    return {"mean": mean, "deviation": deviation, "black": float(share[0])}


@lru_cache(maxsize=8)
def mean_images(dataset: Dataset) -> np.ndarray:
    """The mean of each class, uint8 (classes, C, H, W); black for a class without images."""
    means = np.zeros((dataset.classes, *dataset.image_shape), np.uint8)
    for label in range(dataset.classes):
        images = dataset.train_images[dataset.train_labels == label]
        if len(images):
            means[label] = images.mean(axis=0, dtype=np.float64).round()
    return means


def draw_evenly(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Positions int64 (count,) of different images in random order, every class as often as any other.

    Fewer than `count` where there are fewer images; the same seed draws the same ones.
    """
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(len(labels))
    # The n-th image of its class comes in round n; earlier rounds are taken before later ones.
    rounds = pd.Series(shuffled).groupby(labels[shuffled]).cumcount()
    chosen = shuffled[np.argsort(rounds, kind="stable")][:count]
    return generator.permutation(chosen)


def wall_indices(labels: np.ndarray, count: int, seed: int = 0, label: int | None = None) -> np.ndarray:
    """Positions int64 of images to look at, of all classes or of one, in the order of the classes."""
    candidates = np.arange(len(labels)) if label is None else np.flatnonzero(labels == label)
    chosen = candidates[draw_evenly(labels[candidates], count, seed)]
    return chosen[np.lexsort((chosen, labels[chosen]))]


@lru_cache(maxsize=8)
def sample_indices(dataset: Dataset, count: int = 12) -> tuple[int, ...]:
    """Test images to watch while a net learns, always the same: one of each class, then hard ones.

    An image is hard if it lies nearer to another class's mean than to that of its own; others fill up what is
    missing. In class order.
    """
    labels = dataset.test_labels
    if not len(labels):
        return ()
    _, first = np.unique(labels, return_index=True)
    chosen = first[:count].tolist()
    some = np.arange(min(len(labels), 1000))
    pixels = dataset.test_images[some].reshape(len(some), -1).astype(np.float32)
    means = mean_images(dataset).reshape(dataset.classes, -1).astype(np.float32)
    nearest = ((means**2).sum(1) - 2 * pixels @ means.T).argmin(1)
    hard = [index for index in some[nearest != labels[some]].tolist() if index not in chosen]
    others = [index for index in some.tolist() if index not in chosen and index not in hard]
    chosen += [*hard, *others][: count - len(chosen)]
    return tuple(sorted(chosen, key=lambda index: (labels[index], index)))


def strip(images: np.ndarray, zoom: int = 1) -> np.ndarray:
    """Images (N, C, H, W) side by side as one picture, each pixel `zoom` pixels wide.

    uint8 (H, W) for grey and (H, W, 3) for colour images; a column of mid grey lies between two images.
    """
    divider = np.full((*images.shape[1:3], 1), 90, np.uint8)
    pieces = [piece for image in images for piece in (divider, image)][1:]
    row = np.concatenate(pieces, axis=2).repeat(zoom, axis=1).repeat(zoom, axis=2)
    return row[0] if len(row) == 1 else row.transpose(1, 2, 0)
