"""Where photos come from, and which run reads them."""

import hashlib
from dataclasses import dataclass

import streamlit as st

from fmnist_core import datasets, photos, prediction, recipes
from fmnist_core.errors import FmnistError, RunError
from fmnist_core.jobs import checkpoint_path
from fmnist_core.runs import Run
from pages.ui import services
from pages.ui.language import tr
from pages.ui.widgets import run_label, show_problem, tell_unknown_run

MAX_RUNS = 50
"""Newest runs that can be chosen; each one shown beside the others is loaded."""

TYPES = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "heic", "heif", "avif"]


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


def readers() -> list[Run]:
    """Runs with a checkpoint whose data set is known, newest first."""
    store = services.store()
    found = []
    for run in reversed(store.runs(("completed", "stopped"))):
        try:
            datasets.find(run.config.dataset)
        except FmnistError:
            continue  # its data set was deleted
        if checkpoint_path(store, run.run_id).exists():
            found.append(run)
    return found[:MAX_RUNS]


def choose_run() -> Run | None:
    """The run that reads the photos; the best suited one unless another is chosen."""
    runs = {run.run_id: run for run in readers()}
    if not runs:
        return None
    try:
        default = prediction.default_run(services.store())
        runs.setdefault(default.run_id, default)
    except RunError:
        default = next(iter(runs.values()))
    ids = list(runs)
    asked = st.query_params.get("run")
    tell_unknown_run(runs)
    start = ids.index(asked if asked in runs else default.run_id)
    labels = {run_id: run_label(run) for run_id, run in runs.items()}
    run_id = st.selectbox(tr("Run that answers"), ids, start, format_func=labels.get, key="photo_run")
    return runs[run_id]


def offer_photo_model(run: Run | None) -> None:
    """A button that trains the model for photos, unless there is one; says if it is on its way."""
    store = services.store()
    wanted = [r for r in store.runs() if r.config.recipe == "photo" and r.config.dataset == "fashion-mnist"]
    if any(r.status == "completed" for r in wanted):
        return
    with st.container(border=True):
        if any(r.status in ("queued", "running") for r in wanted):
            st.markdown(tr("**The model for photos is being trained.** Look at it on the Train page."))
            st.page_link("pages/train.py", label=tr("Train"), icon=":material/model_training:")
            return
        st.markdown(
            tr(
                "**There is no model for photos yet.** Nets trained in the usual way name few photos right. "
                "The recipe `photo` is made for them; it trains once, in the background: about 12 minutes "
                "on two new server cores, an hour on two older ones, less on more of them or on a GPU."
            )
        )
        available = datasets.is_available("fashion-mnist")
        if not available:
            st.caption(tr("It needs Fashion-MNIST; download it on the Train page first."))
            st.page_link("pages/train.py", label=tr("Train"), icon=":material/model_training:")
        if st.button(
            tr("Train the model for photos"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=not available,
            key="train_photo_model",
        ):
            try:
                services.submit(recipes.configure("photo"))
            except FmnistError as error:
                show_problem(error)
            else:
                st.rerun()


def choose_photos(run: Run) -> list[Upload]:
    """Uploads, a picture from the camera, an example: all of them, the newest way first."""
    garments = datasets.find(run.config.dataset).preparation == "garment"
    left, right = st.columns(2)
    with left:
        files = st.file_uploader(
            tr("Photos"), type=TYPES, accept_multiple_files=True, key="photo_files", max_upload_size=30
        )
    with right:
        names = list(photos.examples())
        titles = {
            "dress": tr("a dress"),
            "shorts": tr("shorts: none of the ten"),
            "sweater": tr("a sweater"),
            "t-shirt": tr("a T-shirt"),
            "trousers": tr("trousers"),
        }
        example = None
        if garments:  # the examples are photos of clothes
            example = st.pills(
                tr("Or an example"),
                names,
                format_func=lambda name: titles.get(name, name),
                key="photo_example",
                wrap=True,
            )
        taken = None
        if st.toggle(tr("Use the camera"), key="photo_camera_on"):
            hint = tr("Hold the garment before a plain wall") if garments else tr("Take a picture")
            taken = st.camera_input(hint, key="photo_camera")
    uploads = [Upload.of(file.name, file.getvalue()) for file in files or []]
    if taken is not None:
        uploads.insert(0, Upload.of("camera.jpg", taken.getvalue()))
    if example is not None:
        path = photos.examples()[example]
        uploads.append(Upload.of(path.name, path.read_bytes()))
    return uploads
