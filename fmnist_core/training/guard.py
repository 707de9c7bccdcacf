"""How a training ends before its last epoch: silently if it was stopped, with a sentence if the memory ran
out."""

from collections.abc import Iterator
from typing import TypeVar

import torch

from ..base.config import TrainConfig
from ..base.errors import DeviceError
from ..base.memory import keep_freed_memory, trim_memory
from ..base.messages import Message
from .devices import out_of_memory
from .stopping import Stopped

T = TypeVar("T")


def guarded(config: TrainConfig, records: Iterator[T]) -> Iterator[T]:
    """The records of a training, until `Stopped` ends them. Raises `DeviceError` when the memory runs out."""
    problem = None
    keep_freed_memory()
    try:
        yield from records
    except Stopped:
        return
    except RuntimeError as error:
        if not out_of_memory(error):
            raise
        problem = Message(
            "The memory of the device ran out with batch size {batch_size} on {architecture}; "
            "choose a smaller batch size or architecture",
            batch_size=config.batch_size,
            architecture=config.architecture,
        )
    finally:
        trim_memory()
    if problem:  # outside of `except`, whose traceback would keep the tensors alive
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise DeviceError(problem)
