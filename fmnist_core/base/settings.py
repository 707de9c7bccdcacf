"""A setting of a training, declared once: what it may be, what people call it, where it is shown.

Validation, the command line's options, the form, the address and the tables read it (`config.SETTINGS`).
"""

import dataclasses
import math
import re
from dataclasses import dataclass
from typing import Any, Literal

from .errors import ConfigError, unknown_name_message
from .messages import counted

Shown = Literal["chosen", "first", "often", "rarely", "command line"]
"""Where: a widget of its own, always in sight, folded away (often, rarely), or only on the command line."""

AFTER_A_COMMA = re.compile(r"0\d+")
"""What is left of `0,001` behind its comma."""
LONGEST = {"chosen": 80, "command line": 1000}
"""The most characters of a text; 80 elsewhere."""


@dataclass(frozen=True)
class Setting:
    """kind: int, float, str or bool. low, high: the range of a number; step: of its widget.

    choices: what a text may be; `joined`: several of them with + between, or "none"; `open`: other texts are
    checked where they are used. optional: None is a value too. short: what a run's name says of it.
    """

    kind: type
    label: str
    help: str
    shown: Shown = "often"
    low: float = -math.inf
    high: float = math.inf
    step: float = 1
    choices: tuple[str, ...] = ()
    joined: bool = False
    open: bool = False
    optional: bool = False
    short: str = ""

    def in_a_name(self, value: object) -> str:
        """The setting and its value in few words: `8 epochs`, `rate 0.003`."""
        if isinstance(value, bool):
            value = "yes" if value else "no"
        text = f"{value:g}" if isinstance(value, float) else str(value)
        return counted(self.short or f"{self.label.lower()} {{value}}", {"value": text}).format(value=text)

    def check(self, value: object) -> None:
        """Raise `ConfigError`, naming the setting as people see it, the value and what it may be."""
        if value is None and self.optional:
            return
        if self.kind is bool and not isinstance(value, bool):
            raise ConfigError(
                "{name} must be true or false, got {value!r}", name=self.label, value=_short(value)
            )
        if self.kind in (int, float):
            self._check_number(value)
        if self.kind is str:
            self._check_text(value)

    def read(self, text: str) -> object:
        """The value that a text means, as in an address; a text that means none comes back as it is.

        Raises `ConfigError` for what stands behind a decimal comma: `0,001` is two values.
        """
        if self.kind is bool:
            return {"true": True, "false": False}.get(text.lower(), text)
        if self.kind is float and AFTER_A_COMMA.fullmatch(text):
            raise ConfigError("{name}: write 0.{digits}, with a point", name=self.label, digits=text)
        try:
            return self.kind(text)
        except (ValueError, OverflowError):
            return text

    def split(self, value: str) -> list[str]:
        """The choices that a joined text holds; [] for "none"."""
        return [] if value == "none" else value.split("+")

    @property
    def option_help(self) -> str:
        """Its help on the command line, as argparse reads it."""
        choices = f" {' | '.join(self.choices)}" if self.choices else ""
        return (self.help + choices + (", joined by +" if self.joined else "")).replace("%", "%%")

    def _check_number(self, value: Any) -> None:
        wanted = int if self.kind is int else (int, float)
        is_number = isinstance(value, wanted) and not isinstance(value, bool)
        if self.kind is int and not is_number:
            raise ConfigError(
                "{name} must be a whole number, got {value!r}", name=self.label, value=_short(value)
            )
        if not is_number or value != value or abs(value) == math.inf:
            raise ConfigError(
                "{name} must be a finite number, got {value!r}", name=self.label, value=_short(value)
            )
        if value < self.low:
            raise ConfigError(
                "{name} must be at least {low}, got {value}",
                name=self.label,
                low=_exact(self.low),
                value=_exact(value),
            )
        if value > self.high:
            raise ConfigError(
                "{name} must be at most {high}, got {value}",
                name=self.label,
                high=_exact(self.high),
                value=_exact(value),
            )

    def _check_text(self, value: object) -> None:
        longest = LONGEST.get(self.shown, 80)
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise ConfigError(
                "{name} must be a text of 1 to {longest} characters, got {value!r}",
                name=self.label,
                longest=longest,
                value=_short(value),
            )
        if not self.choices or self.open:
            return
        for part in self.split(value) if self.joined else [value]:
            if part not in self.choices:
                choices = ("none", *self.choices) if self.joined else self.choices
                raise ConfigError(unknown_name_message(self.label.lower(), part, choices))


def setting(default: object, label: str, help: str, kind: type | None = None, **more: Any) -> Any:
    """A dataclass field with its `Setting` as metadata; kind: of the default, unless that is None."""
    declared = Setting(kind or type(default), label, help, **more)
    return dataclasses.field(default=default, metadata={"setting": declared})


def settings_of(config: type) -> dict[str, Setting]:
    """The settings of a dataclass by name, in the order in which they are declared."""
    return {field.name: field.metadata["setting"] for field in dataclasses.fields(config)}


def _short(value: object) -> str:
    return str(value)[:60]


def _exact(value: float) -> str:
    """1,000 or 1e-08; a whole number may be too long to read, and too large for a float."""
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**20 else "a far larger number"
    return f"{value:g}"
