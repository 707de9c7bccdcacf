"""What a run is: its row in the store, the columns of the table, the rules for its name."""

import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..base.config import TrainConfig
from ..base.errors import ConfigError, RunError
from ..base.messages import Message, from_json
from ..base.palette import distinct

STATUSES = ("queued", "running", "completed", "stopped", "failed", "interrupted")
RESUMABLE = ("stopped", "failed", "interrupted")
CHECKPOINT = "checkpoint.safetensors"
"""Its name in a run's folder."""

MAX_NAME = 80
MAX_NOTE = 2000

SHIPPED_COLOR = "#808080"
"""Of the run that comes with the project: grey on a dark page as on a light one, and no other run's."""

EPOCH_COLUMNS = (
    *("epoch", "train_loss", "train_accuracy", "evaluated_train_accuracy", "validation_loss"),
    *("validation_accuracy", "test_loss", "test_accuracy", "seconds", "images_per_second", "learning_rate"),
)
TABLE_COLUMNS = (
    *("run_id", "name", "status", "dataset", "architecture", "recipe", "test_accuracy", "test_count"),
    *("validation_accuracy", "best_validation_accuracy", "best_epoch", "train_accuracy", "parameters"),
    *("epochs", "planned_epochs", "seconds", "images_per_second", "device", "precision", "seed"),
    *("created_at", "started_at", "finished_at", "note", "starred", "owner", "owner_name", "color"),
    *("message", "wanted_device"),
)


@dataclass(frozen=True)
class Run:
    """One stored training, as it stood when read. Times are seconds since 1970, accuracies in [0, 1].

    config: what was asked for, with the precision that was chosen once an epoch is done.
    asked_precision: what was asked for, which may be "auto".
    best_epoch: the one with the best_validation_accuracy: the highest, or that of the weights that are kept.
    color: #RRGGBB; automatic_color: the one that it began with.
    parent: the id of the run that this one trains longer, or "".
    rate_changed: whether it had other learning rates before: its settings alone do not lead to its numbers.
    comes_with_project: nobody's, the same in every runs folder, and not to be changed (`runs.shipped`).
    """

    run_id: str
    name: str
    status: str
    config: TrainConfig
    asked_precision: str
    created_at: float
    queued_at: float
    started_at: float | None
    finished_at: float | None
    owner: str
    owner_name: str
    note: str
    starred: bool
    color: str
    device: str | None
    precision: str | None
    parameters: int | None
    epochs: int
    seconds: float | None
    images_per_second: float | None
    train_accuracy: float | None
    validation_accuracy: float | None
    best_validation_accuracy: float | None
    best_epoch: int | None
    test_accuracy: float | None
    test_count: int | None
    message: str
    stop_requested: bool
    torch_version: str | None
    project_version: str | None
    parent: str = ""
    rate_changed: bool = False
    automatic_color: str = ""
    comes_with_project: bool = False

    @property
    def is_active(self) -> bool:
        """Whether it waits or trains."""
        return self.status in ("queued", "running")

    @property
    def has_own_color(self) -> bool:
        """Whether somebody chose its colour."""
        return self.color != self.automatic_color

    @property
    def asked_config(self) -> TrainConfig:
        """The settings as they were asked for, to train the same again: without photos, of a folder that
        another machine may not have."""
        return self.config.replace(precision=self.asked_precision, photos=None)

    def does(self, config: TrainConfig) -> bool:
        """Whether this run is what a config asks for, which may leave the choice of the precision open."""
        asked = config if config.precision != "auto" else config.replace(precision=self.config.precision)
        return self.config == asked and not self.rate_changed

    @property
    def progress(self) -> float:
        """The share of the training that is done, in [0, 1]: of its epochs, or of its seconds in a race."""
        if self.status == "completed":
            return 1.0
        shares = [self.epochs / self.config.epochs]
        if self.config.max_seconds is not None:
            shares.append((self.seconds or 0.0) / self.config.max_seconds)
        return min(1.0, max(shares))


GIVEN_UP = (
    "It fell behind: {better} of {others} completed trials were better at epoch {epoch}, so the search "
    "ended it."
)
"""The message of a run that was pruned."""
GIVEN_UP_BEFORE = (
    "It fell behind: at epoch {epoch} three of four other trials were better, so the search ended it."
)
"""That of earlier versions, whatever the count was."""


def is_given_up(run: Run) -> bool:
    """Whether a search ended this run early."""
    return run.status == "stopped" and getattr(run.message, "template", "") in (GIVEN_UP, GIVEN_UP_BEFORE)


NOT_IN_A_ROW = ("asked_precision", "comes_with_project")
ROW_FIELDS = tuple(name for name in Run.__dataclass_fields__ if name not in NOT_IN_A_ROW)


def clean_name(text: str, limit: int = MAX_NAME) -> str:
    """One line of 1 to `limit` printable characters out of what somebody typed. Raises `RunError`."""
    text = " ".join("".join(sign for sign in str(text) if sign.isprintable() or sign == " ").split())
    if not 0 < len(text) <= limit:
        raise RunError(
            "A name has 1 to {limit} characters, this one has {length}. Choose another.",
            limit=limit,
            length=len(text),
        )
    return text


def clean_color(text: str) -> str:
    """A colour as it is stored, `#RRGGBB` in capitals. Raises `RunError`."""
    if re.fullmatch("#[0-9A-Fa-f]{6}", str(text)) is None:
        raise RunError(
            "A colour is written as #RRGGBB, such as #0072B2, and not as {color!r}. Choose another.",
            color=str(text)[:20],
        )
    return text.upper()


def colors_of(runs: Sequence[Run]) -> dict[str, str]:
    """Run id -> the colour in which it is drawn beside the others: its own, unless another run has that too;
    then a run whose colour was chosen keeps it, rather than one whose colour is automatic."""
    chosen = [place for place, run in enumerate(runs) if run.has_own_color]
    colors = distinct([run.color for run in runs], chosen)
    return {run.run_id: color for run, color in zip(runs, colors, strict=True)}


def by_unique_name(runs: Sequence[Run], name: Callable[[Run], str] = lambda run: run.name) -> dict[str, Run]:
    """Runs by name; those that share a name also carry their id."""
    named = [(name(run), run) for run in runs]
    count = Counter(each for each, _ in named)
    return {each if count[each] == 1 else f"{each} · {run.run_id}": run for each, run in named}


def stored(message: str) -> str:
    """A sentence as the database keeps it, at most `MAX_NOTE` characters; `messages.from_json` reads it."""
    text = message.to_json() if isinstance(message, Message) else message
    return text if len(text) <= MAX_NOTE else str(message)[:MAX_NOTE]


def is_id(text: str) -> bool:
    """Whether this can be a run's id: no path, no sign that SQLite would choke on."""
    return text.isalnum() and text.isascii()


def from_row(row, comes_with_project: bool = False) -> Run:
    """The run in a row of the table `runs`. Raises `RunError` for settings that this version cannot read."""
    values = {name: row[name] for name in ROW_FIELDS}
    try:
        values["config"], values["asked_precision"] = _config(row["config"], row["precision"])
    except (ConfigError, ValueError, TypeError, AttributeError) as error:
        raise RunError(
            "The settings of run {run_id} ({name}) cannot be read: {reason}. Another version "
            "of this project may have written them; delete the run or use that version.",
            run_id=row["run_id"],
            name=row["name"],
            reason=error,
        ) from None
    values["message"] = from_json(row["message"])
    values |= {name: bool(row[name]) for name in ("starred", "stop_requested", "rate_changed")}
    return Run(**values, comes_with_project=comes_with_project)


@functools.lru_cache(maxsize=2000)
def _config(text: str, precision: str | None) -> tuple[TrainConfig, str]:
    """The settings, and the precision that was asked for. Kept, since pages read all runs again and again,
    and checking the settings takes most of the time.

    precision: the one that "auto" has become, so that the settings lead to the same numbers again."""
    config = TrainConfig.from_dict(json.loads(text))
    asked = config.precision
    return (config.replace(precision=precision) if asked == "auto" and precision else config), asked
