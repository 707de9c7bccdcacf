"""Which data sets there are, and what a loaded one looks like."""

from dataclasses import dataclass

import numpy as np

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""Fashion-MNIST's classes in the official order: label 0 is T-shirt/top."""

DIGITS = tuple("0123456789")

PREPARATIONS = ("garment", "digit", "square")
"""How a picture becomes like the images of a data set: the garment in it, bright on black and as large as the
image; its ink, in the size and place of the data set's characters; its middle square, made small."""


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set without reading it.

    train_size, test_size: images in the official files; image_shape: (channels, height, width).
    source: where the images come from, in a few words or as an address.
    preparation: one of `PREPARATIONS`; a net that learned from this data set is asked in that way.
    """

    name: str
    description: str
    class_names: tuple[str, ...]
    train_size: int
    test_size: int
    image_shape: tuple[int, int, int] = (1, 28, 28)
    source: str = ""
    preparation: str = "square"


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in memory, equal only to itself. The arrays are shared by everybody and read-only.

    train_images, test_images: uint8 (N, channels, height, width); labels: int64 (N,), from 0.
    """

    name: str
    class_names: tuple[str, ...]
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.train_images, self.train_labels, self.test_images, self.test_labels):
            array.setflags(write=False)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(channels, height, width)"""
        return self.train_images.shape[1:]

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.class_names)


FASHION = "https://github.com/zalandoresearch/fashion-mnist"
MNIST = "http://yann.lecun.com/exdb/mnist"

DATASETS: dict[str, DatasetInfo] = {
    info.name: info
    for info in (
        DatasetInfo(
            "fashion-mnist",
            "Ten kinds of clothing, photographed",
            CLASS_NAMES,
            60_000,
            10_000,
            source=FASHION,
            preparation="garment",
        ),
        DatasetInfo("mnist", "Handwritten digits", DIGITS, 60_000, 10_000, source=MNIST, preparation="digit"),
        DatasetInfo(
            "kmnist",
            "Ten handwritten Japanese characters",
            ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
            60_000,
            10_000,
            source="https://github.com/rois-codh/kmnist",
            preparation="digit",
        ),
        DatasetInfo(
            "mnist-0-1",
            "The lecture's two classes: the digits 0 and 1",
            DIGITS[:2],
            12_665,
            2_115,
            source=MNIST,
            preparation="digit",
        ),
        DatasetInfo(
            "mnist-0-1-2",
            "The lecture's three classes: the digits 0, 1 and 2",
            DIGITS[:3],
            18_623,
            3_147,
            source=MNIST,
            preparation="digit",
        ),
        DatasetInfo(
            "sketches",
            "Drawings of the ten kinds of clothing, made by this program; no download",
            CLASS_NAMES,
            6_000,
            1_000,
            source="drawn by this program",
            preparation="garment",
        ),
    )
}
