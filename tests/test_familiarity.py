"""What is familiar to a net, and the score that says whether a picture shows one of its classes."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
import torch
from photo_runs import small_familiarity, trained_run

from fmnist_core.data import datasets
from fmnist_core.nets.evaluation import features_and_logits
from fmnist_core.photos import familiarity, scoring
from fmnist_core.photos.foreign_objects import foreign_objects
from fmnist_core.photos.reading import Reading
from fmnist_core.photos.run_file import IN_MEMORY, RunFile
from fmnist_core.runs import stored_models


@pytest.fixture
def loaded(store, monkeypatch):
    small_familiarity(monkeypatch)
    return stored_models.load_model(store, trained_run(store))


def test_a_net_that_wavers_between_three_classes_still_knows_that_it_is_one_of_them():
    probabilities = np.array([0.35, 0.33, 0.28, 0.04], np.float32)
    reading = Reading(np.zeros((1, 4)), np.log(probabilities)[None], np.ones(1, np.float32), probabilities)
    known = familiarity.Familiarity(0.5, together=3)
    assert known.familiar(reading.features, reading.logits) == pytest.approx(0.5)
    assert known.score(reading) == pytest.approx((0.5 * 0.96) ** 0.5)
    assert familiarity.Familiarity(0.5, together=1).score(reading) == pytest.approx((0.5 * 0.35) ** 0.5)


def test_no_more_than_half_of_the_classes_count_together():
    classes = (1, 2, 3, 4, 5, 6, 10, 47)
    assert [familiarity.counted_together(count) for count in classes] == [1, 1, 1, 2, 2, 3, 3, 3]


def test_a_threshold_for_another_score_is_fitted_again(loaded):
    path = loaded.folder / familiarity.STORED.name
    known = familiarity.for_run(loaded)
    assert known.together == 3
    before = {"threshold": 0.123, **vars(known.regression)}  # as it was kept when one class counted
    np.savez_compressed(path, **before)
    familiarity.STORED.in_memory.clear()
    assert familiarity.for_run(loaded).threshold == known.threshold


def test_what_is_familiar_is_kept_in_the_runs_folder(loaded, monkeypatch):
    first = familiarity.for_run(loaded)
    assert (loaded.folder / familiarity.STORED.name).exists()
    familiarity.STORED.in_memory.clear()
    monkeypatch.setattr(familiarity, "learn_familiarity", None)  # it must not be computed again
    stored = familiarity.for_run(loaded)
    assert stored.threshold == first.threshold
    np.testing.assert_array_equal(stored.regression.weights, first.regression.weights)


def test_a_damaged_familiarity_file_is_made_again(loaded):
    (loaded.folder / familiarity.STORED.name).write_bytes(b"PK damaged")
    familiarity.STORED.in_memory.clear()
    assert 0 < familiarity.for_run(loaded).threshold < 1


def test_who_asks_for_another_run_does_not_wait_for_what_is_computed_of_one(store):
    first, other = (stored_models.load_model(store, trained_run(store, seed=seed)) for seed in (1, 2))
    kept = RunFile("kept.npz", lambda value: {"value": value}, lambda arrays: int(arrays["value"]))
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> int:
        begun.set()
        assert go_on.wait(20)
        return 1

    with ThreadPoolExecutor() as pool:
        slow = pool.submit(kept.of, first, slowly)
        assert begun.wait(20)
        try:
            assert pool.submit(kept.of, other, lambda: 2).result(5) == 2
        finally:
            go_on.set()
        assert slow.result() == kept.of(first, slowly) == 1


def test_it_is_kept_in_memory_of_a_few_runs_alone(loaded):
    kept = RunFile("kept.npz", lambda value: {"value": value}, lambda arrays: int(arrays["value"]))
    (checkpoint,) = loaded.folder.glob("checkpoint*")
    for time in range(IN_MEMORY + 2):
        os.utime(checkpoint, (time + 1, time + 1))
        (loaded.folder / kept.name).unlink(missing_ok=True)
        assert kept.of(loaded, partial(int, time)) == time
    assert [*kept.in_memory.values()] == [*range(2, IN_MEMORY + 2)]


def test_garments_are_more_familiar_than_shorts_and_pieces(loaded):
    data = datasets.load("fashion-mnist")
    images, labels = torch.tensor(data.test_images[:400]) / 255, torch.tensor(data.test_labels[:400])
    made = foreign_objects(images, labels, data.class_names, torch.Generator().manual_seed(9))
    known = familiarity.for_run(loaded)
    scores = [
        known.familiar(*features_and_logits(loaded.model, (batch * 255).to(torch.uint8)))
        for batch in (images, made)
    ]
    assert scoring.auroc(list(scores[0]), list(scores[1])) > 0.65  # .5 is chance; 32 nodes know little


def test_the_threshold_lets_one_strange_thing_in_twenty_through(loaded, monkeypatch):
    strange = np.linspace(0, 1, 1001)
    assert (strange >= familiarity.choose_threshold(strange)).mean() == pytest.approx(0.05, abs=0.002)
    scores = []
    original = familiarity.choose_threshold
    monkeypatch.setattr(
        familiarity, "choose_threshold", lambda found: scores.append(found) or original(found)
    )
    known = familiarity.for_run(loaded)
    assert (scores[0] >= known.threshold).mean() == pytest.approx(0.05, abs=0.02)


def test_a_net_that_learned_from_photos_answers_with_its_own_evidence():
    logits = np.array([[9.0, 0, 0], [-9, -9, -9], [-np.log(3)] * 3])
    familiar = familiarity.Familiarity(0.5, 3).familiar(np.zeros((3, 4)), logits)
    assert familiar[0] > 0.99 and familiar[1] < 0.01
    assert familiar[2] == pytest.approx(0.5)  # the exponentials sum to 1
