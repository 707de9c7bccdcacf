"""IDX files, the format of MNIST and its relatives: read and checked in full, without torch.

A header of big-endian 32-bit words (magic number, number of items, and for images height and width), then
one byte per pixel or label. http://yann.lecun.com/exdb/mnist, "file formats".
"""

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np

from ..errors import DataError

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
"""The four files of a data set, by the names that torchvision gives them."""

IMAGES_MAGIC = 2051  # 0x00000803: unsigned bytes, three dimensions
LABELS_MAGIC = 2049  # 0x00000801: unsigned bytes, one dimension
SIZE = 28
MAX_ITEMS = 1_000_000  # a damaged header must not ask for terabytes of memory


def locate(folder: Path, name: str) -> Path | None:
    """The file, or its .gz copy beside it, or None."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.exists()), None)


def read_split(folder: Path, prefix: str, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (N, 1, 28, 28) and labels int64 (N,) of a split; prefix is "train" or "t10k".

    Raises `DataError` naming the file and the remedy when one is missing, damaged or does not fit the other.
    """
    images_path, labels_path = (
        locate(folder, f"{prefix}-{kind}") or folder / f"{prefix}-{kind}"
        for kind in ("images-idx3-ubyte", "labels-idx1-ubyte")
    )
    images = read_images(images_path)
    labels = read_labels(labels_path, classes)
    if len(images) != len(labels):
        raise DataError(
            f"{labels_path} holds {len(labels):,} labels for the {len(images):,} images of "
            f"{images_path.name}. {remedy(labels_path)}"
        )
    return images, labels


def read_images(path: Path) -> np.ndarray:
    """uint8 (N, 1, 28, 28). Raises `DataError`."""
    pixels = _read(path, IMAGES_MAGIC, "images")
    return pixels.reshape(-1, 1, SIZE, SIZE)


def read_labels(path: Path, classes: int) -> np.ndarray:
    """int64 (N,), each in 0..classes-1. Raises `DataError`."""
    labels = _read(path, LABELS_MAGIC, "labels").astype(np.int64)
    if labels.max() >= classes:
        raise DataError(
            f"{path} holds the label {labels.max()}; labels are 0 to {classes - 1}. {remedy(path)}"
        )
    return labels


def remedy(path: Path) -> str:
    """What to do about a bad file."""
    return "Delete this file and load the data set again, or put a good copy in its place."


def _read(path: Path, magic: int, kind: str) -> np.ndarray:
    """The bytes after the header, uint8 (count * item size,), after every check that needs no other file."""
    header_size, item_size = (16, SIZE * SIZE) if magic == IMAGES_MAGIC else (8, 1)
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            header = file.read(header_size)
            count = _check_header(path, header, header_size, magic, kind)
            body = file.read(count * item_size + 1)  # one more, to notice extra bytes
    except FileNotFoundError:
        raise DataError(
            f"{path} is missing. Load the data set again to download it, or put it there."
        ) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is a damaged gzip file ({error}). {remedy(path)}") from None
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror}. Check the disk and the file's permissions."
        ) from None
    if len(body) != count * item_size:
        how = "is cut short" if len(body) < count * item_size else "has extra bytes at its end"
        raise DataError(f"{path} {how}: its header promises {count:,} {kind}. {remedy(path)}")
    return np.frombuffer(body, np.uint8)


def _check_header(path: Path, header: bytes, header_size: int, magic: int, kind: str) -> int:
    """The number of items that the header promises. Raises `DataError`."""
    if header.lstrip().startswith(b"<"):  # <!DOCTYPE html>, <html>, <?xml ...
        raise DataError(f"{path} is a web page, not data: a download went wrong. {remedy(path)}")
    if len(header) < header_size:
        raise DataError(f"{path} is cut short: {len(header)} bytes are not even a header. {remedy(path)}")
    found, count, *shape = struct.unpack(f">{header_size // 4}I", header)
    if found != magic:
        raise DataError(
            f"{path} is not an IDX file of {kind}: it begins with the number {found} instead of {magic}. "
            f"{remedy(path)}"
        )
    if shape and shape != [SIZE, SIZE]:
        raise DataError(
            f"{path} holds images of {shape[0]}x{shape[1]} pixels instead of 28x28. {remedy(path)}"
        )
    if not 1 <= count <= MAX_ITEMS:
        raise DataError(f"{path} claims to hold {count:,} {kind}. {remedy(path)}")
    return count
