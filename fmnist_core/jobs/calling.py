"""The lecturer calls everybody to a page: the browsers of the class go there once, and are free again."""

import json
import secrets
from dataclasses import dataclass

from ..runs import RunStore
from .classroom import require_lecturer
from .people import Person

SETTING = "call"


@dataclass(frozen=True)
class Call:
    """To which page, with what in its address; id tells it from the call before."""

    id: str
    page: str
    query: dict[str, str]


def call_everyone(store: RunStore, person: Person, page: str, query: dict[str, str]) -> None:
    """Call the class to a page. Raises `RunError` for whoever is not the lecturer."""
    require_lecturer(person)
    call = {"id": secrets.token_hex(4), "page": page, "query": query}
    store.settings.keep(SETTING, json.dumps(call))


def last_call(store: RunStore) -> Call | None:
    """The newest call; read once for all browsers until something changes."""

    def read() -> Call | None:
        text = store.settings.get(SETTING, "")
        return Call(**json.loads(text)) if text else None

    return store.cached(SETTING, read)
