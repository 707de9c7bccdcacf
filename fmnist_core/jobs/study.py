"""What a study trains: all combinations of some settings' values, each with several seeds."""

import itertools
import math
from collections.abc import Mapping, Sequence

from ..base import recipes
from ..base.config import MAX_SEED, SETTINGS, TrainConfig
from ..base.errors import ConfigError, FmnistError, RunError, unknown_name_message
from ..base.messages import Message
from ..data import datasets
from ..runs import Run, RunStore
from . import search
from .classroom import require_may_change
from .limits import training_images
from .people import Person
from .training_queue import TrainingQueue

MOST_RUNS, MOST_SEEDS = 500, 100
ENOUGH_IMAGES = 20_000
"""From so many on, what a run takes is not its beginning alone."""
NOT_VARIED = ("recipe", "seed", "device")
VARIED = [
    name for name, declared in SETTINGS.items() if declared.shown != "command line" and name not in NOT_VARIED
]
"""The settings that a study may vary: what decides how good a net becomes. Seeds are counted."""


def read_values(name: str, text: str) -> list[object]:
    """The values in a text like `0.001, 0.003`. Raises `ConfigError` for one that does not fit."""
    if name not in VARIED:
        raise ConfigError(unknown_name_message("setting to vary", name, VARIED))
    declared = SETTINGS[name]
    values = [declared.read(part.strip()) for part in text.split(",") if part.strip()]
    if not values:
        raise ConfigError("{name} needs at least one value, with commas between several", name=declared.label)
    for value in values:
        declared.check(value)
    return list(dict.fromkeys(values))


def grid(base: TrainConfig, vary: Mapping[str, Sequence[object]], seeds: int = 1) -> list[TrainConfig]:
    """A config for each combination of values and each seed, from the base's on. All combinations of the
    first seed come first, so that an early look compares them all. Raises `ConfigError`."""
    if not 1 <= seeds <= MOST_SEEDS:
        raise ConfigError("Seeds must be between 1 and {most}, got {seeds}", most=MOST_SEEDS, seeds=seeds)
    count = seeds * math.prod(len(values) for values in vary.values())
    if not 1 <= count <= MOST_RUNS:
        raise ConfigError(
            "These are {count:,} runs; a study has 1 to {most}. Choose other values or seeds.",
            count=count,
            most=MOST_RUNS,
        )
    start = min(base.seed, MAX_SEED - seeds + 1)
    points = [dict(zip(vary, values, strict=True)) for values in itertools.product(*vary.values())]
    return [
        recipes.on(base, str(point.get("dataset", base.dataset))).replace(**point, seed=start + step)
        for step in range(seeds)
        for point in points
    ]


def study_name(base: TrainConfig, vary: Mapping[str, Sequence[object]], seeds: int) -> str:
    """What a study is called unless somebody says otherwise: the net, what varies, how many seeds."""
    varied = [SETTINGS[name].label for name, values in vary.items() if len(values) > 1]
    net = [] if len(vary.get("architecture", ())) > 1 else [*vary.get("architecture", [base.architecture])]
    return Message("{parts} · {count} seed(s)", parts=[*map(str, net), *varied], count=seeds)


def expected_seconds(configs: Sequence[TrainConfig], before: Sequence[Run]) -> tuple[float, list[str]]:
    """About how long these trainings take one after the other, by what the same nets took before; and the
    nets of which nothing is known, which are not counted. before: the newest last."""
    known = [(run, images) for run in before if (images := _images_seen(run))]
    seconds, unknown, rates = 0.0, dict[str, None](), dict[TrainConfig, float | None]()
    for config in configs:
        same = config.replace(seed=0)
        if same not in rates:
            rates[same] = _images_per_second(config, known)
        rate = rates[same]
        if rate is None:
            unknown[config.architecture] = None
        else:
            seconds += min(config.max_seconds or math.inf, config.epochs * training_images(config) / rate)
    return seconds, list(unknown)


def _images_seen(run: Run) -> int:
    """From how many images a run has learned so far; 0 where nothing is known, as of a deleted data set."""
    try:
        return run.epochs * training_images(run.config) if run.seconds else 0
    except FmnistError:
        return 0


def _images_per_second(config: TrainConfig, known: Sequence[tuple[Run, int]]) -> float | None:
    """How fast the net learns, by the most similar of the runs that are known: of the steps alone, since in a
    short run all else takes longer than they do. None without a run of this net.

    known: the oldest first, each with the images that it has seen.
    """
    shape = datasets.find(config.dataset).image_shape

    def likeness(place: int) -> tuple[object, ...]:
        run, images = known[place]
        is_like, is_long = datasets.find(run.config.dataset).image_shape == shape, images >= ENOUGH_IMAGES
        same = run.config.dataset == config.dataset, run.config.batch_size == config.batch_size
        return is_like and is_long, is_long, is_like, *same, place

    places = [place for place, (run, _) in enumerate(known) if run.config.architecture == config.architecture]
    if not places:
        return None
    run, images = known[max(places, key=likeness)]
    return run.images_per_second or images / (run.seconds or math.inf)


def runs_of(store: RunStore, study_id: str) -> list[Run]:
    """The runs of a study in the order in which they were asked for. Raises `RunError` for an unknown id."""
    store.studies.get(study_id)
    return search.runs_of(store, study_id)


def _require_may_change(store: RunStore, person: Person, study_id: str) -> None:
    study = store.studies.get(study_id)
    if not person.may_change(study.owner):
        raise RunError(
            "{name} belongs to {owner}: you can look at it, not change it. Start a study of your own.",
            name=study.name,
            owner=study.owner_name or "somebody else",
        )


def pause(queue: TrainingQueue, person: Person, study_id: str) -> None:
    """Hold a study back; what trains of it stops at once and waits again."""
    _require_may_change(queue.store, person, study_id)
    for run_id in queue.store.studies.set_paused(study_id, True):
        queue.tell_to_stop(run_id)


def go_on(queue: TrainingQueue, person: Person, study_id: str) -> None:
    """Let a study go on, and with it those of its runs that were stopped or interrupted; not those that its
    search has given up. A search that is stuck tries its last trials again."""
    _require_may_change(queue.store, person, study_id)
    study = queue.store.studies.get(study_id)
    for run in search.failed_on_end(study, runs_of(queue.store, study_id)):
        queue.resume(run.run_id, person)  # before it goes on: it would pause itself at once
    queue.store.studies.set_paused(study_id, False)
    for run in search.unfinished(runs_of(queue.store, study_id)):
        queue.resume(run.run_id, person)
    queue.wake()


def delete(store: RunStore, person: Person, study_id: str) -> None:
    """Delete a study and all its runs for good. Raises `RunError`, and deletes nothing, while one of them
    trains, or if one is somebody else's."""
    _require_may_change(store, person, study_id)
    runs = runs_of(store, study_id)
    for run in runs:
        require_may_change(person, run)
    if any(run.status == "running" for run in runs):
        raise RunError("A run of this study is training. Pause the study first, then delete it.")
    store.studies.end_search(study_id)  # else it might begin a trial meanwhile
    for run in runs:
        store.delete(run.run_id)
    store.studies.forget(study_id)


def loss_sentence(runs: Sequence[Run]) -> str:
    """What is lost with these runs."""
    return Message(
        "{count} run(s) go with it, {tested} of them tested: {minutes:,.0f} minute(s) of training.",
        count=len(runs),
        tested=sum(run.test_accuracy is not None for run in runs),
        minutes=sum(run.seconds or 0.0 for run in runs) / 60,
    )
