"""Which pixels are the garment: each step from the picture to an outline, on drawn scenes whose answer is
known."""

import cv2
import numpy as np
import pytest
import torch
from photo_runs import shirt_on_a_floor

from fmnist_core.data.decode import decode
from fmnist_core.photos import examples, read_file, segment
from fmnist_core.photos.segment import find_garment, keep_main_parts, plain_background, without_skin

BLUE, SKIN = (40, 60, 160), (224, 172, 140)


def box(shape: tuple[int, int], rows: tuple[int, int], columns: tuple[int, int]) -> np.ndarray:
    """A rectangle, bool."""
    mask = np.zeros(shape, bool)
    mask[slice(*rows), slice(*columns)] = True
    return mask


def painted(mask: np.ndarray, ground: tuple[int, ...] | int = 255, colour: tuple[int, ...] | int = 60):
    """uint8 RGB: a colour where the mask is, another one elsewhere."""
    return np.where(mask[..., None], np.uint8(colour), np.uint8(ground)) * np.ones(3, np.uint8)


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return (a & b).sum() / (a | b).sum()


@pytest.mark.parametrize(
    ("size", "small"),
    [((400, 300), (160, 120)), ((60, 80), (120, 160)), ((1000, 20), (160, 8)), ((20, 1000), (8, 160))],
)
def test_the_small_copy_is_160_pixels_long_and_never_thinner_than_eight(size, small):
    assert segment.shrink(np.zeros((*size, 3), np.uint8)).shape[:2] == small


@pytest.mark.parametrize(
    ("ground", "is_plain"), [(0, 1), (12, 1), (13, 0), (128, 0), (242, 0), (243, 1), (255, 1)]
)
def test_only_white_and_black_are_plain_grounds(ground, is_plain):
    garment = box((100, 100), (20, 80), (30, 70))
    found = plain_background(painted(garment, ground, 100))
    assert found is None if not is_plain else overlap(found, garment) > 0.99


@pytest.mark.parametrize(
    ("colour", "is_garment"),
    [(247, 0), (246, 1), ((255, 255, 231), 0), ((255, 255, 230), 1)],
    ids=["8 darker", "9 darker", "colour by 24", "colour by 25"],
)
def test_on_white_the_garment_is_what_is_darker_or_has_a_colour(colour, is_garment):
    found = plain_background(painted(box((100, 100), (20, 80), (30, 70)), 255, colour))
    assert (found is not None) == bool(is_garment)


@pytest.mark.parametrize(
    ("size", "rows", "columns", "is_found"),
    [
        (100, (0, 100), (15, 85), True),  # seven tenths of the upper and the lower edge
        (100, (0, 100), (5, 95), False),  # nine tenths: who can say which one is the ground?
        (100, (45, 56), (45, 56), True),
        (100, (46, 54), (46, 54), False),  # a speck
        (200, (1, 199), (1, 199), False),  # a picture with a frame
    ],
)
def test_on_a_plain_ground_stands_something_neither_tiny_nor_the_picture_itself(
    size, rows, columns, is_found
):
    found = plain_background(painted(box((size, size), rows, columns)))
    assert (found is not None) == is_found


def test_the_border_alone_says_whether_a_picture_is_on_black():
    for level, expected in ((0, True), (127, True), (128, False), (255, False)):
        for inside in (0, 255):
            assert segment.on_black(painted(box((60, 60), (5, 55), (5, 55)), level, inside)) is expected


def bent_ground(size: int = 120) -> np.ndarray:
    """A studio's backdrop in Lab: lit from one corner, float32 (size, size, 3)."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / (size / 2) - 1
    bent = 20 * x - 15 * y + 9 * x * x - 12 * y * y + 8 * x * y
    return np.stack([150 + bent, 128 + bent / 3, 120 - bent / 2], -1)


def test_a_smooth_ground_is_explained_whatever_lies_on_it():
    lab, garment = bent_ground(), box((120, 120), (30, 120), (40, 80))  # down to the lower edge
    lab[garment] += (0, 30, 40)
    distance, share, spread = segment.ground_distance(lab)
    assert distance[~garment].max() < 1 and spread < 0.5
    np.testing.assert_allclose(distance[garment], 50, atol=1)
    frame = 5  # a twenty-fifth of the side
    assert share == pytest.approx(1 - 40 * frame / (120**2 - (120 - 2 * frame) ** 2), abs=0.002)


def test_a_ground_of_noise_is_explained_in_part_and_badly():
    lab = bent_ground() + np.random.default_rng(0).normal(scale=6, size=(120, 120, 3)).astype(np.float32)
    _, share, spread = segment.ground_distance(lab)
    assert 0.2 < share < 0.5 and 5 < spread < 8


def test_every_colour_that_is_common_at_the_border_is_ground():
    lab = np.zeros((100, 100, 3), np.float32)
    lab[:, 50:] = (100, 60, 20)
    rare, middle = box((100, 100), (0, 5), (20, 44)), box((100, 100), (30, 70), (30, 70))
    lab[rare | middle] = (50, 150, 90)  # a sleeve that reaches the border
    lab[50, 80] += (40, 0, 0)  # a shadow
    distance = segment.border_distance(lab, 0.5)
    ground = ~(rare | middle)
    ground[50, 80] = False
    assert distance[ground].max() < 1 and distance[rare | middle].min() > 80
    assert distance[50, 80] == pytest.approx(40 * 0.5, abs=1)


def test_the_distance_from_the_middle_is_one_at_the_middle_of_each_side():
    distance = segment.off_centre(40, 100)
    assert distance[20, 50] == 0
    assert distance[0, 50] == distance[20, 0] == 1
    assert distance[0, 0] == pytest.approx(2**0.5)
    assert distance[10, 25] == pytest.approx(0.5**0.5)


def test_of_a_mask_the_large_and_central_pieces_stay_without_specks_and_holes():
    shape = (120, 120)
    main, near = box(shape, (40, 80), (40, 70)), box(shape, (45, 75), (80, 95))
    small, corner = box(shape, (100, 110), (50, 70)), box(shape, (0, 24), (0, 24))
    hole, speck = box(shape, (55, 62), (50, 60)), box(shape, (20, 22), (60, 62))
    found = keep_main_parts((main | near | small | corner | speck) & ~hole)
    assert found.dtype == bool and overlap(found, main | near) > 0.98
    assert not keep_main_parts(speck).any()
    alone = keep_main_parts(corner)
    assert overlap(alone, corner) > 0.98


@pytest.mark.parametrize(("gap", "is_closed"), [(6, True), (10, True), (13, False)])
@pytest.mark.parametrize("top", [0, 30])
def test_gaps_narrower_than_a_stripe_are_closed_also_at_the_edge(gap, top, is_closed):
    stripes = [box((100, 100), (top + k * (gap + 20), top + k * (gap + 20) + 20), (20, 80)) for k in (0, 1)]
    closed = segment.close_gaps(stripes[0] | stripes[1])
    assert closed[top + 20 + gap // 2, 50] == is_closed
    assert closed[top + 1 : top + 19, 25:75].all() and closed.shape == (100, 100)
    assert not closed[:, :18].any() and not closed[:, 82:].any()


def person(garment: tuple[int, ...] = BLUE, width: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Head, dress and legs before a grey wall: the picture, the mask of all, and of the dress."""
    left, right = 60 - width // 2, 60 + width // 2
    dress = box((160, 120), (40, 110), (left, right))
    skin = box((160, 120), (10, 40), (50, 70)) | box((160, 120), (110, 150), (45, 75))
    picture = painted(skin, (128, 128, 128), SKIN)
    picture[dress] = garment
    return picture, dress | skin, dress


def test_a_person_is_cut_away_from_their_clothes():
    picture, everything, dress = person()
    found = without_skin(picture, everything)
    assert overlap(found, dress) > 0.97


@pytest.mark.parametrize("shade", [(255, 219, 189), (224, 172, 140), (198, 134, 90), (141, 85, 56)])
def test_skin_of_every_shade_is_skin(shade):
    picture, everything, dress = person()
    picture[everything & ~dress] = shade
    assert overlap(without_skin(picture, everything), dress) > 0.97


def test_a_garment_in_the_colour_of_skin_stays_whole():
    picture, everything, _ = person(garment=(210, 160, 130))
    assert without_skin(picture, everything) is everything
    picture, everything, _ = person()
    picture[box((160, 120), (70, 90), (45, 75))] = SKIN  # a print on the chest
    assert without_skin(picture, everything) is everything


@pytest.mark.parametrize("rows", [(15, 145), (38, 41)], ids=["mostly skin", "hardly any skin"])
def test_what_has_much_or_little_of_the_colour_of_skin_is_no_person(rows):
    everything = box((160, 120), (10, 150), (40, 80))
    skin = box((160, 120), rows, (40, 80)) & ~box((160, 120), (59, 115), (53, 68))
    picture = painted(skin, BLUE, SKIN)
    assert without_skin(picture, everything) is everything


def test_what_is_wider_than_high_is_no_person():
    picture, everything, _ = person()
    on_its_side = np.ascontiguousarray(np.rot90(picture)), np.ascontiguousarray(np.rot90(everything))
    assert without_skin(*on_its_side) is on_its_side[1]


def measured(monkeypatch, name: str, mask: np.ndarray, lab: np.ndarray | None = None) -> float:
    """One of the figures from which the quality is summed, alone."""
    monkeypatch.setattr(segment, "QUALITY_WEIGHTS", dict.fromkeys(segment.QUALITY_WEIGHTS, 0.0) | {name: 1.0})
    return segment.quality(segment.to_lab(painted(mask, 230, BLUE)) if lab is None else lab, mask)


def test_what_speaks_for_an_outline_is_measured_as_it_is_described(monkeypatch):
    shape = (100, 100)
    square, disc = box(shape, (20, 70), (30, 80)), np.zeros(shape, np.uint8)
    cv2.circle(disc, (50, 50), 30, 1, cv2.FILLED)
    corner = box(shape, (20, 80), (20, 40)) | box(shape, (60, 80), (20, 80))  # an L
    expected = [
        ("solidity", square, 1, 0.05),
        ("solidity", corner, 2000 / (3600 - 40 * 40 / 2), 0.05),
        ("compactness", disc.astype(bool), 1, 0.1),
        ("compactness", square, np.pi / 4, 0.06),
        ("compactness", box(shape, (45, 55), (5, 95)), 4 * np.pi * 900 / 200**2, 0.03),
        ("symmetry", square, 1, 0),
        ("symmetry", corner, (1200 - 400 + 400) * 1.0 / 2800, 0.001),
        ("centre", square, 1, 0),
        ("centre", box(shape, (0, 50), (0, 100)), 0.5, 0.001),
        ("centre", box(shape, (0, 100), (0, 50)), 0.5, 0.001),
        ("centre", box(shape, (0, 35), (0, 100)), 0, 0),
        ("offset", box(shape, (20, 80), (0, 50)), 0.25, 0.01),
        ("offset", box(shape, (0, 40), (20, 80)), 0.3, 0.01),
        ("frame", box(shape, (0, 50), (20, 80)), 60 / 400, 0.001),
        ("frame", box(shape, (20, 100), (0, 100)), (100 + 80 + 80) / 400, 0.001),
        ("size", box(shape, (30, 65), (0, 100)), 0, 0.001),
        ("size", box(shape, (0, 70), (0, 100)), np.log(2) ** 2, 0.001),
    ]
    for name, mask, value, tolerance in expected:
        assert measured(monkeypatch, name, mask) == pytest.approx(value, abs=tolerance), name


def test_the_colours_inside_and_outside_say_how_well_an_outline_separates(monkeypatch):
    mask = box((100, 100), (0, 100), (0, 50))
    lab = np.full((100, 100, 3), 100, np.float32)
    assert measured(monkeypatch, "separation", mask, lab) == pytest.approx(0)
    for channel, step in ((0, 40), (1, 16), (2, 16)):
        other = lab.copy()
        other[mask, channel] += step
        assert measured(monkeypatch, "separation", mask, other) == pytest.approx(1)
        other[:50] = lab[:50]  # half of the inside looks like the outside
        assert measured(monkeypatch, "separation", mask, other) == pytest.approx(1 - 0.5**0.5)
    other = lab.copy()
    other[:, 50:, 1:] += (0, 12)  # shades too close to tell apart stay one colour
    other[:, :50, 1:] += (12, 0)
    assert measured(monkeypatch, "separation", mask, other) == pytest.approx(1)


def test_an_outline_along_an_edge_of_the_picture_contrasts_more_than_one_across_it(monkeypatch):
    mask = box((100, 100), (20, 80), (20, 80))
    lab = segment.to_lab(painted(mask, 230, BLUE))
    along = measured(monkeypatch, "contrast", mask, lab)
    assert along > 1.5
    for axis in (0, 1):
        beside = np.roll(mask, 10, axis)
        assert measured(monkeypatch, "contrast", beside, lab) < along - 0.3
    assert measured(monkeypatch, "contrast", mask, np.zeros_like(lab)) == pytest.approx(np.log(0.1))


def test_transparent_parts_are_the_outline_unless_there_are_hardly_any():
    picture = np.asarray(shirt_on_a_floor((120, 160)))
    opaque = box((160, 120), (30, 130), (20, 100))
    (guess,) = find_garment(picture, (255 * opaque).astype(np.uint8))
    assert overlap(guess.mask, opaque) == 1 and guess.quality == 1
    for rows in ((0, 2), (0, 159)):  # nearly all of it, or nearly nothing, is transparent
        found = find_garment(picture, (255 * box((160, 120), rows, (0, 120))).astype(np.uint8))
        assert len(found) > 1


@pytest.mark.parametrize("seed", range(3))
def test_on_an_even_ground_and_on_a_floor_the_best_outline_is_the_garments(seed):
    rng = np.random.default_rng(seed)
    outline = np.asarray(shirt_on_a_floor((120, 160), "#00ff00"))
    garment = (outline == (0, 255, 0)).all(-1)
    studio = np.clip(bent_ground(160)[:, :120, :1] + rng.normal(scale=2, size=(160, 120, 3)), 0, 255)
    floor = (
        np.array([150, 110, 70]) + rng.integers(-14, 15, (160, 120, 1)) + 40 * (np.arange(120)[:, None] > 70)
    )
    for ground in (studio, floor):
        picture = np.where(
            garment[..., None], np.array([0, 20, 90]) + rng.integers(30, 60, (160, 120, 1)), ground
        )
        guesses = find_garment(picture.clip(0, 255).astype(np.uint8))
        assert overlap(guesses[0].mask, garment) > 0.95
        assert [guess.quality for guess in guesses] == sorted((g.quality for g in guesses), reverse=True)


def test_outlines_are_the_same_on_any_number_of_cores_and_at_any_time(monkeypatch):
    picture = decode(read_file(examples()["dress"])).rgb
    found = []
    for cores in (1, 2, 4, 1):
        monkeypatch.setattr(torch, "get_num_threads", lambda cores=cores: cores)
        found.append([guess.mask for guess in find_garment(picture)])
        cv2.setRNGSeed(cores + 7)  # whatever draws from it meanwhile
    assert len(found[0]) > 4  # several ideas, not a studio's even ground
    for again in found[1:]:
        np.testing.assert_array_equal(again, found[0])
