"""The bars of an answer's probabilities."""

from test_charts import PROBABILITIES

from fmnist_core.results import charts


def test_softmax_bars_are_sorted_and_said() -> None:
    assert list(charts.softmax_bars(PROBABILITIES, top=2).data[0].y) == ["Coat", "Bag"]
    marked = charts.softmax_bars(PROBABILITIES.assign(is_true=[True, False, False]))
    assert len(set(marked.data[0].marker.color)) == 2
    assert charts.softmax_bars_alt(PROBABILITIES) == "Probabilities: Coat 70.0 %, Bag 20.0 %, Boot 10.0 %."
    assert charts.softmax_bars_alt(PROBABILITIES.iloc[:0]) == "No prediction yet."


def test_each_bar_has_its_label_beside_it_and_the_axis_its_100_percent() -> None:
    figure = charts.softmax_bars(PROBABILITIES.assign(probability=[1.0, 0.0, 0.0]))
    assert figure.data[0].textposition == "outside" and figure.layout.xaxis.tickvals[-1] == 1
    assert figure.layout.xaxis.range[1] > 1
