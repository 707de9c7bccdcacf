"""Designed nets that are kept: names, files, what is damaged; and nets that do not fit a data set."""

import json
import os

import pytest
from test_designs import EVERY_KIND
from torch import nn

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError, DesignError
from fmnist_core.jobs.job import check
from fmnist_core.nets.architectures import ARCHITECTURES, Architecture
from fmnist_core.nets.designs import Design
from fmnist_core.runs import saved_designs


def test_a_saved_design_is_found_like_every_other_architecture():
    name = saved_designs.save(Design("My first net!", EVERY_KIND))
    assert name == "my-first-net"
    assert saved_designs.names() == ["my-first-net"]
    assert "my-first-net" in saved_designs.architecture_names()
    assert saved_designs.load(name).layers == Design(name, EVERY_KIND).layers
    assert saved_designs.find(name).description == "Designed here: 14 layers"
    assert TrainConfig(architecture=name).architecture == name


def test_a_korean_name_stays_korean():
    assert saved_designs.save(Design("나의 신경망", ({"kind": "flatten"},))) == "나의-신경망"
    assert saved_designs.find("나의-신경망").name == "나의-신경망"


@pytest.mark.parametrize("name", ["", "!!!", "../..", "x" * 41])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(DesignError, match="1 to 40 letters or digits"):
        saved_designs.save(Design(name, ({"kind": "flatten"},)))


def test_a_name_cannot_lead_out_of_the_folder():
    name = saved_designs.save(Design("../../evil", ({"kind": "flatten"},)))
    assert name == "evil"
    assert [path.name for path in saved_designs.folder().iterdir()] == ["evil.json"]
    with pytest.raises(ConfigError, match=r"Unknown architecture '\.\./evil'"):
        saved_designs.find("../evil")
    with pytest.raises(DesignError, match=r"Unknown design '\.\./designs/evil'"):
        saved_designs.load("../designs/evil")


def test_a_saved_design_never_changes():
    first = Design("mine", ({"kind": "flatten"},))
    saved_designs.save(first)
    saved_designs.save(first)
    with pytest.raises(DesignError, match="'mine' is the name of another net"):
        saved_designs.save(Design("mine", ({"kind": "flatten"}, {"kind": "activation"})))
    with pytest.raises(DesignError, match="'cnn' is the name of another net"):
        saved_designs.save(Design("CNN", ({"kind": "flatten"},)))


def test_a_free_name_is_no_other_nets():
    mine, other = Design("mine", ({"kind": "flatten"},)), Design("", ({"kind": "batch norm"},))
    assert saved_designs.free_name("mine", mine) == "mine"
    saved_designs.save(mine)
    assert saved_designs.free_name("mine", mine) == "mine"
    assert saved_designs.free_name("mine", other) == "mine-2"
    assert saved_designs.free_name("cnn", other) == "cnn-2"


def test_a_design_is_saved_for_the_images_that_it_fits():
    design = Design(
        "large", ({"kind": "pooling", "size": 8}, {"kind": "pooling", "size": 4}, {"kind": "flatten"})
    )
    with pytest.raises(DesignError, match="does not fit into"):
        saved_designs.save(design)
    assert saved_designs.save(design, (3, 32, 32)) == "large"


def test_a_design_that_does_not_fit_is_not_saved():
    with pytest.raises(DesignError, match="Add Flatten"):
        saved_designs.save(Design("wrong", ({"kind": "dense"},)))
    assert saved_designs.names() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"layers": 3}', b'{"layers": [{"kind": "exec"}]}', b"\xff\xfe", b"[" * 50_000],
)
def test_a_damaged_file_is_named_and_does_not_hurt_the_others(content):
    saved_designs.save(Design("good", ({"kind": "flatten"},)))
    (saved_designs.folder() / "bad.json").write_bytes(content)
    with pytest.raises(DesignError, match="'bad' cannot be read"):
        saved_designs.load("bad")
    assert saved_designs.find("good").name == "good"


def test_a_write_that_fails_leaves_nothing_behind(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Exception, match="No space left"):
        saved_designs.save(Design("mine", ({"kind": "flatten"},)))
    assert saved_designs.names() == []


def test_the_file_is_plain_json():
    saved_designs.save(Design("mine", ({"kind": "flatten"},)))
    content = json.loads((saved_designs.folder() / "mine.json").read_text(encoding="utf-8"))
    assert content == {"name": "mine", "layers": [{"kind": "flatten"}]}


def test_a_net_that_does_not_fit_its_data_set_is_refused_before_there_is_a_run(monkeypatch, store):
    def too_few_inputs(image_shape, classes):
        return nn.Sequential(nn.Flatten(), nn.Linear(100, classes))

    def ten_classes(image_shape, classes):
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))

    for build in (too_few_inputs, ten_classes):
        monkeypatch.setitem(ARCHITECTURES, build.__name__, Architecture(build.__name__, "", build))
    with pytest.raises(
        ConfigError, match=r"does not fit .*\(1 channel of 28 × 28, 10 classes\): .*multiplied"
    ):
        check(store, TrainConfig(architecture="too_few_inputs"))
    check(store, TrainConfig(architecture="ten_classes"))
    with pytest.raises(ConfigError, match=r"ten_classes does not .* 47 classes\): logits of shape \(1, 10\)"):
        check(store, TrainConfig(architecture="ten_classes", dataset="emnist-balanced"))


def test_a_design_that_does_not_fit_its_data_set_is_refused_before_there_is_a_run(store):
    layers = ({"kind": "flatten"}, *({"kind": "dense", "nodes": nodes} for nodes in (4096, 4096, 2000)))
    wide = saved_designs.save(Design("wide", layers))  # on grey images just within the limit
    check(store, TrainConfig(architecture=wide))
    with pytest.raises(DesignError, match="at most 30,000,000 are allowed"):
        check(store, TrainConfig(architecture=wide, dataset="cifar-10"))
