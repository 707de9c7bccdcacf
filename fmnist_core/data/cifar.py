"""CIFAR-10's binary files: 10,000 records each, a byte for the class and 3,072 for the pixels.

The pixels are the red, the green and the blue plane, row by row. https://www.cs.toronto.edu/~kriz/cifar.html
"""

from pathlib import Path

import numpy as np

from .local import bad_file, opened, refuse_web_page

FILES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")
SHAPE = (3, 32, 32)
RECORD = 1 + 3 * 32 * 32  # bytes
RECORDS = 10_000  # in a file, which has no header that would tell


def read(
    folder: Path, names: tuple[str, ...], classes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Images uint8 (N, 3, 32, 32) and labels int64 (N,) of the training split, then of the test split.

    names: the training batches, last the test batch. Raises `DataError` naming a bad file and the remedy.
    """
    *batches, test = [_read(folder, name, classes) for name in names]
    train = np.concatenate(batches)
    return (*_parted(train), *_parted(test))


def _parted(records: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    images = np.ascontiguousarray(records[:, 1:]).reshape(-1, *SHAPE)
    return images, records[:, 0].astype(np.int64)


def _read(folder: Path, name: str, classes: int) -> np.ndarray:
    """The checked records of a file, uint8 (10000, 3073)."""
    with opened(folder, name) as (path, file):
        content = file.read(RECORDS * RECORD + 1)  # one more, to notice extra bytes
    refuse_web_page(path, content[:RECORD])
    if len(content) != RECORDS * RECORD:
        raise bad_file(
            "{path} is cut short: it should hold {records:,} images. {remedy}"
            if len(content) < RECORDS * RECORD
            else "{path} has extra bytes at its end: it should hold {records:,} images. {remedy}",
            path,
            records=RECORDS,
        )
    records = np.frombuffer(content, np.uint8).reshape(RECORDS, RECORD)
    if (largest := records[:, 0].max()) >= classes:
        raise bad_file(
            "{path} holds the label {largest}; labels are 0 to {most}. {remedy}",
            path,
            largest=largest,
            most=classes - 1,
        )
    return records
