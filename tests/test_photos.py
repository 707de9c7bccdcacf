"""Photos: decoded safely, the garment found, brought to 28x28, named, and doubted where it is foreign."""

import struct
import zlib

import numpy as np
import pytest
from photo_runs import encoded, shirt_on_a_floor
from PIL import Image

from fmnist_core import photos
from fmnist_core.base.errors import PhotoError
from fmnist_core.photos import Corrections
from fmnist_core.photos.segment import quality, to_lab


def png_that_declares(width: int, height: int) -> bytes:
    """A small PNG whose header claims any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def flat(width: int, height: int, color: str = "teal") -> bytes:
    return encoded(Image.new("RGB", (width, height), color))


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'

BAD = {
    "0 bytes": (b"", "The file is empty"),
    "text": (b"I am not a picture at all", "not a picture that can be read"),
    "truncated JPEG": (encoded(shirt_on_a_floor(), "JPEG")[:4000], "damaged or cut off"),
    "100 megapixels declared": (png_that_declares(10_000, 10_000), "100 megapixels; at most 40"),
    "81 megapixels": (png_that_declares(9_000, 9_000), "81 megapixels; at most 40"),
    "TIFF": (encoded(shirt_on_a_floor(), "TIFF"), "not a picture that can be read"),
    "EPS": (EPS, "not a picture that can be read"),
    "SVG": (SVG, "not a picture that can be read"),
    "1x1": (flat(1, 1), "1 x 1 pixels; at least 8 x 8"),
    "1x5000": (flat(1, 5000), "1 x 5000 pixels"),
    "a strip": (flat(10, 5000), "strip of 10 x 5000"),
    "one colour": (flat(200, 200), "only one colour"),
    "31 MB": (bytes(31_000_000), "larger than 30 MB"),
    "transparent": (encoded(Image.new("RGBA", (50, 50), (9, 9, 9, 0))), "fully transparent"),
    "pixels missing": (png_that_declares(2_000, 2_000), "damaged or cut off"),
}


@pytest.mark.parametrize("kind", list(BAD))
def test_bad_input_is_a_sentence_with_a_remedy(kind):
    data, reason = BAD[kind]
    with pytest.raises(PhotoError) as problem:
        photos.prepare(data)
    sentence = str(problem.value)
    assert reason in sentence
    assert sentence.endswith(".") and len(sentence) < 250
    assert any(remedy in sentence for remedy in ("Save it", "Choose", "Crop", "needed"))


def test_the_garment_is_found_on_its_floor():
    best = photos.prepare(shirt_on_a_floor()).image[0]
    assert best.shape == (28, 28) and best.dtype == np.uint8
    assert (best[:3, :3] == 0).all() and (best[-6:, :3] == 0).all()  # floor beside collar and hem is black
    assert (best[8:24, 10:18] > 60).all()  # the chest is not
    assert (best > 0).any(1).all()  # from collar to hem it fills the frame
    assert 24 <= (best > 0).any(0).sum() <= 27  # 210 x 232 pixels: 25 from sleeve to sleeve


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {}), ("PNG", {}), ("WEBP", {}), ("GIF", {}), ("BMP", {}), ("HEIF", {}), ("AVIF", {})],
)
def test_every_format_gives_nearly_the_same_image(kind, options):
    if kind == "HEIF":
        pytest.importorskip("pillow_heif")
    original = photos.decode(shirt_on_a_floor()).rgb.astype(int)
    read = photos.decode(encoded(shirt_on_a_floor(), kind, **options)).rgb.astype(int)
    assert np.abs(read - original).mean() < 8


def test_a_phone_photo_is_turned_upright_by_its_tag():
    sideways = shirt_on_a_floor().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[274] = 6  # the camera was turned: show it 90 degrees clockwise
    read = photos.decode(encoded(sideways, "JPEG", exif=exif)).rgb
    assert read.shape == (400, 300, 3)
    assert np.abs(read.astype(int) - np.asarray(shirt_on_a_floor())).mean() < 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16"])
def test_every_pixel_format_keeps_dark_dark_and_bright_bright(mode):
    values = np.full((60, 60), 255, np.uint8)
    values[15:45, 20:40] = 40
    image = Image.fromarray(values)
    if mode == "I;16":
        image = Image.fromarray(values.astype(np.uint16) * 257)
    elif mode == "RGBA":
        image = image.convert("RGBA")
    else:
        image = image.convert("RGB").convert(mode)
    read = photos.decode(encoded(image, "JPEG" if mode in ("CMYK", "YCbCr") else "PNG")).rgb
    assert read[5, 5].min() > 240
    assert read[30, 30].max() < 60


def test_transparent_parts_are_white_and_not_the_garment():
    shirt = np.zeros((80, 60, 4), np.uint8)
    shirt[20:70, 15:45] = (200, 30, 30, 255)
    prepared = photos.prepare(encoded(Image.fromarray(shirt)))
    assert photos.decode(encoded(Image.fromarray(shirt))).rgb[5, 5].tolist() == [255, 255, 255]
    assert (prepared.image[0][:, 8:20] > 0).all()  # 30 x 50 pixels of garment, 17 x 28 in the image
    assert (prepared.image[0][:, :4] == 0).all()


def test_of_an_animation_the_first_picture_is_read_and_that_is_said():
    frames = [Image.new("RGB", (40, 40), color) for color in ("white", "black", "red")]
    frames[0].paste("navy", (10, 10, 30, 30))
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    picture = photos.decode(data)
    assert picture.rgb[0, 0].min() > 240
    assert "animation of 3 pictures" in picture.warnings[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\shirt.jpg", "shirt.jpg"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),  # the page escapes it
        ("👗 dress.jpg", "👗 dress.jpg"),
        ("\u202egpj.exe\x00", "gpj.exe"),
        ("", "photo"),
        ("x" * 300, "x" * 59 + "…"),
    ],
)
def test_file_names_are_short_and_without_folders_or_control_characters(name, shown):
    assert photos.display_name(name) == shown


def test_the_data_sets_own_images_come_through_almost_unchanged():
    original = np.zeros((28, 28), np.uint8)
    original[:, 6:22] = np.random.default_rng(1).integers(60, 256, (28, 16))
    for picture in (255 - original, original):  # on white, and on black as they are in the data set
        prepared = photos.prepare(encoded(Image.fromarray(picture)))
        assert np.abs(prepared.image[0].astype(int) - original).mean() < 3
        assert len(prepared.views) == 1


def test_a_wide_garment_on_white_is_not_taken_for_a_black_ground():
    picture = np.full((40, 40), 255, np.uint8)
    picture[:, 8:32] = 60  # from the upper edge to the lower one
    prepared = photos.prepare(encoded(Image.fromarray(picture)))
    assert len(prepared.views) == 1 and prepared.image.max() == 255 - 60


def test_corrections_change_the_image_as_they_say():
    photo = photos.decode(shirt_on_a_floor())
    plain = photos.prepare(photo)
    turned = photos.prepare(photo, Corrections(quarter_turns=1))
    assert np.abs(turned.image[0].astype(int) - np.rot90(plain.image[0], -1)).mean() < 12
    whole = photos.prepare(photo, Corrections(remove_background=False))
    assert (whole.image[0][:, 5:23] > 0).all()  # 300 x 400 pixels: 21 x 28 of the image, no black in it
    inverted = photos.prepare(photo, Corrections(invert=True, remove_background=False))
    assert np.corrcoef(whole.image.ravel(), inverted.image.ravel())[0, 1] < 0.9
    cropped = photos.prepare(photo, Corrections(crop=(0.3, 0.2, 0.7, 0.9)))
    assert cropped.steps[1].image.shape[:2] == (280, 120)
    assert len(cropped.steps) == len(plain.steps) + 1


@pytest.mark.parametrize(
    "wrong", [{"quarter_turns": 4}, {"crop": (0.5, 0, 0.5, 1)}, {"crop": (0, 0, 1, 1.5)}]
)
def test_impossible_corrections_are_refused(wrong):
    with pytest.raises(PhotoError, match="must be"):
        Corrections(**wrong)


def test_the_examples_can_be_read_and_are_small():
    found = photos.examples()
    assert 3 <= len(found) <= 5
    for path in found.values():
        assert path.stat().st_size < 40_000
        assert len(photos.prepare(path.read_bytes()).steps) == 4


def test_of_two_outlines_that_differ_by_nothing_else_the_upright_symmetric_one_looks_more_like_a_garment():
    rgb = np.full((160, 160, 3), 230, np.uint8)
    rgb[30:60, 20:140] = rgb[60:130, 55:105] = (40, 60, 160)  # a T-shirt; on its side the halves differ
    mask = rgb[..., 0] == 40
    lying = np.ascontiguousarray(np.rot90(rgb)), np.ascontiguousarray(np.rot90(mask))
    assert quality(to_lab(rgb), mask) > quality(to_lab(lying[0]), lying[1]) + 0.1


@pytest.mark.parametrize("shift", [(0, 40), (40, 0), (30, 30)])
def test_an_outline_beside_the_garment_ranks_below_its_own(shift):
    rgb = np.full((160, 160, 3), 230, np.uint8)
    rgb[50:110, 50:110] = (40, 60, 160)
    mask = rgb[..., 0] == 40
    assert quality(to_lab(rgb), mask) > quality(to_lab(rgb), np.roll(mask, shift, (0, 1))) + 1
