"""A class that guesses together: the rules of a round, its votes, and its result."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from fmnist_core.base.errors import ConfigError, FmnistError, RunError
from fmnist_core.data import datasets
from fmnist_core.jobs import calling, class_game, joining
from fmnist_core.jobs.people import SINGLE_USER, Person
from fmnist_core.runs import RunStore
from fmnist_core.runs.class_rounds import ClassRound

LECTURER = Person("lecturer", "Kim", True)
MINA, JUN = Person("mina", "Mina", False), Person("jun", "Jun", False)
DATASET = "fashion-mnist"


@pytest.fixture
def round_id(store) -> int:
    return class_game.begin(store, LECTURER, DATASET, ["some run"], count=3)


def now(store: RunStore) -> ClassRound:
    played = class_game.current(store)
    assert played is not None
    return played


def go_on(store: RunStore) -> None:
    class_game.reveal(store, LECTURER, now(store))
    class_game.go_on(store, LECTURER, now(store))


def test_a_round_goes_from_image_to_image_to_its_result_and_away(store, round_id):
    seen = []
    while (played := class_game.current(store)) is not None:
        seen.append((played.place, played.phase))
        if played.phase == "voting":
            class_game.vote(store, MINA, round_id, played.place, 0)
            class_game.reveal(store, LECTURER, played)
        elif played.phase == "revealed":
            class_game.go_on(store, LECTURER, played)
        else:
            class_game.end(store, LECTURER, played)
    assert seen == [
        *((0, "voting"), (0, "revealed"), (1, "voting"), (1, "revealed"), (2, "voting"), (2, "revealed")),
        (2, "ended"),
    ]


def test_the_images_of_a_round_are_different_and_of_every_class(store):
    class_game.begin(store, LECTURER, DATASET, ["some run"])
    images = now(store).images
    labels = datasets.load(DATASET).test_labels[list(images)]
    assert len(set(images)) == class_game.IMAGES == 10 and set(labels) == set(range(10))


def test_only_the_lecturer_begins_shows_goes_on_and_ends(store, round_id):
    played = now(store)
    for action in (class_game.reveal, class_game.go_on, class_game.end):
        with pytest.raises(RunError, match="Only the lecturer"):
            action(store, MINA, played)
    with pytest.raises(RunError, match="Only the lecturer"):
        class_game.begin(store, MINA, DATASET, ["some run"])
    assert now(store) == played


def test_a_round_needs_a_net(store):
    with pytest.raises(RunError, match="needs a net"):
        class_game.begin(store, LECTURER, DATASET, [])
    assert class_game.current(store) is None


def test_a_second_click_does_not_skip_an_image(store, round_id):
    first = now(store)
    class_game.go_on(store, LECTURER, first)  # not shown yet
    assert now(store) == first
    class_game.reveal(store, LECTURER, first)
    shown = now(store)
    class_game.reveal(store, LECTURER, first)
    class_game.go_on(store, LECTURER, shown)
    class_game.go_on(store, LECTURER, shown)
    class_game.reveal(store, LECTURER, first)  # of a window that is behind
    assert (now(store).place, now(store).phase) == (1, "voting")


OTHER = Person("other lecturer", "", True)


def test_a_second_lecturer_or_click_begins_no_round_in_the_place_of_one_that_is_on(store, round_id):
    first = now(store)
    for shown in (False, True):
        with pytest.raises(RunError, match="A round is on already"):
            class_game.begin(store, OTHER, DATASET, ["some run"])
        assert now(store).images == first.images
        if not shown:
            class_game.reveal(store, LECTURER, first)
    class_game.end(store, LECTURER, now(store))
    assert class_game.begin(store, OTHER, DATASET, ["some run"]) == round_id + 1  # the result was shown


def test_a_lecturer_ends_a_round_that_another_one_has_led_on_meanwhile(store, round_id):
    first = now(store)
    class_game.reveal(store, OTHER, first)
    class_game.end(store, LECTURER, first)
    ended = now(store)
    assert (ended.place, ended.phase) == (0, "ended")
    class_game.end(store, OTHER, first)  # a second click, or the other's: the result stays
    assert now(store) == ended
    class_game.end(store, OTHER, ended)
    assert class_game.current(store) is None
    class_game.begin(store, OTHER, DATASET, ["some run"])
    for seen in (first, ended):  # of a round before this one
        class_game.end(store, LECTURER, seen)
    assert now(store).phase == "voting"


def test_two_lecturers_who_press_at_once_move_the_round_once(store, round_id):
    steps = (class_game.reveal, class_game.go_on, class_game.reveal)
    for step, expected in zip(steps, ((0, "revealed"), (1, "voting"), (1, "revealed")), strict=True):
        seen = now(store)
        with ThreadPoolExecutor(8) as both:
            list(both.map(lambda who: step(store, who, seen), 4 * (LECTURER, OTHER)))  # noqa: B023
        assert (now(store).place, now(store).phase) == expected


def test_everybody_votes_once_for_an_image(store, round_id):
    class_game.vote(store, MINA, round_id, 0, 3)
    with pytest.raises(RunError, match="voted on image 1 already"):
        class_game.vote(store, MINA, round_id, 0, 4)
    class_game.vote(store, JUN, round_id, 0, 4)
    assert class_game.histogram(class_game.votes(store, round_id), 0, 10).tolist() == [0, 0, 0, 1, 1] + 5 * [
        0
    ]


def test_forty_votes_at_once_are_all_counted(store, round_id):
    people = [Person(f"p{number}", "", False) for number in range(40)]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda person: class_game.vote(store, person, round_id, 0, 7), people))
    assert class_game.histogram(class_game.votes(store, round_id), 0, 10)[7] == 40


@pytest.mark.parametrize("label", [-1, 10, 2.5, "3; DROP TABLE votes", None])
def test_a_class_that_does_not_exist_is_refused(store, round_id, label):
    with pytest.raises(ConfigError, match=r"no class number .* 10 classes.*Press one of the buttons"):
        class_game.vote(store, MINA, round_id, 0, label)
    assert class_game.votes(store, round_id).empty


def test_a_vote_that_comes_late_or_early_is_refused(store, round_id):
    with pytest.raises(RunError, match="Voting on image 2 is over"):
        class_game.vote(store, MINA, round_id, 1, 0)
    class_game.reveal(store, LECTURER, now(store))
    with pytest.raises(RunError, match="Voting on image 1 is over"):
        class_game.vote(store, MINA, round_id, 0, 0)
    assert class_game.votes(store, round_id).empty


def test_a_vote_without_a_round_or_for_another_one_is_refused(store, round_id):
    class_game.end(store, LECTURER, now(store))
    class_game.begin(store, LECTURER, DATASET, ["some run"])
    with pytest.raises(RunError, match="no such round"):
        class_game.vote(store, MINA, round_id, 0, 0)
    class_game.end(store, LECTURER, now(store))
    with pytest.raises(RunError, match="no such round"):
        class_game.vote(store, MINA, round_id + 1, 0, 0)


def test_votes_need_a_class(store, round_id):
    with pytest.raises(RunError, match="FMNIST_PASSCODE"):
        class_game.vote(store, SINGLE_USER, round_id, 0, 0)


def test_a_round_and_its_votes_survive_a_restart(store, round_id):
    class_game.vote(store, MINA, round_id, 0, 3)
    go_on(store)
    before = now(store)
    again = RunStore()
    assert class_game.current(again) == before and before.place == 1
    assert class_game.votes(again, round_id).values.tolist() == [[0, "mina", 3]]


def test_a_round_that_ends_before_an_answer_was_shown_is_no_round(store, round_id):
    class_game.vote(store, MINA, round_id, 0, 3)
    class_game.end(store, LECTURER, now(store))
    assert class_game.current(store) is None


def test_a_round_that_ends_early_counts_only_what_was_shown(store, round_id):
    labels = datasets.load(DATASET).test_labels
    images = now(store).images
    class_game.vote(store, MINA, round_id, 0, int(labels[images[0]]))
    go_on(store)
    class_game.vote(store, MINA, round_id, 1, int(labels[images[1]]))
    class_game.end(store, LECTURER, now(store))  # the second label was not shown
    played = now(store)
    tally = class_game.tally(played, class_game.votes(store, round_id), labels)
    assert played.phase == "ended" and tally.images.tolist() == [images[0]]
    assert (tally.right, tally.votes, tally.right_votes, tally.own) == (1, 1, 1, {"mina": (1, 1)})


def test_the_result_takes_the_majority_and_a_tie_is_no_answer():
    labels = np.array([5, 6, 7, 8, 9])
    played = ClassRound(1, DATASET, ("a",), (4, 0, 2, 1), 3, "ended")  # labels 9, 5, 7, 6
    votes = pd.DataFrame(
        [
            *((0, "mina", 9), (0, "jun", 9), (0, "ada", 1)),  # right
            *((1, "mina", 5), (1, "jun", 3)),  # undecided
            *((3, "mina", 2), (3, "jun", 2), (3, "ada", 6)),  # wrong; nobody voted on the third, ada on two
        ],
        columns=["place", "person_id", "label"],
    )
    tally = class_game.tally(played, votes, labels)
    assert tally.images.tolist() == [4, 0, 1] and tally.labels.tolist() == [9, 5, 6]
    assert tally.majority.tolist() == [9, class_game.NO_MAJORITY, 2]
    assert tally.right == 1 and (tally.votes, tally.right_votes) == (8, 4)
    assert tally.own == {"mina": (2, 3), "jun": (1, 3), "ada": (1, 2)}


def test_a_round_without_votes_has_an_empty_result(store, round_id):
    go_on(store)
    class_game.end(store, LECTURER, now(store))
    labels = datasets.load(DATASET).test_labels
    tally = class_game.tally(now(store), class_game.votes(store, round_id), labels)
    assert len(tally.images) == tally.votes == tally.right == 0 and tally.own == {}


# ---- calling and joining ------------------------------------------------------------------------------


def test_a_call_has_an_id_of_its_own_and_only_the_lecturer_calls(store):
    assert calling.last_call(store) is None
    with pytest.raises(FmnistError, match="Only the lecturer"):
        calling.call_everyone(store, MINA, "train", {})
    calling.call_everyone(store, LECTURER, "train", {"architecture": "cnn"})
    first = calling.last_call(store)
    calling.call_everyone(store, LECTURER, "train", {"architecture": "cnn"})
    second = calling.last_call(RunStore())
    assert first is not None and second is not None and first.id != second.id
    assert (second.page, second.query) == ("train", {"architecture": "cnn"})


def test_a_round_calls_everybody_to_its_page(store, round_id):
    call = calling.last_call(store)
    assert call is not None and call.page == "guess"


@pytest.mark.parametrize(
    ("seen", "listens_to", "expected"),
    [
        ("http://10.0.0.7:8501/classroom", "0.0.0.0", "http://10.0.0.7:8501/"),
        ("https://fashion.example.org/classroom", "127.0.0.1", "https://fashion.example.org/"),
        ("https://example.org/fashion/classroom/", "", "https://example.org/fashion/"),
        ("http://localhost:8501/classroom", "0.0.0.0", "http://192.168.1.5:8501/"),
        ("http://127.0.0.1:8501/classroom", "", "http://192.168.1.5:8501/"),
        ("http://[::1]:8501/classroom", "::", "http://192.168.1.5:8501/"),
        ("http://localhost:8501/classroom", "192.168.7.7", "http://192.168.7.7:8501/"),
        ("http://localhost:8501/classroom", "fd00::7", "http://[fd00::7]:8501/"),
        ("http://localhost:8501/classroom", "127.0.0.1", None),
        ("http://localhost:8501/classroom", "localhost", None),
    ],
)
def test_the_address_to_join_is_one_that_the_room_reaches(monkeypatch, seen, listens_to, expected):
    monkeypatch.setattr(joining, "local_network_address", lambda: "192.168.1.5")
    assert joining.join_address(seen, "classroom", listens_to) == expected


def test_the_address_to_join_asks_for_a_language(monkeypatch):
    monkeypatch.setattr(joining, "local_network_address", lambda: "192.168.1.5")
    for seen, host in (
        ("http://localhost:8501/classroom", "192.168.1.5"),
        ("http://10.0.0.7:8501/", "10.0.0.7"),
    ):
        joined = joining.join_address(seen, "classroom", "0.0.0.0", "lang=ko")
        assert joined == f"http://{host}:8501/?lang=ko"


def test_without_a_network_there_is_no_address_to_join(monkeypatch):
    monkeypatch.setattr(joining, "local_network_address", lambda: None)
    assert joining.join_address("http://localhost:8501/classroom", "classroom", "0.0.0.0") is None


def test_finding_the_own_address_sends_nothing(monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("something was sent")

    for name in ("send", "sendto", "sendall"):
        monkeypatch.setattr(joining.socket.socket, name, refuse, raising=False)
    found = joining.local_network_address()
    assert found is None or found.count(".") == 3
