"""Runs and studies as one file: taken to another folder, told apart from what is damaged or malicious."""

import io
import json
import random
import zipfile

import pytest
from helpers import KMNIST, epoch_result, started, train_here, write_small_set
from sameness import assert_same_training, same

from fmnist_core.__main__ import main
from fmnist_core.base.errors import CheckpointError, FmnistError, RunError
from fmnist_core.base.messages import Message
from fmnist_core.base.search import Range, Search
from fmnist_core.jobs import search as searches
from fmnist_core.jobs import study
from fmnist_core.results import statistics
from fmnist_core.runs import GIVEN_UP, RunStore, archive, checkpoints, is_given_up, stored_models

DAMAGES = 250


@pytest.fixture(autouse=True)
def small_kmnist():
    write_small_set()


@pytest.fixture
def packed(store) -> tuple[str, bytes]:
    """A study of four runs, and its file."""
    config = KMNIST.replace(epochs=2, validation_size=40, keep="best")
    configs = study.grid(config, {"learning_rate": [0.001, 0.01]}, seeds=2)
    study_id = store.studies.create("rates", configs)
    for run_id in store.studies.run_ids(study_id):
        assert train_here(store, run_id) == "completed"
    store.set_note(store.studies.run_ids(study_id)[0], "first")
    buffer = io.BytesIO()
    archive.write_archive(store, store.studies.run_ids(study_id), buffer, store.studies.get(study_id))
    return study_id, buffer.getvalue()


def take_in(store: RunStore, content: bytes) -> tuple[list[str], str]:
    return archive.read_archive(store, io.BytesIO(content), owner="mina", owner_name="Mina")


def test_a_study_is_the_same_in_another_folder(store, packed, tmp_path):
    study_id, content = packed
    other = RunStore(tmp_path / "other")
    run_ids, taken = take_in(other, content)
    assert other.studies.get(taken).name == "rates" and other.studies.run_ids(taken) == run_ids
    for before, after in zip(study.runs_of(store, study_id), study.runs_of(other, taken), strict=True):
        for name in ("name", "config", "status", "note", "test_accuracy", "best_epoch", "seconds", "color"):
            assert getattr(before, name) == getattr(after, name)
        assert after.owner == "mina" and after.created_at == before.created_at
        assert store.history(before.run_id).equals(other.history(after.run_id))
        assert (store.logits(before.run_id) == other.logits(after.run_id)).all()
        assert other.kept_epochs(after.run_id) == [1, 2]
        left, right = (
            checkpoints.load(found.checkpoint_path(run.run_id))[0]
            for found, run in ((store, before), (other, after))
        )
        assert same(left, right)
        assert stored_models.load_model(other, after.run_id).class_names
    means = [
        {group.name: group.accuracies for group in statistics.group_runs(found.runs())}
        for found in (store, other)
    ]
    assert means[0] == means[1]


def test_it_can_be_taken_in_twice_and_beside_its_own_runs(store, packed):
    study_id, content = packed
    first, second = take_in(store, content)[0], take_in(store, content)[0]
    assert len({*first, *second, *store.studies.run_ids(study_id)}) == 12 == len(store.runs())


def test_a_stopped_run_goes_on_where_it_was_taken_to(store, tmp_path):
    config = KMNIST.replace(epochs=4)
    whole, part = store.create(config), store.create(config)
    train_here(store, whole)
    seen: list[int] = []
    train_here(store, part, on_epoch=lambda result: seen.append(1), should_stop=lambda: len(seen) > 1)
    buffer, other = io.BytesIO(), RunStore(tmp_path / "other")
    archive.write_archive(store, [whole, part], buffer)
    (whole_there, part_there), study_id = archive.read_archive(other, buffer)
    assert study_id == "" and other.get(part_there).status == "stopped"
    other.requeue(part_there)
    assert train_here(other, part_there) == "completed"
    assert_same_training(other, whole_there, part_there)


def test_what_waits_trains_or_comes_along_is_not_packed(store):
    for run_id, why in ((store.create(KMNIST), "wait for its end"), (store.shipped.run.run_id, "in every")):
        with pytest.raises(RunError, match=f"cannot be taken along: .*{why}"):
            archive.write_archive(store, [run_id], io.BytesIO())


def test_what_a_search_gave_up_stays_given_up_where_it_is_taken_to(store, tmp_path):
    base = KMNIST.replace(epochs=6, validation_size=40)
    study_id = store.studies.create_search("rates", Search(base, {"learning_rate": Range(1e-4, 1e-1)}, 3))
    ends = [("stopped", Message(GIVEN_UP, better=4, others=5, epoch=2)), ("stopped", "")]
    for status, message in ends:
        run_id = searches.next_trial(store, study_id)
        store.start(run_id, "worker")
        for epoch in (1, 2):
            store.add_epoch(run_id, epoch_result(epoch, 0.8))
        store.finish(run_id, status, message)
    buffer, other = io.BytesIO(), RunStore(tmp_path / "other")
    archive.write_archive(store, store.studies.run_ids(study_id), buffer, store.studies.get(study_id))
    runs = study.runs_of(other, take_in(other, buffer.getvalue())[1])
    assert [(run.status, run.message) for run in runs] == ends
    assert [is_given_up(run) for run in runs] == [True, False]
    assert searches.unfinished(runs) == runs[1:]


def test_a_file_of_an_earlier_version_does_not_say_how_many_trials_were_better(store):
    run_id = store.create(KMNIST)
    store.start(run_id, "worker")
    store.add_epoch(run_id, epoch_result(1, 0.8))
    store.finish(run_id, "stopped", Message(GIVEN_UP, better=4, others=5, epoch=1))
    buffer = io.BytesIO()
    archive.write_archive(store, [run_id], buffer)

    def forget(manifest, entries) -> None:
        for name in ("better", "others"):
            del manifest["runs"][run_id]["row"][name]

    def lie(manifest, entries) -> None:
        manifest["runs"][run_id]["row"]["better"] = "many"

    ((again,), _) = archive.read_archive(store, io.BytesIO(changed(buffer.getvalue(), forget)))
    assert is_given_up(store.get(again)) and "4 of 5" not in store.get(again).message
    with pytest.raises(RunError, match="the value better of"):
        archive.read_archive(store, io.BytesIO(changed(buffer.getvalue(), lie)))


# ---- what is no such file -----------------------------------------------------------------------------


def changed(content: bytes, change) -> bytes:
    """The file with another manifest, or with other entries."""
    with zipfile.ZipFile(io.BytesIO(content)) as before:
        entries = {name: before.read(name) for name in before.namelist()}
    manifest = json.loads(entries.pop(archive.MANIFEST))
    change(manifest, entries)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        for name, value in entries.items():
            after.writestr(name, value)
        after.writestr(archive.MANIFEST, json.dumps(manifest))
    return buffer.getvalue()


def first(manifest: dict) -> dict:
    return next(iter(manifest["runs"].values()))


CHANGES = {
    "another format": lambda manifest, entries: manifest.update(format="fmnist-runs-9"),
    "no runs": lambda manifest, entries: manifest.update(runs={}),
    "runs as a list": lambda manifest, entries: manifest.update(runs=[1]),
    "a path out": lambda manifest, entries: entries.update({"../evil.txt": b"x"}),
    "a file more": lambda manifest, entries: entries.update({"aaaaaaaa/run.py": b"x"}),
    "a file less": lambda manifest, entries: entries.popitem(),
    "other bytes": lambda manifest, entries: entries.update({next(iter(entries)): b"x"}),
    "an id that is a path": lambda manifest, entries: manifest["runs"].update({"../../x": first(manifest)}),
    "an unknown setting": lambda manifest, entries: first(manifest)["config"].update(exec="rm"),
    "a setting out of range": lambda manifest, entries: first(manifest)["config"].update(epochs=-1),
    "an accuracy of 2": lambda manifest, entries: first(manifest)["row"].update(test_accuracy=2),
    "epochs in words": lambda manifest, entries: first(manifest)["row"].update(epochs="two"),
    "more epochs than planned": lambda manifest, entries: first(manifest)["row"].update(epochs=99),
    "a precision of its own": lambda manifest, entries: first(manifest)["row"].update(precision="foo"),
    "an end beyond all calendars": lambda manifest, entries: first(manifest)["row"].update(finished_at=1e300),
    "a beginning before all": lambda manifest, entries: first(manifest)["row"].update(created_at=-1),
    "a status of its own": lambda manifest, entries: first(manifest)["row"].update(status="running"),
    "a script as colour": lambda manifest, entries: first(manifest)["row"].update(color="red;}<script>"),
    "a name too long": lambda manifest, entries: first(manifest)["row"].update(name="x" * 999),
    "a curve with a hole": lambda manifest, entries: first(manifest)["history"].pop(0),
    "a curve of words": lambda manifest, entries: first(manifest)["history"][0].__setitem__(1, "low"),
    "no row": lambda manifest, entries: first(manifest).pop("row"),
    "another net's checkpoint": lambda manifest, entries: first(manifest)["config"].update(seed=99),
    "a study without end": lambda manifest, entries: manifest.update(study="x" * 999),
    "a study of numbers": lambda manifest, entries: manifest.update(study=7),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_somebody_has_changed_is_refused_as_a_whole(packed, tmp_path, change):
    other = RunStore(tmp_path / "other")
    with pytest.raises(RunError, match="no archive of runs that can be read"):
        take_in(other, changed(packed[1], change))
    assert other.runs() == [] and other.studies.all() == []
    assert not [path for path in other.path.iterdir() if path.is_dir() and path.name != "workers"]


def test_a_note_or_an_epoch_that_no_run_can_have_is_refused_and_the_longest_note_is_not(store, tmp_path):
    run_id = started(store)
    for epoch in (1, 2):
        store.add_epoch(run_id, epoch_result(epoch, 0.8))
    store.finish(run_id, "completed")
    buffer = io.BytesIO()
    archive.write_archive(store, [run_id], buffer)
    other = RunStore(tmp_path / "other")
    for change in (
        lambda manifest, entries: first(manifest)["row"].update(note="x" * 2001),
        lambda manifest, entries: first(manifest)["row"].update(note=7),
        lambda manifest, entries: first(manifest)["history"][1].pop(),
        lambda manifest, entries: first(manifest)["history"][1].__setitem__(0, 1),
    ):
        with pytest.raises(RunError, match="no archive of runs that can be read"):
            take_in(other, changed(buffer.getvalue(), change))
    longest = changed(buffer.getvalue(), lambda manifest, _: first(manifest)["row"].update(note="x" * 2000))
    (taken,), _ = take_in(other, longest)
    assert len(other.get(taken).note) == 2000 and list(other.history(taken).epoch) == [1, 2]


def test_a_file_that_unpacks_to_far_more_is_not_unpacked(packed, tmp_path):
    def bomb(manifest: dict, entries: dict) -> None:
        name = next(iter(manifest["runs"])) + "/progress.jsonl"
        entries[name] = b"0" * 30_000_000

    with pytest.raises(RunError, match="too large"):
        take_in(RunStore(tmp_path / "other"), changed(packed[1], bomb))


def test_random_damage_is_a_sentence_or_does_no_harm(packed, tmp_path):
    """Cut off, bits turned, pieces doubled or overwritten: refused, or (a zip has slack) the same runs."""
    content, generator = packed[1], random.Random(43052)
    other, refused = RunStore(tmp_path / "other"), 0
    for _ in range(DAMAGES):
        damaged = bytearray(content)
        place = generator.randrange(len(damaged))
        kind = generator.randrange(4)
        if kind == 0:
            del damaged[place:]
        elif kind == 1:
            damaged[place] ^= 1 << generator.randrange(8)
        elif kind == 2:
            damaged[place : place + 40] = generator.randbytes(40)
        else:
            damaged[place:place] = damaged[place : place + generator.randrange(1, 400)]
        before = len(other.runs())
        try:
            run_ids, _ = take_in(other, bytes(damaged))
            assert [other.get(run_id).test_accuracy for run_id in run_ids]
        except FmnistError as error:
            refused += 1
            assert "no archive of runs" in str(error)
            assert len(other.runs()) == before
    assert refused > 0.9 * DAMAGES


# ---- the commands -------------------------------------------------------------------------------------


def test_the_commands_pack_and_unpack(packed, store, tmp_path, capsys, monkeypatch):
    study_id, file = packed[0], tmp_path / f"rates{archive.ENDING}"
    assert main(["pack", study_id, "--output", str(file)]) == 0
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(tmp_path / "there"))
    capsys.readouterr()
    assert main(["unpack", str(file), "--json"]) == 0
    taken = json.loads(capsys.readouterr().out)
    assert len(taken["runs"]) == 4 and RunStore().studies.get(taken["study"]).name == "rates"
    assert taken["copies"] == []
    assert main(["unpack", str(file)]) == 0
    assert capsys.readouterr().out.count("which was here already: this is a copy") == 4
    assert main(["pack", "nothing", "--output", str(file)]) == 2
    assert main(["unpack", str(tmp_path / "missing")]) == 2
    (tmp_path / "words").write_text("no zip")
    assert main(["unpack", str(tmp_path / "words")]) == 2
    assert "There is no run 'nothing'" in capsys.readouterr().err


def test_a_file_of_one_study_alone_has_its_name_and_each_run_is_in_it_once(packed, store, tmp_path):
    study_id, _ = packed
    first, *_ = store.studies.run_ids(study_id)
    for ids, count, name in (([study_id], 4, "rates"), ([study_id, first], 4, ""), ([first, first], 1, "")):
        assert archive.pack(store, ids, tmp_path / "runs.zip") == count
        with zipfile.ZipFile(tmp_path / "runs.zip") as opened:
            manifest = json.loads(opened.read(archive.MANIFEST))
        assert manifest["study"] == name and list(manifest["runs"])[:1] == [first]
        assert len(manifest["runs"]) == count


def test_a_run_whose_weights_are_damaged_is_not_packed(store, packed, tmp_path):
    study_id, _ = packed
    run_id = store.studies.run_ids(study_id)[1]
    store.checkpoint_path(run_id).write_bytes(b"garbage")
    with pytest.raises(CheckpointError, match=f"{run_id}.* is damaged"):
        archive.pack(store, [study_id], tmp_path / "all.zip")
    assert not (tmp_path / "all.zip").exists()
