"""The Data page: its tables and charts, the page without a browser, and a zip uploaded in one."""

import io
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
import torch
from helpers import address_of, leave_for, open_page, write_small_set
from PIL import Image
from playwright.sync_api import expect
from servers import forked_server
from zips import picture, zipped_in

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError
from fmnist_core.data import custom, custom_import, datasets, download, summary
from fmnist_core.jobs import TrainingQueue, limits
from fmnist_core.results.charts import data as charts
from fmnist_core.runs import RunStore
from fmnist_core.training import augmentation


def texts(elements) -> str:
    return "\n".join(str(element.value) for element in elements)


def zip_of_skies(count: int = 10) -> bytes:
    """Dark and bright pictures in two folders, and one file that is no picture."""
    content, rng = io.BytesIO(), np.random.default_rng(0)
    with zipfile.ZipFile(content, "w") as archive:
        for low, name in ((0, "night"), (150, "day")):
            for index in range(count):
                picture = io.BytesIO()
                pixels = rng.integers(low, low + 100, (30, 40, 3), np.uint8)
                Image.fromarray(pixels).save(picture, "PNG")
                archive.writestr(f"{name}/{index}.png", picture.getvalue())
        archive.writestr("day/fake.png", b"not a picture")
    return content.getvalue()


# Tables and charts


def test_balance_histogram_and_means_are_those_of_the_images(tiny):
    assert summary.class_balance(tiny)["training"].tolist() == [20] * 10
    assert summary.class_balance(tiny)["test"].tolist() == [6] * 10
    histogram = summary.pixel_histogram(tiny)
    assert histogram["share"].sum() == pytest.approx(1)
    statistics = summary.pixel_statistics(histogram)
    pixels = tiny.train_images / 255
    assert statistics["mean"] == pytest.approx(pixels.mean())
    assert statistics["deviation"] == pytest.approx(pixels.std())
    assert statistics["black"] == pytest.approx((pixels == 0).mean())
    expected = tiny.train_images[tiny.train_labels == 3].mean(axis=0)
    assert np.abs(summary.mean_images(tiny)[3] - expected).max() <= 0.5


def test_the_wall_has_different_images_of_its_class_and_others_with_another_seed(tiny):
    labels = tiny.train_labels
    of_class = summary.wall_indices(labels, 10, label=4)
    assert len(set(of_class)) == 10 and set(labels[of_class]) == {4}
    assert np.array_equal(of_class, summary.wall_indices(labels, 10, label=4))
    assert not np.array_equal(of_class, summary.wall_indices(labels, 10, seed=1, label=4))
    assert len(summary.wall_indices(labels, 100, label=4)) == 20
    assert labels[summary.wall_indices(labels, 40)].tolist() == np.repeat(np.arange(10), 4).tolist()


def test_the_augmented_images_are_those_of_a_training():
    data = datasets.load("fashion-mnist")
    images, labels = data.train_images[:30], data.train_labels[:30]
    for names in (("shift",), ("flip", "erase"), ("photo",)):
        shown = augmentation.preview(data, images, labels, names, seed=3)
        generator = torch.Generator().manual_seed(3)
        expected = augmentation.augment(torch.tensor(images), names, generator, torch.tensor(labels))
        assert np.array_equal(shown, expected.numpy()) and not np.array_equal(shown, images)
    with pytest.raises(ConfigError, match="in colour"):
        augmentation.preview(data, np.zeros((1, 3, 32, 32), np.uint8), labels[:1], ("photo",), 0)


def test_a_strip_shows_the_images_side_by_side():
    images = np.arange(8, dtype=np.uint8).reshape(2, 1, 2, 2)
    assert summary.strip(images).tolist() == [[0, 1, 90, 4, 5], [2, 3, 90, 6, 7]]
    assert summary.strip(images, zoom=3).shape == (6, 15)
    assert summary.strip(np.zeros((2, 3, 4, 4), np.uint8), zoom=2).shape == (8, 18, 3)


def test_charts_say_what_they_show_and_empty_ones_have_their_title(tiny):
    balance = pd.DataFrame({"class_name": ["cat", "<dog>"], "training": [30, 50], "test": [5, 8]})
    assert charts.class_balance_alt(balance) == (
        "Training images: 30 (cat) to 50 (<dog>). Test images: 5 (cat) to 8 (<dog>)."
    )
    figure = charts.class_balance_bars(balance)
    assert list(figure.data[0].x) == [30, 50] and list(figure.data[0].y) == ["cat", "&lt;dog&gt;"]
    histogram = pd.DataFrame({"value": [0, 10, 200], "share": [0.5, 0.2, 0.3]})
    assert charts.pixel_histogram_alt(histogram) == (
        "50.0 % of the pixels are black, 70.0 % are darker than 64, 30.0 % are 192 or brighter."
    )
    assert list(charts.pixel_histogram_bars(histogram).data[0].y) == [0.5, 0.2, 0.3]
    assert charts.class_balance_bars(balance[:0]).layout.title.text == "Images per class"
    assert charts.pixel_histogram_bars(histogram[:0]).layout.title.text == "Brightness of the pixels"
    assert "nothing to show" in charts.class_balance_alt(balance[:0])


# The page


def test_the_page_opens_on_fashion_mnist():
    app = open_page("data")
    assert not app.exception
    assert app.selectbox(key="data_dataset").value == "fashion-mnist"
    assert "60,000 training and 10,000 test images · 10 classes · 28 × 28 pixels" in texts(app.markdown)
    assert app.number_input(key="data_image_fashion-mnist").value == 301
    data = datasets.load("fashion-mnist")
    assert f"<b>{data.class_names[data.train_labels[301]]} · 301</b>" in texts(app.get("html"))
    assert "[Xiao, Rasul, Vollgraf 2017](https://arxiv.org/abs/1708.07747)" in texts(app.markdown)
    assert address_of(app)["dataset"] == "fashion-mnist" and address_of(app)["image"] == "301"


def test_an_image_is_shown_as_its_numbers():
    app = open_page("data", dataset="fashion-mnist", image="12")
    app.button(key="data_numbers").click().run()
    assert not app.exception
    (numbers,) = [html.value for html in app.get("html") if 'class="numbers"' in html.value]
    pixels = datasets.load("fashion-mnist").train_images[12]
    assert [int(value) for value in re.findall(r">(\d+)</i>", numbers)] == pixels.ravel().tolist()


def test_the_filter_outlives_a_visit_to_another_page():
    app = open_page("data", dataset="mnist")
    app.segmented_control(key="data_split").set_value("test").run()
    app.selectbox(key="data_class_mnist").set_value("7").run()
    app.pills(key="data_augmentation").set_value(["shift"]).run()
    image = app.number_input(key="data_image_mnist_test").value
    assert datasets.load("mnist").test_labels[image] == 7
    leave_for(app, "guess")
    leave_for(app, "data")
    assert not app.exception
    assert app.selectbox(key="data_dataset").value == "mnist"
    assert app.selectbox(key="data_class_mnist").value == "7"
    assert app.number_input(key="data_image_mnist_test").value == image
    said = {name: address_of(app)[name] for name in ("split", "class", "augmentation")}
    assert said == {"split": "test", "class": "7", "augmentation": "shift"}


def test_a_link_opens_a_data_set_at_an_image():
    app = open_page("data", dataset="fashion-mnist", image="12")
    assert app.number_input(key="data_image_fashion-mnist").value == 12
    app.number_input(key="data_image_fashion-mnist").set_value(13).run()
    assert address_of(app)["image"] == "13"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            {"dataset": "fashion-mnist", "image": "60000"},
            "image=60000 (numbers go from 0 to 59,999); shown instead: 301",
        ),
        ({"dataset": "fashion-mnist", "image": "-1"}, "(numbers go from 0 to 59,999); shown"),
        ({"dataset": "fashion-mnist", "image": "9" * 400}, "(numbers go from 0 to 59,999); shown"),
        ({"dataset": "../etc"}, "dataset=../etc; shown instead: fashion-mnist"),
    ],
    ids=["too large", "negative", "huge", "unknown data set"],
)
def test_a_bad_link_is_a_sentence_and_the_page_still_works(query, sentence):
    app = open_page("data", **query)
    assert not app.exception
    assert sentence in texts(app.warning)
    assert app.number_input(key="data_image_fashion-mnist").value == 301


def test_a_data_set_that_is_not_here_can_be_downloaded_and_a_failure_is_a_sentence(monkeypatch):
    monkeypatch.setattr(download, "_archives", lambda kind: [])
    app = open_page("data", dataset="kmnist")
    assert "The files of kmnist are not on this machine yet." in texts(app.info)
    app.button(key="download_data").click().run()
    assert not app.exception
    assert "kmnist could not be downloaded" in texts(app.error)
    monkeypatch.setattr(download, "ensure_files", lambda *_: write_small_set())
    app.button(key="download_data").click().run()
    assert not app.exception and not app.error and not app.info
    assert "200 training and 60 test images · 10 classes · 28 × 28 pixels" in texts(app.markdown)


def test_a_zip_is_uploaded_looked_at_and_deleted():
    app = open_page("data", dataset="fashion-mnist")
    app.file_uploader[0].upload("My Skies.zip", zip_of_skies(), "application/zip").run()
    name = next(box for box in app.text_input if box.label == "Name of the data set")
    assert name.value == "my-skies"
    app.button(key="data_import").click().run()
    assert not app.exception and not app.error
    assert app.selectbox(key="data_dataset").value == "my-skies"
    assert "Imported" in texts(app.success)
    assert "fake" in texts(app.markdown)  # the file that was left out
    assert "16 training and 4 test images · 2 classes · 28 × 28 pixels" in texts(app.markdown)
    app.button(key="data_delete").click().run()
    assert not app.exception
    assert custom_import.own_datasets() == [] and app.selectbox(key="data_dataset").value == "fashion-mnist"


def test_a_useless_zip_is_a_sentence():
    app = open_page("data", dataset="fashion-mnist")
    app.file_uploader[0].upload("skies.zip", b"I am no zip", "application/zip").run()
    app.button(key="data_import").click().run()
    assert not app.exception
    assert "not a zip that can be read" in texts(app.error)


def test_a_data_set_that_a_run_waits_for_is_not_deleted(monkeypatch):
    monkeypatch.setattr(TrainingQueue, "start", lambda self: None)  # it waits without end
    custom_import.import_zip(zip_of_skies(), "skies")
    RunStore().create(TrainConfig(dataset="skies", batch_size=8))
    app = open_page("data", dataset="skies")
    assert "A run that trains on it is queued or running" in texts(app.warning)
    assert not [button for button in app.button if button.key == "data_delete"]


def test_a_class_is_renamed_on_the_page():
    custom_import.import_zip(zip_of_skies(), "skies")
    app = open_page("data", dataset="skies", **{"class": "night"})
    app.selectbox(key="rename_class_skies").set_value("night").run()
    app.text_input(key="rename_to_skies_night").set_value("dusk_").run()
    app.button(key="rename_class").click().run()
    assert not app.exception and not app.error
    assert datasets.find("skies").class_names == ("day", "dusk")
    assert app.selectbox(key="data_class_skies").options == ["All", "day", "dusk"]
    app.text_input(key="rename_to_skies_day").set_value("dusk").run()
    app.button(key="rename_class").click().run()
    assert "each class needs a name of its own" in texts(app.error)


def test_what_was_guessed_of_the_names_of_classes_is_said_after_the_import():
    app = open_page("data", dataset="fashion-mnist")
    content = zipped_in("cp850", {f"{'Hüte' if k % 2 else 'C#'}/{k}.png": picture(k) for k in range(10)})
    app.file_uploader[0].upload("Kleidung.zip", content, "application/zip").run()
    app.button(key="data_import").click().run()
    assert not app.exception and not app.error
    assert "they were read as CP850" in texts(app.caption) and "the class 'C' here" in texts(app.caption)
    assert datasets.find("kleidung").class_names == ("C", "Hüte")


def test_a_damaged_data_set_is_said_and_can_be_deleted_on_the_page():
    custom_import.import_zip(zip_of_skies(), "skies")
    (custom.folders()[0] / "skies" / custom.INFO).write_text("{}")
    app = open_page("data", dataset="skies")
    assert not app.exception
    assert "the data set skies cannot be used. Delete it on the Data page" in texts(app.error)
    assert not app.session_state["address"].is_new  # it was written
    for page in ("train", "design", "guess"):  # the others offer the name, and live
        assert not open_page(page, dataset="skies").exception
    app.button(key="data_delete").click().run()
    assert not app.exception and not app.error
    assert "skies" not in datasets.names() and app.selectbox(key="data_dataset").value == "fashion-mnist"


def test_in_a_class_own_data_sets_are_changed_by_who_brought_them(monkeypatch):
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    mina = open_page("data", dataset="fashion-mnist")
    mina.file_uploader[0].upload("skies.zip", zip_of_skies(), "application/zip").run()
    mina.button(key="data_import").click().run()
    jun = open_page("data", dataset="skies")
    for app, is_hers in ((mina, True), (jun, False)):
        assert app.selectbox(key="data_dataset").value == "skies" and not app.exception
        assert any(button.key == "data_delete" for button in app.button) == is_hers
        assert any(button.key == "rename_class" for button in app.button) == is_hers
    monkeypatch.setattr(limits, "megabytes", lambda store: 0)
    mina.file_uploader[0].upload("more.zip", zip_of_skies(6), "application/zip").run()
    mina.button(key="data_import").click().run()
    assert "you may keep 0.0 MB in all" in texts(mina.error)
    mina.button(key="data_delete").click().run()
    assert not mina.exception and "skies" not in datasets.names()


@pytest.mark.browser
def test_in_a_browser_a_zip_is_uploaded_and_trained_on(tmp_path, page):
    """Also: the first address that a new server is asked for may be a page's own, as in a lesson's link."""
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "server.log") as address:
        page.goto(f"{address}/data?dataset=fashion-mnist&image=7")
        bring = page.get_by_text("Bring your own pictures")
        expect(bring).to_be_visible()  # the server imports torch first
        expect(page.get_by_test_id("stSidebar").get_by_text("한국어")).to_be_visible()
        number = page.get_by_label("Number, 0 to 59,999")
        expect(number).to_have_value("7")
        for shown in ("8", "9"):
            page.get_by_test_id("stNumberInputStepUp").first.click()
            expect(page).to_have_url(re.compile(f"image={shown}"))
            expect(number).to_have_value(shown)
        bring.click()
        page.locator("input[type=file]").set_input_files(
            {"name": "skies.zip", "mimeType": "application/zip", "buffer": zip_of_skies()}
        )
        page.get_by_role("button", name="Check and import").click()
        expect(page.get_by_text("Imported.")).to_be_visible()
        expect(page.get_by_alt_text("Mean image of night")).to_be_visible()
        page.get_by_role("link", name="Train on it").click()
        page.locator(".st-key-start_training button").click()
        expect(page.get_by_role("link", name="See what it gets right and wrong")).to_be_visible()
