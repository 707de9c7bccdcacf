"""The nets: the lecture's first weights, and tables that add up."""

import pytest
import torch
from torch import nn

from fmnist_core.base.errors import ConfigError
from fmnist_core.nets import architectures

PARAMETERS = {
    "softmax-regression": 7_850,
    "mlp-32": 25_450,
    "mlp-256": 203_530,
    "mlp-4096-dropout": 3_256_330,
    "mlp-deep": 400_906,
    "cnn": 114_378,
}


@pytest.mark.parametrize("name", architectures.ARCHITECTURES)
def test_every_net_gives_a_logit_for_each_class(name):
    model = architectures.build(name, classes=3).eval()
    assert model(torch.rand(2, 1, 28, 28)).shape == (2, 3)
    assert architectures.find(name).description


@pytest.mark.parametrize(("name", "parameters"), PARAMETERS.items())
def test_the_lectures_nets_have_their_sizes_and_their_tables_add_up(name, parameters):
    assert architectures.count_parameters(architectures.build(name)) == parameters
    assert sum(row["parameters"] for row in architectures.layer_table(name)) == parameters


def test_the_same_seed_gives_the_lectures_first_weights():
    with torch.random.fork_rng():
        torch.manual_seed(43052)
        lecture = nn.Sequential(
            nn.Flatten(),
            nn.Linear(784, 4096),
            nn.Dropout(0.5),
            nn.ReLU(),
            nn.Linear(4096, 10),
        )
    ours = architectures.build("mlp-4096-dropout", seed=43052)
    assert [type(module) for module in ours][:2] == [nn.Flatten, nn.Linear]
    for name, tensor in lecture.state_dict().items():
        assert torch.equal(tensor, ours.state_dict()[name])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_dropout_takes_a_byte_for_each_number_and_keeps_the_mean(share, dtype):
    numbers = torch.arange(1.0, 1001.0).reshape(4, 250).to(dtype)
    dropout = architectures.Dropout(share)
    dropout.generator = torch.Generator().manual_seed(3)
    drawn = torch.empty(125, dtype=torch.int64)
    drawn.random_(-(2**63), None, generator=torch.Generator().manual_seed(3))
    threshold = round(share * 256)
    kept = drawn.view(torch.uint8).reshape(4, 250) >= threshold
    assert torch.equal(dropout(numbers), numbers * (kept * (256 / (256 - threshold))).to(dtype))


def test_building_leaves_torchs_generator_alone():
    before = torch.get_rng_state()
    architectures.build("cnn", seed=1)
    assert torch.equal(before, torch.get_rng_state())


def test_a_layer_table_names_shapes_and_multiplications():
    rows = architectures.layer_table("cnn")
    assert rows[0] == {
        "layer": "Conv 1-64 5x5",
        "output_shape": (64, 24, 24),
        "parameters": 64 * 25 + 64,
        "multiplications": 64 * 24 * 24 * 25,
    }
    assert rows[-1]["multiplications"] == 10_240 and rows[2]["layer"] == "MaxPool 2"


def test_an_unknown_net_is_named_with_the_choices():
    with pytest.raises(ConfigError, match="Unknown architecture 'cnm'; choose one of: softmax-regression"):
        architectures.build("cnm")
