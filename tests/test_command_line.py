"""The command line: JSON on standard output, one line and status 2 for bad input."""

import json
import logging
import math
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import started
from PIL import Image
from torch import nn

from fmnist_core import bench, lecture, photos
from fmnist_core.__main__ import main
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.recipes import RECIPES
from fmnist_core.base.search import SEARCHED
from fmnist_core.base.terminal import print_json
from fmnist_core.data.catalogue import DATASETS
from fmnist_core.jobs.study import VARIED
from fmnist_core.lecture import command as lecture_command
from fmnist_core.nets.architectures import ARCHITECTURES, Architecture
from fmnist_core.runs import RunStore

ROOT = Path(__file__).parent.parent
QUICK = ["train", "--architecture", "softmax-regression", "--train-size", "2000", "--epochs", "2"]


def json_lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(autouse=True)
def own_signals():
    """`train` catches Ctrl-C for itself; give pytest its own back."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGINT, before[0])
    signal.signal(signal.SIGTERM, before[1])


def test_train_prints_a_line_per_epoch_and_a_last_one_with_the_result(capsys):
    assert main([*QUICK, "--json"]) == 0
    lines = json_lines(capsys.readouterr().out)
    assert [line.get("epoch") for line in lines] == [1, 2, None]
    names = {"train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "seconds"}
    assert names <= set(lines[0])
    last = {"run_id", "status", "test_accuracy", "parameters", "seconds", "device", "precision"}
    assert last <= set(lines[-1])
    assert lines[-1]["status"] == "completed"
    assert lines[-1]["test_accuracy"] == lines[-2]["test_accuracy"]


def test_train_prints_what_the_weights_of_the_best_epoch_reach(capsys):
    noisy = ["--train-size", "300", "--validation-size", "100", "--learning-rate", "1", "--epochs", "3"]
    assert main([*QUICK, *noisy, "--keep", "best", "--judged-by", "accuracy", "--json"]) == 0
    _, second, third, last = json_lines(capsys.readouterr().out)
    assert second["kept"] is None and third["kept"]["epoch"] == 2
    assert last["status"] == "completed" and last["test_accuracy"] == third["kept"]["test_accuracy"]


def test_json_is_strict_however_deep_a_number_lies(capsys):
    print_json({"loss": math.nan, "pairs": [{"interval": (math.inf, 0.5)}]})
    assert capsys.readouterr().out == '{"loss": null, "pairs": [{"interval": [null, 0.5]}]}\n'


def test_the_ladder_is_climbed_without_a_network(monkeypatch, tmp_path, capsys):
    short = [config.replace(epochs=1, train_size=300) for config in lecture.ladder_configs()[:2]]
    monkeypatch.setattr(lecture_command, "ladder_configs", lambda: short)
    found = lecture.ladder_runs
    monkeypatch.setattr(lecture_command, "ladder_runs", lambda runs: found(runs, epochs=1, train_size=300))
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert main(["train", "--ladder", "--json"]) == 0
    ended = [line for line in json_lines(capsys.readouterr().out) if "status" in line]
    assert [line["status"] for line in ended] == ["completed", "completed"]
    assert not (tmp_path / "data").exists()


def test_runs_lists_what_train_has_stored(capsys):
    main([*QUICK, "--json", "--name", "my first"])
    run_id = json_lines(capsys.readouterr().out)[-1]["run_id"]
    assert main(["runs", "--json"]) == 0
    (row,) = [row for row in json_lines(capsys.readouterr().out) if not row["comes_with_project"]]
    assert (row["run_id"], row["name"], row["epochs"]) == (run_id, "my first", 2)
    from fmnist_core.runs import RunStore

    run = RunStore().get(run_id)
    for name in ("created_at", "finished_at"):
        assert row.pop(name) == pytest.approx(getattr(run, name), abs=0.001)
    row.pop("started_at")
    assert all(float(f"{value:.6g}") == value for value in row.values() if isinstance(value, float))
    assert main(["runs", "--csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("run_id,name,status") and not re.search(r"\d\.\d{9}", "".join(lines))
    assert main(["runs"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r" \d+\.\d +cpu", shown), shown  # seconds, with one digit


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("train --resume {id} --epochs 7 --name x", "--resume does not go with --epochs, --name; leave that"),
        (
            "train --resume {id} --no-test-time-flip --json",
            "--resume does not go with --test-time-flip; leave",
        ),
        ("train --longer {id} --epochs 7 --architecture cnn", "--longer does not go with --architecture;"),
        ("train --ladder --epochs 7 --seed 3", "--ladder does not go with --seed;"),
        ("train --resume {id} --ladder", "argument --ladder: not allowed with argument --resume"),
        ("train --resume {id} --longer {id}", "argument --longer: not allowed with argument --resume"),
        (
            "study --resume {id} --vary epochs=1,2 --recipe fast",
            "--resume does not go with --recipe, --vary;",
        ),
        ("search --resume {id} --optimizer sgd", "--resume does not go with --optimizer;"),
        ("study --resume {id} --seeds 5", "--resume does not go with --seeds;"),
        (
            "search --resume {id} --trials 5 --minutes 3 --no-prune",
            "--resume does not go with --trials, --minutes, --prune;",
        ),
    ],
)
def test_what_would_be_ignored_is_refused_in_a_line(command, said, capsys):
    store = RunStore()
    run_id = started(store, TrainConfig(architecture="mlp-32", epochs=3))
    store.finish(run_id, "stopped")
    assert main(command.format(id=run_id).split()) == 2
    output = capsys.readouterr()
    assert said in output.err and output.err.count("\n") == 1 and not output.out
    assert [run.status for run in store.runs()] == ["stopped"]


@pytest.mark.parametrize("command", ["train", "find-rate", "study --seeds 2", "search --validation-size 100"])
def test_a_setting_that_would_change_nothing_is_refused_in_a_line(command, capsys):
    assert main([*command.split(), "--momentum", "0.5"]) == 2
    output = capsys.readouterr()
    assert output.err == "--momentum changes nothing without --optimizer sgd; give both, or leave it out.\n"
    assert not output.out and not RunStore().runs()


def test_a_judge_without_a_best_epoch_is_refused_and_momentum_is_taken_with_sgd(capsys):
    assert main(["train", "--judged-by", "accuracy"]) == 2
    assert "--judged-by changes nothing without --patience or --keep best; give" in capsys.readouterr().err
    assert main([*QUICK, "--momentum", "0.5", "--optimizer", "sgd"]) == 0
    assert main(["study", *QUICK[1:], "--momentum", "0.5", "--vary", "optimizer=sgd,adam"]) == 0
    assert [run.config.optimizer for run in RunStore().runs()] == ["sgd", "sgd", "adam"]


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--epochs", "0"], "Epochs must be at least 1, got 0"),
        (["--epochs", "two"], "invalid int value: 'two'"),
        (["--learning-rate", "nan"], "Learning rate must be a finite number, got 'nan'"),
        (["--batch-size", "7000"], "Batch size 7,000 is larger than the 2,000 training images"),
        (["--architecture", "cnm"], "Unknown architecture 'cnm'; choose one of: softmax-regression"),
        (["--dataset", "fashion"], "Unknown data set 'fashion'; choose one of: fashion-mnist"),
        (["--recipe", "slow"], "Unknown recipe 'slow'; choose one of: lecture"),
        (["--optimizer", "adagrad"], "Unknown optimizer 'adagrad'; choose one of: adam"),
        (["--device", "cuda:99"], "cuda:99"),
        (["--patience", "3"], "there are none. Choose how many of them to set aside"),
        (["--resume", "nothing"], "There is no run 'nothing'"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments, said, capsys):
    status = None
    try:
        status = main([*QUICK, *arguments, "--json"])
    except SystemExit as end:
        status = end.code
    output = capsys.readouterr()
    assert status == 2
    assert said in output.err
    assert len(output.err.strip().splitlines()) == 1
    assert output.out == ""


@pytest.mark.parametrize(
    ("command", "names"), [("lecture", lecture_command.PARTS), ("bench", bench.BENCHMARKS)]
)
def test_the_help_lists_what_a_command_can_be_asked_for(command, names, capsys):
    assert main([command, "--help"]) == 0
    said = "".join(capsys.readouterr().out.split())
    assert ",".join(names) in said


@pytest.mark.parametrize(
    ("command", "varied"), [("train", None), ("find-rate", None), ("study", VARIED), ("search", SEARCHED)]
)
def test_the_help_names_nets_data_sets_recipes_and_what_can_be_varied(command, varied, capsys):
    assert main([command, "--help"]) == 0
    said = "".join(capsys.readouterr().out.split())
    for names in (ARCHITECTURES, DATASETS, [*RECIPES, "custom"]):
        assert ",".join(names) in said
    assert ("NAMEof--vary:" in said) == bool(varied)
    assert ",".join(varied or ()) in said


def test_a_faulty_net_at_the_terminal_shows_its_line_and_names_no_server(monkeypatch, capsys):
    class Faulty(nn.Linear):  # while it learns: what fails on any image has no run
        def forward(self, images):
            return super().forward(images.flatten(1)[:, 1:] if self.training else images.flatten(1))

    def my_net(image_shape, classes):
        return Faulty(784, classes)

    monkeypatch.setitem(ARCHITECTURES, "mine", Architecture("mine", "", my_net))
    monkeypatch.setattr(logging.root, "handlers", [])  # as at a terminal, where nobody has set up a log
    assert main([*QUICK, "--architecture", "mine"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said and "line" in said
    last = said.splitlines()[-1]
    assert last.startswith("Unexpected RuntimeError: ") and "shapes cannot be multiplied" in last
    assert "mend that code" in last and "server" not in last


def test_a_run_that_was_stopped_by_ctrl_c_can_go_on(tmp_path):
    command = [sys.executable, "-m", "fmnist_core", "train", "--architecture", "mlp-256"]
    command += ["--train-size", "2000", "--epochs", "500", "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        run.stdout.readline()  # the first epoch
        run.send_signal(signal.SIGINT)
        output, error = run.communicate(timeout=180)
    last = json_lines(output)[-1]
    assert run.returncode == 130
    assert last["status"] == "stopped"
    assert f"--resume {last['run_id']}" in error
    from fmnist_core.runs import RunStore

    run = RunStore(Path(os.environ["FMNIST_RUNS_DIR"])).get(last["run_id"])
    assert run.status == "stopped" and run.epochs >= 1


def test_predict_without_a_model_says_how_to_get_one(nothing_shipped, tmp_path, capsys):
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"not yet looked at")
    assert main(["predict", str(photo)]) == 2
    assert "There is no trained model for garments yet" in capsys.readouterr().err


def test_one_picture_that_cannot_be_read_is_told_by_the_status_and_the_others_are_named(tmp_path, capsys):
    garment = str(photos.examples()["t-shirt"])
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"hello")
    assert main(["predict", garment, str(broken)]) == 2
    output = capsys.readouterr()
    assert f"{garment}: T-shirt/top" in output.out
    assert output.err.startswith(f"{broken}: This is not a picture")
    assert main(["predict", garment]) == 0
    assert capsys.readouterr().err == ""


def test_what_is_odd_about_a_picture_is_said_beside_its_name(tmp_path, capsys):
    animation = tmp_path / "moving.gif"
    with Image.open(photos.examples()["t-shirt"]) as garment:
        frames = [garment.convert("RGB"), garment.convert("RGB").transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    frames[0].save(animation, save_all=True, append_images=frames[1:])
    assert main(["predict", str(animation)]) == 0
    output = capsys.readouterr()
    assert output.out.count("\n") == 1 and output.err.startswith(f"{animation}: ")
    assert "first" in output.err


@pytest.mark.parametrize(("name", "reason"), [("", "Is a directory"), ("none.zip", "No such file")])
def test_a_file_to_unpack_that_cannot_be_read_is_named_with_the_remedy(tmp_path, capsys, name, reason):
    assert main(["unpack", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert f"{reason}" in said and "Check its name and your rights." in said and said.count("\n") == 1
