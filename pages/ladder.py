"""The ladder: the lecture's five nets by its own recipe, its figures beside reproduced ones and yours."""

import pandas as pd
import streamlit as st

from fmnist_core import lecture
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.messages import signed
from fmnist_core.lecture import LADDER, MEASURED_EPOCHS, code_blocks, ladder_charts
from fmnist_core.runs import Run
from pages.ui import code, people, services
from pages.ui.ladder import rungs
from pages.ui.live_chart import live_chart, show_live_charts
from pages.ui.widgets import (
    end_polling,
    epoch_of,
    heading,
    page_link,
    show_errors,
    showing_errors,
    status_label,
)
from pages.ui.words.language import percent, tr, translate

POLL_SECONDS = 2.0


def own_runs() -> dict[str, Run]:
    """The run of each net: in a class, of those of the person at this browser."""
    person = people.current()
    runs = services.store().runs()
    return lecture.ladder_runs([run for run in runs if run.owner == person.id or not people.is_classroom()])


def climb(missing: list) -> None:
    """Queue the trainings that are not there yet."""
    with showing_errors():
        for config in missing:
            people.submit(config)
        st.rerun()


@show_errors
def show() -> None:
    """The rungs, what they say and the button to climb; curves and all figures."""
    store = services.store()
    runs = own_runs()
    yours = {name: store.history(run.run_id) for name, run in runs.items()}
    made = {name: net.history for name, net in lecture.reproduced_ladder().items()}
    finished = {name: yours[name] for name, run in runs.items() if run.status == "completed"}
    table = lecture.comparison(made | finished)
    is_active = any(run.is_active for run in runs.values())
    left, right = st.columns([3, 2], gap="medium")
    with left:
        rungs.show(table, {name: state(run, yours[name]) for name, run in runs.items()})
        below = st.container()
    with right:
        offer_to_climb([config for config in lecture.ladder_configs() if config.architecture not in runs])
        tell_of_active([run for run in runs.values() if run.is_active])
        beside = st.container()
        show_findings(table)
    with beside if is_active else below:
        figure, alt = ladder_charts.ladder_curves(made, yours), ladder_charts.ladder_curves_alt(made, yours)
        show_live_charts([live_chart(figure, alt)], "ladder", "ladder_curves")
    with st.expander(tr("Published and reproduced")):
        show_table(table)
    end_polling("ladder_active", is_active)


def state(run: Run, history: pd.DataFrame) -> str:
    """Of your own run of a net: whose the figures of its rung are, or how far it is."""
    if run.status == "completed":
        return tr("your run")
    if run.status != "running":
        return status_label(run.status)
    tests = history["test_accuracy"].dropna()
    if tests.empty:
        return epoch_of(run)
    return tr("{epoch}, test {accuracy}", epoch=epoch_of(run), accuracy=percent(tests.iloc[-1]))


def offer_to_climb(missing: list[TrainConfig]) -> None:
    """What the five have in common, and the button that trains those that you have not trained yet."""
    st.markdown(
        tr(
            "Five nets, one recipe: batch 256, Adam, 30 epochs, seed 43052, all 60,000 images. How far does "
            "each one get, on the images that it learned and on new ones?"
        )
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        wants = bool(missing) and st.button(
            tr("Train all five nets yourself")
            if len(missing) == len(LADDER)
            else tr("Train {count} more net(s) yourself", count=len(missing)),
            type="primary",
            icon=":material/stairs:",
            key="climb",
        )
        code.show_several({name: code_blocks.ladder_net(name) for name in LADDER}, "ladder_code")
    if wants:
        climb(missing)
    if not missing:
        return
    made = lecture.reproduced_ladder()
    seconds = sum(made[config.architecture].seconds for config in missing if config.architecture in made)
    st.caption(
        tr(
            "The reproduced figures come with the project; they took {minutes:.0f} minutes. Your curves grow "
            "on top of them. You may leave this page meanwhile.",
            minutes=seconds / 60,
        )
    )


def tell_of_active(active: list[Run]) -> None:
    """What the button began, in its place, and where one stops it."""
    if not active:
        return
    trains = next((run for run in active if run.status == "running"), active[0])
    with st.container(horizontal=True, vertical_alignment="center", key="climbing"):
        st.markdown(
            tr("Training or waiting: {count} net(s) of yours.", count=len(active)),
            width="content",
        )
        page_link("train", tr("Watch or stop them on Train"), "model_training", run=trains.run_id)


def show_findings(table: pd.DataFrame) -> None:
    """What the reproduced figures say and on what they were made; folded, what the lecture's say."""
    reproduced, published = lecture.findings(table), lecture.findings(table, "published")
    if reproduced:
        heading(tr("**What the reproduced figures say**"))
        say([*reproduced, *lecture.ways_apart(table)])
        with st.expander(tr("**What the lecture's results say**")):
            say(published)
        st.caption("\n\n".join(map(translate, lecture.origins(lecture.reproduced_ladder()))))
    else:
        heading(tr("**What the lecture's results say**"))
        say(published)


def say(sentences: list[str]) -> None:
    """A list of the core's sentences."""
    st.markdown("\n".join(f"- {translate(sentence)}" for sentence in sentences))


def show_table(table: pd.DataFrame) -> None:
    """Three rows a net, in percent; differences in points."""
    rows = lecture.wide(table)
    numbers = [column for column in rows.columns if column not in ("architecture", "figures")]
    shown = rows[numbers].astype(object)
    for index, row in rows.iterrows():
        is_difference = row["figures"] == "difference"
        shown.loc[index] = [
            ""
            if pd.isna(row[name])
            else signed(100 * row[name], 2)
            if is_difference
            else f"{100 * row[name]:.2f}"
            for name in numbers
        ]
    figures = {
        "published": tr("published"),
        "reproduced": tr("reproduced"),
        "difference": tr("difference in points"),
    }
    shown.insert(0, "figures", rows["figures"].map(figures))
    shown.insert(0, "architecture", rows["architecture"].where(rows["figures"] == "published", ""))
    names = {f"train_{epoch}": tr("Train {epoch}", epoch=epoch) for epoch in MEASURED_EPOCHS}
    names |= {"test": tr("Test"), "architecture": tr("Net"), "figures": tr("Percent right")}
    st.caption(
        tr(
            "Train 5: right on all 60,000 training images after epoch 5, measured in eval() mode as in the "
            "lecture. Test: on the 10,000 test images."
        )
    )
    wide_enough = {tr("Net"): st.column_config.TextColumn(width=150)}
    st.dataframe(shown.rename(columns=names), hide_index=True, height="content", column_config=wide_enough)


is_active = any(run.is_active for run in own_runs().values())
st.fragment(show, run_every=services.poll_seconds(POLL_SECONDS) if is_active else None)()
