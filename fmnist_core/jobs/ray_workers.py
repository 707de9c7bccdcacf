"""Beyond one machine: trainings carried by Ray, an optional extra (`pip install ray`).

`FMNIST_CLUSTER` says where: "local" starts workers on this machine, "ray://head:10001" joins a cluster;
`FMNIST_CLUSTER_WORKERS` says how many runs train at once (default 2). Queue, store, checkpoints and pages
stay where they are: `fit` is called like `training.fit` and yields the same `EpochResult`s as they happen. A
worker that dies is replaced, and the run goes on from the last epoch that arrived.

Ray pickles what it sends between its own processes; open its ports to nobody but your own machines
(https://docs.ray.io/en/latest/ray-security).
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from torch import Tensor

from .. import training
from ..base.config import TrainConfig
from ..base.environment import whole_number
from ..base.epochs import EpochResult, Progress
from ..base.errors import DeviceError, FmnistError
from ..base.messages import Message
from ..base.parallel import run_independently
from ..data.datasets import Dataset
from ..nets.architectures import Architecture

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2  # how often a training's owner is asked whether it should stop
LIVES = 4  # workers that a run may use up before it is failed

_connecting = threading.Lock()


def is_wanted() -> bool:
    """Whether `FMNIST_CLUSTER` is set."""
    return bool(os.environ.get("FMNIST_CLUSTER"))


def workers() -> int:
    """How many runs train at once: `FMNIST_CLUSTER_WORKERS`, default 2. Raises `ConfigError` for another
    value."""
    return whole_number("FMNIST_CLUSTER_WORKERS", 2, 1000)


def connect():
    """The module `ray`, connected. Raises `DeviceError` if it is not installed or does not answer."""
    try:
        import ray
    except ImportError:
        raise DeviceError(
            "FMNIST_CLUSTER is set, but Ray is not installed. Install it (pip install ray), or unset "
            "FMNIST_CLUSTER to train on this machine."
        ) from None
    where = os.environ["FMNIST_CLUSTER"]
    with _connecting:
        if ray.is_initialized():
            return ray
        settings = {
            "runtime_env": {
                "py_modules": [str(Path(__file__).parents[1])],
                "env_vars": {key: value for key, value in os.environ.items() if key == "FMNIST_DATA_DIR"},
            },
            "log_to_driver": False,
            "configure_logging": False,
        }
        if where == "local":
            settings |= {"num_cpus": workers(), "include_dashboard": False}
        else:
            settings["address"] = where
        try:
            ray.init(**settings)
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            raise DeviceError(
                "The Ray cluster {where!r} cannot be used: {reason} Start it, or unset "
                "FMNIST_CLUSTER to train on this machine.",
                where=where,
                reason=str(error).splitlines()[0],
            ) from None
    return ray


class Trainer:
    """Lives on a worker, as an actor with two threads: one trains, one hears that it should stop."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def train(
        self,
        config: TrainConfig,
        data: Dataset,
        state: dict | None,
        architecture: Architecture,
        watch: training.Watch | None,
        weights: Mapping[str, Tensor] | None,
    ) -> Iterator[EpochResult | Progress]:
        """`training.fit`, over there."""
        yield from training.fit(
            config,
            data,
            self._stop.is_set,
            state,
            architecture=architecture,
            run_pieces=run_independently,
            watch=watch,
            weights=weights,
        )

    def stop(self) -> None:
        """End the training within a batch."""
        self._stop.set()

    def process(self) -> int:
        """The process that trains."""
        return os.getpid()


def fit(
    config: TrainConfig,
    data: Dataset,
    architecture: Architecture,
    should_stop: Callable[[], bool] = lambda: False,
    state: dict | None = None,
    tell: Callable[[str], None] = lambda sentence: None,
    watch: training.Watch | None = None,
    weights: Mapping[str, Tensor] | None = None,
) -> Iterator[EpochResult | Progress]:
    """As `training.fit`, on a worker. `tell` gets a sentence when a worker has died and the run goes on.

    Raises what `training.fit` raises, and `DeviceError` when worker after worker dies.
    """
    ray = connect()
    actor = ray.remote(Trainer).options(max_concurrency=2, num_cpus=1, num_gpus=_gpus(ray, config))
    data_ref = ray.put(data)
    for _ in range(LIVES):
        trainer = actor.remote()
        try:
            arguments = config, data_ref, state, architecture, watch, weights
            for result in _stream(ray, trainer, arguments, should_stop):
                state = result.state if isinstance(result, EpochResult) else state
                yield result
            return
        except ray.exceptions.RayActorError:
            epoch = 0 if state is None else state["epoch"]
            log.warning("a worker died; the run goes on elsewhere after epoch %d", epoch)
            tell(
                Message(
                    "The worker that trained this run died; it goes on elsewhere after epoch {epoch}.",
                    epoch=epoch,
                )
            )
        finally:
            ray.kill(trainer)
    raise DeviceError(
        "{lives} workers died while they trained this run. Look at them, then let it go on.", lives=LIVES
    )


def _stream(ray, trainer, arguments: tuple, should_stop: Callable[[], bool]) -> Iterator[EpochResult]:
    results = trainer.train.options(num_returns="streaming").remote(*arguments)
    while True:
        if should_stop():
            trainer.stop.remote()
        ready, _ = ray.wait([results], timeout=POLL_SECONDS, fetch_local=False)
        if not ready:
            continue
        try:
            yield ray.get(next(results))
        except StopIteration:
            return
        except ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, FmnistError):
                raise error.cause from None
            raise


def _gpus(ray, config: TrainConfig) -> int:
    """A GPU of its own for every run, where the cluster has some and the run does not ask for the CPU."""
    return int(config.device != "cpu" and ray.cluster_resources().get("GPU", 0) >= 1)
