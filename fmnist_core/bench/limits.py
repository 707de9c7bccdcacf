"""How far the engine is from what the machine can do, and how its cost grows."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from ..base import recipes
from ..nets.architectures import layer_table
from .measurement import Measurement, in_turn, less_is_better, more_is_better
from .speed import STEPS, first_images, real_data, train, train_to_the_end, without_test_images

LECTURE_SECONDS_ON_A_GPU = 30.0
"""In which the lecture's five nets should be trained for 30 epochs each, together."""


def matrix_product() -> Iterator[Measurement]:
    """Multiplications a second of the lecture's nets in `fit`, against a large matrix product's.

    A training step multiplies three times as often as a forward pass, less the first layer's input gradient.
    """
    data = without_test_images(real_data())
    for architecture in ("mlp-4096-dropout", "cnn"):
        config = recipes.configure("lecture", architecture=architecture, device="cpu", epochs=1000)
        epochs = train(config, first_images(data, STEPS[architecture] * config.batch_size))
        precision = next(epochs).precision
        layers = [row["multiplications"] for row in layer_table(architecture)]
        per_image = 3 * sum(layers) - next(filter(None, layers))
        square = torch.randn(2048, 2048, dtype=getattr(torch, precision))

        def product_rate(square: torch.Tensor = square) -> float:
            began = time.perf_counter()
            torch.mm(square, square)
            return 2048**3 / (time.perf_counter() - began)

        product_rate()
        ours, limit = in_turn(lambda: next(epochs).images_per_second * per_image, product_rate)  # noqa: B023
        unit = f"10^9 multiplications a second (a large matrix product in {precision})"
        yield more_is_better(f"matrix-product-{architecture}", ours / 1e9, limit / 1e9, unit)


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


def gpu() -> Iterator[Measurement]:
    """On a GPU: the lecture's five nets for 30 epochs each, against 30 seconds. Nothing without one."""
    if not torch.cuda.is_available():
        print("gpu: no CUDA here, left out", file=sys.stderr)
        return
    data = real_data()
    total = 0.0
    for architecture in STEPS:
        config = recipes.configure("lecture", architecture=architecture, device="cuda")
        last, accuracy = train_to_the_end(config, data)
        total += last.seconds
        unit = f"images a second, test accuracy {accuracy:.4f}"
        yield Measurement(f"gpu-{architecture}", last.images_per_second, 0.0, 0.0, unit)
    yield less_is_better("gpu", total, LECTURE_SECONDS_ON_A_GPU, "seconds for all five nets (the goal)")
