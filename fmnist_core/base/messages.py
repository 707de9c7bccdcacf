"""Sentences for people as data: a template with named values, rendered in a language at the edge.

In English a `Message` is the string that it reads as, so that logs, files and the command line need nothing
else. A page in another language looks the template up and fills in the same values.
"""

import json
import math
import re
from collections.abc import Mapping

COUNTED = re.compile(r"(\{(\w+)(?::[^{}]*)?\}[^{}()]*)\(s\)")
"""A number in a template and the noun that goes with it: `{count:,} test image(s)`."""


class Message(str):
    """The English sentence; `template` and `values` are what it was made of.

    A value may be a message itself, or a list of them, which is read with commas between. `{count} image(s)`
    reads `1 image`, `2 images`.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> "Message":
        """The template with its {placeholders} filled in. Pass a literal, never an f-string."""
        values = {name: getattr(value, "message", value) for name, value in values.items()}  # of an error
        readables = {name: readable(value) for name, value in values.items()}
        sentence = counted(template, readables).format(**readables)
        message = super().__new__(cls, sentence)
        message.template, message.values = template, values
        return message

    def __reduce__(self) -> tuple:
        return _again, (self.template, self.values)

    def to_json(self) -> str:
        """As text, for `from_json`; a value that is no number, message or list is kept as it reads."""
        return json.dumps(_plain(self), ensure_ascii=False)


def from_json(text: str) -> str:
    """The inverse of `Message.to_json`; any other text comes back as it is."""
    if not text.startswith('{"template"'):
        return text
    try:
        return _message(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return text


def counted(template: str, values: Mapping[str, object]) -> str:
    """The template with singular or plural for each of its `(s)`, after the number before it."""

    def chosen(match: re.Match) -> str:
        return match[1] + ("" if values.get(match[2]) in (1, "1") else "s")

    return COUNTED.sub(chosen, template)


def readable(value: object) -> object:
    """A value as it stands in a sentence: lists with commas between, semicolons where items have commas."""
    if isinstance(value, list):
        items = [str(item) for item in value]
        return ("; " if any(", " in item for item in items) else ", ").join(items)
    return value


def percent(share: float | None, digits: int = 1) -> str:
    """A share in [0, 1] as people read it: `89.1 %`; a dash for what is not known."""
    return (
        "–" if share is None or not math.isfinite(share) else f"{half_up(100 * share, digits):.{digits}f} %"
    )


def signed(number: float, digits: int = 1) -> str:
    """A number with its sign, which 0 has not, and with a real minus: `+0.25`, `−0.25`, `0.00`."""
    text = f"{half_up(number, digits):+z.{digits}f}".replace("-", "−")
    return text.lstrip("+") if float(text[1:]) == 0 else text


def shown_difference(share: float, other: float) -> float:
    """`share` minus `other`, as a share: what one gets who subtracts the two percents as they are shown."""
    return half_up(half_up(100 * share) - half_up(100 * other)) / 100


def half_up(number: float, digits: int = 1) -> float:
    """Rounded as by hand, 89.25 to 89.3 and 86.35 to 86.4: Python takes the even one of two that are equally
    near, and 86.35 is a little less in binary. Below 0 as above."""
    scale = 10**digits
    return math.copysign(math.floor(abs(number) * scale + 0.5 + 1e-9) / scale, number)


def _again(template: str, values: dict[str, object]) -> Message:
    return Message(template, **values)


def _plain(value: object) -> object:
    if isinstance(value, Message):
        return {"template": value.template, "values": {key: _plain(v) for key, v in value.values.items()}}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


def _message(plain: dict) -> Message:
    return Message(plain["template"], **{key: _value(value) for key, value in plain["values"].items()})


def _value(plain: object) -> object:
    if isinstance(plain, dict):
        return _message(plain)
    if isinstance(plain, list):
        return [_value(item) for item in plain]
    return plain
