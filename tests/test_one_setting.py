"""A setting is declared in one place: one added to a copy of the table turns up everywhere."""

import runpy
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core.__main__ import build_parser
from fmnist_core.base import config
from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.base.errors import ConfigError
from fmnist_core.base.settings import setting, settings_of
from fmnist_core.results import statistics
from pages.ui.train import form
from pages.ui.words import korean


@dataclass(frozen=True)
class WithWarmUp(TrainConfig):
    warm_up: int = setting(
        5, "Warm-up", "Steps before the full learning rate.", low=0, high=100, shown="rarely"
    )


@pytest.fixture
def warm_up(monkeypatch):
    monkeypatch.setitem(SETTINGS, "warm_up", settings_of(WithWarmUp)["warm_up"])


def test_it_is_validated():
    with pytest.raises(ConfigError, match="Warm-up must be at most 100, got 101"):
        WithWarmUp(warm_up=101)
    with pytest.raises(ConfigError, match=r"Warm-up must be a whole number, got '1\.5'"):
        WithWarmUp(warm_up=1.5)


def test_its_missing_korean_breaks_no_page(warm_up):
    """`test_every_template_of_the_core_has_its_korean` names it."""
    catalogue = runpy.run_path(korean.core.__file__)["CORE"]
    assert "warm-up" not in catalogue and catalogue["epochs"] == catalogue["Epochs"]


def test_it_is_an_option_of_the_command_line(warm_up, capsys):
    assert build_parser(str).parse_args(["train", "--warm-up", "7"]).warm_up == 7
    with pytest.raises(SystemExit):
        build_parser(str).parse_args(["train", "--help"])
    assert "Steps before the full learning rate." in capsys.readouterr().out


def test_it_is_a_widget_of_the_form(warm_up):
    def page():
        import streamlit as st
        from test_one_setting import WithWarmUp

        from pages.ui.train import form

        st.session_state["chosen"] = form.widgets(WithWarmUp(), "rarely", "x")

    app = AppTest.from_function(page).run()
    field = app.number_input(key="train_warm_up_x")
    assert (field.value, field.label) == (5, "Warm-up")
    field.set_value(9).run()
    assert app.session_state["chosen"]["warm_up"] == 9
    field.set_value(101).run()  # it is not dropped: the config refuses it and says the limits
    with pytest.raises(ConfigError, match="Warm-up must be at most 100, got 101"):
        WithWarmUp(**app.session_state["chosen"])


def test_it_is_in_the_address_when_it_differs(warm_up):
    assert "warm_up" not in form.address_of(WithWarmUp())
    assert form.address_of(WithWarmUp(warm_up=8))["warm_up"] == "8"
    assert SETTINGS["warm_up"].read("8") == 8


def test_it_is_in_the_table_of_what_differs(warm_up):
    table = statistics.settings_differences({"a": WithWarmUp(), "b": WithWarmUp(warm_up=8)})
    assert table.to_dict("index") == {"Warm-up": {"a": "5", "b": "8"}}


def test_every_setting_but_those_of_the_command_line_is_on_the_form():
    shown = {name: declared.shown for name, declared in SETTINGS.items()}
    assert set(shown) == set(TrainConfig.__dataclass_fields__) == set(settings_of(TrainConfig))
    assert [name for name in shown if shown[name] == "command line"] == ["photos"]
    assert all(declared.label and declared.help for declared in SETTINGS.values())
    assert set(form.addressed()) == set(shown) - {"photos"}


def test_what_a_setting_may_be_is_what_its_widget_offers():
    for declared in SETTINGS.values():
        if declared.kind in (int, float):
            for value in (declared.low, declared.high):
                declared.check(declared.kind(value))
            with pytest.raises(ConfigError):
                declared.check(declared.kind(declared.high) + 1)
        for choice in declared.choices:
            declared.check(choice)
    assert config.SETTINGS["augmentation"].split("shift+flip") == ["shift", "flip"]
