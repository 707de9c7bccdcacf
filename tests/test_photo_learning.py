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
from fmnist_core.photos.learning import rendering
from fmnist_core.photos.scoring import ScoredPhoto
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


def test_class_folders_without_a_picture_are_nothing_to_learn_from(tmp_path):
    for folder in ("dress", "hat"):
        (tmp_path / folder).mkdir()
    with pytest.raises(
        PhotoError, match=r"no pictures in .*dress, .*hat\. Name a file, or a folder with files"
    ):
        learning.prepare_lessons(tmp_path, tiny_dataset(), np.arange(10))
    (tmp_path / "hat" / "1.png").write_bytes(encoded(shirt_on_a_floor()))
    assert [name for name, _ in learning.find_photos(tmp_path)] == ["hat"]


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


def test_photos_to_choose_by_of_which_none_is_a_garment_are_said_with_the_remedy():
    foreign = ScoredPhoto("shoes", "a.png", foreign=True)
    with pytest.raises(PhotoError, match=r"None of the 2 photos .* Put some into folders"):
        making.choose_threshold([foreign, ScoredPhoto("Bag", "b.png", error="damaged")])


def test_training_with_a_folder_that_is_not_there_is_bad_input(store, tmp_path, capsys):
    assert main(["train", "--recipe", "photo", "--photos", str(tmp_path / "nothing")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    assert store.runs() == []


# ---- each photo is changed at random -------------------------------------------------------------------


def cut_out(rows: slice, columns: slice, levels: tuple[int, int] = (100, 100), count: int = 600) -> tuple:
    """The same garment many times, whose left and right half have these greys; its cover; random numbers."""
    rgb = torch.full((count, 64, 64, 3), 255, dtype=torch.uint8)
    cover = torch.zeros(count, 64, 64, dtype=torch.uint8)
    cover[:, rows, columns] = 255
    rgb[:, rows, columns] = levels[1]
    rgb[:, rows, columns.start : 32] = levels[0]
    return rgb, cover, rendering.Random(torch.Generator().manual_seed(0), count, torch.device("cpu"))


def test_greys_keep_their_level_and_get_the_contrast_of_training_images():
    rgb, cover, random = cut_out(slice(0, 64), slice(12, 52), (120, 80))
    greys = rendering._greys(rgb, cover.float() / 255, random)[:, 0]
    assert not greys[:, :, :12].any() and not greys[:, :, 52:].any() and greys[:, :, 12:52].min() >= 20
    left, right = greys[:, 8:-8, 14:30].mean((1, 2)), greys[:, 8:-8, 34:50].mean((1, 2))
    assert ((left + right) / 2).median() == pytest.approx(155, abs=4)
    assert (right - left).median() == pytest.approx(60, abs=6)  # half as much again as it had
    assert (right < left - 20).float().mean() == pytest.approx(0.06, abs=0.03)  # a negative print
    assert 12 < ((left + right) / 2).std() < 30
    flat_rgb, flat, random = cut_out(slice(0, 64), slice(12, 52))
    light = rendering._greys(flat_rgb, flat.float() / 255, random)[:, 0]
    for one, other in ((light[:, 32, 13], light[:, 32, 50]), (light[:, 0, 32], light[:, 63, 32])):
        assert 12 < (one - other).std() < 45 and abs((one - other).mean()) < 4  # lit from any side


def test_colours_have_about_the_share_in_grey_that_the_eye_gives_them():
    for channel, share in enumerate(rendering.LUMINANCE):
        rgb, cover, random = cut_out(slice(0, 64), slice(0, 64))
        rgb[:] = 0
        rgb[..., channel] = 255
        level = rendering._greys(rgb, cover.float() / 255, random)[:, 0, 28:36, 28:36].mean((1, 2))
        assert level.median() == pytest.approx(255 * (1 - share), abs=14)
        assert level.std() > 8


def test_a_photo_is_mirrored_turned_and_stretched_and_still_fills_the_frame():
    _, cover, random = cut_out(slice(2, 62), slice(17, 47))
    greys = 200.0 * (cover[:, None] > 0)
    greys[:, :, 2:12, 17:27] = 0  # a notch at the upper left
    seen = rendering._photograph(greys, cover, random)[:, 0]
    assert seen.shape == (600, 28, 28) and seen.max() == pytest.approx(200 / 255, abs=0.01)
    upper = seen[:, :14]
    is_mirrored = upper[:, :, :14].sum((1, 2)) > upper[:, :, 14:].sum((1, 2))
    assert is_mirrored.float().mean() == pytest.approx(0.5, abs=0.1)
    total = seen.sum((1, 2))
    rows, columns = torch.arange(28.0).view(1, -1, 1) - 13.5, torch.arange(28.0).view(1, 1, -1) - 13.5
    down, right = (seen * rows).sum((1, 2)) / total, (seen * columns).sum((1, 2)) / total
    assert 0.4 < down.std() < 1.5 and 0.4 < right.std() < 1.5 and abs(down.mean()) < 1.2
    height = (seen[:, :, 12:16] > 0.2).any(2).sum(1).float()
    width = (seen[:, 17:22] > 0.2).any(1).sum(1).float()
    assert 25 < height.median() <= 28 and height.quantile(0.05) > 22
    assert width.median() == pytest.approx(14 * 0.92, abs=2.2)


def test_a_covered_square_is_four_to_ten_pixels_wide_and_anywhere():
    *_, random = cut_out(slice(0, 64), slice(0, 64))
    squares = rendering._rectangle(torch.zeros(600, 1, 28, 28), random)[:, 0]
    width, height = squares.any(1).sum(1), squares.any(2).sum(1)
    assert torch.equal(width * height, squares.sum((1, 2)))
    inside = ~squares[:, -1].any(1) & ~squares[:, :, -1].any(1)
    assert (width[inside] - height[inside]).abs().max() <= 1
    assert width.max() == 11 and width[inside].min() >= 4 and (width == 5).any()
    assert squares.any(0)[3:25, 3:25].all()
    cover = rendering._cover(random).flatten()
    assert (cover == 0).float().mean() == pytest.approx(0.7, abs=0.06)
    assert 0.45 < cover.max() <= 0.5 and cover[cover > 0].mean() == pytest.approx(0.25, abs=0.04)


def test_three_images_in_ten_and_the_ground_of_all_stay_as_they_were():
    *_, random = cut_out(slice(0, 64), slice(0, 64))
    images = torch.zeros(600, 1, 28, 28)
    images[:, :, 4:24, 8:20] = 0.5
    spoiled = rendering._spoil(images, random)
    changed = spoiled != images
    untouched = ~changed.flatten(1).any(1)
    assert untouched.float().mean() == pytest.approx(0.3, abs=0.06)
    assert spoiled.min() >= 0 and spoiled.max() <= 1
    inside = spoiled[~untouched][:, 0, 10:18, 11:17]
    noise = inside.flatten(1).std(1)
    assert noise.median() == pytest.approx(0.015, abs=0.006)
    covered = (inside.flatten(1) == 0).any(1).float().mean()
    assert 0.04 < covered < 0.3
