"""The reproduced ladder that comes with the project: the epochs of its nets, and on what they were made.

`python -m fmnist_core lecture --save` writes the file, a line for each net. Knows no torch.
"""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ..base.files import read_json, write_atomically
from ..base.messages import Message
from ..base.processor import processor_name
from ..runs import Run, RunStore
from .ladder import LADDER, ladder_runs

FILE = Path(__file__).with_name("ladder.json")
COLUMNS = ("epoch", "evaluated_train_accuracy", "test_accuracy")
DIGITS = 6
"""Enough to tell apart what 60,000 images can tell apart."""

HALF_A_DIGIT = 0.5e-4 + 1e-9
"""A figure no farther than this from one with four decimals can be printed as that one."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reproduced:
    """A net of the ladder as it was trained by the lecture's recipe.

    epochs: a row of `COLUMNS` each, with None where nothing was measured; finished: the day, as 2026-11-26.
    """

    device: str
    processor: str
    precision: str
    torch_version: str
    project_version: str
    finished: str
    seconds: float
    epochs: list[list[float | None]]

    @property
    def history(self) -> pd.DataFrame:
        """As `RunStore.history`, with `COLUMNS` alone."""
        return pd.DataFrame(self.epochs, columns=list(COLUMNS), dtype=float)


def reproduced_ladder() -> dict[str, Reproduced]:
    """Architecture -> the net that comes with the project, easiest first; none if the file is damaged."""
    return _read(FILE)


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, Reproduced]:
    try:
        nets = read_json(path)
        return {name: Reproduced(**nets[name]) for name in LADDER if name in nets}
    except (OSError, ValueError, TypeError) as error:
        log.warning("The reproduced ladder cannot be read: %s", error)
        return {}


def save_ladder(store: RunStore) -> list[str]:
    """Put the nets that are completed in the store into the file; returns their names.

    What the file has of other nets stays. The processor is this machine's: save where they were trained.
    """
    runs = {name: run for name, run in ladder_runs(store.runs()).items() if run.status == "completed"}
    nets = _read(FILE) | {name: _of_run(store, run) for name, run in runs.items()}
    lines = [f"{json.dumps(name)}: {json.dumps(asdict(nets[name]))}" for name in LADDER if name in nets]
    write_atomically(FILE, ("{\n" + ",\n".join(lines) + "\n}\n").encode())
    _read.cache_clear()
    return list(runs)


def _of_run(store: RunStore, run: Run) -> Reproduced:
    history = store.history(run.run_id)[list(COLUMNS)].round(DIGITS).astype(object)
    return Reproduced(
        device=run.device or "",
        processor=processor_name(),
        precision=run.precision or "",
        torch_version=run.torch_version or "",
        project_version=run.project_version or "",
        finished=datetime.fromtimestamp(run.finished_at or 0, UTC).date().isoformat(),
        seconds=round(run.seconds or 0),
        epochs=history.where(history.notna(), None).values.tolist(),
    )


def origins(nets: dict[str, Reproduced]) -> list[str]:
    """On what the nets were trained: a sentence for each kind of machine, precision and PyTorch."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, net in nets.items():
        alike.setdefault((net.device, net.processor, net.precision, net.torch_version), []).append(name)
    return [
        Message(
            "{nets}: trained with PyTorch {torch_version} in {precision} on {device} ({processor}), {date}.",
            nets=names,
            torch_version=torch_version,
            precision=precision,
            device=device,
            processor=processor,
            date=max(nets[name].finished for name in names),
        )
        for (device, processor, precision, torch_version), names in alike.items()
    ]


def ways_apart(table: pd.DataFrame) -> list[str]:
    """How reproduced training accuracies differ from the lecture's: sentences about a `comparison`."""
    known = table[table["split"] == "train"].dropna()
    equal = known["difference"].abs() <= HALF_A_DIGIT
    sentences: list[str] = []
    if equal.any():
        sentences.append(
            Message(
                "{equal} of {count} training accuracies are the published ones to the fourth decimal "
                "({nets}).",
                equal=int(equal.sum()),
                count=len(known),
                nets=list(known[equal]["architecture"].unique()),
            )
        )
    if not equal.all():
        farthest = known.loc[known["difference"].abs().idxmax()]
        sentences.append(
            Message(
                "Others went another way, by at most {points:.2f} points ({name}, epoch {epoch}): the "
                "lecture trained on a GPU, another device rounds its sums otherwise, and with each step such "
                "a difference grows. Both figures are shown.",
                points=100 * abs(farthest["difference"]),
                name=farthest["architecture"],
                epoch=int(farthest["epoch"]),
            )
        )
    return sentences
