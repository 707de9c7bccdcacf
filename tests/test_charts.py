"""Charts: exact data in, the right traces out, the same figure every time, and words beside it."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from fmnist_core.lecture import LADDER, ladder_charts
from fmnist_core.lecture import charts as lesson_charts
from fmnist_core.nets import architectures
from fmnist_core.results import charts
from fmnist_core.results.charts import data
from fmnist_core.results.charts.feature_map import feature_map_alt


def history(epochs: int = 4, split: str = "validation") -> pd.DataFrame:
    """Training gets better all the time, the held-out split a little less."""
    epoch = np.arange(1, epochs + 1)
    other = "test" if split == "validation" else "validation"
    return pd.DataFrame(
        {
            "epoch": epoch,
            "seconds": 2.0 * epoch,
            "train_loss": 1.0 / epoch,
            "train_accuracy": 1 - 0.3 / epoch,
            "evaluated_train_accuracy": np.where(epoch % 2 == 0, 1 - 0.25 / epoch, np.nan),
            f"{split}_loss": 1.2 / epoch,
            f"{split}_accuracy": 1 - 0.4 / epoch,
            f"{other}_loss": np.nan,
            f"{other}_accuracy": np.nan,
        }
    )


MATRIX = pd.DataFrame(
    [[8, 2, 0], [1, 9, 0], [0, 0, 0]], index=["Bag", "Coat", "Boot"], columns=["Bag", "Coat", "Boot"]
)
BINS = pd.DataFrame(
    {
        "series": ["as trained"] * 2 + ["with temperature"] * 2,
        "confidence": [0.5, 0.9, 0.5, 0.8],
        "accuracy": [0.4, 0.8, 0.5, 0.8],
        "images": [10, 90, 20, 80],
    }
)
LECTURE = tuple(LADDER.values())
RUNS = pd.DataFrame(
    {
        "name": ["a", "b"],
        "test_accuracy": [0.86, 0.91],
        "test_low": [0.853, None],
        "test_high": [0.867, None],
        "parameters": [25_450, 114_378],
        "seconds": [12.0, 60.0],
        "color": ["#0072B2", None],
    }
)
PROBABILITIES = pd.DataFrame({"class_name": ["Bag", "Coat", "Boot"], "probability": [0.2, 0.7, 0.1]})

DRAWN = {
    "live accuracy": lambda: charts.live_curves(history(), "accuracy"),
    "live loss": lambda: charts.live_curves(history(), "loss"),
    "histories over epochs": lambda: charts.history_curves({"a": history()}),
    "histories over seconds": lambda: charts.history_curves({"a": history()}, "seconds", "train_loss"),
    "confusion": lambda: charts.confusion_heatmap(MATRIX),
    "reliability": lambda: charts.reliability_diagram(BINS),
    "accuracy over parameters": lambda: charts.accuracy_scatter(RUNS, "parameters", LECTURE),
    "accuracy over seconds": lambda: charts.accuracy_scatter(RUNS, "seconds", LECTURE),
    "softmax": lambda: charts.softmax_bars(PROBABILITIES),
}
EMPTY = {
    "live": lambda: charts.live_curves(history(0)),
    "live, nothing measured": lambda: charts.live_curves(pd.DataFrame()),
    "histories": lambda: charts.history_curves({}),
    "histories without the metric": lambda: charts.history_curves({"a": history()}, metric="test_accuracy"),
    "confusion": lambda: charts.confusion_heatmap(pd.DataFrame()),
    "reliability": lambda: charts.reliability_diagram(BINS.iloc[:0]),
    "accuracy": lambda: charts.accuracy_scatter(RUNS.iloc[:0]),
    "softmax": lambda: charts.softmax_bars(PROBABILITIES.iloc[:0]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_every_chart_is_deterministic_has_a_fixed_height_and_no_background(name: str) -> None:
    figure = DRAWN[name]()
    assert figure.to_json() == DRAWN[name]().to_json()
    assert figure.layout.height >= 120 and figure.layout.title.text
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
    assert len(figure.data) > 0


@pytest.mark.parametrize("name", EMPTY)
def test_every_chart_without_data_is_a_titled_empty_figure(name: str) -> None:
    figure = EMPTY[name]()
    assert isinstance(figure, go.Figure) and len(figure.data) == 0
    assert figure.layout.title.text and figure.layout.annotations[0].text


def test_the_test_split_is_never_called_validation() -> None:
    names = [trace.name for trace in charts.live_curves(history(split="test")).data]
    assert names == ["Training", "Test", "Training, evaluated"]
    assert "validation" not in charts.live_curves_alt(history(split="test")).lower()
    assert [trace.name for trace in charts.live_curves(history(), "loss").data] == ["Training", "Validation"]


def test_live_curves_hold_the_measured_points_and_leave_out_the_missing_ones() -> None:
    figure = charts.live_curves(history(), "accuracy")
    assert figure.data[0].y.tolist() == history()["train_accuracy"].tolist()
    assert figure.data[2].x.tolist() == [2, 4]


def test_axes_do_not_move_while_a_run_trains() -> None:
    for metric in ("accuracy", "loss"):
        layouts = {
            charts.live_curves(history().head(epochs), metric, epochs=30).layout.to_json()
            for epochs in (1, 2, 4)
        }
        assert len(layouts) == 1


def test_live_curves_in_words_give_the_last_values_and_since_when_the_gap_grows() -> None:
    assert charts.live_curves_alt(history()) == (
        "Accuracy at epoch 4: training 92.5 %, validation 90.0 %, evaluated training 93.8 %."
    )
    grown = history(8).assign(validation_loss=[0.9, 0.6, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert charts.live_curves_alt(grown, "loss", grows_since=3) == (
        "Loss at epoch 8: training 0.125, validation 1.000. The gap has grown since epoch 3."
    )
    seldom = history(8, split="test").assign(test_accuracy=[np.nan] * 5 + [0.88] + [np.nan] * 2)
    assert charts.live_curves_alt(seldom).endswith("test 88.0 % (epoch 6), evaluated training 96.9 %.")
    assert "gap" not in charts.live_curves_alt(grown, "accuracy", grows_since=3)  # it is one between losses
    assert charts.live_curves_alt(history(0)) == "Accuracy over the epochs: no epoch is finished yet."


def test_a_value_of_another_epoch_is_not_said_to_be_of_the_last_one() -> None:
    seldom = history(5, "test").assign(test_accuracy=[np.nan, np.nan, 0.8, np.nan, np.nan])
    assert charts.live_curves_alt(seldom) == (
        "Accuracy at epoch 5: training 94.0 %, test 80.0 % (epoch 3), evaluated training 93.8 % (epoch 4)."
    )
    never = history(5).assign(validation_accuracy=np.nan)
    assert "nan" not in ladder_charts.ladder_curves_alt({}, {"cnn": seldom, "mlp-32": never})
    said = ladder_charts.ladder_curves_alt({"cnn": seldom}, {})
    assert "cnn, reproduced: training 93.8 % at epoch 4; cnn, reproduced: test 80.0 % at epoch 3" in said


def test_before_the_first_epoch_the_words_say_what_the_running_curve_shows() -> None:
    records = pd.DataFrame(
        {"epoch": [1, 1], "step": [5, 10], "steps": [20, 20], "train_accuracy": [0.3, 0.45]}
    )
    assert charts.live_curves_alt(history(0), "accuracy", records) == (
        "Accuracy within the first epoch: training, running 45.0 %."
    )


def test_a_training_loss_of_smoothed_labels_says_so_in_the_legend_the_hover_and_the_words() -> None:
    records = pd.DataFrame({"epoch": [1], "step": [5], "steps": [20], "train_loss": [2.0]})
    figure = charts.live_curves(history(), "loss", None, records, label_smoothing=0.1)
    names = [trace.name for trace in figure.data]
    assert names == ["Running, smoothed", "Training, smoothed", "Validation"]
    assert all(trace.name in trace.hovertemplate for trace in figure.data)
    said = charts.live_curves_alt(history(), "loss", label_smoothing=0.1)
    assert said.startswith("Loss at epoch 4: training 0.250 with smoothed labels, validation 0.300.")
    for plain in (
        charts.live_curves(history(), "accuracy", None, label_smoothing=0.1),
        charts.live_curves(history(), "loss", None),
    ):
        assert not any("smoothed" in trace.name for trace in plain.data)


def test_a_map_without_distances_names_no_nearest_classes() -> None:
    points = pd.DataFrame({"x": [0, 1, 5], "y": [0, 0, 0], "class": ["Bag", "Coat", "Boot"]})
    classes = ["Bag", "Coat", "Boot"]
    assert "nearest two classes are Bag and Coat" in feature_map_alt(points, classes)
    assert feature_map_alt(points, classes, has_distances=False) == "3 images."


def test_the_hover_of_a_cell_says_whether_its_answers_are_right() -> None:
    cells = charts.confusion_heatmap(MATRIX).data[2]
    assert [text.startswith("%{y}, named rightly") for text in cells.hovertemplate[:5]] == [
        *(True, False, False),
        *(False, True),
    ]
    assert all("1 images" not in text for text in cells.hovertemplate)


def test_a_bar_of_a_split_says_which_one_it_is() -> None:
    balance = pd.DataFrame({"class_name": ["Bag", "Coat"], "training": [10, 10], "test": [1, 3]})
    hovers = [trace.hovertemplate for trace in data.class_balance_bars(balance).data]
    assert ["training images" in hovers[0], "test images" in hovers[1]] == [True, True]
    assert data.class_balance_alt(balance) == (
        "Training images: 10 in every class. Test images: 1 (Bag) to 3 (Coat)."
    )


def test_small_trainings_say_accuracies_in_percent() -> None:
    curves = {"One-hot": pd.DataFrame({"step": [1, 30], "accuracy": [0.5, 0.991], "loss": [1.0, 0.25]})}
    assert lesson_charts.training_curves_alt(curves, "accuracy") == (
        "Accuracy. One-hot: 50.0 % at step 1, 99.1 % at step 30."
    )
    assert "1.000 at step 1, 0.250 at step 30" in lesson_charts.training_curves_alt(curves, "loss")
    hover = lesson_charts.training_curves(curves, "accuracy", "Accuracy", 30).data[0].hovertemplate
    assert hover.startswith("One-hot<br>step %{x}: %{y:.2%}")


def test_costs_in_a_hover_have_their_unit() -> None:
    for x, unit in (("parameters", "parameters: %{x"), ("seconds", "f} s<")):
        assert unit in charts.accuracy_scatter(RUNS, x).data[0].hovertemplate


def test_runs_keep_their_stored_colour_in_every_chart() -> None:
    figure = charts.history_curves({"a": history(), "b": history()}, colors={"b": "#123456"})
    assert figure.data[1].line.color == "#123456"
    assert charts.accuracy_scatter(RUNS).data[0].marker.color[0] == "#0072B2"


def test_histories_over_seconds_use_the_seconds() -> None:
    figure = charts.history_curves({"a": history()}, "seconds")
    assert figure.data[0].x.tolist() == [2, 4, 6, 8]
    assert charts.history_curves_alt({"a": history()}, "seconds") == (
        "Validation accuracy over the seconds of training. a: 90.0 % at 8.0 s."
    )


def test_a_run_named_in_markup_is_shown_as_it_stands() -> None:
    trace = charts.history_curves({"<b>%{x}</b>": history()}).data[0]
    assert trace.name == "&lt;b&gt;%{x}&lt;/b&gt;"
    assert trace.hovertemplate.startswith("&lt;b&gt;% {x}")


def test_every_cell_of_the_confusion_matrix_says_which_classes_it_stands_for() -> None:
    figure = charts.confusion_heatmap(MATRIX)
    cells = figure.data[2]
    assert cells.customdata[1] == [0, 1, 2, 20]
    assert (cells.x[1], cells.y[1], cells.text[1]) == ("Coat", "Bag", "2")
    assert cells.text[2] == ""
    assert charts.confusion_heatmap(MATRIX, rates=True).data[2].text[:2] == ("80", "20")


def test_confusion_matrix_in_words_names_the_most_frequent_mistake() -> None:
    assert charts.confusion_heatmap_alt(MATRIX) == (
        "Confusion matrix: 17 of 20 images right (85.0 %). "
        "The most frequent mistake: Bag taken for Coat, 2 times."
    )
    tied = pd.DataFrame([[1, 2], [2, 1]], index=["a", "b"], columns=["a", "b"])
    said = "One of the most frequent mistakes: a taken for b, 2 times."
    assert charts.confusion_heatmap_alt(tied).endswith(said)
    perfect = pd.DataFrame(np.eye(2, dtype=int), index=["a", "b"], columns=["a", "b"])
    assert charts.confusion_heatmap_alt(perfect).endswith("(100.0 %).")
    assert "no predictions" in charts.confusion_heatmap_alt(pd.DataFrame())


def test_reliability_draws_the_promise_and_one_line_a_series() -> None:
    figure = charts.reliability_diagram(BINS)
    assert [trace.name for trace in figure.data] == [
        "As often right as said",
        "as trained",
        "with temperature",
    ]
    assert charts.reliability_diagram_alt({"as trained": 0.051, "with temperature": 0.009}) == (
        "Confidence and accuracy. Expected calibration error as trained: 5.1 %, with temperature: 0.9 %."
    )


def test_the_lectures_five_published_results_are_drawn_in() -> None:
    figure = charts.accuracy_scatter(RUNS, "parameters", LECTURE)
    assert list(figure.data[0].y) == [net.test_accuracy for net in LADDER.values()]
    assert len(charts.accuracy_scatter(RUNS, "seconds", LECTURE).layout.shapes) == 5
    assert "lecture's best published net has 91.7 %" in charts.accuracy_scatter_alt(RUNS, lecture=LECTURE)
    assert "2 runs; the most accurate is b with 91.0 % at 60 seconds" in charts.accuracy_scatter_alt(
        RUNS, "seconds"
    )


def test_the_lectures_parameter_counts_are_those_of_the_built_nets() -> None:
    for name, count in ((net.architecture, net.parameters) for net in LADDER.values()):
        assert sum(parameter.numel() for parameter in architectures.build(name).parameters()) == count


def test_every_run_carries_its_interval_as_a_bar() -> None:
    bar = charts.accuracy_scatter(RUNS).data[0].error_y
    assert (bar.array[0], bar.arrayminus[0]) == (pytest.approx(0.007), pytest.approx(0.007))


def test_runs_without_accuracy_are_left_out_of_the_scatter() -> None:
    unfinished = RUNS.assign(test_accuracy=[None, 0.9])
    assert charts.accuracy_scatter(unfinished).data[0].y.tolist() == [0.9]
    assert "no finished run" in charts.accuracy_scatter_alt(RUNS.iloc[:0])


def test_the_dot_of_a_net_that_is_always_right_is_whole():
    figure = charts.accuracy_scatter(RUNS.assign(test_accuracy=1.0))
    (runs,) = (trace for trace in figure.data if trace.name == "Runs")
    assert list(figure.layout.yaxis.range)[1] == 1 and runs.cliponaxis is False  # it lies on the edge
