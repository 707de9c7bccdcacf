"""The ladder: the lecture's five nets, its figures beside reproduced ones, and what they say."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fmnist_core.base.messages import percent, shown_difference
from fmnist_core.lecture import (
    LADDER,
    comparison,
    findings,
    ladder_configs,
    ladder_runs,
    reproduced_ladder,
    wide,
)
from fmnist_core.lecture.ladder import MEASURED_EPOCHS, final_accuracies

README = Path(__file__).parents[1] / "README.md"


def test_the_ladder_is_the_lectures_five_nets_by_its_own_recipe():
    configs = ladder_configs()
    assert [config.architecture for config in configs] == [
        "mlp-32",
        "mlp-256",
        "mlp-4096-dropout",
        "mlp-deep",
        "cnn",
    ]
    for config in configs:
        assert (config.dataset, config.recipe, config.epochs) == ("fashion-mnist", "lecture", 30)
        assert (config.batch_size, config.optimizer, config.learning_rate) == (256, "adam", 1e-3)
        assert (config.seed, config.validation_size, config.augmentation) == (43052, 0, "none")
    assert ladder_configs(epochs=2)[4].epochs == 2


def history(train: float, test: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "epoch": range(1, 31),
            "evaluated_train_accuracy": [train if epoch % 5 == 0 else np.nan for epoch in range(1, 31)],
            "test_accuracy": [test] * 30,
        }
    )


def test_published_and_reproduced_figures_stand_side_by_side():
    table = comparison({"mlp-32": history(0.89, 0.86)})
    assert len(table) == 5 * (len(MEASURED_EPOCHS) + 1)
    row = table[(table["architecture"] == "mlp-32") & (table["split"] == "test")].iloc[0]
    assert (row["published"], row["reproduced"]) == (0.8638, 0.86)
    assert row["difference"] == pytest.approx(-0.0038)
    assert table.loc[table["architecture"] == "cnn", "reproduced"].isna().all()


def test_the_story_is_computed_from_the_results():
    table = comparison(
        {"mlp-32": history(0.88, 0.85), "mlp-deep": history(0.97, 0.895), "cnn": history(0.98, 0.92)}
    )
    text = " ".join(findings(table))
    assert "From the simple net to the deep one, training accuracy changes by +9.0 points" in text
    assert "none gets past 90 % of the test images; the best is the deep one with 89.5 %" in text
    assert "The widest gap between training and test is that of the deep net: 7.5 points" in text
    assert "Convolution reaches 92.0 % of the test images, +2.5 points against" in text
    assert "Within 0.8 points of the published test accuracy: 2 of 3 nets;" in text
    assert "the largest difference is that of the simple net: −1.4 points" in text


def test_the_story_changes_with_the_results():
    table = comparison({"mlp-32": history(0.95, 0.93), "mlp-256": history(0.93, 0.91)})
    text = " ".join(findings(table))
    assert "none gets past" not in text
    assert "the simple one is the best: 93.0 %" in text
    assert "Convolution" not in text
    assert findings(comparison({})) == []


def test_the_published_figures_tell_the_lectures_story():
    text = " ".join(findings(comparison({}), "published"))
    assert "+6.7 points (88.8 % to 95.5 %), test accuracy by +2.7" in text
    assert "the best is the very wide one with 89.1 %" in text
    assert "that of the deep net: 6.4 points" in text
    assert len(final_accuracies(comparison({}), "published")) == len(LADDER)


def test_what_may_be_chance_is_one_figure_for_nets_and_for_the_lectures_figures():
    made = {name: net.history for name, net in reproduced_ladder().items()}
    text = " ".join(findings(comparison(made)))
    assert "Differences below about 0.8 points may be chance" in text
    assert "Within 0.8 points of the published test accuracy: 5 of 5 nets" in text


def test_a_half_of_the_last_digit_is_rounded_up_as_the_readme_has_it():
    made = {name: net.history for name, net in reproduced_ladder().items()}
    text = " ".join(findings(comparison(made)))
    assert "test accuracy by +2.9 (86.4 % to 89.3 %)" in text  # .8635 and .8925
    tests = [percent(accuracy) for accuracy in final_accuracies(comparison(made))["test"]]
    said = ", ".join(accuracy.removesuffix(" %") for accuracy in tests)
    assert f"{said} %" in README.read_text("utf-8")


def test_ladder_runs_are_the_newest_completed_ones_with_the_ladders_settings():
    def run(run_id, status, created_at, rate_changed=False, **changes):
        config = ladder_configs()[0].replace(**changes)
        return SimpleNamespace(
            run_id=run_id, status=status, created_at=created_at, config=config, rate_changed=rate_changed
        )

    runs = [
        run("other-seed", "completed", 1, seed=1),
        run("old", "completed", 2, device="cpu"),
        run("new", "completed", 3, precision="float32"),
        run("running", "running", 4),
        run("failed", "failed", 5),
        run("once at another rate", "completed", 6, rate_changed=True),
    ]
    assert {name: found.run_id for name, found in ladder_runs(runs).items()} == {"mlp-32": "new"}
    assert ladder_runs(runs[3:4])["mlp-32"].run_id == "running"


def test_the_table_to_read_has_three_rows_a_net():
    rows = wide(comparison({"cnn": history(0.97, 0.91)}))
    assert list(rows.columns) == ["architecture", "figures", *[f"train_{e}" for e in MEASURED_EPOCHS], "test"]
    assert len(rows) == 15
    cnn = rows[rows["architecture"] == "cnn"].set_index("figures")
    assert cnn.loc["published", "train_30"] == 0.9772
    assert cnn.loc["reproduced", "test"] == 0.91
    assert cnn.loc["difference", "test"] == pytest.approx(-0.0066)


def test_a_gain_is_the_difference_of_the_two_percents_beside_it():
    assert shown_difference(0.9144, 0.8935) == pytest.approx(0.020)  # 91.4 and 89.4 are shown: 2.0, not 2.1
    assert shown_difference(0.9145, 0.89349) == pytest.approx(0.022)
    assert shown_difference(0.5, 0.5) == 0
    made = {"mlp-32": history(0.88, 0.8935), "cnn": history(0.95, 0.9144)}
    text = " ".join(findings(comparison(made)))
    assert "reaches 91.4 % of the test images, +2.0 points" in text
    made = {"mlp-32": history(0.88349, 0.8), "mlp-deep": history(0.9045, 0.82)}
    text = " ".join(findings(comparison(made)))
    assert "+2.2 points (88.3 % to 90.5 %)" in text
    made = {"mlp-32": history(0.9, 0.89), "mlp-deep": history(0.9574, 0.8925)}  # 95.7 and 89.3 are shown
    assert "of the deep net: 6.4 points" in " ".join(findings(comparison(made)))
