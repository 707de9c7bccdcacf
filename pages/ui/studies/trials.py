"""What a search has found: the best trial and what its figure is worth, all trials, and what matters."""

import pandas as pd
import streamlit as st

from fmnist_core.base.config import SETTINGS
from fmnist_core.base.search import Search
from fmnist_core.jobs import search as searches
from fmnist_core.results import charts, statistics
from fmnist_core.results.statistics import Trial
from fmnist_core.runs import Study
from pages.ui import services
from pages.ui.live_chart import LiveChart, live_chart, show_live_charts
from pages.ui.studies.progress import POLL_SECONDS, runs_of
from pages.ui.widgets import escape_markdown, page_link, show_errors, status_label
from pages.ui.words.language import current_language, tr, translate

HEIGHT, SETTINGS_HEIGHT = 190, 216
SEEDS = 5


def show(study: Study, is_active: bool) -> None:
    """Verdict, table and charts; drawn again while trials are on their way."""
    pace = services.poll_seconds(POLL_SECONDS) if is_active else None
    st.fragment(_results, run_every=pace)(study)


@show_errors
def _results(study: Study) -> None:
    search, runs, store = study.search, runs_of(study.study_id), services.store()
    assert search is not None
    state = ("trials", study.study_id)
    trials = store.cached(state, lambda: searches.trials_of(store, runs))
    if not trials:
        st.info(tr("Its first trial begins at once."), icon=":material/hourglass_empty:")
        return
    shares = store.cached((*state, "shares"), lambda: statistics.importances(search, trials))
    with st.container(border=True, key="study_verdict"):
        _verdict(study, trials)
    left, right = st.columns(2)
    with left:
        _table(search, trials)
    drawn = store.cached((*state, "charts", current_language()), lambda: _charts(search, trials, shares))
    with right:
        show_live_charts([drawn[0]], study.study_id, key="search_trials")
    show_live_charts([drawn[1]], study.study_id, key="search_settings")


def _charts(search: Search, trials: list[Trial], shares: dict[str, float]) -> list[LiveChart]:
    return [
        live_chart(charts.trials_chart(trials, HEIGHT), charts.trials_chart_alt(trials)),
        live_chart(
            charts.search_chart(search, trials, shares, SETTINGS_HEIGHT),
            charts.search_chart_alt(search, trials, shares),
        ),
    ]


def _verdict(study: Study, trials: list[Trial]) -> None:
    """The best trial, how far its figure is luck, and what to do with it."""
    assert study.search is not None
    store, images = services.store(), study.search.base.validation_size
    luck = store.cached(("luck", study.study_id), lambda: searches.luck(store, trials))
    first, *others = statistics.search_verdict(trials, images, luck)
    st.markdown(f"**{escape_markdown(translate(first))}**")
    if others:
        st.caption(escape_markdown(" ".join(map(translate, others))))
    best = statistics.best_trial(trials)
    if best is not None:
        with st.container(horizontal=True):
            label = tr("Train the best one with {count} seeds", count=SEEDS)
            asked = {"study": study.study_id, "repeat": best.run.run_id, "seeds": str(SEEDS)}
            page_link("studies", label, "experiment", **asked)
            page_link("predictions", tr("Its images"), "image_search", run=best.run.run_id)


def _table(search: Search, trials: list[Trial]) -> None:
    """A row for each trial, the best first."""
    order = sorted(enumerate(trials, start=1), key=lambda pair: (not pair[1].counts, -pair[1].accuracy))
    rows = [
        {
            "trial": number,
            "accuracy": 100 * each.accuracy,
            **{name: getattr(each.run.config, name) for name in search.space},
            "epochs": each.run.epochs,
            "state": tr("given up") if each.is_given_up else status_label(each.run.status),
            "run": f"predictions?run={each.run.run_id}",
        }
        for number, each in order
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=HEIGHT,
        column_config={
            "trial": st.column_config.NumberColumn(tr("Trial"), width=44),
            "accuracy": st.column_config.NumberColumn(
                tr("Validation"), format="%.2f %%", width=80, help=tr("Validation accuracy")
            ),
            **{name: _column(name) for name in search.space},
            "epochs": st.column_config.NumberColumn(tr("Epochs"), width=52),
            "state": st.column_config.TextColumn(tr("Status"), width=90),
            "run": st.column_config.LinkColumn(tr("Its images"), display_text=tr("open")),
        },
        placeholder="–",
        key="search_table",
        alt=tr("Validation accuracy and settings of each trial"),
    )


def _column(name: str):
    declared = SETTINGS[name]
    label = translate(declared.label)
    if declared.kind is float:
        return st.column_config.NumberColumn(label, format="%.3g", width=104)
    return st.column_config.NumberColumn(label, format="%d", width=88) if declared.kind is int else label
