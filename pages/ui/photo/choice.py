"""Where photos come from, and which run reads them."""

import functools
import hashlib
import unicodedata
from dataclasses import dataclass

import streamlit as st

from fmnist_core import photos
from fmnist_core.base.errors import FmnistError, RunError
from fmnist_core.data import datasets
from fmnist_core.data.encode import photo_uri
from fmnist_core.runs import Run, Shipped, shipped_problem, stored_models
from pages.ui import address, services, short_names
from pages.ui.widgets import escape_markdown, run_label, tell_unknown_run, translate_uploader
from pages.ui.words.language import tr, translate

MAX_RUNS = 50
"""So many runs can be chosen, the newest ones."""

MAX_MEGABYTES = 30
EXAMPLE_SIDE = 128
EXAMPLES_STYLE = """<style>
.st-key-photo_examples button {height: auto; padding: 4px; border-radius: 8px; align-items: start}
.st-key-photo_examples button p {display: flex; flex-direction: column; align-items: center; gap: 4px;
  width: 56px; white-space: normal; word-break: keep-all; font-size: .75rem; line-height: 1.2}
.st-key-photo_examples button img {width: 56px; height: 64px; max-height: none; object-fit: cover;
  border-radius: 4px; margin: 0}
</style>"""
"""Turns the pills into small pictures with a name below."""

TYPES = [suffix.removeprefix(".") for suffix in photos.SUFFIXES]


@dataclass(frozen=True)
class Upload:
    """A photo in this session: a name that is safe to show, the bytes, and a key for what is known of it."""

    name: str
    data: bytes
    key: str

    @classmethod
    def of(cls, name: str, data: bytes) -> "Upload":
        """From the name and the bytes that the browser sent."""
        return cls(photos.display_name(name), data, hashlib.sha256(data).hexdigest()[:16])


@functools.cache
def _example_pictures() -> dict[str, str]:
    """Name: a small picture as a data URI."""
    return {
        name: photo_uri(photos.decode(path.read_bytes()).rgb, EXAMPLE_SIDE)
        for name, path in photos.examples().items()
    }


def readers(asked: str = "") -> list[Run]:
    """The newest of `all_readers`, and the one that is asked for, however old it is."""
    found = all_readers()
    return found[:MAX_RUNS] + [run for run in found[MAX_RUNS:] if run.run_id == asked]


def best_readers(chosen: Run) -> list[Run]:
    """`all_readers`: the chosen one, then the best of each net and recipe by test accuracy, those of its data
    set before others, then all others in the same order."""
    ranked = sorted(
        all_readers(),
        key=lambda run: (
            run.run_id != chosen.run_id,
            run.config.dataset != chosen.config.dataset,
            -(run.test_accuracy or 0.0),
        ),
    )
    best: dict[tuple[str, str, str], Run] = {}
    for run in ranked:
        best.setdefault((run.config.dataset, run.config.architecture, run.config.recipe), run)
    ids = {run.run_id for run in best.values()}
    return [*best.values(), *(run for run in ranked if run.run_id not in ids)]


def all_readers() -> list[Run]:
    """Runs with a checkpoint whose data set is known: the shipped one, then the newest first."""
    store = services.store()
    shipped = [store.shipped.run] if store.shipped is not None else []
    found = []
    for run in [*shipped, *reversed(store.runs(("completed", "stopped")))]:
        try:
            datasets.find(run.config.dataset)
        except FmnistError:
            continue  # its data set was deleted
        if store.checkpoint_path(run.run_id).exists():
            found.append(run)
    return found


def choose_run() -> Run | None:
    """The run that reads the photos; the best suited one unless another is chosen."""
    store = services.store()
    if shipped_problem():
        st.warning(translate(shipped_problem()), icon=":material/build:")
    asked = address.asked("run")
    runs = {run.run_id: run for run in readers(asked)}
    if not runs:
        return None
    try:
        default = stored_models.default_run(store)
        runs.setdefault(default.run_id, default)
    except RunError:
        default = next(iter(runs.values()))
    ids = list(runs)
    labels = short_names.run_labels(runs.values())
    tell_unknown_run(address.linked("run"), labels, default.run_id)
    start = ids.index(asked if asked in runs else default.run_id)
    key = address.widget_key("photo_run")
    run_id = st.selectbox(tr("Run that answers"), ids, start, format_func=labels.__getitem__, key=key)
    address.note("run", run_id, default.run_id)
    full = run_label(runs[run_id])
    if _width(full) > short_names.PANE_LETTERS:  # it is cut, and a phone has no pointer to wait over it
        st.caption(escape_markdown(full))
    if store.shipped is not None and run_id == store.shipped.run.run_id:
        _tell_what_it_has_seen(store.shipped)
    return runs[run_id]


def _width(text: str) -> int:
    """In letters of English: those of East Asia are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _tell_what_it_has_seen(shipped: Shipped) -> None:
    """What the model that comes with the project has learned from; the numbers are its record's."""
    data, photos_seen = shipped.record["data"], shipped.record["photos"]
    if photos_seen is None:
        st.caption(tr("This model comes with the project. It has learned from {data}.", data=data["name"]))
    else:
        st.caption(
            tr(
                "This model comes with the project. It has learned from {data} and {photos:,} real photos of "
                "clothes ({licence}).",
                data=data["name"],
                photos=photos_seen["images"],
                licence=photos_seen["licence"],
            )
        )


def choose_photos(run: Run) -> list[Upload]:
    """All photos to read: the camera's picture, the uploads, the example, in this order."""
    garments = datasets.find(run.config.dataset).preparation == "garment"
    pictures = _example_pictures()
    titles = {
        "dress": tr("a dress"),
        "shorts": tr("shorts: none of the ten"),
        "sweater": tr("long sleeves"),
        "t-shirt": tr("a T-shirt"),
        "trousers": tr("trousers"),
    }
    example = None
    left, right = st.columns([4, 3])
    if garments:  # the examples are photos of clothes
        st.html(EXAMPLES_STYLE)
        asked = address.asked("example")
        if asked and asked not in pictures:
            address.refuse("example", tr("the examples"))
        with left.container(key="photo_examples"):
            example = st.pills(
                tr("An example"),
                list(pictures),
                default=asked if asked in pictures else None,
                format_func=lambda name: f"![]({pictures[name]}) {titles.get(name, name)}",
                key=address.widget_key("photo_example"),
                wrap=True,
            )
        address.note("example", example)
    translate_uploader("photo_files", MAX_MEGABYTES)
    files = right.file_uploader(
        tr("Or photos of your own"),
        type=TYPES,
        accept_multiple_files=True,
        key=address.widget_key("photo_files"),
        max_upload_size=MAX_MEGABYTES,
    )
    taken = None
    if right.toggle(tr("Use the camera"), key=address.widget_key("photo_camera_on")):
        hint = tr("Hold the garment before a plain wall") if garments else tr("Take a picture")
        taken = st.camera_input(hint, key=address.widget_key("photo_camera"))
    uploads = [Upload.of(file.name, file.getvalue()) for file in files or []]
    if taken is not None:
        uploads.insert(0, Upload.of("camera.jpg", taken.getvalue()))
    with right:
        uploads = _kept(uploads)
    if example is not None:
        path = photos.examples()[example]
        uploads.append(Upload.of(path.name, path.read_bytes()))
    return uploads


def _kept(uploads: list[Upload]) -> list[Upload]:
    """The photos of this session: a page that was left comes back without those that it was given."""
    state, visit = st.session_state, address.visit_number()
    if uploads:
        state["photo_kept"] = (visit, tuple(uploads))
        return uploads
    kept_visit, kept = state.get("photo_kept", (visit, ()))
    if kept_visit == visit:  # taken away by hand
        state.pop("photo_kept", None)
        return []
    if kept:
        names = ", ".join(escape_markdown(upload.name) for upload in kept)
        st.button(
            tr("Take away: {names}", names=names),
            icon=":material/close:",
            key="photo_take_away",
            on_click=lambda: state.pop("photo_kept", None),
        )
    return list(kept)
