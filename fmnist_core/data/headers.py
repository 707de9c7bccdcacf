"""What a file's bytes say before anything is decoded: the memory that a JPEG takes, the text in a PNG."""

import re
import struct
from collections.abc import Iterator

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_TEXT = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")
"""Kinds of chunks that say nothing about the pixels as they are used here."""
PNG_ORIENTATION = (b"tEXtRaw profile type exif\0", b"iTXtXML:com.adobe.xmp\0\0")
"""Texts that may say which side is up, not compressed; short ones are kept."""
PNG_SHORT = 100_000

MAC_NOTES = (b"\x00\x05\x16\x00", b"\x00\x05\x16\x07")
"""The beginnings of what macOS keeps beside a file under the name ._NAME (AppleSingle, AppleDouble)."""

JPEG_MARKER = re.compile(rb"\xff+([\x01-\xfe])")
JPEG_START_OF_SCAN = 0xDA
JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
JPEG_WITHOUT_CONTENT = {0x01, *range(0xD0, 0xDA)}


def is_mac_notes(data: bytes) -> bool:
    """Whether this is not the file itself but what macOS keeps beside it."""
    return data.startswith(MAC_NOTES)


def without_png_text(data: bytes) -> bytes:
    """A PNG without its texts and colour profile; any other file, and a damaged part, as it is.

    Pillow refuses a text that inflates to more than a megabyte, and such texts are common: programs that make
    pictures write their settings there. Left out, a text of any size costs nothing.
    """
    if not data.startswith(PNG_SIGNATURE):
        return data
    kept, start, position = [], 0, len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length  # length, kind and checksum take 4 bytes each
        if end > len(data):
            break
        turns = length <= PNG_SHORT and data.startswith(PNG_ORIENTATION, position + 4)
        if kind in PNG_TEXT and not turns:
            kept.append(data[start:position])
            start = end
        position = end
    return b"".join([*kept, data[start:]]) if kept else data


def jpeg_scans(data: bytes) -> tuple[int, int]:
    """How often a JPEG's decoder goes over the picture, and the bytes that it keeps meanwhile.

    A picture in a single scan is decoded row by row: (1, 0). A progressive one, or one with a scan for each
    colour, needs all coefficients of the whole picture at once, 2 bytes each, at whatever scale it is read.
    """
    progressive, frame = False, b""
    for marker, position, content in _jpeg_segments(data):
        if marker in JPEG_FRAMES:
            progressive, frame = marker & 3 == 2, content
        elif marker == JPEG_START_OF_SCAN and len(frame) > 7 and content:
            if not progressive and content[0] == frame[5]:  # all colours in one scan
                return 1, 0
            return data.count(b"\xff\xda", position), 2 * _coefficients(frame)
    return 1, 0  # damaged: the decoder says so


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Marker, where it begins, and content of each segment up to the pixels."""
    position = 2
    while found := JPEG_MARKER.search(data, position):
        marker, position = found[1][0], found.end()
        if marker in JPEG_WITHOUT_CONTENT:
            continue
        length = int.from_bytes(data[position : position + 2])
        yield marker, position - 2, data[position + 2 : position + length]
        if marker == JPEG_START_OF_SCAN:
            return
        position += max(2, length)


def _coefficients(frame: bytes) -> int:
    """How many coefficients a picture has: whole blocks of 8x8, for each colour at its own resolution."""
    height, width = struct.unpack_from(">HH", frame, 1)
    samplings = [(sampling >> 4, sampling & 15) for sampling in frame[7::3]]
    widest, highest = (max(max(side), 1) for side in zip(*samplings, strict=True))
    columns, rows = -(-width // (8 * widest)), -(-height // (8 * highest))
    return columns * rows * 64 * sum(across * down for across, down in samplings)
