import contextlib
import io
import struct
import threading
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fmnist_core import datasets, own_data
from fmnist_core.datasets import own
from fmnist_core.errors import ConfigError, DataError, FmnistError


@pytest.fixture
def folders(tmp_path) -> Path:
    """The parent of the test's `data` and `runs` folders."""
    return tmp_path


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


def refused(content: bytes, folders: Path, match: str) -> None:
    """The zip is refused with this sentence, and nothing has been written anywhere."""
    with pytest.raises(DataError, match=match) as caught:
        own_data.import_zip(content, "mine")
    assert "\n" not in str(caught.value)
    assert [path for path in folders.rglob("*") if path.is_file()] == []


# What works


def test_a_zip_of_folders_becomes_a_data_set_like_the_others():
    done = own_data.import_zip(zipped(two_classes()), "mine", description="Skies")
    assert done.skipped == ()
    assert datasets.find("mine") == done.info and done.info.description == "Skies"
    assert done.info.class_names == ("day", "night") and done.info.image_shape == (1, 28, 28)
    assert datasets.is_available("mine") and "mine" in datasets.names()
    data = datasets.load("mine")
    assert data.train_images.shape == (16, 1, 28, 28) and data.test_images.shape == (4, 1, 28, 28)
    assert np.bincount(data.train_labels).tolist() == [8, 8] and np.bincount(data.test_labels).tolist() == [
        2,
        2,
    ]
    brightness = data.train_images.mean(axis=(1, 2, 3))
    assert np.array_equal(brightness > 120, data.train_labels == 0)  # every picture kept its label
    assert datasets.load("mine") is data


def test_the_same_zip_gives_the_same_split():
    content = zipped(two_classes())
    own_data.import_zip(content, "one")
    own_data.import_zip(content, "two")
    assert np.array_equal(datasets.load("one").train_images, datasets.load("two").train_images)


def test_colour_pictures_become_32x32():
    done = own_data.import_zip(zipped(two_classes()), "mine", colour=True)
    assert done.info.image_shape == (3, 32, 32)
    assert datasets.load("mine").train_images.shape == (16, 3, 32, 32)


def test_28x28_grey_pictures_stay_as_they_are():
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    assert np.array_equal(own_data.to_image(content.getvalue(), colour=False)[0], pixels)


def test_folders_round_the_whole_and_the_systems_own_files_do_not_matter():
    files = two_classes(prefix="Desktop/My pictures/")
    junk = {"__MACOSX/Desktop/._0.png": b"x", "Desktop/.DS_Store": b"x", "Desktop/Thumbs.db": b"x"}
    done = own_data.import_zip(zipped({**files, **junk}), "mine")
    assert done.info.class_names == ("day", "night") and done.skipped == ()


def test_jpeg_webp_gif_and_bmp_are_read():
    files = two_classes(5)
    for index, kind in enumerate(("JPEG", "WEBP", "GIF", "BMP")):
        files[f"day/extra.{kind.lower()}"] = picture(200 + index, True, kind=kind)
    assert own_data.import_zip(zipped(files), "mine").skipped == ()
    assert len(datasets.load("mine").train_labels) == 11


def test_files_that_are_no_pictures_are_left_out_and_named():
    files = two_classes()
    files |= {
        "day/notes.txt": b"hello",
        "day/fake.png": b"I am a text",
        "night/again.png": files["night/0.png"],
    }
    skipped = own_data.import_zip(zipped(files), "mine").skipped
    assert len(skipped) == 3
    assert skipped[0] == "'day/notes.txt' is not a picture by its ending."
    assert skipped[1].startswith("'day/fake.png': This is not a picture")
    assert skipped[2] == "'night/again.png' is the same picture as another one."
    assert len(datasets.load("mine").train_labels) == 16


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_korean_folder_names_survive_zips_that_do_not_name_their_encoding(encoding):
    files = {
        f"{'AB'[index % 2] * len('바지'.encode(encoding))}/{index}.png": picture(index) for index in range(12)
    }
    content = zipped(files)
    for mark, name in (("A", "바지"), ("B", "치마")):
        raw = name.encode(encoding)
        content = content.replace(mark.encode() * len(raw) + b"/", raw + b"/")
    assert own_data.import_zip(content, "mine").info.class_names == ("바지", "치마")


def test_class_names_carry_no_markup():
    files = {path.replace("night", "<b>*night_sky*</b>"): data for path, data in two_classes().items()}
    files = {path.replace("/b>", "b>"): data for path, data in files.items()}
    assert own_data.import_zip(zipped(files), "mine").info.class_names == ("bnight skyb", "day")


def test_progress_is_reported_up_to_the_end():
    reports = []
    own_data.import_zip(zipped(two_classes()), "mine", on_progress=lambda *report: reports.append(report))
    fractions = [fraction for fraction, _ in reports]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(fractions) == 21
    assert reports[4][1] == "Reading picture 5 of 20"


def test_a_name_is_suggested_from_the_file():
    assert own_data.suggest_name("My Pets (2).zip") == "my-pets-2"
    assert own_data.suggest_name("../../내 사진.zip") == "my-pictures"


# What is refused, each with a sentence


@pytest.mark.parametrize(
    "path", ["../evil.png", "day/../../evil.png", "/etc/evil.png", "C:\\evil.png", "day\\..\\..\\evil.png"]
)
def test_a_path_that_leaves_the_folder_is_refused(folders, path):
    refused(zipped({**two_classes(), path: picture(1)}), folders, "leaves its folder")
    assert not (folders.parent / "evil.png").exists()


def test_a_symbolic_link_is_refused(folders):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in two_classes().items():
            archive.writestr(name, data)
        link = zipfile.ZipInfo("day/link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    refused(content.getvalue(), folders, "holds the link 'day/link.png'")


def test_ten_gigabytes_of_zeros_are_refused_unread(folders):
    content = zipped({**two_classes(), "day/zeros.png": b"0" * 1000})
    # What the table of contents says is enough.
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"day/zeros.png"))
    lying = content[: place + 24] + struct.pack("<I", 4_000_000_000) + content[place + 28 :]
    refused(lying, folders, "says that it unpacks to 4.0 GB")


def test_zeros_behind_a_modest_header_are_refused_while_unpacking(folders, monkeypatch):
    monkeypatch.setattr(own_data, "MAX_BYTES", 3_000_000)
    refused(
        zipped({**two_classes(), "day/zeros.png": bytes(4_000_000)}), folders, "unpacks to more than 3 MB"
    )


def test_a_small_bomb_is_told_by_its_ratio(folders):
    refused(
        zipped({**two_classes(), "day/zeros.bmp": bytes(2_000_000)}), folders, "more than 200 times its size"
    )


def test_many_small_files_are_counted_together(folders, monkeypatch):
    monkeypatch.setattr(own_data, "_folders", unchecked(own_data._folders))
    files = two_classes()
    total = sum(len(data) for data in files.values())
    monkeypatch.setattr(own_data, "MAX_UNPACKED_BYTES", total - 100)
    refused(zipped(files), folders, "unpacks to more than")


def unchecked(function):
    """`_folders` without its look at the sizes that the headers state."""

    def call(archive):
        limit, own_data.MAX_UNPACKED_BYTES = own_data.MAX_UNPACKED_BYTES, 10**12
        try:
            return function(archive)
        finally:
            own_data.MAX_UNPACKED_BYTES = limit

    return call


def test_a_header_that_lies_about_the_size_is_refused(folders):
    content = bytearray(zipped({**two_classes(), "day/zeros.png": bytes(5_000_000)}))
    true, lie = struct.pack("<I", 5_000_000), struct.pack("<I", 500)
    refused(bytes(content).replace(true, lie), folders, "not a zip that can be read")


def test_more_files_than_allowed_are_refused_before_they_are_listed(folders, monkeypatch):
    monkeypatch.setattr(own_data, "MAX_ENTRIES", 19)
    monkeypatch.setattr(zipfile, "ZipFile", None)  # would fail if it were asked
    content = bytes(own_data.SIGNATURE) * 20
    refused(content, folders, "more than 19 files")


def test_a_zip_with_a_password_is_refused(folders):
    content = bytearray(zipped(two_classes()))
    for place in range(len(content)):
        if content[place : place + 4] == b"PK\x01\x02":
            content[place + 8] |= 1
    refused(bytes(content), folders, "locked with a password")


def test_an_unusual_compression_is_refused(folders):
    refused(zipped(two_classes(), zipfile.ZIP_LZMA), folders, "unusual compression")


def test_one_class_only_is_refused(folders):
    files = {path: data for path, data in two_classes().items() if path.startswith("day")}
    refused(zipped(files), folders, "only one class, 'day'")


def test_three_pictures_in_all_are_refused(folders):
    files = {"cat/1.png": picture(1), "cat/2.png": picture(2), "dog/1.png": picture(3)}
    refused(zipped(files), folders, "'cat' has too few usable pictures: 2. At least 5")


def test_pictures_that_fell_out_are_blamed_when_a_class_is_too_small(folders):
    files = {path: b"no picture" if path == "day/0.png" else data for path, data in two_classes(5).items()}
    refused(
        zipped(files),
        folders,
        "'day' has too few usable pictures: 4.*Left out: 'day/0.png': This is not a picture",
    )


def test_pictures_outside_folders_are_refused(folders):
    refused(zipped({**two_classes(), "stray.png": picture(1)}), folders, "'stray.png' lies in no folder")


def test_folders_of_splits_are_refused(folders):
    files = {**two_classes(prefix="train/"), **two_classes(prefix="test/")}
    refused(zipped(files), folders, "called test and train|called train and test")


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
def test_other_useless_files_are_refused(folders, content, sentence):
    refused(content, folders, sentence)


def test_a_damaged_zip_is_refused(folders):
    content = bytearray(zipped(two_classes(), zipfile.ZIP_STORED))
    content[200:220] = bytes(20)
    refused(bytes(content), folders, "not a zip that can be read")


def test_random_damage_gives_a_sentence_or_a_data_set(folders):
    sound = zipped(two_classes(6))
    rng = np.random.default_rng(0)
    for trial in range(60):
        content = bytearray(sound)
        for place in rng.integers(0, len(sound), 8):
            content[place] = rng.integers(256)
        with contextlib.suppress(DataError):
            own_data.import_zip(bytes(content), f"mine-{trial}")


def test_a_picture_with_too_many_pixels_is_left_out():
    header = b"IHDR" + struct.pack(">2I5B", 10_000, 10_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    bomb += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    skipped = own_data.import_zip(zipped({**two_classes(), "day/huge.png": bomb}), "mine").skipped
    assert len(skipped) == 1 and "100 megapixels" in skipped[0]


# Names and places


@pytest.mark.parametrize("name", ["", "../evil", "A b", "-x", "x" * 41, "a/b", "fashion-mnist", "sketches"])
def test_names_that_cannot_be_used_are_refused(folders, name):
    with pytest.raises(DataError, match=r"cannot be the name|already a data set"):
        own_data.import_zip(zipped(two_classes()), name)
    assert not (folders / "data").exists()


def test_a_name_is_given_once_even_when_two_ask_at_the_same_time():
    content, outcomes = zipped(two_classes()), []

    def ask():
        try:
            outcomes.append(own_data.import_zip(content, "mine"))
        except DataError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Imported", "str", "str"]


def test_a_read_only_data_folder_is_left_alone(folders):
    (folders / "data").mkdir()
    (folders / "data").chmod(0o555)
    try:
        own_data.import_zip(zipped(two_classes()), "mine")
        assert list((folders / "data").iterdir()) == []
    finally:
        (folders / "data").chmod(0o755)
    assert (folders / "runs" / "own" / "mine" / own.IMAGES).is_file()
    assert len(datasets.load("mine").train_labels) == 16


def test_a_deleted_data_set_is_gone(folders):
    own_data.import_zip(zipped(two_classes()), "mine")
    datasets.load("mine")
    own_data.delete("mine")
    assert own_data.own_datasets() == [] and list((folders / "data" / "own").iterdir()) == []
    with pytest.raises(ConfigError, match="Unknown data set 'mine'"):
        datasets.load("mine")
    with pytest.raises(DataError, match="no own data set"):
        own_data.delete("mine")


@pytest.mark.parametrize("name", ["../data", "mnist", "", ".."])
def test_nothing_but_own_data_sets_can_be_deleted(folders, name):
    own_data.import_zip(zipped(two_classes()), "mine")
    with pytest.raises(DataError, match="no own data set"):
        own_data.delete(name)
    assert datasets.is_available("mine")


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"not numpy at all"])
def test_a_damaged_file_of_an_own_data_set_is_named(folders, damage):
    own_data.import_zip(zipped(two_classes()), "mine")
    path = folders / "data" / "own" / "mine" / own.IMAGES
    path.write_bytes(damage)
    with pytest.raises(DataError, match="Delete the data set and import it again") as caught:
        datasets.load("mine")
    assert str(path) in str(caught.value)


def test_an_own_data_set_that_holds_code_is_not_run(folders):
    own_data.import_zip(zipped(two_classes()), "mine")
    path = folders / "data" / "own" / "mine" / own.IMAGES
    np.savez(path, **{key: np.array([{"a": 1}], object) for key in own.ARRAYS})  # pickled inside
    with pytest.raises(DataError, match="cannot be read"):
        datasets.load("mine")


def test_a_description_that_makes_no_sense_is_left_out_of_the_list(folders):
    own_data.import_zip(zipped(two_classes()), "mine")
    (folders / "data" / "own" / "mine" / own.INFO).write_text('{"class_names": 5}')
    assert own_data.own_datasets() == []
    with pytest.raises(FmnistError):
        datasets.load("mine")
