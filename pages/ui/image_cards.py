"""Cards of images: the image, its true class, what runs say of it, and their softmax bars.

One HTML element holds all of them, so that a page of 24 images is one message to the browser, and the
browser fits as many beside each other as its width allows.
"""

from dataclasses import dataclass, field
from html import escape

import numpy as np
import streamlit as st

from fmnist_core.base.palette import GREEN, GREY, VERMILION
from fmnist_core.data.encode import data_uri
from fmnist_core.results.statistics import Answers
from pages.ui.words.language import class_name, percent, tr

RIGHT_COLOR, WRONG_COLOR, OTHER_COLOR = GREEN, VERMILION, GREY
RIGHT_TEXT, WRONG_TEXT = "var(--right)", "var(--wrong)"
"""Darker on white and paler on black, see `shell.STYLE`: text is thinner than a bar."""
TOP = 3

STYLE = """<style>
.image-cards {display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 12px}
.image-cards figure {margin: 0; padding: 8px; border: 1px solid rgba(128, 128, 128, .35); border-radius: 8px;
  min-width: 0}
.image-cards img {width: 100%; max-width: 168px; display: block; margin: 0 auto 6px; background: #000;
  image-rendering: pixelated; border-radius: 4px}
.image-cards figcaption {font-size: .85rem; line-height: 1.35; overflow-wrap: anywhere}
.image-cards .bar + div:not(.bar) {margin-top: .5rem}  /* what the next net says */
.image-cards .bar {display: grid; grid-template-columns: 5.2em 1fr 3em; gap: 4px; align-items: center;
  font-size: .75rem}
.image-cards .bar span:first-child {overflow: hidden; text-overflow: ellipsis; white-space: nowrap}
.image-cards .bar span:last-child {text-align: right}
.image-cards .track {height: 8px; background: rgba(128, 128, 128, .2); border-radius: 4px; overflow: hidden}
.image-cards .track i {display: block; height: 100%}
.image-cards.small {grid-template-columns: repeat(auto-fill, minmax(215px, 1fr)); gap: 8px}
.image-cards.small figure {display: flex; gap: 8px; padding: 6px; border: 1px solid rgba(128, 128, 128, .3);
  border-radius: 8px; align-items: center}
.image-cards.small img {width: 76px; margin: 0; flex: none}
.image-cards.small figcaption {flex: 1; min-width: 0}
.image-cards.small .bar {grid-template-columns: 1fr auto; gap: 0 6px; line-height: 1.15}
.image-cards.small .track {grid-column: 1 / -1; grid-row: 2; height: 5px; margin-bottom: 2px}
.image-cards.opinions {display: block}
.image-cards.opinions figcaption {font-size: 1rem}
.image-cards.opinions .bar {grid-template-columns: 6.5em 1fr 3em; font-size: .875rem; line-height: 1.5}
.image-cards.small .track i {transition: width .4s}
</style>"""


@dataclass(frozen=True)
class Opinion:
    """What one run says of an image: its probabilities float (C,); `run` is shown where there are several."""

    probabilities: np.ndarray
    predicted: int
    run: str = ""


@dataclass(frozen=True)
class Card:
    """An image uint8 (C, H, W), its true class, and the opinions on it.

    index: its position in the test split; note: a line of its own.
    """

    image: np.ndarray
    index: int
    true: int
    opinions: list[Opinion] = field(default_factory=list)
    note: str = ""


def opinions(answers: dict[str, Answers], index: int) -> list[Opinion]:
    """What runs say of the image at this position. answers: by the name that is shown, "" for none."""
    return [
        Opinion(part.probabilities[index], int(part.predicted[index]), name) for name, part in answers.items()
    ]


def cards_of(
    images: np.ndarray, labels: np.ndarray, answers: dict[str, Answers], indices: np.ndarray
) -> list[Card]:
    """Cards for the images at these positions of the test split, with their `opinions`."""
    return [
        Card(images[index], int(index), int(labels[index]), opinions(answers, index)) for index in indices
    ]


def show_cards(cards: list[Card], names: tuple[str, ...], top: int = TOP, small: bool = False) -> None:
    """All cards as one grid, as many in a row as fit.

    small: for images that are watched: the picture at the left, what the net says beside it."""
    shown = [class_name(name) for name in names]
    figures = "".join(_figure(card, shown, top, small) for card in cards)
    st.html(f'{STYLE}<div class="image-cards{" small" if small else ""}">{figures}</div>')


def show_opinions(card: Card, names: tuple[str, ...]) -> None:
    """What the card says of its image, which is on the screen already."""
    shown = [class_name(name) for name in names]
    said = "".join(_opinion(opinion, card.true, shown, TOP) for opinion in card.opinions)
    st.html(
        f'{STYLE}<div class="image-cards opinions"><figure><figcaption>{said}</figcaption></figure></div>'
    )


def image_alt(card: Card, names: list[str]) -> str:
    """What the card shows, for those who do not see it."""
    text = tr("Test image {index}: {true}.", index=card.index, true=names[card.true])
    for opinion in card.opinions:
        text += " " + tr(
            "{run} says {predicted}, {confidence}.",
            run=opinion.run or tr("The model"),
            predicted=names[opinion.predicted],
            confidence=percent(float(opinion.probabilities[opinion.predicted])),
        )
    return text


def _figure(card: Card, names: list[str], top: int, small: bool) -> str:
    title = f"<div><b>{escape(names[card.true])}</b> · {card.index}</div>"
    body = "" if small and card.opinions else title
    if card.note:
        body += f"<div>{escape(card.note)}</div>"
    body += "".join(_opinion(opinion, card.true, names, top, small) for opinion in card.opinions)
    alt = escape(image_alt(card, names), quote=True)
    return f'<figure><img alt="{alt}" src="{data_uri(card.image)}"><figcaption>{body}</figcaption></figure>'


def _opinion(opinion: Opinion, true: int, names: list[str], top: int, small: bool = False) -> str:
    right = opinion.predicted == true
    sign, color = ("✓", RIGHT_TEXT) if right else ("✗", WRONG_TEXT)
    who = f"{escape(opinion.run)}: " if opinion.run else ""
    true_name = f" ≠ {escape(names[true])}" if small and not right else ""
    line = (
        f'<div>{who}<b style="color:{color}">{sign} {escape(names[opinion.predicted])}</b>{true_name}</div>'
    )
    # Not by probability alone: rounded ones may tie, and the answer itself comes first.
    order = sorted(
        range(len(names)), key=lambda k: (k != opinion.predicted, -float(opinion.probabilities[k]), k)
    )
    return line + "".join(_bar(opinion, k, true, names) for k in order[:top])


def _bar(opinion: Opinion, k: int, true: int, names: list[str]) -> str:
    share = float(opinion.probabilities[k])
    color = RIGHT_COLOR if k == true else WRONG_COLOR if k == opinion.predicted else OTHER_COLOR
    return (
        f'<div class="bar"><span title="{escape(names[k], quote=True)}">{escape(names[k])}</span>'
        f'<span class="track"><i style="width:{100 * share:.1f}%;background:{color}"></i></span>'
        f"<span>{percent(share, 0)}</span></div>"
    )
