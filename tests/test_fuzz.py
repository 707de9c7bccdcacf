"""Whatever comes in, only our own errors come out, and nothing hangs."""

import contextlib
import dataclasses
import io
import json
import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fmnist_core.__main__ import main
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import CheckpointError, DataError, DesignError, FmnistError, RunError
from fmnist_core.data import idx
from fmnist_core.jobs import classroom
from fmnist_core.nets import designs
from fmnist_core.runs import RunStore, checkpoints

quick = settings(max_examples=60, deadline=5000, suppress_health_check=list(HealthCheck))

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["adam", "none", "shift+flip", "cpu", "cuda:99", "mps", "auto", "kmnist", "cnn"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
names = st.sampled_from([field.name for field in dataclasses.fields(TrainConfig)])


@quick
@given(st.dictionaries(names, anything, max_size=4))
def test_a_config_is_valid_and_survives_json_or_is_refused(values):
    try:
        config = TrainConfig(**values)
    except FmnistError as error:
        assert str(error)
        return
    assert TrainConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert 1 <= config.epochs <= 1000 and math.isfinite(config.learning_rate)


@quick
@given(st.dictionaries(st.text(max_size=12), anything, max_size=3))
def test_unknown_settings_are_refused_by_name(values):
    known = {field.name for field in dataclasses.fields(TrainConfig)}
    if set(values) <= known:
        return
    with pytest.raises(FmnistError, match="Unknown setting"):
        TrainConfig.from_dict(values)


@pytest.fixture(scope="module")
def one_store(tmp_path_factory):
    return RunStore(tmp_path_factory.mktemp("fuzz") / "runs")


texts = st.text(max_size=120)


@quick
@given(name=texts, note=st.text(max_size=2100), owner=texts, run_id=texts)
def test_the_store_keeps_any_text_as_it_is_or_refuses_it(one_store, name, note, owner, run_id):
    mine = one_store.create(TrainConfig(), owner=owner.replace("\ud800", ""), owner_name=name)
    try:
        one_store.rename(mine, name)
        assert 0 < len(one_store.get(mine).name) <= 80
        assert one_store.get(mine).name.isprintable()
    except RunError:
        pass
    with contextlib.suppress(RunError):
        one_store.set_note(mine, note)
        assert one_store.get(mine).note == note
    with contextlib.suppress(RunError):
        one_store.people.set_name(mine, name)
    if run_id != mine:
        with pytest.raises(RunError):
            one_store.get(run_id)
        with pytest.raises(RunError):
            one_store.delete(run_id)
        with contextlib.suppress(RunError):
            assert one_store.folder(run_id).parent == one_store.path
    one_store.delete(mine)
    assert len(one_store.table()) == 0


@quick
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["create", "take", "finish", "stop", "requeue", "first", "delete"]),
            st.integers(0, 5),
            st.sampled_from("abc"),
        ),
        max_size=25,
    )
)
def test_whatever_people_do_no_run_is_lost_doubled_or_stuck(one_store, steps):
    store, ids = one_store, []
    for action, number, owner in steps:
        run_id = ids[number % len(ids)] if ids else "none"
        with contextlib.suppress(RunError):
            if action == "create":
                ids.append(store.create(TrainConfig(), owner=owner, limit=3))
            elif action == "take":
                store.waiting.take("worker", ("auto",))
            elif action == "finish":
                store.finish(run_id, "completed" if number % 2 else "failed")
            elif action == "stop":
                store.request_stop(run_id)
            elif action == "requeue":
                store.requeue(run_id, limit=3)
            elif action == "first":
                store.waiting.prioritise(run_id)
            elif action == "delete":
                store.delete(run_id)
                ids.remove(run_id)
    table = store.table()
    assert sorted(table.run_id) == sorted(ids)
    queued = table[table.status == "queued"]
    assert sorted(store.waiting.order()) == sorted(queued.run_id)
    assert queued.groupby("owner").size().max() <= 3 if len(queued) else True
    for run_id in ids:
        store.finish(run_id, "failed")
        store.delete(run_id)


@quick
@given(st.binary(max_size=200), st.integers(0, 40), st.integers(0, 255))
def test_the_idx_reader_reads_or_refuses_any_bytes(noise, position, value):
    with tempfile.TemporaryDirectory() as folder:
        good = bytearray(b"\0\0\x08\x03\0\0\0\x01\0\0\0\x1c\0\0\0\x1c" + bytes(784))
        good[position] = value
        for content in (noise, bytes(good), bytes(good) + noise, bytes(good)[:-1]):
            path = Path(folder) / "train-images-idx3-ubyte"
            path.write_bytes(content)
            try:
                _, images = idx.read_file(path.parent, path.name)
            except DataError as error:
                assert path.name in str(error)
            else:
                assert images.dtype == np.uint8 and images.shape[1:] == (28, 28)


@quick
@given(st.binary(max_size=300))
def test_a_checkpoint_of_any_bytes_is_refused(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint.safetensors"
        path.write_bytes(content)
        with pytest.raises(CheckpointError):
            checkpoints.load(path)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
layers = st.lists(
    st.fixed_dictionaries(
        {"kind": st.sampled_from([*designs.KINDS, "quantum"])},
        optional={
            "nodes": anything,
            "channels": anything,
            "kernel": anything,
            "stride": anything,
            "padding": anything,
            "rate": anything,
            "size": anything,
        },
    ),
    max_size=6,
)


@quick
@given(st.one_of(layers, json_values))
def test_a_design_of_anything_is_a_net_or_a_sentence(value):
    with contextlib.suppress(DesignError):
        design = designs.Design("fuzz", value)
        rows, problem = designs.describe(design)
        assert problem is not None or rows


words = st.one_of(
    st.text(max_size=12).filter(lambda text: "\0" not in text),
    st.sampled_from(
        [
            "train",
            "runs",
            "predict",
            "export",
            "--json",
            "--csv",
            "--epochs",
            "--run",
            "--resume",
            "--format",
            "--output",
            "0",
            "-1",
            "nan",
            "1e999",
            "../..",
            "/etc/passwd",
            "\udcff",
            "--device",
        ]
    ),
)


@settings(max_examples=80, deadline=20_000, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["runs", "predict", "export", "train", ""]), st.lists(words, max_size=5))
def test_any_command_line_ends_with_a_status_and_no_traceback(nothing_shipped, command, rest):
    """Nothing long is started: an unknown architecture ends `train` before, and without a model `predict`
    reads no picture of the folders around."""
    arguments = [command, *rest] if command else rest
    if "train" in arguments:
        arguments += ["--architecture", "no-such-net"]
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            status = main(arguments)
        except SystemExit as end:
            status = end.code
    assert status in (0, 2)


@quick
@given(st.text(max_size=60))
def test_any_passcode_but_the_right_one_is_refused(attempt):
    door = classroom.PasscodeGate("sneaker")
    if attempt != "sneaker":
        with pytest.raises(RunError):
            door.enter("x", attempt)
    assert door.is_lecturer("x") == (attempt == "sneaker" and door.enter("x", attempt) is None)
