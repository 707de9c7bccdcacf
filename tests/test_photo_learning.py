"""Learning from photos: sets of right classes, cut-outs, and a training with them."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers import small_config, tiny_dataset
from photo_runs import encoded, shirt_on_a_floor, small_familiarity
from sameness import same
from torch.nn import functional

from fmnist_core import photos
from fmnist_core.__main__ import main
from fmnist_core.base import recipes
from fmnist_core.base.errors import ConfigError, PhotoError
from fmnist_core.data import datasets
from fmnist_core.photos import familiarity, folders, learning, making
from fmnist_core.runs import shipped, stored_models
from fmnist_core.training import fit, gradients


@pytest.fixture
def photo_folder(tmp_path):
    """Three T-shirts and two hats, drawn."""
    for name, count in (("t-shirt", 3), ("hat", 2)):
        (tmp_path / name).mkdir()
        for number in range(count):
            color = ("#2040a0", "#a02040", "#20a040")[number]
            (tmp_path / name / f"{number}.png").write_bytes(encoded(shirt_on_a_floor(color=color)))
    return tmp_path


LEARNED = np.arange(0, 40, 2)


@pytest.fixture
def lessons(photo_folder):
    return learning.prepare_lessons(photo_folder, tiny_dataset(), LEARNED)


def test_the_loss_of_one_right_class_is_cross_entropy_and_of_several_their_sum(monkeypatch):
    monkeypatch.setattr(gradients, "EVIDENCE_WEIGHT", 0.0)
    logits = torch.randn(6, 10, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(6)
    one = functional.one_hot(labels, 10).bool()
    for smoothing in (0.0, 0.1):
        expected = functional.cross_entropy(logits, labels, reduction="none", label_smoothing=smoothing)
        torch.testing.assert_close(gradients.lesson_losses(logits, one, smoothing), expected)
    two = one | functional.one_hot(labels + 1, 10).bool()
    expected = -(logits.softmax(1) * two).sum(1).log()
    torch.testing.assert_close(gradients.lesson_losses(logits, two, 0.0), expected)


def test_what_is_no_class_costs_an_opinion_and_evidence(monkeypatch):
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(2))
    none = torch.zeros(4, 3, dtype=torch.bool)
    opinion = -logits.log_softmax(1).mean(1) - math.log(3)
    evidence = torch.logsumexp(logits, 1)
    expected = opinion + gradients.EVIDENCE_WEIGHT * functional.softplus(evidence)
    torch.testing.assert_close(gradients.lesson_losses(logits, none, 0.1), expected)
    shift = torch.tensor([[5.0]])  # the same opinion with more evidence
    assert (gradients.lesson_losses(logits + shift, none, 0.1) > expected).all()
    known = functional.one_hot(torch.zeros(4, dtype=torch.long), 3).bool()
    more, less = (gradients.lesson_losses(logits + sign * shift, known, 0.1) for sign in (1, -1))
    assert (more < less).all()


def test_the_gradients_are_finite_also_where_no_class_is_right():
    logits = torch.randn(2, 3, generator=torch.Generator().manual_seed(1)).requires_grad_()
    right = torch.tensor([[True, False, True], [False, False, False]])
    gradients.lesson_losses(logits, right, 0.1).sum().backward()
    assert torch.isfinite(logits.grad).all() and (logits.grad != 0).all()


def test_photos_of_clothes_are_refused_beside_other_data(store, photo_folder, capsys):
    assert main(["train", "--dataset", "mnist", "--photos", str(photo_folder)]) == 2
    assert "photos are of clothes, got dataset 'mnist'" in capsys.readouterr().err
    assert store.runs() == []


def test_folders_say_which_classes_are_right(tmp_path):
    (tmp_path / "longsleeve").mkdir()
    labels = folders.labels_of(tmp_path)
    names = ("Pullover", "Dress", "Shirt")
    assert folders.right_classes(labels, "longsleeve", names).tolist() == [True, False, True]
    assert not folders.right_classes(labels, "hat", names).any()
    assert labels.is_accepted("longsleeve", "Coat") and not labels.is_right("longsleeve", "Coat")
    with pytest.raises(PhotoError, match="no class folder"):
        folders.labels_of(tmp_path / "longsleeve")


def test_shop_pictures_have_folders_of_their_own_meaning(tmp_path):
    for name in ("coat", "shirt", "none"):
        (tmp_path / name).mkdir()
    labels = folders.labels_of(tmp_path)
    assert labels.is_accepted("shirt", "Pullover") and labels.foreign == ("none",)


def test_lessons_are_photos_and_unchanged_images_that_are_learned_from(lessons):
    assert lessons.photos.right.sum(1).tolist() == [1, 1, 1, 0, 0]  # a hat is none of the classes
    images, right = lessons.draw(20, torch.Generator().manual_seed(0))
    assert images.shape == (18 + 8, 1, 28, 28) and right.shape == (26, 10)
    assert images.min() >= 0 and images.max() <= 1 and images[:18].mean() > 0.1
    data = tiny_dataset()
    for image, classes in zip(images[18:], right[18:], strict=True):
        same_images = np.flatnonzero(
            (data.train_images == (image * 255).round().byte().numpy()).all((1, 2, 3))
        )
        assert set(same_images) & set(LEARNED)  # none that is kept for validation
        assert classes.nonzero().item() == data.train_labels[same_images[0]]
    again, _ = lessons.draw(20, torch.Generator().manual_seed(0))
    assert torch.equal(images, again)


def test_a_kind_of_which_there_are_few_photos_is_taken_more_often_than_they_are(lessons):
    """By the root of the number of its photos: three T-shirts and two hats."""
    pictures = lessons.photos.often / lessons.photos.often.sum()
    shirts, hats = pictures[:3].sum().item(), pictures[3:].sum().item()
    assert hats > 2 / 5 and hats < 1 / 2
    assert shirts / hats == pytest.approx((3 / 2) ** 0.5)
    _, right = lessons.photos.draw(2000, torch.Generator().manual_seed(0))
    assert right.any(1).float().mean().item() == pytest.approx(shirts, abs=0.04)


def test_the_same_photos_give_the_same_lessons(lessons, photo_folder):
    again = learning.prepare_lessons(photo_folder, tiny_dataset(), LEARNED)
    assert again.digest == lessons.digest
    assert torch.equal(lessons.photos.rgb, again.photos.rgb)
    (photo_folder / "hat" / "0.png").write_bytes(encoded(shirt_on_a_floor(color="#ffffff")))
    assert learning.prepare_lessons(photo_folder, tiny_dataset(), LEARNED).digest != lessons.digest


def test_a_photo_that_cannot_be_read_is_named(photo_folder):
    (photo_folder / "hat" / "1.png").write_bytes(b"broken")
    with pytest.raises(PhotoError, match=r"1\.png.*not a picture"):
        learning.prepare_lessons(photo_folder, tiny_dataset(), LEARNED)


def test_a_training_with_photos_goes_on_to_the_same_weights(lessons):
    config = small_config(architecture="small-cnn", epochs=3, photos="photos", batch_size=50)
    whole = list(fit(config, tiny_dataset(), lessons=lessons))
    first = next(fit(config, tiny_dataset(), lessons=lessons))
    rest = list(fit(config, tiny_dataset(), state=first.state, lessons=lessons))
    assert same(rest[-1].state, whole[-1].state)
    assert whole[-1].train_loss < whole[0].train_loss


def test_photos_that_were_not_handed_in_are_missed_at_once():
    with pytest.raises(ConfigError, match="photos"):
        next(fit(small_config(photos="photos"), tiny_dataset()))


def test_the_photo_model_is_made_by_a_command_with_a_record_of_how(
    store, photo_folder, tmp_path, monkeypatch, capsys
):
    whole = datasets.load("fashion-mnist")
    few = replace(whole, test_images=whole.test_images[:500], test_labels=whole.test_labels[:500])
    monkeypatch.setattr(datasets, "load", lambda *_arguments, **_options: few)
    small_familiarity(monkeypatch)
    monkeypatch.setattr(making, "EPOCHS", 1)
    monkeypatch.setattr(making, "PNG_IMAGES", 20)
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "model")
    monkeypatch.setitem(recipes.RECIPES["photo"].settings, "architecture", "small-cnn")
    monkeypatch.setitem(recipes.RECIPES["photo"].settings, "train_size", 500)
    folder = str(photo_folder)
    assert main(["photo-model", "--photos", folder, "--choose-by", folder, "--json"]) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["photos"]["images"] == 5 and len(record["photos"]["sha256"]) == 64
    assert record["scores"][photo_folder.name]["coverage"] >= 0.8
    assert folder not in json.dumps(record)  # where it lay on one machine says nothing to others
    loaded = stored_models.load_model(store, making.RUN_ID)
    answer = photos.read(encoded(shirt_on_a_floor()), loaded)
    known = familiarity.for_run(loaded)
    assert known.regression is None and answer.threshold == known.threshold
    assert len(photos.nearest_images(loaded, answer.direction)) == 5


def test_training_with_a_folder_that_is_not_there_is_bad_input(store, tmp_path, capsys):
    assert main(["train", "--recipe", "photo", "--photos", str(tmp_path / "nothing")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    assert store.runs() == []
