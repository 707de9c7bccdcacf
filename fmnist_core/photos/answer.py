"""A prepared photo and a model -> a class, how sure, and whether it is one of the model's classes at all."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..base.errors import RunError
from ..base.messages import Message
from ..data.decode import Picture
from ..nets.evaluation import features_and_logits, softmax
from ..runs.stored_models import LoadedModel
from . import familiarity
from .prepare import Corrections, PreparedPhoto
from .reading import Reading, one_thread, read_views
from .taught import prepare_for

UPRIGHT_MARGIN = 0.4
"""A garment is turned only if it then scores so much more."""


@dataclass(frozen=True)
class PhotoAnswer:
    """What a model says about a photo.

    confidence: the probability of class_name. probabilities: class name to probability, sum 1.
    Of the picture as it lies: familiarity, 0..1, higher is more like what the model has learned from;
    top_probability, of the most probable classes together, so many as `together` says;
    in_distribution_score, the geometric mean of these two; in_distribution, whether it reaches the run's
    threshold.
    quarter_turns: clockwise turns that the program made to set it upright. image: uint8 (C, H, W), the best
    view as it was read. direction: see `Reading.direction`, for `nearest_images`. warnings: sentences.
    """

    class_name: str
    confidence: float
    probabilities: dict[str, float]
    familiarity: float
    top_probability: float
    together: int
    in_distribution: bool
    in_distribution_score: float
    threshold: float
    warnings: tuple[str, ...]
    quarter_turns: int
    image: np.ndarray
    direction: np.ndarray

    def to_dict(self) -> dict:
        """What the command line says of a photo; plain values, for JSON."""
        names = ("class_name", "confidence", "probabilities", "in_distribution", "in_distribution_score")
        return {name: getattr(self, name) for name in names} | {"warnings": list(self.warnings)}


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
    as_it_lies = _look(prepared, loaded, 0)
    # Turned until it looks like a garment, nearly anything does: whether it is one is asked before.
    score = known.score(as_it_lies)
    may_turn = prepared.find_upright and score >= known.threshold
    turns = _upright_turns(prepared, loaded, known) if may_turn else 0
    reading = _look(prepared, loaded, turns) if turns else as_it_lies
    warnings = list(prepared.warnings)
    if turns:
        warnings.append(
            Message(
                "The garment does not lie upright: it was turned by {degrees} degrees.", degrees=turns * 90
            )
        )
    return PhotoAnswer(
        class_name=loaded.class_names[int(reading.probabilities.argmax())],
        confidence=reading.confidence,
        probabilities=_by_name(loaded, reading.probabilities),
        familiarity=as_it_lies.mean(known.familiar(as_it_lies.features, as_it_lies.logits)),
        top_probability=as_it_lies.top(known.together),
        together=known.together,
        in_distribution=score >= known.threshold,
        in_distribution_score=score,
        threshold=known.threshold,
        warnings=tuple(warnings),
        quarter_turns=turns,
        image=np.ascontiguousarray(np.rot90(prepared.image, -turns, axes=(1, 2))),
        direction=reading.direction,
    )


def class_probabilities(prepared: PreparedPhoto, loaded: LoadedModel, turns: int = 0) -> dict[str, float]:
    """Class name to probability, as `read` gives it, without the question whether it is a garment.

    turns: clockwise quarter turns, from another run's answer. Raises `RunError` for a run that reads images
    of another shape.
    """
    return _by_name(loaded, _look(prepared, loaded, turns).probabilities)


def _look(prepared: PreparedPhoto, loaded: LoadedModel, turns: int) -> Reading:
    _check_shape(prepared, loaded)
    views = np.rot90(prepared.views, -turns, axes=(2, 3))
    return read_views(loaded.model, views, prepared.weights, loaded.reads_mirrored)


def _by_name(loaded: LoadedModel, probabilities: np.ndarray) -> dict[str, float]:
    return {name: float(p) for name, p in zip(loaded.class_names, probabilities, strict=True)}


def _check_shape(prepared: PreparedPhoto, loaded: LoadedModel) -> None:
    if tuple(loaded.image_shape) != prepared.image.shape:
        raise RunError(
            "{name} reads images of shape {shape}; this picture was prepared for another run, "
            "in shape {got}. Prepare it for this run's data set.",
            name=loaded.run.name,
            shape=tuple(loaded.image_shape),
            got=prepared.image.shape,
        )


@one_thread
def _upright_turns(prepared: PreparedPhoto, loaded: LoadedModel, known: familiarity.Familiarity) -> int:
    """The clockwise quarter turns after which it looks most like a garment, 0 unless it gains much."""
    turned = np.stack([np.rot90(prepared.image, -turns, axes=(1, 2)) for turns in range(4)])
    features, logits = features_and_logits(loaded.model, turned)
    scores = np.sqrt(softmax(logits).max(-1) * known.familiar(features, logits))
    best = int(scores.argmax())
    return best if scores[best] > scores[0] + UPRIGHT_MARGIN else 0
