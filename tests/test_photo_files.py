"""Kinds of picture files: large JPEGs, PNGs full of text, odd endings, and what macOS leaves beside them."""

import functools
import struct
import sys
import tracemalloc
import zlib
from contextlib import contextmanager

import numpy as np
import pytest
from photo_runs import encoded, shirt_on_a_floor
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngInfo
from zips import two_classes, zipped

from fmnist_core import photos
from fmnist_core.base.errors import PhotoError
from fmnist_core.data import custom_import, datasets, headers

decoding = sys.modules["fmnist_core.data.decode"]  # `photos.decode` is the function

MAC_NOTES = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(100)


def grey_jpeg(width: int, height: int, **options: object) -> bytes:
    """A grey JPEG with a dark rectangle in its middle."""
    image = Image.new("L", (width, height), 200)
    image.paste(40, (width // 4, height // 4, width * 3 // 4, height * 3 // 4))
    return encoded(image, "JPEG", **options)


@functools.cache
def packed_zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


def inflating(kind: bytes, keyword: bytes, megabytes: int) -> bytes:
    """A PNG chunk whose compressed text becomes so large."""
    content = keyword + (b"\0\1\0\0\0" if kind == b"iTXt" else b"\0\0") + packed_zeros(megabytes)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunk(chunk: bytes, at_the_end: bool = False) -> bytes:
    """A drawn shirt with one more chunk: behind the header, or behind the pixels."""
    png = encoded(shirt_on_a_floor())
    place = len(png) - 12 if at_the_end else 33
    return png[:place] + chunk + png[place:]


@contextmanager
def less_memory_than(megabytes: float):
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_of_100_megapixels_is_read_at_a_reduced_scale(progressive):
    picture = photos.decode(grey_jpeg(12_500, 8_000, progressive=progressive))
    assert picture.rgb.shape[1:] == (640, 3) and picture.rgb.shape[0] in (409, 410)
    assert picture.rgb[5, 5].min() > 190 and picture.rgb[205, 320].max() < 50


@pytest.mark.parametrize("size", [(4_000, 250), (250, 4_000)])
def test_a_strip_is_decoded_at_a_reduced_scale_too(size, monkeypatch):
    boxes = []
    draft = JpegImageFile.draft
    monkeypatch.setattr(JpegImageFile, "draft", lambda *given: boxes.append(draft(*given)[1]))
    assert max(photos.decode(grey_jpeg(*size)).rgb.shape) == 640
    assert sorted(boxes[0][2:]) == [125, 2_000]


def test_a_jpeg_above_110_megapixels_is_refused():
    with pytest.raises(PhotoError, match="has 121 megapixels; at most 110"):
        photos.decode(grey_jpeg(11_000, 11_000))


def test_a_picture_above_the_limit_of_pillow_is_called_too_large_not_unreadable():
    with pytest.raises(PhotoError, match="far too many pixels: at most 40 megapixels"):
        photos.decode(encoded(Image.new("1", (15_000, 15_000)), "PNG"))


def test_a_progressive_jpeg_that_takes_too_much_memory_is_refused_before_it_is_decoded(monkeypatch):
    data = encoded(shirt_on_a_floor((1000, 800)), "JPEG", progressive=True, subsampling=0)
    assert headers.jpeg_scans(data)[1] == 1000 * 800 * 3 * 2
    monkeypatch.setattr(decoding, "MAX_JPEG_MEMORY", 4_700_000)
    monkeypatch.setattr(Image.Image, "draft", lambda *_: pytest.fail("decoded"))
    with pytest.raises(PhotoError, match="progressive JPEG that takes 5 MB to decode; at most 5 are given"):
        photos.decode(data)


@pytest.mark.parametrize(
    ("options", "bytes_a_pixel"),
    [
        ({}, 0),  # row by row
        ({"progressive": True, "subsampling": 0}, 6),
        ({"progressive": True, "subsampling": 1}, 4),
        ({"progressive": True, "subsampling": 2}, 3),
        ({"progressive": True, "exif": b"Exif\0\0" + bytes(5000)}, 3),
    ],
)
def test_the_memory_for_a_jpegs_coefficients_is_known_from_its_header(options, bytes_a_pixel):
    scans, memory = headers.jpeg_scans(encoded(shirt_on_a_floor((320, 480)), "JPEG", **options))
    assert memory == 320 * 480 * bytes_a_pixel
    assert scans == (10 if bytes_a_pixel else 1)


def test_a_jpeg_with_a_scan_for_each_colour_is_counted_like_a_progressive_one():
    data = encoded(shirt_on_a_floor((320, 480)), "JPEG", subsampling=0)
    start = data.index(b"\xff\xda")
    one_colour = data[:start] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + data[start + 14 :]
    assert headers.jpeg_scans(one_colour) == (1, 320 * 480 * 6)


def test_a_jpeg_with_thousands_of_scans_is_refused():
    data = grey_jpeg(80, 60, progressive=True)
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x00"  # one that brings nothing
    assert photos.decode(data[:-2] + 50 * scan + data[-2:]).rgb.shape == (60, 80, 3)
    with pytest.raises(PhotoError, match="5,006 scans; at most 100"):
        photos.decode(data[:-2] + 5_000 * scan + data[-2:])


def test_a_jpeg_that_ends_anywhere_can_be_asked_for_its_scans():
    data = encoded(shirt_on_a_floor((32, 48)), "JPEG", progressive=True)
    assert {headers.jpeg_scans(data[:end])[1] for end in range(len(data))} == {0, 32 * 48 * 3}


@pytest.mark.parametrize("at_the_end", [False, True])
@pytest.mark.parametrize("megabytes", [2, 300])
@pytest.mark.parametrize(
    ("kind", "keyword"),
    [
        (b"zTXt", b"parameters"),
        (b"iTXt", b"workflow"),
        (b"iCCP", b"profile"),
        (b"iTXt", b"XML:com.adobe.xmp"),
        (b"zTXt", b"Raw profile type exif"),
    ],
)
def test_a_png_is_read_whatever_its_texts_inflate_to_and_they_take_no_memory(
    kind, keyword, megabytes, at_the_end
):
    data = with_chunk(inflating(kind, keyword, megabytes), at_the_end)
    with less_memory_than(20):
        read = photos.decode(data).rgb
    assert np.array_equal(read, np.asarray(shirt_on_a_floor()))


def test_a_png_with_two_megabytes_of_plain_text_is_read():
    content = b"comment\0" + b"words " * 350_000
    chunk = struct.pack(">I", len(content)) + b"tEXt" + content
    data = with_chunk(chunk + struct.pack(">I", zlib.crc32(b"tEXt" + content)))
    assert np.array_equal(photos.decode(data).rgb, np.asarray(shirt_on_a_floor()))


@pytest.mark.parametrize("place", ["eXIf", "XMP"])
def test_a_png_is_still_turned_upright_by_its_tag(place):
    sideways, options = shirt_on_a_floor().transpose(Image.Transpose.ROTATE_90), {}
    if place == "eXIf":
        options["exif"] = Image.Exif()
        options["exif"][274] = 6
    else:
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="6"/>')
    assert np.array_equal(photos.decode(encoded(sideways, **options)).rgb, np.asarray(shirt_on_a_floor()))


def test_files_other_than_png_are_not_searched_for_texts():
    data = encoded(shirt_on_a_floor(), "WEBP") + b"zTXt"
    assert headers.without_png_text(data) is data


@pytest.mark.parametrize("ending", [".jfif", ".jpe", ".JFIF"])
def test_every_ending_of_a_jpeg_is_found_in_folders_and_zips(ending, tmp_path):
    data = encoded(shirt_on_a_floor(), "JPEG")
    (tmp_path / f"shirt{ending}").write_bytes(data)
    assert [path.name for path in photos.find_images([tmp_path])] == [f"shirt{ending}"]
    custom_import.import_zip(zipped({**two_classes(), f"day/shirt{ending}": data}), "mine")
    loaded = datasets.load("mine")
    assert len(loaded.train_labels) + len(loaded.test_labels) == 21


def test_what_macos_keeps_beside_pictures_is_skipped_in_folders_and_zips(tmp_path):
    (tmp_path / "shirt.jpg").write_bytes(encoded(shirt_on_a_floor(), "JPEG"))
    (tmp_path / "._shirt.jpg").write_bytes(MAC_NOTES)
    assert [path.name for path in photos.find_images([tmp_path])] == ["shirt.jpg"]
    done = custom_import.import_zip(zipped({**two_classes(), "day/._0.png": MAC_NOTES}), "mine")
    assert done.skipped == ()


def test_macos_notes_that_are_named_or_uploaded_get_a_sentence(tmp_path):
    path = tmp_path / "._shirt.jpg"
    path.write_bytes(b"anything")
    assert photos.find_images([path]) == [path]
    with pytest.raises(PhotoError, match=r"what macOS keeps beside it.* without \._ in its name"):
        photos.read_file(path)
    with pytest.raises(PhotoError, match="what macOS keeps beside it"):
        photos.decode(MAC_NOTES)


def test_of_large_pictures_only_one_is_decoded_at_a_time(monkeypatch):
    held = []
    load = decoding._load
    monkeypatch.setattr(
        decoding, "_load", lambda image: held.append(decoding._one_large_picture.locked()) or load(image)
    )
    for size in ((400, 300), (4_000, 3_000)):
        photos.decode(grey_jpeg(*size))
    assert held == [False, True] and not decoding._one_large_picture.locked()
