"""Names that are longer than their place: whole parts are left out, and what differs between them stays."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import Any

from pages.ui.widgets import run_label

PART = " · "
"""Between the parts of a name that says a run's settings; the first one is its net."""
MARK = "…"
PANE_LETTERS = 22
"""Of a list in the left pane there is room for these; a Korean one counts twice."""
ROUNDS = 8
"""Each finds a later place in which names differ; more than a name of 80 letters has in a narrow column."""


def run_labels(runs: Iterable[Any]) -> dict[str, str]:
    """The id of each `Run`, or row of the store's table, with its label for a list in the pane: what differs
    between these names, with the ids of those that have the same one."""
    runs = list(runs)
    own = [run for run in runs if not run.comes_with_project]
    often = Counter(run.name for run in own)
    names = {run.run_id: run.name if often[run.name] == 1 else run_label(run) for run in own}
    short = tell_apart(names.values(), PANE_LETTERS)
    return {run.run_id: short[names[run.run_id]] if run.run_id in names else run_label(run) for run in runs}


def tell_apart(names: Iterable[str], letters: int, most: int = 0) -> dict[str, str]:
    """Each name with what is shown of it in a place for so many letters: without whole parts, at first those
    that tell least; what is too long for that is cut.

    most: as many letters are taken, rather than cut a name.
    """
    names = list(names)
    for room in range(letters, max(letters, most) + 1):
        short = _in_room(names, room)
        if all(_has_whole_parts(name, look) for name, look in short.items()):
            return short
    return _in_room(names, letters)


def _in_room(names: list[str], letters: int) -> dict[str, str]:
    """As `tell_apart`; names that would look the same have what differs between these few."""
    common = _how_common(names)
    short = {name: without_parts(name, letters, common) for name in names}
    for group in _alike(short):
        among = _how_common(group)
        short |= {name: without_parts(name, letters, among) for name in group}
    places: dict[str, list[int]] = defaultdict(list)
    for _ in range(ROUNDS):
        alike = _alike(short)
        if not alike:
            break
        for group in alike:
            same = _common_letters(group)
            for name in group:
                places[name] = sorted({*places[name], same})
                short[name] = _from(name, places[name], letters)
    return short


def _has_whole_parts(name: str, look: str) -> bool:
    """Whether nothing is shown of a part that is not shown in full."""
    said = re.split(f"{PART}| {MARK} ", look.removesuffix(f" {MARK}"))
    return look == name or set(said) <= {part.removeprefix(f"{MARK} ") for part in name.split(PART)}


def _how_common(names: Collection[str]) -> Counter[str]:
    return Counter(part for name in set(names) for part in set(name.split(PART)))


def _alike(short: Mapping[str, str]) -> list[list[str]]:
    """The names that look the same, together."""
    looks: dict[str, list[str]] = defaultdict(list)
    for name, look in short.items():
        looks[look].append(name)
    return [group for group in looks.values() if len(group) > 1]


def _common_letters(names: list[str]) -> int:
    """How many letters these different names have in common at their beginnings."""
    first, last = min(names), max(names)
    pairs = enumerate(zip(first, last, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(first), len(last)))


def without_parts(name: str, letters: int, common: Mapping[str, int] | None = None) -> str:
    """A name without as few parts as it takes to have so many letters: the most common ones, and of these the
    earlier ones; its first and one more stay. Without its middle where that is too long."""
    if len(name) <= letters:
        return name
    parts, shares = name.split(PART), common or {}
    kept = list(range(len(parts)))
    by_worth = sorted(kept[1:], key=lambda place: (-shares.get(parts[place], 0), place))
    for place in by_worth[:-1]:
        kept.remove(place)
        look = _joined(parts, kept)
        if len(look) <= letters:
            return look
    half = letters // 2
    return f"{name[:half]}{MARK}{name[-half:]}"


def _joined(parts: list[str], kept: list[int]) -> str:
    """The kept parts, with one mark for each gap."""
    said = parts[0]
    for before, place in pairwise(kept):
        is_next = place == before + 1
        said += PART + parts[place] if is_next else f" {MARK} {parts[place].removeprefix(f'{MARK} ')}"
    return said if kept[-1] == len(parts) - 1 else f"{said} {MARK}"


def _from(name: str, places: list[int], letters: int) -> str:
    """The first letters, and what stands from each of these places on, or from the beginning of its word."""
    head = letters // 4 if len(places) == 1 else 0
    room = (letters - head) // len(places) - 1
    said, end = name[:head], head
    for place in places:
        word = name.rfind(" ", 0, place) + 1
        start = max(end, min(word if place - word < room // 2 else place, len(name) - room))
        said += (MARK if start > end else "") + name[start : start + room]
        end = max(end, start + room)
    return said + (MARK if end < len(name) else "")
