"""What one student may ask of a server that a class shares; the lecturer sets the figures.

They hold whatever a browser sends: the queue and the import of own data sets ask here. Nobody at home, and no
lecturer, is limited.
"""

import math

from ..base.config import TrainConfig
from ..base.errors import RunError
from ..data import datasets
from ..runs import RunStore
from ..training import RATE_STEPS
from .people import Person

MILLION_IMAGES, MEGABYTES = 4, 20
"""A run's epochs times its training images, and what a person's own data sets take, unless the lecturer says
otherwise."""

SECONDS = 120.0
"""A run that ends by the clock within so many seconds may learn from any number of images: a race. The clock
does not count its tests."""


def million_images(store: RunStore) -> int:
    """How many million images a student's run may look at: epochs times training images, or those that it
    tests itself on, if they are more."""
    return int(store.settings.get("million_images", str(MILLION_IMAGES)))


def megabytes(store: RunStore) -> int:
    """How many megabytes the own data sets of a student may take."""
    return int(store.settings.get("megabytes", str(MEGABYTES)))


def quota(store: RunStore, person: Person) -> float:
    """Bytes that a person's own data sets may take."""
    return math.inf if person.is_lecturer else 1e6 * megabytes(store)


def training_images(config: TrainConfig) -> int:
    """How many images a run learns from."""
    size = datasets.find(config.dataset).train_size - config.validation_size
    return max(1, min(size, config.train_size or size))


def require_short_run(store: RunStore, config: TrainConfig, person: Person) -> None:
    """Raise `RunError` for a run that is longer than this person's may be."""
    if person.is_lecturer:
        return
    size, tested = training_images(config), config.validation_size
    if config.test_every:
        tested += datasets.find(config.dataset).test_size // config.test_every
    if config.until_the_bell and (config.max_seconds or math.inf) > SECONDS:
        raise RunError(
            "A race of {seconds:g} seconds is too long for this class. Choose at most {most:g} for each net.",
            seconds=config.max_seconds,
            most=SECONDS,
        )
    limit = 1_000_000 * million_images(store)
    looked, asked = max(size, tested), config.epochs * max(size, tested)
    if asked <= limit:
        return
    values = {"size": looked, "asked": asked, "limit": limit, "most": limit // looked}
    if tested > size:
        raise RunError(
            "{epochs:,} epoch(s) with tests on {size:,} image(s) are {asked:,}; in this class a run may look "
            "at {limit:,}. Choose at most {most:,} epoch(s), or test less often.",
            epochs=config.epochs,
            **values,
        )
    if (config.max_seconds or math.inf) > SECONDS:
        raise RunError(
            "{epochs:,} epoch(s) of {size:,} image(s) are {asked:,}; in this class a run may look at "
            "{limit:,}. Choose at most {most:,} epoch(s), or fewer training images.",
            epochs=config.epochs,
            **values,
        )


def require_short_rate_test(store: RunStore, config: TrainConfig, person: Person) -> None:
    """Raise `RunError` for a range test that looks at more images than this person's run may, or while the
    lecturer holds all trainings."""
    if person.is_lecturer:
        return
    if store.waiting.is_paused():
        raise RunError("The lecturer holds all trainings. Try again when they go on.")
    limit = 1_000_000 * million_images(store)
    if RATE_STEPS * config.batch_size > limit:
        raise RunError(
            "With batch size {batch_size:,} a test of rates looks at {asked:,} image(s); in this class it "
            "may look at {limit:,}. Choose a batch size of at most {most:,}.",
            batch_size=config.batch_size,
            asked=RATE_STEPS * config.batch_size,
            limit=limit,
            most=limit // RATE_STEPS,
        )
