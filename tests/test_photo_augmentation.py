"""Training images made to look like photos, and like things that are none of the classes."""

import cv2
import pytest
import torch
from helpers import small_config, tiny_dataset

from fmnist_core.data.datasets import CLASS_NAMES
from fmnist_core.photos.foreign_objects import foreign_objects
from fmnist_core.training import fit, learner, photo_augmentation
from fmnist_core.training.photo_augmentation import fields
from fmnist_core.training.photo_augmentation.garments import long_sleeved_shirt


def test_the_augmentation_keeps_shape_kind_and_some_images_and_repeats_itself():
    images = torch.from_numpy(tiny_dataset().train_images[:100].copy())
    labels = torch.arange(100) % 10
    first = photo_augmentation.augment(images, torch.Generator().manual_seed(3), labels)
    again = photo_augmentation.augment(images, torch.Generator().manual_seed(3), labels)
    assert first.shape == images.shape and first.dtype == torch.uint8
    assert torch.equal(first, again)
    unchanged = (first == images).flatten(1).all(1).float().mean()
    assert 0.03 < unchanged < 0.4
    floats = photo_augmentation.augment(images / 255, torch.Generator().manual_seed(3))
    assert floats.dtype == torch.float32 and floats.min() >= 0 and floats.max() <= 1


def test_half_of_the_short_sleeved_shirts_become_long_sleeved_ones():
    garments = torch.zeros(400, 1, 28, 28)
    garments[:, :, :, 9:19] = 0.8  # the body
    garments[::2, :, 2:10, 3:25] = 0.8  # short sleeves
    garments[1::2, :, 2:26, 3:25] = 0.8  # long ones, hanging down
    short = photo_augmentation.short_sleeved(photo_augmentation.garment_mask(garments)).flatten()
    assert short[::2].all() and not short[1::2].any()

    def count_short(label: str) -> int:
        labels = torch.full((400,), CLASS_NAMES.index(label))
        random = fields.Random(torch.Generator().manual_seed(0), 400, torch.device("cpu"))
        changed = long_sleeved_shirt(garments, labels, random)
        return int(photo_augmentation.short_sleeved(photo_augmentation.garment_mask(changed)).sum())

    assert 80 < count_short("Shirt") < 120 and count_short("Pullover") == 200


def test_short_sleeves_are_told_by_the_arms_wherever_the_garment_lies():
    masks = torch.zeros(4, 1, 28, 28)
    masks[:, :, 12:27, 10:18] = 1  # a body in the lower half of the image, 8 wide
    masks[0, :, 14:18, 6:22] = masks[1, :, 14:26, 6:22] = 1  # arms: 16 wide
    masks[2, :, 14:18, 9:18] = masks[3, :, 14:18, 9:19] = 1  # 9 and 10: the body has 0.89 and 0.8 of it
    assert photo_augmentation.short_sleeved(masks).flatten().tolist() == [True, False, False, True]


def test_sleeves_are_spread_and_shoes_paired_only_where_the_labels_say_so():
    bar = torch.zeros(200, 1, 28, 28)
    bar[:, :, 9:19] = 0.8  # low and wide, like a shoe
    labels = torch.full((200,), CLASS_NAMES.index("Sneaker"))
    shoes = photo_augmentation.augment(bar, torch.Generator().manual_seed(0), labels)
    bags = photo_augmentation.augment(bar, torch.Generator().manual_seed(0), labels + 1)

    def height(images: torch.Tensor) -> float:
        return (images > 0.03).any(3).float().sum((1, 2)).mean().item()

    assert height(shoes) > height(bags) + 3  # two side by side, in any direction


def test_shorts_are_the_upper_part_of_trousers_and_wider():
    trousers = torch.zeros(50, 1, 28, 28)
    trousers[:, :, :, 9:13] = trousers[:, :, :, 15:19] = 0.5
    trousers[:, :, :6, 9:19] = 1.0  # the waist
    labels = torch.full((50,), CLASS_NAMES.index("Trouser"))
    made = foreign_objects(trousers, labels, CLASS_NAMES, torch.Generator().manual_seed(0))
    assert (made > 0.9).float().mean() > 2 * (trousers > 0.9).float().mean()
    columns = (made > 0.03).any(2).float().sum((1, 2))
    assert columns.mean() > 15  # the trousers fill 10


def test_in_some_images_background_was_kept_beside_the_garment_or_it_fell_apart():
    """Which is what segmentation gets wrong; the garment itself is in one piece."""
    garments = torch.zeros(500, 1, 28, 28)
    garments[:, :, 6:22, 9:19] = 0.8
    changed = photo_augmentation.augment(garments, torch.Generator().manual_seed(1))
    pieces = [cv2.connectedComponents((image[0] > 0.03).byte().numpy())[0] - 1 for image in changed]
    assert 5 < sum(count > 1 for count in pieces) < 50


def test_of_several_values_each_is_chosen_as_often():
    random = fields.Random(torch.Generator().manual_seed(0), 4000, torch.device("cpu"))
    chosen = random.one_of(torch.arange(4))
    assert chosen.shape == (4000,) and chosen.bincount().min() > 900


@pytest.mark.parametrize(("dataset", "told"), [("fashion-mnist", True), ("mnist", False)])
def test_images_are_made_to_look_like_photos_by_their_labels_only_where_they_are_garments(
    tiny, monkeypatch, dataset, told
):
    given = []
    monkeypatch.setattr(
        learner, "augment", lambda images, kinds, _, labels, ground: given.append(labels) or images
    )
    list(fit(small_config(epochs=1, batch_size=200, dataset=dataset, augmentation="photo"), tiny))
    assert [labels is not None for labels in given] == [told]
