"""The range test of the learning rate: any net and optimizer, never the run's own numbers, honest when it
cannot tell."""

import dataclasses
import itertools
import json
import math

import numpy as np
import pytest
import torch
from helpers import small_config

from fmnist_core.__main__ import main
from fmnist_core.base.config import OPTIMIZERS, TrainConfig
from fmnist_core.base.errors import ConfigError, FmnistError
from fmnist_core.data import datasets
from fmnist_core.nets import architectures
from fmnist_core.results.charts import curves
from fmnist_core.training import RATE_RANGE, RATE_STEPS, RatePoint, find_rate, fit, rate_verdict, suggest_rate
from fmnist_core.training.rate_finder import SMOOTHING


def of_losses(losses: list[float]) -> list[RatePoint]:
    """A test with these losses, each of which is its running mean as well."""
    rates = np.geomspace(*RATE_RANGE, RATE_STEPS)
    return [RatePoint(step + 1, float(rates[step]), loss, loss) for step, loss in enumerate(losses)]


def of_noise(seed: int) -> list[RatePoint]:
    """A test of a net whose loss no rate changes."""
    losses = np.random.default_rng(seed).normal(0.3, 0.06, RATE_STEPS)
    return [
        dataclasses.replace(point, smoothed=smoothed)
        for point, smoothed in zip(of_losses(list(losses)), curves.smoothed(losses, SMOOTHING), strict=True)
    ]


@pytest.mark.parametrize("architecture", ["softmax-regression", "mlp-256", "mlp-deep"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_kind_of_net_is_tested_with_each_optimizer(tiny, architecture, optimizer):
    config = small_config(architecture=architecture, optimizer=optimizer, batch_size=32)
    points = list(find_rate(config, tiny))
    assert points[0].rate == RATE_RANGE[0] and len(points) <= RATE_STEPS
    assert all(math.isfinite(point.loss) for point in points)
    assert suggest_rate(points) is not None


def test_every_net_of_the_project_can_be_tested(tiny):
    for name in architectures.ARCHITECTURES:
        points = itertools.islice(find_rate(small_config(architecture=name, batch_size=8), tiny), 3)
        assert [point.step for point in points] == [1, 2, 3]


@pytest.mark.parametrize(
    "changes",
    [
        {"augmentation": "shift+flip+erase", "label_smoothing": 0.1, "weight_averaging": 0.9},
        {"augmentation": "photo", "architecture": "photo-cnn", "batch_size": 8},
        {"precision": "bfloat16"},
        {"batch_size": 200},
        {"train_size": 10, "batch_size": 10},
    ],
    ids=["augmented", "photo", "bfloat16", "one batch", "ten images"],
)
def test_recipes_precisions_and_tiny_sets_are_tested_as_they_train(tiny, changes):
    points = list(itertools.islice(find_rate(small_config(**changes), tiny), 40))
    assert len(points) == 40  # more steps than there are batches: it goes round again


def test_the_mean_is_without_bias_and_the_first_loss_that_of_the_first_weights(tiny):
    first, *_ = fit(small_config(batch_size=200), tiny)
    point, second, *_ = find_rate(small_config(batch_size=200), tiny)
    assert point.loss == point.smoothed == pytest.approx(first.step_losses[0], rel=1e-6)
    assert min(point.loss, second.loss) <= second.smoothed <= max(point.loss, second.loss)


def test_a_test_is_the_same_twice_and_leaves_the_run_its_numbers(tiny):
    config = small_config(architecture="mlp-4096-dropout", augmentation="shift", epochs=1, batch_size=8)
    (before,) = fit(config, tiny)
    state = torch.get_rng_state()
    once, again = (list(itertools.islice(find_rate(config, tiny), 30)) for _ in range(2))
    assert once == again and torch.equal(state, torch.get_rng_state())
    (after,) = fit(config, tiny)
    timed = {"seconds": before.seconds, "images_per_second": before.images_per_second}
    assert before == dataclasses.replace(after, **timed)
    for name, tensor in before.state["model"].items():
        assert torch.equal(tensor, after.state["model"][name])


def test_a_loss_that_explodes_or_is_no_number_ends_the_test(tiny):
    for optimizer in OPTIMIZERS:
        points = list(find_rate(small_config(optimizer=optimizer, architecture="mlp-deep"), tiny))
        assert all(math.isfinite(point.smoothed) for point in points)
    points = list(find_rate(small_config(optimizer="sgd", momentum=0.9999, weight_decay=10.0), tiny))
    assert 1 < len(points) < RATE_STEPS
    model = architectures.build("mlp-32").state_dict()
    broken = {name: torch.full_like(tensor, math.nan) for name, tensor in model.items()}
    assert list(find_rate(small_config(start_from="a"), tiny, weights=broken)) == []


def test_somebody_can_stop_it(tiny):
    asked = iter([False] * 30 + [True] * 1000)
    assert len(list(find_rate(small_config(), tiny, lambda: next(asked)))) <= 30


def test_what_a_run_would_be_refused_for_is_refused(tiny):
    with pytest.raises(ConfigError, match="Batch size"):
        next(find_rate(small_config(batch_size=300), tiny))
    with pytest.raises(ConfigError, match="were not handed in"):
        next(find_rate(small_config(start_from="abc"), tiny))
    with pytest.raises(FmnistError, match="Unknown architecture"):
        next(find_rate(small_config(architecture="cnm"), tiny))


# ---- the suggestion -----------------------------------------------------------------------------------


def test_the_suggestion_is_a_third_of_where_the_loss_has_fallen():
    rates = np.geomspace(*RATE_RANGE, RATE_STEPS)
    points = of_losses([2.3] * 80 + [1.0] * 20 + [0.5] * 10 + [9.0] * 10)
    assert suggest_rate(points) == float(f"{rates[100] / 3:.2g}")
    assert rate_verdict(points).startswith(f"Suggested rate: {suggest_rate(points):g}, a third of")


@pytest.mark.parametrize(
    "losses",
    [[], [2.3], [2.3] * 20, [2.3] * 150, [2.3] * 100 + [9.0] * 10],
    ids=["none", "one step", "too few", "never falls", "only explodes"],
)
def test_where_the_loss_does_not_fall_nothing_is_suggested(losses):
    points = of_losses(losses)
    assert suggest_rate(points) is None
    assert "No rate can be suggested" in rate_verdict(points)


def test_chance_is_no_fall():
    assert [suggest_rate(of_noise(seed)) for seed in range(200)] == [None] * 200


@pytest.mark.parametrize("architecture", ["softmax-regression", "mlp-32"])
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_the_suggestion_trains_on_real_images(architecture, optimizer):
    """Far better than a hundredth or a hundred times as much, nearly as well as the rates beside it."""
    data = datasets.load("fashion-mnist")
    config = TrainConfig(architecture=architecture, optimizer=optimizer, precision="float32", device="cpu")
    rate = suggest_rate(list(find_rate(config, data)))
    config = config.replace(train_size=6000, validation_size=2000, epochs=2, test_every=0)

    def accuracy(factor: float) -> float:
        try:
            *_, last = fit(config.replace(learning_rate=factor * rate), data)
        except FmnistError:
            return 0.0
        return last.validation_accuracy

    suggested = accuracy(1)
    assert suggested > 0.7
    assert suggested > accuracy(0.01) + 0.1
    if architecture != "softmax-regression":  # whose loss is convex: it survives any rate
        assert suggested > accuracy(100) + 0.1
    assert suggested > max(accuracy(1 / 3), accuracy(3)) - 0.06


# ---- the command --------------------------------------------------------------------------------------

COMMAND = ["find-rate", "--architecture", "mlp-32", "--train-size", "2000", "--device", "cpu"]


def test_the_command_prints_a_line_a_step_and_the_suggestion(capsys, store):
    assert main([*COMMAND, "--json"]) == 0
    *steps, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert steps[0].keys() == {"step", "rate", "loss", "smoothed"}
    assert [line["step"] for line in steps] == list(range(1, len(steps) + 1))
    assert last["suggestion"] == suggest_rate([RatePoint(**line) for line in steps])
    assert main(COMMAND) == 0
    assert capsys.readouterr().out.strip() == last["verdict"]
    assert store.runs() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--architecture", "cnm"], "Unknown architecture 'cnm'"),
        (["--batch-size", "7000"], "Batch size 7,000 is larger"),
        (["--learning-rate", "0.1"], "unrecognized arguments: --learning-rate"),
        (["--start-from", "nothing"], "There is no run 'nothing'"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments, said, capsys):
    assert main([*COMMAND, *arguments]) == 2
    output = capsys.readouterr()
    assert said in output.err and len(output.err.strip().splitlines()) == 1 and not output.out
