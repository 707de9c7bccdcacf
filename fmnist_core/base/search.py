"""What a search may choose from: a range or some values for each setting, and how long it may go on."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .config import SETTINGS, TrainConfig
from .errors import ConfigError, unknown_name_message
from .messages import Message

SEARCHED = (
    *("architecture", "learning_rate", "batch_size", "optimizer", "schedule", "momentum", "weight_decay"),
    *("label_smoothing", "augmentation", "weight_averaging", "test_time_flip"),
)
"""The settings that a search may choose: those that leave the images and the number of epochs as they are, so
that all trials can be compared."""

MOST_TRIALS, MOST_MINUTES = 500, 10_000.0
RANGE = re.compile(r"\s*(.+?)\s*\.\.\s*(.+?)\s*")
"""`0.0001..0.1`"""


@dataclass(frozen=True)
class Range:
    """Numbers from low to high; whole ones for a setting of whole numbers."""

    low: float
    high: float

    @property
    def is_log(self) -> bool:
        """Whether orders of magnitude count, as for a learning rate: if it spans a factor of ten."""
        return self.low > 0 and self.high >= 10 * self.low


Choices = Range | tuple[object, ...]
"""What one setting may become."""


@dataclass(frozen=True)
class Search:
    """trials: trainings in all. minutes: of training in all, after which no trial begins; None for no limit.

    base: the settings that are not searched; its seed is that of each trial, so that luck is the same for
    all. prunes: whether trials that fall behind end early. Raises `ConfigError` at construction.
    """

    base: TrainConfig
    space: Mapping[str, Choices]
    trials: int
    minutes: float | None = None
    prunes: bool = True

    def __post_init__(self) -> None:
        if not self.space:
            raise ConfigError("A search needs a setting to choose. Give one a range or several values")
        for name, choices in self.space.items():
            _check(name, choices)
        if not self.base.validation_size:
            raise ConfigError("A search chooses by validation images; say how many to keep for it")
        wrong = []
        if not 1 <= self.trials <= MOST_TRIALS:
            wrong.append(
                Message(
                    "Trials must be between 1 and {most}, got {trials}", most=MOST_TRIALS, trials=self.trials
                )
            )
        if self.minutes is not None and not 0 < self.minutes <= MOST_MINUTES:
            wrong.append(
                Message(
                    "Minutes must be above 0 and at most {most:,.0f}, got {minutes:g}",
                    most=MOST_MINUTES,
                    minutes=self.minutes,
                )
            )
        if wrong:
            raise ConfigError("{problems}", problems=wrong)

    @property
    def combinations(self) -> float:
        """How many different trials there are; infinite with a range."""
        ranges = [choices for choices in self.space.values() if isinstance(choices, Range)]
        sizes = [len(choices) for choices in self.space.values() if not isinstance(choices, Range)]
        return math.inf if ranges else math.prod(sizes)

    def fits(self, config: TrainConfig) -> bool:
        """Whether these settings may be those of a trial."""
        open_names = ("recipe", "precision", *self.space)
        same = {name: getattr(self.base, name) for name in open_names}
        return config.replace(**same) == self.base and all(
            choices.low <= getattr(config, name) <= choices.high
            if isinstance(choices, Range)
            else getattr(config, name) in choices
            for name, choices in self.space.items()
        )

    def to_json(self) -> str:
        """As text, for `from_json`."""
        space = {
            name: vars(choices) if isinstance(choices, Range) else list(choices)
            for name, choices in self.space.items()
        }
        return json.dumps(
            {
                "base": self.base.to_dict(),
                "space": space,
                "trials": self.trials,
                "minutes": self.minutes,
                "prunes": self.prunes,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Search":
        """The inverse of `to_json`. Raises `ConfigError`, also for a text that is something else."""
        try:
            values: dict[str, Any] = json.loads(text)
            space: dict[str, Choices] = {
                name: Range(**choices) if isinstance(choices, dict) else tuple(choices)
                for name, choices in values.pop("space").items()
            }
            return cls(base=TrainConfig.from_dict(values.pop("base")), space=space, **values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError("What was to be searched cannot be read: {reason}", reason=error) from None


def read_choices(name: str, text: str) -> Choices:
    """`0.0001..0.1` is a range, `adam, sgd` are values. Raises `ConfigError` for what does not fit."""
    if name not in SEARCHED:
        raise ConfigError(unknown_name_message("setting to search", name, SEARCHED))
    declared, match = SETTINGS[name], RANGE.fullmatch(text)
    if match:
        low, high = (declared.read(part) for part in match.groups())
        return _check(name, Range(low, high))  # type: ignore[arg-type]
    values = [declared.read(part.strip()) for part in text.split(",") if part.strip()]
    return _check(name, tuple(dict.fromkeys(values)))


def _check(name: str, choices: Choices) -> Choices:
    """The choices. Raises `ConfigError` for what a setting cannot be."""
    if name not in SEARCHED:
        raise ConfigError(unknown_name_message("setting to search", name, SEARCHED))
    declared = SETTINGS[name]
    values = (choices.low, choices.high) if isinstance(choices, Range) else choices
    if isinstance(choices, Range) and declared.kind not in (int, float):
        raise ConfigError("{name} has no range; give its values with commas between", name=declared.label)
    if not values:
        raise ConfigError("{name} needs at least one value, with commas between several", name=declared.label)
    for value in values:
        declared.check(value)
    if isinstance(choices, Range) and not choices.low < choices.high:
        raise ConfigError(
            "The range of {name} must rise, got {low:g}..{high:g}",
            name=declared.label,
            low=choices.low,
            high=choices.high,
        )
    return choices
