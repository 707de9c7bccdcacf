"""What screens may say: numbers agree with their nouns, settings have one name, no figure is made up."""

import dataclasses
import functools
import re

import pytest
from finished_runs import finished_run
from helpers import open_page
from test_language import texts
from test_language_of_core import core_templates

from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.base.errors import DesignError
from fmnist_core.base.messages import Message, percent
from fmnist_core.nets import designs
from fmnist_core.nets.designs.layers import spell
from fmnist_core.results import statistics
from fmnist_core.results.statistics import points
from fmnist_core.runs import RunStore
from pages.ui.widgets import chance_note, status_icon
from pages.ui.words import language

NOUNS = "image|photo|picture|run|net|epoch|step|parameter|number|channel|file|time|map|layer|worker|label|bar"
COUNTED = re.compile(rf"\{{(\w+)(?::[^{{}}f]*)?\}}\**((?: [\w-]+){{0,2}}) ({NOUNS})s\b")
NEVER_ONE = {
    ("count", "test image"),  # of a whole test split, which has one of each class at least
    ("count", "image"),  # of a game, of a map
    ("count", "epoch"),  # between two tests, where it is not every epoch
    ("count", "net"),  # without convolution, two at least
    ("count", "number"),
    ("count", "time"),  # in 100
    ("count", "run"),
    ("more", "run"),  # of a study
    ("total", "number"),
    ("total", "map"),
    ("test", "test image"),
    ("limit", "run"),
    ("limit", "file"),
    ("limit", "layer"),
    ("lives", "worker"),
    ("words", "time"),
    ("fitted", "validation image"),
    ("measured", "test image"),
    ("validation_size", "validation image"),
    ("train_size", "training image"),
    ("count", "picture"),  # the least that a class must have
    ("channels", "channel"),
    ("numbers", "number"),
    ("steps", "step"),
    ("photos", "real photo"),
    ("records", "image"),
    ("max_side_ratio", "time"),
    ("ratio", "time"),
    ("frames", "picture"),
    ("images", "test image"),
    ("parameters", "parameter"),
    ("max_tsne_images", "image"),
    ("window", "time"),
}
"""Values that are fixed, or larger by what they count."""

DURATION = re.compile(
    r"\b(?:\d+|a|some|few|half an?|quarter of an) (?:few )?(?:second|minute|hour)s?\b", re.IGNORECASE
)
"""How long something takes depends on the machine: it is measured there, or not said."""


@functools.cache
def templates() -> dict[str, str]:
    return texts() | core_templates()


def test_a_number_agrees_with_its_noun():
    assert Message("{count:,} test image(s)", count=1) == "1 test image"
    assert Message("{count:,} test image(s)", count=1000) == "1,000 test images"
    assert Message("{a} of {b} run(s), {c} epoch(s)", a=3, b="1", c=0) == "3 of 1 run, 0 epochs"
    assert Message("{name}: {count} run(s)", name="1 net(s)", count=2) == "1 net(s): 2 runs"
    assert language.tr("{shown} of {all} run(s)", shown=1, all=1) == "1 of 1 run"
    assert spell((1,)) == "1 number" and spell((1, 3, 3)) == "1 channel of 3 × 3"


def test_every_noun_that_is_counted_has_its_singular():
    plural = {
        text: where
        for text, where in templates().items()
        for name, before, noun in COUNTED.findall(text)
        if (name, noun) not in NEVER_ONE
        and name not in ("name", "split", "seed")  # no counts
        and (name, f"{before} {noun}".strip()) not in NEVER_ONE
        and not re.search(r"\b(of|for|as|than|in|with|per|on|the)\b", before)
    }
    assert not plural


def test_what_the_core_says_to_do_with_a_file_can_be_done_on_the_command_line_too():
    assert [text for text in core_templates() if "Upload" in text] == []


def test_every_accuracy_on_10_000_images_is_rounded_half_up():
    for right in range(10_001):
        tenths = (right + 5) // 10  # of a percent
        assert percent(right / 10_000) == f"{tenths // 10}.{tenths % 10} %"
        assert points(-right / 10_000) == (f"−{tenths // 10}.{tenths % 10}" if tenths else "0.0")
        assert points(right / 10_000) == points(-right / 10_000).replace("−", "+")


def test_no_sentence_says_how_long_something_takes_without_measuring_it():
    said = {text: where for text, where in templates().items() if DURATION.search(text)}
    assert not said


def test_exp_of_a_logit_is_not_called_odds():
    assert not [text for text in templates() if re.search(r"\bodds\b", text)]


def test_chance_is_said_in_words_where_it_does_nearly_always():
    same = statistics.Comparison(10, 5, 5, 0, 0.0, -0.2, 0.2, 1.0)
    assert "chance alone would do this always, or almost." in statistics.verdict(same, "a", "b")
    some = statistics.Comparison(10, 5, 4, 0, 0.0, -0.2, 0.2, 0.5)
    assert "would do this 50 times in 100." in statistics.verdict(some, "a", "b")


def test_a_run_at_chance_gets_no_tick(store):
    assert statistics.is_at_chance(0.1, 10_000, 10) and statistics.is_at_chance(0.104, 10_000, 10)
    assert not statistics.is_at_chance(0.11, 10_000, 10) and not statistics.is_at_chance(None, None, 10)
    guesses = finished_run(store, "guesses", skill=0.0)
    learned = finished_run(store, "learned", skill=2.0)
    for run_id, icon, is_said in (
        (guesses, ":material/casino:", True),
        (learned, ":material/check_circle:", False),
    ):
        app = open_page("train", run=run_id)
        shown = "\n".join(text.value for text in app.markdown)
        assert icon in shown and ("no better than guessing" in shown) == is_said
        assert (":material/check_circle:" in shown) != is_said
    assert status_icon(store.get(guesses)) == ":material/casino:"  # of the news in the corner, too


@pytest.mark.parametrize(
    ("accuracy", "images", "said"),
    [
        (12 / 24, 24, "too few test images to tell it from guessing (33 %)"),
        (8 / 24, 24, "no better than guessing"),
        (0.34, 10_000, "no better than guessing"),
        (0.5, 10_000, ""),
        (None, None, ""),
    ],
)
def test_half_of_few_images_is_not_called_guessing_among_three_classes(store, accuracy, images, said):
    run = store.get(store.create(TrainConfig(dataset="mnist-0-1-2")))
    run = dataclasses.replace(run, status="completed", test_accuracy=accuracy, test_count=images)
    assert chance_note(run).removeprefix(" · ").replace("\u00a0", " ") == said
    assert (status_icon(run) == ":material/casino:") == bool(said)


@pytest.mark.parametrize("name", [name for name in SETTINGS if "_" in name])
def test_no_sentence_calls_a_setting_by_its_name_in_the_code(name):
    label = SETTINGS[name].label
    assert not [text for text in templates() if re.search(rf"(?<!\{{){name}\b(?![:}}!])", text)], label


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Learning rate must be at least 1e-08"), ("ko", "학습률: 1e-08 이상")]
)
def test_an_error_on_a_page_names_the_field_as_the_form_does(lang, said):
    app = open_page("train", lang=lang)
    (field,) = [one for one in app.number_input if one.label in ("Learning rate", "학습률")]
    field.set_value(-5.0).run()
    assert said in "\n".join(error.value for error in app.error)


@pytest.mark.parametrize("label", ["Epochs", "Batch size", "Seed"])
def test_a_broken_number_where_a_whole_one_is_wanted_is_refused_with_a_word(label):
    app = open_page("train")
    (field,) = [one for one in app.number_input if one.label == label]
    field.set_value(1.5).run()
    assert f"{label} must be a whole number, got '1.5'" in "\n".join(error.value for error in app.error)
    assert app.button(key="start_training").disabled
    assert RunStore().runs() == []


def test_a_design_says_that_its_numbers_have_to_be_whole():
    app = open_page("design")
    nodes = next(one for one in app.number_input if one.key.endswith("_nodes"))
    nodes.set_value(20.5).run()
    assert not app.exception
    assert "must be a whole number, got 20.5" in "\n".join(error.value for error in app.error)
    nodes.set_value(20.0).run()
    assert not app.error
    app.number_input(key="design_epochs").set_value(1.5)
    app.button(key="design_train").click().run()
    assert "Epochs must be a whole number" in "\n".join(error.value for error in app.error)
    with pytest.raises(DesignError, match="whole number"):
        designs.Design("x", ({"kind": "dense", "nodes": 20.5},))
