"""Charts of a search: which trials they show, and on which axes."""

from dataclasses import replace

import pytest
from helpers import CLOTHES

from fmnist_core.base.messages import Message
from fmnist_core.base.palette import GROUNDS, LEAST_CONTRAST, channels, contrast
from fmnist_core.base.search import Range, Search
from fmnist_core.results import charts
from fmnist_core.results.statistics import Trial
from fmnist_core.runs import GIVEN_UP

BASE = CLOTHES.replace(epochs=4, validation_size=100)
RATE = {"learning_rate": Range(0.001, 0.1)}


@pytest.fixture
def trial(store):
    """Makes one: completed with this accuracy, or given up."""

    def make(accuracy: float, is_given_up: bool = False, **values) -> Trial:
        run = store.get(store.create(BASE.replace(**values)))
        ended = {"status": "completed"}
        if is_given_up:
            ended = {"status": "stopped", "message": Message(GIVEN_UP, better=4, others=5, epoch=4)}
        return Trial(replace(run, epochs=4, **ended), {4: accuracy})

    return make


def test_before_a_trial_has_ended_the_charts_say_so(store, trial):
    waiting = Trial(store.get(store.create(BASE)), {})
    for trials in ([], [waiting], [trial(0.5, True)]):
        figure = charts.search_chart(Search(BASE, RATE, 5), trials, {})
        assert not figure.data and "No trial has come to its end" in figure.layout.annotations[0].text
        assert "no trial has come" in str(charts.search_chart_alt(Search(BASE, RATE, 5), trials, {}))
        assert "no trial has come" in str(charts.trials_chart_alt(trials))
    assert not charts.trials_chart([waiting]).data


def test_trials_are_shown_in_their_turn_with_the_best_so_far(store, trial):
    trials = [trial(0.5), trial(0.4, True), Trial(store.get(store.create(BASE)), {}), trial(0.7), trial(0.6)]
    best, done, given_up = charts.trials_chart(trials).data
    assert (list(done.x), list(done.y)) == ([1, 4, 5], [0.5, 0.7, 0.6])
    assert (list(given_up.x), list(given_up.y)) == ([2], [0.4])
    assert dict(zip(best.x, best.y, strict=True)) == {1: 0.5, 2: 0.5, 3: 0.5, 4: 0.7, 5: 0.7}
    said = str(charts.trials_chart_alt(trials))
    assert said.startswith("Validation accuracy of 5 trials, 1 given up; the best is") and "70.0 %" in said


def test_one_number_is_drawn_as_points_on_an_axis_of_its_kind(trial):
    trials = [
        trial(0.5, learning_rate=0.01),
        trial(0.4, True, learning_rate=0.02),
        trial(0.6, learning_rate=0.1),
    ]
    figure = charts.search_chart(Search(BASE, RATE, 5), trials, {})
    (points,) = figure.data
    assert (list(points.x), list(points.y)) == ([0.01, 0.1], [0.5, 0.6])
    axis = figure.layout.xaxis
    assert (axis.type, axis.dtick) == ("log", 1) and axis.range == pytest.approx((-3.05, -0.95))
    for choices in (Range(0.01, 0.05), (0.01, 0.1)):
        axis = charts.search_chart(Search(BASE, {"learning_rate": choices}, 5), trials, {}).layout.xaxis
        assert axis.type == "linear" and axis.range is None


def test_several_settings_are_parallel_axes_each_with_what_it_explains(trial):
    space = {
        "learning_rate": Range(0.001, 0.1),
        "batch_size": Range(16, 64),
        "optimizer": ("adam", "sgd"),
    }
    trials = [
        trial(0.5, learning_rate=0.01, batch_size=20, optimizer="sgd"),
        trial(0.6, learning_rate=0.1, batch_size=60, optimizer="adam"),
    ]
    shares = {"learning_rate": 0.75}
    (lines,) = charts.search_chart(Search(BASE, space, 5), trials, shares).data
    rate, size, optimizer, accuracy = lines.dimensions
    assert rate.label.endswith("(explains 75 %)") and "explains" not in size.label
    assert rate.values == pytest.approx((-2, -1)) and rate.range == pytest.approx((-3, -1))
    assert rate.ticktext == ("0.001", "0.01", "0.1")
    assert (size.values, size.range) == ((20, 60), (16, 64))
    assert (optimizer.values, optimizer.ticktext) == ((1, 0), ("adam", "sgd"))
    assert accuracy.values == lines.line.color == (0.5, 0.6)


def test_the_lines_are_seen_on_light_and_dark_pages_and_the_names_of_axes_are_tilted(trial):
    space = {"learning_rate": Range(0.001, 0.1), "batch_size": Range(16, 64)}
    (lines,) = charts.search_chart(Search(BASE, space, 5), [trial(0.5), trial(0.6)], {}).data
    assert lines.labelangle == -12
    low, high = (channels(color) for _, color in lines.line.colorscale)
    for tenth in range(11):
        mixed = (round(a + (b - a) * tenth / 10) for a, b in zip(low, high, strict=True))
        color = "#" + bytes(mixed).hex()
        assert all(contrast(color, ground) >= LEAST_CONTRAST for ground in GROUNDS), color


def test_one_setting_of_words_is_a_parallel_axis(trial):
    found = Search(BASE, {"optimizer": ("adam", "sgd")}, 2)
    assert charts.search_chart(found, [trial(0.5, optimizer="sgd")], {}).data[0].type == "parcoords"


def test_the_sentence_names_the_best_settings_and_what_each_explains(trial):
    trials = [trial(0.5, learning_rate=0.01), trial(0.6, learning_rate=0.1)]
    found = Search(BASE, RATE, 5)
    short = str(charts.search_chart_alt(found, trials, {}))
    assert short.startswith("Validation accuracy by setting. The best trial has") and "0.1" in short
    assert str(charts.search_chart_alt(found, trials, {"learning_rate": 0.75})).startswith(
        f"{short} Of the differences between trials each explains:"
    )
    assert "75 %" in str(charts.search_chart_alt(found, trials, {"learning_rate": 0.75}))
