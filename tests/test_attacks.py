"""What curious students and attackers try: odd addresses, odd numbers, odd names, damaged files."""

import pytest
from helpers import open_page

from fmnist_core.__main__ import main
from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.base.errors import ConfigError
from fmnist_core.runs import RunStore
from pages.ui.widgets import escape_markdown


@pytest.mark.parametrize(
    "query",
    [
        {"validation_size": "999999"},
        {"seed": str(2**53)},
        {"seed": "9" * 30},
        {"epochs": "9" * 5000},
        {"dataset": "../../etc"},
        {"architecture": "design:<b>nobody</b>"},
        {"run": "\x00"},
        {"lang": "<script>", "recipe": "<script>"},
    ],
)
def test_no_address_breaks_the_first_page(query):
    app = open_page(**query)
    assert not app.exception
    assert app.selectbox(key="train_dataset").options  # there is a way on


def test_a_link_to_unknown_data_still_shows_the_line_of_runs(held):
    RunStore().create(TrainConfig(), "somebody's run")
    app = open_page(dataset="nowhere")
    assert "dataset=nowhere" in app.warning[0].value
    assert "somebody's run" in app.dataframe[0].value["name"].tolist()


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), True, "1", None])
@pytest.mark.parametrize("name", ["epochs", "seed", "learning_rate", "momentum"])
def test_no_number_is_too_odd_for_a_sentence(name, value):
    with pytest.raises(ConfigError, match=SETTINGS[name].label):
        TrainConfig(**{name: value})


@pytest.mark.parametrize("damage", ["missing", "cut", "html"])
def test_training_on_missing_or_damaged_data_is_bad_input(damage, tmp_path, monkeypatch, capsys):
    raw = tmp_path / "data" / "KMNIST" / "raw"
    raw.mkdir(parents=True)
    content = {"cut": b"\x00\x00\x08\x03\x00\x00", "html": b"<!DOCTYPE html><html>"}.get(damage)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        if content is not None:
            (raw / f"{name}-ubyte").write_bytes(content)
    if damage == "missing":
        from fmnist_core.data import download

        archive = download.Archive(("http://127.0.0.1:9/archive.gz",), "")
        monkeypatch.setattr(download, "_archives", lambda kind: [archive])
    assert main(["train", "--dataset", "kmnist", "--epochs", "1", "--json"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.strip().splitlines()) == 1
    assert RunStore().runs() == []  # nothing was begun


@pytest.mark.parametrize(
    "name", ["# a", "1. a", "- a", "_a_", "**a**", "`a`", "[a](http://b.example)", ":red[a]", ":tada:", "<b>"]
)
def test_no_markdown_is_left_in_what_people_wrote(name):
    # The sign that would begin something is escaped, or parted by the joiner.
    shown = escape_markdown(name)
    assert shown != name
    assert shown.replace("\\", "").replace("\u2060", "") == name


@pytest.mark.parametrize("name", ["see http://evil.example", "www.evil.example", "me@evil.example"])
def test_an_address_in_a_name_is_no_link(name):
    assert "\u2060" in escape_markdown(name)


def test_what_is_no_markdown_stays_as_it_is():
    for name in ("cnn · lecture · 43052", "batch_size is 3, so: 4.", "mlp-4096-dropout (2)", "-0.09", "3.72"):
        assert escape_markdown(name) == name
