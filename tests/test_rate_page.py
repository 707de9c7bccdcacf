"""Find a rate, on the Train page: the curve beside the form, the rate into the form, on one screen."""

import re

import pytest
from finished_runs import finished_run
from helpers import address_of, open_page, small_config, tiny_dataset
from playwright.sync_api import expect
from servers import forked_server
from test_train_page import texts
from windows import arrive, lies_inside, wide_windows

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import RunError
from fmnist_core.jobs import RateTest, RateTests
from fmnist_core.jobs import tested_settings as settings_of_test
from fmnist_core.jobs.people import SINGLE_USER
from fmnist_core.runs import RunStore
from fmnist_core.training import find_rate, suggest_rate
from pages.ui import services

CONFIG = TrainConfig(architecture="mlp-32")


@pytest.fixture
def tested() -> RateTest:
    """The test of the form's settings has been made before."""
    points = list(find_rate(small_config(), tiny_dataset()))
    test = RateTest(settings_of_test(CONFIG), status="done", points=points)
    services.rate_tests()._tests[test.config] = test
    return test


def test_the_suggested_rate_is_put_into_the_form(tested):
    app = open_page(architecture="mlp-32", rates="1")
    rate = suggest_rate(tested.points)
    assert f"Suggested rate: {rate:g}" in texts(app.markdown)
    app.button(key="use_rate").click().run()
    assert not app.exception
    (field,) = [number for number in app.number_input if number.label == "Learning rate"]
    assert field.value == rate
    assert address_of(app)["learning_rate"] == str(rate) and address_of(app)["rates"] == "1"
    assert app.button(key="use_rate").disabled and not app.warning, "a rate is no other setting"


def test_a_curve_of_other_settings_says_so(tested):
    app = open_page(architecture="mlp-32", rates="1")
    app.selectbox(key="train_optimizer_custom_1").select("sgd").run()
    app.number_input(key="train_batch_size_custom_1").set_value(64).run()
    assert "other settings than the form's: Batch size, Optimizer" in texts(app.warning)
    app.button(key="close_rate_test").click().run()
    assert not app.warning and "rates" not in address_of(app)
    assert not [button for button in app.button if button.key == "use_rate"]


def test_a_test_that_has_just_begun_says_so():
    test = RateTest(settings_of_test(CONFIG), status="running")
    services.rate_tests()._tests[test.config] = test
    app = open_page(architecture="mlp-32", rates="1")
    assert [bar.proto.text for bar in app.get("progress")] == ["The test starts …"]
    assert not app.exception and [button for button in app.button if button.key == "stop_rate_test"]


def test_a_test_that_is_not_kept_is_said():
    app = open_page(rates="1")
    assert "that test is not kept" in texts(app.warning)


def test_a_test_that_failed_or_found_nothing_says_why(tested):
    tested.status, tested.message = "failed", "The process of the test died. Try again."
    assert "The process of the test died" in texts(open_page(architecture="mlp-32", rates="1").error)
    tested.status, tested.points = "done", []
    app = open_page(architecture="mlp-32", rates="1")
    assert "No rate can be suggested" in texts(app.markdown)
    assert not [button for button in app.button if button.key == "use_rate"]


def test_one_that_waits_says_so_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr(RateTests, "_work", lambda tests: None)
    open_page()
    services.rate_tests().start(CONFIG.replace(batch_size=7), SINGLE_USER, "another browser")
    app = open_page(architecture="mlp-32")
    app.button(key="find_rate").click().run()
    assert "Waiting behind 1 test of others" in texts(app.info)
    app.button(key="stop_rate_test").click().run()
    assert services.rate_tests().get(CONFIG).status == "stopped" and not app.info


def test_what_is_refused_is_said_and_a_bad_form_tests_nothing(monkeypatch):
    def refuse(*_):
        raise RunError("The lecturer holds all trainings. Try again when they go on.")

    monkeypatch.setattr(RateTests, "start", refuse)
    app = open_page()
    app.button(key="find_rate").click().run()
    assert "The lecturer holds all trainings" in texts(app.error)
    app.number_input(key="train_learning_rate_custom_1").set_value(-5.0).run()
    assert app.button(key="find_rate").disabled


def test_a_student_is_refused_what_takes_the_machine(monkeypatch):
    monkeypatch.setenv("FMNIST_PASSCODE", "a passcode")
    monkeypatch.setattr(RateTests, "_work", lambda tests: None)
    app = open_page(architecture="mlp-32", batch_size="30000")
    app.button(key="find_rate").click().run()
    assert "Choose a batch size of at most 26,666" in texts(app.error)
    app = open_page(architecture="mlp-32")
    app.button(key="find_rate").click().run()
    test = services.rate_tests().get(CONFIG)
    assert test.is_active and test.seconds is not None and "" not in test.owners


@pytest.mark.browser
def test_the_rate_is_found_and_used_on_one_screen(page, tmp_path):
    finished_run(RunStore(tmp_path / "runs"))
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "log") as address:
        page.set_viewport_size({"width": 1280, "height": 720})
        arrive(page, f"{address}/?architecture=mlp-32&train_size=3000")
        page.get_by_role("button", name="Find a rate").click()
        expect(page.locator(".st-key-rate_test")).to_be_visible()
        use = page.locator(".st-key-use_rate button")
        expect(use).to_be_visible()
        expect(page.locator(".st-key-rate_chart .scatterlayer .trace")).to_have_count(3)
        field = page.get_by_label("Learning rate", exact=True)
        for _ in wide_windows(page):
            for place in (use, field, page.locator(".st-key-rate_test"), page.locator(".st-key-find_rate")):
                assert lies_inside(place, page)
            assert lies_inside(page.locator(".st-key-start_training"), page)
        rate = re.search(r"[\d.]+", use.inner_text())[0]
        use.click()
        expect(field).to_have_value(rate)
        expect(use).to_be_disabled()
        page.set_viewport_size({"width": 390, "height": 844})
        page.reload()
        expect(use).to_be_visible()
        assert lies_inside(use, page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        expect(page.locator(".st-key-here_find_rate button")).to_be_visible()
