"""Downloading data sets from a server on this machine, which stands in for those that torchvision knows."""

import dataclasses
import gzip
import socket
import threading
from pathlib import Path

import numpy as np
import pytest
from dataset_files import (
    LABELS,
    TEST_LABELS,
    TRAIN_IMAGES,
    Server,
    cifar_file,
    images_file,
    md5,
    packed,
    put_files,
    small_files,
    zipped,
)
from filelock import FileLock
from servers import free_port

from fmnist_core.base.errors import DownloadError
from fmnist_core.data import cifar, datasets, download, idx
from fmnist_core.data.download import Archive


@pytest.fixture
def data_folder(tmp_path) -> Path:
    """The test's own data folder, which does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def server():
    """A server on this machine without files."""
    server = Server({})
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def kmnist(server, monkeypatch):
    """That server with kmnist's files, in place of the one that torchvision knows."""
    server.files = {f"{name}.gz": gzip.compress(content) for name, content in small_files().items()}
    archives = [Archive((server.address + name,), md5(content)) for name, content in server.files.items()]
    monkeypatch.setattr(download, "_archives", lambda kind: archives)
    return server


# Each data set of the table

DOWNLOADED = {name: info.files for name, info in datasets.DATASETS.items() if info.download_megabytes}


def move_addresses(monkeypatch, server: Server) -> None:
    """Let torchvision's classes name this server's files and their checksums."""
    theirs = pytest.importorskip("torchvision.datasets")
    there = [(server.address + name, md5(content)) for name, content in server.files.items()]
    monkeypatch.setattr(theirs.KMNIST, "mirrors", [server.address])
    monkeypatch.setattr(theirs.KMNIST, "resources", [(name, md5(c)) for name, c in server.files.items()])
    monkeypatch.setattr(theirs.EMNIST, "url", there[0][0])
    monkeypatch.setattr(theirs.EMNIST, "md5", there[0][1])
    monkeypatch.setattr(theirs.QMNIST, "resources", {"train": there[:2], "test": there[2:]})
    monkeypatch.setattr(download, "CIFAR", there[0])


@pytest.mark.parametrize("name", DOWNLOADED)
def test_each_data_set_arrives_as_its_authors_packed_it_and_is_then_there(name, server, monkeypatch):
    monkeypatch.setattr(cifar, "RECORDS", 4)
    server.files = packed(name)
    move_addresses(monkeypatch, server)
    assert not datasets.is_available(name)
    data, info = datasets.load(name), datasets.find(name)
    assert data.train_labels.tolist() == LABELS and data.train_labels.dtype == np.int64
    assert data.image_shape == info.image_shape and data.train_images.dtype == np.uint8
    assert server.asked == list(server.files)
    there = sorted(path.name for path in datasets.folder(name).iterdir() if path.suffix != ".lock")
    assert there == sorted(info.files.names)
    assert datasets.is_available(name) and datasets.load(name) is data
    assert server.asked == list(server.files)


def test_emnists_images_are_set_upright(server, monkeypatch):
    server.files = packed("emnist-balanced")
    move_addresses(monkeypatch, server)
    data = datasets.load("emnist-balanced")
    stored = np.frombuffer(images_file(20)[16:], np.uint8).reshape(20, 28, 28)
    assert np.array_equal(data.train_images[7, 0], stored[7].T)
    assert len(data.class_names) == 47 and data.class_names[36:39] == ("a", "b", "d")


def test_cifars_planes_are_colours(server, monkeypatch):
    monkeypatch.setattr(cifar, "RECORDS", 4)
    server.files = packed("cifar-10")
    move_addresses(monkeypatch, server)
    data = datasets.load("cifar-10")
    red = cifar_file(LABELS[4:8], seed=1)[1 : 1 + 32 * 32]
    assert data.train_images[4, 0].tobytes() == red
    assert [data.class_names[label] for label in data.test_labels] == [
        *("airplane", "automobile", "bird", "cat")
    ]


def test_torchvision_knows_an_address_and_a_checksum_for_every_file():
    for files in DOWNLOADED.values():
        archives = download._archives(files.torchvision)
        assert all(address.startswith("http") for archive in archives for address in archive.addresses)
        assert all(len(archive.md5) == 32 for archive in archives)
        alone = [archive.name.removesuffix(".gz") for archive in archives]
        assert len(archives) == 1 or alone == list(files.names)


# One download


def test_files_in_a_read_only_folder_are_read_and_nothing_is_written(data_folder, kmnist):
    raw = data_folder / "KMNIST" / "raw"
    put_files(raw)
    before = sorted(data_folder.rglob("*"))
    raw.chmod(0o555)
    try:
        datasets.load("kmnist")
    finally:
        raw.chmod(0o755)
    assert sorted(data_folder.rglob("*")) == before and kmnist.asked == []


def test_a_download_shows_its_progress_and_is_read_like_other_files(data_folder, kmnist):
    reports = []
    data = datasets.load("kmnist", lambda fraction, text: reports.append((fraction, text)))
    assert len(data.train_labels) == 20
    fractions = [fraction for fraction, _ in reports]
    assert (
        fractions == sorted(fractions)
        and fractions[0] == 0.0
        and fractions[-1] == 1.0
        and len(fractions) >= 6
    )
    assert "Downloading kmnist: train-images-idx3-ubyte.gz, 0.0 MB" in [text for _, text in reports]
    files = [path.name for path in (data_folder / "KMNIST" / "raw").iterdir()]
    assert sorted(name for name in files if not name.startswith(".download")) == sorted(idx.FILES)


def test_two_people_asking_at_once_download_once(data_folder, kmnist):
    together = threading.Barrier(4)

    def ask():
        together.wait()
        datasets.load("kmnist")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kmnist.asked) == sorted(f"{name}.gz" for name in idx.FILES)


def test_another_process_that_is_downloading_is_waited_for(data_folder, kmnist):
    folder = data_folder / "KMNIST" / "raw"
    folder.mkdir(parents=True)
    waiting = threading.Event()

    def report(fraction: float, text: str) -> None:
        if "already being downloaded" in text:
            waiting.set()

    with FileLock(folder / ".download.lock"):  # as the other process holds it
        thread = threading.Thread(target=datasets.load, args=("kmnist", report))
        thread.start()
        assert waiting.wait(10)
        put_files(folder)
    thread.join()
    assert kmnist.asked == []


def test_only_what_is_missing_is_fetched(data_folder, kmnist):
    raw = data_folder / "KMNIST" / "raw"
    put_files(raw)
    (raw / TEST_LABELS).unlink()
    datasets.load("kmnist")
    assert kmnist.asked == [f"{TEST_LABELS}.gz"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "Not Found"),
        (b"<html>Please log in to the hotel's network</html>", "its MD5 differs"),
        (gzip.compress(images_file(21)), "its MD5 differs"),
    ],
    ids=["not found", "a web page", "another file"],
)
def test_a_download_that_goes_wrong_leaves_no_file_and_says_why(data_folder, kmnist, content, reason):
    kmnist.files[f"{TRAIN_IMAGES}.gz"] = content
    with pytest.raises(DownloadError, match=reason):
        datasets.load("kmnist")
    assert [path.name for path in data_folder.rglob("*idx*")] == []


def test_what_is_larger_than_it_should_be_is_not_fetched_to_its_end(data_folder, kmnist):
    info = datasets.find("kmnist")
    small = dataclasses.replace(info, files=dataclasses.replace(info.files, megabytes=0.001))
    with pytest.raises(DownloadError, match="larger than the file it should be"):
        download.ensure_files(small, data_folder)
    assert [path.name for path in data_folder.iterdir()] in ([], [".download.lock"])


def test_an_archive_without_a_file_that_belongs_in_it_is_named(server, monkeypatch):
    server.files = {"gzip.zip": zipped({DOWNLOADED["emnist-balanced"].names[0]: images_file()})}
    move_addresses(monkeypatch, server)
    with pytest.raises(DownloadError, match="the archive does not hold emnist-balanced-train-labels"):
        datasets.load("emnist-balanced")


def test_the_second_mirror_is_asked_when_the_first_fails(kmnist, monkeypatch):
    closed = f"http://127.0.0.1:{free_port()}/"
    archives = [
        Archive((closed + archive.name, *archive.addresses), archive.md5)
        for archive in download._archives("KMNIST")
    ]
    monkeypatch.setattr(download, "_archives", lambda kind: archives)
    assert len(datasets.load("kmnist").test_labels) == 10


def test_without_a_network_the_error_says_what_can_be_done(data_folder, monkeypatch):
    archive = Archive((f"http://127.0.0.1:{free_port()}/{TRAIN_IMAGES}.gz",), "")
    monkeypatch.setattr(download, "_archives", lambda kind: [archive])
    with pytest.raises(DownloadError) as caught:
        datasets.load("kmnist")
    message = str(caught.value)
    assert "Train on fashion-mnist, which needs none" in message and TRAIN_IMAGES in message
    assert str(data_folder / "KMNIST" / "raw") in message


def test_a_server_that_never_answers_is_given_up(data_folder, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        archive = Archive((f"http://127.0.0.1:{silent.getsockname()[1]}/{TRAIN_IMAGES}.gz",), "")
        monkeypatch.setattr(download, "_archives", lambda kind: [archive])
        monkeypatch.setattr(download, "TIMEOUT", 0.2)
        with pytest.raises(DownloadError, match="timed out"):
            datasets.load("kmnist")


def test_a_folder_that_cannot_be_written_is_named(data_folder, kmnist):
    data_folder.mkdir()
    data_folder.chmod(0o555)
    try:
        with pytest.raises(DownloadError, match=r"cannot be stored in .*KMNIST.*FMNIST_DATA_DIR"):
            datasets.load("kmnist")
    finally:
        data_folder.chmod(0o755)
    assert kmnist.asked == [] and list(data_folder.iterdir()) == []
