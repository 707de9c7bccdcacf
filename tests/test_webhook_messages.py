"""What a web hook is told of a run, and of which runs nothing is told."""

import pytest
from helpers import CLOTHES, complete, started

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import webhook
from fmnist_core.jobs.webhook import run_message


def test_what_is_told_of_a_run_names_its_end_and_calls_nobody(store):
    run_id = store.create(TrainConfig(architecture="mlp-32"), "@all <b>")
    told = run_message(store.get(run_id))
    assert told["text"] == "(at)all &lt;b&gt;: queued" and told["test_accuracy"] is None
    complete(store, run_id, 0.875)
    with store.database.write() as db:
        db.execute("UPDATE runs SET seconds = 1234, message = 'a & b' WHERE run_id = ?", (run_id,))
    told = run_message(store.get(run_id))
    assert told["text"] == (
        "(at)all &lt;b&gt;: completed, 87.50 % of 100 test images right, 1,234 s of training. a &amp; b"
    )
    assert (told["event"], told["name"], told["seconds"]) == ("run", "@all <b>", 1234)


@pytest.mark.parametrize(("address", "told"), [("", 0), ("http://127.0.0.1:9/hook", 1), ("nowhere", 0)])
def test_only_the_end_of_a_run_is_told_and_only_where_there_is_an_address(store, monkeypatch, address, told):
    put = []
    monkeypatch.setenv(webhook.VARIABLE, address)
    monkeypatch.setattr(webhook, "_put", lambda *message: put.append(message))
    webhook.tell_end(store, store.create(CLOTHES))
    webhook.tell_end(store, started(store, CLOTHES.replace(seed=3)))
    webhook.tell_end(store, "deleted")
    assert put == []
    run_id = store.create(CLOTHES.replace(seed=4))
    complete(store, run_id, 0.5)
    webhook.tell_end(store, run_id)
    assert [(to, message["run_id"]) for to, message in put] == [(address, run_id)] * told


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_end_of_a_study_is_told_with_its_last_run_whichever_that_is(store, monkeypatch, order):
    put = []
    monkeypatch.setenv(webhook.VARIABLE, "http://127.0.0.1:9/hook")
    monkeypatch.setattr(webhook, "_put", lambda address, message: put.append(message))
    study = store.studies.create("two", [CLOTHES.replace(seed=seed) for seed in (1, 2)])
    run_ids = sorted(store.studies.run_ids(study))
    for place in order:
        complete(store, run_ids[place], 0.5)
        webhook.tell_end(store, run_ids[place])
    assert [message["event"] for message in put] == ["run", "run", "study"]
