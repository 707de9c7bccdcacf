"""Tables as CSV that a spreadsheet reads as they are: text never becomes a formula, and no letter changes."""

import re

import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet computes; it takes the wide signs of East Asia for the narrow ones."""

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def to_csv(table: pd.DataFrame) -> str:
    """The rows; an apostrophe before what would be a formula, such as `=HYPERLINK(...)`, makes it text."""
    harmless = table.map(_harmless).rename(columns=_harmless)
    return harmless.to_csv(index=False, lineterminator="\n")


def to_csv_file(table: pd.DataFrame) -> bytes:
    """The same as a file: begins with the mark without which Excel takes UTF-8 for another encoding."""
    return to_csv(table).encode("utf-8-sig")


def _harmless(value: object) -> object:
    if not isinstance(value, str):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n")  # which would begin a row
    return f"'{value}" if value.startswith(FORMULA) and not NUMBER.fullmatch(value) else value
