"""A prepared photo and a model -> a class, how sure, and whether it is a garment of the ten at all."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from .. import evaluation, familiarity
from ..errors import RunError
from ..prediction import LoadedModel
from .decode import Picture
from .prepare import Corrections, PreparedPhoto, prepare

PHOTO_SHARES = {
    "T-shirt/top": 2.5,
    "Trouser": 1.5,
    "Pullover": 1.0,
    "Dress": 1.0,
    "Coat": 0.8,
    "Sandal": 0.5,
    "Shirt": 1.0,
    "Sneaker": 0.5,
    "Bag": 0.1,
    "Ankle boot": 0.5,
}
"""How often people photograph a class, relative to the data set, where all are equally frequent. From the
class counts of phone photos of clothes, rounded; a bag fills any outline that nothing else explains."""

SIDEWAYS_SHARE = 0.03
"""Of photos, how many show the garment turned by a given quarter turn."""

CONFIDENCE_WEIGHT = 2.0
"""A view counts exp(2) times as much when the model is sure of it as when it is not at all."""


@dataclass(frozen=True)
class PhotoAnswer:
    """What a model says about a photo.

    confidence: the probability of class_name. probabilities: class name to probability, sum 1.
    in_distribution_score: 0..1, higher is more like clothing that the model knows; in_distribution: whether
    it reaches the run's threshold. quarter_turns: clockwise turns that the program made to set it upright.
    image: uint8 (1, 28, 28), the best view as it was read. neighbours: int64 indices of the training images
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


def read(
    photo: bytes | Image.Image | Picture | PreparedPhoto,
    loaded: LoadedModel,
    corrections: Corrections | None = None,
) -> PhotoAnswer:
    """Name the garment in a photo. Raises `PhotoError` for what is no usable picture, `RunError` for a run
    that reads images of another shape."""
    prepared = photo if isinstance(photo, PreparedPhoto) else prepare(photo, corrections)
    if tuple(loaded.image_shape) != prepared.image.shape:
        raise RunError(
            f"{loaded.run.name} reads images of shape {tuple(loaded.image_shape)}, not photos of garments. "
            "Choose a run that was trained on Fashion-MNIST."
        )
    shares = np.array([PHOTO_SHARES.get(name, 1.0) for name in loaded.class_names])
    turns = _upright_turns(prepared, loaded, shares) if prepared.find_upright else 0
    views = np.rot90(prepared.views, -turns, axes=(2, 3)).copy()
    features, logits = familiarity.features_and_logits(loaded.model, views)
    probabilities = evaluation.softmax(logits)
    mirrored = evaluation.softmax(evaluation.infer(loaded.model, views[..., ::-1].copy()))
    probabilities = (probabilities + mirrored) / 2

    weights = prepared.weights * np.exp(CONFIDENCE_WEIGHT * probabilities.max(-1))
    weights /= weights.sum()
    mean = (weights @ probabilities) * shares
    mean /= mean.sum()
    best = int(mean.argmax())

    known = familiarity.for_run(loaded)
    familiar = float(weights @ known.of(features, logits))
    score = float(np.sqrt(familiar * mean[best]))
    warnings = list(prepared.warnings)
    if turns:
        warnings.append(f"The garment seems to lie on its side: it was turned by {turns * 90} degrees.")
    if score < known.threshold:
        warnings.append(f"This does not look like one of the {len(loaded.class_names)} classes.")
    return PhotoAnswer(
        class_name=loaded.class_names[best],
        confidence=float(mean[best]),
        probabilities={name: float(p) for name, p in zip(loaded.class_names, mean, strict=True)},
        in_distribution=score >= known.threshold,
        in_distribution_score=score,
        warnings=tuple(warnings),
        quarter_turns=turns,
        image=views[0],
        neighbours=known.nearest(features[weights >= np.median(weights)]),
    )


def heat_map(loaded: LoadedModel, image: np.ndarray, class_name: str, patch: int = 6) -> np.ndarray:
    """What mattered: how much the class loses, in log probability, when a patch around a pixel is hidden.

    image: uint8 (1, 28, 28). Returns float32 (28, 28) in 0..1, 1 at the most important place (occlusion,
    Zeiler and Fergus 2014).
    """
    side = image.shape[-1]
    corners = range(1 - patch // 2, side - patch // 2, 2)
    hidden = []
    for top in corners:
        for left in corners:
            covered = image.copy()
            covered[:, max(0, top) : top + patch, max(0, left) : left + patch] = 0
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


def _upright_turns(prepared: PreparedPhoto, loaded: LoadedModel, shares: np.ndarray) -> int:
    """The clockwise quarter turns after which the model is surest, weighed against how rare they are."""
    views = np.stack([np.rot90(prepared.image, -turns, axes=(1, 2)) for turns in range(4)])
    probabilities = evaluation.softmax(evaluation.infer(loaded.model, views, flip=True)) * shares
    sureness = (probabilities / probabilities.sum(-1, keepdims=True)).max(-1)
    evidence = sureness * [1 - 3 * SIDEWAYS_SHARE, *[SIDEWAYS_SHARE] * 3]
    return int(evidence.argmax())
