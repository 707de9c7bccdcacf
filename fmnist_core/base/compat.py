"""The parts of other libraries that are used though nothing promises that they stay.

Each library's stands in one module: `training/torch_compat.py`, `pages/ui/streamlit_compat.py` and
`pages/ui/plotly_compat.py`. Nothing else touches such names; `tests/test_layers.py` says so. The bounds in
requirements.txt end where they were last seen, by `tests/test_compat.py`.
"""

from importlib import import_module
from importlib.metadata import version
from typing import Any

GONE = object()

USED: dict[str, str] = {}
"""Each name that was asked for, and what happens without it."""


def interface(name: str, without: str, otherwise: Any = None) -> Any:
    """What a library calls `name`, "module:part.of.it"; `otherwise` where it is gone.

    without: what happens then, as a clause. A part may be a field that only instances have.
    """
    USED[name] = without
    found = _found(name)
    return otherwise if found is GONE else found


def missing(library: str) -> list[str]:
    """A sentence for each name that was asked for and that this version of the library does not have."""
    return [
        f"{library} {version(library)} does not have {name} any more; without it, {without}."
        for name, without in USED.items()
        if name.startswith((f"{library}.", f"{library}:")) and _found(name) is GONE
    ]


def _found(name: str) -> Any:
    """`GONE` if there is no such name; for a field that only instances have, its annotation."""
    module, _, path = name.partition(":")
    try:
        found = import_module(module)
    except ImportError:
        return GONE
    for part in path.split("."):
        if not hasattr(found, part):
            return getattr(found, "__annotations__", {}).get(part, GONE)
        found = getattr(found, part)
    return found
