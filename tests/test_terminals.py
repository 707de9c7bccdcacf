"""The command line where the terminal is closed, full, short of letters or left by its reader; Ctrl-C."""

import io
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from helpers import write_small_set

from fmnist_core.__main__ import main
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.spreadsheet import to_csv, to_csv_file
from fmnist_core.photos import examples
from fmnist_core.runs import RunStore

ROOT = Path(__file__).parent.parent
TRAIN = "train --dataset kmnist --architecture softmax-regression --batch-size 50 --epochs 3"
PHOTO = shlex.quote(str(examples()["dress"]))
LONG = "train --dataset kmnist --architecture mlp-256 --batch-size 20 --epochs 1000"
EXPORT = "export a0photo1 --format torchscript --output -"
PREDICT = f"predict {PHOTO} {PHOTO}"
IN_TURN = """
import shlex, sys
from fmnist_core.__main__ import main
first, *others = [main(shlex.split(command)) for command in sys.argv[1:]]
sys.exit(first if all(other == first for other in others) else 99)
"""


@pytest.fixture
def small_kmnist():
    """What `TRAIN` and `LONG` learn from."""
    write_small_set()


def run(command: str, redirected: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of `python -m fmnist_core COMMAND`."""
    return _shell(f"-m fmnist_core {command} {redirected}", environment)


def run_in_turn(*commands: str, redirected: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of commands that one interpreter runs, whose imports take longest; the status is
    that of each of them, or 99."""
    quoted = " ".join(map(shlex.quote, (IN_TURN, *commands)))
    return _shell(f"-c {quoted} {redirected}", environment)


def _shell(arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{shlex.quote(sys.executable)} {arguments}"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        env=os.environ | environment,
        timeout=120,
    )


def has_no_traceback(ended: subprocess.CompletedProcess[str]) -> bool:
    said = ended.stdout + ended.stderr
    return not any(word in said for word in ("Traceback", "Exception ignored", "Error:", "Error ["))


@pytest.mark.parametrize(
    ("redirected", "command"),
    [(where, command) for where in (">&-", "> /dev/full") for command in ("--help", "runs --csv", EXPORT)]
    + [("> /dev/full", f"{TRAIN} --json")],
)
def test_output_that_cannot_be_written_is_one_line_and_status_1(small_kmnist, redirected, command):
    ended = run(command, redirected)
    assert has_no_traceback(ended)
    assert ended.returncode == 1
    assert ended.stderr.count("Standard output cannot be written: ") == 1
    if command.startswith("train"):
        assert [run.status for run in RunStore().runs()] == ["completed"]


def test_where_there_is_no_output_each_command_says_so_and_does_its_work(small_kmnist):
    ended = run_in_turn(PREDICT, f"{TRAIN} --json", redirected=">&-")
    assert has_no_traceback(ended)
    assert ended.returncode == 1
    assert ended.stderr.count("Standard output cannot be written: ") == 2
    assert [run.status for run in RunStore().runs()] == ["completed"]


@pytest.mark.parametrize("command", ["runs --csv", f"{TRAIN} --json"])
def test_a_reader_who_has_seen_enough_stops_no_training_and_is_no_fault(small_kmnist, command):
    ended = run(command, "| head -n 1")
    assert has_no_traceback(ended)
    assert (ended.returncode, len(ended.stdout.splitlines())) == (0, 1)
    if command.startswith("train"):
        assert [run.status for run in RunStore().runs()] == ["completed"]


@pytest.mark.parametrize("redirected", ["2>&- <&-", "2> /dev/full"])
def test_standard_error_may_be_missing(small_kmnist, redirected):
    for ended in (run("runs", redirected), run(TRAIN, redirected)):
        assert has_no_traceback(ended)
        assert ended.returncode == 0
        assert ended.stdout


def test_bad_input_is_told_by_its_status_where_nothing_can_be_said():
    assert run_in_turn("train --epochs 0", "predict nothing.png", redirected=">&- 2>&-").returncode == 2


@pytest.mark.parametrize(
    ("command", "encoding"),
    [
        *(("--help", "ascii"), ("train --help", "ascii"), ("runs", "ascii"), ("runs --json", "ascii")),
        *(("runs --csv", "cp949"), ("train --help", "cp1252")),
    ],
)
def test_any_console_shows_what_it_can(command, encoding):
    run_id = RunStore().create(TrainConfig(), "Hüte – 모자 ★")
    ended = run(command, PYTHONIOENCODING=encoding, LC_ALL="C")
    assert has_no_traceback(ended)
    assert ended.returncode == 0
    if command == "runs --json":
        names = {row["run_id"]: row["name"] for row in map(json.loads, ended.stdout.splitlines())}
        assert names[run_id] == "Hüte – 모자 ★"


def test_a_photo_and_a_training_of_any_name_are_shown_on_a_console_of_few_letters(small_kmnist, tmp_path):
    photo = shutil.copy(examples()["dress"], tmp_path / "모자 ★.jpg")
    named = f"{TRAIN} --name {shlex.quote('Hüte – 모자 ★')}"
    ended = run_in_turn(f"predict {shlex.quote(str(photo))}", named, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert has_no_traceback(ended)
    assert ended.returncode == 0
    predicted, trained = ended.stdout.splitlines()
    assert "\\ubaa8\\uc790 \\u2605.jpg: Dress" in predicted
    assert trained.startswith("H\\xfcte - \\ubaa8\\uc790 \\u2605")


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        *(("runs", 0.2), (PREDICT, 0.2), ("bench throughput-cnn", 0.2), (f"{LONG} --json", 0.2)),
        *(("runs", 1.5), ("bench throughput-cnn", 1.5), (f"{LONG} --json", 1.5)),
    ],
)
def test_ctrl_c_at_any_moment_ends_a_command_with_status_130_and_no_traceback(small_kmnist, command, seconds):
    """While modules are imported, and later."""
    line = [sys.executable, "-m", "fmnist_core", *shlex.split(command)]
    with subprocess.Popen(
        line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=180)
    assert "Traceback" not in out + err and "Exception ignored" not in err
    assert process.returncode == 130 or (command == "runs" and process.returncode == 0)  # done before
    assert not RunStore().runs(["queued", "running"])


def test_ctrl_c_before_the_command_line_is_imported_is_no_traceback():
    """As `python -m` finds it: it has imported the package, and `sys.argv[0]` is still "-m"."""
    code = "import os, sys; sys.argv = ['-m']; import fmnist_core; os.kill(os.getpid(), 2)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=180)
    assert (ended.returncode, ended.stderr) == (130, b"")


def test_a_second_ctrl_c_does_not_wait_for_the_training(small_kmnist):
    line = [sys.executable, "-m", "fmnist_core", *shlex.split(f"{LONG} --json")]
    with subprocess.Popen(
        line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()  # the first epoch
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=180)
    assert process.returncode == 130 and "Traceback" not in err
    store = RunStore()
    store.mark_interrupted()  # as whoever trains next does
    assert store.runs()[0].status in ("interrupted", "stopped")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "a0photo1", "--format", "report", "--output", ""], "an empty argument after --output"),
        (["export", "a0photo1", "--format", "report", "--output="], "an empty argument after"),
        (["export", "a0photo1", "--format", "report", "--output", "."], "it is a folder"),
        (["export", "a0photo1", "--format", "report", "--output", "/"], "it is a folder"),
        (["export", "a0photo1", "--format", "report", "--output", "{file}/x.html"], "cannot be written"),
        (["export", "a0photo1", "--format", "report", "--output", "/proc/x.html"], "cannot be written"),
        (["export", "a0photo1", "--format", "report", "--output", "n" * 300], "File name too long"),
        (["train", "--resume", ""], "an empty argument after --resume"),
        (["predict", ""], "an empty argument"),
        (["predict", "n" * 300], "File name too long"),
        (["predict", "{file}/x.png"], "Not a directory"),
        (["predict", "nowhere/x.png"], "No such file"),
        (["score-photos", "n" * 300], "too long"),
        (["score-photos", "{file}"], "There is no folder"),
        (["train", "--photos", "n" * 300], "too long"),
    ],
)
def test_an_odd_path_is_one_line_and_status_2(tmp_path, capsys, arguments, said):
    file = tmp_path / "a file"
    file.write_bytes(b"")
    assert main([argument.replace("{file}", str(file)) for argument in arguments]) == 2
    output = capsys.readouterr()
    assert said in output.err and len(output.err.strip().splitlines()) == 1


@pytest.mark.parametrize("variable", ["FMNIST_RUNS_DIR", "FMNIST_DATA_DIR"])
@pytest.mark.parametrize("folder", ["file", "/proc/no", "n" * 300, "~nobody-of-this-name/x"])
@pytest.mark.parametrize("command", ["runs", "train --dataset kmnist", f"predict {PHOTO}"])
def test_an_odd_folder_is_a_sentence(tmp_path, monkeypatch, capsys, variable, folder, command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("urllib.request.urlopen", _no_network)
    Path("file").write_bytes(b"")
    monkeypatch.setenv(variable, folder)
    status = main(shlex.split(command))
    assert status in (0, 2)
    error = capsys.readouterr().err
    assert status == 0 or len(error.strip().splitlines()) == 1


def _no_network(*_arguments, **_options):
    raise OSError("there is no network")


def test_a_file_of_a_long_name_and_a_folder_of_letters_and_spaces_are_written(tmp_path, capsys):
    for name in ("n" * 250 + ".html", "Hüte und 모자 (neu).html"):
        path = tmp_path / "ein Ordner" / name
        assert main(["export", "a0photo1", "--format", "report", "--output", str(path)]) == 0
        assert path.stat().st_size > 1_000 and [*path.parent.glob(".*")] == []


def test_no_cell_of_a_csv_is_a_formula_and_numbers_stay_numbers():
    texts = ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "＝1", "plain", "-0.5", "+1e3", "", "모자"]
    table = pd.DataFrame({"=name": texts, "number": [-0.5] * len(texts), "seen": [None, *texts[1:]]})
    read = pd.read_csv(io.StringIO(to_csv(table)), keep_default_na=False, dtype={"'=name": str})
    safe = [f"'{text}" for text in texts[:7]] + texts[7:]
    assert read["'=name"].tolist() == [text.replace("\r", "\n") for text in safe]
    assert read["number"].tolist() == [-0.5] * len(texts)
    assert (
        to_csv_file(table).decode("utf-8-sig") == to_csv(table) and to_csv_file(table)[:3] == b"\xef\xbb\xbf"
    )


def test_the_list_of_runs_has_no_formula(capsys):
    RunStore().create(TrainConfig(), "=HYPERLINK(1)")
    assert main(["runs", "--csv"]) == 0
    assert pd.read_csv(io.StringIO(capsys.readouterr().out))["name"][0] == "'=HYPERLINK(1)"
