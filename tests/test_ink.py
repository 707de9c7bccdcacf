"""Which pixels are ink, and how a character is drawn as a data set's are: on drawn pages."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from fmnist_core.data.datasets import Dataset
from fmnist_core.data.decode import Picture
from fmnist_core.photos import Corrections, digits
from fmnist_core.photos.digits import Layout, draw, measure, prepare_digit
from fmnist_core.photos.ink import find_ink, stroke_width

MNIST_LIKE = Layout(28, 20, True, (14.0, 14.0), (2.0, 4.0))
BY_BOX = Layout(28, 20, False, (14.0, 14.0), (1.0, 9.0))


def page(*strokes: tuple, size: tuple[int, int] = (400, 300), paper=(240, 240, 235), ink=(30, 30, 60)):
    """Strokes (x0, y0, x1, y1), or with a colour and a width as well, on paper; uint8 (height, width, 3)."""
    image = Image.new("RGB", size, tuple(paper))
    for x0, y0, x1, y1, *others in strokes:
        colour, width = others or (ink, 12)
        ImageDraw.Draw(image).line((x0, y0, x1, y1), fill=tuple(colour), width=width)
    return np.asarray(image)


CROSS = ((150, 90, 250, 210), (250, 90, 150, 210))


def is_ink(rgb: np.ndarray, x: int, y: int, swap: bool = False) -> bool:
    return bool(find_ink(rgb, swap)[y, x] > 0.5)


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        ((240, 240, 235), (30, 30, 60)),
        ((40, 60, 50), (230, 230, 220)),  # chalk
        ((250, 250, 250), (250, 225, 60)),  # dark in blue alone
        ((240, 240, 240), (190, 190, 190)),  # pale pencil
        ((10, 10, 10), (60, 60, 60)),
    ],
    ids=["pen", "chalk", "yellow", "pencil", "in the dark"],
)
def test_the_strokes_and_nothing_else_are_ink(paper, ink):
    rgb = page(*CROSS, paper=paper, ink=ink)
    true = (rgb == ink).all(-1)
    found = find_ink(rgb)
    assert found.shape == true.shape and found.dtype == np.float32 and found.max() <= 1
    mask = found > 0.5
    assert (mask & true).sum() / (mask | true).sum() > 0.9
    assert not found[cv2.dilate(true.astype(np.uint8), np.ones((15, 15))) == 0].any()


def test_a_dot_near_the_stroke_belongs_to_it_and_what_is_far_fainter_or_tiny_does_not():
    i = (200, 110, 200, 210), (200, 86, 200, 100)
    rgb = page(*i, (60, 100, 60, 190), (228, 150, 228, 190, (150, 150, 150), 10), (215, 195, 217, 197))
    assert is_ink(rgb, 200, 160) and is_ink(rgb, 200, 93)
    assert not is_ink(rgb, 60, 150) and not is_ink(rgb, 228, 170) and not is_ink(rgb, 216, 196)


@pytest.mark.parametrize("x", [60, 340])
def test_of_two_characters_the_one_nearer_to_the_middle_is_read(x):
    rgb = page((x, 80, x, 220, (30, 30, 60), 14), (210, 100, 210, 200))
    assert is_ink(rgb, 210, 150) and not is_ink(rgb, x, 150)


def test_a_small_stroke_in_the_middle_gives_way_to_a_character_beside_it():
    rgb = page((110, 60, 110, 240, (30, 30, 60), 16), (200, 140, 200, 160, (30, 30, 60), 4))
    assert is_ink(rgb, 110, 150) and not is_ink(rgb, 200, 150)


@pytest.mark.parametrize(
    "stroke", [(0, 150, 120, 150), (200, 0, 200, 60), (399, 150, 280, 150), (200, 299, 200, 240)]
)
def test_what_reaches_the_edge_of_the_picture_is_not_the_character(stroke):
    rgb = page(*CROSS, (*stroke, (0, 0, 0), 20))
    assert is_ink(rgb, 200, 150) and not is_ink(rgb, *np.mean([stroke[:2], stroke[2:]], axis=0).astype(int))


def test_printed_lines_are_no_ink_though_they_cross_it():
    lines = [(0, y, 400, y, (185, 195, 225), 2) for y in range(10, 300, 30)]
    lines += [(x, 0, x, 300, (185, 195, 225), 2) for x in range(10, 400, 30)]
    rgb = page(*lines, *CROSS)
    found = find_ink(rgb) > 0.5
    true = (rgb == (30, 30, 60)).all(-1)
    assert (found & true).sum() / (found | true).sum() > 0.85
    assert not is_ink(rgb, 100, 40) and not is_ink(rgb, 205, 60)


def test_the_shade_of_a_hand_is_no_ink():
    rgb = page(*CROSS).astype(float)
    rgb[:, :170] *= 0.6
    rgb[200:, 200:] *= 0.7
    found = find_ink(rgb.astype(np.uint8)) > 0.5
    true = (page(*CROSS) == (30, 30, 60)).all(-1)
    assert (found & true).sum() / (found | true).sum() > 0.8


def test_on_paper_without_strokes_there_is_no_ink():
    assert find_ink(page()) is None
    assert find_ink(page((200, 150, 204, 150, (30, 30, 60), 4))) is None  # a speck
    assert find_ink(page((100, 150, 300, 150, (30, 30, 60), 200))) is None  # a sheet of another colour


def test_swapped_the_ground_inside_is_taken_for_ink():
    """A dark plate with a bright ring: ink is the ring, or what is dark within it."""
    image = Image.new("RGB", (300, 300), (40, 40, 40))
    ImageDraw.Draw(image).ellipse((90, 90, 210, 210), outline=(240, 240, 240), width=30)
    rgb = np.asarray(image)
    assert is_ink(rgb, 105, 150) and not is_ink(rgb, 150, 150)
    assert is_ink(rgb, 150, 150, swap=True) and not is_ink(rgb, 105, 150, swap=True)


@pytest.mark.parametrize("width", [1, 3, 8])
def test_the_width_of_a_stroke_is_measured(width):
    image = np.zeros((60, 80), np.float32)
    image[20 : 20 + width, 5:75] = 200
    assert stroke_width(image) == pytest.approx(width * 70 / (70 + width), rel=0.03)
    assert stroke_width(image.T) == pytest.approx(stroke_width(image), rel=1e-3)
    assert stroke_width(np.zeros((5, 5))) == 0


# ---- drawn as the data set's ---------------------------------------------------------------------------


def data_of(images: list[np.ndarray]) -> Dataset:
    train = np.stack(images)[:, None]
    labels = np.zeros(len(train), np.int64)
    return Dataset("drawn", ("a",), train, labels, train[:1], labels[:1])


def bars(rng: np.random.Generator, tops: range, lefts: range, head: int = 0) -> list[np.ndarray]:
    """Upright bars of 16 x 3 pixels, and a head on some of them."""
    images = []
    for top in tops:
        for left in lefts:
            image = np.zeros((28, 28), np.uint8)
            image[top : top + 16, left : left + 3] = 220
            image[top : top + rng.integers(1, head + 2), left - 3 : left] = 220
            images.append(image)
    return images


def test_where_the_characters_lie_is_measured_on_the_training_images():
    rng = np.random.default_rng(0)
    images = [*bars(rng, range(4, 7), range(10, 13)), np.zeros((28, 28), np.uint8)]
    images[0][0, 0] = 25  # as dark as that is the ground
    layout = measure(data_of(images))
    assert (layout.side, layout.longer) == (28, 16)
    assert layout.centre[0] == pytest.approx(13, abs=0.6)
    assert 1.5 < layout.strokes[0] <= layout.strokes[1] < 4


@pytest.mark.parametrize("by_mass", [True, False])
def test_characters_are_centred_by_their_mass_or_by_their_box(by_mass):
    images = []
    for head in range(1, 12):
        image = np.zeros((60, 60), np.uint8)
        image[10:40, 20:23] = image[10 : 10 + head, 23:38] = 250
        middle = np.average(np.indices(image.shape).reshape(2, -1), axis=1, weights=image.ravel()) + 0.5
        if not by_mass:
            middle = 25, 29
        images.append(np.roll(image, np.round(30 - np.array(middle)).astype(int), (0, 1)))
    layout = measure(data_of(images))
    assert layout.by_mass == by_mass and layout.longer == 30 and layout.side == 60
    assert layout.centre == pytest.approx((30, 30), abs=0.5)


def ink_of(rows: slice, columns: slice, size: tuple[int, int] = (200, 240)) -> np.ndarray:
    ink = np.zeros(size, np.float32)
    ink[rows, columns] = 1
    return ink


def extent(image: np.ndarray, level: int = 100) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero((image > level).any(1)), np.flatnonzero((image > level).any(0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [
        (slice(20, 180), slice(30, 70), (4, 24, 12, 17)),
        (slice(90, 110), slice(40, 200), (13, 15, 4, 24)),
        (slice(95, 105), slice(100, 140), (12, 17, 4, 24)),
    ],
    ids=["upright", "across", "small"],
)
def test_a_character_is_as_long_as_the_data_sets_and_lies_in_its_middle(rows, columns, expected):
    image = draw(ink_of(rows, columns), BY_BOX)
    assert image.shape == (1, 28, 28) and image.dtype == np.uint8 and image.max() > 240
    assert np.abs(np.array(extent(image[0])) - expected).max() <= 1


def test_the_heavy_part_of_a_character_lies_in_the_middle_where_the_data_set_is_like_that():
    ink = np.maximum(ink_of(slice(20, 180), slice(100, 110)), ink_of(slice(20, 40), slice(80, 130)))
    by_mass, by_box = (draw(ink, each)[0].astype(float) for each in (MNIST_LIKE, BY_BOX))
    middle = np.average(np.arange(28) + 0.5, weights=by_mass.sum(1))
    assert middle == pytest.approx(14, abs=0.6)
    assert extent(by_box)[:2] == (4, 24) and extent(by_mass)[0] > 5


def test_a_character_stays_within_the_image_wherever_the_data_sets_middle_is():
    for centre in ((0.0, 0.0), (28.0, 28.0)):
        image = draw(ink_of(slice(20, 180), slice(30, 70)), Layout(28, 20, False, centre, (1.0, 9.0)))[0]
        top, bottom, left, right = extent(image)
        assert (bottom - top, right - left) == (20, 5)
        assert (top, left) == (0, 0) if centre[0] == 0 else (bottom, right) == (28, 28)


@pytest.mark.parametrize(("width", "expected"), [(4, 2.0), (24, 3.0), (70, 4.0)])
def test_thin_strokes_become_bolder_and_bold_ones_thinner(width, expected):
    ink = ink_of(slice(20, 180), slice(100, 100 + width))
    found = stroke_width(draw(ink, MNIST_LIKE)[0].astype(np.float32))
    assert found == pytest.approx(expected, abs=0.7)
    if width == 24:  # neither: it stays as it is
        assert found == pytest.approx(stroke_width(draw(ink, BY_BOX)[0].astype(np.float32)), abs=0.1)


def test_a_rough_edge_is_smoothed():
    ink = ink_of(slice(20, 180), slice(100, 124))
    rough = ink.copy()
    rough[21:180:4, 98:100] = 1
    rough[23:180:4, 100:102] = 0
    assert np.abs(draw(rough, BY_BOX).astype(int) - draw(ink, BY_BOX)).max() < 60


@pytest.mark.parametrize(("ground", "invert"), [(220, False), (60, False), (220, True), (60, True)])
def test_where_there_is_no_ink_the_whole_picture_is_read_bright_on_dark(ground, invert):
    rgb = np.full((56, 56, 3), ground, np.uint8)
    rgb[:, :14] = 140
    corrections = Corrections(remove_background=False, invert=invert)
    prepared = prepare_digit(Picture(rgb, None, ("a note",)), corrections, MNIST_LIKE)
    dark = (ground > 127) != invert
    assert prepared.image[0, 14, 20] == (255 - ground if dark else ground)
    assert prepared.warnings == ("a note",) and not prepared.find_upright
    assert [step.name for step in prepared.steps] == ["Photo", "What the model sees"]


def test_of_a_written_page_the_ink_is_shown_and_small_ones_are_enlarged():
    for scale in (1, 5):
        rgb = page(*CROSS)[::scale, ::scale]
        prepared = prepare_digit(Picture(np.ascontiguousarray(rgb), None, ()), Corrections(), MNIST_LIKE)
        assert [step.name for step in prepared.steps] == ["Photo", "Ink", "What the model sees"]
        shown = prepared.steps[1].image
        assert max(shown.shape) == max(400 // scale, digits.LEAST_SIDE)
        assert shown[shown.shape[0] // 2, shown.shape[1] // 2] < 60 and shown[3, 3] == 255
        assert np.array_equal(prepared.steps[2].image, prepared.image[0]) and not prepared.warnings
        assert (prepared.image[0] > 100).sum() > 50
