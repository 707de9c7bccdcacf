"""Zips of pictures that people upload become data sets of their own, under a name, in one place."""

import io
import threading
import unicodedata

import numpy as np
import pytest
from PIL import Image
from zips import picture, two_classes, zipped

from fmnist_core.base.errors import ConfigError, DataError
from fmnist_core.data import custom, custom_import, datasets


def test_a_zip_of_folders_becomes_a_data_set_like_the_others():
    done = custom_import.import_zip(zipped(two_classes()), "mine")
    assert done.skipped == ()
    assert datasets.find("mine") == done.info and done.info.description == "20 pictures of your own"
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


def test_of_own_data_sets_the_last_ones_that_were_read_stay_in_memory():
    content, names = zipped(two_classes()), [f"mine-{number}" for number in range(datasets.MOST_OWN + 1)]
    for name in names:
        custom_import.import_zip(content, name)
    first, second, *_, last = (datasets.load(name) for name in names)
    assert datasets.load(names[1]) is second and datasets.load(names[-1]) is last
    assert datasets.load(names[0]) is not first


def test_the_same_zip_gives_the_same_split():
    content = zipped(two_classes())
    custom_import.import_zip(content, "one")
    custom_import.import_zip(content, "two")
    assert np.array_equal(datasets.load("one").train_images, datasets.load("two").train_images)


def test_colour_pictures_become_32x32():
    done = custom_import.import_zip(zipped(two_classes()), "mine", colour=True)
    assert done.info.image_shape == (3, 32, 32)
    assert datasets.load("mine").train_images.shape == (16, 3, 32, 32)


def test_28x28_grey_pictures_stay_as_they_are():
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    assert np.array_equal(custom_import.to_image(content.getvalue(), colour=False)[0], pixels)


def test_folders_round_the_whole_and_the_systems_own_files_do_not_matter():
    files = two_classes(prefix="Desktop/My pictures/")
    junk = {"__MACOSX/Desktop/._0.png": b"x", "Desktop/.DS_Store": b"x", "Desktop/Thumbs.db": b"x"}
    done = custom_import.import_zip(zipped({**files, **junk}), "mine")
    assert done.info.class_names == ("day", "night") and done.skipped == ()


def test_jpeg_webp_gif_and_bmp_are_read():
    files = two_classes(5)
    for index, kind in enumerate(("JPEG", "WEBP", "GIF", "BMP")):
        files[f"day/extra.{kind.lower()}"] = picture(200 + index, True, kind=kind)
    assert custom_import.import_zip(zipped(files), "mine").skipped == ()
    assert len(datasets.load("mine").train_labels) == 11


def test_files_that_are_no_pictures_are_left_out_and_named():
    files = two_classes()
    files |= {
        "day/notes.txt": b"hello",
        "day/fake.png": b"I am a text",
        "night/again.png": files["night/0.png"],
        "day/empty.png": b"",
        "night/empty.png": b"",
    }
    skipped = custom_import.import_zip(zipped(files), "mine").skipped
    assert len(skipped) == 5
    assert [said.split(": ")[0] for said in map(str, skipped[2:])] == [
        "'day/empty.png'", "'night/again.png' is the same picture as 'night/0.png'.", "'night/empty.png'"
    ], "two empty files are not one picture in two classes"  # fmt: skip
    assert skipped[0] == "'day/notes.txt' is not a picture by its ending."
    assert skipped[1].startswith("'day/fake.png': This is not a picture")
    assert len(datasets.load("mine").train_labels) == 16


def test_a_picture_in_two_classes_is_in_neither_of_them():
    files = two_classes(8)
    for twin in ("day/twin.png", "night/twin.png", "night/third.png"):
        files[twin] = picture(99)
    imported = custom_import.import_zip(zipped(files), "mine")
    both = "'night/{}.png' and 'day/twin.png' are the same picture in two classes: both are left out."
    assert [str(said) for said in imported.skipped] == [both.format("twin"), both.format("third")]
    data = datasets.load("mine")
    assert len(data.train_labels) + len(data.test_labels) == len(two_classes(8))


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_korean_folder_names_survive_zips_that_do_not_name_their_encoding(encoding):
    files = {
        f"{'AB'[index % 2] * len('바지'.encode(encoding))}/{index}.png": picture(index) for index in range(12)
    }
    content = zipped(files)
    for mark, name in (("A", "바지"), ("B", "치마")):
        raw = name.encode(encoding)
        content = content.replace(mark.encode() * len(raw) + b"/", raw + b"/")
    assert custom_import.import_zip(content, "mine").info.class_names == ("바지", "치마")


@pytest.mark.parametrize(("one", "other"), [("C#", "C"), ("a_b", "a b"), ("x" * 41, "x" * 42), ("$", "#")])
def test_two_folders_that_would_become_one_class_are_named(one, other):
    files = {f"{name}/{index}.png": picture(index) for name in (one, other, "third") for index in range(5)}
    with pytest.raises(DataError, match="would both become the class") as caught:
        custom_import.import_zip(zipped(files), "mine")
    assert repr(one) in str(caught.value) and repr(other) in str(caught.value)
    assert custom_import.own_datasets() == []


def test_a_folder_whose_class_has_another_name_is_said():
    files = {
        path.replace("night", "C#").replace("day", "a_b" + "n" * 60): data
        for path, data in two_classes().items()
    }
    done = custom_import.import_zip(zipped(files), "mine")
    assert done.info.class_names == ("C", "a b" + "n" * 37)
    assert set(done.remarks) == {
        "The folder 'C#' is the class 'C' here.",
        f"The folder '…{'n' * 60}' is the class 'a b{'n' * 37}' here.",
    }


def test_syllables_that_macos_takes_apart_are_the_same_class():
    names = (unicodedata.normalize(form, "바지") for form in ("NFC", "NFD"))
    files = {
        f"{name}/{k}{index}.png": picture(10 * k + index)
        for k, name in enumerate(names)
        for index in range(5)
    }
    done = custom_import.import_zip(zipped(files | two_classes()), "mine")
    assert done.info.class_names == ("day", "night", "바지") and done.remarks == ()


def test_a_class_is_renamed_and_its_images_stay():
    custom_import.import_zip(zipped(two_classes()), "mine")
    before = datasets.load("mine")
    assert custom_import.rename_class("mine", "day", " *Tag_1* ") == "Tag 1"
    after = datasets.load("mine")
    assert after.class_names == datasets.find("mine").class_names == ("Tag 1", "night")
    assert after.sha256 == before.sha256 and np.array_equal(after.train_images, before.train_images)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("mine", "day", "night", "'night' cannot be the name: each class needs a name of its own"),
        ("mine", "day", "  ", "each class needs a name of its own"),
        ("mine", "noon", "dusk", "no class 'noon' here"),
        ("mnist", "0", "zero", "no custom data set 'mnist'"),
    ],
)
def test_names_that_a_class_cannot_have_are_refused(name, old, new, sentence):
    custom_import.import_zip(zipped(two_classes()), "mine")
    with pytest.raises(DataError, match=sentence):
        custom_import.rename_class(name, old, new)
    assert datasets.find("mine").class_names == ("day", "night")


def test_class_names_carry_no_markup():
    files = {path.replace("night", "<b>*night_sky*</b>"): data for path, data in two_classes().items()}
    files = {path.replace("/b>", "b>"): data for path, data in files.items()}
    assert custom_import.import_zip(zipped(files), "mine").info.class_names == ("bnight skyb", "day")


def test_progress_is_reported_up_to_the_end():
    reports = []
    custom_import.import_zip(
        zipped(two_classes()), "mine", on_progress=lambda *report: reports.append(report)
    )
    fractions = [fraction for fraction, _ in reports]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(fractions) == 21
    assert reports[4][1] == "Reading picture 5 of 20"


def test_a_name_is_suggested_from_the_file():
    assert custom_import.suggest_name("My Pets (2).zip") == "my-pets-2"
    assert custom_import.suggest_name("../../내 사진.zip") == "my-pictures"


# ---- names and places ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "../evil", "A b", "-x", "x" * 41, "a/b", "fashion-mnist", "cifar-10"])
def test_names_that_cannot_be_used_are_refused(tmp_path, name):
    with pytest.raises(DataError, match=r"cannot be the name|already a data set"):
        custom_import.import_zip(zipped(two_classes()), name)
    assert not (tmp_path / "data").exists()


def test_a_name_is_given_once_even_when_two_ask_at_the_same_time():
    content, outcomes = zipped(two_classes()), []

    def ask():
        try:
            outcomes.append(custom_import.import_zip(content, "mine"))
        except DataError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Imported", "str", "str"]


def test_a_read_only_data_folder_is_left_alone(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o555)
    try:
        custom_import.import_zip(zipped(two_classes()), "mine")
        assert list((tmp_path / "data").iterdir()) == []
    finally:
        (tmp_path / "data").chmod(0o755)
    assert (tmp_path / "runs" / "own" / "mine" / custom.IMAGES).is_file()
    assert len(datasets.load("mine").train_labels) == 16


def test_a_deleted_data_set_is_gone(tmp_path):
    custom_import.import_zip(zipped(two_classes()), "mine")
    datasets.load("mine")
    custom_import.delete("mine")
    assert custom_import.own_datasets() == [] and list((tmp_path / "data" / "own").iterdir()) == []
    with pytest.raises(ConfigError, match="Unknown data set 'mine'"):
        datasets.load("mine")
    with pytest.raises(DataError, match="no custom data set"):
        custom_import.delete("mine")


@pytest.mark.parametrize("name", ["../data", "mnist", "", ".."])
def test_nothing_but_own_data_sets_can_be_deleted(tmp_path, name):
    custom_import.import_zip(zipped(two_classes()), "mine")
    with pytest.raises(DataError, match="no custom data set"):
        custom_import.delete(name)
    assert datasets.is_available("mine")


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"not numpy at all"])
def test_a_damaged_file_of_an_own_data_set_is_named(tmp_path, damage):
    custom_import.import_zip(zipped(two_classes()), "mine")
    path = tmp_path / "data" / "own" / "mine" / custom.IMAGES
    path.write_bytes(damage)
    with pytest.raises(DataError, match="Delete the data set and import it again") as caught:
        datasets.load("mine")
    assert str(path) in str(caught.value)


def test_an_own_data_set_that_holds_code_is_not_run(tmp_path):
    custom_import.import_zip(zipped(two_classes()), "mine")
    path = tmp_path / "data" / "own" / "mine" / custom.IMAGES
    np.savez(path, **{key: np.array([{"a": 1}], object) for key in custom.ARRAYS})  # pickled inside
    with pytest.raises(DataError, match="cannot be read"):
        datasets.load("mine")


@pytest.mark.parametrize(
    "damage",
    ['{"class_names": 5}', "", "[]", '{"class_names": ["a", "a"]}', "no JSON", "SHAPE", "SIZE"],
)
def test_a_damaged_description_is_said_with_the_remedy_and_the_name_stays_taken(tmp_path, damage):
    custom_import.import_zip(zipped(two_classes()), "mine")
    path = tmp_path / "data" / "own" / "mine" / custom.INFO
    changed = {"SHAPE": ("28", "29"), "SIZE": ('"train_size": 16', '"train_size": "many"')}
    path.write_text(path.read_text().replace(*changed[damage]) if damage in changed else damage)
    assert custom_import.own_datasets() == [] and "mine" in datasets.names()
    with pytest.raises(
        DataError, match=r"the data set mine cannot be used\. Delete it on the Data page"
    ) as caught:
        datasets.load("mine")
    assert str(path) in str(caught.value)
    with pytest.raises(DataError, match="already a data set mine"):
        custom_import.import_zip(zipped(two_classes()), "mine")
    custom_import.delete("mine")
    assert custom_import.import_zip(zipped(two_classes()), "mine").info.train_size == 16
