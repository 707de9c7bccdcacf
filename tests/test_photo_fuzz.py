"""Damaged and hostile picture files: our sentence or an answer, no other exception, little memory.

`FMNIST_FUZZ=20000 python -m pytest tests/test_photo_fuzz.py` damages so many files; the suite fewer.
"""

import os
import subprocess
import sys

import numpy as np
import pytest
from helpers import ROOT
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from photo_runs import encoded, shirt_on_a_floor
from PIL import Image

from fmnist_core import photos
from fmnist_core.base.errors import PhotoError
from fmnist_core.data.decode import READS_HEIC
from fmnist_core.photos import Picture

MEGABYTES = 500
"""Beyond the imports: torch alone takes 540 where it comes with CUDA."""


def small_files() -> dict[str, bytes]:
    """One small picture in every format and pixel format that is read."""
    image = shirt_on_a_floor((36, 48))
    files = {kind: encoded(image, kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF")}
    if READS_HEIC:
        files["HEIF"] = encoded(image, "HEIF")
    files["progressive"] = encoded(image, "JPEG", progressive=True)
    files["CMYK"] = encoded(image.convert("CMYK"), "JPEG")
    files["palette"] = encoded(image.quantize(16))
    files["16 bit"] = encoded(Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257))
    files["alpha"] = encoded(image.convert("RGBA"))
    files["animation"] = encoded(image, "GIF", save_all=True, append_images=[image.rotate(9)])
    return files


FILES = small_files()

places = st.integers(0, 2**16)
changes = st.one_of(
    st.tuples(st.just("set"), places, st.binary(min_size=1, max_size=4)),
    st.tuples(st.just("insert"), places, st.binary(min_size=1, max_size=16)),
    st.tuples(st.just("delete"), places, st.integers(1, 64)),
    st.tuples(st.just("cut"), places, st.just(0)),
    st.tuples(st.just("repeat"), places, st.integers(1, 64)),
)


def changed(data: bytes, kind: str, place: int, what: bytes | int) -> bytes:
    """One change to a file; most lie in its first part, where the headers are."""
    place %= max(1, len(data)) if place % 2 else max(1, min(len(data), 200))
    if kind == "set":
        return data[:place] + what + data[place + len(what) :]
    if kind == "insert":
        return data[:place] + what + data[place:]
    if kind == "delete":
        return data[:place] + data[place + what :]
    if kind == "repeat":
        return data[: place + what] + data[place:]
    return data[:place]


EXAMPLES = int(os.environ.get("FMNIST_FUZZ", "1000"))


@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(sorted(FILES)), edits=st.lists(changes, min_size=1, max_size=4))
@example("HEIF" if READS_HEIC else "JPEG", [("insert", 405, b"\0")])  # once an EOFError of the decoder
def test_mutated_files_give_a_picture_or_our_sentence(name, edits):
    data = FILES[name]
    for edit in edits:
        data = changed(data, *edit)
    try:
        picture = photos.decode(data)
    except PhotoError as error:
        assert str(error).endswith(".")
    else:
        assert picture.rgb.dtype == np.uint8 and picture.rgb.shape[2] == 3
        assert max(picture.rgb.shape) <= 640


@settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    height=st.integers(8, 60),
    width=st.integers(8, 60),
    colors=st.integers(1, 5),
    opaque=st.sampled_from([None, 0.0, 0.3, 1.0]),
    seed=st.integers(0, 10**6),
)
def test_any_pixels_can_be_prepared(height, width, colors, opaque, seed):
    generator = np.random.default_rng(seed)
    palette = generator.integers(0, 256, (colors, 3), dtype=np.uint8)
    rgb = palette[generator.integers(0, colors, (height, width))]
    alpha = None
    if opaque is not None:
        alpha = np.where(generator.random((height, width)) < opaque, 255, 0).astype(np.uint8)
    try:
        prepared = photos.prepare(Picture(rgb, alpha, ()))
    except PhotoError:
        assert np.ptp(rgb, axis=(0, 1)).max() < 12
    else:
        assert prepared.image.shape == (1, 28, 28) and prepared.image.max() > 0
        assert prepared.weights.sum() == pytest.approx(1, abs=1e-4)


LARGEST = (
    *(("PNG", "RGB", 6300), ("PNG", "RGBA", 6300), ("PNG", "P", 6300)),  # 39.7 megapixels: just allowed
    *(("GIF", "P", 6300), ("JPEG", "RGB", 10_480), ("progressive", "RGB", 10_480), ("WEBP", "RGB", 3990)),
)

READ_ALL = """
import sys
from pathlib import Path
from fmnist_core import photos

def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1000

imports = peak()
for path in sorted(Path(sys.argv[1]).iterdir()):
    photos.prepare(path.read_bytes())
print(peak() - imports)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from Linux's /proc")
def test_the_largest_pictures_take_less_than_500_megabytes(tmp_path):
    for kind, mode, side in LARGEST:
        image = Image.new(mode, (side, side), 0 if mode == "P" else "navy")
        if mode == "P":
            image.putpalette([0, 0, 90, 200, 180, 40])
        image.paste(1 if mode == "P" else (200, 180, 40, 255)[: len(mode)], (900, 800, 3000, 3500))
        options = {"PNG": {"compress_level": 1}, "WEBP": {"method": 0}, "progressive": {"progressive": True}}
        name = "JPEG" if kind == "progressive" else kind
        image.save(tmp_path / f"{kind}{mode}", name, **options.get(kind, {}))
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < MEGABYTES, done.stderr
