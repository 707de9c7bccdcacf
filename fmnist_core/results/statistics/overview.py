"""The table of all runs: what follows from its columns, which rows are wanted, which settings differ."""

from collections.abc import Callable

import pandas as pd

from ...base.config import SETTINGS, UNTIL_THE_BELL, TrainConfig
from ...base.errors import FmnistError
from ...base.messages import Message
from ...data import datasets
from ...runs import Run
from .intervals import accuracy_interval

IMPORTANT = (
    *("start_from", "photos", "augmentation", "optimizer", "learning_rate", "schedule", "weight_averaging"),
    *("label_smoothing", "batch_size", "weight_decay"),
)
"""What matters most for a comparison; other settings come after these."""
NOT_TRAINING = (
    *("dataset", "architecture", "recipe", "epochs", "seed", "device", "precision"),
    *("test_every", "test_time_flip"),
)
"""What is compared, is said by itself, or does not change what is learned on purpose."""
MOST_NAMED = 3
NOTHING = "–"
"""What a table has of a setting without a value."""
SEARCHED = ("name", "note", "dataset", "architecture", "recipe", "run_id", "owner_name")


def add_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """The store's table with test_low and test_high (the 95 % interval) and gap = training - test accuracy.

    Accuracies stay fractions in [0, 1]; NaN where a run has not been tested. Works on the table alone.
    """
    numbers = table[["test_accuracy", "train_accuracy", "test_count"]].apply(pd.to_numeric, errors="coerce")
    tested = zip(numbers["test_accuracy"], numbers["test_count"], strict=True)
    intervals = [accuracy_interval(*each) or (float("nan"),) * 2 for each in tested]
    return table.assign(
        test_low=[low for low, _ in intervals],
        test_high=[high for _, high in intervals],
        gap=numbers["train_accuracy"] - numbers["test_accuracy"],
    )


def filter_runs(
    table: pd.DataFrame,
    text: str = "",
    datasets: tuple[str, ...] = (),
    architectures: tuple[str, ...] = (),
    statuses: tuple[str, ...] = (),
    starred: bool = False,
) -> pd.DataFrame:
    """The rows that hold every word of `text` somewhere and fit the choices; an empty choice allows all."""
    fits = pd.Series(True, index=table.index)
    for column, allowed in (("dataset", datasets), ("architecture", architectures), ("status", statuses)):
        if allowed:
            fits &= table[column].isin(allowed)
    if starred:
        fits &= table["starred"].astype(bool)
    words = text.lower().split()
    if words:
        columns = [table[name].fillna("").astype(str) for name in SEARCHED if name in table]
        everything = columns[0].str.cat(columns[1:], sep="\n").str.lower()
        for word in words:
            fits &= everything.str.contains(word, regex=False)
    return table[fits]


def settings_differences(configs: dict[str, TrainConfig]) -> pd.DataFrame:
    """A row for each setting in which the runs differ (index: its label), a column for each run; text."""
    values = {name: config.to_dict() for name, config in configs.items()}
    differing = [key for key in SETTINGS if len({repr(value[key]) for value in values.values()}) > 1]
    rows = {name: [written(value[key]) for key in differing] for name, value in values.items()}
    return pd.DataFrame(rows, index=pd.Index([SETTINGS[key].label for key in differing], name="setting"))


def written(value: object) -> str:
    """The value of a setting in a table; a race, which the clock ends, has no number of epochs."""
    if value is None or value == UNTIL_THE_BELL:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def only_seed_differs(a: Run, b: Run) -> bool:
    """Whether two completed runs did the same but for the seed: the same settings, whatever their recipe is
    called, and the same number of epochs."""
    same = a.config.replace(seed=b.config.seed, recipe=b.config.recipe) == b.config
    completed = a.status == b.status == "completed" and not (a.rate_changed or b.rate_changed)
    as_long = a.epochs == b.epochs or a.config.ends_early
    return same and completed and as_long and a.config.seed != b.config.seed


def how_far(runs: dict[str, Run]) -> list[str]:
    """A sentence for each run that has not completed: how far it is. runs: by the name that is shown."""
    return [
        Message("{name} stands at epoch {epoch}.", name=name, epoch=run.epochs)
        if run.config.max_seconds is not None  # the clock ends it
        else Message(
            "{name} stands at epoch {epoch} of {planned}.",
            name=name,
            epoch=run.epochs,
            planned=run.config.epochs,
        )
        for name, run in runs.items()
        if run.status != "completed"
    ]


def trained_differently(
    first: Run, second: Run, epochs_done: Callable[[Run], float] = lambda run: run.epochs
) -> str | None:
    """Says of two runs on one data set what differs beside their nets and seeds, and that the nets differ
    too: how long they trained, on how many images, what was tested, and the settings that matter most; else
    None.

    The epochs are compared of completed runs only: `how_far` says how far another one is. epochs_done: of a
    run, as `RunStore.epochs_done` knows it.
    """
    differences: list[str] = []
    if first.status == second.status == "completed":
        one, other = (f"{epochs_done(run):g}" for run in (first, second))
        if one != other:
            differences.append(Message("{first} and {second} epoch(s)", first=one, second=other))
    before, after = _training_images(first.config), _training_images(second.config)
    if before != after and before is None:
        differences.append(Message("all and {count:,} training image(s)", count=after))
    elif before != after and after is None:
        differences.append(Message("{count:,} and all training images", count=before))
    elif before != after:
        differences.append(Message("{before:,} and {after:,} training image(s)", before=before, after=after))
    if first.config.test_time_flip != second.config.test_time_flip:
        flipped = first if first.config.test_time_flip else second
        differences.append(Message("{name} alone was tested with mirrored images too", name=flipped.name))
    differences += [
        Message("{name} had another learning rate before", name=run.name)
        for run in (first, second)
        if run.rate_changed
    ]
    others = _other_settings(first.config, second.config, before != after)
    differences += [
        Message(
            "{setting} {first} and {second}", setting=SETTINGS[key].label.lower(), **_both(key, first, second)
        )
        for key in others[:MOST_NAMED]
    ]
    if len(others) > MOST_NAMED:
        differences.append(Message("and {count} other setting(s)", count=len(others) - MOST_NAMED))
    if not differences:
        return None
    nets = first.config.architecture, second.config.architecture
    if nets[0] != nets[1]:
        return Message(
            "They differ in more than their nets, {first} and {second}: {differences}.",
            first=nets[0],
            second=nets[1],
            differences=differences,
        )
    return Message("They were trained differently: {differences}.", differences=differences)


def _training_images(config: TrainConfig) -> int | None:
    """How many images a run learns from; None for all of its data set."""
    if config.train_size is not None or not config.validation_size:
        return config.train_size
    try:
        return datasets.find(config.dataset).train_size - config.validation_size
    except FmnistError:  # the data set is gone
        return None


def _other_settings(first: TrainConfig, second: TrainConfig, images_differ: bool) -> list[str]:
    """The settings that `trained_differently` does not say by themselves and that differ, those that matter
    most first."""
    one, other = first.to_dict(), second.to_dict()
    said = {*NOT_TRAINING, *(("train_size", "validation_size") if images_differ else ())}
    said |= {*first.idle, *second.idle}
    ordered = dict.fromkeys((*IMPORTANT, *SETTINGS))
    return [key for key in ordered if key not in said and one[key] != other[key]]


def _both(key: str, first: Run, second: Run) -> dict[str, str]:
    values = (written(getattr(run.config, key)) for run in (first, second))
    said = ("none" if value == NOTHING else value for value in values)
    return dict(zip(("first", "second"), said, strict=True))
