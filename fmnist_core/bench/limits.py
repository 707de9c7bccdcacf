"""How far the engine is from what the machine can do, and how its cost grows."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ..base import recipes
from .measurement import Measurement, in_turn, less_is_better, more_is_better
from .speed import first_images, real_data, train, without_test_images


def scaling() -> Iterator[Measurement]:
    """Images a second with 60,000 images against 6,000: the cost per image should not grow."""
    data = without_test_images(real_data())
    config = recipes.configure("lecture", architecture="mlp-256", device="cpu", epochs=1000)
    many, few = (train(config, first_images(data, count)) for count in (60_000, 6_000))
    next(many), next(few)
    ours, baseline = in_turn(lambda: next(many).images_per_second, lambda: next(few).images_per_second)
    yield more_is_better("scaling", ours, baseline, "images a second with 60,000 images (with 6,000)")


def memory() -> Iterator[Measurement]:
    """Peak memory of a process that loads the data and trains, beyond the imports: `fit`, the lecture's loop.

    Fashion-MNIST is 47 MB as bytes, on the device once; the lecture keeps it as 188 MB of floats.
    """
    ours = "next(training.fit(recipes.configure('lecture', architecture='mlp-256', device='cpu'), data))"
    lecture = "lecture_loop.LectureLoop('mlp-256', data).images_per_second(200)"
    yield less_is_better(
        "memory",
        _peak_megabytes(ours),
        _peak_megabytes(lecture),
        "megabytes beyond the imports (the lecture's loop)",
    )


def peak_megabytes() -> float:
    """The most memory that this process has held so far.

    On Linux from /proc: a new process's `ru_maxrss` starts with its parent's.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1e3
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)  # macOS counts bytes, others kilobytes


def _peak_megabytes(code: str) -> float:
    script = (
        "from fmnist_core import training; from fmnist_core.base import recipes; "
        "from fmnist_core.bench import lecture_loop, limits, speed; "
        f"before = limits.peak_megabytes(); data = speed.real_data(); {code}; "
        "print(limits.peak_megabytes() - before)"
    )
    output = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    return float(output.split()[-1])
