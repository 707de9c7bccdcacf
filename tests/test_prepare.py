"""From a photo to 28 x 28: cutting out, greys, frames, angles, and how much each view counts."""

import sys

import numpy as np
import pytest
from photo_runs import shirt_on_a_floor

from fmnist_core import photos
from fmnist_core.base.errors import PhotoError
from fmnist_core.data.datasets import CLASS_NAMES
from fmnist_core.data.decode import Picture
from fmnist_core.photos import Corrections, folders
from fmnist_core.photos.reading import Reading, unit
from fmnist_core.photos.segment import Guess
from fmnist_core.photos.squares import prepare_square

prepared_by = sys.modules["fmnist_core.photos.prepare"]  # `photos.prepare` is the function


def guess(quality: float, rows: slice = slice(2, 6)) -> Guess:
    mask = np.zeros((8, 6), bool)
    mask[rows, 1:4] = True
    return Guess(mask, quality)


@pytest.mark.parametrize(
    "crop", [(0, 0, 1, 1), (0, 0, 0.5, 0.5), (0.999, 0.999, 1, 1)], ids=lambda crop: str(crop[2])
)
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_every_part_of_the_picture_and_every_quarter_turn_can_be_chosen(crop, turns):
    corrections = Corrections(quarter_turns=turns, crop=crop)
    pixels = np.arange(40 * 30).reshape(40, 30)
    part = prepared_by.turn_and_crop(pixels, corrections)
    whole = np.rot90(pixels, -turns)
    assert (part is pixels) == (turns == 0 and crop == (0, 0, 1, 1))
    if crop[2] == 0.5:
        assert np.array_equal(part, whole[: len(whole) // 2, : whole.shape[1] // 2])
    elif crop[0] == 0:
        assert np.array_equal(part, whole)


@pytest.mark.parametrize(
    "crop",
    [(-0.1, 0, 1, 1), (0, -0.1, 1, 1), (0, 0, 1.1, 1), (0, 0.5, 1, 0.5), (0.6, 0, 0.5, 1), (0, 0.6, 1, 0.5)],
)
def test_a_part_outside_of_the_picture_or_without_a_side_is_refused(crop):
    with pytest.raises(PhotoError, match="crop must be"):
        Corrections(crop=crop)


def test_a_tiny_part_has_eight_pixels_a_side():
    pixels = np.arange(100 * 80).reshape(100, 80)
    part = prepared_by.turn_and_crop(pixels, Corrections(crop=(0.25, 0.5, 0.26, 0.52)))
    assert np.array_equal(part, pixels[50:58, 20:28])


@pytest.mark.parametrize(("contrast", "is_one_colour"), [(11, True), (12, False)])
@pytest.mark.parametrize("channel", [0, 1, 2])
def test_a_picture_of_one_colour_is_refused(contrast, is_one_colour, channel):
    rgb = np.full((40, 40, 3), (90, 150, 200), np.uint8)
    rgb[10:30, 10:30, channel] += contrast
    if is_one_colour:
        with pytest.raises(PhotoError, match="only one colour"):
            photos.prepare(Picture(rgb, None, ()))
    else:
        assert photos.prepare(Picture(rgb, None, ())).image.shape == (1, 28, 28)


@pytest.mark.parametrize("fold", [0, 40], ids=["plain", "folds"])
def test_a_cut_out_garment_without_colour_is_read_by_its_outline(fold):
    """White on transparent: laid on white, nothing but its folds would be left."""
    rgb = np.full((80, 80, 3), 255, np.uint8)
    alpha = np.zeros((80, 80), np.uint8)
    alpha[20:70, 25:55] = 255
    rgb[20:70, 25:55] = 252
    rgb[30:60, 30:32] -= np.uint8(fold)
    rgb[30:60, 45:47] -= np.uint8(fold)
    image = photos.prepare(Picture(rgb, alpha, ())).image
    assert (image > 0).sum() > 350  # 28 high and 17 wide
    with pytest.raises(PhotoError, match="only one colour"):
        photos.prepare(Picture(rgb[:10], np.full((10, 80), 255, np.uint8), ()))


def test_better_outlines_count_more_and_the_whole_picture_three_tenths():
    rgb = np.arange(16 * 12 * 3, dtype=np.uint8).reshape(16, 12, 3)
    cut_outs, weights = prepared_by.with_whole(rgb, [guess(5 + np.log(3)), guess(5, slice(0, 2))])
    np.testing.assert_allclose(weights, [0.7 * 3 / 4, 0.7 / 4, 0.3])
    assert [part.shape for part, _ in cut_outs] == [(8, 6, 3), (4, 6, 3), (16, 12, 3)]
    assert np.array_equal(cut_outs[0][0], rgb[4:12, 2:8]) and cut_outs[2][1].all()
    (only,), weights = prepared_by.with_whole(rgb, [])
    assert only[0] is rgb and weights.tolist() == [1]


def test_an_outline_of_nothing_is_the_whole_picture():
    rgb = np.zeros((16, 12, 3), np.uint8)
    part, inside = prepared_by.cut_out(rgb, np.zeros((8, 6), bool))
    assert part.shape == rgb.shape and inside.all()


def test_of_many_outlines_the_best_six_are_read(monkeypatch):
    guesses = [guess(9 - number, slice(number // 2, 7)) for number in range(8)]
    monkeypatch.setattr(prepared_by, "find_garment", lambda *_: guesses)
    photo = shirt_on_a_floor((60, 80))
    prepared = photos.prepare(photo)
    views = len(prepared_by.STRETCHES) * len(prepared_by.TILTS)
    assert len(prepared.views) == views * 7
    each = prepared.weights.reshape(views, 7)
    np.testing.assert_allclose(each, np.tile(each[0], (views, 1)))
    assert each[0, -1] * views == pytest.approx(0.3) and (np.diff(each[0, :-1]) < 0).all()


def grey(level: int, height: int = 20, width: int = 20) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def test_dark_clothes_become_bright_and_keep_their_own_level():
    everywhere = np.ones((20, 20), bool)
    for level in (20, 120, 200):
        assert (prepared_by.to_training_grey(grey(level), everywhere) == 255 - level).all()
    assert (prepared_by.to_training_grey(grey(250), everywhere) == 20).all()  # white cloth is not black
    half = everywhere.copy()
    half[:, :10] = False
    found = prepared_by.to_training_grey(grey(55), half)
    assert (found[:, :10] == 0).all() and (found[:, 10:] == 200).all()


@pytest.mark.parametrize(("contrast", "expected"), [(10, 15), (20, 30), (30, 45), (60, 45), (90, 45)])
def test_the_contrast_of_a_photo_becomes_that_of_training_images(contrast, expected):
    rgb = grey(120)
    rgb[:10] -= contrast
    rgb[10:] += contrast
    found = prepared_by.to_training_grey(rgb, np.ones((20, 20), bool))
    assert found[0, 0] == pytest.approx(135 + expected) and found[-1, 0] == pytest.approx(135 - expected)
    swapped = prepared_by.to_training_grey(rgb, np.ones((20, 20), bool), invert=True)
    np.testing.assert_allclose(swapped, found[::-1])


@pytest.mark.parametrize(
    ("shape", "stretch", "rows", "columns"),
    [
        ((56, 28), 1.0, (0, 28), (7, 21)),
        ((28, 56), 1.0, (7, 21), (0, 28)),
        ((7, 14), 1.0, (7, 21), (0, 28)),
        ((56, 56), 0.5, (0, 28), (7, 21)),
        ((560, 3), 1.0, (0, 28), (13, 14)),
    ],
)
def test_the_longer_side_becomes_28_and_the_other_one_is_centred(shape, stretch, rows, columns):
    image = prepared_by.resize_to_28(np.full(shape, 200, np.float32), stretch)
    expected = np.zeros((28, 28), np.uint8)
    expected[slice(*rows), slice(*columns)] = 200
    assert np.array_equal(image, expected)


def test_views_are_tilted_about_their_middle_by_five_degrees_to_either_side():
    bar = np.zeros((1, 1, 28, 28), np.uint8)
    bar[..., 13:15, 2:26] = 200
    straight, left, right = prepared_by.tilted(bar)[:, 0].astype(float)
    assert np.array_equal(straight, bar[0, 0])
    np.testing.assert_allclose(left, right[:, ::-1], atol=8)
    for view, sign in ((left, -1), (right, 1)):
        heights = [np.average(np.arange(28), weights=view[:, column]) for column in (6, 21)]
        assert heights[1] - heights[0] == pytest.approx(sign * 15 * np.tan(np.radians(5)), abs=0.3)
        assert np.mean(heights) == pytest.approx(13.5, abs=0.1)


@pytest.mark.parametrize(("tint", "views"), [(8, 1), (9, 30)])
def test_a_picture_with_the_least_colour_is_a_photo_not_a_training_image(tint, views):
    rgb = grey(255, 60, 40)
    rgb[10:50, 10:30] = (90, 90, 90 + tint)
    prepared = photos.prepare(Picture(rgb, None, ()))
    assert len(prepared.views) == views
    assert prepared.weights.sum() == pytest.approx(1)


def test_what_was_done_is_shown_step_by_step():
    photo = photos.decode(shirt_on_a_floor((120, 160)))
    prepared = photos.prepare(photo)
    names = ["Photo", "Garment", "Grey", "28 x 28"]
    assert [step.name for step in prepared.steps] == names and prepared.warnings == ()
    garment, in_grey, last = (step.image for step in prepared.steps[1:])
    assert garment.shape[:2] == in_grey.shape and garment[0, 0].tolist() == [255] * 3 and in_grey[0, 0] == 0
    assert np.array_equal(last, prepared.image[0]) and np.array_equal(prepared.views[0], prepared.image)
    turned = photos.prepare(photo, Corrections(quarter_turns=2, find_upright=False, remove_background=False))
    assert [step.name for step in turned.steps] == [names[0], "Turned and cropped", *names[1:]]
    assert not turned.find_upright and prepared.find_upright and turned.warnings == ()
    assert len(turned.views) == len(prepared_by.STRETCHES) * len(prepared_by.TILTS)


def test_a_picture_without_a_garment_is_read_as_a_whole_which_is_said(monkeypatch):
    monkeypatch.setattr(prepared_by, "find_garment", lambda *_: [])
    prepared = photos.prepare(shirt_on_a_floor((60, 80)))
    assert prepared.warnings == ("No garment stands out from the background: the whole picture is read.",)
    assert (prepared.image[0][:, 4:24] > 0).all()


# ---- reading all views ----------------------------------------------------------------------------------


def test_the_direction_of_a_picture_is_that_of_the_views_that_count_most():
    features = np.float32([[2, 0], [0, 5], [0, -9], [0, -9]])
    reading = Reading(features, features, np.float32([0.4, 0.4, 0.1, 0.1]), np.float32([0.2, 0.8]))
    np.testing.assert_allclose(reading.direction, [0.5**0.5, 0.5**0.5], rtol=1e-4)
    assert reading.confidence == pytest.approx(0.8)
    assert reading.mean(np.float32([1, 0, 10, 0])) == pytest.approx(1.4)
    np.testing.assert_allclose(np.linalg.norm(unit(features), axis=1), 1, rtol=1e-5)


# ---- folders --------------------------------------------------------------------------------------------


def test_a_collection_is_the_one_that_knows_more_of_the_folders(tmp_path):
    for name in ("t-shirt", "dress", "shirt", "notes"):
        (tmp_path / name).mkdir()
    (tmp_path / "none").write_text("no folder")
    assert folders.labels_of(tmp_path) is folders.PHONE_PHOTOS
    (tmp_path / "bag").mkdir()
    assert folders.labels_of(tmp_path) is folders.CLASSES
    with pytest.raises(PhotoError, match="There is no folder"):
        folders.labels_of(tmp_path / "none")


def test_both_collections_name_classes_that_there_are():
    for labels in (folders.PHONE_PHOTOS, folders.CLASSES):
        assert labels.folders == (*labels.right, *labels.foreign)
        for name in labels.folders:
            right = [c for c in CLASS_NAMES if labels.is_right(name, c)]
            assert bool(right) == (name not in labels.foreign)
            assert all(labels.is_accepted(name, c) for c in right)
        assert not labels.is_accepted("hat", "Bag")


def test_a_square_in_colour_is_shown_as_a_picture_and_one_in_grey_too():
    rgb = np.zeros((40, 60, 3), np.uint8)
    rgb[:, 10:50] = (200, 30, 90)
    for channels, shown in ((3, (8, 8, 3)), (1, (8, 8))):
        prepared = prepare_square(Picture(rgb, None, ()), Corrections(), (channels, 8, 8))
        assert prepared.image.shape == (channels, 8, 8)
        assert [step.name for step in prepared.steps] == ["Photo", "Middle square", "What the model sees"]
        assert prepared.steps[1].image.shape == (40, 40, 3) and prepared.steps[-1].image.shape == shown
        inverted = prepare_square(Picture(rgb, None, ()), Corrections(invert=True), (channels, 8, 8))
        assert np.array_equal(inverted.image, 255 - prepared.image)
    small = Picture(np.ascontiguousarray(rgb[:8, 10:18]), None, ())
    assert len(prepare_square(small, Corrections(), (3, 8, 8)).steps) == 2  # it goes in as it is
