"""The passcode of a class: who knows it comes in, who guesses waits, and nobody is shut out."""

import threading
import time

import pytest

from fmnist_core.base.errors import RunError
from fmnist_core.jobs import classroom
from fmnist_core.jobs.classroom import PasscodeGate


@pytest.fixture
def waited(monkeypatch) -> list[float]:
    """The seconds for which the door had somebody wait; they pass at once."""
    seconds = []
    monkeypatch.setattr(classroom.time, "monotonic", lambda: 1000.0 + sum(seconds))
    monkeypatch.setattr(classroom.time, "sleep", seconds.append)
    return seconds


def guess_wrong(door: PasscodeGate, person_id: str, attempt: str = "boot") -> None:
    with pytest.raises(RunError, match="not the passcode"):
        door.enter(person_id, attempt)


def test_the_passcode_lets_in_and_a_wrong_one_does_not(waited):
    door = PasscodeGate("sneaker")
    for attempt in ("", "Sneaker", "sneaker ", "\udcff", "운동화"):
        guess_wrong(door, "mina", attempt)
    assert not door.is_lecturer("mina")
    door.enter("choi", "sneaker")
    assert door.is_lecturer("choi") and not door.is_lecturer("mina")
    door.leave("choi")
    assert not door.is_lecturer("choi")


def test_a_lecturer_is_one_after_a_restart_too_until_the_passcode_changes(store):
    PasscodeGate("sneaker", store).enter("choi", "sneaker")
    again = PasscodeGate("sneaker", store)
    assert again.is_lecturer("choi") and not again.is_lecturer("mina")
    assert not PasscodeGate("boot", store).is_lecturer("choi")
    kept = store.settings.get(classroom.LECTURERS, "")
    assert kept and "choi" not in kept and "sneaker" not in kept
    again.leave("choi")
    assert not PasscodeGate("sneaker", store).is_lecturer("choi")


def test_wrong_passcodes_slow_down_the_browser_that_guesses_and_nobody_is_shut_out(waited):
    door = PasscodeGate("sneaker")
    for _ in range(classroom.TRIES):
        guess_wrong(door, "mina")
    assert waited == [classroom.GUESS_SECONDS] * classroom.TRIES
    waited.clear()
    door.enter("choi", "sneaker")  # from the same room
    assert door.is_lecturer("choi") and waited == []
    guess_wrong(door, "mina")
    assert waited == [classroom.SLOW_SECONDS, classroom.GUESS_SECONDS]
    waited.clear()
    door.enter("mina", "sneaker")  # it was the lecturer, in haste
    assert door.is_lecturer("mina") and waited == [classroom.SLOW_SECONDS]
    waited.append(classroom.TRIES_SECONDS)
    guess_wrong(door, "mina")
    assert waited[-2:] == [classroom.TRIES_SECONDS, classroom.GUESS_SECONDS]  # forgotten by now


def test_browsers_that_guess_together_wait_for_one_another(monkeypatch):
    """A new cookie for every guess is no way round: the door answers one after the other."""
    busy, most = 0, 0

    def sleep(seconds: float) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        pause(0.01)
        busy -= 1

    pause = time.sleep
    monkeypatch.setattr(classroom.time, "sleep", sleep)
    door = PasscodeGate("sneaker")
    threads = [threading.Thread(target=guess_wrong, args=(door, f"new {k}")) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
