"""Which data sets there are, where their files come from, and what a loaded one looks like."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from . import cifar, idx

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


@dataclass(frozen=True)
class Files:
    """The files of a data set, which come with the project or are downloaded.

    folder: where they lie, as torchvision arranges it, in the included or in the data folder.
    torchvision: the class that knows where to download them; empty for those that come with the project.
    megabytes: of the download.
    names: of the files, in the order in which `read` wants them.
    read: folder, names, number of classes -> images and labels of the training split, then of the test split.
    """

    folder: str
    torchvision: str = ""
    megabytes: int = 0
    names: tuple[str, ...] = idx.FILES
    read: Callable[[Path, tuple[str, ...], int], tuple[np.ndarray, ...]] = idx.read


NO_FILES = Files("", names=())


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set without reading it.

    train_size, test_size: images in the official files; image_shape: (channels, height, width).
    source: where the images come from, in a few words or as an address; paper: who describes them, as a link.
    files: `NO_FILES` for a data set that is part of another one, or custom.
    part_of: the data set whose first classes this one is.
    owner: the id of the person who imported it (`jobs.people`); "" for nobody.
    preparation: how a picture becomes like these images, before a net that learned from them is asked. The
        "garment" in it, bright on black and as large as the image; its ink, in the size and place of the
        characters ("digit"); or its middle "square", made small.
    """

    name: str
    description: str
    class_names: tuple[str, ...]
    train_size: int
    test_size: int
    image_shape: tuple[int, int, int] = (1, 28, 28)
    source: str = ""
    files: Files = NO_FILES
    part_of: str = ""
    preparation: str = "square"
    owner: str = ""
    paper: str = ""

    @property
    def download_megabytes(self) -> int:
        """How much has to be downloaded once; 0 for included and custom data sets."""
        return self.files.megabytes


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

    @cached_property
    def sha256(self) -> str:
        """Of all images and labels, in hex: other data under the same name have another one."""
        digest = hashlib.sha256()
        for array in (self.train_images, self.train_labels, self.test_images, self.test_labels):
            digest.update(f"{array.dtype} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()


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
            paper="[Xiao, Rasul, Vollgraf 2017](https://arxiv.org/abs/1708.07747)",
            files=Files("FashionMNIST"),
            preparation="garment",
        ),
        DatasetInfo(
            "mnist",
            "Handwritten digits",
            DIGITS,
            60_000,
            10_000,
            source=MNIST,
            files=Files("MNIST"),
            preparation="digit",
        ),
        DatasetInfo(
            "mnist-0-1",
            "The lecture's two classes: the digits 0 and 1",
            DIGITS[:2],
            12_665,
            2_115,
            source=MNIST,
            part_of="mnist",
            preparation="digit",
        ),
        DatasetInfo(
            "mnist-0-1-2",
            "The lecture's three classes: the digits 0, 1 and 2",
            DIGITS[:3],
            18_623,
            3_147,
            source=MNIST,
            part_of="mnist",
            preparation="digit",
        ),
        DatasetInfo(
            "kmnist",
            "Ten handwritten Japanese characters",
            ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
            60_000,
            10_000,
            source="https://github.com/rois-codh/kmnist",
            files=Files("KMNIST/raw", "KMNIST", 21),
            preparation="digit",
        ),
        DatasetInfo(
            "emnist-balanced",
            "Handwritten digits and letters, equally many of each",
            # Small letters that look like their capitals count as these.
            (*DIGITS, *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *"abdefghnqrt"),
            112_800,
            18_800,
            source="https://www.nist.gov/itl/products-and-services/emnist-dataset",
            preparation="digit",
            files=Files(
                "EMNIST/raw",
                "EMNIST",
                562,  # one archive holds all of EMNIST's splits
                (
                    "emnist-balanced-train-images-idx3-ubyte",
                    "emnist-balanced-train-labels-idx1-ubyte",
                    "emnist-balanced-test-images-idx3-ubyte",
                    "emnist-balanced-test-labels-idx1-ubyte",
                ),
                idx.read_upright,
            ),
        ),
        DatasetInfo(
            "qmnist",
            "MNIST rebuilt, with the 50,000 test digits that MNIST had lost",
            DIGITS,
            60_000,
            60_000,  # as torchvision's train=False: the 10,000 of MNIST come first
            source="https://github.com/facebookresearch/qmnist",
            preparation="digit",
            files=Files(
                "QMNIST/raw",
                "QMNIST",
                20,
                (
                    "qmnist-train-images-idx3-ubyte",
                    "qmnist-train-labels-idx2-int",
                    "qmnist-test-images-idx3-ubyte",
                    "qmnist-test-labels-idx2-int",
                ),
            ),
        ),
        DatasetInfo(
            "cifar-10",
            "Ten kinds of animals and vehicles, small photos in colour",
            (
                *("airplane", "automobile", "bird", "cat", "deer"),
                *("dog", "frog", "horse", "ship", "truck"),
            ),
            50_000,
            10_000,
            cifar.SHAPE,
            "https://www.cs.toronto.edu/~kriz/cifar.html",
            files=Files("cifar-10-batches-bin", "CIFAR10", 170, cifar.FILES, cifar.read),
        ),
    )
}
