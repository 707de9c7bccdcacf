"""Which devices the training threads serve."""

import torch

from ..base.errors import DeviceError
from . import ray_workers
from .job import CLUSTER


def worker_devices(lanes: int = 1) -> list[tuple[str, ...]]:
    """Per training thread: its device, then the other requested devices that it accepts.

    Every accelerator has a thread, and so has the CPU, for runs that ask for it by name; where it is the only
    one it has so many lanes.
    """
    if ray_workers.is_wanted():
        return [(CLUSTER, "auto", "cpu", "cuda", "mps")] * ray_workers.workers()
    if torch.cuda.is_available():
        devices = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
        return [(device, "auto", "cuda") for device in devices] + [("cpu",)]
    if torch.backends.mps.is_available():
        return [("mps", "auto"), ("cpu",)]
    return [("cpu", "auto")] * lanes


def require_served(device: str) -> None:
    """Raise `DeviceError` for a device that no training thread accepts: a run for it would never start."""
    served = list(dict.fromkeys(name for names in worker_devices() for name in names if name != CLUSTER))
    if device not in served:
        raise DeviceError(
            "Nobody here trains on device {device!r}; choose one of: {served}", device=device, served=served
        )
