"""Data: what is in a data set, and bring your own pictures."""

import streamlit as st

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import FmnistError
from fmnist_core.base.messages import percent
from fmnist_core.data import custom_import, datasets, summary
from fmnist_core.results.charts import data as charts
from pages.ui import people, services
from pages.ui.widgets import escape_markdown, offer_download, show_problem, show_shared_chart
from pages.ui.words.language import class_name, tr, translate

LECTURE_IMAGE = 301
EXAMPLES = 10


def choose_dataset() -> str:
    """The data set to look at, kept in the address."""
    names = datasets.names()
    wanted = st.query_params.get("dataset") or st.session_state.get("data_imported")
    if wanted and wanted not in names:
        st.warning(
            tr("There is no data set {name} here; this is another one.", name=escape_markdown(wanted[:60]))
        )
    start = wanted if wanted in names else TrainConfig().dataset
    # Names alone: what is shown of a choice stays in the browser, also when it is no longer true.
    chosen = st.selectbox(tr("Data set"), names, names.index(start), key="data_dataset")
    if st.query_params.get("dataset") != chosen:
        st.query_params["dataset"] = chosen
        if "image" in st.query_params and chosen != start:
            del st.query_params["image"]
    return chosen


def show_facts(info: datasets.DatasetInfo, data: datasets.Dataset) -> None:
    """Sizes, source, and the way to train on it."""
    st.markdown(escape_markdown(translate(info.description)))
    channels, height, width = data.image_shape
    size = f"{height} × {width}"
    with st.container(horizontal=True, gap="large"):
        for label, value in (
            (tr("Training images"), f"{len(data.train_labels):,}"),
            (tr("Test images"), f"{len(data.test_labels):,}"),
            (tr("Classes"), data.classes),
            (tr("Pixels"), tr("{size}, colour", size=size) if channels == 3 else size),
        ):
            st.metric(label, value, width="content")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/train.py",
            label=tr("Train on it"),
            icon=":material/model_training:",
            query_params=training_link(info),
        )
        st.caption(tr("Source: {source}", source=translate(info.source)))


def training_link(info: datasets.DatasetInfo) -> dict[str, str]:
    """The address of the Train page's form for a data set; a batch that fits where there are few images."""
    link = {"dataset": info.name}
    if info.train_size < TrainConfig().batch_size:
        link["batch_size"] = str(min(16, info.train_size))
    return link


def show_one_image(data: datasets.Dataset) -> None:
    """One training image with its class as the title, as the lecture shows number 301."""
    last = len(data.train_labels) - 1
    st.subheader(tr("One image"), anchor="one-image")
    picture, words = st.columns([1, 2], vertical_alignment="center")
    with words:
        index = st.number_input(
            tr("Number of the training image"), 0, last, asked_image(last), key=f"data_image_{data.name}"
        )
        st.query_params["image"] = str(index)
        st.caption(
            tr(
                "Counting starts at 0, so the last one is {last:,}. The lecture shows number 301 of "
                "Fashion-MNIST. To a net this picture is {count:,} numbers from 0 to 255.",
                last=last,
                count=data.train_images[0].size,
            )
        )
    image, name = data.train_images[index], class_name(data.class_names[data.train_labels[index]])
    with picture:
        st.markdown(f"**{escape_markdown(name)}**")
        alt = tr("Training image {index}: {name}", index=index, name=name)
        st.image(summary.strip(image[None], zoom=9), width=252, alt=alt)
    if len(image) == 1:
        with st.expander(tr("As numbers"), icon=":material/grid_on:"):
            st.dataframe(image[0], hide_index=True, height=420, row_height=22)


def asked_image(last: int) -> int:
    """The image that the address asks for; says so when there is no such image."""
    asked = st.query_params.get("image")
    default = min(LECTURE_IMAGE, last)
    if asked is None:
        return default
    if asked.isascii() and asked.isdigit() and len(asked) < 9 and int(asked) <= last:
        return int(asked)
    st.warning(
        tr(
            "There is no image {image}: numbers go from 0 to {last:,}.",
            image=escape_markdown(asked[:20]),
            last=last,
        )
    )
    return default


def show_classes(data: datasets.Dataset) -> None:
    """Each class: its mean image and some examples."""
    st.subheader(tr("The classes"), anchor="classes")
    st.caption(tr("First the mean of all training images of the class, then a few of them."))
    if st.button(tr("Other examples"), icon=":material/shuffle:", key="data_shuffle"):
        st.session_state["data_draw"] = st.session_state.get("data_draw", 0) + 1
    means = summary.mean_images(data)
    for label, name in enumerate(data.class_names):
        shown = class_name(name)
        images = summary.examples(data, label, EXAMPLES, st.session_state.get("data_draw", 0))
        with st.container(horizontal=True, vertical_alignment="center", key=f"data_class_{label}"):
            st.markdown(escape_markdown(shown), width=110)
            st.image(
                summary.strip(means[label][None], zoom=2),
                width=56,
                alt=tr("Mean image of {name}", name=shown),
            )
            if len(images):
                st.image(
                    summary.strip(images, zoom=2),
                    alt=tr("{count} images of {name}", count=len(images), name=shown),
                )


def show_numbers(data: datasets.Dataset) -> None:
    """The class balance and the histogram of the pixels."""
    st.subheader(tr("In numbers"), anchor="numbers")
    left, right = st.columns(2)
    balance, histogram = summary.class_balance(data), summary.pixel_histogram(data)
    with left:
        show_shared_chart(
            ("balance", *balance.itertuples(index=False, name=None)),
            lambda: (charts.class_balance_bars(balance), charts.class_balance_alt(balance)),
            key="data_balance",
        )
    with right:
        show_shared_chart(
            ("pixels", hash((*histogram["share"],))),
            lambda: (charts.pixel_histogram_bars(histogram), charts.pixel_histogram_alt(histogram)),
            key="data_histogram",
        )
        facts = summary.pixel_statistics(histogram)
        st.caption(
            tr(
                "On the scale from 0 to 1 the mean is {mean:.4f} and the standard deviation {deviation:.4f}; "
                "{black} of all pixels are black.",
                mean=facts["mean"],
                deviation=facts["deviation"],
                black=percent(facts["black"]),
            )
        )


def bring_your_own() -> None:
    """The upload of a zip, and what became of the last one."""
    st.subheader(tr("Bring your own pictures"), anchor="own")
    st.markdown(
        tr(
            "A zip with one folder per class, each with at least {count} pictures, better 50 or more. The "
            "folder's name is the class. Every picture is cut to its middle square and made small; "
            "one in five is kept for the test. Everybody who uses this server can see the small pictures.",
            count=custom_import.MIN_PER_CLASS,
        )
    )
    uploads = st.session_state.setdefault("data_uploads", 0)  # another key empties the uploader
    file = st.file_uploader(tr("Zip file"), type="zip", key=f"data_zip_{uploads}")
    if file is None:
        return
    left, right = st.columns(2)
    name = left.text_input(
        tr("Name of the data set"),
        custom_import.suggest_name(file.name),
        max_chars=40,
        key=f"data_name_{file.file_id}",
    )
    colour = right.radio(
        tr("Pictures become"),
        (False, True),
        format_func=lambda colour: tr("32 × 32, colour") if colour else tr("28 × 28, grey"),
        horizontal=True,
        key=f"data_colour_{file.file_id}",
    )
    if st.button(tr("Check and import"), type="primary", icon=":material/upload:", key="data_import"):
        import_upload(file.getvalue(), name.strip(), colour)


def import_upload(content: bytes, name: str, colour: bool) -> None:
    """Import a zip with a progress bar; then show the new data set, or say what is wrong."""
    bar = st.progress(0.0)
    shown = -1

    def report(fraction: float, text: str) -> None:
        nonlocal shown
        if int(100 * fraction) != shown:  # a message to the browser for every percent, not for every picture
            shown = int(100 * fraction)
            bar.progress(min(fraction, 1.0), translate(text))

    try:
        done = custom_import.import_zip(content, name, colour, on_progress=report)
    except FmnistError as error:
        bar.empty()
        show_problem(error)
        return
    st.session_state["data_uploads"] += 1
    st.session_state["data_skipped"] = done.skipped
    st.session_state["data_imported"] = name
    st.session_state.pop("data_dataset", None)
    st.query_params["dataset"] = name
    st.query_params.pop("image", None)
    st.rerun()


def report_import(name: str) -> None:
    """After an import: that it worked, and which files were left out."""
    if st.session_state.get("data_imported") != name:
        return
    st.success(tr("Imported. Choose {name} on the Train page to train on it.", name=name))
    skipped = st.session_state.get("data_skipped", ())
    if skipped:
        with st.expander(tr("{count} files were left out", count=len(skipped)), icon=":material/warning:"):
            st.markdown("\n".join(f"- {escape_markdown(translate(sentence))}" for sentence in skipped[:50]))


def offer_delete(name: str) -> None:
    """Deleting an own data set, after a question, and never under a run that needs it."""
    if name in datasets.DATASETS:
        return
    if not people.current().is_lecturer:  # others may be using it
        return
    with st.popover(tr("Delete this data set"), icon=":material/delete:"):
        if any(run.config.dataset == name for run in services.store().runs(("queued", "running"))):
            st.warning(tr("A run that trains on it is queued or running. Wait for it, or stop it first."))
            return
        st.markdown(tr("Runs trained on it keep their figures, but their pictures can no longer be shown."))
        if st.button(tr("Delete for good"), type="primary", key="data_delete"):
            try:
                custom_import.delete(name)
            except FmnistError as error:
                show_problem(error)
                return
            st.session_state.pop("data_dataset", None)
            st.session_state.pop("data_imported", None)
            st.query_params.pop("dataset", None)
            st.rerun()


st.markdown(tr("Look at the images before you trust a net that learned from them."))
chosen = choose_dataset()
report_import(chosen)
if datasets.is_available(chosen):
    data = services.dataset(chosen)
    show_facts(datasets.find(chosen), data)
    show_one_image(data)
    show_classes(data)
    show_numbers(data)
    offer_delete(chosen)
else:
    st.info(tr("The files of {name} are not on this machine yet.", name=chosen))
    offer_download(chosen)
bring_your_own()
