"""The twelve images of the Train page: what is said while a net's answers lag behind what it has learned."""

import pandas as pd
import pytest
from finished_runs import finished_run
from helpers import epoch_result, started

from fmnist_core.base.config import TrainConfig
from fmnist_core.runs import RunStore
from pages.ui.train import samples


def at_step(store: RunStore, architecture: str, step: int, epochs: int = 0) -> list[str]:
    """What is said of a run in this step, after so many epochs."""
    run_id = started(store, TrainConfig(architecture=architecture, epochs=5))
    for epoch in range(1, epochs + 1):
        store.add_epoch(run_id, epoch_result(epoch))
    return samples.why_they_lag(store.get(run_id), pd.DataFrame({"epoch": [1], "step": [step]}))


@pytest.mark.parametrize(
    ("architecture", "step", "epochs", "lags"),
    [
        ("small-cnn", 4, 0, True),
        ("small-cnn", 50, 0, True),
        ("small-cnn", 51, 0, False),
        ("small-cnn", 4, 1, False),
        ("cnn", 4, 0, False),
        ("mlp-32", 4, 0, False),
    ],
)
def test_batch_normalisation_lags_in_the_first_steps(store, architecture, step, epochs, lags):
    said = at_step(store, architecture, step, epochs)
    assert bool(said) == lags
    assert not lags or "the net knows more than it says of the images below" in said[0]


def test_nothing_is_said_before_the_first_record(store):
    run_id = finished_run(store, architecture="small-cnn", epochs=1)
    assert samples.why_they_lag(store.get(run_id), pd.DataFrame({"epoch": [], "step": []})) == []
