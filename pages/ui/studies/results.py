"""What came out: the groups of runs that differ in the seed alone, which is better, and how sure that is."""

import zlib
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from fmnist_core.base.palette import RUNS, distinct
from fmnist_core.jobs import study as studies
from fmnist_core.results import charts, statistics
from fmnist_core.runs import Run
from pages.ui import address, services, shell, short_names
from pages.ui.compare.curves import history_of
from pages.ui.compare.runs_table import color_column, dot
from pages.ui.live_chart import LiveChart, live_chart, show_live_charts
from pages.ui.studies.progress import POLL_SECONDS
from pages.ui.tables import caption_of_ticks, frame_size
from pages.ui.widgets import escape_markdown, show_errors, toggle
from pages.ui.words.language import current_language, tr, translate

HEIGHT = 240
MOST_CURVES = 12
MOST_PAIRS = 100
MAX_PIXELS = 250
NAME_LETTERS, MOST_LETTERS = 20, 32
WIDTHS = (6, 5)
"""Of the table, in which the names have room, and of the chart beside it."""
Named = dict[str, statistics.Group]
PICKED = "study_picked"
"""In the session: the groups whose rows are ticked, by the ids of their first runs."""


ALL = "all"
"""In place of a study: all runs."""


def choose_dataset(runs: Iterable[Run]) -> str:
    """One data set of these runs (oldest first), because no two are comparable; at first the newest run's."""
    sets = list(dict.fromkeys(run.config.dataset for run in reversed(list(runs))))
    if len(sets) == 1:
        return sets[0]
    return address.select(tr("On the data set"), "on", sets, sets[0], key="studies_dataset")


def show(chosen: str, dataset: str, is_active: bool, only: frozenset[str] | None = None) -> None:
    """Table, verdict and charts of one data set; drawn again while runs are on their way.

    chosen: a study's id, or `ALL`. only: the ids of the runs that may be among them, if not all may.
    """
    state, visit = st.session_state, (address.visit_number(), f"{chosen} {dataset}")
    if state.get("study_visit") != visit:
        is_first = state.get("study_visit", visit)[1] == visit[1] or address.is_first_run()
        state["study_visit"] = visit
        state[PICKED] = [part for part in address.asked("groups").split(",") if part] if is_first else []
        known = {group.runs[0].run_id for group in _groups(chosen, dataset, only).values()}
        for run_id in state[PICKED]:
            if run_id not in known:
                address.refuse("groups", tr("the other rows"), run_id)
        state[PICKED] = [run_id for run_id in state[PICKED] if run_id in known]
    address.note("groups", ",".join(state[PICKED]) or None)
    with shell.pane():
        all_pairs = toggle(tr("All pairs"), "pairs", "study_pairs")
    pace = services.poll_seconds(POLL_SECONDS) if is_active else None
    st.fragment(_results, run_every=pace)(chosen, dataset, all_pairs, only)


def _groups(chosen: str, dataset: str, only: frozenset[str] | None) -> Named:
    """The groups of a study, or of all runs, on a data set, by name; the best first."""
    store = services.store()

    def find() -> Named:
        runs = store.runs() if chosen == ALL else studies.runs_of(store, chosen)
        groups = statistics.group_runs(
            run for run in runs if run.config.dataset == dataset and (only is None or run.run_id in only)
        )
        return dict(zip(statistics.group_names(groups), groups, strict=True))

    return store.cached(("groups", chosen, dataset, only), find)


@show_errors
def _results(chosen: str, dataset: str, all_pairs: bool, only: frozenset[str] | None) -> None:
    groups = _groups(chosen, dataset, only)
    if not groups:
        waits = tr("As soon as its first run is done, its result is here.")
        if chosen == ALL:
            waits = tr("No run on {dataset} is done yet. Another data set: at the left.", dataset=dataset)
        st.info(waits, icon=":material/hourglass_empty:")
        return
    names = [name for name, group in groups.items() if group.runs[0].run_id in st.session_state[PICKED]]
    with st.container(border=True, key="study_verdict"):
        _verdict(groups, names)
    left, right = st.columns(WIDTHS)
    shown = (names if len(names) > 1 else list(groups))[:MOST_CURVES]
    colors = _colors(groups, shown)
    with left:
        _table(groups, colors, chosen)
        if names:
            _seeds({name: groups[name] for name in names})
    settings, is_wide = _settings_chart(_state(groups), colors, current_language(), groups)
    drawn = {name: groups[name] for name in shown}
    has_curves = any(run.epochs > 1 for group in drawn.values() for run in group.runs)
    if has_curves:
        with right:
            chart = _group_curves(_state(drawn), colors, current_language(), drawn)
            show_live_charts([chart], f"{chosen} {' '.join(drawn)}", key="study_curves")
    if len(groups) > 1:
        with st.container() if is_wide else right if names or not has_curves else left:
            show_live_charts([settings], f"{chosen} settings", key="study_settings")
    if all_pairs:
        _pairs(groups)
    if st.session_state.pop("study_ticked", False):
        st.rerun()  # the address says it


def _colors(groups: Named, shown: list[str]) -> dict[str, str]:
    """A colour for each group that is drawn, which no other of them has: by the age of its first run, so that
    it stays while others get better."""
    by_age = sorted(groups, key=lambda name: groups[name].runs[0].created_at)
    own = [RUNS[by_age.index(name) % len(RUNS)] for name in shown]
    return dict(zip(shown, distinct(own), strict=True))


def _compared(groups: Named) -> dict[tuple[str, str], statistics.GroupComparison]:
    """All pairs of groups, corrected for their number."""
    by_name = {name: group.accuracies for name, group in groups.items()}
    key = ("pairs", tuple((name, *accuracies.items()) for name, accuracies in by_name.items()))
    return services.store().cached(key, lambda: statistics.compare_all(by_name))


def _verdict(groups: Named, names: list[str]) -> None:
    """The best two, or the best two of those that are picked, in one sentence.

    Somebody who looks at the rows and then picks two can pick the largest difference of all, so it is
    corrected for the number of all pairs.
    """
    if len(groups) == 1:
        ((name, group),) = groups.items()
        said = statistics.mean_sentence(name, group.accuracies.values())
        st.markdown(f"**{escape_markdown(translate(said))}**")
        return
    picked = names if len(names) > 1 else groups
    found = statistics.compare_best({name: groups[name].accuracies for name in picked})
    if found is None:
        st.markdown(tr("Once two of them have two completed runs each, it says here which one is better."))
        return
    a, b, comparison = found
    pairs = _compared(groups) if len(names) > 1 else {}
    comparison = pairs.get((a, b), comparison)
    st.markdown(f"**{escape_markdown(translate(statistics.group_verdict(comparison, a, b)))}**")
    said = tr("By Welch's t test; the test images are the same for all.")
    if comparison.is_paired:
        said = tr("By a t test of the differences, seed by seed; the test images are the same for all.")
    if len(pairs) > 1:
        said += " " + tr("Corrected for all {count} pairs of this table.", count=len(pairs))
    if len(names) < 2:
        notes = statistics.verdict_notes(list(groups.values()))
        said = " ".join([said, *(escape_markdown(translate(note)) for note in notes)])
    st.caption(said)


def _table(groups: Named, colors: dict[str, str], chosen: str) -> None:
    """A row for each group; ticked ones are compared, and unfold below."""
    rows, shown = [], short_names.tell_apart(groups, NAME_LETTERS, MOST_LETTERS)
    for name, group in groups.items():
        found = statistics.spread(group.accuracies.values())
        known = found.count > 1
        rows.append(
            {
                "color": dot(colors.get(name, "")),
                "name": shown[name],
                "mean": round(100 * found.mean, 2),
                "interval": f"{100 * found.low:.1f} – {100 * found.high:.1f}" if known else None,
                "seeds": found.count,
                "deviation": round(100 * found.deviation, 2) if known else None,
            }
        )
    ids = [group.runs[0].run_id for group in groups.values()]
    key = address.widget_key(f"study_groups_{zlib.crc32(' '.join([chosen, *ids]).encode()):08x}")
    wanted = st.session_state[PICKED]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        **frame_size(len(rows), MAX_PIXELS),
        column_config={
            "color": color_column(),
            "name": tr("Settings"),
            "mean": st.column_config.NumberColumn(tr("Mean"), format="%.2f %%", width=66),
            "interval": st.column_config.TextColumn(tr("95 % interval"), width=95),
            "seeds": st.column_config.NumberColumn(tr("Seeds"), width=52),
            "deviation": st.column_config.NumberColumn(
                tr("Spread"), format="%.2f", width=56, help=tr("Standard deviation between seeds, in points.")
            ),
        },
        placeholder="–",
        key=key,
        on_select=lambda: _tick(key, ids),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [row for row, id in enumerate(ids) if id in wanted]}},
        alt=tr("Test accuracy of each group of runs that differ in the seed alone"),
    )
    caption_of_ticks(tr("Tick rows to compare them, seed by seed."))


def _tick(key: str, ids: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    st.session_state[PICKED] = [ids[row] for row in rows if row < len(ids)]
    st.session_state["study_ticked"] = True


def _state(groups: Named) -> int:
    """Another number as soon as a chart of these groups changes, though not at each change of the store."""
    return hash(
        tuple(
            (name, *((run.run_id, run.epochs, run.test_accuracy) for run in group.runs))
            for name, group in groups.items()
        )
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _settings_chart(
    state: int, colors: dict[str, str], language: str, _groups: Named
) -> tuple[LiveChart, bool]:
    """The chart, and whether it wants the whole width."""
    groups = list(_groups.values())
    figure = charts.settings_chart(groups, colors, HEIGHT)
    chart = live_chart(figure, charts.settings_chart_alt(groups))
    return chart, any(trace.type == "parcoords" for trace in figure.data)


@st.cache_resource(max_entries=8, show_spinner=False)
def _group_curves(state: int, colors: dict[str, str], language: str, _groups: Named) -> LiveChart:
    histories = {name: [history_of(run) for run in group.runs] for name, group in _groups.items()}
    figure = charts.group_curves(histories, colors, height=HEIGHT)
    return live_chart(figure, charts.group_curves_alt(histories))


def _seeds(groups: Named) -> None:
    """The runs of the picked groups, one by one."""
    rows = [
        {"name": name, "seed": seed, "test_accuracy": 100 * accuracy, "run": f"predictions?run={run.run_id}"}
        for name, group in groups.items()
        for run, (seed, accuracy) in zip(group.runs, group.accuracies.items(), strict=True)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        **frame_size(len(rows), MAX_PIXELS),
        column_config={
            "name": tr("Settings"),
            "seed": st.column_config.NumberColumn(tr("Seed"), format="%d"),
            "test_accuracy": st.column_config.NumberColumn(tr("Test accuracy"), format="%.2f %%"),
            "run": st.column_config.LinkColumn(tr("Its images"), display_text=tr("open")),
        },
        key="study_seeds",
        alt=tr("Test accuracy of each seed"),
    )


def _pairs(groups: Named) -> None:
    """All pairs, with p-values corrected for their number."""
    pairs = _compared(groups)
    st.caption(
        tr(
            "{count:,} comparisons at once, corrected for their number by Bonferroni's method: were all "
            "equally good, a difference would be claimed in one study of twenty at most.",
            count=len(pairs),
        )
    )
    order = sorted(pairs.items(), key=lambda pair: pair[1].p_value)[:MOST_PAIRS]
    rows = [
        {
            "a": b if found.difference > 0 else a,
            "b": a if found.difference > 0 else b,
            "difference": 100 * abs(found.difference),
            "p": found.p_value,
            "verdict": tr("better") if found.different else tr("no telling"),
        }
        for (a, b), found in order
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            "a": tr("Higher mean"),
            "b": tr("Lower mean"),
            "difference": st.column_config.NumberColumn(tr("Difference (points)"), format="%.2f"),
            "p": st.column_config.NumberColumn("p", format="%.3f"),
            "verdict": tr("Verdict"),
        },
        key="study_pairs_table",
        alt=tr("All pairs of groups, with the difference of their means"),
    )
