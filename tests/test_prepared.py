"""How a picture is prepared for each data set, whatever net reads it."""

import json

import numpy as np
import torch
from handwriting import picture, shapes
from photo_runs import encoded
from PIL import Image
from zips import zipped

from fmnist_core import photos
from fmnist_core.base.errors import PhotoError
from fmnist_core.data import custom_import, datasets
from fmnist_core.data.datasets import DATASETS, DatasetInfo
from fmnist_core.photos import Corrections, digits
from fmnist_core.training import augmentation


def test_an_own_picture_is_prepared_exactly_as_its_import_did():
    photo = next(iter(shapes(1, True, seed=3).values()))
    for colour, shape in ((False, (1, 28, 28)), (True, (3, 32, 32))):
        info = datasets.DatasetInfo("mine", "", ("a", "b"), 8, 2, shape)
        prepared = photos.prepare_for(info, photo)
        assert np.array_equal(prepared.image, custom_import.to_image(photo, colour))
        assert len(prepared.views) == 1 and not prepared.find_upright
        middle = prepared.steps[-2].image
        assert middle.shape[0] == middle.shape[1] == min(photos.decode(photo).rgb.shape[:2])
        assert prepared.steps[-1].image.shape == (shape[1:] if shape[0] == 1 else (*shape[1:], 3))
        negative = photos.prepare_for(info, photo, Corrections(invert=True))
        assert np.array_equal(negative.image, 255 - prepared.image)


def test_an_own_data_set_is_not_stored_with_a_preparation_and_gets_the_square(tmp_path):
    custom_import.import_zip(zipped(shapes(6, False, seed=0)), "fruit")
    assert datasets.find("fruit").preparation == "square"
    (path,) = (tmp_path / "data").rglob("dataset.json")
    assert "preparation" not in json.loads(path.read_text())


def test_an_image_of_fashion_mnist_goes_in_untouched():
    image = np.zeros((28, 28), np.uint8)
    image[3:20, 6:22] = np.random.default_rng(1).integers(60, 256, (17, 16))  # smaller than the frame
    for shown in (image, 255 - image):
        prepared = photos.prepare_for(DATASETS["fashion-mnist"], encoded(picture(shown)))
        assert np.array_equal(prepared.image[0], image)
        assert len(prepared.views) == 1 and not prepared.find_upright


def test_data_sets_that_want_pictures_alike_share_them():
    ways = {photos.prepared_alike(DATASETS[name]) for name in ("fashion-mnist", "mnist", "kmnist")}
    assert len(ways) == 3
    fruit, tools = (DatasetInfo(name, "", ("a", "b"), 10, 2) for name in ("fruit", "tools"))
    assert photos.prepared_alike(fruit) == photos.prepared_alike(tools)


def test_colour_images_are_shifted_in_all_channels_alike():
    images = torch.randint(0, 256, (8, 1, 32, 32), dtype=torch.uint8).expand(-1, 3, -1, -1).contiguous()
    shifted = augmentation.shift(images, torch.Generator().manual_seed(0))
    assert shifted.shape == images.shape and not torch.equal(shifted, images)
    assert torch.equal(shifted[:, 0], shifted[:, 2])
    grey = augmentation.shift(images[:, :1], torch.Generator().manual_seed(0))
    assert torch.equal(shifted[:, :1], grey)


def test_any_pixels_become_an_image_of_the_data_set_or_our_sentence():
    layout = digits.Layout(28, 20, True, (14.5, 14.5), (1.7, 3.1))
    for seed in range(120):
        rng = np.random.default_rng(seed)
        height, width = rng.integers(8, 70, 2)
        palette = rng.integers(0, 256, (rng.integers(1, 5), 3), dtype=np.uint8)
        pixels = palette[rng.integers(0, len(palette), (height, width))]
        if seed % 2:
            pixels = np.full((height, width, 3), palette[0])
            pixels[rng.integers(height) :, rng.integers(width) :][: height // 2, : width // 2] = palette[-1]
        corrections = Corrections(seed % 4, invert=seed % 3 == 0, remove_background=seed % 5 > 0)
        try:
            image = digits.prepare_digit(photos.Picture(pixels, None, ()), corrections, layout).image
        except PhotoError:
            assert np.ptp(pixels, axis=(0, 1)).max() < 12
        else:
            assert image.shape == (1, 28, 28) and image.dtype == np.uint8


def test_an_image_of_the_data_set_that_is_turned_by_hand_shows_that_step():
    info = DATASETS["fashion-mnist"]
    grey = datasets.load(info.name).test_images[0, 0]
    photo = encoded(Image.fromarray(grey))
    assert [step.name for step in photos.prepare_for(info, photo).steps] == ["Photo", "What the model sees"]
    turned = photos.prepare_for(info, photo, Corrections(quarter_turns=1))
    assert [step.name for step in turned.steps] == ["Photo", "Turned and cropped", "What the model sees"]
    assert np.array_equal(turned.image, np.rot90(grey, -1)[None])
