"""Photos: decoded safely, the garment found, brought to 28x28, named, and doubted where it is foreign."""

import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import tiny_dataset
from photo_runs import encoded, shirt_on_a_floor, small_familiarity, trained_run
from PIL import Image

from fmnist_core import architectures, familiarity, photo_augmentation, photo_score, photos, prediction
from fmnist_core.datasets import CLASS_NAMES
from fmnist_core.errors import PhotoError, RunError
from fmnist_core.foreign_objects import foreign_objects
from fmnist_core.photos import Corrections
from fmnist_core.photos.prepare import STRETCHES, TILTS, tilted


def png_that_declares(width: int, height: int) -> bytes:
    """A small PNG whose header claims any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def flat(width: int, height: int, color: str = "teal") -> bytes:
    return encoded(Image.new("RGB", (width, height), color))


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'

BAD = {
    "0 bytes": (b"", "The file is empty"),
    "text": (b"I am not a picture at all", "not a picture that can be read"),
    "truncated JPEG": (encoded(shirt_on_a_floor(), "JPEG")[:4000], "damaged or cut off"),
    "100 megapixels declared": (png_that_declares(10_000, 10_000), "100 megapixels; at most 40"),
    "81 megapixels": (png_that_declares(9_000, 9_000), "81 megapixels; at most 40"),
    "TIFF": (encoded(shirt_on_a_floor(), "TIFF"), "not a picture that can be read"),
    "EPS": (EPS, "not a picture that can be read"),
    "SVG": (SVG, "not a picture that can be read"),
    "1x1": (flat(1, 1), "1 x 1 pixels; at least 8 x 8"),
    "1x5000": (flat(1, 5000), "1 x 5000 pixels"),
    "a strip": (flat(10, 5000), "strip of 10 x 5000"),
    "one colour": (flat(200, 200), "only one colour"),
    "31 MB": (bytes(31_000_000), "larger than 30 MB"),
    "transparent": (encoded(Image.new("RGBA", (50, 50), (9, 9, 9, 0))), "fully transparent"),
    "pixels missing": (png_that_declares(2_000, 2_000), "damaged or cut off"),
}


@pytest.mark.parametrize("kind", list(BAD))
def test_bad_input_is_a_sentence_with_a_remedy(kind):
    data, reason = BAD[kind]
    with pytest.raises(PhotoError) as problem:
        photos.prepare(data)
    sentence = str(problem.value)
    assert reason in sentence
    assert sentence.endswith(".") and len(sentence) < 250
    assert any(remedy in sentence for remedy in ("Save it", "Upload", "Crop", "needed"))


def test_the_garment_is_found_on_its_floor():
    best = photos.prepare(shirt_on_a_floor()).image[0]
    assert best.shape == (28, 28) and best.dtype == np.uint8
    assert (best[:3, :3] == 0).all() and (best[-6:, :3] == 0).all()  # floor beside collar and hem is black
    assert (best[8:24, 10:18] > 60).all()  # the chest is not
    assert (best > 0).any(1).all()  # from collar to hem it fills the frame
    assert 24 <= (best > 0).any(0).sum() <= 27  # 210 x 232 pixels: 25 from sleeve to sleeve


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {}), ("PNG", {}), ("WEBP", {}), ("GIF", {}), ("BMP", {}), ("HEIF", {}), ("AVIF", {})],
)
def test_every_format_gives_nearly_the_same_image(kind, options):
    if kind == "HEIF":
        pytest.importorskip("pillow_heif")
    original = photos.decode(shirt_on_a_floor()).rgb.astype(int)
    read = photos.decode(encoded(shirt_on_a_floor(), kind, **options)).rgb.astype(int)
    assert np.abs(read - original).mean() < 8


def test_a_phone_photo_is_turned_upright_by_its_tag():
    sideways = shirt_on_a_floor().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[274] = 6  # the camera was turned: show it 90 degrees clockwise
    read = photos.decode(encoded(sideways, "JPEG", exif=exif)).rgb
    assert read.shape == (400, 300, 3)
    assert np.abs(read.astype(int) - np.asarray(shirt_on_a_floor())).mean() < 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16"])
def test_every_pixel_format_keeps_dark_dark_and_bright_bright(mode):
    values = np.full((60, 60), 255, np.uint8)
    values[15:45, 20:40] = 40
    image = Image.fromarray(values)
    if mode == "I;16":
        image = Image.fromarray(values.astype(np.uint16) * 257)
    elif mode == "RGBA":
        image = image.convert("RGBA")
    else:
        image = image.convert("RGB").convert(mode)
    read = photos.decode(encoded(image, "JPEG" if mode in ("CMYK", "YCbCr") else "PNG")).rgb
    assert read[5, 5].min() > 240
    assert read[30, 30].max() < 60


def test_transparent_parts_are_white_and_not_the_garment():
    shirt = np.zeros((80, 60, 4), np.uint8)
    shirt[20:70, 15:45] = (200, 30, 30, 255)
    prepared = photos.prepare(encoded(Image.fromarray(shirt)))
    assert photos.decode(encoded(Image.fromarray(shirt))).rgb[5, 5].tolist() == [255, 255, 255]
    assert (prepared.image[0][:, 8:20] > 0).all()  # 30 x 50 pixels of garment, 17 x 28 in the image
    assert (prepared.image[0][:, :4] == 0).all()


def test_of_an_animation_the_first_picture_is_read_and_that_is_said():
    frames = [Image.new("RGB", (40, 40), color) for color in ("white", "black", "red")]
    frames[0].paste("navy", (10, 10, 30, 30))
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    picture = photos.decode(data)
    assert picture.rgb[0, 0].min() > 240
    assert "animation of 3 pictures" in picture.warnings[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\shirt.jpg", "shirt.jpg"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),  # the page escapes it
        ("👗 dress.jpg", "👗 dress.jpg"),
        ("\u202egpj.exe\x00", "gpj.exe"),
        ("", "photo"),
        ("x" * 300, "x" * 59 + "…"),
    ],
)
def test_file_names_are_short_and_without_folders_or_control_characters(name, shown):
    assert photos.display_name(name) == shown


def test_test_images_on_white_come_through_almost_unchanged():
    original = np.zeros((28, 28), np.uint8)
    original[:, 6:22] = np.random.default_rng(1).integers(60, 256, (28, 16))
    prepared = photos.prepare(encoded(Image.fromarray(255 - original)))
    assert np.abs(prepared.image[0].astype(int) - original).mean() < 3


def test_corrections_change_the_image_as_they_say():
    photo = photos.decode(shirt_on_a_floor())
    plain = photos.prepare(photo)
    turned = photos.prepare(photo, Corrections(quarter_turns=1))
    assert np.abs(turned.image[0].astype(int) - np.rot90(plain.image[0], -1)).mean() < 12
    whole = photos.prepare(photo, Corrections(remove_background=False))
    assert (whole.image[0][:, 5:23] > 0).all()  # 300 x 400 pixels: 21 x 28 of the image, no black in it
    inverted = photos.prepare(photo, Corrections(invert=True, remove_background=False))
    assert np.corrcoef(whole.image.ravel(), inverted.image.ravel())[0, 1] < 0.9
    cropped = photos.prepare(photo, Corrections(crop=(0.3, 0.2, 0.7, 0.9)))
    assert cropped.steps[1].image.shape[:2] == (280, 120)
    assert len(cropped.steps) == len(plain.steps) + 1


@pytest.mark.parametrize(
    "wrong", [{"quarter_turns": 4}, {"crop": (0.5, 0, 0.5, 1)}, {"crop": (0, 0, 1, 1.5)}]
)
def test_impossible_corrections_are_refused(wrong):
    with pytest.raises(PhotoError, match="must be"):
        Corrections(**wrong)


def test_the_examples_can_be_read_and_are_small():
    found = photos.examples()
    assert 3 <= len(found) <= 5
    for path in found.values():
        assert path.stat().st_size < 40_000
        assert len(photos.prepare(path.read_bytes()).steps) == 4


def test_the_augmentation_keeps_shape_kind_and_some_images_and_repeats_itself():
    images = torch.from_numpy(tiny_dataset().train_images[:100].copy())
    labels = torch.arange(100) % 10
    first = photo_augmentation.augment(images, torch.Generator().manual_seed(3), labels)
    again = photo_augmentation.augment(images, torch.Generator().manual_seed(3), labels)
    assert first.shape == images.shape and first.dtype == torch.uint8
    assert torch.equal(first, again)
    unchanged = (first == images).flatten(1).all(1).float().mean()
    assert 0.03 < unchanged < 0.4
    floats = photo_augmentation.augment(images / 255, torch.Generator().manual_seed(3))
    assert floats.dtype == torch.float32 and floats.min() >= 0 and floats.max() <= 1


def test_sleeves_are_spread_and_shoes_paired_only_where_the_labels_say_so():
    bar = torch.zeros(200, 1, 28, 28)
    bar[:, :, 9:19] = 0.8  # low and wide, like a shoe
    labels = torch.full((200,), CLASS_NAMES.index("Sneaker"))
    shoes = photo_augmentation.augment(bar, torch.Generator().manual_seed(0), labels)
    bags = photo_augmentation.augment(bar, torch.Generator().manual_seed(0), labels + 1)

    def height(images: torch.Tensor) -> float:
        return (images > 0.03).any(3).float().sum((1, 2)).mean().item()

    assert height(shoes) > height(bags) + 3  # two side by side, in any direction


def test_shorts_are_the_upper_part_of_trousers_and_wider():
    trousers = torch.zeros(50, 1, 28, 28)
    trousers[:, :, :, 9:13] = trousers[:, :, :, 15:19] = 0.5
    trousers[:, :, :6, 9:19] = 1.0  # the waist
    labels = torch.full((50,), CLASS_NAMES.index("Trouser"))
    made = foreign_objects(trousers, labels, CLASS_NAMES, torch.Generator().manual_seed(0))
    assert (made > 0.9).float().mean() > 2 * (trousers > 0.9).float().mean()
    columns = (made > 0.03).any(2).float().sum((1, 2))
    assert columns.mean() > 15  # the trousers fill 10


@pytest.fixture
def loaded(store, monkeypatch):
    small_familiarity(monkeypatch)
    return prediction.load_model(store, trained_run(store))


def test_an_answer_has_a_class_probabilities_a_score_and_neighbours(loaded):
    answer = photos.read(encoded(shirt_on_a_floor()), loaded)
    assert answer.class_name == max(answer.probabilities, key=answer.probabilities.get)
    assert list(answer.probabilities) == list(CLASS_NAMES)
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert answer.confidence == answer.probabilities[answer.class_name]
    assert 0 <= answer.in_distribution_score <= 1
    assert len(set(answer.neighbours.tolist())) == 5
    json.dumps([answer.probabilities, answer.in_distribution, answer.in_distribution_score])
    again = photos.read(encoded(shirt_on_a_floor()), loaded)
    assert again.probabilities == answer.probabilities


def test_what_is_familiar_is_kept_in_the_runs_folder(loaded, monkeypatch):
    first = familiarity.for_run(loaded)
    assert (loaded.folder / familiarity.FILE_NAME).exists()
    familiarity._kept.clear()
    monkeypatch.setattr(familiarity, "fit", None)  # it must not be computed again
    stored = familiarity.for_run(loaded)
    assert stored.threshold == first.threshold
    np.testing.assert_array_equal(stored.weights, first.weights)


def test_a_damaged_familiarity_file_is_made_again(loaded):
    (loaded.folder / familiarity.FILE_NAME).write_bytes(b"PK damaged")
    familiarity._kept.clear()
    assert 0 < familiarity.for_run(loaded).threshold < 1


def test_garments_are_more_familiar_than_shorts_and_pieces(loaded):
    from fmnist_core import datasets

    data = datasets.load("sketches")
    images, labels = torch.tensor(data.test_images[:400]) / 255, torch.tensor(data.test_labels[:400])
    made = foreign_objects(images, labels, data.class_names, torch.Generator().manual_seed(9))
    known = familiarity.for_run(loaded)
    scores = [
        known.of(*familiarity.features_and_logits(loaded.model, (batch * 255).to(torch.uint8)))
        for batch in (images, made)
    ]
    assert photo_score.auroc(list(scores[0]), list(scores[1])) > 0.65  # .5 is chance; 32 nodes know little


def test_the_threshold_lets_one_strange_thing_in_twenty_through():
    strange = np.linspace(0, 1, 1001)
    assert (strange >= familiarity.choose_threshold(strange)).mean() == pytest.approx(0.05, abs=0.002)


def test_the_heat_map_is_hot_where_the_class_is_decided():
    model = architectures.build("softmax-regression", seed=0)
    with torch.no_grad():
        model[1].weight.zero_()
        model[1].weight.view(10, 28, 28)[3, 4:8, 4:8] = 1.0  # class 3 is what is bright there
    loaded = prediction.LoadedModel(model.eval(), _Run(), CLASS_NAMES, (1, 28, 28), Path())
    heat = photos.heat_map(loaded, np.full((1, 28, 28), 200, np.uint8), "Dress")
    assert heat.shape == (28, 28) and heat.max() == 1
    assert heat[4:8, 4:8].min() > 0.3
    assert heat[14:, 14:].max() == 0
    picture = photos.heat_picture(np.zeros((1, 28, 28), np.uint8), heat)
    assert picture[6, 6, 0] > picture[20, 20, 0]


class _Run:
    name = "drawn"

    class config:
        test_time_flip = False


def test_a_run_on_other_shapes_is_refused():
    other = prediction.LoadedModel(torch.nn.Linear(4, 2), _Run(), ("0", "1"), (1, 2, 2), Path())
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


def answered(folder: str, class_name: str, score: float, familiar: bool) -> photo_score.ScoredPhoto:
    return photo_score.ScoredPhoto(folder, "x.jpg", class_name, 0.9, score, familiar)


def test_the_score_counts_strict_lenient_coverage_and_foreign_objects():
    result = photo_score.summary(
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


def test_a_folder_of_photos_is_scored_from_the_command_line(store, loaded, tmp_path, capsys):
    for folder in ("t-shirt", "hat"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.png").write_bytes(encoded(shirt_on_a_floor()))
    (tmp_path / "t-shirt" / "2.png").write_bytes(b"broken")
    assert photo_score.main(tmp_path, loaded.run.run_id, True) == 0
    *rows, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert [row["folder"] for row in rows] == ["t-shirt", "t-shirt", "hat"]
    assert "not a picture" in rows[1]["error"]
    assert (summary["photos"], summary["garments"], summary["errors"]) == (3, 2, 1)
    assert photo_score.main(tmp_path, loaded.run.run_id, False) == 0
    assert "strict accuracy" in capsys.readouterr().out
    with pytest.raises(PhotoError, match="no class folder"):
        photo_score.main(tmp_path / "hat", loaded.run.run_id, False)


def test_a_picture_that_came_from_memory_needs_no_file():
    assert photos.prepare(Image.open(io.BytesIO(encoded(shirt_on_a_floor())))).image.shape == (1, 28, 28)


def test_photos_are_also_read_slightly_turned_but_not_what_may_be_an_image_of_the_data_set():
    on_white = Image.new("RGB", (120, 160), "white")
    on_white.paste("navy", (30, 20, 80, 140))
    prepared = photos.prepare(on_white)
    kept = len(STRETCHES)
    assert len(prepared.views) == kept + kept * len(TILTS)
    np.testing.assert_allclose([prepared.weights[:kept].sum(), prepared.weights.sum()], [0.5, 1], rtol=1e-6)
    straight, *turned = np.split(prepared.views[kept:], len(TILTS))
    assert (straight[0, 0].max(0) > 0).sum() < (turned[0][0, 0].max(0) > 0).sum()  # a turned bar is wider
    np.testing.assert_array_equal(tilted(straight), prepared.views[kept:])
    on_a_floor = photos.prepare(shirt_on_a_floor())
    assert len(on_a_floor.views) == len(on_a_floor.weights) and not len(on_a_floor.views) % len(TILTS)
