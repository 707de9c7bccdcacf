"""How many runs train side by side on this machine's processor, and which of them have room.

A small net needs no more than one core: as many of them train at once as there are cores.
A net that uses all cores trains alone. Nobody overtakes: who needs more room than there is waits for it, and
those behind wait too.
"""

import functools
import threading
from collections.abc import Sequence

import torch

from ..base.config import TrainConfig
from ..base.environment import whole_number
from ..base.errors import FmnistError
from ..base.memory import memory_size
from ..data import datasets
from ..nets import architectures
from ..runs import saved_designs
from ..training import uses_one_core

MOST_LANES = 8
BYTES_PER_LANE = 1.5e9
"""Of memory: a process with torch, a data set in it, and a small net."""


def lanes() -> int:
    """How many runs train at once on the processor: `FMNIST_LANES`, else one for each core, as long as the
    memory lasts. Raises `ConfigError` for a value that is no number of lanes."""
    fitting = max(1, min(torch.get_num_threads(), MOST_LANES, int(memory_size() // BYTES_PER_LANE)))
    return whole_number("FMNIST_LANES", fitting, 64)


class Lanes:
    """The lanes of a processor and the runs in them. Threads share it."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.lock = threading.RLock()
        """Held while a run is taken, so that two threads do not give the same room away."""
        self._taken: dict[str, int] = {}

    def side_by_side(self, config: TrainConfig) -> int:
        """How many runs of this kind train at once."""
        return self.count // self._needed([config])

    def has_room(self, configs: Sequence[TrainConfig]) -> bool:
        """Whether runs that train in turns, or a single one, may begin now."""
        return self.count == 1 or sum(self._taken.values()) + self._needed(configs) <= self.count

    def enter(self, run_ids: Sequence[str], configs: Sequence[TrainConfig]) -> None:
        """These runs, of these settings, share one lane, or all of them."""
        with self.lock:
            for run_id in run_ids[:1]:
                self._taken[run_id] = self._needed(configs)

    def leave(self, run_ids: Sequence[str]) -> None:
        """Their room is free again."""
        with self.lock:
            for run_id in run_ids:
                self._taken.pop(run_id, None)

    def _needed(self, configs: Sequence[TrainConfig]) -> int:
        return 1 if all(map(_is_small, configs)) else self.count


def _is_small(config: TrainConfig) -> bool:
    try:
        info = datasets.find(config.dataset)
        return config.photos is None and _net_is_small(
            saved_designs.find(config.architecture), info.image_shape, len(info.class_names)
        )
    except FmnistError:  # it fails as soon as it begins
        return True


@functools.lru_cache(maxsize=200)
def _net_is_small(
    architecture: architectures.Architecture, shape: tuple[int, int, int], classes: int
) -> bool:
    with torch.device("meta"):  # without its weights
        return uses_one_core(architecture.build(shape, classes))
