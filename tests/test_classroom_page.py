"""The Classroom page and the other pages of a class: without a browser, in Chromium, with forged messages."""

import ast
import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from browser_sessions import Browser, Log
from helpers import ROOT, address_of, complete, epoch_result, leave_for, open_page
from playwright.sync_api import expect
from servers import forked_server
from streamlit.testing.v1 import AppTest
from windows import arrive

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import limits
from fmnist_core.jobs.people import person_id
from fmnist_core.runs import RunStore

CONFIG = TrainConfig(architecture="softmax-regression", epochs=1, train_size=500)


def sentences(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.error, app.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_at_home_nobody_is_asked_for_anything():
    app = open_page("classroom")
    assert not app.exception
    assert "No passcode is set" in sentences(app)
    assert not [field.key for field in app.text_input if field.key in ("person_name", "lecturer_passcode")]
    assert app.button(key="pause_all")


def board(app: AppTest) -> str:
    (table,) = [html.value for html in app.get("html") if '<table class="board">' in html.value]
    return table


def test_the_board_opens_on_what_the_class_trains_on_most_and_remembers_another_choice(
    monkeypatch, store, held
):
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    for number, (dataset, accuracy) in enumerate((("fashion-mnist", 0.8), ("mnist", 0.95), ("mnist", 0.9))):
        owner = f"person {number}"
        run_id = store.create(CONFIG.replace(dataset=dataset), owner=owner, owner_name=f"<b>{owner}</b>")
        complete(store, run_id, accuracy)
    app = open_page("classroom")
    assert app.selectbox(key="leaderboard_dataset").value == "mnist"
    said = board(app)
    assert (
        said.count("<tr") == 3
        and said.index("95.00\u00a0%") < said.index("90.00\u00a0%")
        and "80.00\u00a0%" not in said
    )
    assert "&lt;b&gt;person 1&lt;/b&gt;" in said and "88.8\u00a0% – 97.8\u00a0%" in said  # 95 of 100
    app.selectbox(key="leaderboard_dataset").set_value("fashion-mnist").run()
    leave_for(app, "data")
    leave_for(app, "classroom")
    assert not app.exception
    assert app.selectbox(key="leaderboard_dataset").value == "fashion-mnist" and "80.00\u00a0%" in board(app)


def test_the_boards_data_set_stands_in_the_address(store, held):
    for dataset, accuracy in (("fashion-mnist", 0.8), ("mnist", 0.95)):
        complete(store, store.create(CONFIG.replace(dataset=dataset)), accuracy)
    store.create(CONFIG.replace(dataset="mnist"))
    app = open_page("classroom")
    assert app.selectbox(key="leaderboard_dataset").value == "mnist" and "dataset" not in address_of(app)
    app.selectbox(key="leaderboard_dataset").set_value("fashion-mnist").run()
    assert address_of(app)["dataset"] == "fashion-mnist"
    again = open_page("classroom", **address_of(app))  # as after a reload
    assert again.selectbox(key="leaderboard_dataset").value == "fashion-mnist" and "80.00\u00a0%" in board(
        again
    )
    early = open_page("classroom", dataset="kmnist")  # before anybody has trained on it
    assert early.selectbox(key="leaderboard_dataset").value == "kmnist" and "Be the first" in sentences(early)
    wrong = open_page("classroom", dataset="nothing")
    assert wrong.selectbox(key="leaderboard_dataset").value == "mnist"
    assert "dataset=nothing" in wrong.warning[0].value


def test_the_lecturer_sets_the_limits_and_a_student_is_told_both_figures(monkeypatch, store, held):
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    student = open_page("classroom")
    assert "limit_images" not in [field.key for field in student.number_input]
    lecturer = open_page("classroom")
    lecturer.text_input(key="lecturer_passcode").set_value("sneaker")
    next(button for button in lecturer.button if button.label == "Enter").click().run()
    assert lecturer.number_input(key="limit_images").value == limits.MILLION_IMAGES
    lecturer.number_input(key="limit_images").set_value(2).run()
    lecturer.number_input(key="limit_megabytes").set_value(7).run()
    assert not lecturer.exception
    assert (limits.million_images(store), limits.megabytes(store)) == (2, 7)
    form = open_page("train", architecture="mlp-32", epochs="34")
    form.button(key="start_training").click().run()
    assert "34 epochs of 60,000 images are 2,040,000; in this class a run may look at 2,000,000" in sentences(
        form
    )
    assert store.runs() == []


def test_at_home_nobody_sees_limits():
    assert "limit_images" not in [field.key for field in open_page("classroom").number_input]


def test_everybody_sees_who_waits_and_only_the_lecturer_can_change_it(monkeypatch, store, held):
    for name in ("Mina", "Jun"):
        store.create(CONFIG, owner=name, owner_name=name)
    at_home = open_page("classroom")
    assert len([b for b in at_home.button if str(b.key).startswith("lecturer_stop_")]) == 2
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    app = open_page("classroom")
    (waiting,) = [text.value for text in app.markdown if "Mina" in text.value]
    assert waiting.index("**Mina**") < waiting.index("place 1,") < waiting.index("**Jun**")
    assert not [b.key for b in app.button if str(b.key).startswith(("lecturer_stop_", "first_"))]


def test_who_has_a_curve_in_the_room_but_no_place_on_the_board_has_its_colour_in_the_line(store, held):
    waiting, training, _ = (
        store.create(CONFIG.replace(seed=seed), owner=name, owner_name=name)
        for seed, name in enumerate(("Mina", "Jun", "Amy"))
    )
    store.start(training, store.workers.open())
    for run_id in (waiting, training):
        store.add_epoch(run_id, epoch_result(1))
    app = open_page("classroom", view="room")
    (line,) = [html.value for html in app.get("html") if 'class="room-line"' in html.value]
    said = {
        name: row for row in line.split("<div ") for name in ("Mina", "Jun", "Amy") if f"<b>{name}</b>" in row
    }
    for run_id, name in ((waiting, "Mina"), (training, "Jun")):
        assert f'<i style="background: {store.get(run_id).color}">' in said[name]
    assert "<i " not in said["Amy"]  # who has no curve yet


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


@pytest.mark.parametrize(
    ("lang", "whose", "held"),
    [
        ("en", "Run of Mina", "Waiting, held by the lecturer"),
        ("ko", "Mina의 실험", "대기 중 (교수자가 일시정지함)"),
    ],
)
def test_somebody_elses_run_is_called_theirs_and_its_headline_says_who_holds_it(
    monkeypatch, store, lang, whose, held
):
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    store.waiting.set_paused(True)
    run_id = store.create(CONFIG, owner="mina", owner_name="Mina")
    app = open_page(run=run_id, lang=lang)
    assert [text.value for text in app.caption if "Mina" in text.value] == [whose] * 2  # pane, page
    assert held in [text.value for text in app.markdown]
    store.add_epoch(run_id, epoch_result(1, test_accuracy=0.625))  # it had begun, and waits again
    app.run()
    (said,) = [text.value for text in app.markdown if "62.5" in text.value]
    assert said.endswith(f" · {held}")


# What changes runs; the pages do it only through `classroom`, which asks whose run it is.
GUARDED = ("stop", "resume", "rename", "set_note", "set_starred", "delete", "prioritise", "set_paused")
GUARDED += ("set_color", "create", "requeue", "request_stop", "refuse", "finish", "keep")


def test_pages_change_runs_only_through_the_rules_of_the_class():
    for path in [*(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in GUARDED:
                owner = ast.unparse(node.value).removesuffix("()").split(".")[-1]
                assert owner not in ("store", "queue", "waiting", "settings"), f"{path.name}:{node.lineno}"
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
    with forked_server(store.path, folder / "data", folder / "log", FMNIST_PASSCODE="sneaker") as address:
        yield address, store


@pytest.mark.browser
def test_a_browser_keeps_its_name_and_its_runs_after_a_reload(class_server, page):
    address, store = class_server
    arrive(page, address)
    name = page.get_by_role("textbox", name="Your name")
    name.fill("Mina")
    name.press("Enter")
    page.get_by_role("button", name="Train my first net").click()
    page.get_by_role("button", name="Cancel").wait_for()
    page.reload()
    page.get_by_role("button", name="Cancel").wait_for()
    expect(name).to_have_value("Mina")
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
