"""What the page shows: the invitation, an image to name with what everybody said of it, the tally."""

from html import escape

import numpy as np
import streamlit as st

from fmnist_core.data import summary
from fmnist_core.data.encode import data_uri
from fmnist_core.results import statistics
from pages.ui import services
from pages.ui.guess import game as games
from pages.ui.guess.game import Round
from pages.ui.image_cards import RIGHT_TEXT, WRONG_TEXT, Card, opinions, show_cards, show_opinions
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.widgets import escape_markdown, heading
from pages.ui.words.language import class_name, percent, tr

KEYS = "1234567890"
FEW_CLASSES = 12
"""With no more classes than these, the buttons are tall."""

STYLE = """<style>
img.to-name {display: block; width: 100%; max-width: 400px; border-radius: 10px; background: #000;
  image-rendering: pixelated}
.teaser, .trail {display: grid; grid-template-columns: repeat(10, 1fr); gap: 8px}
.teaser img, .trail img {width: 100%; border-radius: 8px; background: #000; image-rendering: pixelated}
.trail {grid-template-columns: repeat(20, 1fr); gap: 6px; margin-top: 8px; text-align: center}
.trail img {display: block; border-radius: 5px}
.scores {font-size: 1rem; line-height: 1.4}
.scores span {display: flex; justify-content: space-between; gap: 1rem; overflow-wrap: anywhere}
[class*="st-key-guess_classes_"] {display: grid; grid-template-columns: 1fr 1fr; gap: 8px}
[class*="st-key-guess_classes_"] button {width: 100%; padding: 4px 6px}
.st-key-guess_classes_letters {grid-template-columns: repeat(auto-fill, minmax(56px, 1fr)); gap: 4px}
@media (min-width: 641px) {.st-key-guess_classes_few button {min-height: 3.6rem}}
@media (max-width: 640px) {
  img.to-name {max-width: 190px; margin: 0 auto}
  [class*="st-key-guess_classes_"] {gap: 6px}
  .teaser {grid-template-columns: repeat(5, 1fr)}
  .trail {grid-template-columns: repeat(10, 1fr)}
}
</style>"""


def invite(dataset: str, run_ids: list[str]) -> None:
    """Some of the images, without their names, and the button that begins."""
    st.html(STYLE)
    left, right = st.columns([3, 1], vertical_alignment="center")
    said = tr(
        "**Are you better than a net?** Name {count} test images. After each one you see what the nets said.",
        count=games.IMAGES,
    )
    left.markdown(said)
    left.html(
        f'<small class="keys">{escape(tr("The keys 1 to 9 and 0 stand for the first ten names."))}</small>'
    )
    data = services.dataset(dataset)
    if right.button(
        tr("Begin"),
        type="primary",
        icon=":material/play_arrow:",
        shortcut="Enter",
        disabled=not run_ids,
        key="guess_begin",
        width="stretch",
    ):
        games.begin(dataset, run_ids)
    if not run_ids:
        st.info(tr("Choose whom to play against, at the left."), icon=":material/group:")
    images = data.test_images[summary.draw_evenly(data.test_labels, 2 * games.IMAGES, 0)]
    pictures = "".join(f'<img alt="" src="{data_uri(image)}">' for image in images)
    st.html(f'<div class="teaser">{pictures}</div>')


def ask(playing: Round) -> None:
    """The image, a button with a key for each class, and after the answer what everybody said."""
    game = playing.game
    number, count = game.seen + 1, len(game.images)
    st.html(STYLE)
    st.progress(len(game.guesses) / count, text=tr("Image {number} of {count}", number=number, count=count))
    left, middle, right = st.columns(3)
    image = playing.data.test_images[game.images[game.seen]]
    alt = escape(tr("The image to name, {number} of {count}", number=number, count=count), quote=True)
    left.html(f'<img class="to-name" alt="{alt}" src="{data_uri(image)}">')
    with middle:
        _buttons(playing)
    with right:
        if game.is_answered:
            _goes_on_button(game)
            _reveal(playing)
        else:
            heading(f"**{tr('What is it?')}**")
        _score_line(playing)
    _trail(playing)


def _trail(playing: Round) -> None:
    """The images that have been named, and whether rightly."""
    game, names = playing.game, playing.data.class_names
    cells = []
    for place, guess in enumerate(game.guesses):
        label = int(playing.labels[place])
        sign, color = ("✓", RIGHT_TEXT) if guess == label else ("✗", WRONG_TEXT)
        alt = tr("You: {sign} {guess}", sign=sign, guess=class_name(names[guess]))
        src = data_uri(playing.data.test_images[game.images[place]])
        title = escape(class_name(names[label]), quote=True)
        cells.append(
            f'<span title="{title}"><img alt="{escape(alt, quote=True)}" src="{src}">'
            f'<b style="color:{color}">{sign}</b></span>'
        )
    if cells:
        st.html(f'<div class="trail">{"".join(cells)}</div>')


def _buttons(playing: Round) -> None:
    """A button for each class. After the answer the right one is green, a wrong one that was pressed red; the
    pressed one, pressed again in its place, goes on to the next image."""
    game, names = playing.game, playing.data.class_names
    first = names[: len(KEYS)]
    keys = first if set(first) <= set(KEYS) else KEYS  # a digit's key is the digit
    if game.is_answered:
        guess, label = game.guesses[-1], int(playing.labels[game.seen])
        colors = {guess: WRONG_TEXT, label: RIGHT_TEXT}
        st.html(f"<style>{''.join(map(_marked, colors, colors.values()))}</style>")
    with st.container(key=f"guess_classes_{kind_of(names)}"):
        for k, name in enumerate(names):
            is_guess = game.is_answered and game.guesses[-1] == k
            is_right = game.is_answered and playing.labels[game.seen] == k
            if st.button(
                escape_markdown(class_name(name)),
                icon=":material/check:" if is_right else ":material/close:" if is_guess else None,
                disabled=game.is_answered and not is_guess,
                shortcut=keys[k] if k < len(keys) else None,
                key=f"guess_{k}",
                width="stretch",
            ):
                if is_guess:
                    game.seen += 1
                else:
                    game.guesses.append(k)
                st.rerun()


def _marked(k: int, color: str) -> str:
    """The style of the button of a class that is the right one or was pressed."""
    return (
        f'[class*="st-key-guess_classes_"] .st-key-guess_{k} button {{color: {color} !important; '
        f"border: 2px solid {color} !important; font-weight: 600}}"
        f".st-key-guess_{k} button * {{color: inherit !important; font-weight: inherit}}"
    )


def _goes_on_button(game: games.Game) -> None:
    """To the next image, by the same key as the game began. Each image has a button of its own, so that a
    second press counts once."""
    is_last = len(game.guesses) == len(game.images)
    if st.button(
        tr("See the result") if is_last else tr("Next image"),
        type="primary",
        icon=":material/arrow_forward:",
        shortcut="Enter",
        key=f"guess_next_{game.seen}",
        width="stretch",
    ):
        game.seen += 1
        st.rerun()


def kind_of(names: tuple[str, ...]) -> str:
    """Which of the styles the buttons for these classes have."""
    if max(map(len, names)) == 1 and len(names) > FEW_CLASSES:
        return "letters"
    return "few" if len(names) <= FEW_CLASSES else "many"


def _card(playing: Round, place: int) -> Card:
    """An image of the game and what everybody said of it."""
    game, names = playing.game, playing.data.class_names
    index, guess, label = int(game.images[place]), game.guesses[place], int(playing.labels[place])
    sign = "✓" if guess == label else "✗"
    note = tr("You: {sign} {guess}", sign=sign, guess=class_name(names[guess]))
    return Card(playing.data.test_images[index], index, label, opinions(playing.answers, index), note)


def _reveal(playing: Round) -> None:
    names = playing.data.class_names
    guess, label = playing.game.guesses[-1], playing.labels[playing.game.seen]
    true = escape_markdown(class_name(names[label]))
    if guess == label:
        st.success(tr("Right: **{name}**", name=true), icon=":material/check:")
    else:
        said = escape_markdown(class_name(names[guess]))
        st.error(
            tr("You said {said}; the label says **{name}**", said=said, name=true), icon=":material/close:"
        )
    show_opinions(_card(playing, playing.game.seen), names)


def _score_line(playing: Round) -> None:
    """Right answers so far, of everybody."""
    count = len(playing.game.guesses)
    parts = (f"<span>{escape(name)} <b>{right}</b></span>" for name, right in playing.scores().items())
    title = escape(tr("Right so far, of {count}:", count=count))
    if count:
        st.html(f'<div class="scores"><span>{title}</span>{"".join(parts)}</div>')


def show_tally(playing: Round) -> None:
    """The scores with their intervals, and all images with what everybody said."""
    game, labels = playing.game, playing.labels
    guesses, count = np.array(game.guesses), len(playing.labels)
    scores = playing.scores()
    columns = st.columns(1 + len(scores), vertical_alignment="top")
    for column, (name, right) in zip(columns[:-1], scores.items(), strict=True):
        verdict = ""
        if name in playing.answers:
            predicted = playing.answers[name].predicted[game.images]
            verdict = _verdict(statistics.compare(labels, guesses, predicted))
        show_score(column, name, right, count, verdict)
    if columns[-1].button(
        tr("Play again"),
        type="primary",
        icon=":material/replay:",
        shortcut="Enter",
        key="guess_again",
        width="stretch",
    ):
        games.begin(game.dataset, game.run_ids)
    st.caption(say_little(count))
    show_cards([_card(playing, place) for place in range(count)], playing.data.class_names, top=1)


def show_score(where: DeltaGenerator, name: str, right: int, count: int, verdict: str) -> None:
    """Right answers of so many, with their interval; verdict: on a net, or empty."""
    low, high = statistics.wilson_interval(right, count)
    where.metric(escape_markdown(name), f"{right} / {count}")
    said = tr("95 % interval {low} to {high}", low=percent(low, 0), high=percent(high, 0))
    where.caption(f"{said}; {verdict}" if verdict else said)


def say_little(count: int) -> str:
    """What so few images tell of how good somebody is."""
    if count == 1:
        return tr("One image says little: the intervals are wide.")
    return tr("{count} images say little: the intervals are wide.", count=count)


def _verdict(compared: statistics.Comparison) -> str:
    """Never more than the paired test says."""
    if not compared.different:
        return tr("no telling it from you")
    return tr("better than you") if compared.difference > 0 else tr("worse than you")
