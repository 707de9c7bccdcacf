"""The reproduced ladder that comes with the project, and the command that makes it."""

import json
import signal

import pandas as pd
import pytest

from fmnist_core import lecture
from fmnist_core.__main__ import main
from fmnist_core.data import datasets
from fmnist_core.lecture import command as lecture_command
from fmnist_core.lecture import gain, reproduced
from fmnist_core.training import fit


@pytest.fixture(autouse=True)
def own_signals():
    """The command catches Ctrl-C for itself; give pytest its own back."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGINT, before[0])
    signal.signal(signal.SIGTERM, before[1])


def rows(text: str) -> list[dict]:
    return [row for line in text.splitlines() if "part" in (row := json.loads(line))]


def test_mlp_32_has_the_published_accuracy_after_five_epochs():
    config = lecture.ladder_configs(epochs=5, device="cpu", test_every=0)[0]
    assert config.precision == "float32"
    *_, last = fit(config, datasets.load("fashion-mnist"))
    assert f"{last.evaluated_train_accuracy:.4f}" == "0.8588"
    assert lecture.LADDER["mlp-32"].train_accuracies[0] == 0.8588


def test_the_nets_that_come_with_the_project_are_whole_and_say_where_they_come_from():
    made = lecture.reproduced_ladder()
    assert {"mlp-32", "mlp-256", "mlp-4096-dropout", "mlp-deep"} <= set(made)
    table = lecture.comparison({name: net.history for name, net in made.items()})
    known = table[table["architecture"].isin(made)]
    assert len(known) == 7 * len(made) and known["reproduced"].notna().all()
    assert known["difference"].abs().max() < 0.02
    simple = known[(known["architecture"] == "mlp-32") & (known["split"] == "train")]
    equal = simple["difference"].abs() <= reproduced.HALF_A_DIGIT
    assert equal.tolist() == [True] * 5 + [False]
    for net in made.values():
        assert net.history["epoch"].tolist() == list(range(1, 31))
        assert net.precision == "float32" and net.processor and net.torch_version and net.finished
    assert "float32 on cpu (AMD EPYC)" in " ".join(lecture.origins(made))


def test_where_ours_and_the_lectures_part_is_said():
    def history(first: float) -> pd.DataFrame:
        return pd.DataFrame(
            {"epoch": [5, 10], "evaluated_train_accuracy": [first, 0.87], "test_accuracy": 0.8}
        )

    said = " ".join(lecture.ways_apart(lecture.comparison({"mlp-32": history(0.85883)})))
    assert "1 of 2 training accuracies are the published ones to the fourth decimal (mlp-32)" in said
    assert "by at most 0.41 points (mlp-32, epoch 10)" in said
    assert "published ones" not in " ".join(lecture.ways_apart(lecture.comparison({"mlp-32": history(0.8)})))
    assert lecture.ways_apart(lecture.comparison({})) == []


def test_the_small_trainings_are_printed_beside_the_lectures_figures(capsys):
    assert main(["lecture", "--only", "two-classes", "three-classes", "--json"]) == 0
    found = rows(capsys.readouterr().out)
    assert len(found) == 2 + 1 + 18
    names = {"part", "figure", "published", "reproduced", "difference"}
    assert all(set(row) == names for row in found)
    assert [row["difference"] for row in found] == [0, 0, 0.02] + [0] * 18


def test_a_net_is_trained_once_and_saved_without_losing_the_others(monkeypatch, tmp_path, capsys, store):
    small = lecture.ladder_configs(train_size=300, epochs=5)[:1]
    monkeypatch.setattr(lecture_command, "ladder_configs", lambda **_: small)
    found = lecture.ladder_runs
    monkeypatch.setattr(
        lecture_command, "ladder_runs", lambda runs, **_: found(runs, train_size=300, epochs=5)
    )
    for _ in range(2):
        assert main(["lecture", "--only", "mlp-32", "--json"]) == 0
    assert [row["figure"] for row in rows(capsys.readouterr().out)] == ["train, epoch 5"] * 2
    assert len([run for run in store.runs() if not run.comes_with_project]) == 1

    file = tmp_path / "ladder.json"
    file.write_bytes(reproduced.FILE.read_bytes())
    monkeypatch.setattr(reproduced, "FILE", file)
    monkeypatch.setattr(reproduced, "ladder_runs", lambda runs: found(runs, train_size=300, epochs=5))
    before = lecture.reproduced_ladder()
    assert main(["lecture", "--save"]) == 0
    after = lecture.reproduced_ladder()
    assert after["mlp-256"] == before["mlp-256"] and len(after["mlp-32"].epochs) == 5
    file.write_text("{")
    reproduced._read.cache_clear()
    assert lecture.reproduced_ladder() == {}


def test_bad_input_and_ctrl_c_end_as_in_the_other_commands(monkeypatch, capsys):
    assert main(["lecture", "--only", "mlp-33"]) == 2
    assert "Unknown part of the lecture 'mlp-33'" in capsys.readouterr().err
    assert main(["lecture", "--only", "mlp-32", "--epochs", "0"]) == 2
    assert "Epochs must be at least 1, got 0" in capsys.readouterr().err
    steps = lecture.trainings.two_classes

    def interrupted(data, loss):
        for step in steps(data, loss):
            if step.step == 3:
                signal.raise_signal(signal.SIGINT)
            yield step

    monkeypatch.setattr(lecture.trainings, "two_classes", interrupted)
    assert main(["lecture", "--only", "two-classes", "--json"]) == 130
    assert rows(capsys.readouterr().out) == []


def test_both_losses_are_timed():
    assert all(seconds > 0 for seconds in gain.loss_seconds(100, rounds=2))
