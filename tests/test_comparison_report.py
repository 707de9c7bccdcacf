"""The report of several runs: what it says beside its curves, and how it lies in a window."""

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
