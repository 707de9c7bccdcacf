"""What is said of two ways to train: what their names share once, and what the verdict is worth."""

from finished_runs import finished_run

from fmnist_core.results import statistics
from fmnist_core.results.statistics import compare_groups, group_runs, group_verdict, luck_sentence


def test_what_two_names_share_is_said_once_before_what_differs():
    a, b = dict(enumerate([0.900, 0.901, 0.902])), dict(enumerate([0.930, 0.931, 0.933]))
    names = "cnn · few · batch 32 · rate 0.001", "cnn · few · batch 32 · rate 0.01"
    said = group_verdict(compare_groups(a, b), *names)
    assert said.startswith(
        "In common: cnn · few · batch 32. rate 0.01 is the better way to train than rate 0.001: +3.0 points"
    )
    for other in ("cnn", "cnn · few"):  # nothing would be left of one of them
        assert group_verdict(compare_groups(a, b), other, "cnn · few · batch 32").startswith(
            f"cnn · few · batch 32 is the better way to train than {other}: "
        )


def test_the_notes_of_a_verdict_count_those_that_it_may_name(store):
    for rate, skill, seeds in ((0.1, 5.0, (1,)), (0.01, 4.0, (1, 2)), (0.001, 2.0, (1, 2))):
        for seed in seeds:
            finished_run(store, skill=skill, epochs=1, learning_rate=rate, seed=seed)
    groups = group_runs(store.runs())
    left_out, luck = statistics.verdict_notes(groups)
    assert left_out == "Not compared: 1 with one seed only."
    assert luck == luck_sentence(groups[1:]) and luck.startswith("The best of 2 is picked")
    assert statistics.verdict_notes(groups[1:]) == [luck]
