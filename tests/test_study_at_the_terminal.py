"""The command that trains a study."""

import json

import pytest
from helpers import train_here, write_small_set

from fmnist_core.__main__ import main
from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import study
from fmnist_core.runs import RunStore

TWO_RATES = {"learning_rate": [0.001, 0.01]}
COMMAND = [
    "study",
    "--dataset",
    "kmnist",
    "--architecture",
    "mlp-32",
    "--epochs",
    "1",
    "--batch-size",
    "50",
    "--json",
]


def printed(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_command_trains_the_same_runs_as_the_form_and_prints_groups_and_pairs(capsys):
    write_small_set()
    twice = ["--vary", "learning_rate=0.001", "--vary", "learning-rate=0.01"]
    assert main([*COMMAND, *twice, "--seeds", "2"]) == 0
    lines = printed(capsys)
    base = TrainConfig(dataset="kmnist", architecture="mlp-32", epochs=1, batch_size=50)
    runs = RunStore().runs()
    assert [run.config.replace(precision="auto") for run in runs] == study.grid(base, TWO_RATES, 2)
    groups = [line for line in lines if "group" in line]
    assert {line["group"] for line in groups} == {"rate 0.001", "rate 0.01"}
    assert all(line["count"] == 2 and len(line["runs"]) == 2 for line in groups)
    (pair,) = [line for line in lines if "verdict" in line]
    assert pair["is_paired"] and pair["low"] <= pair["difference"] <= pair["high"]
    best, other = sorted(groups, key=lambda line: -line["mean"])
    assert pair["difference"] == pytest.approx(other["mean"] - best["mean"])


def test_the_command_goes_on_with_what_is_left_and_refuses_what_does_not_fit(capsys):
    write_small_set()
    store = RunStore()
    base = TrainConfig(dataset="kmnist", architecture="mlp-32", epochs=1, batch_size=50)
    study_id = store.studies.create("s", study.grid(base, {}, 3), paused=True)
    first, second, _ = store.studies.run_ids(study_id)
    train_here(store, first)
    before = store.get(first)
    store.request_stop(second)
    assert main(["study", "--resume", study_id, "--json"]) == 0
    assert [run.status for run in store.runs()] == ["completed"] * 3
    assert store.get(first) == before  # it was not trained again
    assert [line["count"] for line in printed(capsys) if "group" in line] == [3]
    for arguments in (
        ["--vary", "seed=1,2"],
        ["--vary", "epochs"],
        ["--seeds", "0"],
        ["--resume", "nothing"],
    ):
        assert main([*COMMAND, *arguments]) == 2
    assert len(store.studies.all()) == 1
