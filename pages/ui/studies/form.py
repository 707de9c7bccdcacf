"""What a new study trains: nets, values and seeds, around the settings of the Train page."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.base.errors import FmnistError
from fmnist_core.base.recipes import run_name
from fmnist_core.data import datasets
from fmnist_core.jobs import study as studies
from fmnist_core.runs import Run, saved_designs
from pages.ui import address, people, services, widgets
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.widgets import duration, escape_markdown, keeping_problem, page_link, showing_errors
from pages.ui.words.language import tr, translate

SEEDS = 3
PROBLEM = "studies_problem"
"""In the session: why the study was not started."""
Values = dict[str, list[Any]]


def show(offer: DeltaGenerator) -> str | None:
    """The form, which begins with its button; returns the id of the study that it started.

    offer: a place on the page, where more seeds of a run are offered as well: the form lies below the fold,
    and on phones in the closed pane.
    """
    first = st.container()
    return _start_button(first, offer, *_choose())


def _choose() -> tuple[Run | None, TrainConfig, Values, int]:
    """The form: the run that is to be repeated, if any; the settings that all runs share, the values of those
    that vary, and the number of seeds."""
    repeated, base = _base()
    vary: Values = {
        "architecture": several("architecture", saved_designs.architecture_names(), base.architecture),
        "dataset": several("dataset", datasets.names(), base.dataset),
    }
    others = [name for name in studies.VARIED if name not in vary]
    asked = [name for name in others if address.asked(name)]
    varied = st.multiselect(
        tr("Vary as well"),
        others,
        asked or ([] if repeated else ["learning_rate"]),
        format_func=lambda name: translate(SETTINGS[name].label),
        key=address.widget_key("studies_varied"),
    )
    for name in varied:
        vary[name] = _values(name, getattr(base, name))
    seeds = address.number(
        tr("Seeds"),
        "seeds",
        1,
        studies.MOST_SEEDS,
        SEEDS,
        tr("Trainings of each combination: the same settings, other first weights and another order."),
    )
    return repeated, base, vary, seeds


def _base() -> tuple[Run | None, TrainConfig]:
    """Where the settings come from that do not vary: the Train page, or a run of which a link asks for more
    seeds."""
    asked = address.asked("repeat")
    try:
        repeated = services.store().get(asked) if asked else None
    except FmnistError as error:
        address.refuse("repeat", tr("the settings of the Train page"), reason=translate(error.message))
        repeated = None
    if repeated is not None:
        address.note("repeat", repeated.run_id)
        st.caption(tr("The settings of {name}", name=f"**{escape_markdown(repeated.name)}**"))
        st.button(
            tr("Take those of the Train page"),
            key="studies_no_repeat",
            on_click=address.change,
            kwargs={"repeat": None},
        )
        # "auto" stays so: each seed trains as this run did on this machine, and no name says a precision.
        return repeated, repeated.asked_config
    return None, base_of_train()


def base_of_train() -> TrainConfig:
    """The settings of the Train page, said and linked."""
    base = st.session_state.get("train_last") or TrainConfig()
    shared = base.replace(seed=TrainConfig().seed)
    st.caption(tr("All else as on the Train page: {name}", name=f"`{run_name(shared)}`"))
    page_link("train", tr("Change these settings"), "tune")
    return base


def several(name: str, options: list[str], default: str) -> list[str]:
    """One or more of the values of a setting."""
    return widgets.several(translate(SETTINGS[name].label), name, options, f"studies_vary_{name}", default)


def _values(name: str, default: Any) -> list[Any]:
    """The values that were typed, with commas between; none, and a problem shown, if one does not fit."""
    declared = SETTINGS[name]
    if declared.choices and not declared.joined and not declared.open:
        return several(name, list(declared.choices), str(default))
    shown = f"{default:g}" if isinstance(default, float) else str(default).lower()
    start = address.asked(name) or (f"{shown}, {10 * default:g}" if name == "learning_rate" else shown)
    text = st.text_input(
        translate(declared.label),
        start,
        help=translate(declared.help) + " " + tr("Several values with commas between."),
        key=address.widget_key(f"studies_vary_{name}"),
    )
    address.note(name, text, None)
    with showing_errors():
        return studies.read_values(name, text)
    return []


def _start_button(
    first: DeltaGenerator,
    offer: DeltaGenerator,
    repeated: Run | None,
    base: TrainConfig,
    vary: Values,
    seeds: int,
) -> str | None:
    """How many runs these are, how long they take, and the button; the id of the study that it started.

    first: a place above the fields, which reach below the fold."""
    configs: list[TrainConfig] = []
    with showing_errors():
        if all(vary.values()):
            configs = studies.grid(base, vary, seeds)
    name = translate(studies.study_name(base, vary, seeds)) if configs else ""
    typed = st.text_input(tr("Name"), placeholder=name, key=address.widget_key("studies_name"))
    with first:
        is_wanted = st.button(
            tr("Start the study"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=not configs,
            key="studies_start",
            width="stretch",
        )
        if configs:
            st.caption(_how_long(configs))
    if repeated is not None and configs:
        with offer:
            is_wanted = _offer(repeated, configs, seeds) or is_wanted
    if not is_wanted:
        return None
    return started(lambda: people.submit_study(typed or name, configs, repeated))


def _offer(repeated: Run, configs: list[TrainConfig], seeds: int) -> bool:
    """More seeds of a run, to be started with a click; whether there was one."""
    with st.container(border=True, key="studies_offer"):
        name = escape_markdown(repeated.name)
        said = tr("**{count} seed(s) of {name}**", count=seeds, name=name)
        st.markdown(f"{said} · {_how_long(configs)}")
        with st.container(horizontal=True):
            is_wanted = st.button(
                tr("Start these runs"), type="primary", icon=":material/play_arrow:", key="studies_start_here"
            )
            st.button(
                tr("Not now"),
                key="studies_not_now",
                on_click=address.change,
                kwargs={"repeat": None},
            )
        st.caption(tr("Other seeds or settings: at the left, under New study."))
    return is_wanted


def started(submit: Callable[[], str]) -> str | None:
    """The id of the study that `submit()` starts; None, and the problem is kept, where it cannot."""
    with keeping_problem(PROBLEM):
        return submit()
    return None


def _how_long(configs: list[TrainConfig]) -> str:
    seconds, unknown = studies.expected_seconds(configs, services.store().runs())
    said = tr("{count} run(s)", count=len(configs))
    if seconds:
        said += " · " + tr("about {time} of training", time=duration(seconds))
    if unknown:
        said += " · " + tr("not known yet how long for {nets}", nets=escape_markdown(", ".join(unknown)))
    return said
