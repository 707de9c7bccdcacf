"""Today's best runs of a class, and the data set that most of them are of."""

import time

from helpers import complete, open_page
from test_classroom import CONFIG, JUN, LECTURER, MINA, queue

from fmnist_core.jobs import classroom
from fmnist_core.jobs.people import Person

__all__ = ["queue"]


def test_the_leaderboard_has_each_persons_best_of_the_day(queue):
    store = queue.store
    for person, accuracy in ((MINA, 0.8), (MINA, 0.9), (JUN, 0.95), (LECTURER, 0.9)):
        complete(
            store, queue.submit(person=person, config=CONFIG.replace(seed=int(1000 * accuracy))), accuracy
        )
    complete(store, queue.submit(person=JUN, config=CONFIG.replace(seed=1)), 0.5)
    queue.submit(person=Person("late", "Late", False), config=CONFIG)
    board = classroom.leaderboard(store, "fashion-mnist", classroom.midnight())
    assert board[["place", "person", "test_accuracy"]].values.tolist() == [
        [1, "Jun", 0.95],
        [2, "Mina", 0.9],
        [2, "Choi", 0.9],
    ]
    assert classroom.leaderboard(store, "fashion-mnist", time.time() + 60).empty
    assert classroom.leaderboard(store, "mnist", 0).empty


def test_at_home_all_runs_of_the_day_are_on_the_board_those_of_the_command_line_too(queue):
    store = queue.store
    for seed, accuracy in enumerate((0.8, 0.9)):
        complete(store, store.create(CONFIG.replace(seed=seed), owner="command line"), accuracy)
    for owned, expected in ((True, [0.9]), (False, [0.9, 0.8])):
        board = classroom.leaderboard(store, "fashion-mnist", classroom.midnight(), owned)
        assert board.test_accuracy.tolist() == expected
        room = classroom.runs_of_the_room(store, "fashion-mnist", classroom.midnight(), owned)
        assert set(room.run_id) == set(board.run_id)
    htmls = [html.value for html in open_page("classroom").get("html")]
    (table,) = [html for html in htmls if '<table class="board">' in html]
    assert "90.00" in table and "80.00" in table


def test_the_busiest_data_set_is_the_one_with_most_runs_of_the_day(queue):
    store = queue.store
    assert classroom.busiest_dataset(store, 0.0) is None
    for seed in range(2):
        queue.submit(person=MINA, config=CONFIG.replace(seed=seed, dataset="mnist"))
    for seed in range(3):
        queue.submit(person=LECTURER, config=CONFIG.replace(seed=seed))
    for seed in range(3):  # as many, and newer
        queue.submit(person=LECTURER, config=CONFIG.replace(seed=seed, dataset="mnist-0-1"))
    assert classroom.busiest_dataset(store, classroom.midnight()) == "fashion-mnist"
    with store.database.write() as db:  # those were yesterday's
        db.execute("UPDATE runs SET created_at = 0 WHERE owner = 'choi'")
    assert classroom.busiest_dataset(store, classroom.midnight()) == "mnist"
    assert classroom.busiest_dataset(store, time.time() + 60) == "fashion-mnist"  # none today: of all


def test_the_room_sees_the_curves_of_the_board_and_of_those_that_train_or_wait(queue):
    store = queue.store
    worse, old, best, waiting, training = (
        queue.submit(person=MINA, config=CONFIG.replace(seed=seed)) for seed in range(5)
    )
    queue.submit(person=LECTURER, config=CONFIG.replace(dataset="mnist"))
    for run_id, accuracy in ((worse, 0.5), (old, 0.9), (best, 0.6)):
        complete(store, run_id, accuracy)
    store.start(training, "cpu")
    with store.database.write() as db:
        db.execute("UPDATE runs SET finished_at = 0 WHERE run_id = ?", (old,))
    found = classroom.runs_of_the_room(store, "fashion-mnist", classroom.midnight())
    assert set(found.run_id) == {best, waiting, training}
