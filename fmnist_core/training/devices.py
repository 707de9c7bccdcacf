"""Where a training runs, and in plain words why it does not run on the GPU."""

import re
import shutil
import warnings

import torch

from ..base.errors import ConfigError, DeviceError, unknown_name_message
from ..base.messages import Message

DEVICES = ("auto", "cpu", "cuda", "cuda:1", "mps")


def pick_device(name: str = "auto") -> tuple[torch.device, str]:
    """The device, and a sentence that says why this one.

    Raises `ConfigError` for a name that cannot be one, `DeviceError` for one that is not there.
    """
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d{1,3})?", name):
        raise ConfigError(unknown_name_message("device", name, DEVICES))
    if name == "cpu":
        return torch.device("cpu"), "The CPU was chosen in the settings."
    if name == "mps":
        if not torch.backends.mps.is_available():
            raise DeviceError("device 'mps' needs a Mac with Apple silicon; choose auto or cpu")
        return torch.device("mps"), "Apple's GPU was chosen in the settings."
    count, problem = _count_gpus()
    if name.startswith("cuda"):
        index = int(name.partition(":")[2] or 0)
        if index >= count:
            there = Message("GPUs here: {count}.", count=count) if count else problem
            raise DeviceError(
                "device {name!r} is not there. {there} Choose auto or cpu.", name=name, there=there
            )
        gpu = torch.cuda.get_device_name(index)
        return torch.device("cuda", index), Message("{gpu} was chosen in the settings.", gpu=gpu)
    if count:
        return torch.device("cuda", 0), Message("{gpu} is there.", gpu=torch.cuda.get_device_name(0))
    if torch.backends.mps.is_available():
        return torch.device("mps"), "Apple's GPU is there."
    return torch.device("cpu"), problem


def is_there(name: str) -> bool:
    """Whether `pick_device` finds it."""
    try:
        pick_device(name)
    except DeviceError:
        return False
    return True


def _count_gpus() -> tuple[int, str]:
    """How many GPUs torch can use; if none, why, and what to do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reason is given below, in words
        if torch.cuda.is_available():
            return torch.cuda.device_count(), ""
    if not shutil.which("nvidia-smi"):
        return 0, "No NVIDIA GPU was found."
    if torch.version.cuda is None:
        return 0, "There is an NVIDIA driver, but this torch has no CUDA build; install one from pytorch.org."
    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        if "too old" in str(error):
            return 0, (
                Message(
                    "The NVIDIA driver is too old for this torch (CUDA {version}); update the driver "
                    "or install an older torch.",
                    version=torch.version.cuda,
                )
            )
        return 0, Message("The GPU cannot be used: {reason}", reason=str(error).splitlines()[0])
    return 0, "There is an NVIDIA driver, but it shows no GPU; look at nvidia-smi and CUDA_VISIBLE_DEVICES."


def out_of_memory(error: RuntimeError) -> bool:
    """Whether the error means that the device, or the machine, has no memory left."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)
