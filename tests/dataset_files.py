"""The files of data sets as their authors pack them, with a few random images, and a server that has them."""

import gzip
import hashlib
import io
import struct
import tarfile
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from fmnist_core.data import datasets, idx

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = idx.FILES
LABELS = [2, 1, 0, 1, 0, 5, 6, 7, 8, 9] * 2


def images_file(count: int = 20, seed: int = 0) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (count, 28, 28), np.uint8)
    return struct.pack(">4I", 2051, count, 28, 28) + pixels.tobytes()


def labels_file(labels: list[int]) -> bytes:
    return struct.pack(">2I", 2049, len(labels)) + bytes(labels)


def qmnist_labels_file(labels: list[int]) -> bytes:
    """The class and seven other numbers of each digit."""
    rows = [[label, 4, 3, 2, 1, 0, 0, -1] for label in labels]
    return struct.pack(">3I", 0x0C02, len(labels), 8) + np.array(rows, ">i4").tobytes()


def cifar_file(labels: list[int], seed: int = 0) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (len(labels), 3, 32, 32), np.uint8)
    return b"".join(bytes([label]) + image.tobytes() for label, image in zip(labels, pixels, strict=True))


def small_files(name: str = "kmnist") -> dict[str, bytes]:
    """The files of a data set that is downloaded: `LABELS`, then a test image of each of the first classes.

    A file of CIFAR-10 has 4 records here: set `cifar.RECORDS`.
    """
    names = datasets.find(name).files.names
    if name == "cifar-10":
        batches = [cifar_file(LABELS[4 * k : 4 * k + 4], seed=k) for k in range(5)]
        return dict(zip(names, [*batches, cifar_file([0, 1, 2, 3], seed=5)], strict=True))
    labels = qmnist_labels_file if name == "qmnist" else labels_file
    contents = images_file(20), labels(LABELS), images_file(10, seed=1), labels(list(range(10)))
    return dict(zip(names, contents, strict=True))


def put_files(folder: Path, name: str = "kmnist") -> None:
    """Write them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in small_files(name).items():
        (folder / file).write_bytes(content)


def zipped(files: dict[str, bytes]) -> bytes:
    """As EMNIST comes: a zip of gzip files in a folder, beside others."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("gzip/emnist-letters-mapping.txt", "1 65 97")
        for name, data in files.items():
            archive.writestr(f"gzip/{name}.gz", gzip.compress(data))
    return content.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    """As CIFAR-10 comes: a .tar.gz of a folder, with a file beside that nobody asked for."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in {"readme.html": b"<html>", **files}.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


class Server(ThreadingHTTPServer):
    """Serves `files` and counts what is asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.asked = files, []
        self.address = f"http://127.0.0.1:{self.server_address[1]}/"


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


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def packed(name: str) -> dict[str, bytes]:
    """The archives of a data set with a few images, as its authors pack them."""
    files = small_files(name)
    if name == "cifar-10":
        return {"cifar-10-binary.tar.gz": tarred(files)}
    if name == "emnist-balanced":
        return {"gzip.zip": zipped(files)}
    return {f"{file}.gz": gzip.compress(content) for file, content in files.items()}
