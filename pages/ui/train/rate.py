"""A learning rate by a range test: a button beside the rate on the form, the curve and the suggestion."""

import uuid
from collections.abc import Callable

import pandas as pd
import streamlit as st

from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.jobs import RateTest, tested_settings
from fmnist_core.results import charts
from fmnist_core.training import RATE_RANGE, RATE_STEPS, rate_verdict, suggest_rate
from pages.ui import address, narrow_pane, people, services
from pages.ui.live_chart import live_chart, show_live_charts
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.widgets import escape_markdown, keeping_problem, show_errors, show_kept_problem
from pages.ui.words.language import tr, translate

POLL_SECONDS = 0.6
CHART_HEIGHT = 216
ASKED = "rate_asked"
"""In the session: the settings that this browser had tested."""


def show_button(where: DeltaGenerator, config: TrainConfig | None, key: str = "") -> None:
    """Test rates for the form's settings; None where one of them does not fit. key: of a second button."""
    help = tr(
        "Trains for a moment, with a rate that rises at each step, and suggests one by how the loss falls. "
        "Nothing of it is stored."
    )
    asked = where.button(
        tr("Find a rate"),
        icon=":material/troubleshoot:",
        disabled=config is None,
        key=f"{key}find_rate",
        type="secondary" if key else "tertiary",
        help=None if key else help,
    )
    if not asked or config is None:
        return
    narrow_pane.leave()
    st.session_state.pop("rate_problem", None)
    with keeping_problem("rate_problem"):
        services.rate_tests().start(config, people.current(), _owner())
        st.session_state[ASKED] = tested_settings(config)


def _owner() -> str:
    """Who asks for the test: the person; at home, where all are one person, the browser."""
    return people.current().id or st.session_state.setdefault("rate_owner", uuid.uuid4().hex)


def show(config: TrainConfig | None, use: Callable[[float], None]) -> None:
    """The test that this browser asked for, else the one in the address.

    config: what the form says; use: puts another rate there."""
    show_kept_problem("rate_problem")
    is_in_address = address.asked("rates") and address.is_first_run()
    if is_in_address and config is not None and ASKED not in st.session_state:
        if services.rate_tests().get(config) is None:
            address.refuse("rates", tr("the form; press “Find a rate”"), reason=tr("that test is not kept"))
        else:
            st.session_state[ASKED] = tested_settings(config)
    asked = st.session_state.get(ASKED)
    test = services.rate_tests().get(asked) if asked else None
    if test is None or test.status == "stopped":
        st.session_state.pop(ASKED, None)
        return
    address.note("rates", "1")
    with st.container(key="rate_test", border=True):
        if test.is_active:
            st.fragment(_running, run_every=services.poll_seconds(POLL_SECONDS))(test)
        else:
            _result(test, config, use)


@show_errors
def _running(test: RateTest) -> None:
    chart, side = st.columns([3, 2], vertical_alignment="center")
    with chart:
        _chart(test, None)
    with side:
        before = services.rate_tests().before(test)
        if before:
            st.info(tr("Waiting behind {count} test(s) of others.", count=before))
        elif not test.points:
            st.progress(0.0, tr("The test starts …"))
        else:
            count = len(test.points)
            st.progress(test.progress, tr("Step {step} of at most {steps}", step=count, steps=RATE_STEPS))
        if st.button(tr("Stop the test"), icon=":material/stop:", key="stop_rate_test"):
            services.rate_tests().stop(_owner())
            st.session_state.pop(ASKED, None)
            st.rerun()
    if not test.is_active:
        st.rerun()  # the whole page once more, without polling


def _result(test: RateTest, config: TrainConfig | None, use: Callable[[float], None]) -> None:
    suggestion = suggest_rate(test.points)
    chart, side = st.columns([3, 2], vertical_alignment="center")
    with chart:
        _chart(test, suggestion)
    with side:
        if test.status == "failed":
            st.error(escape_markdown(translate(test.message)))
        else:
            st.markdown(escape_markdown(translate(rate_verdict(test.points))))
        if config is not None and tested_settings(config) != test.config:
            _say_other_settings(test.config, tested_settings(config))
        with st.container(horizontal=True):
            if suggestion is not None and config is not None:
                st.button(
                    tr("Use {rate:g}", rate=suggestion),
                    type="primary",
                    icon=":material/check:",
                    key="use_rate",
                    disabled=config.learning_rate == suggestion,
                    on_click=use,
                    args=(suggestion,),
                )
            st.button(tr("Close"), key="close_rate_test", on_click=_close)


def _say_other_settings(tested: TrainConfig, now: TrainConfig) -> None:
    names = [
        translate(declared.label)
        for name, declared in SETTINGS.items()
        if getattr(tested, name) != getattr(now, name)
    ]
    st.warning(
        tr("This curve is of other settings than the form's: {names}.", names=", ".join(names)),
        icon=":material/warning:",
    )


def _chart(test: RateTest, suggestion: float | None) -> None:
    points = pd.DataFrame([vars(point) for point in test.points], columns=["rate", "loss", "smoothed"])
    figure = charts.rate_curve(points, suggestion, RATE_RANGE, CHART_HEIGHT)
    drawn = live_chart(figure, charts.rate_curve_alt(points, suggestion))
    show_live_charts([drawn], str(test.config), key="rate_chart")


def _close() -> None:
    st.session_state.pop(ASKED, None)
