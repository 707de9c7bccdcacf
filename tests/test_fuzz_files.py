"""Whatever happened to the files of the runs: each page and each command says a sentence, never a traceback.

`FMNIST_FUZZ=500 python -m pytest tests/test_fuzz_files.py` does so much random damage; the suite does less.
Each round spoils some files of a good runs folder, then opens every page and gives every command.
"""

import contextlib
import io
import os
import random
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from helpers import KMNIST, open_page, train_here, write_small_set
from photo_runs import small_familiarity

from fmnist_core import photos
from fmnist_core.__main__ import main
from fmnist_core.base.config import TrainConfig
from fmnist_core.nets.designs import Design
from fmnist_core.runs import RunStore, saved_designs

DAMAGES = int(os.environ.get("FMNIST_FUZZ", "20"))
AT_ONCE = 5
VIEWS = ("images", "matrix", "calibration", "beside", "travel", "detective")
SECTIONS = ("activations", "weights", "features", "export")
PAGES = (
    "train",
    "compare",
    "studies",
    "predictions",
    "photo",
    "guess",
    "classroom",
    "ladder",
    "design",
    "inside",
    "data",
)
NOT_WHILE_OPEN = ("runs.db-shm", "runs.db-wal")  # mapped into memory: the system ends who reads it


def truncate(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: chance.randrange(max(1, path.stat().st_size))])


def empty(path: Path, chance: random.Random) -> None:
    path.write_bytes(b"")


def scribble(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(1 + len(content) // 50):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content)


def noise(path: Path, chance: random.Random) -> None:
    path.write_bytes(chance.randbytes(chance.randrange(1, 2000)))


def delete(path: Path, chance: random.Random) -> None:
    path.unlink()


def rename(path: Path, chance: random.Random) -> None:
    names = ("²", "٣", "0000", "00001", "-1", "x y", "1e3", ".0001", "😀", path.stem + "~")
    path.rename(path.with_name(chance.choice(names) + path.suffix))


def replace_by_a_folder(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.mkdir()


def replace_folder_by_a_file(path: Path, chance: random.Random) -> None:
    if not (path.parent / "runs.db").exists():
        shutil.rmtree(path.parent)
        path.parent.write_bytes(b"in the way")


def forbid(path: Path, chance: random.Random) -> None:
    path.chmod(0)


def point_nowhere(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.symlink_to(chance.choice((path.name, "nowhere", "/dev/null")))


def wrong_array(path: Path, chance: random.Random) -> None:
    generator = np.random.default_rng(chance.getrandbits(32))
    shape = chance.choice(((), (0,), (10_000,), (0, 10), (7, 10), (10_000, 3), (10_000, 12), (10_000, 10, 2)))
    values = generator.normal(size=shape)
    kind = chance.choice(("float32", "float64", "int64", "uint8", "bool", "complex64", "U5", "M8[s]", "nan"))
    array = (
        np.full(shape, np.nan, np.float32) if kind == "nan" else (100 * values).astype("int64").astype(kind)
    )
    if path.suffix == ".npz":
        names = chance.choice((("classes", "probabilities"), ("classes",), ("other",)))
        np.savez(path, **{name: array if chance.random() < 0.7 else array.ravel() for name in names})
    else:
        buffer = io.BytesIO()
        np.save(buffer, array)
        path.write_bytes(buffer.getvalue())


def wrong_text(path: Path, chance: random.Random) -> None:
    path.write_text(
        chance.choice(("null", "5", "[]", "{}", '"x"', "[1, 2]\n[[1], 2]", "[" * 5000, "NaN", "\0"))
    )


KINDS = (
    *(truncate, empty, scribble, noise, delete, rename, replace_by_a_folder, replace_folder_by_a_file),
    *(forbid, point_nowhere, wrong_array, wrong_array, wrong_text),
)


@pytest.fixture(scope="module")
def good_folder(tmp_path_factory):
    """A runs folder with two finished runs on Fashion-MNIST, a stopped one, one that failed, and a design."""
    folder = tmp_path_factory.mktemp("good") / "runs"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FMNIST_RUNS_DIR", str(folder))
        environment.setenv("FMNIST_DATA_DIR", str(folder.parent / "data"))
        write_small_set(train=40)
        store = RunStore()
        clothes = TrainConfig(
            architecture="softmax-regression",
            epochs=2,
            train_size=300,
            validation_size=100,
            precision="float32",
        )
        for config in (clothes, clothes.replace(seed=1)):
            train_here(store, store.create(config))
        asked: list[int] = []
        stopped = store.create(KMNIST)
        train_here(store, stopped, on_epoch=lambda result: asked.append(1), should_stop=lambda: bool(asked))
        store.refuse(store.create(KMNIST), "Why not.")
        saved_designs.save(Design("mine", ({"kind": "flatten"}, {"kind": "dense", "nodes": 8})))
    return folder


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.parent.name != "workers")


def spoil(folder: Path, chance: random.Random, is_open: bool) -> list[str]:
    """Damage some files; returns what was done to which."""
    done = []
    for _ in range(AT_ONCE):
        candidates = [path for path in files_of(folder) if not is_open or path.name not in NOT_WHILE_OPEN]
        # Most files are a run's; the store itself is hit now and then.
        path = chance.choice(candidates)
        if path.name.startswith("runs.db") and chance.random() < 0.7:
            path = chance.choice(
                [each for each in candidates if not each.name.startswith("runs.db")] or [path]
            )
        kind = chance.choice(KINDS)
        with contextlib.suppress(OSError):
            kind(path, chance)
            done.append(f"{kind.__name__} {path.relative_to(folder)}")
    return done


def command(*words: str) -> None:
    """Gives one command, which ends with a status."""
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        assert main(list(words)) in (0, 1, 2, 130), words


@pytest.mark.parametrize("seed", range(DAMAGES // AT_ONCE))
def test_damaged_files_are_a_sentence_on_every_page_and_for_every_command(
    seed, good_folder, tmp_path, monkeypatch
):
    small_familiarity(monkeypatch)
    chance, folder = random.Random(seed), tmp_path / "runs"
    shutil.copytree(good_folder, folder)
    shutil.copytree(good_folder.parent / "data", tmp_path / "data")
    run_ids = sorted(run.run_id for run in RunStore(good_folder).runs())
    fallen: list[object] = []
    monkeypatch.setattr(threading, "excepthook", fallen.append)
    is_open = chance.random() < 0.5
    if is_open:  # by a server that goes on
        assert not open_page("train").exception
    done = spoil(folder, chance, is_open)
    for name in PAGES:
        settings = {"run": chance.choice(run_ids)}
        if name == "predictions":
            settings["view"] = chance.choice(VIEWS)
        if name == "inside":
            settings["section"] = chance.choice(SECTIONS)
        app = open_page(name, **settings)
        assert not app.exception, (name, settings, done, [error.stack_trace for error in app.exception])
    picture = str(next(iter(photos.examples().values())))
    for words in (
        ("runs",),
        ("runs", "--json"),
        ("predict", picture, "--run", chance.choice(run_ids)),
        ("predict", picture),
        *(
            ("export", chance.choice(run_ids), "--format", kind, "--output", str(tmp_path / kind))
            for kind in ("pytorch", "report")
        ),
        ("pack", *run_ids, "--output", str(tmp_path / "packed.zip")),
        ("train", "--longer", chance.choice(run_ids), "--epochs", "9"),
        ("train", "--resume", chance.choice(run_ids)),
    ):
        try:
            command(*words)
        except Exception as error:
            raise AssertionError((words, done)) from error
    assert fallen == [], done
