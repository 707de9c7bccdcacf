"""The lecture's formulas against torch, and its two small trainings."""

import dataclasses
import re
import threading

import numpy as np
import pytest
import torch
from helpers import open_page
from torch.nn import functional as F

from fmnist_core.base.errors import ConfigError
from fmnist_core.data import datasets
from fmnist_core.data.datasets import Dataset
from fmnist_core.lecture import charts, formulas, trainings
from fmnist_core.lecture.pytorch_numbers import two_class_numbers

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


def test_softmax_is_the_exponentials_divided_by_their_sum():
    logits = np.array([3.557, -1.439, -1.839], dtype=np.float32)  # the first row of the lecture's exp(netout)
    exponentials = formulas.exponentials(logits)
    np.testing.assert_allclose(exponentials, [35.06, 0.2372, 0.1590], rtol=1e-3)
    np.testing.assert_allclose(formulas.softmax(logits), exponentials / exponentials.sum(), rtol=1e-6)


def test_the_largest_exponential_of_the_sliders_is_still_a_number():
    largest = formulas.exponentials(np.array([10.0, -10.0]), 0.1)
    np.testing.assert_allclose(largest, [2.6881171e43, 3.7200760e-44])


def test_a_tie_names_no_class():
    assert formulas.named_class(np.array([1.0, 2.0, 1.5])) == 1
    assert formulas.named_class(np.array([2.0, 1.0, 2.0])) is None


def test_sigmoid_is_softmax_over_the_logit_and_zero():
    for logit in LOGITS:
        pair = np.array([logit, 0.0], dtype=np.float32)
        np.testing.assert_allclose(formulas.softmax(pair)[0], formulas.sigmoid(logit), rtol=1e-6, atol=1e-37)


def test_a_temperature_of_zero_is_refused():
    with pytest.raises(ConfigError, match="temperature must be above 0, got 0"):
        formulas.softmax(LOGITS, 0.0)


def test_a_gradient_of_0_has_no_sign():
    figure = charts.probabilities_and_gradient(["a", "b", "c"], [0.0, 1.0, 0.0], [4e-9, -0.25, 0.25], 1)
    assert list(figure.data[1].text) == ["0.000", "−0.250", "+0.250"]


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
    assert formulas.mean_as_number([2, 1, 0]) == (pytest.approx(1 / 3), 0)
    assert formulas.mean_as_number([0, 3, 3]) == (1.5, None)  # halfway
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


def test_the_three_classes_give_the_numbers_that_the_lecture_prints():
    *_, before, last = trainings.three_classes(datasets.load("mnist-0-1-2"))
    assert np.abs(last.exponentials - trainings.PUBLISHED_EXPONENTIALS).max() <= 5.1e-5
    assert round(before.accuracy, 4) == 0.9685  # of the net that gave them


def test_mnist_0_and_1_reach_the_published_accuracy_with_both_losses():
    data = datasets.load("mnist-0-1")
    by_probability = list(trainings.two_classes(data, "BCELoss"))
    by_logit = list(trainings.two_classes(data, "BCEWithLogitsLoss"))
    assert f"{by_probability[-1].accuracy:.4f}" == f"{by_logit[-1].accuracy:.4f}" == "0.9956"
    for one, other in zip(by_probability, by_logit, strict=True):
        assert one.loss == pytest.approx(other.loss, abs=1e-6)


@pytest.mark.parametrize("target", [0, 1])
def test_the_page_shows_what_torch_computes_and_its_curves_agree(target):
    for logit in range(-110, 111):
        numbers = two_class_numbers(float(logit), target)
        z = torch.tensor(float(logit), requires_grad=True)
        loss = F.binary_cross_entropy(torch.sigmoid(z), torch.tensor(float(target)))
        loss.backward()
        assert (numbers.loss, numbers.gradient) == (loss.item(), z.grad.item())
        drawn = (
            formulas.sigmoid(logit),
            formulas.bce(formulas.sigmoid(logit), target),
            formulas.bce_gradient(logit, target),
            formulas.bce_with_logits(logit, target),
            formulas.bce_with_logits_gradient(logit, target),
        )
        np.testing.assert_allclose(drawn, dataclasses.astuple(numbers), rtol=1e-6, atol=1e-6)


def test_below_28_the_gradient_is_divided_by_the_floor():
    assert two_class_numbers(-27.0, 1).gradient == pytest.approx(-1, rel=1e-6)
    numbers = two_class_numbers(-30.0, 1)
    assert numbers.gradient == pytest.approx(-numbers.probability / 1e-12, rel=1e-6)
    assert -0.1 < numbers.gradient < -0.09 and numbers.logit_gradient == -1
    assert two_class_numbers(-100.0, 1).probability == 0  # exp(100) overflows in torch's sigmoid


def test_tiny_numbers_have_no_more_digits_than_others():
    app = open_page("learn", section="numerics", large_logit="-40")
    shown = app.table[0].value.to_string()
    assert " × 10⁻¹⁸" in shown and not re.search(r"\d\.\d{4,}( ×|e)", shown)
