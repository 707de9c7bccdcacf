"""One image closely: its class, its number, its pixels, and what augmentation makes of it."""

from html import escape

import numpy as np
import streamlit as st

from fmnist_core.data.encode import data_uri
from fmnist_core.training import augmentation
from pages.ui.data.choice import Choice
from pages.ui.words.language import class_name, tr

COPIES = 4
STYLE = """<style>
.enlarged {margin: 0; display: grid; gap: 8px; max-width: 288px; overflow-wrap: anywhere}
.enlarged img {width: 100%; display: block; border-radius: 8px; background: #000; image-rendering: pixelated}
.enlarged p {margin: 0; font-size: .875rem; opacity: .75}
.enlarged .copies {display: grid; grid-template-columns: repeat(4, 1fr); gap: 4px}
.enlarged .copies img {border-radius: 4px}
.numbers {display: grid; grid-template-columns: repeat(var(--columns), minmax(24px, 1fr)); overflow-x: auto;
  max-width: 780px; margin: 0 auto}
.numbers i {font: 10px/19px var(--st-font, sans-serif); text-align: center}
@media (max-width: 640px) {
  .enlarged {max-width: none; grid-template-columns: 128px 1fr; gap: 4px 12px; grid-auto-rows: min-content}
  .enlarged > img {grid-row: 1 / 9}
}
</style>"""


def show(choice: Choice) -> None:
    """The image that was picked on the wall, or whose number was typed."""
    index = st.session_state[choice.image_key]
    image, name = choice.images[index], class_name(choice.data.class_names[choice.labels[index]])
    pixels = tr(
        "{shape} = {count:,} numbers from {low} to {high}, mean {mean:.0f}",
        shape=" × ".join(map(str, image.shape if len(image) > 1 else image.shape[1:])),
        count=image.size,
        low=int(image.min()),
        high=int(image.max()),
        mean=float(image.mean()),
    )
    picture = _picture(image, alt(choice, index))
    st.html(
        f'{STYLE}<figure class="enlarged"><b>{escape(name)} · {index}</b>{picture}'
        f"<p>{escape(pixels)}</p>{_copies(choice, index)}</figure>"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            tr("Number, 0 to {last:,}", last=choice.last),
            0,
            choice.last,
            key=choice.image_key,
            width="stretch",
        )
        if len(image) == 1 and st.button(tr("As numbers"), icon=":material/grid_on:", key="data_numbers"):
            st.dialog(tr("As numbers"), width="large")(_show_numbers)(image[0])


def alt(choice: Choice, index: int) -> str:
    """An image in words."""
    name = class_name(choice.data.class_names[choice.labels[index]])
    if choice.split == "test":
        return tr("Test image {index}: {name}", index=index, name=name)
    return tr("Training image {index}: {name}", index=index, name=name)


def _copies(choice: Choice, index: int) -> str:
    """The same image as it comes in several epochs."""
    if not choice.augmentations:
        return ""
    copies = augmentation.preview(
        choice.data,
        choice.images[[index] * COPIES],
        choice.labels[[index] * COPIES],
        choice.augmentations,
        choice.draw,
    )
    words = tr("Augmented: {image}", image=alt(choice, index))
    pictures = "".join(_picture(copy, words) for copy in copies)
    return f'<div class="copies">{pictures}</div><p>{escape(tr("As four epochs show it to a net"))}</p>'


def _picture(image: np.ndarray, words: str) -> str:
    return f'<img alt="{escape(words, quote=True)}" src="{data_uri(image)}">'


def _show_numbers(pixels: np.ndarray) -> None:
    """The brightness of each pixel uint8 (H, W), written where it is."""
    cells = "".join(
        f'<i style="background:#{value:02x}{value:02x}{value:02x};'
        f'color:{"#000" if value > 127 else "#fff"}">{value}</i>'
        for value in pixels.ravel().tolist()
    )
    st.html(f'<div class="numbers" style="--columns:{pixels.shape[1]}">{cells}</div>')
