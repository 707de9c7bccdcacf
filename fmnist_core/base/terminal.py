"""What the command line takes, and what it prints: JSON to standard output, progress to standard error."""

import argparse
import json
import math
import re
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

from .epochs import EpochResult, Kept
from .messages import percent


class Parser(argparse.ArgumentParser):
    """One line for bad input, as everywhere in this project.

    names: what an argument may be, for the end of the help; called only there, because it may import torch.
    """

    names: Callable[[], str] | None = None

    def format_help(self) -> str:
        """As always, and `names`."""
        if self.names is not None:
            self.epilog = self.names()
        return super().format_help()

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[override]
        """As always, but an empty argument is refused: as a path it would mean the current folder."""
        args = sys.argv[1:] if args is None else args
        for before, argument in zip(("", *args), args, strict=False):
            if not argument or re.fullmatch("--[^=]+=", argument):
                self.error(f"an empty argument{f' after {before}' if before else ''}")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Exit with status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


class ProgressBar:
    """A line that stays in place on a terminal: epoch, accuracies and the time left.

    epochs: how many there will be; seconds: of training after which it ends sooner, or None.
    """

    def __init__(self, epochs: int, seconds: float | None = None) -> None:
        self.epochs, self.seconds = epochs, seconds
        self.begun = time.monotonic()
        self.first_epoch: int | None = None

    def __call__(self, result: EpochResult) -> None:
        if self.first_epoch is None:
            self.first_epoch = result.epoch - 1
        done = result.epoch - self.first_epoch
        left = (time.monotonic() - self.begun) / done * (self.epochs - result.epoch)
        share, where = result.epoch / self.epochs, f"epoch {result.epoch} of {self.epochs}"
        if self.seconds is not None:
            left = min(left, max(0.0, self.seconds - result.seconds))
            share, where = max(share, min(1.0, result.seconds / self.seconds)), f"epoch {result.epoch}"
        filled = round(20 * share)
        held_out = "test" if result.validation_accuracy is None else "validation"
        accuracy = getattr(result, f"{held_out}_accuracy")
        line = (
            f"[{'#' * filled}{'.' * (20 - filled)}] {where}"
            f" · training {percent(result.train_accuracy, 2)} · {held_out} {percent(accuracy, 2)}"
            f" · {result.images_per_second:,.0f} images/s · {left:.0f} s left"
        )
        end = "\n" if result.is_last or not sys.stderr.isatty() else "\r"
        print(line, end=end, file=sys.stderr, flush=True)


def print_progress(fraction: float, text: str) -> None:
    """What is being prepared, and how far it is."""
    if sys.stderr.isatty():  # a log file needs no line that rewrites itself
        print(
            f"{text} {100 * fraction:.0f} %", end="\n" if fraction >= 1 else "\r", file=sys.stderr, flush=True
        )


def print_json(values: dict) -> None:
    """One object on one line of standard output."""
    has_all_letters = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    print(json.dumps(_strict(values), ensure_ascii=not has_all_letters), flush=True)


def _strict(value: Any) -> Any:
    """The value as strict JSON can hold it, which has no NaN: a loss that is not a number becomes null."""
    if isinstance(value, dict):
        return {key: _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_epoch_json(result: EpochResult) -> None:
    """The numbers of an epoch, and at the end those of the weights that are kept, if they are others."""
    kept = result.kept and _numbers(result.kept)
    print_json(_numbers(result) | {"kept": kept})


def _numbers(measured: EpochResult | Kept) -> dict[str, Any]:
    hidden = ("validation_logits", "test_logits", "step_losses", "state")
    return {name: value for name, value in vars(measured).items() if name not in hidden}


def print_result(run, status: str, as_json: bool) -> None:
    """How a training has ended."""
    if as_json:
        names = ("test_accuracy", "train_accuracy", "validation_accuracy", "parameters", "seconds")
        values = {name: getattr(run, name) for name in (*names, "device", "precision", "message")}
        print_json({"run_id": run.run_id, "name": run.name, "status": status} | values)
    elif status == "completed":
        right = f"{percent(run.test_accuracy, 2)} of {run.test_count:,} test images"
        print(f"{run.name}: {right}, run {run.run_id}", flush=True)
