"""The run that comes with the project: every runs folder shows it, and nobody can change it."""

import io
import json
import logging
import os
import shutil

import pandas as pd
import pytest
from helpers import CLOTHES, epoch_result, open_page
from photo_runs import RECORD, SHIPPED_ID, encoded, shirt_on_a_floor, trained_run

from fmnist_core import __main__ as command_line
from fmnist_core import photos
from fmnist_core.base.errors import RunError
from fmnist_core.base.recipes import run_name
from fmnist_core.jobs import TrainingQueue, classroom
from fmnist_core.jobs.people import SINGLE_USER, Person
from fmnist_core.photos import familiarity
from fmnist_core.photos.shipping import write_shipped_run
from fmnist_core.results import export
from fmnist_core.runs import RunStore, shipped, stored_models


def texts(app) -> str:
    elements = (*app.markdown, *app.info, *app.warning, *app.error, *app.success, *app.caption)
    return "\n".join(element.value for element in elements).replace("\\", "")


# ---- every runs folder shows it -----------------------------------------------------------------


def test_an_old_folder_and_a_new_one_show_it_and_nothing_of_it_lies_there(made, model_folder, tmp_path):
    old = RunStore(tmp_path / "old")
    mine = old.create(CLOTHES, name="mine")
    for store in (old, RunStore(tmp_path / "new"), RunStore(tmp_path / "old")):
        run = store.get(SHIPPED_ID)
        assert (run.name, run.status, run.comes_with_project) == ("Photo model", "completed", True)
        assert (run.owner, run.owner_name, run.note, run.starred) == ("", "", "", False)
        assert store.folder(SHIPPED_ID) == model_folder and not (store.path / SHIPPED_ID).exists()
        with store.database.read() as db:
            assert not db.execute("SELECT 1 FROM runs WHERE run_id = ?", (SHIPPED_ID,)).fetchone()
    assert [run.run_id for run in old.runs(shipped=True)] == [SHIPPED_ID, mine]
    assert old.runs(("queued",), shipped=True) == [old.get(mine)]
    table = old.table(shipped=True)
    assert table.run_id.tolist() == [mine, SHIPPED_ID]
    assert table.comes_with_project.tolist() == [False, True]
    row = table.set_index("run_id").loc[SHIPPED_ID]
    assert (row.dataset, row.epochs, row.planned_epochs) == ("fashion-mnist", 2, 2)


def test_the_runs_of_people_are_counted_without_it(model_folder, store):
    assert store.runs() == [] and store.table().empty
    colors = [store.get(store.create(CLOTHES)).color for _ in range(2)]
    assert len(store.runs()) == len(store.table()) == 2
    assert store.get(SHIPPED_ID).color not in colors


def test_another_model_takes_its_place_and_nothing_is_left_of_the_first(
    made, model_folder, store, tmp_path, monkeypatch
):
    store.create(CLOTHES)
    trained, run_id, _ = made
    write_shipped_run(trained, run_id, "a0photo2", "Better model", RECORD, tmp_path / "newer")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "newer")
    again = RunStore(store.path)
    assert [run.name for run in again.runs(shipped=True)] == ["Better model", run_name(CLOTHES)]
    with pytest.raises(RunError, match="There is no run"):
        again.get(SHIPPED_ID)


def test_without_its_files_all_is_as_if_there_had_never_been_one(nothing_shipped, store):
    assert store.shipped is None and shipped.shipped_problem() == ""
    assert store.runs(shipped=True) == [] and store.table(shipped=True).empty
    with pytest.raises(RunError, match="There is no trained model for garments yet"):
        stored_models.default_run(store)


# ---- nobody can change it -----------------------------------------------------------------------

UNCHANGEABLE = "Photo model comes with the project and cannot be deleted or changed"


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.delete(SHIPPED_ID),
        lambda store: store.rename(SHIPPED_ID, "mine"),
        lambda store: store.set_note(SHIPPED_ID, "a note"),
        lambda store: store.set_starred(SHIPPED_ID, True),
        lambda store: store.requeue(SHIPPED_ID),
        lambda store: store.request_stop(SHIPPED_ID),
        lambda store: store.add_epoch(SHIPPED_ID, epoch_result(3)),
        lambda store: TrainingQueue(store).stop(SHIPPED_ID),
        lambda store: TrainingQueue(store).resume(SHIPPED_ID),
        lambda store: classroom.delete(store, SINGLE_USER, SHIPPED_ID),
        lambda store: classroom.edit(store, SINGLE_USER, SHIPPED_ID, name="mine"),
        lambda store: classroom.stop(TrainingQueue(store), SINGLE_USER, SHIPPED_ID),
        lambda store: classroom.resume(TrainingQueue(store), Person("", "", False), SHIPPED_ID),
    ],
)
def test_it_can_not_be_deleted_renamed_starred_stopped_or_resumed(model_folder, store, change):
    with pytest.raises(RunError, match=UNCHANGEABLE):
        change(store)
    assert store.get(SHIPPED_ID).name == "Photo model"


def test_pages_offer_nobody_to_change_it(model_folder, store):
    assert SINGLE_USER.is_lecturer and not classroom.may_change(SINGLE_USER, store.get(SHIPPED_ID))


def test_the_command_line_does_not_resume_it_and_says_so_before_it_loads_any_data(
    model_folder, capsys, monkeypatch
):
    monkeypatch.setattr(command_line, "_check", None)
    assert command_line.main(["train", "--resume", SHIPPED_ID]) == 2
    assert UNCHANGEABLE in capsys.readouterr().err


def test_it_is_nobodys_best_run_of_today(model_folder, store):
    board = classroom.leaderboard(store, store.get(SHIPPED_ID).config.dataset, since=0.0)
    assert board.empty


# ---- what it is good for ------------------------------------------------------------------------


def test_photos_are_answered_by_it_unless_another_run_is_chosen(model_folder, store):
    other = trained_run(store, "newer", recipe="photo", epochs=1)
    assert stored_models.default_run(store).run_id == SHIPPED_ID != other
    answer = photos.read(encoded(shirt_on_a_floor()), stored_models.load_model(store, SHIPPED_ID))
    assert 0 < answer.in_distribution_score < 1


def test_the_command_line_lists_it_last_and_says_what_it_is(model_folder, store, capsys):
    store.create(CLOTHES, name="mine")
    command_line.main(["runs"])
    out = capsys.readouterr()
    assert "Photo model (comes with the project)" in out.out.splitlines()[-1] and out.err == ""
    command_line.main(["runs", "--json"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["name"] for row in rows] == ["mine", "Photo model"]
    assert [row["comes_with_project"] for row in rows] == [False, True]
    command_line.main(["runs", "--csv"])
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert table.comes_with_project.tolist() == [False, True]


def test_in_a_new_folder_the_command_line_lists_it_and_says_that_there_are_no_runs_yet(model_folder, capsys):
    command_line.main(["runs"])
    out = capsys.readouterr()
    assert SHIPPED_ID in out.out and "Nothing else has been trained here yet" in out.err


def test_what_it_finds_familiar_is_read_whatever_dates_the_files_have(made, store, tmp_path, monkeypatch):
    folder = shutil.copytree(made[2], tmp_path / "cloned")
    os.utime(
        folder / familiarity.STORED.name, (1, 1)
    )  # older than the checkpoint: a run's would be made again
    content = (folder / familiarity.STORED.name).read_bytes()
    monkeypatch.setattr(shipped, "FOLDER", folder)
    monkeypatch.setattr(familiarity, "learn_familiarity", None)
    assert 0 < familiarity.for_run(stored_models.load_model(store, SHIPPED_ID)).threshold < 1
    assert (folder / familiarity.STORED.name).read_bytes() == content


@pytest.mark.parametrize("format", ["pytorch", "torchscript", "onnx", "report"])
def test_it_is_exported_like_any_run(model_folder, store, format):
    assert len(export.export_bytes(store, SHIPPED_ID, format)) > 1000


# ---- damaged files ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["checkpoint.safetensors", "familiarity.npz", "run.json", "record.json"])
def test_a_damaged_file_of_it_is_a_sentence_and_everything_else_works(
    made, store, tmp_path, monkeypatch, caplog, name
):
    folder = shutil.copytree(made[2], tmp_path / "damaged")
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    monkeypatch.setattr(shipped, "FOLDER", folder)
    shipped.forget_shipped()  # the folder of the test before may have had this name
    with caplog.at_level(logging.WARNING):
        assert store.runs(shipped=True) == []
    sentence = f"The file {name} of the photo model that comes with the project is damaged. Install"
    assert sentence in shipped.shipped_problem() and sentence in caplog.text
    with pytest.raises(RunError, match=sentence):
        stored_models.default_run(store)
    mine = trained_run(store, "mine", epochs=1)
    assert stored_models.default_run(store).run_id == mine
    app = open_page("photo")
    assert not app.exception and sentence in texts(app)


def test_a_missing_file_is_a_damaged_one(made, store, tmp_path, monkeypatch):
    for name in ("checkpoint.safetensors", "SHA256SUMS"):
        folder = shutil.copytree(made[2], tmp_path / f"without {name}")
        (folder / name).unlink()
        monkeypatch.setattr(shipped, "FOLDER", folder)
        assert f"The file {name} of the photo model" in shipped.shipped_problem()


def test_what_another_version_found_familiar_is_a_sentence_and_not_computed_again(
    made, store, tmp_path, monkeypatch
):
    folder = shutil.copytree(made[2], tmp_path / "other")
    (folder / familiarity.STORED.name).unlink()
    sums = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in sums if "familiarity" not in line))
    monkeypatch.setattr(shipped, "FOLDER", folder)
    with pytest.raises(RunError, match="another version of this project made it"):
        familiarity.for_run(stored_models.load_model(store, SHIPPED_ID))
    assert not (folder / familiarity.STORED.name).exists()


# ---- on the pages -------------------------------------------------------------------------------


def test_the_first_visit_to_train_is_still_an_invitation(model_folder):
    app = open_page("train", run=SHIPPED_ID)
    assert not app.exception
    assert "Teach a net" in texts(app)
    assert not [box for box in app.selectbox if box.key == "train_other"]


def test_compare_invites_and_shows_it_marked_without_a_way_to_change_it(model_folder):
    app = open_page("compare", run=SHIPPED_ID)
    assert not app.exception
    assert "Nobody has trained a net here yet" in texts(app)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["name"], row["status"]) == ("Photo model", "comes with the project")
    keys = {button.key for button in app.button}
    assert not keys & {f"edit_{SHIPPED_ID}", f"again_{SHIPPED_ID}"}
    assert app.button(key="compare_delete").disabled


@pytest.mark.parametrize("view", ["images", "matrix", "calibration", "beside", "travel", "detective"])
def test_predictions_show_its_answers_and_still_invite(model_folder, view):
    app = open_page("predictions", view=view)
    assert not app.exception and not app.error
    assert "No net has been trained and tested here yet" in texts(app)
    assert app.selectbox(key="predictions_run").options == ["Photo model · comes with the project"]
    assert "test images are named correctly" in texts(app)


def test_somebodys_own_run_stands_before_it_and_ends_the_invitation(model_folder, store):
    mine = trained_run(store, "mine", epochs=1)
    app = open_page("predictions")
    assert app.selectbox(key="predictions_run").value == mine
    assert "trained and tested here yet" not in texts(app)


@pytest.mark.parametrize("page", ["compare", "predictions", "photo", "guess", "inside", "train"])
def test_its_name_is_korean_on_every_korean_page(model_folder, page):
    app = open_page(page, lang="ko", **({"run": SHIPPED_ID} if page in ("compare", "train") else {}))
    tables = [str(table.value.to_dict()) for table in app.dataframe]
    options = [option for box in (*app.selectbox, *app.multiselect) for option in box.options]
    said = " ".join([texts(app), *tables, *options])
    assert not app.exception and "Photo model" not in said
    assert page == "train" or "사진 모델" in said


@pytest.mark.parametrize("page", ["guess", "inside", "ladder", "classroom"])
def test_other_pages_open_with_nothing_but_it(model_folder, page):
    app = open_page(page)
    assert not app.exception and not app.error


def test_one_can_play_against_it_at_once(model_folder):
    app = open_page("guess")
    assert app.multiselect[0].options == ["Photo model · comes with the project"]


def test_the_photo_page_says_what_it_has_seen_in_the_records_words(model_folder, store):
    other = trained_run(store, "other", epochs=1)
    app = open_page("photo")
    said = "It has learned from Fashion-MNIST and 3,068 real photos of clothes (CC0)."
    assert app.selectbox(key="photo_run").value == SHIPPED_ID and said in texts(app)
    app.selectbox(key="photo_run").set_value(other).run()
    assert not app.exception and said not in texts(app)
    korean = open_page("photo", lang="ko")
    assert "실제 옷 사진 3,068장(CC0)으로 학습했습니다" in texts(korean)


def test_without_photos_in_its_record_the_photo_page_speaks_of_the_data_set_alone(
    made, tmp_path, monkeypatch
):
    trained, run_id, _ = made
    write_shipped_run(trained, run_id, SHIPPED_ID, "x", RECORD | {"photos": None}, tmp_path / "model")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "model")
    assert "It has learned from Fashion-MNIST." in texts(open_page("photo"))


def test_without_any_run_the_photo_page_invites_to_train_one(nothing_shipped):
    app = open_page("photo")
    assert not app.exception
    assert "There is no trained net yet" in texts(app)
