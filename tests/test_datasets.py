"""Data sets: those that come with the project, reading and checking files, the copy in memory."""

import gzip
import hashlib
import shutil
import socket
import struct
from pathlib import Path

import numpy as np
import pytest
from dataset_files import (
    LABELS,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    cifar_file,
    images_file,
    labels_file,
    put_files,
    qmnist_labels_file,
)

from fmnist_core.base.errors import ConfigError, DataError
from fmnist_core.data import cifar, datasets, idx, local


@pytest.fixture
def data_folder(tmp_path) -> Path:
    """The test's own data folder, which does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def raw(tmp_path) -> Path:
    """Small sound files of kmnist, and their folder."""
    put_files(tmp_path / "data" / "KMNIST" / "raw")
    return tmp_path / "data" / "KMNIST" / "raw"


# What comes with the project

PUBLISHED = {
    "FashionMNIST": (
        "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        "9018921c3c673c538a1fc5bad174d6f9",
        "8181f5470baa50b63fa0f6fddb340f0a",
        "15d484375f8d13e6eb1aabb0c3f46965",
    ),
    "MNIST": (
        "6bbc9ace898e44ae57da46a324031adb",
        "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea",
        "27ae3e4e09519cfbb04c329615203637",
    ),
}
"""MD5 of the unpacked files, in the order of `idx.FILES`."""


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_comes_with_the_project_is_the_published_data(kind):
    folder = local.INCLUDED / kind
    unpacked = [gzip.decompress((folder / f"{name}.gz").read_bytes()) for name in idx.FILES]
    assert tuple(hashlib.md5(content).hexdigest() for content in unpacked) == PUBLISHED[kind]


def test_its_licences_lie_beside_it():
    fashion, mnist = ((local.INCLUDED / kind / "LICENSE.txt").read_text("utf-8") for kind in PUBLISHED)
    assert "MIT License" in fashion and "Zalando SE" in fashion
    assert "Attribution-ShareAlike 3.0" in mnist
    assert all(author in mnist for author in ("Yann LeCun", "Corinna Cortes", "Christopher J.C. Burges"))
    legal_code = gzip.decompress((local.INCLUDED / "MNIST" / "CC-BY-SA-3.0.txt.gz").read_bytes()).decode()
    assert "Attribution-ShareAlike 3.0 Unported" in legal_code and "8. Miscellaneous" in legal_code


@pytest.mark.parametrize("name", ["fashion-mnist", "mnist", "mnist-0-1", "mnist-0-1-2"])
def test_it_is_read_without_network_or_folders_and_kept(name, data_folder, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert datasets.is_available(name)
    data, info = datasets.load(name, download=False), datasets.find(name)
    assert (len(data.train_labels), len(data.test_labels)) == (info.train_size, info.test_size)
    assert (data.class_names, data.image_shape) == (info.class_names, info.image_shape)
    assert datasets.load(name) is data
    assert not data_folder.exists()


def test_files_of_the_same_name_in_the_data_folder_are_not_looked_at(data_folder):
    put_files(data_folder / "FashionMNIST" / "raw")
    put_files(data_folder / "FashionMNIST")
    assert len(datasets.load("fashion-mnist").train_labels) == 60_000


def test_lecture_subsets_hold_their_digits_class_after_class():
    two, three, whole = (datasets.load(name) for name in ("mnist-0-1", "mnist-0-1-2", "mnist"))
    assert two.train_labels.tolist() == [0] * 5923 + [1] * 6742
    assert three.test_labels.tolist() == [0] * 980 + [1] * 1135 + [2] * 1032
    assert two.class_names == ("0", "1") and three.class_names == ("0", "1", "2")
    assert np.array_equal(two.train_images[:5923], whole.train_images[whole.train_labels == 0])


@pytest.mark.parametrize(
    "damage",
    [lambda content: content[:-9], lambda content: b"<html>", lambda content: None],
    ids=["cut short", "a web page", "missing"],
)
def test_a_damaged_file_of_the_project_is_named_with_the_way_to_get_it_back(damage, tmp_path, monkeypatch):
    shutil.copytree(local.INCLUDED / "MNIST", tmp_path / "included" / "MNIST")
    monkeypatch.setattr(local, "INCLUDED", tmp_path / "included")
    path = tmp_path / "included" / "MNIST" / f"{TEST_LABELS}.gz"
    content = damage(path.read_bytes())
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(DataError, match="It comes with the project: bring it back with git") as caught:
        datasets.load("mnist")
    assert TEST_LABELS in str(caught.value)


# Reading


def test_images_and_labels_are_read_as_they_are_in_the_files(raw):
    data = datasets.load("kmnist")
    assert data.train_images.shape == (20, 1, 28, 28) and data.train_images.dtype == np.uint8
    assert data.train_images.tobytes() == images_file(20)[16:]
    assert data.train_labels.tolist() == LABELS and data.train_labels.dtype == np.int64
    assert data.test_labels.tolist() == list(range(10))
    assert data.class_names[1] == "ki" and data.image_shape == (1, 28, 28) and data.classes == 10


def test_compressed_copies_will_do(raw):
    expected = datasets.load("kmnist").test_images
    for name in idx.FILES:
        (raw / f"{name}.gz").write_bytes(gzip.compress((raw / name).read_bytes()))
        (raw / name).unlink()
    assert datasets.is_available("kmnist")
    assert np.array_equal(datasets.load("kmnist").test_images, expected)


BAD_FILES = {
    "truncated images": (TRAIN_IMAGES, images_file(20)[:-1], "cut short"),
    "extra bytes": (TEST_IMAGES, images_file(10) + b"\0", "extra bytes"),
    "an empty file": (TRAIN_LABELS, b"", "cut short"),
    "a web page": (TEST_LABELS, b"<!DOCTYPE html><html>Not found</html>", "web page"),
    "labels in place of images": (TRAIN_IMAGES, labels_file([1] * 20), "2049 instead of 2051"),
    "pictures of another size": (TEST_IMAGES, struct.pack(">4I", 2051, 1, 32, 32) + bytes(1024), "32x32"),
    "fewer labels than images": (TRAIN_LABELS, labels_file([1] * 9), "9 labels for the 20 images"),
    "a label out of range": (TEST_LABELS, labels_file([0, 1, 2, 3, 4, 5, 6, 7, 8, 10]), "label 10"),
    "no images": (TRAIN_IMAGES, struct.pack(">4I", 2051, 0, 28, 28), "0 images"),
    "a header that asks for terabytes": (
        TRAIN_IMAGES,
        struct.pack(">4I", 2051, 4_000_000_000, 28, 28) + bytes(784),
        "4,000,000,000 images",
    ),
}


@pytest.mark.parametrize(("name", "content", "reason"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_named_with_the_remedy(raw, name, content, reason):
    (raw / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        datasets.load("kmnist")
    assert str(raw / name) in str(caught.value)
    assert reason in str(caught.value)
    assert "Delete this file" in str(caught.value)


def test_a_damaged_compressed_copy_is_named(raw):
    (raw / f"{TEST_IMAGES}.gz").write_bytes(gzip.compress(images_file(10))[:-9])
    (raw / TEST_IMAGES).unlink()
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte\.gz is a damaged gzip file"):
        datasets.load("kmnist")


def test_a_folder_in_place_of_a_file_is_named(raw):
    (raw / TEST_LABELS).unlink()
    (raw / TEST_LABELS).mkdir()
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte cannot be read"):
        datasets.load("kmnist")


def test_missing_files_are_named_when_nothing_may_be_downloaded(raw):
    (raw / TEST_LABELS).unlink()
    assert not datasets.is_available("kmnist")
    with pytest.raises(DataError, match="lacks t10k-labels-idx1-ubyte"):
        datasets.load("kmnist", download=False)


def test_an_unknown_name_lists_the_known_ones(data_folder):
    with pytest.raises(ConfigError, match="Unknown data set 'fashon'; choose one of: fashion-mnist, "):
        datasets.load("fashon")


def test_a_bad_label_of_qmnist_is_named(data_folder):
    names = datasets.find("qmnist").files.names
    folder = data_folder / "QMNIST" / "raw"
    folder.mkdir(parents=True)
    contents = images_file(2), qmnist_labels_file([3, -1]), images_file(2), qmnist_labels_file([0, 1])
    for name, content in zip(names, contents, strict=True):
        (folder / name).write_bytes(content)
    with pytest.raises(DataError, match="qmnist-train-labels-idx2-int holds the label -1; labels are 0"):
        datasets.load("qmnist")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (cifar_file([1, 2, 3]), "is cut short: it should hold 4 images"),
        (cifar_file([1, 2, 3, 4]) + b"\0", "has extra bytes at its end"),
        (cifar_file([1, 2, 3, 10]), "holds the label 10"),
        (b"<!DOCTYPE html><html>Not found</html>", "is a web page"),
    ],
    ids=["cut short", "extra bytes", "a label out of range", "a web page"],
)
def test_a_bad_file_of_cifar_is_named(data_folder, monkeypatch, content, reason):
    monkeypatch.setattr(cifar, "RECORDS", 4)
    folder = data_folder / "cifar-10-batches-bin"
    folder.mkdir(parents=True)
    for name in cifar.FILES:
        (folder / name).write_bytes(cifar_file([0, 1, 2, 3]))
    (folder / "data_batch_3.bin").write_bytes(content)
    with pytest.raises(DataError, match=f"data_batch_3.bin {reason}.*Delete this file"):
        datasets.load("cifar-10")


# The copy in memory


def test_everybody_shares_one_read_only_copy(raw):
    data = datasets.load("kmnist")
    assert datasets.load("kmnist") is data
    with pytest.raises(ValueError, match="read-only"):
        data.train_images[0] = 0


def test_a_replaced_file_is_read_again(raw):
    before = datasets.load("kmnist")
    (raw / TRAIN_LABELS).write_bytes(labels_file([0] * 20))
    after = datasets.load("kmnist")
    assert before.train_labels.tolist() != after.train_labels.tolist() == [0] * 20
