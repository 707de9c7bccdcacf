"""The line above a run's curves: its name, how far it is, how good, how fast, and the bar below."""

import time
from html import escape

import pandas as pd
import streamlit as st

from fmnist_core.base.errors import FmnistError
from fmnist_core.data import datasets
from fmnist_core.runs import Run, progress
from pages.ui import code, people, services
from pages.ui.widgets import (
    chance_note,
    duration,
    epoch_of,
    escape_markdown,
    page_link,
    run_name,
    status_icon,
    status_label,
)
from pages.ui.words.language import percent, tr

MOST_NAMES = 2
"""Of those whose runs come before one that waits: one line has to do."""

STYLE = """<style>
.st-key-headline {font-variant-numeric: tabular-nums; gap: .2rem 1.2rem}
.st-key-headline > :has(.run-name) {flex: 1 1 0; min-width: 4rem}
.run-name {display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap}
:has(> .st-key-headline) {container-type: inline-size}
@container (min-width: 641px) {
  .st-key-headline {flex-wrap: nowrap}
  .st-key-headline p {white-space: nowrap}
}
@container (max-width: 640px) {.st-key-headline > :has(.run-name) {flex-basis: 100%}}
</style>"""
"""One line, whatever the run is called: what is below stays where it is. Beside an open pane there may be
no room for one line."""


def show(run: Run, history: pd.DataFrame, records: pd.DataFrame) -> None:
    """Draw it. records: of the progress within the epochs."""
    latest = records.iloc[-1] if len(records) else None
    where = epoch_of(run)
    share = run.progress
    if run.status == "running" and latest is not None and latest.epoch > run.epochs:
        within = latest.step / latest.steps
        share = max(share, (latest.epoch - 1 + within) / run.config.epochs)
        if run.config.max_seconds is not None:
            share = max(share, latest.seconds / run.config.max_seconds)
        where = _where(run, latest)
    elif run.config.max_seconds is not None and not run.is_active:
        where = tr("after {epochs:,.1f} epochs", epochs=progress.epochs_done(run.epochs, records))
    st.html(STYLE)
    with st.container(key="headline", horizontal=True, vertical_alignment="center"):
        full = escape(run_name(run), quote=True)
        st.html(f'<b class="run-name" title="{full}">{full}</b>')
        st.markdown(f"{status_icon(run)} {where}", width="content")
        said = [_how_good(run, history, latest)]
        if run.status == "queued":
            said.append(_place(run))
        has_curves = latest is not None or len(history) > 0
        measured = _measured(run) if has_curves else None
        st.markdown(" · ".join(filter(None, said)), help=measured, width="content")
        timed = _timed(run) if run.status != "running" and run.seconds else None
        st.markdown(_how_fast(run, history, latest, share), help=timed, width="content")
    if run.status == "completed":
        _what_next(run)
    else:
        st.progress(min(1.0, share))


def waiting(word: str) -> str:
    """`word`, which says that something waits, and that all trainings are paused, where they are."""
    store = services.store()
    if not store.cached("paused", store.waiting.is_paused):
        return word
    return tr("Waiting, held by the lecturer") if people.is_classroom() else f"{word} · {tr('paused')}"


def _place(run: Run) -> str:
    """That a run waits, at which place, and after whose runs; or who holds it."""
    word = status_label(run.status)
    said, order = waiting(word), services.store().cached("order", services.store().waiting.order)
    if said != word or run.run_id not in order:  # nothing starts now, or not this one
        return said
    place = order.index(run.run_id)
    runs = {other.run_id: other for other in services.active_runs()}
    training = [run_id for run_id, other in runs.items() if other.status == "running"]
    owners = [runs[run_id].owner_name for run_id in [*training, *order[:place]] if run_id in runs]
    names = [escape_markdown(name) for name in dict.fromkeys(owners) if name]
    if not names:  # at home
        return f"{word} · " + tr("place {position}", position=place + 1)
    values = {"position": place + 1, "names": ", ".join(names[:MOST_NAMES])}
    if len(names) > MOST_NAMES:
        more = len(names) - MOST_NAMES
        return f"{word} · " + tr("place {position}, after {names} and {count} more", count=more, **values)
    return f"{word} · " + tr("place {position}, after {names}", **values)


def _where(run: Run, latest: pd.Series) -> str:
    """How far a run is within its epoch."""
    place = {"epoch": int(latest.epoch), "step": int(latest.step), "steps": int(latest.steps)}
    if run.config.max_seconds is not None:
        return tr("epoch {epoch} · step {step} of {steps}", **place)
    return tr("epoch {epoch} of {epochs} · step {step} of {steps}", epochs=run.config.epochs, **place)


def _how_good(run: Run, history: pd.DataFrame, latest: pd.Series | None) -> str:
    """The latest accuracy of the run and on which images; at the end that of its best weights, if kept.
    Without any, how it ended; of one that waits nothing."""
    if run.status == "completed" and run.config.keep == "best" and run.test_accuracy is not None:
        accuracy = percent(run.test_accuracy)
        return tr(
            "**{accuracy}** of test images right, weights of epoch {epoch}",
            accuracy=accuracy,
            epoch=run.best_epoch,
        )
    if len(history):
        last = history.iloc[-1]
        if pd.notna(last.test_accuracy):
            said = tr("**{accuracy}** of test images right", accuracy=percent(last.test_accuracy))
            return said + chance_note(run)
        if pd.notna(last.validation_accuracy):
            return tr("**{accuracy}** of validation images right", accuracy=percent(last.validation_accuracy))
    if latest is not None:
        accuracy = percent(latest.train_accuracy)
        return tr("**{accuracy}** of training images so far", accuracy=accuracy)
    if run.status == "running":
        waited = time.time() - (run.started_at or time.time())
        return tr("getting ready for {time}", time=duration(waited))
    return "" if run.status == "queued" else status_label(run.status)


def _measured(run: Run) -> str:
    """What the curves' names mean, and on which images and in which precision this run is measured."""
    parts = [
        tr("**Training, running**: a mean over the last steps."),
        tr("**Training**: the mean over an epoch, while the net still changed."),
        tr("**Training, evaluated**: of the net as it is at the end, on the same images."),
    ]
    if run.config.label_smoothing:
        parts.append(
            tr(
                "**Smoothed**: the training loss is measured against labels smoothed by {share:g}; it "
                "lies above the loss of the other images, which is measured against their labels.",
                share=run.config.label_smoothing,
            )
        )
    if run.config.test_every == 0:
        parts.append(tr("This run meets the test images only at its end."))
    elif run.config.test_every > 1:
        parts.append(tr("This run meets the test images every {count} epochs.", count=run.config.test_every))
    if run.precision == "bfloat16":
        parts.append(
            tr(
                "Validation and test images are read in bfloat16, in which this run learns, and in float32 "
                "after the last epoch: the same weights may get an image or two more or less right."
            )
        )
    return "\n\n".join(parts)


def _how_fast(run: Run, history: pd.DataFrame, latest: pd.Series | None, share: float) -> str:
    source = latest if latest is not None else history.iloc[-1] if len(history) else None
    if source is None:
        return ""
    rate = source.images_per_second
    if run.status != "running" and len(history):  # over all its epochs, like the time beside it
        rate = len(history) / (1 / history.images_per_second).sum()
    speed = tr("{count:,.0f} images/s", count=rate)
    if run.status != "running":
        if not run.seconds:  # it was stopped in its first epoch
            return speed
        return f"{speed} · " + tr("{time} of training", time=duration(run.seconds))
    left = source.seconds * (1 / share - 1) if share > 0 else 0.0
    if run.config.max_seconds is not None:
        left = max(0.0, run.config.max_seconds - source.seconds)
    return f"{speed} · " + tr("{time} left", time=duration(left))


def _timed(run: Run) -> str:
    """What is in the two times that `_how_fast` names, which do not go together."""
    if run.config.max_seconds is not None:
        return tr("**Images/s** and **time of training**: of the training steps alone.")
    return tr(
        "**Images/s**: of the training steps alone. **Time of training**: of whole epochs, reading "
        "validation and test images included."
    )


def _what_next(run: Run) -> None:
    """Where the progress was: what one does with a trained net."""
    reader = {} if _is_for_garments(run) else {"run": run.run_id}
    with st.container(horizontal=True, vertical_alignment="center", key="what_next"):
        label = tr("See what it gets right and wrong")
        page_link("predictions", label, "image_search", run=run.run_id)
        page_link("compare", tr("Compare it with other runs"), "leaderboard")
        page_link("inside", tr("Take it along"), "download", run=run.run_id, section="export")
        page_link("photo", tr("Name a photo"), "photo_camera", **reader)
        code.show_runs([run], "run_code")


def _is_for_garments(run: Run) -> bool:
    """Photos of garments are named by the net that comes with the project, which has learned from photos."""
    try:
        return datasets.find(run.config.dataset).preparation == "garment"
    except FmnistError:  # its data set was deleted, and it names no photo any more
        return True
