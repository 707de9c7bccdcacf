"""Who asks for a run, and how many they may have waiting."""

import hashlib
from dataclasses import dataclass

from ..base.environment import whole_number

QUEUE_LIMIT = 10
"""Runs that one person may have waiting; the environment's `FMNIST_QUEUE_LIMIT` overrides it."""

MIN_SECRET = 40
"""Characters."""


@dataclass(frozen=True)
class Person:
    """Somebody at a browser. `id` is public, the owner of runs; what proves it is a secret (`person_id`)."""

    id: str
    name: str
    is_lecturer: bool

    def may_change(self, owner: str) -> bool:
        """Whether they may change what belongs to somebody: their own, or anything as the lecturer."""
        return self.is_lecturer or (self.id != "" and self.id == owner)


SINGLE_USER = Person("", "", True)
"""The one person of a server without a passcode, who may do everything."""


def person_id(secret: str) -> str:
    """The public id of the browser that holds a secret (of 40 characters or more); it does not reveal it."""
    return hashlib.sha256(f"fmnist person {secret}".encode()).hexdigest()[:16]


def queue_limit(person: Person) -> int | None:
    """Runs that this person may have waiting; None for as many as they like."""
    return None if person.is_lecturer else students_limit()


def students_limit() -> int:
    """Runs that one student may have waiting. Raises `ConfigError` for a limit that is none."""
    return whole_number("FMNIST_QUEUE_LIMIT", QUEUE_LIMIT, 1_000_000)
