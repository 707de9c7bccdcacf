"""Checkpoints: everything comes back bit for bit, and whatever is damaged or foreign is refused."""

import hashlib
import json
import pickle
import struct

import pytest
import torch
from sameness import same

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import CheckpointError, StorageError
from fmnist_core.runs import checkpoints

CONFIG = TrainConfig(architecture="mlp-32", learning_rate=0.003)


def state() -> dict:
    generator = torch.Generator().manual_seed(5)
    shared = torch.rand(4, 4, generator=generator)
    return {
        "epoch": 3,
        "seconds": 1.25,
        "model": {"weight": shared, "tied": shared, "turned": shared.t(), "mask": torch.tensor([True])},
        "optimizer": [{"step": torch.tensor(7.0), "exp_avg": torch.full((2,), float("nan"))}, {}],
        "generators": {"order": generator.get_state()},
        "training_model": None,
        "by number": {0: "zero", 1: [1, 2.5, False]},
        "half": torch.rand(3, generator=generator).bfloat16(),
        "empty": torch.empty(0, 5),
    }


@pytest.fixture
def path(tmp_path):
    checkpoints.save(tmp_path / "run" / "checkpoint.safetensors", state(), CONFIG)
    return tmp_path / "run" / "checkpoint.safetensors"


def test_everything_comes_back_bit_for_bit(path):
    loaded, config = checkpoints.load(path)
    assert config == CONFIG
    assert same(loaded, state()) and loaded["seconds"] == 1.25


def test_a_checkpoint_is_replaced_and_leaves_nothing_beside_it(path):
    checkpoints.save(path, {"epoch": 4}, CONFIG)
    assert checkpoints.load(path)[0] == {"epoch": 4}
    assert [file.name for file in path.parent.iterdir()] == ["checkpoint.safetensors"]


def test_any_flipped_bit_is_noticed(path):
    content = path.read_bytes()
    for position in range(0, len(content), 37):
        damaged = bytearray(content)
        damaged[position] ^= 1 << (position % 8)
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError, match="is damaged"):
            checkpoints.load(path)


@pytest.mark.parametrize("length", [0, 1, 64, 65, 200, -1])
def test_a_truncated_checkpoint_is_noticed(path, length):
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(CheckpointError, match=r"is damaged .*Start the run again"):
        checkpoints.load(path)


def test_a_missing_checkpoint_is_a_sentence(tmp_path):
    with pytest.raises(CheckpointError, match="no epoch was finished"):
        checkpoints.load(tmp_path / "none.safetensors")
    with pytest.raises(CheckpointError, match="cannot be read"):
        checkpoints.load(tmp_path)


class Bomb:
    """Unpickling it would make a file."""

    def __init__(self, target) -> None:
        self.target = str(target)

    def __reduce__(self):
        return (open, (self.target, "w"))


@pytest.mark.parametrize("sealed", [False, True], ids=["as it is", "with a fitting SHA-256"])
@pytest.mark.parametrize("kind", ["pickle", "torch"])
def test_a_pickle_in_its_place_is_refused_and_never_executed(path, tmp_path, kind, sealed):
    harmed = tmp_path / "harmed"
    if kind == "pickle":
        path.write_bytes(pickle.dumps(Bomb(harmed)))
    else:
        torch.save({"model": Bomb(harmed)}, path)
    if sealed:
        body = path.read_bytes()
        path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    with pytest.raises(CheckpointError):
        checkpoints.load(path)
    assert not harmed.exists()


def sealed(header: object, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    body = struct.pack("<Q", len(text)) + text + data
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"format": "another"},
        {"format": checkpoints.FORMAT},
        {"format": checkpoints.FORMAT, "config": "{}", "structure": "["},
        {"format": checkpoints.FORMAT, "config": "[]", "structure": "1"},
        {"format": checkpoints.FORMAT, "config": '{"epochs": 0}', "structure": "1"},
        {"format": checkpoints.FORMAT, "config": '{"warp": 1}', "structure": "1"},
        {"format": checkpoints.FORMAT, "config": "{}", "structure": "1"},
        {"format": checkpoints.FORMAT, "config": "{}", "structure": '{"tensor": "7"}'},
        {"format": checkpoints.FORMAT, "config": "{}", "structure": '{"pairs": [[1]]}'},
        {"format": checkpoints.FORMAT, "config": "{}", "structure": '{"pairs": [[[], 1]]}'},
        {"format": checkpoints.FORMAT, "config": "{}", "structure": "[" * 100_000},
    ],
)
def test_a_foreign_file_with_a_fitting_checksum_is_refused(path, metadata):
    path.write_bytes(sealed({"__metadata__": metadata}))
    with pytest.raises(CheckpointError):
        checkpoints.load(path)


def test_only_tensors_and_plain_values_can_be_kept(tmp_path):
    with pytest.raises(TypeError, match="holds tensors and plain values, not object"):
        checkpoints.save(tmp_path / "x", {"model": object()}, CONFIG)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        checkpoints.save(tmp_path / "file" / "checkpoint", {"epoch": 1}, CONFIG)
