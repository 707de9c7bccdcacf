"""5x5 convolutions by minimal filtering: the numbers of the plain way, where it is the quicker one."""

import copy

import pytest
import torch
from torch import nn

from fmnist_core.nets import architectures
from fmnist_core.training.winograd import WinogradConv2d, use_winograd

ROUNDING = 1e-5
"""Of float32, as a share of a tensor's length; the plain way errs by a tenth of it."""


def a_convolution(padding: int | str | tuple[int, int] = 0, bias: bool = True) -> nn.Conv2d:
    torch.manual_seed(1)
    return nn.Conv2d(64, 80, 5, padding=padding, bias=bias).to(memory_format=torch.channels_last)


def with_slopes(layer: nn.Module, inputs: torch.Tensor) -> list[torch.Tensor]:
    """What it answers, and the gradients of its inputs and weights for slopes drawn at random."""
    inputs = inputs.clone().requires_grad_()
    outputs = layer(inputs)
    slopes = torch.randn(outputs.shape, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    return [outputs, *torch.autograd.grad(outputs, [inputs, *layer.parameters()], slopes.to(outputs.dtype))]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("padding", "size"),
    [(0, (12, 12)), ("valid", (8, 32)), (2, (14, 11)), ("same", (10, 12)), (1, (17, 10)), ((2, 0), (7, 20))],
)
def test_it_gives_the_numbers_of_the_plain_convolution(padding, size, bias):
    plain = a_convolution(padding, bias)
    images = torch.randn(5, 64, *size, generator=torch.Generator().manual_seed(0))
    layer = WinogradConv2d(plain)
    assert not torch.equal(layer(images), plain(images)), "it computes otherwise"
    found = with_slopes(layer, images)
    expected = with_slopes(copy.deepcopy(plain).double(), images.double())
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape
        assert (one.double() - other).norm() < ROUNDING * other.norm()


def test_the_first_layer_needs_no_slope_of_its_images():
    layer = WinogradConv2d(a_convolution())
    layer(torch.randn(2, 64, 12, 12)).sum().backward()
    assert layer.weight.grad.isfinite().all() and layer.weight.grad.count_nonzero()


def test_a_net_that_answers_or_computes_in_bf16_does_so_in_the_plain_way():
    plain, images = a_convolution(), torch.randn(3, 64, 12, 12)
    layer = WinogradConv2d(plain)
    assert not torch.equal(layer(images), plain(images))  # in training
    assert torch.equal(layer.eval()(images), plain(images))
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(layer.train()(images), plain(images))


def test_where_most_of_a_tile_would_be_beyond_the_edge_the_plain_way_is_taken():
    plain, images = a_convolution(), torch.randn(3, 64, 9, 10)  # 5x6 outputs, of 8x8
    assert torch.equal(WinogradConv2d(plain)(images), plain(images))


def test_it_takes_the_place_of_what_it_is_quicker_than():
    model = nn.Sequential(
        nn.Conv2d(1, 64, 5),
        nn.Conv2d(64, 64, 5),
        nn.Sequential(nn.Conv2d(64, 64, 3), nn.Conv2d(64, 64, 5, padding="same")),
        nn.Conv2d(64, 64, 5, stride=2),
        nn.Conv2d(64, 64, 5, groups=2),
        nn.Conv2d(64, 64, 5, padding=2, padding_mode="reflect"),
        nn.Conv2d(64, 32, 5),
    )
    before = {name: value.data_ptr() for name, value in model.state_dict(keep_vars=True).items()}
    use_winograd(model)
    quick = [name for name, part in model.named_modules() if isinstance(part, WinogradConv2d)]
    assert quick == ["1", "2.1"]
    assert {name: value.data_ptr() for name, value in model.state_dict(keep_vars=True).items()} == before


def test_no_random_number_is_drawn_for_it():
    model = architectures.build("cnn", seed=3)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    use_winograd(model)
    assert torch.equal(torch.rand(3), expected)
