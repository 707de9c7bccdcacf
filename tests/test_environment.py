"""Wrong values in the environment of a server are said in its terminal, and on each page."""

import sys

import pytest
from playwright.sync_api import expect
from servers import forked_server
from windows import load

from fmnist_core.base.errors import ConfigError, DeviceError
from fmnist_core.jobs import training_queue
from pages.ui import services


@pytest.mark.parametrize("variable", ["FMNIST_LANES", "FMNIST_QUEUE_LIMIT", "FMNIST_CLUSTER_WORKERS"])
@pytest.mark.parametrize("given", ["0", "-3", "abc", "2.5", "9" * 5000, "٣", " "])
def test_a_server_does_not_start_with_a_number_that_is_none_and_says_so(
    store, variable, given, monkeypatch, caplog
):
    monkeypatch.setenv(variable, given)
    monkeypatch.setattr(training_queue, "_said", set())
    for _ in range(2):
        with pytest.raises(ConfigError, match=f"{variable} must be a whole number from 1 to .*, got"):
            services.queue()
    assert [record.getMessage().split(", got")[0] for record in caplog.records] == [
        f"the server cannot train: {variable} must be a whole number from 1 to "
        + {"FMNIST_LANES": "64", "FMNIST_QUEUE_LIMIT": "1,000,000", "FMNIST_CLUSTER_WORKERS": "1,000"}[
            variable
        ]
    ]


def test_a_server_that_lacks_ray_says_so_in_its_terminal(store, monkeypatch, caplog):
    monkeypatch.setenv("FMNIST_CLUSTER", "local")
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setattr(training_queue, "_said", set())
    with pytest.raises(DeviceError):
        services.queue()
    assert "the server cannot train: FMNIST_CLUSTER is set, but Ray is not installed." in caplog.text


@pytest.mark.browser
def test_nothing_lies_over_the_sentence_of_a_server_that_cannot_train(tmp_path, page):
    folders = tmp_path / "runs", tmp_path / "data", tmp_path / "log"
    with forked_server(*folders, FMNIST_LANES="abc") as address:
        load(page, f"{address}/train")
        expect(page.get_by_test_id("stAlert")).to_contain_text("FMNIST_LANES must be")
        expect(page.get_by_role("dialog")).to_have_count(0, timeout=6000)
