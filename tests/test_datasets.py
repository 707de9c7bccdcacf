import gzip
import hashlib
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from fmnist_core import datasets
from fmnist_core.datasets import download, idx
from fmnist_core.errors import ConfigError, DataError, DownloadError

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = idx.FILES


def images_file(count: int = 20, seed: int = 0) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), np.uint8)
    return struct.pack(">4I", 2051, count, 28, 28) + pixels.tobytes()


def labels_file(labels: list[int]) -> bytes:
    return struct.pack(">2I", 2049, len(labels)) + bytes(labels)


def all_files() -> dict[str, bytes]:
    return {
        TRAIN_IMAGES: images_file(20),
        TRAIN_LABELS: labels_file([2, 1, 0, 1, 0, 5, 6, 7, 8, 9] * 2),
        TEST_IMAGES: images_file(10, seed=1),
        TEST_LABELS: labels_file(list(range(10))),
    }


@pytest.fixture
def data_folder(tmp_path) -> Path:
    """The test's own data folder, which does not exist yet."""
    return tmp_path / "data"


def put_files(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in all_files().items():
        (folder / name).write_bytes(content)


@pytest.fixture
def raw(data_folder) -> Path:
    """Small sound files of Fashion-MNIST and MNIST; the folder of the former."""
    put_files(data_folder / "MNIST" / "raw")
    put_files(data_folder / "FashionMNIST" / "raw")
    return data_folder / "FashionMNIST" / "raw"


class Server(ThreadingHTTPServer):
    """Serves `files` and counts what is asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked = files, []
        self.mirror = f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        content = self.server.files.get(name)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    """A mirror on this machine that torchvision's addresses are replaced by."""
    server = Server({f"{name}.gz": gzip.compress(content) for name, content in all_files().items()})
    checksums = {name: hashlib.md5(content).hexdigest() for name, content in server.files.items()}
    monkeypatch.setattr(download, "_sources", lambda kind: ([server.mirror], checksums))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


# Reading


def test_images_and_labels_are_read_as_they_are_in_the_files(raw):
    data = datasets.load("fashion-mnist")
    assert data.train_images.shape == (20, 1, 28, 28) and data.train_images.dtype == np.uint8
    assert data.train_images.tobytes() == images_file(20)[16:]
    assert (
        data.train_labels.tolist() == [2, 1, 0, 1, 0, 5, 6, 7, 8, 9] * 2
        and data.train_labels.dtype == np.int64
    )
    assert data.test_labels.tolist() == list(range(10))
    assert data.class_names == datasets.CLASS_NAMES and data.image_shape == (1, 28, 28) and data.classes == 10


def test_compressed_copies_will_do(raw):
    expected = datasets.load("fashion-mnist").test_images
    for name in idx.FILES:
        (raw / f"{name}.gz").write_bytes(gzip.compress((raw / name).read_bytes()))
        (raw / name).unlink()
    assert datasets.is_available("fashion-mnist")
    assert np.array_equal(datasets.load("fashion-mnist").test_images, expected)


def test_lecture_subsets_hold_their_digits_class_after_class(raw):
    two, three = datasets.load("mnist-0-1"), datasets.load("mnist-0-1-2")
    assert two.train_labels.tolist() == [0] * 4 + [1] * 4
    assert three.train_labels.tolist() == [0] * 4 + [1] * 4 + [2] * 2
    assert two.class_names == ("0", "1") and three.class_names == ("0", "1", "2")
    whole = datasets.load("mnist")
    assert np.array_equal(two.train_images[:4], whole.train_images[[2, 4, 12, 14]])
    assert three.test_labels.tolist() == [0, 1, 2]


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
        datasets.load("fashion-mnist")
    assert str(raw / name) in str(caught.value)
    assert reason in str(caught.value)
    assert "Delete this file" in str(caught.value)


def test_a_damaged_compressed_copy_is_named(raw):
    (raw / f"{TEST_IMAGES}.gz").write_bytes(gzip.compress(images_file(10))[:-9])
    (raw / TEST_IMAGES).unlink()
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte\.gz is a damaged gzip file"):
        datasets.load("fashion-mnist")


def test_a_folder_in_place_of_a_file_is_named(raw):
    (raw / TEST_LABELS).unlink()
    (raw / TEST_LABELS).mkdir()
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte cannot be read"):
        datasets.load("fashion-mnist")


def test_missing_files_are_named_when_nothing_may_be_downloaded(raw):
    (raw / TEST_LABELS).unlink()
    assert not datasets.is_available("fashion-mnist")
    with pytest.raises(DataError, match="lacks t10k-labels-idx1-ubyte"):
        datasets.load("fashion-mnist", download=False)


def test_an_unknown_name_lists_the_known_ones(data_folder):
    with pytest.raises(ConfigError, match="Unknown data set 'fashon'; choose one of: fashion-mnist, "):
        datasets.load("fashon")


# The copy in memory


def test_everybody_shares_one_read_only_copy(raw):
    data = datasets.load("fashion-mnist")
    assert datasets.load("fashion-mnist") is data
    with pytest.raises(ValueError, match="read-only"):
        data.train_images[0] = 0


def test_a_replaced_file_is_read_again(raw):
    before = datasets.load("mnist-0-1-2")
    put = raw.parents[1] / "MNIST" / "raw" / TRAIN_LABELS
    put.write_bytes(labels_file([0] * 20))
    after = datasets.load("mnist-0-1-2")
    assert before.train_labels.tolist() != after.train_labels.tolist() == [0] * 20


def test_files_in_a_read_only_folder_are_read_and_nothing_is_written(raw, server):
    data_folder = raw.parents[1]
    before = sorted(data_folder.rglob("*"))
    raw.chmod(0o555)
    try:
        datasets.load("fashion-mnist")
    finally:
        raw.chmod(0o755)
    assert sorted(data_folder.rglob("*")) == before and server.asked == []


# Downloading


def test_a_download_shows_its_progress_and_is_read_like_other_files(data_folder, server):
    reports = []
    data = datasets.load("fashion-mnist", lambda fraction, text: reports.append((fraction, text)))
    assert len(data.train_labels) == 20
    fractions = [fraction for fraction, _ in reports]
    assert (
        fractions == sorted(fractions)
        and fractions[0] == 0.0
        and fractions[-1] == 1.0
        and len(fractions) >= 6
    )
    assert "Downloading fashion-mnist: train-images-idx3-ubyte.gz, 0.0 MB" in [text for _, text in reports]
    files = [path.name for path in (data_folder / "FashionMNIST" / "raw").iterdir()]
    assert sorted(name for name in files if not name.startswith(".download")) == sorted(idx.FILES)


def test_two_people_asking_at_once_download_once(data_folder, server):
    together = threading.Barrier(4)

    def ask():
        together.wait()
        datasets.load("mnist")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(server.asked) == sorted(f"{name}.gz" for name in idx.FILES)


def test_another_process_that_is_downloading_is_waited_for(data_folder, server):
    folder = data_folder / "MNIST" / "raw"
    folder.mkdir(parents=True)
    waiting = threading.Event()

    def report(fraction: float, text: str) -> None:
        if "already being downloaded" in text:
            waiting.set()

    with FileLock(folder / ".download.lock"):  # as the other process holds it
        thread = threading.Thread(target=datasets.load, args=("mnist", report))
        thread.start()
        assert waiting.wait(10)
        put_files(folder)
    thread.join()
    assert server.asked == []


def test_only_what_is_missing_is_fetched(raw, server):
    (raw / TEST_LABELS).unlink()
    datasets.load("fashion-mnist")
    assert server.asked == [f"{TEST_LABELS}.gz"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "Not Found"),
        (b"<html>Please log in to the hotel's network</html>", "its MD5 differs"),
        (gzip.compress(images_file(21)), "its MD5 differs"),
    ],
    ids=["not found", "a web page", "another file"],
)
def test_a_download_that_goes_wrong_leaves_no_file_and_says_why(data_folder, server, content, reason):
    server.files[f"{TRAIN_IMAGES}.gz"] = content
    with pytest.raises(DownloadError, match=reason):
        datasets.load("fashion-mnist")
    assert [path.name for path in data_folder.rglob("*idx*")] == []


def test_the_second_mirror_is_asked_when_the_first_fails(data_folder, server, monkeypatch):
    mirrors, checksums = download._sources("MNIST")
    closed = f"http://127.0.0.1:{free_port()}/"
    monkeypatch.setattr(download, "_sources", lambda kind: ([closed, *mirrors], checksums))
    assert len(datasets.load("mnist").test_labels) == 10


def test_without_a_network_the_error_says_what_can_be_done(data_folder, monkeypatch):
    monkeypatch.setattr(download, "_sources", lambda kind: ([f"http://127.0.0.1:{free_port()}/"], {}))
    with pytest.raises(DownloadError) as caught:
        datasets.load("fashion-mnist")
    message = str(caught.value)
    assert "Train on sketches" in message and TRAIN_IMAGES in message
    assert str(data_folder / "FashionMNIST" / "raw") in message


def test_a_server_that_never_answers_is_given_up(data_folder):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mirror = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(download._FetchError, match="timed out"):
            download._fetch([mirror], f"{TRAIN_IMAGES}.gz", None, lambda *_: None, timeout=0.2)


def test_a_folder_that_cannot_be_written_is_named(data_folder, server):
    data_folder.mkdir()
    data_folder.chmod(0o555)
    try:
        with pytest.raises(DownloadError, match=r"cannot be stored in .*FashionMNIST.*FMNIST_DATA_DIR"):
            datasets.load("fashion-mnist")
    finally:
        data_folder.chmod(0o755)
    assert server.asked == [] and list(data_folder.iterdir()) == []


def test_torchvision_knows_an_address_and_a_checksum_for_every_file():
    for kind in datasets.TORCHVISION.values():
        mirrors, checksums = download._sources(kind)
        assert mirrors and all(mirror.endswith("/") for mirror in mirrors)
        assert set(checksums) == {f"{name}.gz" for name in idx.FILES}


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
