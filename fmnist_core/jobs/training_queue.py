"""The queue: what people ask of the trainings. The threads that train are in `training_threads`."""

import logging
from collections.abc import Sequence

from ..base.config import TrainConfig
from ..base.errors import FmnistError, RunError
from ..base.search import Search
from ..runs import Run, RunStore, longer, require_not_shipped
from . import limits, search, webhook
from .job import check
from .people import SINGLE_USER, Person, queue_limit
from .served import require_served
from .training_threads import TrainingThreads

log = logging.getLogger(__name__)

_said: set[str] = set()  # why a server cannot train


class TrainingQueue(TrainingThreads):
    """Runs are asked for here, and the threads take them in turn.

    The queue itself lives in the store, so it survives the process. Of several processes on one runs
    folder only the first trains; the others queue runs for it, and take over when it ends.
    """

    def submit(
        self,
        config: TrainConfig,
        name: str | None = None,
        person: Person = SINGLE_USER,
        once_within: float = 0.0,
    ) -> str:
        """Queue a run and return its id (see `RunStore.create`).

        Raises the `FmnistError` that the run would meet at its start, and `RunError` when this person has too
        many waiting already, or asks for a longer run than a student may have.
        """
        self._check(config, person)
        run_id = self.store.create(config, name, person.id, person.name, once_within, queue_limit(person))
        self.wake()
        return run_id

    def submit_race(
        self, configs: dict[str, TrainConfig], person: Person = SINGLE_USER, once_within: float = 0.0
    ) -> list[str]:
        """Queue runs, by name, that train in turns; all or none. Returns their ids; raises like `submit`."""
        for config in configs.values():
            self._check(config, person)
        run_ids = self.store.create_race(configs, person.id, person.name, once_within, queue_limit(person))
        self.wake()
        return run_ids

    def submit_study(
        self,
        name: str,
        configs: Sequence[TrainConfig],
        person: Person = SINGLE_USER,
        once_within: float = 0.0,
        adopt: Run | None = None,
    ) -> str:
        """Queue the runs of a study; all or none. Returns its id; raises like `submit`.

        adopt: a run that is not trained again if it is of one of these configs and belongs to no other study.
        """
        for config in configs:
            self._check(config, person)
        new, limit = list(configs), queue_limit(person)
        adopted: list[str] = []
        if adopt is not None and not self.store.studies.study_of(adopt.run_id):
            new = [config for config in configs if not adopt.does(config)]
            adopted = [adopt.run_id] if len(new) < len(configs) else []
        study_id = self.store.studies.create(
            name, new, person.id, person.name, once_within, limit, adopt=adopted
        )
        self.wake()
        return study_id

    def submit_search(self, name: str, wanted: Search, person: Person = SINGLE_USER) -> str:
        """Store a search, of which the threads take one trial after the other. Returns its id; raises like
        `submit`."""
        search.check(wanted)
        self._check(wanted.base, person)
        study_id = self.store.studies.create_search(name, wanted, person.id, person.name)
        self.wake()
        return study_id

    def submit_longer(self, run_id: str, person: Person = SINGLE_USER, **changes: object) -> str:
        """Queue a run that trains another one longer (see `runs.longer`) and return its id."""
        config = longer.longer_config(self.store.get(run_id), **changes)
        self._check(config, person)
        longer_id = longer.train_longer(
            self.store, run_id, config, person.id, person.name, queue_limit(person)
        )
        self.wake()
        return longer_id

    def hold(self) -> None:
        """Start nothing any more; what trains here stops at once and waits again, before all others."""
        for run_id in self.store.waiting.hold():
            self.tell_to_stop(run_id)

    def stop(self, run_id: str) -> None:
        """Stop a queued run, or a running one, at once; it keeps its epochs."""
        require_not_shipped(run_id)
        run = self.store.get(run_id)
        if not run.is_active:
            raise RunError(
                "{name} is {status} already, so there is nothing to stop.", name=run.name, status=run.status
            )
        self.store.request_stop(run_id)
        self.tell_to_stop(run_id)
        if run.status == "queued":
            webhook.tell_end(self.store, run_id)

    def resume(self, run_id: str, person: Person = SINGLE_USER) -> None:
        """Queue a stopped, failed or interrupted run again; it goes on after its last checkpoint."""
        require_not_shipped(run_id)
        self._check(self.store.get(run_id).config, person)
        self.store.requeue(run_id, queue_limit(person))
        self.wake()

    def _check(self, config: TrainConfig, person: Person) -> None:
        check(self.store, config)
        require_served(config.device)
        limits.require_short_run(self.store, config, person)


def queue_of_a_server() -> TrainingQueue:
    """The queue on the store of this process, its threads started.

    Raises `FmnistError` where it cannot start, as with a wrong value in the environment. The log says that
    too, once: on a page, a class would be the first to read it.
    """
    try:
        queue = TrainingQueue(RunStore(), in_child_process=True)
        queue.start()
    except FmnistError as error:
        if str(error) not in _said:
            _said.add(str(error))
            log.error("the server cannot train: %s", error)
        raise
    return queue
