"""What a data set looks like: the wall, its facts, its classes in pictures and in numbers."""

import streamlit as st

from fmnist_core.base import recipes
from fmnist_core.data import summary
from fmnist_core.data.datasets import Dataset, DatasetInfo
from fmnist_core.results.charts import data as charts
from fmnist_core.training import augmentation
from pages.ui.data import choice as choices
from pages.ui.data import wall
from pages.ui.data.choice import Choice
from pages.ui.data.enlarged import alt
from pages.ui.data.wall import Tile
from pages.ui.widgets import escape_markdown, heading, page_link, show_shared_chart
from pages.ui.words.language import class_name, percent, tr, translate

SINGLE_COLUMNS, PAIR_COLUMNS, MEAN_COLUMNS = (8, 5), (4, 3), (10, 5)
"""Of a wall, in a wide window and on a phone."""


def show_facts(info: DatasetInfo, data: Dataset) -> None:
    """In one line what it is, how large, and where it comes from."""
    channels, height, width = data.image_shape
    size = f"{height} × {width}"
    facts = tr(
        "{training:,} training and {test:,} test images · {classes} classes · {size} pixels",
        training=len(data.train_labels),
        test=len(data.test_labels),
        classes=data.classes,
        size=tr("{size}, colour", size=size) if channels == 3 else size,
    )
    paper = f" · {info.paper}" if info.paper else ""
    st.markdown(
        f"**{escape_markdown(translate(info.description))}**{paper} · {facts}",
        help=tr("Source: {source}", source=translate(info.source)) if info.source else None,
    )


def link_to_training(info: DatasetInfo, augmentations: tuple[str, ...]) -> None:
    """To the Train page's form; where there are few images with their recipe, and with a batch that fits."""
    link = {"dataset": info.name}
    if info.train_size < recipes.FEW:
        link["recipe"] = "few"
        if info.train_size < recipes.configure("few").batch_size:
            link["batch_size"] = str(min(16, info.train_size))
    if augmentations:
        link["augmentation"] = "+".join(augmentations)
    page_link("train", tr("Train on it"), "model_training", **link)


def show_wall(choice: Choice) -> None:
    """Images of the filter, each beside what the augmentation makes of it."""
    indices = choice.indices
    pictures = [[(choice.images[index], alt(choice, index))] for index in indices.tolist()]
    if choice.augmentations:
        changed = augmentation.preview(
            choice.data,
            choice.images[indices],
            choice.labels[indices],
            choice.augmentations,
            choice.draw,
        )
        for shown, image in zip(pictures, changed, strict=True):
            shown.append((image, tr("Augmented: {image}", image=shown[0][1])))
    tiles = [
        Tile(int(index), class_name(choice.data.class_names[choice.labels[index]]), shown)
        for index, shown in zip(indices, pictures, strict=True)
    ]
    if not tiles:
        st.info(tr("This split has no image of this class."), icon=":material/search_off:")
    wall.show(
        tiles,
        st.session_state[choice.image_key],
        PAIR_COLUMNS if choice.augmentations else SINGLE_COLUMNS,
        tr("Images to enlarge"),
        "data_wall",
        lambda index: choices.pick_image(choice, index),
    )
    said = tr("{shown} of {count:,} image(s).", shown=len(tiles), count=choice.count)
    if choice.augmentations:
        said += " " + tr("Framed: what a net is shown instead of the image at its left.")
    st.caption(said)


def show_classes(choice: Choice) -> None:
    """The mean image of each class; a click shows that class alone."""
    heading(tr("**The mean of each class**, of all its training images. Click one to see that class alone."))
    means, names = summary.mean_images(choice.data), choice.data.class_names
    tiles = [
        Tile(
            label,
            class_name(names[label]),
            [(mean, tr("Mean image of {name}", name=class_name(names[label])))],
        )
        for label, mean in enumerate(means)
    ]
    wall.show(
        tiles,
        choice.label,
        MEAN_COLUMNS,
        tr("Classes"),
        "data_means",
        lambda label: choices.pick_class(choice, label),
    )


def show_numbers(data: Dataset) -> None:
    """The class balance and the histogram of the pixels."""
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
