"""Names that are longer than their place, cut so that what differs between them stays."""

from collections import defaultdict
from collections.abc import Iterable

PART = " · "
"""Between the parts of a name that says a run's settings."""
ROUNDS = 8
"""Each finds a later place in which names differ; more than a name of 80 letters has in a narrow column."""


def tell_apart(names: Iterable[str], letters: int) -> dict[str, str]:
    """Each name with what is shown of it in a place for so many letters: without its middle, for names often
    differ at the end; where others would look the same, from the word in which they differ."""
    short = {name: with_both_ends(name, letters) for name in names}
    places: dict[str, list[int]] = defaultdict(list)
    for _ in range(ROUNDS):
        looks: dict[str, list[str]] = defaultdict(list)
        for name, look in short.items():
            looks[look].append(name)
        alike = [group for group in looks.values() if len(group) > 1]
        if not alike:
            break
        for group in alike:
            same = _common_letters(group)
            for name in group:
                places[name] = sorted({*places[name], same})
                short[name] = _from(name, places[name], letters)
    return short


def _common_letters(names: list[str]) -> int:
    """How many letters these different names have in common at their beginnings."""
    first, last = min(names), max(names)
    pairs = enumerate(zip(first, last, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(first), len(last)))


def with_both_ends(name: str, letters: int) -> str:
    """A name without its middle if it has more letters than these; without whole parts where that does."""
    if len(name) <= letters:
        return name
    first, *parts = name.split(PART)
    rests = (PART.join(parts[left_out:]).removeprefix("… ") for left_out in range(1, len(parts)))
    ends = (f"{first} … {rest}" for rest in rests)
    half = letters // 2
    return next((end for end in ends if len(end) <= letters), f"{name[:half]}…{name[-half:]}")


def _from(name: str, places: list[int], letters: int) -> str:
    """The first letters, and what stands from each of these places on, or from the beginning of its word."""
    head = letters // 4 if len(places) == 1 else 0
    room = (letters - head) // len(places) - 1
    said, end = name[:head], head
    for place in places:
        word = name.rfind(" ", 0, place) + 1
        start = max(end, min(word if place - word < room // 2 else place, len(name) - room))
        said += ("…" if start > end else "") + name[start : start + room]
        end = max(end, start + room)
    return said + ("…" if end < len(name) else "")
