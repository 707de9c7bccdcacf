"""The report of several runs: what it says beside its curves, and how it lies in a window."""

import re

import pytest
from finished_runs import finished_run

from fmnist_core.results.export import comparison_report


def test_a_comparison_says_which_curves_are_not_drawn_and_which_losses_are_of_smoothed_labels(store):
    plain = finished_run(store, "plain", skill=9.0, epochs=2)
    smoothed = finished_run(store, "<smoothed>", epochs=2, label_smoothing=0.1)
    says = "Training loss: measured against smoothed labels, so higher than it would be, "
    says += "and not to be compared: "
    behind = "Training loss: outside of the axis, far behind: "
    page = comparison_report(store, [plain, smoothed])
    assert f"{says}&lt;smoothed&gt;." in page and behind not in page
    with store.database.write() as db:
        db.execute("UPDATE epochs SET train_loss = 9 WHERE run_id = ?", (smoothed,))
    page = comparison_report(store, [plain, smoothed])
    assert f"{behind}&lt;smoothed&gt;." in page and "Test accuracy: outside" not in page
    assert says not in comparison_report(store, [plain, finished_run(store, "another", seed=1)])


def test_the_report_of_a_study_says_which_way_to_train_is_better_and_does_not_list_all_pairs(store):
    runs = [
        finished_run(
            store, f"{rate} seed {seed}", skill=1.5 + 20 * rate + seed / 5, seed=seed, learning_rate=rate
        )
        for rate in (0.001, 0.03)
        for seed in (1, 2, 3)
    ]
    page = comparison_report(store, runs)
    assert "Which way to train is better?" in page and "95 % interval" in page
    assert "in the mean of 3 seeds" in page and "<td>rate 0.03</td>" in page
    best = max((store.get(run_id) for run_id in runs), key=lambda run: run.test_accuracy)
    told = [
        line for line in re.findall("<p>(.*?)</p>", page) if "95 % interval" in line and "mean" not in line
    ]
    assert len(told) == 5 and all(best.name in line for line in told)
    assert "5 pairs, each tested by itself" in page
    digits = [
        finished_run(store, f"digits {seed}", 1.5 + seed / 5, seed=seed, dataset="mnist") for seed in (1, 2)
    ]
    page = comparison_report(store, [*runs, *digits])
    assert "6 pairs, each tested by itself" in page, "and the digits with each other"
    assert "Which way to train is better?" not in page, "not on two data sets"
    page = comparison_report(store, [runs[0], runs[1], runs[3]])  # two seeds and one
    assert "Which way to train is better?" not in page and "3 pairs, each tested by itself" in page
    assert "tested by itself" not in comparison_report(store, runs[:2])


@pytest.mark.browser
def test_buttons_of_a_report_lie_on_no_chart(store, page, tmp_path):
    runs = [finished_run(store, name, seed=seed) for seed, name in enumerate(("one", "two"))]
    file = tmp_path / "report.html"
    file.write_text(comparison_report(store, runs), "utf-8")
    for size in ((1280, 720), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(file.as_uri())
        page.wait_for_function("document.querySelectorAll('.legend').length === 3")
        spots = page.evaluate(
            """["button", ".legend, .plot-container"].map(kind => [...document.querySelectorAll(kind)].map(
                each => each.getBoundingClientRect()).map(({top, bottom}) => [top, bottom]))"""
        )
        buttons, drawn = spots
        assert len(buttons) == 6 and len(drawn) == 6
        assert all(low <= top or high <= bottom for bottom, low in buttons for top, high in drawn)
