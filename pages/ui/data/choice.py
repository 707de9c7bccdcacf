"""What is looked at: data set, split, class, augmentation and image. The address carries it."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmnist_core.base.config import AUGMENTATIONS, TrainConfig
from fmnist_core.data import datasets, summary
from fmnist_core.data.datasets import Dataset
from pages.ui import address
from pages.ui.words.language import augmentation_name, class_name, tr

LECTURE_IMAGE = 301
SINGLE, PAIRS = 40, 20
"""Images on the wall, alone and beside what the augmentation makes of them."""

SETTINGS = ("dataset", "split", "class", "augmentation", "draw", "image")
ANY = ""


@dataclass(frozen=True)
class Choice:
    """What the pane says. label: the only class, or None; draw: counts how often other images were asked for.

    indices: of the wall's images, in the split. images, labels: all of the split, uint8 (N, C, H, W), (N,).
    """

    data: Dataset
    split: str
    label: int | None
    augmentations: tuple[str, ...]
    draw: int
    indices: np.ndarray
    images: np.ndarray
    labels: np.ndarray

    @property
    def last(self) -> int:
        """The index of the split's last image."""
        return len(self.labels) - 1

    @property
    def count(self) -> int:
        """How many images the filter leaves."""
        return len(self.labels) if self.label is None else int((self.labels == self.label).sum())

    @property
    def image_key(self) -> str:
        """The widget key of the number of the enlarged image."""
        return f"data_image_{self.data.name}" + ("" if self.split == "training" else f"_{self.split}")


def choose_dataset() -> str:
    """The data set. A link, Back, and the way back from another page set all widgets of the pane."""
    state, names = st.session_state, datasets.names()
    if state.get("data_visit") != address.visit_number():
        state["data_visit"] = address.visit_number()
        state["data_asked"] = {name: text for name in SETTINGS if (text := address.asked(name))}
        state["data_dataset"] = address.choice("dataset", names, TrainConfig().dataset)
    # Names alone: what is shown of a choice stays in the browser, also when it is no longer true.
    return st.selectbox(tr("Data set"), names, key="data_dataset")


def choose(data: Dataset) -> Choice:
    """The filter, the augmentation and the image."""
    state, name = st.session_state, data.name
    asked = state.pop("data_asked", None)
    if asked is not None:
        state["data_split"] = address.choice("split", ["training", "test"], "training", _split_label)
        state[f"data_class_{name}"] = address.choice("class", [ANY, *data.class_names], ANY, _class_label)
        state["data_augmentation"] = asked.get("augmentation", "").replace(" ", "+").split("+")
        for one in state["data_augmentation"]:
            if one and one not in _possible_augmentations(data):
                address.refuse("augmentation", tr("the images without it"), one)
        number = _number(asked.get("draw", "0"))
        if number is None:
            address.refuse("draw", "0")
        state["data_draw"] = number or 0
    state["data_split"] = "test" if state.get("data_split") == "test" else "training"
    st.segmented_control(
        tr("Images"),
        ("training", "test"),
        format_func=_split_label,
        required=True,
        key="data_split",
        on_change=_forget_image,
        width="stretch",
    )
    split: str = state["data_split"]
    if state.get(f"data_class_{name}") not in data.class_names:
        state[f"data_class_{name}"] = ANY
    only = st.selectbox(
        tr("Class"),
        (ANY, *data.class_names),
        format_func=_class_label,
        key=f"data_class_{name}",
        on_change=_forget_image,
    )
    label = data.class_names.index(only) if only else None
    augmentations = _choose_augmentations(data)
    draw = state.get("data_draw", 0)
    if st.button(tr("Other images"), icon=":material/shuffle:", key="data_shuffle", width="stretch"):
        state["data_draw"] = draw = draw + 1
        _forget_image()
    images, labels = (
        (data.train_images, data.train_labels)
        if split == "training"
        else (data.test_images, data.test_labels)
    )
    indices = summary.wall_indices(labels, PAIRS if augmentations else SINGLE, draw, label)
    choice = Choice(data, split, label, augmentations, draw, indices, images, labels)
    _choose_image(choice, (asked or {}).get("image"))
    return choice


def remember(choice: Choice) -> None:
    """The address says what is shown; it is also what the page opens with the next time."""
    address.note("dataset", choice.data.name)
    address.note("split", choice.split, "training")
    address.note("class", None if choice.label is None else choice.data.class_names[choice.label])
    address.note("augmentation", "+".join(choice.augmentations), "")
    address.note("draw", choice.draw, 0)
    address.note("image", st.session_state[choice.image_key])


def pick_image(choice: Choice, index: int) -> None:
    """Enlarge this image."""
    st.session_state[choice.image_key] = index


def pick_class(choice: Choice, label: int) -> None:
    """Show this class alone, or all again if it was alone."""
    name = choice.data.class_names[label]
    st.session_state[f"data_class_{choice.data.name}"] = ANY if label == choice.label else name
    _forget_image()


def open_dataset(name: str | None) -> None:
    """Start again with this data set, or the default one; everything else that was chosen is forgotten."""
    address.change(**(dict.fromkeys(SETTINGS) | {"dataset": name}))


def _split_label(split: str) -> str:
    return tr("Training") if split == "training" else tr("Test")


def _class_label(name: str) -> str:
    return class_name(name) or tr("All")


def _possible_augmentations(data: Dataset) -> list[str]:
    return [name for name in AUGMENTATIONS if name != "photo" or data.image_shape[0] == 1]


def _choose_augmentations(data: Dataset) -> tuple[str, ...]:
    possible = _possible_augmentations(data)
    asked = st.session_state.get("data_augmentation", ())
    st.session_state["data_augmentation"] = [name for name in possible if name in asked]
    chosen = st.pills(
        tr("Augmentation"),
        possible,
        selection_mode="multi",
        format_func=augmentation_name,
        key="data_augmentation",
        help=tr(
            "What a training may do to its images, new in each epoch. shift: by up to two pixels; flip: left "
            "to right; erase: an empty square; photo: as if photographed with a phone."
        ),
    )
    return tuple(name for name in AUGMENTATIONS if name in chosen)


def _forget_image() -> None:
    for key in [key for key in st.session_state if str(key).startswith("data_image_")]:
        del st.session_state[key]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _choose_image(choice: Choice, asked: str | None) -> None:
    """Sets the number that is enlarged: the address's, else the lecture's, or the wall's first one."""
    state = st.session_state
    if asked is not None:
        state.pop(choice.image_key, None)
        number = _number(asked)
        if number is not None and number <= choice.last:
            state[choice.image_key] = number
            return
    if state.get(choice.image_key, choice.last + 1) > choice.last:  # a larger set may have had this name
        opened = choice.label is None and choice.split == "training" and not choice.draw
        lecture = min(LECTURE_IMAGE, choice.last)
        state[choice.image_key] = lecture if opened or not len(choice.indices) else int(choice.indices[0])
    if asked is not None:
        reason = tr("numbers go from 0 to {last:,}", last=choice.last)
        address.refuse("image", str(state[choice.image_key]), reason=reason)
