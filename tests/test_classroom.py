"""A class at one server: whose run it is, the lecturer's tools, the passcode, today's best."""

import ast
import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from browser_sessions import Browser, Log
from helpers import ROOT, open_page, running_server, wait_for
from streamlit.testing.v1 import AppTest

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import RunError
from fmnist_core.jobs import TrainingQueue, classroom
from fmnist_core.jobs.classroom import PasscodeGate
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


def complete(store: RunStore, run_id: str, accuracy: float) -> None:
    worker = store.workers.open()
    store.start(run_id, worker)
    with store.database.write() as db:
        db.execute("UPDATE runs SET test_accuracy = ?, test_count = 100 WHERE run_id = ?", (accuracy, run_id))
    store.finish(run_id, "completed")
    store.workers.close(worker)


# ---- whose run it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda queue, run_id: classroom.stop(queue, JUN, run_id),
        lambda queue, run_id: classroom.resume(queue, JUN, run_id),
        lambda queue, run_id: classroom.edit(queue.store, JUN, run_id, name="mine now"),
        lambda queue, run_id: classroom.edit(queue.store, JUN, run_id, note="hello"),
        lambda queue, run_id: classroom.edit(queue.store, JUN, run_id, starred=True),
        lambda queue, run_id: classroom.delete(queue.store, JUN, run_id),
        lambda queue, run_id: classroom.prioritise(queue.store, JUN, run_id),
        lambda queue, run_id: classroom.pause_all(queue, JUN),
        lambda queue, run_id: classroom.resume_all(queue, JUN),
    ],
    ids=["stop", "resume", "rename", "note", "star", "delete", "prioritise", "pause_all", "resume_all"],
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


def test_names_belong_to_one_person_and_stand_beside_her_runs(queue):
    people = queue.store.people
    run_id = queue.submit(person=MINA, config=CONFIG)
    people.set_name("mina", "  Mina   Kim ")
    assert people.name("mina") == "Mina Kim"
    assert queue.store.get(run_id).owner_name == "Mina Kim"
    with pytest.raises(RunError, match="Somebody else is called mina kim"):
        people.set_name("jun", "mina kim")
    with pytest.raises(RunError):
        people.set_name("jun", "   ")
    assert people.name("jun") == ""


# ---- the lecturer -------------------------------------------------------------------------------------


def test_the_lecturer_pulls_a_run_forward(queue):
    first, second, third = (queue.submit(person=MINA, config=CONFIG.replace(seed=seed)) for seed in range(3))
    classroom.prioritise(queue.store, LECTURER, third)
    assert queue.store.waiting.order() == [third, first, second]


def test_pause_all_holds_everything_and_resume_all_lets_it_go_on():
    queue = TrainingQueue(RunStore())
    store = queue.store
    long = queue.submit(person=MINA, config=CONFIG.replace(epochs=1000))
    queue.start()
    try:
        wait_for(lambda: store.get(long).epochs >= 1)
        classroom.pause_all(queue, LECTURER)
        wait_for(lambda: store.get(long).status == "stopped")
        later = queue.submit(person=JUN, config=CONFIG)
        time.sleep(0.3)
        assert store.get(later).status == "queued"
        reached = store.get(long).epochs
        classroom.resume_all(queue, LECTURER)
        assert store.waiting.order()[:1] == [long] or store.get(long).status == "running"
        wait_for(lambda: store.get(long).epochs > reached)
        queue.stop(long)
        wait_for(lambda: store.get(later).status == "completed")
        assert list(store.history(long).epoch) == list(range(1, store.get(long).epochs + 1))
    finally:
        queue.close()


def test_the_passcode_lets_in_and_a_wrong_one_does_not():
    door = PasscodeGate("sneaker")
    for attempt in ("", "Sneaker", "sneaker ", "\udcff", "운동화"):
        with pytest.raises(RunError, match="not the passcode"):
            door.enter("mina", attempt, attempt)
    assert not door.is_lecturer("mina")
    door.enter("choi", "sneaker")
    assert door.is_lecturer("choi") and not door.is_lecturer("mina")
    door.leave("choi")
    assert not door.is_lecturer("choi")


def test_guessing_the_passcode_has_to_wait(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(classroom.time, "monotonic", lambda: now)
    door = PasscodeGate("sneaker")
    for attempt in range(classroom.TRIES):
        with pytest.raises(RunError, match="not the passcode"):
            door.enter("mina", f"guess {attempt}", "10.0.0.7")
    with pytest.raises(RunError, match="Too many wrong passcodes"):
        door.enter("mina", "sneaker", "10.0.0.7")
    door.enter("choi", "sneaker", "10.0.0.1")  # another place is not held up
    now += classroom.TRIES_SECONDS + 1
    door.enter("mina", "sneaker", "10.0.0.7")


def test_the_id_that_others_see_does_not_give_the_secret_away():
    secret = "s" * 43
    assert secret not in person_id(secret)
    assert person_id(secret) != person_id("t" * 43)


# ---- today's best -------------------------------------------------------------------------------------


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


# ---- on the pages -------------------------------------------------------------------------------------


def sentences(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.error, app.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_at_home_nobody_is_asked_for_anything():
    app = open_page("classroom")
    assert not app.exception
    assert "No passcode is set" in sentences(app)
    assert not [field.key for field in app.text_input if field.key in ("person_name", "lecturer_passcode")]
    assert app.button(key="pause_all")


def test_in_a_class_the_lecturers_tools_are_behind_the_passcode(monkeypatch, store):
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    app = open_page("classroom")
    assert not app.exception
    assert "pause_all" not in [button.key for button in app.button]
    enter = next(button for button in app.button if button.label == "Enter")
    app.text_input(key="lecturer_passcode").set_value("boot")
    enter.click().run()
    assert "not the passcode" in sentences(app)
    app.text_input(key="lecturer_passcode").set_value("sneaker")
    next(button for button in app.button if button.label == "Enter").click().run()
    app.button(key="pause_all").click().run()
    assert not app.exception
    assert store.waiting.is_paused()
    app.button(key="resume_all").click().run()
    assert not store.waiting.is_paused()
    app.button(key="lecturer_leave").click().run()
    assert "pause_all" not in [button.key for button in app.button]


def test_each_browser_of_a_class_starts_runs_of_its_own(monkeypatch, store):
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    store.waiting.set_paused(True)
    mina, jun = open_page(), open_page()
    mina.text_input(key="person_name").set_value("Mina").run()
    mina.button(key="first_run").click().run()
    (run,) = store.runs()
    assert not mina.exception
    assert run.owner_name == "Mina" and run.owner
    assert f"cancel_{run.run_id}" in [button.key for button in mina.button]
    jun.run()
    assert "Mina" in sentences(jun)
    buttons = [button.key for button in jun.button]
    assert f"cancel_{run.run_id}" not in buttons and f"stop_{run.run_id}" not in buttons


# What changes runs; the pages do it only through `classroom`, which asks whose run it is.
GUARDED = ("stop", "resume", "rename", "set_note", "set_starred", "delete", "prioritise", "set_paused")
GUARDED += ("create", "requeue", "request_stop", "refuse", "finish", "set_setting")


def test_pages_change_runs_only_through_the_rules_of_the_class():
    for path in [*(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in GUARDED:
                owner = ast.unparse(node.value).removesuffix("()").split(".")[-1]
                assert owner not in ("store", "queue", "waiting"), f"{path.name}:{node.lineno}"
    submitting = [
        ast.unparse(node)
        for path in [*(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("queue().submit", "services.queue().submit")
    ]
    assert len(submitting) == 1 and "current()" in submitting[0]


# ---- a real server ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def class_server(tmp_path_factory):
    """A dashboard with a passcode, whose line is held: its address and its store."""
    folder = tmp_path_factory.mktemp("class")
    store = RunStore(folder / "runs")
    store.waiting.set_paused(True)
    with running_server(store.path, folder / "data", folder / "log", FMNIST_PASSCODE="sneaker") as address:
        yield address, store


@pytest.mark.browser
def test_a_browser_keeps_its_name_and_its_runs_after_a_reload(class_server, page):
    address, store = class_server
    page.goto(address)
    name = page.get_by_role("textbox", name="Your name")
    name.fill("Mina")
    name.press("Enter")
    page.get_by_role("button", name="Train my first net").click()
    page.get_by_role("button", name="Cancel").wait_for()
    page.reload()
    page.get_by_role("button", name="Cancel").wait_for()
    assert name.input_value() == "Mina"
    (run,) = [run for run in store.runs() if run.owner_name == "Mina"]
    (cookie,) = [cookie for cookie in page.context.cookies() if cookie["name"] == "fmnist_person"]
    assert person_id(cookie["value"]) == run.owner
    assert cookie["sameSite"] == "Strict"
    assert cookie["value"] not in page.content()


def test_a_forged_message_does_not_touch_the_run_of_somebody_else(class_server):
    """What a browser would send if it had the button that it has not."""
    address, store = class_server

    async def forge() -> list[str]:
        log = Log()
        owner, stranger = Browser(address, log, 1), Browser(address, log, 2)
        query = "architecture=softmax-regression&epochs=1"
        await owner.open(query)
        await owner.click("start", "start_training")
        (key,) = [key for key in owner.ids if key.startswith("stop_")]
        await stranger.open(f"{query}&run={key.removeprefix('stop_')}")
        assert key not in stranger.ids
        for name in (key, key.replace("stop_", "cancel_")):
            stranger.ids[name] = owner.ids[name]
            await stranger.click("forge", name)
        after_forgery = store.get(key.removeprefix("stop_")).status
        await owner.click("stop", key)
        await owner.close()
        await stranger.close()
        return [after_forgery, store.get(key.removeprefix("stop_")).status]

    with ThreadPoolExecutor() as pool:  # playwright keeps this thread's event loop
        assert pool.submit(lambda: asyncio.run(forge())).result() == ["queued", "stopped"]
