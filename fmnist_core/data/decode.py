"""Any uploaded bytes -> an upright RGB picture of moderate size, or a `PhotoError` that says what to do.

Nothing here knows about garments. The order of the checks matters: what is cheap and protects the machine
comes first (bytes, kind of file, pixels declared), only then is anything decoded.
"""

import contextlib
import io
import struct
import threading
import unicodedata
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from ..base.errors import PhotoError
from ..base.files import UNREADABLE
from ..base.messages import Message
from .headers import is_mac_notes, jpeg_scans, without_png_text

try:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    READS_HEIC = True
except ImportError:  # HEIC is a convenience: without the library such a file is refused with a sentence
    READS_HEIC = False

MAX_BYTES = 30_000_000
MAX_PIXELS = 40_000_000
MAX_PIXELS_OF = {"WEBP": 16_000_000, "AVIF": 24_000_000, "JPEG": 110_000_000, "MPO": 110_000_000}
"""The decoders of the first two need 16 and 9 bytes a pixel at once; others up to 5. JPEG (MPO is a JPEG with
more pictures behind it) is decoded at a reduced scale; the largest phone photos have 108 megapixels."""
MAX_JPEG_MEMORY = 330_000_000
"""Bytes for the coefficients of a progressive JPEG: 110 megapixels as most are stored, half of that at full
colour resolution."""
MAX_JPEG_SCANS = 100
"""Programs write 1 to 20; a forged file could hold millions and take hours."""
LARGE = 8_000_000
"""Pixels; of larger pictures only one is decoded at a time, so that many uploads take the memory of one."""
MIN_SIDE = 8
MAX_SIDE_RATIO = 20
WORKING_SIDE = 640
"""Longer side of the decoded picture, pixels: plenty for a 28x28 image, and quick to handle."""

SUFFIXES = (
    *(".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".bmp"),
    *(".jfif", ".jpe"),
)
"""Endings of the files that are looked for and offered; what is in a file decides whether it is read."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF")
FORMATS_IN_WORDS = "JPEG, PNG, WebP, AVIF, GIF, BMP" + (", HEIC" if READS_HEIC else "")
REMEDY = Message(
    "Save it as JPEG or PNG and try again (readable: {formats_in_words}).", formats_in_words=FORMATS_IN_WORDS
)
MAC_NOTES = (
    "This is not the picture but what macOS keeps beside it: its name begins with ._. "
    "Choose the file without ._ in its name."
)

DECODER_ERRORS = (*UNREADABLE, AssertionError, struct.error, Image.DecompressionBombError)
"""What decoders have been seen to raise on damaged bytes."""

_one_large_picture = threading.Lock()

# The limits above are checked instead of the one that Pillow only warns about.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Picture:
    """A decoded upload.

    rgb: uint8 (height, width, 3), upright by its EXIF tag, transparent parts laid on white.
    alpha: uint8 (height, width), 255 where opaque; None for a picture without transparent parts.
    warnings: sentences for the person who uploaded it.
    """

    rgb: np.ndarray
    alpha: np.ndarray | None
    warnings: tuple[str, ...]


def decode(data: bytes | Image.Image) -> Picture:
    """The picture in `data`: first frame, upright, longer side at most `WORKING_SIDE`.

    Raises `PhotoError`, a sentence with a remedy, for everything that is not a usable picture.
    """
    notes: list[str] = []
    image = data if isinstance(data, Image.Image) else _open(data)
    _check_size(image.width, image.height, MAX_PIXELS_OF.get(image.format or "", MAX_PIXELS))
    if image.format in ("JPEG", "MPO") and isinstance(data, bytes):
        _check_jpeg(data)
    large = image.width * image.height > LARGE
    with _one_large_picture if large else contextlib.nullcontext():
        pixels = _pixels(image, notes)
    alpha = pixels[..., 3] if pixels.shape[-1] == 4 else None
    if alpha is None or alpha.min() == 255:
        return Picture(np.ascontiguousarray(pixels[..., :3]), None, tuple(notes))
    if alpha.max() < 8:
        raise PhotoError("The picture is fully transparent: there is nothing to see. Choose another one.")
    cover = alpha[..., None].astype(np.float32) / 255
    on_white = pixels[..., :3] * cover + 255 * (1 - cover)
    return Picture(on_white.round().astype(np.uint8), alpha, tuple(notes))


def _pixels(image: Image.Image, notes: list[str]) -> np.ndarray:
    """uint8 (height, width, 3 or 4) of the first frame, not larger than `WORKING_SIDE`; adds to `notes`."""
    try:
        frames = getattr(image, "n_frames", 1)
        if frames > 1 and image.format in ("GIF", "PNG", "WEBP", "AVIF"):
            notes.append(
                Message("An animation of {frames:,} pictures: only the first one is read.", frames=frames)
            )
            image.seek(0)
        image = _to_8_bit(_load(image))
        image.thumbnail((WORKING_SIDE, WORKING_SIDE), reducing_gap=2.0)
        return np.asarray(image)
    except DECODER_ERRORS as error:
        raise PhotoError(
            "The picture is damaged or cut off and cannot be decoded. {remedy}", remedy=REMEDY
        ) from error


def display_name(name: str) -> str:
    """A file name that is safe to show: no folders, no control characters, at most 60 characters."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp", "Cs")).strip()
    return (name if len(name) <= 60 else name[:59] + "…") or "photo"


def check_bytes(data: bytes) -> None:
    """Raise `PhotoError` for an empty file and for one that is too large."""
    if len(data) == 0:
        raise PhotoError("The file is empty (0 bytes). Choose another one.")
    if len(data) > MAX_BYTES:
        raise PhotoError(
            "The file is larger than {megabytes:.0f} MB. Save it smaller.", megabytes=MAX_BYTES / 1000000.0
        )


def _open(data: bytes) -> Image.Image:
    check_bytes(data)
    Image.init()
    known = [name for name in FORMATS if name in Image.OPEN]
    if is_mac_notes(data):
        raise PhotoError(MAC_NOTES)
    try:
        return Image.open(io.BytesIO(without_png_text(data)), formats=known)
    except Image.DecompressionBombError as error:  # Pillow's own limit, far above ours, says it in `open`
        raise PhotoError(
            "The picture has far too many pixels: at most {limit:.0f} megapixels are read. Save it smaller.",
            limit=MAX_PIXELS / 1e6,
        ) from error
    except DECODER_ERRORS as error:
        raise PhotoError("This is not a picture that can be read. {remedy}", remedy=REMEDY) from error


def _check_size(width: int, height: int, most: int) -> None:
    if width * height > most:
        megapixels, limit = width * height / 1e6, most / 1e6
        raise PhotoError(
            "The picture has {megapixels:.0f} megapixels; at most {limit:.0f} are read. Save it smaller.",
            megapixels=megapixels,
            limit=limit,
        )
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            "The picture has {width} x {height} pixels; at least {min_side} x {min_side} are "
            "needed. Choose a larger one.",
            width=width,
            height=height,
            min_side=MIN_SIDE,
        )
    if max(width, height) > MAX_SIDE_RATIO * min(width, height):
        raise PhotoError(
            "The picture is a strip of {width} x {height} pixels; its longer side may be at "
            "most {max_side_ratio} times the shorter. Crop it to the garment.",
            width=width,
            height=height,
            max_side_ratio=MAX_SIDE_RATIO,
        )


def _check_jpeg(data: bytes) -> None:
    scans, memory = jpeg_scans(data)
    if memory > MAX_JPEG_MEMORY:
        raise PhotoError(
            "The picture is a progressive JPEG that takes {memory:.0f} MB to decode; at most "
            "{limit:.0f} are given. Save it smaller, or not as a progressive one.",
            memory=memory / 1000000.0,
            limit=MAX_JPEG_MEMORY / 1000000.0,
        )
    if scans > MAX_JPEG_SCANS:
        raise PhotoError(
            "The picture is a JPEG in {scans:,} scans; at most {max_jpeg_scans} are read. {remedy}",
            scans=scans,
            max_jpeg_scans=MAX_JPEG_SCANS,
            remedy=REMEDY,
        )


def _load(image: Image.Image) -> Image.Image:
    """Decode, not larger than needed, and turn upright. Memory stays near one copy of the file's pixels."""
    # A JPEG is decoded at 1/2, 1/4 or 1/8 if both sides stay this long; a strip's short one must not be 0.
    shrink = 2 * WORKING_SIDE / max(image.size)
    image.draft("RGB", (max(1, int(image.width * shrink)), max(1, int(image.height * shrink))))
    image.load()
    stride = max(image.size) // (WORKING_SIDE * 3)
    if stride > 1:  # every stride-th pixel: unlike a mean it needs no second full-size copy
        size = (max(1, image.width // stride), max(1, image.height // stride))
        orientation = image.getexif().get(274)
        image = image.resize(size, Image.Resampling.NEAREST)
        if orientation is not None:
            image.getexif()[274] = orientation
    return ImageOps.exif_transpose(image)


def _to_8_bit(image: Image.Image) -> Image.Image:
    """8-bit RGB, or RGBA, from any mode; 16-bit grey is scaled, where Pillow would clip it to white."""
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image).astype(np.float32)
        # "I" and "F" say nothing about their range: 16 bit when something is brighter than 8 bit can be.
        top = 65535.0 if image.mode.startswith("I;16") or values.max() > 255 else 255.0
        image = Image.fromarray((values * (255 / top)).clip(0, 255).astype(np.uint8))
    if image.mode == "CMYK" or image.mode in ("LAB", "HSV", "YCbCr"):
        image = image.convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def middle_square(rgb: np.ndarray, image_shape: tuple[int, int, int]) -> np.ndarray:
    """The middle of uint8 RGB (height, width, 3), resized: uint8, grey (1, H, W) or colour (3, H, W)."""
    channels, height, width = image_shape
    picture = Image.fromarray(rgb) if channels == 3 else Image.fromarray(rgb).convert("L")
    square = np.asarray(ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS))
    return square.transpose(2, 0, 1).copy() if channels == 3 else square[None].copy()
