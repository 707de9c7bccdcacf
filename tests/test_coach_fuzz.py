"""Random histories: whatever the epochs look like, sentences about them hold only numbers of theirs.

`FMNIST_FUZZ=20000 python -m pytest tests/test_coach_fuzz.py` draws so many; the suite fewer.
"""

import math
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
from coach_histories import FAULTS

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import RunError
from fmnist_core.base.messages import Message
from fmnist_core.results import charts, statistics
from fmnist_core.results.export import report
from fmnist_core.results.statistics.coach import Evidence, first_finding

HISTORIES = int(os.environ.get("FMNIST_FUZZ", "800"))
NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]\d+)?")
NOT_FOR_PEOPLE = re.compile(r"\b(nan|inf|None|NaN|null)\b")


def random_history(draw: np.random.Generator) -> tuple[pd.DataFrame, TrainConfig, int]:
    """Up to forty epochs of curves that fall, rise, jump, lack values and are not numbers, in any mixture."""
    epochs = int(draw.integers(0, 40))
    classes = int(draw.choice([2, 3, 10, 47, 100]))

    def curve(is_accuracy: bool) -> np.ndarray:
        scale = 1.0 if is_accuracy else 10 ** draw.uniform(-4, draw.choice([1, 8]))
        ends = draw.uniform(0, scale, 2) if draw.random() < 0.7 else np.full(2, draw.uniform(0, scale))
        bent = np.linspace(0, 1, epochs) ** draw.uniform(0.2, 3)
        noise = draw.normal(0, scale * draw.choice([0, 0.005, 0.05, 0.5]), epochs)
        values = np.abs(ends[0] + (ends[1] - ends[0]) * bent + noise)
        values = np.minimum(values, 1) if is_accuracy else values
        missing = draw.choice([0, 0, 0, 0.3, 1])
        values[draw.random(epochs) < missing] = draw.choice([np.nan, np.nan, np.inf])
        return values

    columns = {
        f"{split}_{kind}": curve(kind == "accuracy")
        for split in ("train", "evaluated_train", "validation", "test")
        for kind in ("loss", "accuracy")
        if (split, kind) != ("evaluated_train", "loss") and (split == "train" or draw.random() < 0.7)
    }
    if draw.random() < 0.1:  # it guesses
        columns["train_loss"] = draw.normal(math.log(classes), 0.001, epochs)
        columns["train_accuracy"] = draw.normal(1 / classes, 0.001, epochs)
    numbered = np.cumsum(draw.integers(1, 3, epochs))
    history = pd.DataFrame({"epoch": numbered, **columns, "seconds": np.arange(1.0, epochs + 1)})
    config = TrainConfig(
        optimizer=str(draw.choice(["adam", "adamw", "sgd"])),
        learning_rate=float(10 ** draw.choice([-3, draw.uniform(-8, 2)])),
        weight_decay=float(draw.choice([0, 0.3, 5])),
        test_every=int(draw.integers(0, 4)),
        validation_size=int(draw.choice([0, 50, 5000])),
    )
    return history, config, classes


def numbers_of(history: pd.DataFrame, config: TrainConfig, classes: int) -> set[str]:
    """All that may stand in a sentence: what was measured, what was set, and what guessing would get."""
    rate = config.learning_rate
    written = {str(epoch) for epoch in history["epoch"]} | {"0", "0.001", "0.03"}
    written |= {f"{float(f'{rate / 3:.1g}'):g}", f"{rate:g}", f"{config.weight_decay:g}"}
    written |= {f"{100 / classes:.1f}", f"{math.log(classes):.3f}"}
    for name, column in history.drop(columns="epoch").items():
        values = column.to_numpy()
        for value in values[np.isfinite(values)].tolist():
            if name.endswith("accuracy"):
                written.add(f"{100 * value:.1f}")
            elif name.endswith("loss"):
                written |= {f"{value:.3f}", f"{value:.3g}"}
            else:
                written.add(f"{value:,.1f}")
    return written


def test_random_histories_make_only_sentences_whose_numbers_they_hold() -> None:
    draw = np.random.default_rng(17)
    faults = set()
    for _ in range(HISTORIES):
        history, config, classes = random_history(draw)
        test_images, images = int(draw.choice([0, 60, 10_000])), int(draw.choice([300, 60_000]))
        has_ended = bool(draw.integers(2))
        data_images = images + config.validation_size
        found = first_finding(Evidence(history, config, classes, test_images, has_ended, data_images))
        axis, metric = draw.choice(["epoch", "seconds"]), draw.choice(["test_accuracy", "validation_loss"])
        sentences = [
            *(charts.live_curves_alt(history, kind) for kind in ("accuracy", "loss")),
            charts.history_curves_alt({"A": history, "B": history}, axis, metric),
        ]
        if found:
            faults.add(found.fault)
            sentences.append(Message("{seen} {advice}", seen=found.seen, advice=found.advice))
        allowed = numbers_of(history, config, classes) | {"300", f"{2 * history['epoch'].max()}"}
        for sentence in sentences:
            assert not NOT_FOR_PEOPLE.search(sentence), sentence
            assert set(NUMBER.findall(sentence)) <= allowed, sentence
    assert faults == set(FAULTS)


class OneRun:
    """A store that holds one run and its history, for the report."""

    def __init__(self, run, history: pd.DataFrame) -> None:
        self.run, self.stored = run, history

    def get(self, run_id: str):
        return self.run

    def history(self, run_id: str) -> pd.DataFrame:
        return self.stored

    def folder(self, run_id: str) -> Path:
        return Path("no such folder")

    def epochs_done(self, run) -> float:
        return run.epochs

    def logits(self, run_id: str, classes: int | None = None):
        raise RunError("This run has no predictions.")


def test_the_report_of_a_random_history_holds_what_the_coach_says(store, monkeypatch) -> None:
    monkeypatch.setattr(report, "_html", lambda figures, first=False: [])  # drawn, but not written
    draw = np.random.default_rng(18)
    run = store.get(store.create(TrainConfig()))
    for _ in range(60):
        history, *_ = random_history(draw)
        page = report.run_report(OneRun(run, history), run.run_id)
        assert all(sentence in page for sentence in statistics.coach(run, history))
        assert not NOT_FOR_PEOPLE.search(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))
