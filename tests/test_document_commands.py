"""Every command of README and documents is run as it stands there: on few images, and short."""

import dataclasses
import re
import runpy
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from test_documents import DOCUMENTS, ROOT, commands, text

from fmnist_core.__main__ import main
from fmnist_core.bench import lanes, peers, speed
from fmnist_core.data import datasets
from fmnist_core.photos import examples
from fmnist_core.training import rate_finder

PLACEHOLDERS = {"RUN_ID": "a0photo1", "ID...": "a0photo1", "FORMAT": "pytorch", "PATH": "model.zip"}
"""What stands for something of one's own, and an example."""

RUN_BY = {
    "lecture": "test_a_net_is_trained_once_and_saved_without_losing_the_others",
    "lecture --only mlp-32": "test_a_net_is_trained_once_and_saved_without_losing_the_others",
    "lecture --only two-classes": "test_the_small_trainings_are_printed_beside_the_lectures_figures",
    "lecture --only three-classes": "test_the_small_trainings_are_printed_beside_the_lectures_figures",
    "photo-model --photos clothing-photos-train --choose-by clothing-photos --measure shop-pictures": (
        "test_the_photo_model_is_made_by_a_command_with_a_record_of_how"
    ),
}
"""Commands with much preparation, and the test that runs them."""


@pytest.fixture
def small(command, monkeypatch, tmp_path):
    """A folder to be in, few images, and benchmarks of a moment."""
    whole = datasets.load("fashion-mnist")

    def first(count: int) -> datasets.Dataset:
        return dataclasses.replace(
            whole,
            train_images=whole.train_images[:count],
            train_labels=whole.train_labels[:count],
            test_images=whole.test_images[:tests],
            test_labels=whole.test_labels[:tests],
        )

    images, tests = (300, 100) if command.startswith("bench") else (5600, 300)  # a search holds 5,000 out
    monkeypatch.setattr(datasets, "load", lambda *_arguments, **_options: first(images))
    monkeypatch.setattr(rate_finder, "RATE_STEPS", 30)
    for net in speed.STEPS:
        monkeypatch.setitem(speed.STEPS, net, 1)
    for module, name, value in (
        (peers, "STEPS", 1),
        (lanes, "RUNS", 1),
        (lanes, "EPOCHS", 1),
        (speed, "PRODUCT_SIZE", 256),
        (speed, "SEEDS", 1),
        (speed, "PIECE_STEPS", 1),
        (lanes, "NETS", ("mlp-32",)),
        (lanes, "ROUNDS", 1),
    ):
        monkeypatch.setattr(module, name, value)
    begun = speed.begun()
    monkeypatch.setattr(speed, "begun", lambda: {name: begun[name] for name in ("mlp-32", "recipe-fast")})
    monkeypatch.chdir(tmp_path)
    for folder in ("photos", "FOLDER/dress", "fmnist_core/photos/examples"):
        Path(folder).mkdir(parents=True)
        shutil.copy(examples()["dress"], folder)
    return tmp_path


@pytest.mark.parametrize("command", [command for command in commands() if command not in RUN_BY])
def test_a_command_of_the_documents_runs(command, small, capsys):
    words = [PLACEHOLDERS.get(word, word) for word in shlex.split(command.rstrip(".,;)"))]
    if "--trials" in words:  # the first ones show it
        words[words.index("--trials") + 1] = "3"
    if "--seeds" in words:
        words[words.index("--seeds") + 1] = "2"
    if words[0] == "train":
        words += ["--train-size", "300", "--epochs", "2"]
    if words[0] == "find-rate":
        words += ["--batch-size", "32"]
    if words == ["bench"]:  # all of them take half an hour
        words += ["logit-loss"]
    assert main(words) == 0
    said = capsys.readouterr()
    assert said.out or Path("model.onnx").exists() or Path("model.zip").exists()
    assert "Traceback" not in said.err


def test_commands_with_much_preparation_are_run_by_a_test():
    sources = "\n".join(text(path) for path in (ROOT / "tests").glob("test_*.py"))
    assert set(RUN_BY) <= set(commands())
    for command, name in RUN_BY.items():
        body = sources.split(f"def {name}(")[1].split("\ndef ")[0]
        assert f'main(["{command.split()[0]}"' in body, name


CALL = re.compile(r"python (tests/[\w/]+\.py)")
SCRIPTS = sorted({name for path in DOCUMENTS for name in CALL.findall(text(path))})


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_of_the_documents_says_what_it_does(script, monkeypatch, capsys):
    """They take minutes; that they begin shows that what they import is still there."""
    monkeypatch.setattr(sys, "argv", [script, "--help"])
    others = [folder for folder in sys.path if Path(folder).resolve() not in (ROOT, ROOT / "tests")]
    monkeypatch.setattr(sys, "path", [str((ROOT / script).parent), *others])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / script), run_name="__main__")
    assert ended.value.code in (0, None) and "usage" in capsys.readouterr().out
    if "\nfrom fmnist_core" in text(ROOT / script):  # it is imported here already
        assert ROOT in map(Path, sys.path)
