"""A prepared photo and a model -> a class, how sure, and whether it is a garment of the ten at all."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from .. import evaluation, familiarity
from ..errors import RunError
from ..prediction import LoadedModel
from ..training import using_threads
from .decode import Picture
from .prepare import Corrections, PreparedPhoto
from .taught import prepare_for

PHOTO_SHARES = {
    "T-shirt/top": 1.5,
    "Trouser": 1.2,
    "Pullover": 1.0,
    "Dress": 1.0,
    "Coat": 0.5,
    "Sandal": 0.6,
    "Shirt": 1.0,
    "Sneaker": 0.6,
    "Bag": 0.1,
    "Ankle boot": 0.6,
}
"""How often people photograph a class, relative to the data set, where all are equally frequent. From the
class counts of phone photos of clothes, rounded; a bag fills any outline that nothing else explains."""

UPRIGHT_MARGIN = 0.4
"""A garment is turned only if it then scores so much more. On the photos 1 % of the upright ones are turned,
and about four in ten of those that lie on their side or upside down are set upright."""

VERMILION = (213, 94, 0)  # Okabe and Ito

CONFIDENCE_WEIGHT = 2.0
"""A view counts exp(2) times as much when the model is sure of it as when it is not at all."""


ONE_THREAD = using_threads(1)
"""A second one saves 0.05 s a photo. Beside a training, where the two wait for each other, they took three
times the processor time of one."""


@dataclass(frozen=True)
class PhotoAnswer:
    """What a model says about a photo.

    confidence: the probability of class_name. probabilities: class name to probability, sum 1.
    in_distribution_score: 0..1, higher is more like clothing that the model knows; in_distribution: whether
    it reaches the run's threshold. quarter_turns: clockwise turns that the program made to set it upright.
    image: uint8 (C, H, W), the best view as it was read. neighbours: int64 indices of the training images
    that are nearest in feature space. warnings: sentences.
    """

    class_name: str
    confidence: float
    probabilities: dict[str, float]
    in_distribution: bool
    in_distribution_score: float
    warnings: tuple[str, ...]
    quarter_turns: int
    image: np.ndarray
    neighbours: np.ndarray


@dataclass(frozen=True)
class _Reading:
    """What a model makes of the views: features, logits, view weights, class probabilities."""

    views: np.ndarray
    features: np.ndarray
    logits: np.ndarray
    weights: np.ndarray
    probabilities: np.ndarray


def read(
    photo: bytes | Image.Image | Picture | PreparedPhoto,
    loaded: LoadedModel,
    corrections: Corrections | None = None,
) -> PhotoAnswer:
    """Name what is in a picture, prepared as the run's data were, and say whether it is one of its classes.

    The first photo of a run takes some seconds longer (`familiarity.for_run`). Raises `PhotoError` for what
    is no usable picture, `RunError` for a prepared one of another shape than the run reads.
    """
    prepared = photo if isinstance(photo, PreparedPhoto) else prepare_for(loaded.info, photo, corrections)
    _check_shape(prepared, loaded)
    known = familiarity.for_run(loaded)
    turns = _upright_turns(prepared, loaded, known) if prepared.find_upright else 0
    reading = _look(prepared, loaded, turns)
    best = int(reading.probabilities.argmax())
    confidence = float(reading.probabilities[best])
    familiar = float(reading.weights @ known.of(reading.features, reading.logits))
    score = float(np.sqrt(familiar * confidence))
    warnings = list(prepared.warnings)
    if turns:
        warnings.append(f"The garment does not lie upright: it was turned by {turns * 90} degrees.")
    if score < known.threshold:
        warnings.append(f"This does not look like one of my {len(loaded.class_names)} classes.")
    return PhotoAnswer(
        class_name=loaded.class_names[best],
        confidence=confidence,
        probabilities=_by_name(loaded, reading.probabilities),
        in_distribution=score >= known.threshold,
        in_distribution_score=score,
        warnings=tuple(warnings),
        quarter_turns=turns,
        image=reading.views[0],
        neighbours=known.nearest(reading.features[reading.weights >= np.median(reading.weights)]),
    )


def class_probabilities(prepared: PreparedPhoto, loaded: LoadedModel, turns: int = 0) -> dict[str, float]:
    """Class name to probability, as `read` gives it, without the question whether it is a garment.

    turns: clockwise quarter turns, from another run's answer. Raises `RunError` for a run that reads images
    of another shape.
    """
    return _by_name(loaded, _look(prepared, loaded, turns).probabilities)


@ONE_THREAD
def _look(prepared: PreparedPhoto, loaded: LoadedModel, turns: int) -> _Reading:
    _check_shape(prepared, loaded)
    shares = _shares(loaded)
    views = np.ascontiguousarray(np.rot90(prepared.views, -turns, axes=(2, 3)))
    features, logits = familiarity.features_and_logits(loaded.model, views)
    each = evaluation.softmax(logits)  # (V, C)
    if _reads_mirrored(loaded):
        _, mirrored = familiarity.features_and_logits(loaded.model, np.ascontiguousarray(views[..., ::-1]))
        each = (each + evaluation.softmax(mirrored)) / 2
    weights = prepared.weights * np.exp(CONFIDENCE_WEIGHT * each.max(-1))
    weights /= weights.sum()
    probabilities = (weights @ each) * shares
    return _Reading(views, features, logits, weights, probabilities / probabilities.sum())


def _by_name(loaded: LoadedModel, probabilities: np.ndarray) -> dict[str, float]:
    return {name: float(p) for name, p in zip(loaded.class_names, probabilities, strict=True)}


@ONE_THREAD
def heat_map(
    loaded: LoadedModel, image: np.ndarray, class_name: str, patch: int = 6, stride: int = 3
) -> np.ndarray:
    """What mattered: how much the class loses, in log probability, when a patch around a pixel is hidden.

    patch, stride: width of the patch and how far apart its places are, pixels; with these, four patches lie
        over a pixel.
    image: uint8 (C, H, W). Returns float32 (H, W) in 0..1, 1 at the most important place (occlusion,
    Zeiler and Fergus 2014).
    """
    side = image.shape[-1]
    # Black is the ground of garments and digits; other pictures have none, their mean colour says least.
    nothing = image.mean((1, 2), keepdims=True) if loaded.info.preparation == "square" else 0
    corners = range(1 - patch // 2, side - patch // 2, stride)
    hidden = []
    for top in corners:
        for left in corners:
            covered = image.copy()
            covered[:, max(0, top) : top + patch, max(0, left) : left + patch] = nothing
            hidden.append(covered)
    logits = evaluation.infer(loaded.model, np.stack([image, *hidden]), flip=loaded.flip)
    logs = np.log(evaluation.softmax(logits)[:, loaded.class_names.index(class_name)] + 1e-6)
    total, times = np.zeros((side, side)), np.zeros((side, side))
    for loss, (top, left) in zip(logs[0] - logs[1:], ((t, u) for t in corners for u in corners), strict=True):
        window = np.s_[max(0, top) : top + patch, max(0, left) : left + patch]
        total[window] += max(float(loss), 0.0)
        times[window] += 1
    heat = total / np.maximum(times, 1)
    return (heat / max(heat.max(), 1e-6)).astype(np.float32)


def heat_picture(image: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """The image uint8 (C, H, W) with the important places in vermilion, uint8 (H, W, 3)."""
    paler = image.transpose(1, 2, 0).astype(np.float32) * 0.75 + 32
    share = 0.8 * heat[..., None]
    return (paler * (1 - share) + np.array(VERMILION, np.float32) * share).clip(0, 255).astype(np.uint8)


def _check_shape(prepared: PreparedPhoto, loaded: LoadedModel) -> None:
    if tuple(loaded.image_shape) != prepared.image.shape:
        raise RunError(
            f"{loaded.run.name} reads images of shape {tuple(loaded.image_shape)}; this picture was prepared "
            f"for another run, in shape {prepared.image.shape}. Prepare it for this run's data set."
        )


def _reads_mirrored(loaded: LoadedModel) -> bool:
    """Garments are the same from left to right; a mirrored digit is none."""
    return {"garment": True, "digit": False}.get(loaded.info.preparation, loaded.flip)


def _shares(loaded: LoadedModel) -> np.ndarray:
    if loaded.info.preparation != "garment":
        return np.ones(len(loaded.class_names))
    return np.array([PHOTO_SHARES.get(name, 1.0) for name in loaded.class_names])


@ONE_THREAD
def _upright_turns(prepared: PreparedPhoto, loaded: LoadedModel, known: familiarity.Familiarity) -> int:
    """The clockwise quarter turns after which it looks most like a garment, 0 unless it gains much."""
    turned = np.stack([np.rot90(prepared.image, -turns, axes=(1, 2)) for turns in range(4)])
    features, logits = familiarity.features_and_logits(loaded.model, turned)
    probabilities = evaluation.softmax(logits) * _shares(loaded)
    sureness = (probabilities / probabilities.sum(-1, keepdims=True)).max(-1)
    scores = np.sqrt(sureness * known.of(features, logits))
    best = int(scores.argmax())
    return best if scores[best] > scores[0] + UPRIGHT_MARGIN else 0
