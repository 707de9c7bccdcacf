"""IDX files, the format of MNIST and its relatives: read and checked in full, without torch.

A header of big-endian 32-bit words (magic number, number of items, size of an item), then the items.
http://yann.lecun.com/exdb/mnist, "file formats".
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .local import bad_file, opened, refuse_web_page

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
"""The four files of a data set, by the names that torchvision gives them."""

SIZE = 28
MAX_ITEMS = 1_000_000  # a damaged header must not ask for terabytes of memory


@dataclass(frozen=True)
class Layout:
    """What a file holds. magic: its first number; shape, dtype: of one item."""

    magic: int
    kind: str
    shape: tuple[int, ...]
    dtype: str = "u1"

    @property
    def header_size(self) -> int:
        """In bytes."""
        return 4 * (2 + len(self.shape))

    @property
    def item_size(self) -> int:
        """In bytes."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize


LAYOUTS = {
    "images-idx3-ubyte": Layout(0x0803, "images", (SIZE, SIZE)),
    "labels-idx1-ubyte": Layout(0x0801, "labels", ()),
    "labels-idx2-int": Layout(0x0C02, "labels", (8,), ">i4"),  # QMNIST: the class, the writer and more
}
"""By how a file's name ends."""

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def read(folder: Path, names: tuple[str, ...], classes: int) -> Arrays:
    """Images uint8 (N, 1, 28, 28) and labels int64 (N,) of the training split, then of the test split.

    names: of the files, in the order of `FILES`.
    Raises `DataError` naming the file and the remedy when one is missing, damaged or does not fit the other.
    """
    train_images, train_labels, test_images, test_labels = names
    return (
        *_read_split(folder, train_images, train_labels, classes),
        *_read_split(folder, test_images, test_labels, classes),
    )


def read_upright(folder: Path, names: tuple[str, ...], classes: int) -> Arrays:
    """Like `read`, for EMNIST, whose files hold each image column by column: as rows it would lie mirrored
    on its side, as torchvision gives it."""
    train_images, train_labels, test_images, test_labels = read(folder, names, classes)
    return _transposed(train_images), train_labels, _transposed(test_images), test_labels


def _transposed(images: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(images.swapaxes(2, 3))


def _read_split(
    folder: Path, images_name: str, labels_name: str, classes: int
) -> tuple[np.ndarray, np.ndarray]:
    _, pixels = read_file(folder, images_name)
    path, labels = read_file(folder, labels_name)
    labels = labels.reshape(len(labels), -1)[:, 0].astype(np.int64)
    wrong = labels[(labels < 0) | (labels >= classes)]
    if len(wrong):
        raise bad_file(
            "{path} holds the label {label}; labels are 0 to {most}. {remedy}",
            path,
            label=wrong[0],
            most=classes - 1,
        )
    if len(pixels) != len(labels):
        raise bad_file(
            "{path} holds {labels:,} label(s) for the {pixels:,} image(s) of {images_name}. {remedy}",
            path,
            labels=len(labels),
            pixels=len(pixels),
            images_name=images_name,
        )
    return pixels[:, None], labels


def read_file(folder: Path, name: str) -> tuple[Path, np.ndarray]:
    """The path, and the items (count, *shape) after every check that needs no other file.

    Raises `DataError` naming the file and the remedy.
    """
    layout = next(layout for ending, layout in LAYOUTS.items() if name.endswith(ending))
    with opened(folder, name) as (path, file):
        count = _check_header(path, file.read(layout.header_size), layout)
        body = file.read(count * layout.item_size + 1)  # one more, to notice extra bytes
    if len(body) != count * layout.item_size:
        raise bad_file(
            "{path} is cut short: its header promises {count:,} {kind}. {remedy}"
            if len(body) < count * layout.item_size
            else "{path} has extra bytes at its end: its header promises {count:,} {kind}. {remedy}",
            path,
            count=count,
            kind=layout.kind,
        )
    return path, np.frombuffer(body, layout.dtype).reshape(count, *layout.shape)


def _check_header(path: Path, header: bytes, layout: Layout) -> int:
    """The number of items that the header promises. Raises `DataError`."""
    refuse_web_page(path, header)
    if len(header) < layout.header_size:
        raise bad_file(
            "{path} is cut short: {header} bytes are not even a header. {remedy}", path, header=len(header)
        )
    found, count, *shape = struct.unpack(f">{layout.header_size // 4}I", header)
    if found != layout.magic:
        raise bad_file(
            "{path} is not an IDX file of {kind}: it begins with the number {found} instead of "
            "{magic}. {remedy}",
            path,
            kind=layout.kind,
            found=found,
            magic=layout.magic,
        )
    if tuple(shape) != layout.shape:
        found_size, size = ("x".join(map(str, sizes)) for sizes in (shape, layout.shape))
        raise bad_file(
            "{path} holds {kind} of size {found_size} instead of {size}. {remedy}",
            path,
            kind=layout.kind,
            found_size=found_size,
            size=size,
        )
    if not 1 <= count <= MAX_ITEMS:
        raise bad_file(
            "{path} claims to hold {count:,} {kind}. {remedy}", path, count=count, kind=layout.kind
        )
    return count
