"""Pieces that several pages show."""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.data import datasets
from fmnist_core.results import statistics
from fmnist_core.runs import Run, record
from pages.ui import address, presenter
from pages.ui.plotly_compat import share
from pages.ui.words.language import current_language, percent, tr, translate, translate_figure

STATUS_ICONS = {
    "queued": ":material/hourglass_empty:",
    "running": ":material/model_training:",
    "completed": ":material/check_circle:",
    "stopped": ":material/stop_circle:",
    "failed": ":material/error:",
    "interrupted": ":material/power_off:",
}

# Signs that mean something in Markdown: anywhere; an underscore at a word's edge; before more text
# (:red[...], &amp;). And at the start of a line: headings and lists, but no negative or decimal number.
MARKUP = re.compile(r"[\\`*\[\]<>$~|]|(?<![^\W_])_|_(?![^\W_])|:(?=\S)|&(?=[#\w])")
LINE_START = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([#+=.)-])(?=[#=-]|\s|$)", re.MULTILINE)
# An address is a link by itself, and :tada: a picture. The joiner, which nobody sees, parts them.
EMOJI = re.compile(r":(?=[\w+-]+:)")
BARE_LINK = re.compile(r"https?\\:(?=//)|\bwww(?=\.)|\w(?=@)", re.IGNORECASE)
WORD_JOINER = "\u2060"


def chance_note(run: Run) -> str:
    """What follows the accuracy of a completed run whose test does not show it to be better than guesses:
    that it is not, or that the test images are too few to tell. Else empty."""
    try:
        classes = len(datasets.find(run.config.dataset).class_names)
    except FmnistError:  # the data set is gone
        return ""
    is_known = run.status == "completed" and run.test_accuracy is not None
    if not is_known or not statistics.is_at_chance(run.test_accuracy, run.test_count, classes):
        return ""
    if (run.test_accuracy or 0.0) < statistics.guessing_limit(classes):
        return " · " + tr("no better than guessing")
    guess = percent(1 / classes, 0)
    return " · " + tr("too few test images to tell it from guessing ({guess})", guess=guess)


def status_icon(run: Run) -> str:
    """A tick is for a run that has learned something."""
    return ":material/casino:" if chance_note(run) else STATUS_ICONS[run.status]


def status_label(status: str) -> str:
    """A status in the reader's language."""
    labels = {  # literals, so that the catalogue's test finds them
        "queued": tr("queued"),
        "running": tr("running"),
        "completed": tr("completed"),
        "stopped": tr("stopped"),
        "failed": tr("failed"),
        "interrupted": tr("interrupted"),
    }
    return labels.get(status, status)


def show_chart(figure: go.Figure, alt: str, key: str, subject: str = "", **options: object) -> object:
    """A chart in the reader's language, with the text that is read aloud in its place.

    subject: what it shows; a zoom lasts as long as it is the same."""
    if subject:
        figure.layout.uirevision = subject
    return _plot(as_shown(figure), translate(alt), key, **options)


def as_shown(figure: go.Figure) -> go.Figure:
    """The figure in the reader's language, with large letters while somebody presents."""
    translated = translate_figure(figure)
    return presenter.enlarge(translated) if presenter.is_on() else translated


def show_shared_chart(what: tuple, draw: Callable[[], tuple[go.Figure, str]], key: str) -> None:
    """`show_chart` of the figure and the text that `draw` returns, drawn once for all browsers, because
    drawing is slow. `what`: all that they depend on, beside the language."""
    _plot(*_drawn((current_language(), presenter.is_on(), *what), draw), key)


@st.cache_resource(max_entries=200, show_spinner=False)
def _drawn(what: tuple, _draw: Callable[[], tuple[go.Figure, str]]) -> tuple[go.Figure, str]:
    figure, alt = _draw()
    figure.layout.uirevision = str(what)
    figure = as_shown(figure)
    share(figure)
    return figure, translate(alt)


def _plot(figure: go.Figure, alt: str, key: str, **options: Any) -> object:
    quiet = {"displayModeBar": False, "scrollZoom": False}
    return st.plotly_chart(figure, key=key, alt=alt, config=quiet, **options)


def heading(text: str, help: str | None = None) -> None:
    """A title within a page, which looks like a paragraph. text: Markdown, its bold words included."""
    st.markdown(f"## {text}", help=help)


def show_problem(error: FmnistError) -> None:
    """What went wrong and what to do, in the reader's language."""
    st.error(escape_markdown(translate(error.message)), icon=":material/error:")


@contextlib.contextmanager
def showing_errors() -> Iterator[None]:
    """What goes wrong within is said on the page, which goes on."""
    try:
        yield
    except FmnistError as error:
        show_problem(error)


def show_errors(fragment: Callable) -> Callable:
    """A fragment that says what is wrong: it runs again by itself, outside of what `app.py` catches."""
    return showing_errors()(fragment)


@contextlib.contextmanager
def keeping_problem(key: str) -> Iterator[None]:
    """For callbacks: what goes wrong within is kept until `show_kept_problem`."""
    try:
        yield
    except FmnistError as error:
        st.session_state[key] = error


def show_kept_problem(key: str) -> None:
    """What went wrong in a callback, once."""
    problem = st.session_state.pop(key, None)
    if problem is not None:
        show_problem(problem)


def tell_unknown_run(asked: str, labels: dict[str, str], shown: str) -> None:
    """Say so, once, if a link asks for a run that this page cannot show; shown: the id of another one."""
    if asked and asked not in labels:
        reason = tr("it is not here, or cannot be used on this page")
        address.refuse("run", labels[shown], asked, reason)


def translate_uploader(key: str, megabytes: int) -> None:
    """Streamlit's own words on an uploader, which are English, in the reader's language."""
    if current_language() == "en":
        return
    button, limit = tr("Choose a file"), tr("{megabytes} MB a file at most", megabytes=megabytes)
    place = f'[class*="st-key-{key}"] [data-testid="stFileUploaderDropzone'
    st.html(
        f"""<style>{place}"] > span button p, {place}Instructions"] span {{font-size: 0}}
        {place}"] > span button p::after {{content: "{button}"; font-size: 1rem}}
        {place}Instructions"] span::after {{content: "{limit}"; font-size: .875rem}}</style>"""
    )


def offer_download(name: str) -> None:
    """The button that fetches a data set's files, and what to do without a network."""
    info = datasets.find(name)
    label = tr("Download {name} ({megabytes} MB)", name=name, megabytes=info.download_megabytes)
    if st.button(label, icon=":material/download:", key="download_data"):
        bar = st.progress(0.0)

        def report(fraction: float, text: str) -> None:
            bar.progress(min(fraction, 1.0), translate(text))

        try:
            datasets.load(name, report)
        except FmnistError as error:
            bar.empty()
            show_problem(error)
        else:
            st.rerun()
    files = ", ".join(f"`{file}`" for file in info.files.names)
    st.caption(tr("No network? Put {files} into {folder}.", files=files, folder=f"`{datasets.folder(name)}`"))


def whole(number: float | None) -> Any:
    """What was typed into a field that takes any number, because one for whole numbers would cut 1.5 to 1
    without a word: 2.0 as 2, and 1.5 as it is, for the core to refuse."""
    return int(number) if number is not None and number == number // 1 else number


def duration(seconds: float | None) -> str:
    """Seconds in the largest two units: "1 min 12 s"; of a few that are no whole number also the tenths."""
    if seconds is None or seconds != seconds:
        return "–"
    if seconds < 10 and not isinstance(seconds, int):
        return tr("{seconds:.1f} s", seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return tr("{seconds} s", seconds=rest)
    if minutes < 60:
        return tr("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return tr("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def escape_markdown(text: str) -> str:
    """Text that people wrote, so that Markdown shows it as it stands: no links, no images, no HTML."""
    text = EMOJI.sub(r"\g<0>" + WORD_JOINER, text)
    text = LINE_START.sub(r"\1\\\2", MARKUP.sub(r"\\\g<0>", text))
    return BARE_LINK.sub(r"\g<0>" + WORD_JOINER, text)


def epoch_of(run: Run) -> str:
    """How far a run is: "epoch 3 of 10", or "epoch 3" in a race, which ends by the clock. Of one that trains
    the epoch in which it is, of others the last one that ended."""
    epoch = min(run.epochs + (run.status == "running"), run.config.epochs)
    if run.config.max_seconds is not None:
        return tr("epoch {epoch}", epoch=epoch)
    return tr("epoch {epoch} of {epochs}", epoch=epoch, epochs=run.config.epochs)


def run_name(run: Run) -> str:
    """As people named it; that of the run which comes with the project is in the reader's language."""
    return translate(run.name) if run.comes_with_project else run.name


def run_label(run: Run) -> str:
    """A run in a list to choose from. Streamlit remembers a choice by its label, which must not change as
    the run goes on: no status and no accuracy in here."""
    return f"{run_name(run)} · {tr('comes with the project') if run.comes_with_project else run.run_id}"


def run_labels(table: pd.DataFrame) -> dict[str, str]:
    """The id of each run in the store's table, in its order, and its `run_label`."""
    rows = table[["run_id", "name", "comes_with_project"]].itertuples()
    return {run.run_id: run_label(run) for run in rows}


def end_polling(key: str, *is_active: bool) -> None:
    """For a fragment that polls: the whole page once more, as soon as one of these is no longer active."""
    was_active = st.session_state.get(key, ())
    st.session_state[key] = is_active
    if any(was and not now for was, now in zip(was_active, is_active, strict=False)):
        st.rerun()


def toggle(label: str, name: str, key: str, help: str | None = None) -> bool:
    """A switch, at first off; where it is on, the address says so under `name`."""
    start = address.choice(name, ["0", "1"], "0") == "1"
    is_on = st.toggle(label, start, key=address.widget_key(key), help=help)
    address.note(name, "1" if is_on else None)
    return is_on


def several(
    label: str,
    name: str,
    options: list[str],
    key: str,
    default: str = "",
    format_func: Callable[[str], str] = str,
) -> list[str]:
    """Some of these, at first the default or none; the address has them under `name`, with commas between."""
    wanted = [value for value in address.asked(name).split(",") if value]
    asked = [value for value in wanted if value in options]
    for value in wanted:
        if value not in options:
            address.refuse(name, ", ".join(map(format_func, asked)) or default or tr("All"), value)
    start = asked or [value for value in [default] if value in options]
    chosen = st.multiselect(label, options, start, format_func=format_func, key=address.widget_key(key))
    address.note(name, ",".join(chosen) or None, default)
    return chosen


def page_link(page: str, label: str, icon: str, **query: str) -> None:
    """A link to a page, which opens with these values of its address."""
    query_params = address.link_to(page, **query) if query else None
    st.page_link(f"pages/{page}.py", label=label, icon=f":material/{icon}:", query_params=query_params)


def invite_to_train(text: str, icon: str) -> None:
    """Where nobody has trained anything yet: what would be here, and the way there."""
    st.info(text, icon=icon)
    page_link("train", tr("Train my first net"), "play_arrow")


def unique_names(runs: list[Run]) -> dict[str, Run]:
    """Runs by their `run_name`; see `record.by_unique_name`."""
    return record.by_unique_name(runs, run_name)
