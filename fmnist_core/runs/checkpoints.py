"""Checkpoints: a run's weights, optimizer, schedule and random state in one file that tells if it is damaged.

The file is the SHA-256 of its body in hex, a line feed, and the body in the safetensors format. Nothing is
pickled, so that a file from a stranger can at worst be refused. It is replaced as a whole or not at all.
"""

import hashlib
import json
import struct
from pathlib import Path

import safetensors
import safetensors.torch
import torch

from ..base.config import TrainConfig
from ..base.errors import CheckpointError, ConfigError
from ..base.files import write_atomically

FORMAT = "fmnist-checkpoint-1"
MALFORMED = (
    *(KeyError, ValueError, TypeError, RecursionError, struct.error),
    *(safetensors.SafetensorError, ConfigError),
)
"""What a file that somebody else sealed can raise while it is read."""


def save(path: Path, state: dict, config: TrainConfig) -> None:
    """Write `state` (nested dicts and lists of tensors and plain values) and the config of the net.

    Raises `StorageError` when the disk is full or read-only; the checkpoint before it is then still there.
    """
    tensors: dict[str, torch.Tensor] = {}
    structure = _pack(state, tensors)
    metadata = {"format": FORMAT, "config": json.dumps(config.to_dict()), "structure": json.dumps(structure)}
    body = safetensors.torch.save(tensors, metadata)
    write_atomically(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def load(path: Path, expected: TrainConfig | None = None) -> tuple[dict, TrainConfig]:
    """Read `(state, config)` back, tensors on the CPU.

    expected: the settings of the run to which the file should belong.
    Raises `CheckpointError` when the file is missing, damaged by a single bit, of another kind, or another
    run's.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise CheckpointError(
            "There is no checkpoint at {path}: no epoch was finished, or the file was deleted. Start the run "
            "again.",
            path=path,
        ) from None
    except OSError as error:
        raise CheckpointError(
            "The checkpoint {path} cannot be read: {reason}. Make it readable, or start the run again with "
            "the same settings; its curves are kept.",
            path=path,
            reason=error.strerror,
        ) from None
    digest, body = content[:64], content[65:]
    if content[64:65] != b"\n" or hashlib.sha256(body).hexdigest().encode() != digest:
        raise CheckpointError(
            "The checkpoint {path} is damaged (its SHA-256 does not fit), so the trained model is lost. "
            "Start the run again with the same settings; its curves are kept.",
            path=path,
        )
    try:
        header_length = struct.unpack("<Q", body[:8])[0]  # the layout of safetensors: length, JSON, data
        metadata = json.loads(body[8 : 8 + header_length])["__metadata__"]
        if metadata["format"] != FORMAT:
            raise CheckpointError(
                "The checkpoint {path} has the unknown format {format!r}.",
                path=path,
                format=metadata["format"][:40],
            )
        state = _unpack(json.loads(metadata["structure"]), safetensors.torch.load(body))
        if not isinstance(state, dict):
            raise TypeError("it holds no state")
        config = TrainConfig.from_dict(json.loads(metadata["config"]))
    except MALFORMED as error:
        raise CheckpointError(
            "The checkpoint {path} is not one of this project's: {reason}", path=path, reason=error
        ) from None
    if expected is not None and not _trains_the_same(config, expected):
        raise CheckpointError(
            "The checkpoint {path} belongs to another run, of {architecture} on {dataset} with seed {seed}. "
            "Put the run's own one back, or train the run again.",
            path=path,
            architecture=config.architecture,
            dataset=config.dataset,
            seed=config.seed,
        )
    return state, config


def _trains_the_same(one: TrainConfig, other: TrainConfig) -> bool:
    """A run learns later which precision was chosen for it, and a recipe is only a name."""
    return one.replace(precision=other.precision, recipe=other.recipe) == other


def _pack(value: object, tensors: dict[str, torch.Tensor]) -> object:
    """JSON for `value`; its tensors go into `tensors`. Dicts become pairs, since keys may be numbers."""
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        # A copy: safetensors refuses tensors that share memory, and strides are not worth keeping.
        tensors[name] = value.detach().cpu().contiguous().clone()
        return {"tensor": name}
    if isinstance(value, dict):
        return {"pairs": [[key, _pack(item, tensors)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        return [_pack(item, tensors) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a checkpoint holds tensors and plain values, not {type(value).__name__}")


def _unpack(value: object, tensors: dict[str, torch.Tensor]) -> object:
    if isinstance(value, dict) and "tensor" in value:
        return tensors[value["tensor"]]
    if isinstance(value, dict):
        return {key: _unpack(item, tensors) for key, item in value["pairs"]}
    if isinstance(value, list):
        return [_unpack(item, tensors) for item in value]
    return value
