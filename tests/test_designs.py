"""Designing a net: shapes, costs, explanations, code, and the saved designs."""

import numpy as np
import pytest
import torch

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import DesignError
from fmnist_core.nets import architectures, designs
from fmnist_core.nets.designs import Design
from fmnist_core.nets.pytorch_code import module_code
from fmnist_core.runs import saved_designs

EVERY_KIND = (
    {"kind": "convolution", "channels": 8, "kernel": 5, "padding": "none"},
    {"kind": "batch norm"},
    {"kind": "activation", "function": "relu"},
    {"kind": "pooling", "method": "max", "size": 2},
    {"kind": "residual block"},
    {"kind": "convolution", "channels": 12, "kernel": 3, "stride": 3},
    {"kind": "activation", "function": "leaky relu"},
    {"kind": "pooling", "method": "average", "size": 2},
    {"kind": "flatten"},
    {"kind": "dense", "nodes": 20},
    {"kind": "batch norm"},
    {"kind": "activation", "function": "gelu"},
    {"kind": "dropout", "share": 0.25},
)


def explained(*layers: dict) -> tuple[int, str]:
    """Where the design does not fit, and the sentence about it."""
    _, error = designs.describe(Design("wrong", layers))
    assert error is not None
    return error.layer, str(error)


def test_shapes_and_costs_are_those_of_the_built_net():
    design = Design("every-kind", EVERY_KIND)
    rows, error = designs.describe(design)
    assert error is None
    model = designs.build(design).eval()
    values = torch.zeros(1, 1, 28, 28)
    for row, module in zip(rows, model, strict=True):
        values = module(values)
        assert row["output_shape"] == tuple(values.shape[1:]), row
        assert row["parameters"] == sum(p.numel() for p in module.parameters()), row


def test_multiplications_are_those_of_the_layer_table():
    saved_designs.save(Design("every-kind", EVERY_KIND))
    rows, _ = designs.describe(Design("every-kind", EVERY_KIND))
    table = architectures.layer_table(saved_designs.find("every-kind"))
    assert sum(row["multiplications"] for row in rows) == sum(row["multiplications"] for row in table) > 0
    assert sum(row["parameters"] for row in rows) == sum(row["parameters"] for row in table)


def test_the_lectures_cnn_can_be_designed_and_gets_the_same_first_weights():
    lecture_cnn = Design(
        "my-cnn",
        (
            {"kind": "convolution", "channels": 64, "kernel": 5, "padding": "none"},
            {"kind": "activation", "function": "relu"},
            {"kind": "pooling", "method": "max", "size": 2},
            {"kind": "convolution", "channels": 64, "kernel": 5, "padding": "none"},
            {"kind": "activation", "function": "relu"},
            {"kind": "pooling", "method": "max", "size": 2},
            {"kind": "flatten"},
        ),
    )
    name = saved_designs.save(lecture_cnn)
    ours, theirs = (
        architectures.build(saved_designs.find(which), seed=43052).state_dict() for which in (name, "cnn")
    )
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


@pytest.mark.parametrize(
    ("layers", "layer", "sentence"),
    [
        (
            ({"kind": "dense"},),
            0,
            "Dense takes a flat list of numbers, but gets an image: 1 channel of 28 × 28. Add",
        ),
        (
            ({"kind": "flatten"}, {"kind": "convolution"}),
            1,
            "Convolution works on images, but gets 784 numbers",
        ),
        (({"kind": "flatten"}, {"kind": "pooling"}), 1, "Pooling works on images"),
        (({"kind": "flatten"}, {"kind": "residual block"}), 1, "Residual block works on images"),
        (
            ({"kind": "convolution"},),
            1,
            "The output layer takes a flat list of numbers, but gets an image: 32 channels",
        ),
        (
            ({"kind": "pooling", "size": 8}, {"kind": "pooling", "size": 4}),
            1,
            "a window of 4 × 4 does not fit into 1 channel of 3 × 3",
        ),
        (
            ({"kind": "pooling", "size": 8}, {"kind": "convolution", "kernel": 5, "padding": "none"}),
            1,
            "Convolution: a window of 5 × 5 does not fit",
        ),
        (({"kind": "convolution", "kernel": 4},), 0, "padding 'same' needs an odd kernel, got 4. Take 5"),
    ],
)
def test_a_wrong_shape_is_explained_at_its_layer(layers, layer, sentence):
    where, text = explained(*layers)
    assert where == layer
    assert sentence in text
    with pytest.raises(DesignError):
        designs.build(Design("wrong", layers))


def test_layers_before_the_wrong_one_are_still_described():
    rows, error = designs.describe(
        Design("wrong", ({"kind": "flatten"}, {"kind": "dense"}, {"kind": "pooling"}))
    )
    assert [row["layer"] for row in rows] == ["flatten", "dense"]
    assert error.layer == 2


def test_the_preview_has_the_shapes_of_the_table_and_is_the_same_each_time():
    image = np.random.default_rng(0).integers(0, 256, (1, 28, 28), dtype=np.uint8)
    design = Design("every-kind", EVERY_KIND)
    rows, _ = designs.describe(design)
    outputs = designs.first_outputs(design, image)
    assert [values.shape for values in outputs] == [row["output_shape"] for row in rows]
    for first, second in zip(outputs, designs.first_outputs(design, image), strict=True):
        np.testing.assert_array_equal(first, second)


def test_the_preview_of_a_wrong_net_ends_before_the_mistake():
    image = np.zeros((1, 28, 28), np.uint8)
    wrong = Design("wrong", ({"kind": "convolution", "channels": 4}, {"kind": "pooling"}, {"kind": "dense"}))
    assert [values.shape for values in designs.first_outputs(wrong, image)] == [(4, 28, 28), (4, 14, 14)]


def test_a_net_that_would_take_long_has_no_preview():
    wide = Design("wide", ({"kind": "flatten"}, {"kind": "dense", "nodes": 8192}))
    assert designs.first_outputs(wide, np.zeros((1, 28, 28), np.uint8)) == []


def test_a_net_too_large_for_a_class_is_refused():
    wide = {"kind": "dense", "nodes": 8192}
    where, text = explained({"kind": "flatten"}, wide, wide)
    assert where == 2 and "at most 30,000,000 are allowed" in text
    heavy = {"kind": "convolution", "channels": 512}
    where, text = explained(heavy, heavy)
    assert where == 1 and "multiplications" in text


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        ({"kind": "__import__('os')"}, "Unknown kind of layer \"__import__('os')\""),
        ({"kind": "dense", "nodes": 0}, "Dense: nodes must lie between 1 and 8192, got 0"),
        ({"kind": "dense", "nodes": float("nan")}, "nodes must lie between"),
        ({"kind": "dense", "nodes": "64); import os"}, "nodes must lie between"),
        ({"kind": "dense", "nodes": True}, "nodes must lie between"),
        ({"kind": "dense", "nodes": 2.5}, "must be a whole number, got 2.5"),
        ({"kind": "dense", "bias": 1}, "Unknown setting of dense 'bias'"),
        ({"kind": "activation", "function": "eval"}, "function must be one of relu"),
        ({}, "A layer needs a kind"),
        ("dense", "A layer needs a kind"),
    ],
)
def test_a_layer_that_does_not_exist_is_refused_with_its_place(layer, sentence):
    with pytest.raises(DesignError) as caught:
        Design("wrong", ({"kind": "flatten"}, layer))
    assert sentence in str(caught.value)
    assert caught.value.layer == 1


def test_too_many_layers_are_refused():
    with pytest.raises(DesignError, match="at most 40 layers"):
        Design("long", ({"kind": "batch norm"},) * 41)


@pytest.mark.parametrize("name", [*architectures.ARCHITECTURES, "every-kind"])
def test_the_code_to_copy_builds_the_same_net(name):
    if name == "every-kind":
        saved_designs.save(Design(name, EVERY_KIND))
    model = architectures.build(saved_designs.find(name), seed=3).eval()
    namespace: dict = {}
    exec(module_code(model), namespace)
    copy = namespace["model"].eval()
    copy.load_state_dict(model.state_dict())
    images = torch.rand(3, 1, 28, 28)
    torch.testing.assert_close(copy(images), model(images), rtol=0, atol=0)


def test_the_code_reads_like_the_lecture():
    code = designs.pytorch_code(
        Design(
            "short",
            (
                {"kind": "convolution", "channels": 64, "kernel": 5, "padding": "none"},
                {"kind": "activation"},
                {"kind": "pooling"},
                {"kind": "flatten"},
            ),
        )
    )
    assert code == (
        "from torch import nn\n\nmodel = nn.Sequential(\n    nn.Conv2d(1, 64, 5),\n    nn.ReLU(),\n"
        "    nn.MaxPool2d(2),\n    nn.Flatten(),\n    nn.Linear(9216, 10),\n)\n"
    )


def test_a_designed_net_learns(tiny):
    from fmnist_core import training

    name = saved_designs.save(
        Design("learner", ({"kind": "flatten"}, {"kind": "dense", "nodes": 32}, {"kind": "activation"}))
    )
    config = TrainConfig(
        dataset="tiny", architecture=name, epochs=3, batch_size=20, device="cpu", precision="float32"
    )
    *_, last = training.fit(config, tiny, architecture=saved_designs.find(name))
    assert last.parameters == 785 * 32 + 33 * 10
    assert np.isfinite(last.train_loss) and last.test_accuracy > 0.3
