"""Numbers that the environment gives."""

import os

from .errors import ConfigError


def whole_number(variable: str, default: int, most: int) -> int:
    """The number of a variable, from 1 to `most`; the default where it is not set. Raises `ConfigError` for
    any other value."""
    given = os.environ.get(variable, "")
    if not given:
        return default
    is_number = given.isascii() and given.isdecimal() and len(given) < 10
    if not is_number or not 1 <= int(given) <= most:
        raise ConfigError(
            "{variable} must be a whole number from 1 to {most:,}, got {given!r}",
            variable=variable,
            most=most,
            given=given[:40],
        )
    return int(given)
