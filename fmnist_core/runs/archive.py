"""Runs, or a whole study, as one file: out of one runs folder and into another, on this machine or the next.

The file is a zip: `manifest.json` has each run's settings, figures and curves, and the SHA-256 of every other
file; beside it a folder per run with its checkpoint, answers, losses and progress. Nothing in it is pickled,
and nothing is taken over before all of it has been checked: a file from a stranger can at worst be refused.
"""

import errno
import hashlib
import io
import json
import re
import shutil
import struct
import uuid
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from .. import __version__
from ..base.config import TrainConfig
from ..base.errors import FmnistError, RunError, StorageError
from ..base.files import UNREADABLE, cannot_be_written, write_atomically
from ..base.messages import Message
from ..base.search import Search
from . import checkpoints
from .archive_checks import COLUMNS, checked, require
from .creating import enqueue, new_id
from .database import insert
from .record import CHECKPOINT, EPOCH_COLUMNS, MAX_NAME, Run, clean_name, is_given_up
from .store import RunStore
from .studies import Study, add_study

FORMAT = "fmnist-runs-1"
MANIFEST = "manifest.json"
ENDING = ".fmnist.zip"
MOST_RUNS, MOST_BYTES, LARGEST, MOST_RATIO = 500, 20 * 10**9, 10**9, 200
"""Of one file: runs, unpacked bytes, those of one entry, and how far one above a megabyte may be packed."""

DISK = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS)
"""What goes wrong with this machine, and not with the file."""

FILES = re.compile(
    r"checkpoint\.safetensors|data\.json|(test|validation)_logits\.npy|predictions/\d{4,10}\.npz"
    r"|progress\.jsonl|samples\.json|step_losses\.f32"
)
"""What is taken along of a run's folder."""


def write_archive(
    store: RunStore, run_ids: Sequence[str], file: IO[bytes], study: Study | None = None
) -> None:
    """Write these runs into a binary file. study: theirs, if they are one.

    Raises `RunError` for an unknown run, for one that waits or trains, and for the one that comes with the
    project; `CheckpointError` for a damaged checkpoint.
    """
    runs = [store.get(run_id) for run_id in run_ids]
    for run in runs:
        if run.comes_with_project:
            raise RunError(
                "{name} cannot be taken along: it comes with the project and is in every runs folder.",
                name=run.name,
            )
        if run.is_active:
            raise RunError("{name} cannot be taken along: wait for its end, or leave it out.", name=run.name)
    hashes: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for run in runs:
            folder = store.folder(run.run_id)
            if (folder / CHECKPOINT).exists():
                checkpoints.load(folder / CHECKPOINT, run.config)  # a damaged one could not be taken in again
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(folder).as_posix()
                if path.is_file() and FILES.fullmatch(inside):
                    name = f"{run.run_id}/{inside}"
                    content = path.read_bytes()
                    hashes[name] = hashlib.sha256(content).hexdigest()
                    archive.writestr(name, content)
        manifest = {
            "format": FORMAT,
            "project_version": __version__,
            "study": study.name if study else "",
            "search": study.search.to_json() if study and study.search else "",
            "runs": {run.run_id: _described(store, run) for run in runs},
            "sha256": hashes,
        }
        archive.writestr(MANIFEST, json.dumps(manifest))


def pack(store: RunStore, ids: Sequence[str], path: Path) -> int:
    """Write runs, or the runs of a study, by their ids to a file; returns how many. Raises like
    `write_archive`, and `StorageError`."""
    run_ids, buffer = store.studies.spread(ids), io.BytesIO()
    study = next((study for study in store.studies.all() if [study.study_id] == [*ids]), None)
    write_archive(store, run_ids, buffer, study)
    write_atomically(path, buffer.getvalue())
    return len(run_ids)


def _described(store: RunStore, run: Run) -> dict[str, Any]:
    history = store.history(run.run_id)[list(EPOCH_COLUMNS)].astype(object)
    return {
        "config": run.config.to_dict(),
        "row": {name: getattr(run, name) for name in ("name", *COLUMNS)} | _end_of(run),
        "history": history.where(history.notna(), None).values.tolist(),
    }


def _end_of(run: Run) -> dict[str, Any]:
    """Whether a search gave the run up, and how many trials were better, of how many."""
    if not is_given_up(run):
        return {"given_up": False}
    values = getattr(run.message, "values", {})
    return {"given_up": True, "better": values.get("better"), "others": values.get("others")}


def read_archive(
    store: RunStore, file: IO[bytes], owner: str = "", owner_name: str = ""
) -> tuple[list[str], str]:
    """Take the runs of such a file into the store, all or none; returns their new ids, and the id of the
    study that they are, or "".

    Raises `RunError`, which says what is wrong with the file, and `StorageError`.
    """
    place = store.path / f".archive-{uuid.uuid4().hex[:8]}"
    try:
        place.mkdir(mode=0o700)
        manifest = _unpack(file, place)
        configs = {run_id: checked(run_id, run, place / run_id) for run_id, run in manifest["runs"].items()}
        study = clean_name(manifest["study"]) if manifest["study"] else ""
        search = Search.from_json(manifest["search"]) if manifest.get("search") else None
        require(search is None or all(map(search.fits, configs.values())), "its runs are of no such search")
        owned = {"owner": owner, "owner_name": owner_name[:MAX_NAME]}
        return _take_in(store, manifest["runs"], configs, place, study, search, owned)
    except StorageError:
        raise
    except FmnistError as error:
        raise _refused(error.message) from None
    except OSError as error:
        if error.errno in DISK:
            raise cannot_be_written(place, error) from None
        raise _refused(error) from None
    except (*UNREADABLE, struct.error) as error:
        raise _refused(error) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


COPY = ", which was here already: this is a copy"
"""What is said of each of `copies`."""


def copies(store: RunStore, run_ids: Sequence[str]) -> list[str]:
    """Those of the runs that were taken in although the same training was here before."""
    new = set(run_ids)
    known = {(run.created_at, run.config) for run in store.runs() if run.run_id not in new}
    return [run.run_id for run in map(store.get, run_ids) if (run.created_at, run.config) in known]


def _refused(reason: object) -> RunError:
    return RunError(
        "The file is no archive of runs that can be read ({reason}). Nothing was taken from it; make it "
        "again where it came from.",
        reason=reason if isinstance(reason, Message) else str(reason)[:200] or type(reason).__name__,
    )


def _unpack(file: IO[bytes], place: Path) -> dict[str, Any]:
    """The manifest; every file that it names lies under `place`, with the bytes that it promises."""
    with zipfile.ZipFile(file) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        require(len(entries) == len(archive.infolist()), "a name comes twice")
        require(sum(entry.file_size for entry in entries.values()) <= MOST_BYTES, "it unpacks to too much")
        for entry in entries.values():
            is_bomb = entry.file_size > 10**6 and entry.file_size > MOST_RATIO * entry.compress_size
            is_small = not is_bomb and entry.file_size <= LARGEST
            require(is_small, "{name!r} is too large", name=entry.filename[:60])
        require(MANIFEST in entries, "it has no manifest")
        manifest = json.loads(archive.read(MANIFEST))
        require(isinstance(manifest, dict) and manifest.get("format") == FORMAT, "it has another format")
        runs, hashes = manifest.get("runs"), manifest.get("sha256")
        require(isinstance(runs, dict) and isinstance(hashes, dict), "its manifest is incomplete")
        require(0 < len(runs) <= MOST_RUNS, "it holds {count:,} run(s)", count=len(runs))
        require(isinstance(manifest.get("study"), str), "its manifest is incomplete")
        require(set(hashes) == set(entries) - {MANIFEST}, "files and manifest do not fit")
        for name, digest in hashes.items():
            run_id, _, inside = name.partition("/")
            is_of_a_run = run_id in runs and FILES.fullmatch(inside) is not None
            require(is_of_a_run, "{name!r} is not a run's", name=name[:60])
            content = archive.read(name)
            require(hashlib.sha256(content).hexdigest() == digest, "{name!r} is damaged", name=name)
            path = place / run_id / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for run_id in runs:
            is_id = re.fullmatch(r"[a-f][0-9a-f]{7}", run_id) is not None
            require(is_id, "{name!r} is no run's id", name=run_id[:60])
            (place / run_id).mkdir(exist_ok=True)
    return manifest


def _take_in(
    store: RunStore,
    runs: dict[str, dict[str, Any]],
    configs: dict[str, TrainConfig],
    place: Path,
    study: str,
    search: Search | None,
    owned: dict[str, str],
) -> tuple[list[str], str]:
    """The checked runs' folders into their places, their rows into the store."""
    study_id = ""
    moved: list[Path] = []
    new_ids: list[str] = []
    try:
        with store.database.write() as db:
            if study:
                values: dict[str, object] = {"name": study, **owned}
                if search is not None:  # one that was not at its end waits until somebody lets it go on
                    ended = int(len(runs) >= search.trials)
                    text = search.to_json()
                    values |= {"search": text, "asked": len(runs), "ended": ended, "paused": 1 - ended}
                study_id = add_study(db, **values)
            for run_id, run in runs.items():
                new_ids.append(new_id(db, store.path))
                known = {name: run["row"][name] for name in ("name", *COLUMNS, "message")}
                enqueue(db, new_ids[-1], configs[run_id], study=study_id, **owned, **known)
                for epoch in run["history"]:
                    figures = dict(zip(EPOCH_COLUMNS, epoch, strict=True))
                    insert(db, "epochs", {"run_id": new_ids[-1], **figures})
                (place / run_id).rename(store.folder(new_ids[-1]))
                moved.append(store.folder(new_ids[-1]))
    except BaseException:
        for folder in moved:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return new_ids, study_id
