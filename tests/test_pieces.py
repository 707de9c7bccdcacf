"""Work in pieces on several cores: the same numbers as in one go."""

import pytest
import torch

from fmnist_core.base import parallel
from fmnist_core.base.config import TrainConfig
from fmnist_core.nets import architectures
from fmnist_core.training import fit
from fmnist_core.training.gradients import (
    PIECE,
    AutogradGradients,
    GradientsInPieces,
    gradients,
    works_in_pieces,
)
from fmnist_core.training.threads import using_threads


def a_batch(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    images = torch.randint(0, 256, (count, 1, 28, 28), dtype=torch.uint8, generator=generator)
    return images, torch.randint(0, 10, (count,), generator=generator)


def a_cnn() -> torch.nn.Module:
    return architectures.build("cnn", seed=1).to(memory_format=torch.channels_last).train()


def results(way, model: torch.nn.Module, count: int) -> list[torch.Tensor]:
    """The logits and all gradients, in the layout of the parameters."""
    logits = way(*a_batch(count))
    for parameter in model.parameters():
        assert parameter.grad.stride() == parameter.stride()  # the fused optimizers go through memory
    return [logits, *(parameter.grad.clone() for parameter in model.parameters())]


@pytest.mark.parametrize("count", [1, PIECE, 2 * PIECE + 22])
def test_pieces_give_the_gradients_of_the_whole_batch(count):
    whole, cut = a_cnn(), a_cnn()
    expected = results(AutogradGradients(whole, "float32", 0.1), whole, count)
    found = results(GradientsInPieces(cut, "float32", 0.1, parallel.run_independently), cut, count)
    for one, other in zip(expected, found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_number_of_cores_changes_no_bit(precision):
    model = a_cnn()
    way = GradientsInPieces(model, precision, 0.0, parallel.run_independently)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        found = []
        for way.cores in (1, 2, 3, 2):
            found.append(results(way, model, 4 * PIECE))
    finally:
        torch.set_num_threads(threads)
    for others in found[1:]:
        assert all(torch.equal(one, other) for one, other in zip(found[0], others, strict=True))


def test_a_net_whose_images_depend_on_each_other_is_not_cut():
    assert works_in_pieces(a_cnn())
    assert isinstance(gradients(a_cnn(), "float32", 0.0), GradientsInPieces)
    for name in ("small-cnn", "resnet", "photo-cnn"):  # batch normalisation
        model = architectures.build(name)
        assert not works_in_pieces(model)
        assert isinstance(gradients(model, "float32", 0.0), AutogradGradients)
    assert not works_in_pieces(torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Dropout(0.1)))


@pytest.mark.parametrize("run_pieces", [None, parallel.run_independently])
def test_an_evaluation_rounds_weights_once_a_batch_unless_other_threads_share_them(
    tiny, monkeypatch, run_pieces
):
    keeps = []

    def autocast(*arguments, cache_enabled, **options):
        keeps.append(cache_enabled)
        return torch.amp.autocast_mode.autocast(*arguments, cache_enabled=cache_enabled, **options)

    monkeypatch.setattr(torch, "autocast", autocast)
    config = TrainConfig(architecture="mlp-32", epochs=1, batch_size=50, device="cpu")
    list(fit(config, tiny, **({"run_pieces": run_pieces} if run_pieces else {})))
    assert keeps and set(keeps) == {run_pieces is None}


@pytest.mark.parametrize("number", [1, 2, 5])
def test_results_come_in_the_order_of_the_pieces(number):
    assert parallel.run_independently(lambda piece: piece * piece, range(7), number) == [
        n * n for n in range(7)
    ]


def test_an_error_in_a_piece_is_raised():
    def fail(piece: int) -> int:
        if piece == 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return piece

    with pytest.raises(RuntimeError, match="can't allocate"):
        parallel.run_independently(fail, range(4), 2)


def test_a_thread_of_the_pool_shares_out_no_operation_when_there_are_pieces_enough():
    assert set(parallel.run_independently(lambda _: torch.get_num_threads(), range(8), 2)) == {1}
    assert set(parallel.run_independently(lambda _: torch.get_num_threads(), range(2), 4)) == {2}


def test_numbers_too_small_for_full_speed_are_zero_while_training_and_only_then():
    tiny = torch.full((64,), 1e-40)
    if not torch.set_flush_denormal(False):
        pytest.skip("this processor cannot flush them")
    with using_threads(1):
        assert (tiny * 0.5).count_nonzero() == 0
    assert (tiny * 0.5).count_nonzero() == 64
    assert parallel.run_independently(lambda _: int((tiny * 0.5).count_nonzero()), range(2), 2) == [0, 0]
