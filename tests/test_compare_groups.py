"""Compare, all runs at a glance: seeds together in one row, and what being the best of many is worth."""

from finished_runs import finished_run
from helpers import address_of, open_page
from test_compare_page import texts, three_runs

__all__ = ["three_runs"]


def test_seeds_together_are_one_row_which_unfolds(three_runs, store):
    finished_run(store, "strong again", skill=4.1, seed=4)
    app = open_page("compare", together="1")
    assert not app.exception
    table = app.dataframe[0].value
    assert table["seeds"].max() == 3 and len(table) == 2  # seeds 1, 2 and 4 of one net
    first = store.get(three_runs[0]).run_id
    unfolded = open_page("compare", together="1", groups=first)
    assert sorted(unfolded.dataframe[1].value["seed"]) == [1, 2, 4]
    assert address_of(unfolded) == {"together": "1", "groups": first}
    filtered = open_page("compare", together="1", architecture="cnn")
    assert len(filtered.dataframe[0].value) == 1


def test_the_best_of_many_runs_is_said_to_have_been_picked(store):
    for seed in range(10):
        finished_run(store, seed=seed, epochs=1)
    said = texts(open_page("compare"))
    assert "10 runs were compared by these test images" in said
