"""A net is asked in the way in which it was taught: pictures are prepared as the run's data were made."""

import json

import numpy as np
import pytest
from handwriting import on_a_desk, on_paper, picture, ruled, shapes
from helpers import write_idx
from photo_runs import encoded, small_familiarity, trained_run
from PIL import Image, ImageDraw
from zips import zipped

from fmnist_core import photos
from fmnist_core.__main__ import main
from fmnist_core.base.errors import PhotoError, RunError
from fmnist_core.base.paths import data_dir
from fmnist_core.data import custom_import, datasets
from fmnist_core.data.datasets import DATASETS, Dataset
from fmnist_core.nets import evaluation
from fmnist_core.nets.evaluation import features_and_logits
from fmnist_core.photos import Corrections, digits, familiarity
from fmnist_core.photos.reading import CONFIDENCE_WEIGHT
from fmnist_core.photos.scoring import auroc
from fmnist_core.runs import RunStore, stored_models

SHARE = 0.9
"""Of the accuracy on the test images, what must be left when the same things are shown as pictures."""

DIGIT_NET = {
    "architecture": "mlp-256",
    "train_size": 5000,
    "epochs": 6,
    "batch_size": 100,
    "test_every": 0,
}
OWN_NET = {"architecture": "mlp-32", "epochs": 30, "batch_size": 20, "train_size": None}


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    return datasets.load("mnist")


@pytest.fixture(scope="module")
def digits_folder(tmp_path_factory):
    """A runs folder with one run that reads digits, and what is familiar to it."""
    folder = tmp_path_factory.mktemp("digits") / "runs"
    with pytest.MonkeyPatch.context() as monkeypatch:
        small_familiarity(monkeypatch)
        store = RunStore(folder)
        run_id = trained_run(store, "reads digits", dataset="mnist", **DIGIT_NET)
        familiarity.for_run(stored_models.load_model(store, run_id))
    return folder


@pytest.fixture
def reads_digits(digits_folder, monkeypatch):
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(digits_folder))
    store = RunStore()
    return stored_models.load_model(store, store.runs()[0].run_id)


def share_right(loaded, pictures: list[bytes], labels: np.ndarray) -> float:
    """The accuracy of a run on pictures, as they come from a file."""
    answers = [photos.read(data, loaded).class_name for data in pictures]
    return float(
        np.mean([answer == loaded.class_names[label] for answer, label in zip(answers, labels, strict=True)])
    )


def plain_accuracy(loaded, images: np.ndarray, labels: np.ndarray) -> float:
    return float((stored_models.predict(loaded, images).argmax(1) == labels).mean())


def as_png(image: np.ndarray) -> bytes:
    return encoded(picture(image), compress_level=1)


def test_test_images_of_mnist_as_png_go_in_untouched(mnist, reads_digits):
    images, labels = mnist.test_images[:40], mnist.test_labels[:40]
    plain = plain_accuracy(reads_digits, images, labels)
    assert plain > 0.85
    assert share_right(reads_digits, [as_png(image) for image in images], labels) == plain
    assert share_right(reads_digits, [as_png(255 - image) for image in images], labels) == plain
    prepared = photos.prepare_for(DATASETS["mnist"], as_png(images[0]))
    assert np.array_equal(prepared.image, images[0]) and len(prepared.views) == 1


PAGES_OF_DIGITS = 25


@pytest.fixture(scope="module")
def pages(mnist) -> list[bytes]:
    """The first test images of MNIST in ink on white paper."""
    images = mnist.test_images[:PAGES_OF_DIGITS, 0]
    return [as_png(on_paper(image, np.random.default_rng(n))) for n, image in enumerate(images)]


def test_digits_in_ink_on_white_paper_are_read_like_test_images(mnist, pages, reads_digits):
    images, labels = mnist.test_images[:PAGES_OF_DIGITS], mnist.test_labels[:PAGES_OF_DIGITS]
    plain = plain_accuracy(reads_digits, images, labels)
    assert share_right(reads_digits, pages, labels) >= SHARE * plain


def test_characters_that_fill_their_images_like_those_of_kmnist_are_read_in_their_own_size(
    store, mnist, pages, monkeypatch
):
    """In KMNIST's files lie MNIST's digits here, as large as the image and centred by their box."""
    small_familiarity(monkeypatch)
    layout = digits.Layout(28, 28, False, (14.0, 14.0), (2.0, 4.0))

    def enlarged(images: np.ndarray) -> np.ndarray:
        return np.stack([digits.draw(np.float32(image[0] / 255), layout)[0] for image in images])

    for name, images, labels in (
        ("train", mnist.train_images[:1500], mnist.train_labels[:1500]),
        ("t10k", mnist.test_images[:40], mnist.test_labels[:40]),
    ):
        write_idx(data_dir() / "KMNIST" / "raw" / f"{name}-images-idx3-ubyte", enlarged(images))
        write_idx(data_dir() / "KMNIST" / "raw" / f"{name}-labels-idx1-ubyte", labels)
    kmnist = datasets.load("kmnist")
    measured = digits.measure(kmnist)
    assert measured.longer == 28 and not measured.by_mass
    loaded = stored_models.load_model(
        store, trained_run(store, dataset="kmnist", **DIGIT_NET | {"train_size": None})
    )
    plain = plain_accuracy(loaded, kmnist.test_images, kmnist.test_labels)
    assert plain > 0.8
    assert share_right(loaded, pages, kmnist.test_labels[:PAGES_OF_DIGITS]) >= SHARE * plain
    untouched = [as_png(image) for image in kmnist.test_images[:40]]
    assert share_right(loaded, untouched, kmnist.test_labels[:40]) == plain_accuracy(
        loaded, kmnist.test_images[:40], kmnist.test_labels[:40]
    )


def test_the_layout_of_mnist_is_the_one_that_its_authors_describe(mnist):
    layout = digits.measure(mnist)
    assert (layout.side, layout.longer, layout.by_mass) == (28, 20, True)
    assert layout.centre == pytest.approx((14.5, 14.5), abs=0.1)


PAGES = {
    "uneven light": lambda image, rng: on_paper(image, rng, unevenness=0.1),
    "red pen": lambda image, rng: on_paper(image, rng, ink=(220, 60, 60)),
    "yellow pen": lambda image, rng: on_paper(image, rng, ink=(250, 225, 70)),
    "pencil": lambda image, rng: on_paper(image, rng, ink=(110, 110, 115), strength=0.5, noise=3.0),
    "squared paper": lambda image, rng: on_paper(image, rng, ink=(50, 55, 120), before=ruled),
    "pencil on squared paper": lambda image, rng: on_paper(
        image, rng, (90, 90, 95), strength=0.7, before=ruled
    ),
    "chalk": lambda image, rng: on_paper(
        image, rng, (225, 225, 220), (60, 80, 70), unevenness=0.1, noise=4.0
    ),
    "page on a desk": lambda image, rng: on_a_desk(on_paper(image, rng), rng),
}


@pytest.mark.parametrize("way", list(PAGES))
def test_ink_is_found_and_drawn_like_the_data_set(mnist, way):
    layout = digits.measure(mnist)
    likeness = []
    for number, image in enumerate(mnist.test_images[:7, 0]):
        page = photos.decode(encoded(picture(PAGES[way](image, np.random.default_rng(number)))))
        drawn = digits.prepare_digit(page, Corrections(), layout).image
        likeness.append(np.corrcoef(drawn.ravel(), image.ravel())[0, 1])
    assert np.median(likeness) > 0.9 and min(likeness) > 0.6, np.round(likeness, 2)


def test_thin_strokes_are_redrawn_as_bold_as_the_data_set(mnist):
    line = Image.new("RGB", (500, 500), "white")
    ImageDraw.Draw(line).ellipse((150, 100, 330, 400), outline="navy", width=4)
    prepared = photos.prepare_for(DATASETS["mnist"], encoded(line))
    bold = digits.measure(mnist).strokes
    assert 0.8 * bold[0] < digits.stroke_width(prepared.image[0].astype(np.float32)) < bold[1]


def test_corrections_of_a_digit_turn_crop_and_swap(mnist):
    page = on_paper(mnist.test_images[0, 0], np.random.default_rng(1))
    info = DATASETS["mnist"]
    plain = photos.prepare_for(info, picture(page))
    turned = photos.prepare_for(info, picture(np.rot90(page)), Corrections(quarter_turns=1))
    assert np.array_equal(turned.image, plain.image)
    cropped = photos.prepare_for(info, picture(page), Corrections(crop=(0.0, 0.0, 0.9, 1.0)))
    assert len(cropped.steps) == len(plain.steps) + 1
    whole = photos.prepare_for(info, picture(page), Corrections(remove_background=False))
    assert whole.image.shape == (1, 28, 28) and not np.array_equal(whole.image, plain.image)
    swapped = photos.prepare_for(info, picture(page), Corrections(remove_background=False, invert=True))
    assert whole.image.mean() < 128 < swapped.image.mean()


def test_an_empty_page_is_a_sentence_and_a_faint_one_is_read_as_a_whole(mnist):
    with pytest.raises(PhotoError, match="only one colour: there is nothing to see"):
        photos.prepare_for(DATASETS["mnist"], encoded(Image.new("RGB", (200, 200), "white")))
    slope = np.linspace(150, 240, 300).astype(np.uint8)[None].repeat(300, 0)
    prepared = photos.prepare_for(DATASETS["mnist"], encoded(picture(slope)))
    assert "No ink stands out" in prepared.warnings[0] and prepared.image.shape == (1, 28, 28)


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
def test_new_pictures_of_an_own_data_set_are_read_like_its_test_images(store, monkeypatch, colour):
    small_familiarity(monkeypatch)
    custom_import.import_zip(zipped(shapes(40, colour, seed=0)), "fruit", colour=colour)
    data = datasets.load("fruit")
    loaded = stored_models.load_model(store, trained_run(store, dataset="fruit", **OWN_NET))
    plain = plain_accuracy(loaded, data.test_images, data.test_labels)
    assert plain > 0.8
    fresh = shapes(10, colour, seed=1)
    labels = [data.class_names.index(name.split("/")[0]) for name in fresh]
    assert share_right(loaded, list(fresh.values()), labels) >= SHARE * plain
    stored = [as_png(image) for image in data.test_images]
    assert share_right(loaded, stored, data.test_labels) == plain
    answer = photos.read(stored[0], loaded)
    assert np.array_equal(answer.image, data.test_images[0])
    heat = photos.heat_map(loaded, answer.image, answer.class_name)
    assert heat.shape == data.image_shape[1:]
    assert photos.heat_picture(answer.image, heat).shape == (*data.image_shape[1:], 3)


def test_digits_are_never_read_mirrored_and_own_pictures_only_where_the_run_says_so(
    store, monkeypatch, mnist
):
    custom_import.import_zip(zipped(shapes(8, False, seed=0)), "fruit")
    image = mnist.test_images[0]
    for dataset, flip, mirrored in (
        ("mnist", True, False),
        ("fruit", False, False),
        ("fruit", True, True),
    ):
        run_id = trained_run(
            store, dataset=dataset, epochs=1, batch_size=10, train_size=12, test_time_flip=flip, test_every=0
        )
        loaded = stored_models.load_model(store, run_id)
        said = photos.class_probabilities(photos.prepare_for(loaded.info, as_png(image)), loaded)
        both = np.stack([image, image[..., ::-1]])
        each = evaluation.softmax(evaluation.infer(loaded.model, both))
        weights = np.exp(CONFIDENCE_WEIGHT * each.max(1))
        expected = weights @ each / weights.sum() if mirrored else each[0]
        assert list(said.values()) == pytest.approx(expected.tolist(), abs=1e-5)


def test_garments_and_halves_are_stranger_to_a_digit_net_than_digits(mnist, reads_digits):
    known = familiarity.for_run(reads_digits)

    def score(images: np.ndarray) -> list[float]:
        return list(known.familiar(*features_and_logits(reads_digits.model, images)))

    garments = np.zeros((60, 1, 28, 28), np.uint8)
    garments[:, :, 2:26, 5:23] = np.random.default_rng(0).integers(60, 256, (60, 1, 24, 18))
    assert auroc(score(mnist.test_images[:200]), score(garments)) > 0.9
    halves = np.roll(mnist.test_images[:200], 14, axis=2)
    assert auroc(score(mnist.test_images[:200]), score(halves)) > 0.8
    answers = [photos.read(as_png(image), reads_digits) for image in mnist.test_images[:60]]
    assert np.mean([answer.in_distribution for answer in answers]) > 0.8


def test_other_digits_are_strange_to_a_net_of_two(store, mnist, monkeypatch):
    small_familiarity(monkeypatch)
    run_id = trained_run(store, dataset="mnist-0-1", **DIGIT_NET | {"train_size": 2000, "epochs": 3})
    loaded = stored_models.load_model(store, run_id)
    scores = {}
    for known in (True, False):
        images = mnist.test_images[(mnist.test_labels < 2) == known][:60]
        scores[known] = [photos.read(as_png(image), loaded).in_distribution_score for image in images]
    assert auroc(scores[True], scores[False]) > 0.9


def test_the_default_run_is_one_for_garments_whatever_recipe_others_had(nothing_shipped, store, mnist):
    small = {"epochs": 1, "batch_size": 50, "train_size": 100, "test_every": 0}
    trained_run(store, dataset="mnist", recipe="photo", **small)
    with pytest.raises(RunError, match="no trained model for garments"):
        stored_models.default_run(store)
    garments = trained_run(store, **small)
    trained_run(store, dataset="mnist", recipe="photo", **small)
    assert stored_models.default_run(store).run_id == garments


def test_a_run_whose_own_data_set_was_deleted_says_so(store):
    custom_import.import_zip(zipped(shapes(8, False, seed=0)), "fruit")
    run_id = trained_run(store, "old fruit", dataset="fruit", epochs=1, batch_size=10, train_size=12)
    custom_import.delete("fruit")
    with pytest.raises(RunError, match="The data set fruit, from which old fruit learned, was deleted"):
        stored_models.load_model(store, run_id)


def test_predict_reads_digits_from_files(reads_digits, mnist, tmp_path, capsys):
    for number in range(3):
        page = on_paper(mnist.test_images[number, 0], np.random.default_rng(number))
        (tmp_path / f"{number}.png").write_bytes(as_png(page))
    assert main(["predict", str(tmp_path), "--run", reads_digits.run.run_id, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["class_name"] for row in rows] == ["7", "2", "1"]
    assert all(0 <= row["in_distribution_score"] <= 1 for row in rows)


def test_a_photo_prepared_for_another_run_is_refused(reads_digits):
    info = datasets.DatasetInfo("mine", "", ("a", "b"), 8, 2, (3, 32, 32))
    colour = photos.prepare_for(info, next(iter(shapes(1, True, seed=3).values())))
    with pytest.raises(RunError, match="prepared for another run, in shape"):
        photos.read(colour, reads_digits)
