"""Every strength, size, angle and odd of the augmentation `photo`: its steps make the same images as before.

With other strengths the same recipe makes another net. Where one is changed on purpose, a failed test prints
the new row: put it in the place of the old one.
"""

from unittest.mock import patch

import numpy as np
import pytest
import torch
from torch import Tensor

from fmnist_core.data.datasets import CLASS_NAMES
from fmnist_core.training.photo_augmentation import Random, augment, garment_mask, garments, photographed

EXPECTED = """
surface    tee                        336.000 188.703 139.079  45.026  39.724 102.577  86.690
outline    tee                        354.775 149.238  69.141  29.048  22.572  80.169  67.371
pose       tee                        406.340 162.096  72.455  25.458  24.334  81.145  76.432
pose       pullover                   405.650 160.923  73.372  43.166  29.006  79.924  82.506
pose       dress                      265.420 110.335  51.176  26.067  15.164  55.103  66.364
pose       trouser                    294.985 110.485  47.676  43.858  15.286  55.054  57.478
pose       shoe                       265.410 119.393  60.745  14.655  27.977  58.607  63.233
shirts     short+long                 400.800 181.350  87.468  51.705  21.549  98.787  90.029
dresses    dress+tee                  277.045 122.734  57.633  27.643  16.198  64.795  60.886
shoes      shoe                       207.235 100.593  54.572  27.692  26.762  55.379  54.827
everything shoe+dress+tee+short+long  373.445 185.040 122.354  43.767  36.012  93.455  93.103
"""
"""The step, the garments that it gets in turn, and of an image on average: pixels of the garment, light, its
squares, roughness to the right and down, how far to the right and down the light lies."""
TOLERANCE = 2e-4
"""Relative: a pixel or two of all the images, which another processor may round to the other side."""

COUNT = 200
TEE = (2, 26, 9, 19), (2, 10, 3, 25)
PULLOVER = (2, 26, 9, 19), (2, 24, 4, 8), (2, 24, 20, 24), (2, 7, 4, 24)
GARMENTS = {  # rectangles: rows from, to, columns from, to
    "tee": ("T-shirt/top", TEE),
    "pullover": ("Pullover", PULLOVER),
    "short": ("Shirt", TEE),
    "long": ("Shirt", PULLOVER),
    "dress": ("Dress", ((1, 27, 11, 17), (16, 27, 9, 19))),
    "trouser": ("Trouser", ((1, 27, 9, 13), (1, 27, 15, 19), (1, 7, 9, 19))),
    "shoe": ("Sneaker", ((14, 21, 2, 26), (9, 14, 16, 26))),
}
STEPS = {
    "surface": lambda pixels, mask, labels, random: photographed.change_surface(pixels, mask, random),
    "outline": lambda pixels, mask, labels, random: photographed.change_outline(pixels, mask, random),
    "pose": lambda *given: photographed.change_pose(*given)[0],
    "shirts": lambda pixels, mask, labels, random: garments.long_sleeved_shirt(pixels, labels, random),
    "dresses": lambda *given: garments.sleeved_dress(*given)[0],
    "shoes": lambda *given: garments.pair_of_shoes(*given)[0],
    "everything": lambda pixels, mask, labels, random: (
        augment((255 * pixels).byte(), random.generator, labels) / 255
    ),
}


@pytest.fixture(autouse=True)
def same_draws():
    """Random numbers that never change: numpy promises it of `RandomState`, torch of none."""
    state = np.random.RandomState(0)

    def rand(*shape: int, **_: object) -> Tensor:
        return torch.from_numpy(state.random_sample(shape)).float()

    def randn(shape: tuple[int, ...], **_: object) -> Tensor:
        return torch.from_numpy(state.standard_normal(shape)).float()

    with patch.multiple(torch, rand=rand, randn=randn):
        yield


def drawn(names: list[str]) -> tuple[Tensor, Tensor, Tensor, Random]:
    """What a step gets of images (COUNT, 1, 28, 28), which are lighter to the right and below."""
    rows, columns = np.indices((28, 28))
    images = np.zeros((len(names), 1, 28, 28), np.float32)
    for image, name in zip(images, names, strict=True):
        for top, bottom, left, right in GARMENTS[name][1]:
            image[0, top:bottom, left:right] = (0.1 + columns / 56 + rows / 112)[top:bottom, left:right]
    turn = torch.arange(COUNT) % len(names)
    pixels = torch.from_numpy(images)[turn]
    labels = torch.tensor([CLASS_NAMES.index(GARMENTS[name][0]) for name in names])[turn]
    return pixels, garment_mask(pixels), labels, Random(torch.Generator(), COUNT, pixels.device)


def figures(images: Tensor) -> list[float]:
    """Those of `EXPECTED`."""
    images = images.double()
    place = torch.linspace(0, 1, 28).double()
    values = (
        *(images > 8 / 255, images, images**2, images.diff(dim=3).abs(), images.diff(dim=2).abs()),
        *(images * place, images * place[:, None]),
    )
    return [each.sum((1, 2, 3)).double().mean().item() for each in values]


@pytest.mark.parametrize("row", EXPECTED.strip().splitlines(), ids=lambda row: "-".join(row.split()[:2]))
def test_a_step_makes_the_same_of_the_same_draws(row):
    step, names, *expected = row.split()
    found = figures(STEPS[step](*drawn(names.split("+"))))
    said = f"{step:<11}{names:<26}" + "".join(f"{value:8.3f}" for value in found)
    assert found == pytest.approx([float(value) for value in expected], rel=TOLERANCE), f"now:\n{said}"
