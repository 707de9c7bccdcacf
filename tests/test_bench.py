"""Benchmarks: two sides in turn, and the sides themselves. How fast they are is no test's business."""

import json
import sys

import pytest
import torch
from bench import compare_page

from fmnist_core import bench
from fmnist_core.base.errors import ConfigError
from fmnist_core.bench import lecture_loop, measurement, peer_training, peers


def test_a_benchmark_prints_json_lines_or_a_table(monkeypatch, capsys):
    def quick():
        yield measurement.less_is_better("quick", 2.0, 5.0, "seconds (nothing)")

    monkeypatch.setitem(bench.BENCHMARKS, "quick", quick)
    assert bench.main(["quick"], as_json=True) == 0
    expected = {"name": "quick", "ours": 2.0, "baseline": 5.0, "ratio": 2.5, "unit": "seconds (nothing)"}
    found = json.loads(capsys.readouterr().out)
    assert set(found.pop("machine")) == {"processor", "instructions", "threads", "load", "torch"}
    assert found == expected
    bench.main(["quick"], as_json=False)
    assert capsys.readouterr().out.splitlines()[2].split()[:4] == ["quick", "2", "5", "2.5"]
    with pytest.raises(ConfigError, match="Unknown benchmark 'slow'; choose one of: throughput-mlp-32"):
        bench.main(["slow"], as_json=False)


def test_the_two_sides_of_a_benchmark_take_turns():
    calls = []
    sides = (lambda: calls.append("ours") or 1.0, lambda: calls.append("theirs") or len(calls))
    assert measurement.in_turn(*sides, rounds=3) == [1.0, 4]
    assert calls == ["ours", "theirs"] * 3


def test_the_lectures_loop_sees_every_image_and_learns(tiny):
    loop = lecture_loop.LectureLoop("mlp-32", tiny)
    before = loop.net[1].weight.clone()
    assert loop.images_per_second(2) > 0
    assert not torch.equal(before, loop.net[1].weight)


@pytest.fixture
def small_peers(tiny, monkeypatch):
    monkeypatch.setattr(peers, "STEPS", 2)
    monkeypatch.setattr(peers, "real_data", lambda: tiny)


def test_without_an_environment_for_peers_nothing_is_measured(monkeypatch, capsys):
    monkeypatch.delenv("FMNIST_PEERS_PYTHON", raising=False)
    assert list(peers.benchmark()) == []
    assert "FMNIST_PEERS_PYTHON names no environment" in capsys.readouterr().err


def test_a_peer_that_is_not_installed_is_left_out_with_the_reason(small_peers, monkeypatch, capsys):
    monkeypatch.setenv("FMNIST_PEERS_PYTHON", sys.executable)
    monkeypatch.setattr(peer_training, "PEERS", {"no_such_library": None})
    assert list(peers.benchmark()) == []
    assert "peers: no_such_library left out: KeyError" in capsys.readouterr().err


def test_a_python_for_peers_that_is_not_there_is_named(small_peers, monkeypatch):
    monkeypatch.setenv("FMNIST_PEERS_PYTHON", "/no/such/python")
    with pytest.raises(ConfigError, match="PEERS_PYTHON '/no/such/python' cannot be run: No such file"):
        list(peers.benchmark())


def test_the_benchmark_of_many_runs_draws_and_times_the_pages():
    times = compare_page.measure(runs=5, epochs=2, repeats=2)
    assert {"open", "sort", "filter", "groups", "groups_after_a_change"} < set(times)
    assert times["open_with_histories"] > times["open"] > 0
