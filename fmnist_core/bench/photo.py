"""One photo, decode to answer, against the usual way: shrink the whole picture and invert it."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from .. import photos
from ..base.config import TrainConfig
from ..data.datasets import CLASS_NAMES
from ..nets import architectures, evaluation
from ..photos import familiarity
from ..runs import RunStore, stored_models
from .measurement import Measurement, less_is_better, scratch_folder, seconds_in_turn

PHONE_PHOTO = (4032, 3024)
LIMIT_MILLISECONDS = 400.0


def benchmark() -> Iterator[Measurement]:
    """An example photo as it comes with the project, and the same enlarged to a phone's 12 megapixels.

    The net is the recipe's own without training: its answers do not matter for the time.
    """
    small = photos.read_file(next(iter(photos.examples().values())))
    buffer = io.BytesIO()
    Image.open(io.BytesIO(small)).resize(PHONE_PHOTO).save(buffer, "JPEG", quality=90)
    with scratch_folder() as folder:
        store = RunStore(Path(folder))
        run = store.get(store.create(TrainConfig(architecture="photo-cnn")))
        model = architectures.build("photo-cnn", seed=0).eval()
        loaded = stored_models.LoadedModel(model, run, CLASS_NAMES, (1, 28, 28), Path(folder))
        familiarity.for_run(loaded)  # computed once per run

        def usual(data: bytes) -> None:
            grey = ImageOps.invert(Image.open(io.BytesIO(data)).convert("L").resize((28, 28)))
            evaluation.infer(model, np.asarray(grey)[None, None])

        for name, data in (("photo", small), ("photo-12-megapixels", buffer.getvalue())):
            ours, baseline = seconds_in_turn(partial(photos.read, data, loaded), partial(usual, data))
            yield less_is_better(name, 1000 * ours, 1000 * baseline, "ms, resized and inverted only")
            yield less_is_better(f"{name}-limit", 1000 * ours, LIMIT_MILLISECONDS, "ms, the limit")
