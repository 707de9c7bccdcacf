"""Images in colour and 47 classes: training on them, and the pages that show them."""

import base64
import io
import re

import pytest
from dataset_files import put_files
from helpers import KMNIST, open_page, train_here
from PIL import Image

from fmnist_core.base import recipes
from fmnist_core.base.errors import ConfigError
from fmnist_core.data import cifar, datasets
from fmnist_core.jobs import check
from fmnist_core.nets import architectures
from fmnist_core.training import fit

NAMES = ["cifar-10", "emnist-balanced"]
SMALL = KMNIST.replace(epochs=1, batch_size=10)


@pytest.fixture(params=NAMES)
def name(request, monkeypatch) -> str:
    """A data set whose files, with 20 training images, are there."""
    monkeypatch.setattr(cifar, "RECORDS", 4)
    put_files(datasets.folder(request.param), request.param)
    return request.param


@pytest.fixture
def run_id(store, name) -> str:
    """A run that was trained on it."""
    run_id = store.create(SMALL.replace(dataset=name, architecture="small-cnn"))
    assert train_here(store, run_id) == "completed"
    return run_id


def test_every_net_can_be_trained_on_them(name):
    data = datasets.load(name)
    for architecture in architectures.ARCHITECTURES:
        (result,) = fit(SMALL.replace(dataset=name, architecture=architecture), data)
        assert result.test_logits.shape == (len(data.test_labels), len(data.class_names))


@pytest.mark.parametrize("recipe", ["lecture", "fast", "best", "few"])
def test_recipes_with_their_augmentation_can_be_used_on_them(name, recipe):
    config = recipes.configure(recipe, dataset=name, epochs=1, batch_size=10, architecture="mlp-32")
    (result,) = fit(config, datasets.load(name))
    assert result.is_last


def test_the_augmentation_for_photos_refuses_colour_before_there_is_a_run(store):
    config = recipes.configure("photo", dataset="cifar-10")
    with pytest.raises(ConfigError, match="photo works on grey images, and these are in colour"):
        check(store, config)
    check(store, config.replace(dataset="emnist-balanced"))


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("data", {}),
        *(("predictions", {"view": view}) for view in ("images", "matrix", "calibration", "travel")),
        *(("inside", {"section": section}) for section in ("weights", "activations", "features")),
        ("train", {"architecture": "cnn"}),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else value,
)
def test_the_pages_show_them(run_id, name, page, query):
    app = open_page(page, **{"dataset": name} if page in ("data", "train") else {"run": run_id}, **query)
    assert not app.exception and not app.error
    if page == "data":
        shape = "32 × 32, colour" if name == "cifar-10" else "28 × 28"
        facts = f" · {len(datasets.find(name).class_names)} classes · {shape} pixels"
        assert any(element.value.endswith(facts) for element in app.markdown)


def test_one_can_guess_along_and_a_digit_is_its_own_key(run_id, name):
    app = open_page("guess", dataset=name)
    app.button(key="guess_begin").click().run()
    assert not app.exception
    names = datasets.find(name).class_names
    buttons = [app.button(key=f"guess_{k}") for k in range(len(names))]
    keys = [button.proto.shortcut for button in buttons[:10]]
    pictures = [html.value for html in app.get("html") if "to-name" in html.value and "<img" in html.value]
    content = base64.b64decode(re.search('base64,([^"]+)', pictures[0])[1])
    assert Image.open(io.BytesIO(content)).mode == ("RGB" if name == "cifar-10" else "L")
    assert keys == list("0123456789" if name == "emnist-balanced" else "1234567890")
