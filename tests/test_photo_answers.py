"""What a model says of photos: the augmentation it learns with, answers, familiarity, heat maps, scores."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from photo_runs import encoded, shirt_on_a_floor, small_familiarity, trained_run
from PIL import Image

from fmnist_core import photos
from fmnist_core.base.errors import PhotoError, RunError
from fmnist_core.data import datasets
from fmnist_core.data.datasets import CLASS_NAMES
from fmnist_core.nets import architectures, evaluation
from fmnist_core.nets.evaluation import features_and_logits
from fmnist_core.photos import Corrections, familiarity, neighbours, scoring
from fmnist_core.photos import answer as answer_module
from fmnist_core.photos.folders import PHONE_PHOTOS
from fmnist_core.photos.prepare import STRETCHES, TILTS, tilted
from fmnist_core.photos.reading import PIECE, read_views, unit
from fmnist_core.photos.segment import find_garment
from fmnist_core.runs import stored_models
from fmnist_core.training import split


@pytest.fixture
def loaded(store, monkeypatch):
    small_familiarity(monkeypatch)
    return stored_models.load_model(store, trained_run(store))


def test_an_answer_has_a_class_probabilities_and_a_score(loaded):
    answer = photos.read(encoded(shirt_on_a_floor()), loaded)
    assert answer.class_name == max(answer.probabilities, key=answer.probabilities.get)
    assert list(answer.probabilities) == list(CLASS_NAMES)
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert answer.confidence == answer.probabilities[answer.class_name]
    expected = (answer.familiarity * answer.top_probability) ** 0.5
    assert answer.in_distribution_score == pytest.approx(expected, abs=1e-6)
    assert answer.in_distribution == (answer.in_distribution_score >= answer.threshold)
    json.dumps([answer.probabilities, answer.in_distribution, answer.in_distribution_score])
    again = photos.read(encoded(shirt_on_a_floor()), loaded)
    assert again.probabilities == answer.probabilities


def test_a_garment_that_was_turned_is_called_familiar_only_as_it_lay(loaded, monkeypatch):
    lying = photos.read(encoded(shirt_on_a_floor()), loaded, Corrections(find_upright=False))
    monkeypatch.setattr(answer_module, "_upright_turns", lambda *_: 2)
    turned = photos.read(encoded(shirt_on_a_floor()), loaded)
    assert turned.quarter_turns == 2 and "turned by 180 degrees" in turned.warnings[-1]
    assert turned.probabilities != lying.probabilities
    assert turned.in_distribution_score == lying.in_distribution_score


def test_neighbours_are_the_nearest_of_all_images_that_were_learned_from(store):
    run_id = trained_run(store, architecture="mlp-256", validation_size=200)
    loaded = stored_models.load_model(store, run_id)
    data = datasets.load("fashion-mnist")
    learned, held_out = split(loaded.config, data)
    features = unit(features_and_logits(loaded.model, data.train_images[learned])[0])
    told = []
    for number in (
        *data.test_images[:20, None],
        data.train_images[held_out[:1]],
        data.train_images[learned[:1]],
    ):
        direction = unit(features_and_logits(loaded.model, number)[0])[0]
        expected = learned[np.argsort(-(features @ direction), kind="stable")[:5]]
        found = photos.nearest_images(loaded, direction, 5, told.append)
        assert found.tolist() == expected.tolist()
    assert found[0] == learned[0]  # an image that was learned from is nearest to itself
    assert told[-1] == 1 and told == sorted(told)
    assert (loaded.folder / neighbours.STORED.name).exists()


def test_a_damaged_index_of_neighbours_is_made_again(store):
    loaded = stored_models.load_model(store, trained_run(store))
    direction = np.ones(32, np.float32) / 32**0.5
    first = photos.nearest_images(loaded, direction)
    (loaded.folder / neighbours.STORED.name).write_bytes(b"PK damaged")
    neighbours.STORED.in_memory.clear()
    assert photos.nearest_images(loaded, direction).tolist() == first.tolist()


def test_the_heat_map_is_hot_where_the_class_is_decided():
    model = architectures.build("softmax-regression", seed=0)
    with torch.no_grad():
        model[1].weight.zero_()
        model[1].weight.view(10, 28, 28)[3, 4:8, 4:8] = 1.0  # class 3 is what is bright there
    loaded = stored_models.LoadedModel(model.eval(), _Run(), CLASS_NAMES, (1, 28, 28), Path())
    heat = photos.heat_map(loaded, np.full((1, 28, 28), 200, np.uint8), "Dress")
    assert heat.shape == (28, 28) and heat[4:8, 4:8].min() > 0.3 * heat.max() > 0
    assert heat[14:, 14:].max() == 0
    picture = photos.heat_picture(np.zeros((1, 28, 28), np.uint8), heat)
    assert picture[6, 6, 0] > picture[20, 20, 0]


def test_heat_is_the_drop_itself_so_that_an_image_on_which_nothing_matters_is_cold():
    model = architectures.build("softmax-regression", seed=0)
    with torch.no_grad():
        model[1].weight.zero_()
        model[1].weight.view(10, 28, 28)[3, 10:14, 10:14] = 0.05
    loaded = stored_models.LoadedModel(model.eval(), _Run(), CLASS_NAMES, (1, 28, 28), Path())
    image = np.full((1, 28, 28), 255, np.uint8)
    before = evaluation.softmax(evaluation.infer(model, image[None]))[0, 3]
    heat = photos.heat_map(loaded, image, "Dress")
    assert 0 < heat.max() <= before - 0.1  # no more can be lost than there is above one in ten
    cold = photos.heat_picture(image, np.zeros((28, 28), np.float32))
    assert (cold == cold[0, 0]).all()
    low = np.zeros((28, 28), np.float32)
    for drop, full in ((0.005, 0.05), (0.04, 0.05), (0.06, 0.1), (0.2, 0.2), (0.3, 0.5), (0.9, 0.5)):
        low[3, 3] = drop
        assert photos.full_heat(low) == full
    low[3, 3] = 0.04
    seen = photos.heat_picture(np.zeros((1, 28, 28), np.uint8), low).astype(int)
    assert np.abs(seen[3, 3] - seen[9, 9]).max() > 60, "a drop of a few points is seen"
    legend = photos.heat_legend().astype(int)
    assert (np.diff(legend[0, :, 0] - legend[0, :, 2]) >= 0).all()  # from grey to vermilion


def test_photos_are_read_in_one_thread_which_changes_nothing_for_others():
    threads = []
    model = architectures.build("mlp-32", seed=0).eval()
    model.register_forward_pre_hook(lambda *_: threads.append(torch.get_num_threads()))
    loaded = stored_models.LoadedModel(model, _Run(), CLASS_NAMES, (1, 28, 28), Path())
    prepared = photos.prepare(encoded(shirt_on_a_floor()))
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        photos.class_probabilities(prepared, loaded)
        photos.heat_map(loaded, prepared.image, "Dress")
        assert set(threads) == {1} and torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_views_are_read_alike_on_any_number_of_cores(monkeypatch):
    model = architectures.build("cnn", seed=0).eval()
    views = np.random.default_rng(0).integers(0, 256, (2 * PIECE + 5, 1, 28, 28), np.uint8)
    found = []
    for cores in (1, 2, 4):
        monkeypatch.setattr(torch, "get_num_threads", lambda cores=cores: cores)
        found.append(read_views(model, views, np.ones(len(views), np.float32), mirror=True))
    assert len(found[0].logits) == 2 * len(views)
    for again in found[1:]:
        np.testing.assert_array_equal(again.logits, found[0].logits)
        np.testing.assert_array_equal(again.features, found[0].features)


class _Run:
    name = "drawn"

    class config:
        test_time_flip = False


def test_a_run_on_other_shapes_is_refused():
    other = stored_models.LoadedModel(torch.nn.Linear(4, 2), _Run(), ("0", "1"), (1, 2, 2), Path())
    with pytest.raises(RunError, match="shape"):
        photos.read(encoded(shirt_on_a_floor()), other)


def test_files_are_found_in_folders_and_a_missing_one_is_a_sentence(tmp_path):
    for name in ("b.jpg", "a.PNG", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in photos.find_images([tmp_path])] == ["a.PNG", "b.jpg"]
    with pytest.raises(PhotoError, match="no pictures"):
        photos.find_images([tmp_path / "nothing.d", ""][:0])
    with pytest.raises(PhotoError, match="cannot be read"):
        photos.read_file(tmp_path / "missing.jpg")


def answered(folder: str, class_name: str, score: float, familiar: bool) -> scoring.ScoredPhoto:
    labels = PHONE_PHOTOS
    return scoring.ScoredPhoto(
        folder,
        "x.jpg",
        folder in labels.foreign,
        class_name,
        0.9,
        score,
        familiar,
        strict=labels.is_right(folder, class_name),
        lenient=labels.is_accepted(folder, class_name),
    )


def test_the_score_counts_strict_lenient_coverage_and_foreign_objects():
    result = scoring.summary(
        [
            answered("t-shirt", "T-shirt/top", 0.9, True),
            answered("t-shirt", "Shirt", 0.8, True),
            answered("shoes", "Sneaker", 0.3, False),
            answered("pants", "Bag", 0.7, True),
            answered("hat", "Bag", 0.75, True),
            answered("skirt", "Dress", 0.1, False),
        ]
    )
    assert (result["garments"], result["strict"], result["lenient"]) == (4, 0.5, 0.75)
    assert result["strict_without_shoes"] == pytest.approx(1 / 3)
    assert result["strict_mean_of_folders"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert (result["coverage"], result["lenient_above_threshold"]) == (0.75, pytest.approx(2 / 3))
    assert result["foreign_turned_away"] == 0.5
    assert result["auroc"] == pytest.approx(6 / 8)
    assert result["folders"]["t-shirt"]["answers"] == {"T-shirt/top": 1, "Shirt": 1}


def test_foreign_objects_that_cannot_be_read_make_no_figure_better():
    rows = [answered("t-shirt", "T-shirt/top", 0.4, True), answered("hat", "Bag", 0.6, True)]
    unreadable = scoring.ScoredPhoto("hat", "2.png", foreign=True, error="not a picture")
    before, result = scoring.summary(rows), scoring.summary([*rows, unreadable])
    names = ("foreign_turned_away", "auroc", "strict", "coverage")
    assert [result[name] for name in names] == [before[name] for name in names] == [0.0, 0.0, 1.0, 1.0]
    assert result["folders"]["hat"]["above_threshold"] == 1.0 and result["errors"] == 1
    assert scoring.summary([unreadable])["foreign_turned_away"] is None
    assert "1: wrong where of garments, left out where" in scoring._as_text(result, "net")
    assert "cannot be read" not in scoring._as_text(before, "net")


def test_a_folder_of_photos_is_scored_from_the_command_line(store, loaded, tmp_path, capsys):
    for folder in ("t-shirt", "hat"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.png").write_bytes(encoded(shirt_on_a_floor()))
    (tmp_path / "t-shirt" / "2.png").write_bytes(b"broken")
    (tmp_path / "dress").mkdir()  # no picture in it yet
    assert scoring.main(tmp_path, loaded.run.run_id, True) == 0
    *rows, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert [row["folder"] for row in rows] == ["t-shirt", "t-shirt", "hat"]
    assert "not a picture" in rows[1]["error"]
    assert (summary["photos"], summary["garments"], summary["errors"]) == (3, 2, 1)
    assert scoring.main(tmp_path, loaded.run.run_id, False) == 0
    assert "strict accuracy" in capsys.readouterr().out
    (tmp_path / "nothing" / "dress").mkdir(parents=True)
    with pytest.raises(PhotoError, match=r"no pictures in .*files that end in \.jpg, "):
        scoring.main(tmp_path / "nothing", loaded.run.run_id, False)
    with pytest.raises(PhotoError, match="no class folder"):
        scoring.main(tmp_path / "hat", loaded.run.run_id, False)


def test_a_picture_that_came_from_memory_needs_no_file():
    assert photos.prepare(Image.open(io.BytesIO(encoded(shirt_on_a_floor())))).image.shape == (1, 28, 28)


def test_photos_are_also_read_slightly_turned():
    on_white = Image.new("RGB", (120, 160), "white")
    on_white.paste("navy", (30, 20, 80, 140))  # a shop's picture: in colour
    prepared = photos.prepare(on_white)
    guesses = len(find_garment(np.asarray(on_white)))
    assert len(prepared.views) == len(STRETCHES) * len(TILTS) * (guesses + 1)  # and the whole picture
    straight, *turned = np.split(prepared.views, len(TILTS))
    assert (straight[0, 0].max(0) > 0).sum() < (turned[0][0, 0].max(0) > 0).sum()  # a turned bar is wider
    np.testing.assert_array_equal(tilted(straight), prepared.views)
    on_a_floor = photos.prepare(shirt_on_a_floor())
    assert len(on_a_floor.views) == len(on_a_floor.weights) and not len(on_a_floor.views) % len(TILTS)
    np.testing.assert_allclose([prepared.weights.sum(), on_a_floor.weights.sum()], 1, rtol=1e-6)


def test_what_is_no_garment_is_not_turned(loaded, monkeypatch):
    monkeypatch.setattr(answer_module, "_upright_turns", lambda *_: 2)
    known = familiarity.for_run(loaded)
    monkeypatch.setattr(answer_module.familiarity, "for_run", lambda _: replace(known, threshold=1.0))
    refused = photos.read(encoded(shirt_on_a_floor()), loaded)
    assert not refused.in_distribution
    assert refused.quarter_turns == 0 and not any("turned" in warning for warning in refused.warnings)


@pytest.mark.parametrize(("gain", "turns"), [(0.1, 0), (0.35, 0), (0.45, 3)])
def test_a_garment_is_turned_only_where_it_gains_much(loaded, monkeypatch, gain: float, turns: int):
    """Sure of every view alike, the net finds the one after three quarter turns so much more familiar."""
    scores = np.array([0.4, 0.3, 0.4, 0.4 + gain])
    logits = np.zeros((4, 10), np.float32)
    logits[:, 0] = 50.0
    monkeypatch.setattr(answer_module, "features_and_logits", lambda model, views: (scores**2, logits))
    monkeypatch.setattr(familiarity.Familiarity, "familiar", lambda self, features, logits: features)
    prepared = photos.prepare(shirt_on_a_floor())
    known = familiarity.Familiarity(threshold=0.0, together=3)
    assert answer_module._upright_turns(prepared, loaded, known) == turns
