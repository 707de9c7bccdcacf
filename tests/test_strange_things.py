"""What is made to teach a net what it does not know, and what a regression learns from it."""

import numpy as np
import pytest
import torch
from helpers import tiny_dataset

from fmnist_core.data import datasets
from fmnist_core.data.datasets import CLASS_NAMES, Dataset
from fmnist_core.photos import familiarity, strange_images
from fmnist_core.photos.foreign_objects import foreign_objects
from fmnist_core.training import augmentation


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def slope(axis: int, count: int = 200) -> torch.Tensor:
    """Garments 13 columns wide and 25 rows high: as bright as far from their left (3) or upper (2) edge."""
    images = torch.zeros(count, 1, 28, 28)
    rows, columns = torch.meshgrid(torch.linspace(0.2, 1, 25), torch.linspace(0.2, 1, 13), indexing="ij")
    images[:, :, 1:26, 8:21] = rows if axis == 2 else columns
    return images


@pytest.mark.parametrize(("name", "is_upper"), [("Trouser", True), ("Dress", False)])
def test_shorts_are_the_upper_part_of_trousers_and_skirts_the_lower_part_of_dresses(name, is_upper):
    labels = torch.full((200,), CLASS_NAMES.index(name))
    made = foreign_objects(slope(2), labels, CLASS_NAMES, seeded())
    darkest = torch.where(made > 0.15, made, 1).amin((1, 2, 3))
    brightest = made.amax((1, 2, 3))
    share = (brightest - darkest) / 0.8
    assert share.min() > 0.25 and share.max() < 0.62 and share.std() > 0.05
    edge = darkest - 0.2 if is_upper else 1 - brightest
    assert edge.abs().max() < 0.05
    across = foreign_objects(slope(3), labels, CLASS_NAMES, seeded())
    assert (across.amax((1, 2, 3)) > 0.95).all()
    assert torch.where(across > 0.15, across, 1).amin((1, 2, 3)).max() < 0.3


def test_shorts_and_skirts_fill_the_frame_at_many_widths():
    labels = torch.full((200,), CLASS_NAMES.index("Dress"))
    made = foreign_objects(slope(2), labels, CLASS_NAMES, seeded()) > 0.1
    width, height = (made.any(axis).sum((1, 2)).float() for axis in (2, 3))
    assert torch.equal(torch.maximum(width, height), torch.full((200,), 28.0))
    aspect = width / height
    assert 0.6 < aspect.min() < 0.75 and 1.3 < aspect.max() < 1.5
    assert (made == made.flip(3)).all() and (made == made.flip(2)).all()


def test_the_other_garments_become_hats_and_pieces():
    made = foreign_objects(torch.full((1000, 1, 28, 28), 0.5), torch.zeros(1000), CLASS_NAMES, seeded())
    is_piece = (made[:, 0, 2:26, 2:26] > 0.45).all(2).all(1) & (made[:, 0, 14, 14] == 0.5)
    assert is_piece.float().mean() == pytest.approx(0.35, abs=0.05)
    hats = made[~is_piece][:, 0]
    level = hats.amax((1, 2))
    assert 0.44 < level.min() < 0.48 and 0.72 < level.max() < 0.76
    shape = hats > 0
    is_disc = (shape == shape.flip(1)).all(2).all(1)
    assert is_disc.float().mean() == pytest.approx(0.2, abs=0.05)
    rows = torch.arange(28)
    bottom = torch.where(shape.any(2), rows, 0).amax(1)[~is_disc]
    width = shape.any(1).sum(1)
    assert bottom.min() >= 15 and bottom.max() <= 26
    assert width.min() >= 16 and width.max() == 28
    mirrored = (shape == shape.flip(2)).all(2).all(1)
    assert 0.35 < mirrored.float().mean() < 0.55  # discs and domes; a brim lies askew


def test_a_piece_is_a_part_of_the_garment_blown_up():
    x = torch.linspace(0, 1, 28)
    for image in (x.view(1, -1).repeat(28, 1), x.view(-1, 1).repeat(1, 28)):
        made = foreign_objects(image.repeat(400, 1, 1, 1), torch.zeros(400), CLASS_NAMES, seeded())[:, 0]
        middle = made[:, 6:22, 6:22]
        full = (made[:, 5:23, 5:23] > 0).all(2).all(1)
        seen = (middle.amax((1, 2)) - middle.amin((1, 2)))[full] * 27 / 15
        assert ((seen > 0.2) & (seen < 0.6)).float().mean() > 0.5  # the others are large hats


def test_without_trousers_and_dresses_all_become_hats_and_pieces():
    images, labels = slope(2, 50), torch.zeros(50)
    named = foreign_objects(images, labels, ("Trouser", "b"), seeded())
    unnamed = foreign_objects(images, labels, ("a", "b"), seeded())
    assert not torch.equal(named, unnamed)
    assert torch.equal(unnamed, foreign_objects(images, labels, ("a", "Trouser"), seeded()))


def corners() -> torch.Tensor:
    """Images whose four quarters are 1, 2, 3 and 4 tenths bright."""
    return (
        torch.tensor([[0.1, 0.2], [0.3, 0.4]])
        .repeat_interleave(5, 0)
        .repeat_interleave(6, 1)
        .repeat(300, 1, 1, 1)
    )


def test_halves_change_places_in_three_ways():
    made = strange_images._halves_swapped(corners(), seeded())
    quarters = made[:, 0, ::5, ::6].reshape(300, 4).mul(10).round().int().tolist()
    ways = {tuple(each): quarters.count(each) for each in quarters}
    assert ways.keys() == {(4, 3, 2, 1), (3, 4, 1, 2), (2, 1, 4, 3)}
    assert min(ways.values()) > 70


def test_a_blown_up_piece_is_a_quarter_to_half_of_the_image_from_anywhere_in_it():
    x = torch.linspace(0, 1, 40)
    image = torch.stack([x.view(1, -1).repeat(40, 1), x.view(-1, 1).repeat(1, 40)])
    made = strange_images._blown_up(image.repeat(300, 1, 1, 1), seeded())
    across, down = made[:, 0, 20], made[:, 1, :, 20]
    for line in (across, down):
        width = line[:, -1] - line[:, 0]
        assert 0.23 < width.min() < 0.28 and 0.45 < width.max() < 0.52
        assert line.min() < 0.03 and line.max() > 0.97
        assert 0.4 < line.mean() < 0.6
    torch.testing.assert_close(across[:, -1] - across[:, 0], down[:, -1] - down[:, 0], atol=0.02, rtol=0)


def test_black_and_white_become_any_two_colours():
    made = strange_images._toned((corners() > 0.25).float().expand(-1, 3, -1, -1), seeded())
    dark, bright = made[:, :, 0, 0], made[:, :, 9, 0]
    assert torch.equal(made[:, :, :5], dark[:, :, None, None].expand(-1, -1, 5, 12))
    for tones in (dark, bright):
        assert tones.min() < 0.02 and tones.max() > 0.98 and abs(tones.mean() - 0.5) < 0.05
        assert (tones[:, 0] - tones[:, 1]).abs().mean() > 0.2  # each channel has its own
    assert (dark - bright).abs().mean() > 0.2


def test_scribbles_are_strokes_in_the_middle_as_wide_as_handwriting():
    made = strange_images._scribbles(60, (3, 20, 28), seeded())
    assert made.shape == (60, 3, 20, 28) and torch.equal(made[:, 0], made[:, 2])
    assert made.min() == 0 and made.max() == 1
    assert (made.amax((1, 2, 3)) > 0.8).all()
    grey = made[:, 0]
    assert not grey[:, [0, -1]].any() and not grey[:, :, [0, -1]].any()
    places = grey.amax(0) > 0
    assert places.any(1)[3:17].all() and places.any(0)[4:24].all()
    ink = grey.sum((1, 2))
    assert ink.min() > 20 and 60 < ink.mean() < 110 and ink.std() > 15


def own_set(images: int = 400, names: tuple[str, ...] = ("a", "b"), level: int | None = None) -> Dataset:
    """Images of two classes, or all as bright as `level`."""
    train, test = (np.resize(each, (images, 1, 28, 28)) for each in (tiny_dataset().train_images, 0))
    train = train if level is None else np.full_like(train, level)
    labels = np.arange(images) % 2
    return Dataset("own", names, train, labels, test.astype(np.uint8), labels)


def test_what_is_familiar_are_own_images_slightly_shifted_a_thousand_of_them_at_least():
    data, indices = own_set(), np.arange(7)
    made = strange_images.familiar(data, indices, seeded())
    assert made.shape == (1000, 1, 28, 28) and made.dtype == torch.uint8
    chosen = torch.from_numpy(data.train_images[np.arange(1000) % 7])
    assert torch.equal(
        made, augmentation.augment(chosen, ("shift",), seeded(), ground=augmentation.ground_of_data(data))
    )
    assert len(strange_images.familiar(own_set(1200), np.arange(1100), seeded())) == 1100


@pytest.mark.parametrize("preparation", ["square", "digit"])
def test_strange_things_are_other_data_sets_and_own_images_in_pieces(monkeypatch, preparation):
    data = own_set(level=128)  # in pieces they are the same
    made = strange_images.strange(data, np.arange(50), preparation, seeded())
    assert made.shape == (1000, 1, 28, 28) and made.dtype == torch.uint8
    is_own = (made == 128).all(3).all(2).all(1)
    assert is_own.tolist() == [False] * 500 + [True] * 500
    strange = made[:500].float()
    on_black = (strange[:, 0, 0, 0] == 0).float()  # as in both data sets that come along, and scribbles
    assert on_black.mean() < 0.1 if preparation == "square" else on_black.mean() > 0.8


def test_of_the_data_sets_that_come_along_only_unknown_classes_are_strange():
    garments = strange_images._others(own_set(names=datasets.find("mnist").class_names), 40, seeded())
    both = strange_images._others(own_set(), 40, seeded())
    neither = (*datasets.find("mnist").class_names, *CLASS_NAMES)
    assert (len(garments), len(both)) == (20, 40)
    assert strange_images._others(own_set(names=neither), 40, seeded()).shape == (0, 1, 28, 28)
    assert garments.mean() > 0.2 and both[20:].mean() < 0.2 and both.max() <= 1  # digits are thin
    ones = own_set(names=tuple(name for name in neither if name != "1"))
    picked = strange_images._others(ones, 40, seeded())
    assert len(picked) == 20 and picked.mean() < 0.1  # all of them ones, the thinnest digits


# ---- what is learned from them --------------------------------------------------------------------------


class _Loaded:
    """As much of a run as familiarity asks for: a net, and what it learned from."""

    reads_mirrored = False

    def __init__(self, preparation: str, photos: str | None = None) -> None:
        self.model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(28 * 28, 3)).eval()
        self.info = type("info", (), {"preparation": preparation})
        self.config = type("config", (), {"photos": photos})


@pytest.fixture
def asked(monkeypatch):
    """Which training images familiarity is learned from: (strange?, indices) of each time."""
    found: list[tuple[bool, np.ndarray]] = []

    def make(is_strange: bool):
        def made(data, indices, *others):
            found.append((is_strange, np.sort(indices)))
            return torch.randint(200, 256, (len(indices), *data.image_shape)).byte() // (1 + is_strange)

        return made

    monkeypatch.setattr(strange_images, "familiar", make(False))
    monkeypatch.setattr(strange_images, "strange", make(True))
    monkeypatch.setattr(familiarity, "STRANGE", 60)
    monkeypatch.setattr(familiarity, "EXAMPLES", 100)
    return found


@pytest.mark.parametrize("held_out", [0, 59, 60, 90])
def test_the_threshold_is_chosen_on_images_that_nothing_was_learned_from(asked, held_out):
    validation = np.arange(300, 300 + held_out)
    familiarity.learn_familiarity(_Loaded("square"), own_set(), validation)
    (_, learned), (_, strange), *chosen = asked
    assert [is_strange for is_strange, _ in asked] == [False, True, True, False]
    assert np.array_equal(learned, strange) and len(np.unique(learned)) == 100
    for _, unseen in chosen:
        assert len(np.unique(unseen)) == 60 and not np.isin(unseen, learned).any()
        assert np.isin(unseen, validation).all() == (held_out >= 60)


def test_of_a_small_data_set_a_quarter_chooses_the_threshold(asked):
    familiarity.learn_familiarity(_Loaded("square"), own_set(80), np.arange(0))
    assert [len(indices) for _, indices in asked] == [60, 60, 20, 20]


@pytest.mark.parametrize(("strange", "threshold"), [(0.0, 0.26), (0.42, 0.47), (0.99, 0.52)])
def test_few_of_a_data_sets_own_images_are_called_strange(asked, monkeypatch, strange, threshold):
    """Its own images score 0.5 to 0.9, one in twenty below 0.52."""
    scores = iter([*np.zeros(60), *np.linspace(0.5, 0.9, 60)])
    monkeypatch.setattr(familiarity.Familiarity, "score", lambda *_: next(scores))
    monkeypatch.setattr(familiarity, "choose_threshold", lambda _: strange)
    known = familiarity.learn_familiarity(_Loaded("square"), own_set(), np.arange(0))
    assert known.threshold == pytest.approx(threshold) and known.regression is not None


def test_a_net_that_learned_from_photos_needs_no_regression(asked):
    known = familiarity.learn_familiarity(_Loaded("square", "photos"), own_set(), np.arange(0))
    assert known.regression is None and 0 < known.threshold < 1
    assert [is_strange for is_strange, _ in asked] == [True, False]


def test_a_regression_tells_two_kinds_apart_by_what_differs():
    rng = np.random.default_rng(0)
    features = rng.normal(3, 2, (400, 5)).astype(np.float32)
    logits = rng.normal(size=(400, 4)).astype(np.float32)
    features[:200, 0] += 8
    learned = familiarity._regression(*np.split(familiarity._inputs(features, logits), 2))
    odds = learned(features, logits)
    assert ((odds > 0) == (np.arange(400) < 200)).mean() > 0.95
    assert np.abs(learned.weights).argmax() == 0 and learned.weights[0] > 0
    far = features.copy()
    far[:, 1:] = 1e6  # a photo far outside of everything seen
    assert np.abs(learned(far, logits)).max() < 100


def test_a_regression_sees_features_logits_and_the_two_highest_probabilities():
    features, logits = np.arange(6.0).reshape(2, 3), np.log([[0.1, 0.6, 0.3], [0.5, 0.25, 0.25]])
    expected = [[0, 1, 2, *logits[0], 0.3, 0.6], [3, 4, 5, *logits[1], 0.25, 0.5]]
    np.testing.assert_allclose(familiarity._inputs(features, logits), expected, rtol=1e-6)


def test_long_feature_vectors_become_short_and_keep_their_distances():
    few = np.random.default_rng(0).normal(size=(20, 128)).astype(np.float32)
    assert familiarity._shortened(few) is few
    many = np.random.default_rng(0).normal(size=(20, 3000)).astype(np.float32)
    short = familiarity._shortened(many)
    assert short.shape == (20, 128) and np.array_equal(short, familiarity._shortened(many))
    ratio = np.linalg.norm(short[1:] - short[0], axis=1) / np.linalg.norm(many[1:] - many[0], axis=1)
    assert ratio.min() > 0.75 and ratio.max() < 1.25
