"""Images as addresses that a browser shows (data URIs)."""

import base64
import functools
import io

import numpy as np
from PIL import Image


def data_uri(image: np.ndarray, zoom: int = 1) -> str:
    """An image uint8 (C, H, W), grey or in colour, as a PNG, each pixel `zoom` pixels large."""
    return _png(image.tobytes(), image.shape, zoom)


def picture_uri(picture: np.ndarray) -> str:
    """A picture uint8 (H, W), or (H, W, 3) in colour, as a PNG."""
    return data_uri(picture[None] if picture.ndim == 2 else np.moveaxis(picture, -1, 0))


@functools.lru_cache(maxsize=1000)
def _png(pixels: bytes, shape: tuple[int, int, int], zoom: int) -> str:
    image = np.frombuffer(pixels, np.uint8).reshape(shape)
    picture = image[0] if len(image) == 1 else np.moveaxis(image, 0, -1)
    large = picture.repeat(zoom, axis=0).repeat(zoom, axis=1)
    return _uri(Image.fromarray(np.ascontiguousarray(large)), "png")


def photo_uri(rgb: np.ndarray, side: int) -> str:
    """A photo uint8 (height, width, 3) as a JPEG, its longer side at most so many pixels."""
    image = Image.fromarray(rgb)
    image.thumbnail((side, side))
    return _uri(image, "jpeg", quality=80)


def _uri(image: Image.Image, kind: str, **options: int) -> str:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}"
