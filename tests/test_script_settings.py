"""Which settings of a run its short script follows, and which are named as too long for it."""

import gzip
import re
from pathlib import Path

import pytest

from fmnist_core.base.config import SETTINGS, TrainConfig
from fmnist_core.base.errors import ConfigError, ExportError
from fmnist_core.results.export import training_script
from fmnist_core.results.export.script import TOO_LONG

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("changed", "label"),
    [
        ({"augmentation": "flip"}, "Augmentation"),
        ({"weight_averaging": 0.9}, "Weight averaging"),
        ({"validation_size": 1000, "train_size": 500}, "Validation images, Training images"),
        ({"test_time_flip": True}, "Mirrored test images"),
        ({"max_seconds": 5.0}, "Seconds at most"),
        ({"start_from": "a1234567"}, "Start from run"),
        ({"photos": "somewhere"}, "Photos"),
        ({"dataset": "cifar-10"}, "Data set"),
    ],
)
def test_a_setting_that_no_short_script_can_follow_is_named(changed, label):
    with pytest.raises(ExportError, match=rf"because of these settings: {label}\.$"):
        training_script(TrainConfig(**changed))


def test_every_setting_is_in_the_script_is_refused_or_changes_no_number():
    followed = ("dataset", "architecture", "epochs", "batch_size", "optimizer", "learning_rate", "schedule")
    followed += ("momentum", "weight_decay", "label_smoothing", "seed")
    no_number = {"recipe", "device", "precision", "test_every", "judged_by"}
    assert {*followed, *TOO_LONG, *no_number} == set(SETTINGS)
    plain = TrainConfig(optimizer="sgd")
    other = {"dataset": "mnist-0-1", "architecture": "cnn", "epochs": 3, "batch_size": 7, "optimizer": "adam"}
    other |= {"learning_rate": 0.5, "schedule": "cosine", "momentum": 0.1, "weight_decay": 0.2}
    other |= {"label_smoothing": 0.3, "seed": 1}
    for name in followed:
        assert training_script(plain.replace(**{name: other[name]}), "x") != training_script(plain, "x"), name


def test_a_net_that_is_gone_has_no_script():
    with pytest.raises(ConfigError, match="Unknown architecture 'gone'"):
        training_script(TrainConfig(architecture="gone"))


def test_the_optimizer_is_written_with_what_differs_from_torchs_own():
    def optimizer(**settings) -> str:
        script = training_script(TrainConfig(learning_rate=0.001, **settings), "x")
        return next(line for line in script.splitlines() if "net.parameters()" in line)

    assert "Adam(net.parameters())" in optimizer()
    assert "Adam(net.parameters(), weight_decay=0.2)" in optimizer(weight_decay=0.2)
    assert "AdamW(net.parameters(), weight_decay=0.0)" in optimizer(optimizer="adamw")


@pytest.mark.parametrize("dataset", ["fashion-mnist", "mnist-0-1", "kmnist"])
def test_without_data_and_network_the_script_ends_with_a_sentence(dataset, tmp_path, monkeypatch):
    import torchvision  # here: whoever only collects the tests would wait for it

    monkeypatch.chdir(tmp_path)
    name = {"fashion-mnist": "FashionMNIST", "mnist-0-1": "MNIST", "kmnist": "KMNIST"}[dataset]
    monkeypatch.setattr(getattr(torchvision.datasets, name), "mirrors", [(tmp_path / "gone").as_uri() + "/"])
    with pytest.raises(SystemExit) as end:
        exec(training_script(TrainConfig(dataset=dataset)), {})
    sentence = r"No data and no download\. Unpack the four \.gz files of (\S+) into (\S+)\."
    said = re.fullmatch(sentence, end.value.code)
    assert said and said[2] == f"./data/{name}/raw" and Path(said[2]).is_dir()
    if dataset == "kmnist":
        assert said[1] == "KMNIST"
    else:
        assert len([*(ROOT / said[1]).glob("*ubyte.gz")]) == 4


def test_the_script_reads_the_copy_that_it_says_to_take(tmp_path, monkeypatch):
    import torchvision

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(torchvision.datasets.FashionMNIST, "mirrors", [])
    raw = Path("data/FashionMNIST/raw")
    raw.mkdir(parents=True)
    for path in (ROOT / "fmnist_core/data/included/FashionMNIST").glob("*.gz"):
        (raw / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    data = training_script(TrainConfig()).split("to_tensor =")[0]
    names: dict = {}
    exec(data, names)
    assert len(names["train_dataset"]) == 60_000
    assert len(names["test_dataset"]) == 10_000
