"""What is no usable zip of pictures is refused with a sentence, and nothing is written."""

import contextlib
import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from zips import picture, two_classes, zipped

from fmnist_core.base.errors import DataError
from fmnist_core.data import custom_import, zips


def refused(content: bytes, tmp_path: Path, match: str) -> None:
    """The zip is refused with this sentence, and nothing has been written anywhere."""
    with pytest.raises(DataError, match=match) as caught:
        custom_import.import_zip(content, "mine")
    assert "\n" not in str(caught.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "path", ["../evil.png", "day/../../evil.png", "/etc/evil.png", "C:\\evil.png", "day\\..\\..\\evil.png"]
)
def test_a_path_that_leaves_the_folder_is_refused(tmp_path, path):
    refused(zipped({**two_classes(), path: picture(1)}), tmp_path, "leaves its folder")
    assert not (tmp_path.parent / "evil.png").exists()


def test_a_symbolic_link_is_refused(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in two_classes().items():
            archive.writestr(name, data)
        link = zipfile.ZipInfo("day/link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    refused(content.getvalue(), tmp_path, "holds the link 'day/link.png'")


def test_ten_gigabytes_of_zeros_are_refused_unread(tmp_path):
    content = zipped({**two_classes(), "day/zeros.png": b"0" * 1000})
    # What the table of contents says is enough.
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"day/zeros.png"))
    lying = content[: place + 24] + struct.pack("<I", 4_000_000_000) + content[place + 28 :]
    refused(lying, tmp_path, "says that it unpacks to 4.0 GB")


def test_zeros_behind_a_modest_header_are_refused_while_unpacking(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "MAX_BYTES", 3_000_000)
    refused(
        zipped({**two_classes(), "day/zeros.png": bytes(4_000_000)}), tmp_path, "unpacks to more than 3 MB"
    )


def test_a_small_bomb_is_told_by_its_ratio(tmp_path):
    refused(
        zipped({**two_classes(), "day/zeros.bmp": bytes(2_000_000)}), tmp_path, "more than 200 times its size"
    )


def test_many_small_files_are_counted_together(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "class_folders", unchecked(zips.class_folders))
    files = two_classes()
    total = sum(len(data) for data in files.values())
    monkeypatch.setattr(zips, "MAX_UNPACKED_BYTES", total - 100)
    refused(zipped(files), tmp_path, "unpacks to more than")


def unchecked(function):
    """`_folders` without its look at the sizes that the headers state."""

    def call(archive):
        limit, zips.MAX_UNPACKED_BYTES = zips.MAX_UNPACKED_BYTES, 10**12
        try:
            return function(archive)
        finally:
            zips.MAX_UNPACKED_BYTES = limit

    return call


def test_a_header_that_lies_about_the_size_is_refused(tmp_path):
    content = bytearray(zipped({**two_classes(), "day/zeros.png": bytes(5_000_000)}))
    true, lie = struct.pack("<I", 5_000_000), struct.pack("<I", 500)
    refused(bytes(content).replace(true, lie), tmp_path, "not a zip that can be read")


def test_more_files_than_allowed_are_refused_before_they_are_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "MAX_ENTRIES", 19)
    monkeypatch.setattr(zipfile, "ZipFile", None)  # would fail if it were asked
    content = bytes(zips.SIGNATURE) * 20
    refused(content, tmp_path, "more than 19 files")


def test_a_zip_with_a_password_is_refused(tmp_path):
    content = bytearray(zipped(two_classes()))
    for place in range(len(content)):
        if content[place : place + 4] == b"PK\x01\x02":
            content[place + 8] |= 1
    refused(bytes(content), tmp_path, "locked with a password")


def test_an_unusual_compression_is_refused(tmp_path):
    refused(zipped(two_classes(), zipfile.ZIP_LZMA), tmp_path, "unusual compression")


def test_one_class_only_is_refused(tmp_path):
    files = {path: data for path, data in two_classes().items() if path.startswith("day")}
    refused(zipped(files), tmp_path, "only one class, 'day'")


def test_three_pictures_in_all_are_refused(tmp_path):
    files = {"cat/1.png": picture(1), "cat/2.png": picture(2), "dog/1.png": picture(3)}
    refused(zipped(files), tmp_path, "'cat' has too few usable pictures: 2. At least 5")


def test_pictures_that_fell_out_are_blamed_when_a_class_is_too_small(tmp_path):
    files = {path: b"no picture" if path == "day/0.png" else data for path, data in two_classes(5).items()}
    refused(
        zipped(files),
        tmp_path,
        "'day' has too few usable pictures: 4.*Left out: 'day/0.png': This is not a picture",
    )


def test_pictures_outside_folders_are_refused(tmp_path):
    refused(zipped({**two_classes(), "stray.png": picture(1)}), tmp_path, "'stray.png' lies in no folder")


def test_folders_of_splits_are_refused(tmp_path):
    files = {**two_classes(prefix="train/"), **two_classes(prefix="test/")}
    refused(zipped(files), tmp_path, "called test, train|called train, test")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not a zip"),
        (b"PK\x03\x04 this is no zip", "not a zip"),
        (zipped({}), "holds no pictures"),
        (zipped({"data.csv": b"1,2"}), "holds no pictures"),
        (zipped({f"{index}/1.png": b"" for index in range(101)}), "101 classes; at most 100"),
    ],
    ids=["empty", "not a zip", "nothing inside", "a table", "too many classes"],
)
def test_other_useless_files_are_refused(tmp_path, content, sentence):
    refused(content, tmp_path, sentence)


def test_a_damaged_zip_is_refused(tmp_path):
    content = bytearray(zipped(two_classes(), zipfile.ZIP_STORED))
    content[200:220] = bytes(20)
    refused(bytes(content), tmp_path, "not a zip that can be read")


def test_a_fault_of_our_own_is_not_called_a_damaged_zip():
    with pytest.raises(ValueError, match="ours"), zips.opened(zipped(two_classes())):
        raise ValueError("ours")


def test_random_damage_gives_a_sentence_or_a_data_set(tmp_path):
    sound = zipped(two_classes(6))
    rng = np.random.default_rng(0)
    for trial in range(60):
        content = bytearray(sound)
        for place in rng.integers(0, len(sound), 8):
            content[place] = rng.integers(256)
        with contextlib.suppress(DataError):
            custom_import.import_zip(bytes(content), f"mine-{trial}")


def test_a_picture_with_too_many_pixels_is_left_out():
    header = b"IHDR" + struct.pack(">2I5B", 10_000, 10_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    bomb += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    skipped = custom_import.import_zip(zipped({**two_classes(), "day/huge.png": bomb}), "mine").skipped
    assert len(skipped) == 1 and "100 megapixels" in skipped[0]


def test_pictures_in_a_hidden_folder_are_left_out_and_named():
    hidden = {".cats/1.png": picture(300), ".git/objects/ab": b"x"}
    (said,) = custom_import.import_zip(zipped(two_classes() | hidden), "mine").skipped
    assert said.startswith("'.cats/1.png' lies in a hidden folder")
