"""How well a run reads a folder of photos sorted into class folders: `python -m fmnist_core score-photos`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import photos
from ..base.errors import PhotoError
from ..base.messages import percent
from ..base.terminal import print_json
from ..results.statistics import wilson_interval
from ..runs import RunStore, stored_models
from ..runs.stored_models import LoadedModel
from .folders import labels_of
from .learning import find_photos

SHOES = ("shoes", "sandal", "sneaker", "ankle-boot")
"""Folders, of both kinds of collections."""


@dataclass(frozen=True)
class ScoredPhoto:
    """One photo: its folder, and the answer or the error. strict, lenient: whether the class is right, or
    accepted; foreign: whether it is none of the classes."""

    folder: str
    name: str
    foreign: bool = False
    class_name: str = ""
    confidence: float = 0.0
    score: float = 0.0
    familiar: bool = False
    error: str = ""
    strict: bool = False
    lenient: bool = False


def read_folder(folder: Path, loaded: LoadedModel) -> Iterator[ScoredPhoto]:
    """Every photo in the class folders of `folder`, one by one. Raises `PhotoError` if none is there."""
    labels = labels_of(folder)
    for name, path in find_photos(folder):
        foreign = name in labels.foreign
        try:
            answer = photos.read(photos.read_file(path), loaded)
        except PhotoError as error:
            yield ScoredPhoto(name, path.name, foreign, error=error.message)
            continue
        yield ScoredPhoto(
            name,
            path.name,
            foreign,
            answer.class_name,
            answer.confidence,
            answer.in_distribution_score,
            answer.in_distribution,
            strict=labels.is_right(name, answer.class_name),
            lenient=labels.is_accepted(name, answer.class_name),
        )


def summary(scored: list[ScoredPhoto]) -> dict:
    """All figures; shares in 0..1, None where nothing counts. A photo that cannot be read is wrong if
    it is one of a garment; of something foreign it counts among the errors alone."""
    garments = [photo for photo in scored if not photo.foreign]
    without_shoes = [photo for photo in garments if photo.folder not in SHOES]
    answered = [photo for photo in garments if photo.familiar]
    foreign = [photo for photo in scored if photo.foreign and not photo.error]
    names = dict.fromkeys(photo.folder for photo in scored)
    folders = {name: _of_a_folder([photo for photo in scored if photo.folder == name]) for name in names}
    return {
        "photos": len(scored),
        "errors": sum(bool(photo.error) for photo in scored),
        "garments": len(garments),
        "strict": _mean([photo.strict for photo in garments]),
        "strict_interval": wilson_interval(sum(p.strict for p in garments), len(garments))
        if garments
        else None,
        "lenient": _mean([photo.lenient for photo in garments]),
        "strict_without_shoes": _mean([photo.strict for photo in without_shoes]),
        "coverage": _mean([photo.familiar for photo in garments]),
        "strict_above_threshold": _mean([photo.strict for photo in answered]),
        "lenient_above_threshold": _mean([photo.lenient for photo in answered]),
        "foreign_turned_away": _mean([not photo.familiar for photo in foreign]),
        "auroc": auroc([photo.score for photo in garments], [photo.score for photo in foreign]),
        "folders": folders,
        "strict_mean_of_folders": _mean([row["strict"] for row in folders.values()]),
        "lenient_mean_of_folders": _mean([row["lenient"] for row in folders.values()]),
    }


def _of_a_folder(rows: list[ScoredPhoto]) -> dict:
    given = sorted(photo.class_name or "error" for photo in rows)
    return {
        "photos": len(rows),
        "strict": None if rows[0].foreign else _mean([photo.strict for photo in rows]),
        "lenient": None if rows[0].foreign else _mean([photo.lenient for photo in rows]),
        "above_threshold": _mean([p.familiar for p in rows if not (p.foreign and p.error)]),
        "answers": dict(Counter(given).most_common()),
    }


def auroc(known: list[float], strange: list[float]) -> float | None:
    """The chance that a known thing scores higher than a strange one (ties count half); None without both."""
    if not known or not strange:
        return None
    ordered = np.sort(strange)
    below, not_above = (np.searchsorted(ordered, known, side) for side in ("left", "right"))
    return float(np.mean(below + not_above) / 2 / len(strange))


def main(folder: Path, run: str | None, as_json: bool) -> int:
    """The command: read everything and print the figures; `as_json`: a line a photo, then the summary."""
    store = RunStore()
    loaded = stored_models.load_model(store, run or stored_models.default_run(store).run_id)
    scored = []
    for photo in read_folder(Path(folder), loaded):
        scored.append(photo)
        if as_json:
            print_json(photo.__dict__)
    result = summary(scored)
    if as_json:
        print_json({"run_id": loaded.run.run_id, **result})
    else:
        print(_as_text(result, loaded.run.name))
    return 0


def _as_text(result: dict, run_name: str) -> str:
    low, high = result["strict_interval"] or (None, None)
    lines = [
        f"{run_name}: {result['photos']} photos, {result['garments']} of them garments",
        f"strict accuracy            {percent(result['strict'])} ({percent(low)} to {percent(high)} at 95 %)",
        f"  mean of the folders      {percent(result['strict_mean_of_folders'])} strict, "
        f"{percent(result['lenient_mean_of_folders'])} lenient",
        f"  without shoes            {percent(result['strict_without_shoes'])}",
        f"lenient accuracy           {percent(result['lenient'])}",
        f"above the threshold        {percent(result['coverage'])} of the garments, of these "
        f"{percent(result['lenient_above_threshold'])} lenient and "
        f"{percent(result['strict_above_threshold'])} strict right",
        f"foreign objects turned away {percent(result['foreign_turned_away'])}",
        f"AUROC garments, foreign    {'–' if result['auroc'] is None else format(result['auroc'], '.3f')}",
        *([_unreadable(result["errors"])] if result["errors"] else []),
        "",
        f"{'folder':<12}{'photos':>7}{'strict':>9}{'lenient':>9}{'above':>9}  answers",
    ]
    for name, row in result["folders"].items():
        answers = ", ".join(f"{answer} {count}" for answer, count in row["answers"].items())
        lines.append(
            f"{name:<12}{row['photos']:>7}{percent(row['strict']):>9}{percent(row['lenient']):>9}"
            f"{percent(row['above_threshold']):>9}  {answers}"
        )
    return "\n".join(lines)


def _unreadable(count: int) -> str:
    return f"cannot be read             {count}: wrong where of garments, left out where of foreign objects"


def _mean(values: Sequence[float | None]) -> float | None:
    """Of those that are known; of yes and no, the share of yes."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
