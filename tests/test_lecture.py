"""The lecture's formulas against torch, its two small trainings, and the ladder's table and story."""

import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional as F

from fmnist_core.base.errors import ConfigError
from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.lecture import (
    LADDER,
    comparison,
    findings,
    formulas,
    ladder_configs,
    ladder_runs,
    ladder_table,
    trainings,
    wide,
)
from fmnist_core.lecture.ladder import MEASURED_EPOCHS, final_accuracies

LOGITS = np.array([-110, -87, -40, -20, -3.5, -0.1, 0, 0.7, 5, 17, 40, 89, 100], dtype=np.float32)


def gradient_at(logits, loss):
    logits = torch.tensor(logits, requires_grad=True)
    loss(logits).backward()
    return logits.grad.numpy()


def test_sigmoid_is_torchs_for_small_and_huge_logits():
    np.testing.assert_allclose(
        formulas.sigmoid(LOGITS), torch.sigmoid(torch.tensor(LOGITS)), rtol=1e-6, atol=1e-37
    )


def test_textbook_sigmoid_agrees_until_exp_overflows():
    np.testing.assert_allclose(
        formulas.textbook_sigmoid(LOGITS[:-2]), formulas.sigmoid(LOGITS[:-2]), rtol=1e-6
    )
    assert np.isnan(formulas.textbook_sigmoid(100.0))


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_both_losses_of_two_classes_are_torchs(target):
    targets = torch.full((len(LOGITS),), target)
    logits = torch.tensor(LOGITS)
    np.testing.assert_allclose(
        formulas.bce(formulas.sigmoid(LOGITS), target),
        F.binary_cross_entropy(torch.sigmoid(logits), targets, reduction="none"),
        rtol=1e-5,
        atol=1e-7,
    )
    np.testing.assert_allclose(
        formulas.bce_with_logits(LOGITS, target),
        F.binary_cross_entropy_with_logits(logits, targets, reduction="none"),
        rtol=1e-6,
        atol=1e-6,  # torch rounds losses below this to 0
    )


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_gradients_of_both_losses_are_torchs(target):
    targets = torch.full((len(LOGITS),), target)
    np.testing.assert_allclose(
        formulas.bce_gradient(LOGITS, target),
        gradient_at(LOGITS, lambda z: F.binary_cross_entropy(torch.sigmoid(z), targets, reduction="sum")),
        rtol=1e-5,
        atol=1e-12,
    )
    np.testing.assert_allclose(
        formulas.bce_with_logits_gradient(LOGITS, target),
        gradient_at(LOGITS, lambda z: F.binary_cross_entropy_with_logits(z, targets, reduction="sum")),
        rtol=1e-6,
        atol=1e-12,
    )


def test_sigmoid_and_bce_lose_what_the_logit_form_keeps():
    """Logit 40, target 0: the loss is 40; rounding makes the probability 1, the loss 100, the gradient 0."""
    assert formulas.bce_with_logits(40, 0) == 40
    assert formulas.bce(formulas.sigmoid(40), 0) == 100
    assert formulas.bce_with_logits_gradient(40, 0) == 1
    assert formulas.bce_gradient(40, 0) == 0


@pytest.mark.parametrize("temperature", [0.2, 1.0, 7.5])
def test_softmax_with_temperature_is_torchs(temperature):
    logits = np.array([[2.0, -1.0, 0.5], [100.0, 0.0, 99.0]], dtype=np.float32)
    expected = torch.softmax(torch.tensor(logits) / temperature, dim=1)
    np.testing.assert_allclose(formulas.softmax(logits, temperature), expected, rtol=1e-5, atol=1e-30)


def test_softmax_is_the_odds_divided_by_their_sum():
    logits = np.array([3.557, -1.439, -1.839], dtype=np.float32)  # the first row of the lecture's exp(netout)
    odds = formulas.odds(logits)
    np.testing.assert_allclose(odds, [35.06, 0.2372, 0.1590], rtol=1e-3)
    np.testing.assert_allclose(formulas.softmax(logits), odds / odds.sum(), rtol=1e-6)


def test_sigmoid_is_softmax_over_the_logit_and_zero():
    for logit in LOGITS:
        pair = np.array([logit, 0.0], dtype=np.float32)
        np.testing.assert_allclose(formulas.softmax(pair)[0], formulas.sigmoid(logit), rtol=1e-6, atol=1e-37)


def test_a_temperature_of_zero_is_refused():
    with pytest.raises(ConfigError, match="temperature must be above 0, got 0"):
        formulas.softmax(LOGITS, 0.0)


def test_cross_entropy_and_its_gradient_are_torchs():
    for logits in ([2.0, -1.0, 0.5], [100.0, 0.0, -50.0]):
        logits = np.array(logits, dtype=np.float32)
        for label in range(3):
            target = torch.tensor(label)
            expected = F.cross_entropy(torch.tensor(logits), target).item()
            assert formulas.cross_entropy(logits, label) == pytest.approx(expected, rel=1e-6, abs=1e-7)
            np.testing.assert_allclose(
                formulas.cross_entropy_gradient(logits, label),
                gradient_at(logits, lambda z, target=target: F.cross_entropy(z, target)),
                atol=1e-7,
            )


def test_one_hot_is_torchs():
    labels = np.array([2, 0, 1, 2])
    np.testing.assert_array_equal(formulas.one_hot(labels, 3), F.one_hot(torch.tensor(labels), 3))


def test_the_mean_of_dogs_and_rabbits_is_a_cat_when_categories_are_numbers():
    assert formulas.mean_as_number([10, 0, 10]) == (1.0, 1)
    np.testing.assert_allclose(formulas.mean_as_one_hot([10, 0, 10]), [0.5, 0, 0.5])
    with pytest.raises(ConfigError, match="at least one example"):
        formulas.mean_as_one_hot([0, 0, 0])


@pytest.fixture
def bright_and_dark() -> Dataset:
    """Three classes of 40 random images that differ in brightness; the labels are not in order."""
    generator = np.random.default_rng(0)
    labels = np.tile(np.arange(3), 40)
    images = (generator.integers(0, 80, (120, 1, 28, 28)) + 85 * labels[:, None, None, None]).astype(np.uint8)
    return Dataset("three", ("dark", "grey", "bright"), images, labels, images[:6], labels[:6])


def test_both_ways_of_writing_the_loss_train_the_same_net(bright_and_dark):
    by_probability = list(trainings.two_classes(bright_and_dark, "BCELoss"))
    by_logit = list(trainings.two_classes(bright_and_dark, "BCEWithLogitsLoss"))
    assert [step.step for step in by_logit] == list(range(1, 31))
    assert by_logit[-1].loss < by_logit[0].loss
    for one, other in zip(by_probability, by_logit, strict=True):
        assert one.loss == pytest.approx(other.loss, abs=1e-6)
        assert one.accuracy == other.accuracy


def test_the_training_is_the_lectures_own_loop(bright_and_dark):
    dark_and_grey = np.concatenate([bright_and_dark.train_images[k::3] for k in range(2)])
    X = torch.from_numpy(dark_and_grey).float().reshape(-1, 784) / 255
    y = torch.tensor([0.0] * 40 + [1.0] * 40).reshape(-1, 1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(43052)
        net = torch.nn.Sequential(torch.nn.Linear(784, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
    optimizer = torch.optim.Adam(net.parameters())
    expected = []
    for _ in range(5):
        loss = torch.nn.BCEWithLogitsLoss()(net(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        expected.append(loss.item())
    steps = list(trainings.two_classes(bright_and_dark, steps=5))
    assert [step.loss for step in steps] == pytest.approx(expected, abs=1e-7)
    assert steps[-1].accuracy == pytest.approx(((net(X) > 0) == y).float().mean().item())


def test_two_trainings_at_once_do_not_disturb_each_other(bright_and_dark):
    alone = [step.loss for step in trainings.two_classes(bright_and_dark, steps=3)]
    results = []

    def train():
        results.append([step.loss for step in trainings.two_classes(bright_and_dark, steps=3)])

    threads = [threading.Thread(target=train) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [alone] * 4


def test_the_small_trainings_leave_torchs_generator_alone(bright_and_dark):
    torch.manual_seed(1)
    before = torch.get_rng_state()
    list(trainings.three_classes(bright_and_dark, steps=1))
    assert torch.equal(torch.get_rng_state(), before)


def test_three_classes_learn_with_one_hot_targets(bright_and_dark):
    steps = list(trainings.three_classes(bright_and_dark))
    assert steps[0].loss == pytest.approx(np.log(3), abs=0.3)
    assert steps[-1].loss < steps[0].loss
    wrong_way = list(trainings.three_classes(bright_and_dark, "numbers"))
    assert len(wrong_way) == 30 and 0 <= wrong_way[-1].accuracy <= 1


def test_trainings_refuse_what_they_do_not_know(bright_and_dark):
    with pytest.raises(ConfigError, match="Unknown loss 'MSE'; choose one of: BCELoss"):
        trainings.two_classes(bright_and_dark, "MSE")
    with pytest.raises(ConfigError, match="Unknown coding 'roman'"):
        trainings.three_classes(bright_and_dark, "roman")
    two = Dataset(
        "two",
        ("a", "b"),
        *[
            getattr(bright_and_dark, name)
            for name in ("train_images", "train_labels", "test_images", "test_labels")
        ],
    )
    with pytest.raises(ConfigError, match="two has 2 classes; this training needs 3"):
        trainings.three_classes(two)


def test_mnist_0_and_1_reach_the_published_accuracy_with_both_losses():
    data = datasets.load("mnist-0-1")
    by_probability = list(trainings.two_classes(data, "BCELoss"))
    by_logit = list(trainings.two_classes(data, "BCEWithLogitsLoss"))
    assert f"{by_probability[-1].accuracy:.4f}" == f"{by_logit[-1].accuracy:.4f}" == "0.9956"
    for one, other in zip(by_probability, by_logit, strict=True):
        assert one.loss == pytest.approx(other.loss, abs=1e-6)


# ---- the ladder


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
    assert "2 of 3 test accuracies lie within 0.7 points" in text
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


def test_ladder_runs_are_the_newest_completed_ones_with_the_ladders_settings():
    def run(run_id, status, created_at, **changes):
        config = ladder_configs()[0].replace(**changes)
        return SimpleNamespace(run_id=run_id, status=status, created_at=created_at, config=config)

    runs = [
        run("other-seed", "completed", 1, seed=1),
        run("old", "completed", 2, device="cpu"),
        run("new", "completed", 3, precision="float32"),
        run("running", "running", 4),
        run("failed", "failed", 5),
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


def test_the_table_is_made_from_the_runs_in_the_store(store):
    assert ladder_table(store)["reproduced"].isna().all()
