"""The rules of a class at one server: whose run it is, the lecturer's tools, the passcode, today's best."""

import time

import pytest
from helpers import wait_for
from zips import two_classes, zipped

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import DataError, RunError
from fmnist_core.data import custom, datasets
from fmnist_core.jobs import TrainingQueue, class_game, classroom, limits, train_run
from fmnist_core.jobs.people import SINGLE_USER, Person, person_id
from fmnist_core.runs import RunStore

MINA = Person("mina", "Mina", False)
JUN = Person("jun", "Jun", False)
LECTURER = Person("choi", "Choi", True)
CONFIG = TrainConfig(architecture="softmax-regression", epochs=1, train_size=500)


@pytest.fixture
def queue(store):
    """A queue whose threads were not started: runs stay queued."""
    return TrainingQueue(store)


# ---- whose run it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda queue, run_id: classroom.stop(queue, JUN, run_id),
        lambda queue, run_id: classroom.resume(queue, JUN, run_id),
        lambda queue, run_id: classroom.edit(queue.store, JUN, run_id, name="mine now"),
        lambda queue, run_id: classroom.edit(queue.store, JUN, run_id, note="hello"),
        lambda queue, run_id: classroom.edit(queue.store, JUN, run_id, starred=True),
        lambda queue, run_id: classroom.edit(queue.store, JUN, run_id, color="#112233"),
        lambda queue, run_id: classroom.delete(queue.store, JUN, run_id),
        lambda queue, run_id: classroom.prioritise(queue.store, JUN, run_id),
        lambda queue, run_id: classroom.pause_all(queue, JUN),
        lambda queue, run_id: classroom.resume_all(queue, JUN),
    ],
    ids=[
        *("stop", "resume", "rename", "note", "star", "colour", "delete"),
        *("prioritise", "pause_all", "resume_all"),
    ],
)
def test_a_run_of_somebody_else_cannot_be_changed(queue, change):
    run_id = queue.submit(person=MINA, config=CONFIG)
    before = queue.store.get(run_id)
    with pytest.raises(RunError):
        change(queue, run_id)
    assert queue.store.get(run_id) == before
    assert not queue.store.waiting.is_paused()


def test_a_run_is_changed_by_its_owner_and_by_the_lecturer(queue):
    run_id = queue.submit(person=MINA, config=CONFIG)
    classroom.edit(queue.store, MINA, run_id, name="my net")
    classroom.edit(queue.store, LECTURER, run_id, note="well done")
    classroom.stop(queue, MINA, run_id)
    classroom.resume(queue, LECTURER, run_id)
    run = queue.store.get(run_id)
    assert (run.name, run.note, run.status, run.owner) == ("my net", "well done", "queued", "mina")
    classroom.delete(queue.store, MINA, run_id)
    assert queue.store.runs() == []


def test_nobody_owns_the_runs_from_before_the_class(queue):
    run_id = queue.submit(person=SINGLE_USER, config=CONFIG)
    assert not classroom.may_change(Person("", "", False), queue.store.get(run_id))
    assert classroom.may_change(SINGLE_USER, queue.store.get(run_id))


def test_a_person_may_have_only_so_many_runs_waiting(queue, monkeypatch):
    monkeypatch.setenv("FMNIST_QUEUE_LIMIT", "3")
    runs = [queue.submit(person=MINA, config=CONFIG.replace(seed=seed)) for seed in range(3)]
    with pytest.raises(RunError, match="You have 3 runs waiting"):
        queue.submit(person=MINA, config=CONFIG.replace(seed=4))
    classroom.stop(queue, MINA, runs[0])
    with_room = queue.submit(person=MINA, config=CONFIG.replace(seed=5))
    with pytest.raises(RunError, match="You have 3 runs waiting"):
        classroom.resume(queue, MINA, runs[0])
    queue.submit(person=JUN, config=CONFIG)
    for seed in range(5):
        queue.submit(person=LECTURER, config=CONFIG.replace(seed=seed))
    waiting = [run.run_id for run in queue.store.runs(("queued",)) if run.owner == "mina"]
    assert waiting == [runs[1], runs[2], with_room]


def test_a_students_run_is_no_longer_than_the_lecturer_allows(queue):
    long = CONFIG.replace(epochs=17, train_size=None)
    classroom.set_limits(queue.store, LECTURER, 1, 5)
    with pytest.raises(RunError, match=r"17 epochs of 60,000 images are 1,020,000; .* 1,000,000") as e:
        queue.submit(long, person=MINA)
    assert "Choose at most 16 epochs" in str(e.value) and queue.store.runs() == []
    queue.submit(long.replace(epochs=16), person=MINA)
    queue.submit(long.replace(train_size=50_000), person=MINA)
    queue.submit(long.replace(validation_size=5_000), person=MINA)
    queue.submit(long.replace(epochs=1000, max_seconds=limits.SECONDS), person=MINA)  # a race
    with pytest.raises(RunError, match="in this class"):
        queue.submit(long.replace(epochs=1000, max_seconds=limits.SECONDS + 1), person=MINA)
    queue.submit(long, person=LECTURER)
    queue.submit(long, person=SINGLE_USER)


def test_a_long_run_cannot_go_on_once_the_limit_is_lower_but_the_lecturer_may_let_it(queue):
    run_id = queue.submit(CONFIG.replace(epochs=50, train_size=None), person=MINA)
    classroom.stop(queue, MINA, run_id)
    classroom.set_limits(queue.store, LECTURER, 2, 5)
    with pytest.raises(RunError, match="3,000,000; in this class a run may look at 2,000,000"):
        classroom.resume(queue, MINA, run_id)
    assert queue.store.get(run_id).status == "stopped"
    classroom.resume(queue, LECTURER, run_id)
    assert queue.store.get(run_id).status == "queued"


def test_only_the_lecturer_sets_the_limits(store):
    with pytest.raises(RunError, match="Only the lecturer"):
        classroom.set_limits(store, MINA, 1000, 1000)
    assert (limits.million_images(store), limits.megabytes(store)) == (4, 20)
    classroom.set_limits(store, LECTURER, 7, 3)
    assert (limits.million_images(store), limits.megabytes(store)) == (7, 3)


# ---- own data sets ------------------------------------------------------------------------------------


def test_own_data_sets_have_a_quota_for_each_student(store, monkeypatch):
    content = zipped(two_classes())
    classroom.import_data(store, MINA, content, "first")
    size = custom.bytes_of("mina")
    monkeypatch.setattr(limits, "megabytes", lambda store: 1.5 * size / 1e6)
    with pytest.raises(DataError, match=r"takes 0\.0 MB and your others 0\.0 MB; you may keep 0\.0 MB"):
        classroom.import_data(store, MINA, content, "second")
    assert datasets.names()[-1] == "first"
    classroom.import_data(store, JUN, content, "second")  # a quota of his own
    for name in ("third", "fourth"):
        classroom.import_data(store, LECTURER, content, name)
    classroom.delete_data(store, MINA, "first")
    classroom.import_data(store, MINA, content, "fifth")


def test_an_own_data_set_is_changed_by_who_brought_it_and_by_the_lecturer(queue):
    store = queue.store
    classroom.import_data(store, MINA, zipped(two_classes()), "skies")
    for change in (
        lambda person: classroom.delete_data(store, person, "skies"),
        lambda person: classroom.rename_class(person, "skies", "day", "noon"),
    ):
        for stranger in (JUN, Person("", "", False)):
            with pytest.raises(RunError, match="Only who brought the data set skies can change it"):
                change(stranger)
    assert datasets.find("skies").class_names == ("day", "night")
    classroom.rename_class(MINA, "skies", "day", "noon")
    classroom.rename_class(LECTURER, "skies", "noon", "dawn")
    assert datasets.find("skies").class_names == ("dawn", "night") and datasets.find("skies").owner == "mina"
    run_id = queue.submit(CONFIG.replace(dataset="skies", batch_size=4, train_size=None), person=JUN)
    with pytest.raises(RunError, match="queued or running"):
        classroom.delete_data(store, MINA, "skies")
    queue.stop(run_id)
    classroom.delete_data(store, MINA, "skies")
    for name in ("skies", "mnist"):
        with pytest.raises(RunError, match="Only who brought"):
            classroom.delete_data(store, LECTURER, name)


def test_an_own_data_set_stays_while_the_class_guesses_on_it(store):
    classroom.import_data(store, MINA, zipped(two_classes()), "skies")
    class_game.begin(store, LECTURER, "skies", ["some run"], count=2)
    with pytest.raises(RunError, match="The class guesses on its images"):
        classroom.delete_data(store, MINA, "skies")
    class_game.end(store, LECTURER, class_game.current(store))
    classroom.delete_data(store, MINA, "skies")


def test_the_lecturer_can_delete_a_data_set_whose_description_is_damaged(store):
    classroom.import_data(store, MINA, zipped(two_classes()), "skies")
    (custom.folders()[0] / "skies" / custom.INFO).write_text("{}")
    with pytest.raises(RunError, match="Only who brought"):
        classroom.delete_data(store, MINA, "skies")
    classroom.delete_data(store, LECTURER, "skies")
    assert "skies" not in datasets.names()


# ---- whose name ---------------------------------------------------------------------------------------


def test_names_belong_to_one_person_and_stand_beside_her_runs(queue):
    people = queue.store.people
    run_id = queue.submit(person=MINA, config=CONFIG)
    people.set_name("mina", "  Émile   Kim ")
    assert people.names()["mina"] == "Émile Kim"
    assert queue.store.get(run_id).owner_name == "Émile Kim"
    with pytest.raises(RunError, match="Somebody else is called émile kim"):
        people.set_name("jun", "émile kim")
    with pytest.raises(RunError):
        people.set_name("jun", "   ")
    assert "jun" not in people.names()


# ---- the lecturer -------------------------------------------------------------------------------------


def test_the_lecturer_pulls_a_run_forward(queue):
    first, second, third = (queue.submit(person=MINA, config=CONFIG.replace(seed=seed)) for seed in range(3))
    classroom.prioritise(queue.store, LECTURER, third)
    assert queue.store.waiting.order() == [third, first, second]


def test_pause_all_holds_everything_and_resume_all_lets_it_go_on():
    queue = TrainingQueue(RunStore())
    store = queue.store
    long = queue.submit(person=MINA, config=CONFIG.replace(epochs=1000, test_every=0))
    queue.start()
    try:
        wait_for(lambda: store.get(long).epochs >= 1)
        classroom.pause_all(queue, LECTURER)
        wait_for(lambda: store.get(long).status == "queued")
        later = queue.submit(person=JUN, config=CONFIG)
        time.sleep(0.3)
        assert store.get(later).status == "queued"
        assert store.waiting.order() == [long, later]
        reached = store.get(long).epochs
        classroom.resume_all(queue, LECTURER)
        assert store.waiting.order()[:1] == [long] or store.get(long).status == "running"
        wait_for(lambda: store.get(long).epochs > reached)
        queue.stop(long)
        wait_for(lambda: store.get(later).status == "completed")
        assert list(store.history(long).epoch) == list(range(1, store.get(long).epochs + 1))
    finally:
        queue.close()


def test_what_pause_all_stopped_goes_on_before_all_that_waited_already():
    """Also before what a person who has had no turn yet queued first."""
    store = RunStore()
    queue = TrainingQueue(store)
    first, second, waiting = (queue.submit(CONFIG.replace(seed=seed), person=MINA) for seed in range(3))
    other = queue.submit(CONFIG, person=JUN)
    for run_id in (first, second):
        store.start(run_id, store.workers.open())
    classroom.pause_all(queue, LECTURER)
    for run_id in (first, second):
        assert train_run(store, run_id) == "stopped"
    classroom.resume_all(queue, LECTURER)
    order = store.waiting.order()
    assert set(order[:2]) == {first, second} and set(order[2:]) == {waiting, other}


def test_resume_all_at_once_after_pause_all_brings_the_running_training_back():
    """The training has not heard of the pause yet when the line goes on again."""
    store = RunStore()
    queue = TrainingQueue(store)
    run_id = queue.submit(CONFIG, person=MINA)
    worker = store.workers.open()
    store.start(run_id, worker)
    classroom.pause_all(queue, LECTURER)
    assert store.stop_requested(run_id)
    classroom.resume_all(queue, LECTURER)
    assert (store.get(run_id).status, store.waiting.order()) == ("running", [])
    assert train_run(store, run_id) == "stopped"  # now it hears
    assert (store.get(run_id).status, store.waiting.order()) == ("queued", [run_id])
    assert store.waiting.take(worker, ("auto",)) == run_id
    assert train_run(store, run_id) == "completed"
    assert store.get(run_id).epochs == CONFIG.epochs


def test_a_run_that_its_owner_stops_stays_stopped_after_pause_all_and_resume_all():
    store = RunStore()
    queue = TrainingQueue(store)
    first, second = (queue.submit(CONFIG.replace(seed=seed), person=MINA) for seed in range(2))
    for run_id in (first, second):
        store.start(run_id, store.workers.open())
    queue.stop(first)
    classroom.pause_all(queue, LECTURER)
    classroom.pause_all(queue, LECTURER)  # twice is once
    queue.stop(second)
    classroom.resume_all(queue, LECTURER)
    for run_id in (first, second):
        assert train_run(store, run_id) == "stopped"
        assert store.get(run_id).status == "stopped"
    assert store.waiting.order() == []


def test_the_id_that_others_see_does_not_give_the_secret_away():
    secret = "s" * 43
    assert secret not in person_id(secret)
    assert person_id(secret) != person_id("t" * 43)
