"""The code that the pages hand out: pasted into a bare interpreter it gives the page's own numbers."""

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from helpers import open_page, train_here, write_set
from streamlit.testing.v1 import AppTest

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.paths import data_dir
from fmnist_core.base.recipes import configure
from fmnist_core.data import datasets
from fmnist_core.lecture import LADDER, code_blocks, trainings
from fmnist_core.nets.designs import Design
from fmnist_core.results.export import export_bytes, run_script
from fmnist_core.runs import saved_designs
from fmnist_core.training import fit

TRAIN, TEST = 2000, 1000
RUNNER = """
import contextlib, importlib.util, os, pathlib, runpy, sys
assert importlib.util.find_spec("fmnist_core") is None
for folder in sys.stdin:
    os.chdir(folder.rstrip())
    for path in sorted(pathlib.Path().glob("*.py")):
        with open(path.with_suffix(".out"), "w") as out, contextlib.redirect_stdout(out):
            runpy.run_path(str(path))
    assert not any(name.startswith(("fmnist", "streamlit", "pages")) for name in sys.modules)
    print("done", flush=True)
"""
LONGEST = 300
"""Seconds of the code in one folder."""


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An interpreter without this project, which imports torch once for all tests of this file; it runs the
    code in each folder that it is told of, every file with names of its own."""
    stderr = tmp_path_factory.mktemp("bare") / "stderr"
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}  # on a busy machine two wait for each other
    with (
        open(stderr, "w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-I", "-c", RUNNER],
            cwd=stderr.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            env=one_thread,
        ) as process,
    ):
        yield process, stderr


def run_all(bare: tuple[subprocess.Popen, Path], folder: Path, codes: dict[str, str]) -> dict[str, str]:
    """What each piece of code prints, each by itself."""
    process, errors = bare
    for name, code in codes.items():
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    alarm = threading.Timer(LONGEST, process.kill)
    alarm.start()
    print(folder, file=process.stdin, flush=True)
    done = process.stdout.readline()
    alarm.cancel()
    assert done == "done\n", errors.read_text(encoding="utf-8")
    return {name: (folder / f"{name}.out").read_text(encoding="utf-8") for name in codes}


def said(output: str, what: str) -> float:
    """The number that stands behind these words."""
    found = re.search(rf"{re.escape(what)}\s*([-+.e\d]+)", output)
    assert found, f"{what!r} is not in {output!r}"
    return float(found[1])


def numbers(output: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d*(?:e[-+]\d+)?", output)]


@pytest.fixture
def elsewhere(tmp_path):
    """An empty folder in which there are only the files that torchvision would download."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def first_clothes(train: int, test: int) -> datasets.Dataset:
    """The first images of Fashion-MNIST."""
    whole = datasets.load("fashion-mnist")
    training = whole.train_images[:train], whole.train_labels[:train]
    return datasets.Dataset(
        whole.name, whole.class_names, *training, whole.test_images[:test], whole.test_labels[:test]
    )


@pytest.fixture(scope="module")
def clothes():
    return first_clothes(TRAIN, TEST)


# ---- Learn


SECTIONS = {
    "two-classes": {"logit": "-2.3"},
    "numerics": {"large_logit": "40", "target": "0"},
    "categories": {"dogs": "3", "cats": "1", "rabbits": "12"},
    "softmax": {"dog": "9.5", "cat": "-1", "rabbit": "8.5", "temperature": "0.1"},
    "cross-entropy": {"dog_logit": "0.3", "cat_logit": "2.5", "rabbit_logit": "-1", "truth": "rabbit"},
    "tables": {"task": "many", "output": "probabilities"},
}
"""Other settings than the page starts with."""


def opened(section: str) -> AppTest:
    app = open_page("learn", section=section, **SECTIONS[section])
    assert not app.exception
    return app


def test_every_block_of_learn_runs_in_a_bare_interpreter_and_gives_the_numbers_of_the_page(bare, elsewhere):
    digits = datasets.load("mnist-0-1-2")  # a script that takes 0, 1 and 2 of all ten takes the same images
    write_set(digits, elsewhere / "data" / "MNIST" / "raw")
    apps = {section: opened(section) for section in SECTIONS}
    apps["two-classes"].number_input(key="small_seed_two").set_value(7).run()
    codes = {
        f"{name}-{place}": text
        for name, app in apps.items()
        for place, text in enumerate(block.value for block in app.code if block.language == "python")
    }
    assert len(codes) == len(SECTIONS) + 2  # and the two trainings
    outputs = run_all(bare, elsewhere, codes)

    one = outputs["two-classes-0"]
    assert f"{said(one, 'class 1:'):.4f}" == apps["two-classes"].metric[0].value == "0.0911"
    assert "tensor(False) tensor(False)" in one
    table = apps["numerics"].table[0].value
    for loss, column in (("BCELoss", "Sigmoid + BCELoss"), ("BCEWithLogitsLoss", "BCEWithLogitsLoss")):
        shown = table[column].tolist()[1:]
        printed = re.search(rf"^{loss}: (\S+), gradient: (\S+)$", outputs["numerics-0"], re.MULTILINE)
        assert [float(number) for number in printed.groups()] == pytest.approx([float(n) for n in shown])
    basket = outputs["categories-0"]
    assert said(basket, "mean of 0, 1, 2:") == 1.56 and "1.56" in apps["categories"].latex[0].value
    assert numbers(basket)[-3:] == pytest.approx([3 / 16, 1 / 16, 12 / 16], abs=1e-4)
    table = apps["softmax"].table[0].value
    assert [said(outputs["softmax-0"], f"{name}: exp") for name in ("dog", "cat", "rabbit")] == [
        1.811e41,
        4.54e-05,
        8.223e36,
    ]
    assert table["exp(z / T)"].tolist()[:3] == ["1.811 × 10⁴¹", "4.54 × 10⁻⁵", "8.223 × 10³⁶"]
    assert said(outputs["softmax-0"], "dog minus cat:") == 1.0
    loss = said(outputs["cross-entropy-0"], "loss:")
    assert f"= {loss:.4f}" in apps["cross-entropy"].latex[0].value
    assert f"-\\log {np.exp(-loss):.2g}"[:9] in apps["cross-entropy"].latex[0].value
    by_hand = outputs["tables-0"]
    assert said(by_hand, "by hand:") == said(by_hand, "loss:")

    data = datasets.load("mnist-0-1")
    for loss in trainings.TWO_CLASS_LOSSES:
        *_, last = trainings.two_classes(data, loss, seed=7)
        assert said(outputs["two-classes-1"], f"{loss}:") == round(last.accuracy, 4)
    three = outputs["categories-1"]
    for coding, name in (("one-hot", "One-hot:"), ("numbers", "Numbers 0, 1, 2:")):
        *_, last = trainings.three_classes(digits, coding)
        assert said(three, name) == round(last.accuracy, 4)
    printed = numbers(three[three.index("[[35.0634") :].split("grad_fn")[0])
    assert printed == trainings.PUBLISHED_EXPONENTIALS.ravel().tolist()  # to the digit


@pytest.mark.parametrize("settings", code_blocks.LOSSES, ids="-".join)
def test_the_code_of_each_loss_says_the_loss_that_fits(settings):
    app = open_page("learn", section="tables", task=settings[0], output=settings[1])
    names = {"two logits": "BCEWithLogitsLoss", "two probabilities": "BCELoss"}
    assert f"torch.nn.{names.get(' '.join(settings), 'CrossEntropyLoss')}()" in app.code[0].value
    exec(app.code[0].value, {})


def test_a_moved_slider_and_another_seed_stand_in_the_code():
    app = open_page("learn", section="two-classes")
    app.slider(key="lesson_logit").set_value(-2.5)
    app.number_input(key="small_seed_two").set_value(12).run()
    formula, training = (block.value for block in app.code)
    assert "torch.tensor(-2.5)" in formula
    assert training.count("torch.manual_seed(12)") == 2


# ---- The ladder


def test_the_five_nets_of_the_ladder_run_in_a_bare_interpreter_to_the_engines_numbers(bare, elsewhere):
    clothes = first_clothes(1200, 600)
    write_set(clothes, elsewhere / "data" / "FashionMNIST" / "raw")
    overrides = {"epochs": 1}
    epochs = {"mlp-32": {"epochs": 6}}
    settings = {name: overrides | epochs.get(name, {}) for name in LADDER}
    outputs = run_all(
        bare, elsewhere, {name: code_blocks.ladder_net(name, **settings[name]) for name in LADDER}
    )
    for name in LADDER:
        config = configure("lecture", architecture=name, precision="float32", device="cpu", **settings[name])
        results = list(fit(config, clothes))
        near = 0.03 if "dropout" in name else 1.1 / 600  # one image
        assert said(outputs[name], "test_acc =") == pytest.approx(results[-1].test_accuracy, abs=near), name
        if name == "mlp-32":
            fifth = results[4].evaluated_train_accuracy
            printed = said(outputs[name], "# of epochs = 5, train_acc =")
            assert printed == pytest.approx(fifth, abs=1.1 / 1200)


def test_the_ladder_shows_the_code_of_each_net_as_the_lecture_trains_it():
    app = open_page("ladder")
    assert [block.value for block in app.code] == [code_blocks.ladder_net(name).strip() for name in LADDER]
    simple = app.code[0].value
    assert "class Flatten(torch.nn.Module)" in simple and "# or torch.nn.Flatten()" in simple
    for block in app.code:
        for part in ("range(1, 31)", "batch_size=256, shuffle=True", "manual_seed(43052)", "net.train()"):
            assert part in block.value
        assert "optim.Adam(net.parameters())" in block.value and "Loss()" in block.value
    assert "Dropout drops other nodes" in app.code[2].value and "Dropout" not in simple


# ---- A run


OWN = Design(
    "own",
    (
        {"kind": "convolution", "channels": 6, "kernel": 5, "stride": 2},
        {"kind": "activation", "function": "gelu"},
        {"kind": "residual block"},
        {"kind": "flatten"},
    ),
)
RUNS = {
    "lecture": configure("lecture", epochs=4, architecture="mlp-32"),
    "softmax": TrainConfig(architecture="softmax-regression", optimizer="sgd", learning_rate=0.05, epochs=3),
    "wide": TrainConfig(
        architecture="mlp-256",
        optimizer="adamw",
        schedule="cosine",
        weight_decay=0.05,
        label_smoothing=0.1,
        epochs=3,
    ),
    "convolutional": TrainConfig(
        architecture="small-cnn", schedule="one-cycle", batch_size=100, epochs=2, learning_rate=1e-3
    ),
    "own": TrainConfig(
        architecture="own",
        optimizer="sgd",
        learning_rate=3e-3,  # with batch norm and more, rounding alone leads elsewhere in a few steps
        momentum=0.5,
        weight_decay=1e-4,
        batch_size=50,
        epochs=2,
    ),
}


def test_the_code_of_five_kinds_of_run_ends_with_their_test_accuracy(bare, store, elsewhere, clothes):
    write_set(clothes, data_dir() / "KMNIST" / "raw")
    shutil.copytree(data_dir() / "KMNIST", elsewhere / "data" / "KMNIST")
    saved_designs.save(OWN)
    ids = {}
    for name, config in RUNS.items():
        ids[name] = store.create(config.replace(dataset="kmnist", precision="float32", device="cpu"), name)
        assert train_here(store, ids[name]) == "completed"
    outputs = run_all(bare, elsewhere, {name: run_script(store.get(run_id)) for name, run_id in ids.items()})
    for name, run_id in ids.items():
        test_accuracy = store.get(run_id).test_accuracy
        assert test_accuracy > 0.5, name
        near = 0.0031 if name in ("convolutional", "own") else 0.0011  # convolutions add in another order
        assert said(outputs[name], "test_acc =") == pytest.approx(test_accuracy, abs=near), name


def test_the_code_of_a_run_is_a_short_file_that_says_what_the_run_got(store, clothes):
    write_set(clothes, data_dir() / "KMNIST" / "raw")
    run_id = store.create(RUNS["wide"].replace(dataset="kmnist", epochs=1), 'my "best" \\ net')
    train_here(store, run_id)
    run = store.get(run_id)
    script = export_bytes(store, run_id, "script").decode()
    assert script == run_script(run)
    assert 40 <= len(script.splitlines()) <= 80
    assert max(map(len, script.splitlines())) <= 95
    assert f"# The run got {100 * run.test_accuracy:.2f} % of the test images right." in script
    assert script.startswith('# my "best" \\ net: 1 epochs of kmnist\n')
    compile(script, "script", "exec")
    imported = {line.split()[1] for line in script.splitlines() if line.startswith(("import ", "from "))}
    assert imported == {"math", "torch", "torchvision"}
