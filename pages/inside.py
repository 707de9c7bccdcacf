"""Look inside a trained run: its first weights, its layers at work, its features in two dimensions."""

import pandas as pd
import streamlit as st

from fmnist_core.base.formats import FORMATS
from fmnist_core.data.encode import data_uri
from fmnist_core.nets import inside
from fmnist_core.nets.evaluation import features_and_logits
from fmnist_core.results import export
from fmnist_core.results.charts.feature_map import feature_map, feature_map_alt
from fmnist_core.runs import Run, stored_models
from fmnist_core.runs.stored_models import LoadedModel
from pages.ui import address, current_run, presenter, services, shell, short_names
from pages.ui.inside import one_image
from pages.ui.widgets import page_link, run_label, showing_errors
from pages.ui.words.language import class_name, tr, translate


def choose_run() -> Run | None:
    """A run that has a checkpoint; the one of the address first."""
    store = services.store()
    all_runs = reversed(store.runs(shipped=True))
    runs = {run.run_id: run for run in all_runs if store.checkpoint_path(run.run_id).exists()}
    if not runs:
        return None
    labels = short_names.run_labels(runs.values())
    return runs[current_run.select(shell.pane(), labels, next(iter(runs)), "inside_run")]


def choose_section() -> str:
    """What is to be seen of the run."""
    titles = {
        "activations": tr("One image, layer by layer"),
        "weights": tr("First weights"),
        "features": tr("Features in two dimensions"),
        "export": tr("Take it along"),
    }
    asked = address.choice("section", list(titles), "activations", titles.__getitem__)
    address.keep("inside_section", "activations", titles, asked=asked)
    with shell.pane():
        section = st.radio(tr("Section"), list(titles), format_func=titles.__getitem__, key="inside_section")
    presenter.sections("section", list(titles), section)
    return section


def weights(loaded: LoadedModel) -> dict:
    """The first layer's weights as pictures."""
    pictures = inside.first_weights(loaded.model, loaded.image_shape)
    shown = pictures[: inside.MAX_PICTURES]
    st.markdown(
        tr(
            "Each picture is what one node (or filter) of the first layer looks for: vermilion where bright "
            "pixels speak for it, blue where they speak against it, white where they do not matter."
        )
    )
    zoom = 3 if shown.shape[1] >= 20 else 12
    caption = tr("{shown} of {count} picture(s) of the first layer", shown=len(shown), count=len(pictures))
    st.image(inside.mosaic(inside.colored(shown), 8, gap=4, zoom=zoom), caption=caption, width="content")
    return {}


@st.cache_data(max_entries=20, show_spinner=False)
def _points(run_id: str, epochs: int, finished_at: float | None, count: int, method: str) -> pd.DataFrame:
    """Test images on the map; `epochs` and `finished_at` only tell one state of the run from another."""
    loaded = stored_models.load_model(services.store(), run_id)
    data = loaded.data()
    images, labels = data.test_images[:count], data.test_labels[:count]
    answers = stored_models.predict(loaded, images).argmax(axis=1)
    places = inside.project(features_and_logits(loaded.model, images)[0], method)
    names = data.class_names
    return pd.DataFrame(
        {
            "x": places[:, 0],
            "y": places[:, 1],
            "class": [names[label] for label in labels],
            "answer": [names[answer] for answer in answers],
            "image": [data_uri(image, 3) for image in images],
        }
    )


def features(loaded: LoadedModel) -> dict:
    """Test images in the plane, as the last layer sees them."""
    st.markdown(
        tr(
            "The last layer sees each image as a list of numbers, its features. Here they are in two "
            "dimensions: images that look alike to the net lie together. Point at one to see it."
        )
    )
    methods = {"pca": tr("PCA: at once"), "t-sne": tr("t-SNE: slower, neighbours together")}
    with shell.pane():
        asked = address.choice("method", list(methods), "pca", methods.__getitem__)
        address.keep("inside_method", "pca", methods, asked=asked)
        method = st.radio(
            tr("Projection"), list(methods), format_func=methods.__getitem__, key="inside_method"
        )
        count = int(address.slider(tr("Test images"), "count", 200, inside.MAX_TSNE_IMAGES, 800, 100))
    with st.spinner(tr("Computing the map …")):
        run = loaded.run
        points = _points(run.run_id, run.epochs, run.finished_at, count, method)
    classes = [class_name(name) for name in loaded.data().class_names]
    points = points.assign(**{column: points[column].map(class_name) for column in ("class", "answer")})
    points = points.rename(columns={"class": tr("class"), "answer": tr("answer")})
    st.vega_lite_chart(points, feature_map(points, classes), key="inside_map")
    said = translate(feature_map_alt(points, classes, has_distances=method != "t-sne"))
    if method == "t-sne":
        said += " " + tr("t-SNE keeps neighbours together; distances between groups mean nothing.")
    st.caption(said)
    return {"method": method, "count": count}


def take_along(loaded: LoadedModel) -> dict:
    """The run as a file."""
    formats = {
        "pytorch": tr("PyTorch code and weights: runs without this program"),
        "onnx": tr("ONNX: for other programs and devices; checked against this net"),
        "torchscript": tr("TorchScript: one file for PyTorch and C++"),
        "script": tr("Python script: trains this net again"),
        "report": tr("Report: settings, curves and mistakes on one page"),
        "comparison": tr("Report of a comparison: this run beside others"),
    }
    chosen = st.radio(tr("Format"), list(formats), format_func=formats.__getitem__, key="inside_format")
    others: list[str] = []
    if chosen == "comparison":
        labels = {run.run_id: run_label(run) for run in services.store().runs(shipped=True)}
        labels.pop(loaded.run.run_id, None)
        others = st.multiselect(
            tr("Beside"), list(reversed(labels)), format_func=labels.__getitem__, key="inside_beside"
        )
    if st.button(tr("Prepare the file"), icon=":material/inventory_2:", key="inside_prepare"):
        with st.spinner(tr("Writing and checking the file …")):
            content = _written(loaded, chosen, others)
        ending = FORMATS.get(chosen, FORMATS["report"]).ending
        st.download_button(
            tr("Download {size:.1f} MB", size=len(content) / 1e6),
            content,
            f"{loaded.config.architecture}-{loaded.run.run_id}{ending}",
            on_click="ignore",
            type="primary",
            icon=":material/download:",
            key="inside_download",
        )
    return {}


def _written(loaded: LoadedModel, format: str, others: list[str]) -> bytes:
    """The content of the file. Raises `FmnistError`."""
    if format == "comparison":
        return export.comparison_report(services.store(), [loaded.run.run_id, *others]).encode()
    return export.export_bytes(services.store(), loaded.run.run_id, format)


SECTIONS = {"activations": one_image.show, "weights": weights, "features": features, "export": take_along}

run = choose_run()
if run is None:
    st.info(tr("There is no trained net yet. Train one first."))
    page_link("train", tr("Train"), "model_training")
    shell.stop()
section = choose_section()
settings: dict = {}
with showing_errors():
    settings = SECTIONS[section](stored_models.load_model(services.store(), run.run_id))
for name, value in {"section": section, **settings}.items():
    address.note(name, value)
