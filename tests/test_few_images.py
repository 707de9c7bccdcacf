"""A data set of few images, such as somebody's own, is led to the recipe that suits it."""

from urllib.parse import parse_qs

import pytest
from helpers import open_page, tiny_dataset
from zips import two_classes, zipped

from fmnist_core.base.recipes import configure
from fmnist_core.data import custom_import
from fmnist_core.training import fit

HINT = "80 training images: the recipe few suits so few."


@pytest.fixture
def skies():
    custom_import.import_zip(zipped(two_classes(50)), "skies")


def test_the_recipe_few_learns_from_ten_images_of_each_class():
    *_, last = fit(configure("few", device="cpu"), tiny_dataset(train=100))
    assert last.test_accuracy > 0.9


@pytest.mark.parametrize(("recipe", "hints"), [("fast", 1), ("few", 0)])
def test_the_form_names_the_recipe_for_few_images(skies, recipe, hints):
    app = open_page(dataset="skies", recipe=recipe)
    assert [caption.value for caption in app.caption].count(HINT) == hints


def test_what_asks_for_more_images_than_there_are_is_said_before_the_start(skies):
    app = open_page(dataset="skies", recipe="fast")
    assert [error.value for error in app.error] == [
        "Batch size 256 is larger than the 80 training images; choose at most 80"
    ]
    assert app.button(key="start_training").disabled
    assert not open_page(dataset="skies", recipe="few").error


@pytest.mark.parametrize(("dataset", "recipe"), [("skies", ["few"]), ("fashion-mnist", None)])
def test_few_images_are_trained_by_their_recipe_from_the_data_page(skies, dataset, recipe):
    links = [link.proto for link in open_page("data", dataset=dataset).get("page_link")]
    (link,) = [link for link in links if link.label == "Train on it"]
    assert parse_qs(link.query_string).get("recipe") == recipe
