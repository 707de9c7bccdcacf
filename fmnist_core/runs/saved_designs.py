"""The saved designs: a JSON file each, in the folder `designs` beside the runs.

A saved design never changes: runs were trained with it. Whoever wants another one takes another name.
"""

import json
import threading
import unicodedata
from functools import partial
from itertools import chain, count
from pathlib import Path

from ..base.errors import ConfigError, DesignError, unknown_name_message
from ..base.files import read_json, write_atomically
from ..base.messages import Message
from ..base.paths import runs_dir
from ..nets import fitting
from ..nets.architectures import ARCHITECTURES, Architecture
from ..nets.designs import CLASSES, IMAGE_SHAPE, Design, build, describe

MAX_NAME = 40
MAX_BYTES = 100_000

_saving = threading.Lock()


def folder() -> Path:
    """Where the designs lie."""
    return runs_dir() / "designs"


def slug(name: str) -> str:
    """The name as it is kept: letters and digits of any script in lower case, with single hyphens.

    Raises `DesignError` if nothing is left of it, or it is longer than 40 characters.
    """
    signs = [sign if sign.isalnum() else "-" for sign in unicodedata.normalize("NFC", str(name)).lower()]
    kept = "-".join(part for part in "".join(signs).split("-") if part)
    if not 0 < len(kept) <= MAX_NAME:
        raise DesignError(
            "A design's name has 1 to {limit} letters or digits, this one has {kept}. Choose another.",
            limit=MAX_NAME,
            kept=len(kept),
        )
    return kept


def save(design: Design, image_shape: tuple[int, ...] = IMAGE_SHAPE) -> str:
    """Keep a design; returns the name under which `find` knows it from now on.

    Raises `DesignError` if its layers do not fit images of this shape, or the name belongs to another net;
    `StorageError`.
    """
    name = slug(design.name)
    _, error = describe(design, image_shape, CLASSES)
    if error:
        raise error
    with _saving:
        if _is_another(name, design):
            raise DesignError(
                "{name!r} is the name of another net. Choose another name, such as {name}-2.", name=name
            )
        content = {"name": name, "layers": list(design.layers)}
        write_atomically(_path(name), json.dumps(content, indent=1, ensure_ascii=False).encode())
    return name


def free_name(name: str, design: Design) -> str:
    """`name`, or the first of name-2, name-3 and so on that is no other net's."""
    candidates = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if not _is_another(candidate, design))


def _is_another(name: str, design: Design) -> bool:
    """Whether a net of this name is there already, and not this one. Raises `DesignError` for a damaged
    file."""
    return name in ARCHITECTURES or (_path(name).exists() and load(name).layers != design.layers)


def load(name: str) -> Design:
    """A saved design. Raises `DesignError` for an unknown name or a damaged file."""
    try:
        known = slug(name) == name and _path(name).is_file()
    except DesignError:
        known = False
    if not known:
        raise DesignError(unknown_name_message("design", name, names()))
    path = _path(name)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        content = read_json(path)
        return Design(name, tuple(content["layers"]))
    except (OSError, ValueError, KeyError, TypeError, DesignError, RecursionError) as error:
        raise DesignError(
            "The design {name!r} cannot be read ({file}: {reason}). Delete that file, or save it again.",
            name=name,
            file=path.name,
            reason=error,
        ) from None


def names() -> list[str]:
    """The names of the saved designs, in alphabetical order."""
    return sorted(path.stem for path in folder().glob("*.json") if path.is_file())


def architecture_names() -> list[str]:
    """All architectures that can be trained, the saved designs last."""
    return [*ARCHITECTURES, *names()]


def find(name: str) -> Architecture:
    """The architecture called `name`, built in or saved. Raises `ConfigError` for an unknown one,
    `DesignError` for a damaged file."""
    if name in ARCHITECTURES:
        return ARCHITECTURES[name]
    if name not in names():
        raise ConfigError(unknown_name_message("architecture", name, architecture_names()))
    design = load(name)
    return Architecture(
        name,
        Message("Designed here: {layers} layer(s)", layers=len(design.layers) + 1),
        partial(build, design),
    )


def require_fit(name: str, image_shape: tuple[int, int, int], classes: int) -> None:
    """Raise `ConfigError` or `DesignError` for an unknown net, and for one that such images do not fit."""
    architecture = find(name)
    if name in ARCHITECTURES:
        fitting.require_fit(architecture, image_shape, classes)
    elif error := describe(load(name), image_shape, classes)[1]:
        raise error


def _path(name: str) -> Path:
    return folder() / f"{name}.json"
