"""Zips of pictures as people upload them."""

import io
import zipfile

import numpy as np
from PIL import Image


def picture(seed: int, bright: bool = False, size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    """A noisy picture, dark or bright."""
    low = 150 if bright else 0
    pixels = np.random.default_rng(seed).integers(low, low + 100, (*size[::-1], 3), np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, kind)
    return content.getvalue()


def two_classes(count: int = 10, prefix: str = "") -> dict[str, bytes]:
    return {
        f"{prefix}{name}/{index}.png": picture(index + 100 * bright, bool(bright))
        for bright, name in enumerate(("night", "day"))
        for index in range(count)
    }


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def zipped_in(code_page: str, files: dict[str, bytes]) -> bytes:
    """A zip that does not say in which code page its names are, as old programs make it."""

    class Info(zipfile.ZipInfo):
        def _encodeFilenameFlags(self):
            return self.filename.encode(code_page), self.flag_bits

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(Info(name), data)
    return content.getvalue()
