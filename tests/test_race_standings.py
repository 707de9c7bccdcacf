"""What is said of a race and of its runs, and where its settings stand."""

import pytest
from finished_runs import finished_run
from helpers import KMNIST, epoch_result, open_page, started, train_here, write_small_set

from fmnist_core.base.config import MAX_EPOCHS, UNTIL_THE_BELL
from fmnist_core.base.epochs import Progress
from fmnist_core.base.recipes import run_name
from fmnist_core.base.terminal import ProgressBar
from fmnist_core.results import statistics
from fmnist_core.results.export import report
from fmnist_core.runs import progress


def _standings_of(run_ids: list[str]) -> list[str]:
    app = open_page(race=",".join(run_ids))
    assert not app.exception
    said = [line for text in app.markdown for line in text.value.splitlines()]
    return [line.strip() for line in said if line.startswith(("**1.", "**2."))]


def test_the_standings_say_which_net_had_fewer_seconds_than_promised(store):
    configs = {
        net: KMNIST.replace(max_seconds=8.0, epochs=1000, architecture=net) for net in ("mlp-32", "cnn")
    }
    run_ids = store.create_race(configs)
    worker = store.workers.open()
    for run_id, epoch, accuracy in zip(run_ids, (1000, 2), (0.5, 0.4), strict=True):
        store.start(run_id, worker)
        store.add_epoch(run_id, epoch_result(epoch, accuracy, seconds=7.0, test_accuracy=0.5))
    first, second = _standings_of(run_ids)
    assert first.endswith("after 1,000.0 epochs") and second.endswith("after 2.0 epochs")
    store.finish(run_ids[0], "completed")
    store.finish(run_ids[1], "stopped")
    first, second = _standings_of(run_ids)
    assert first.endswith("ended after 1,000 epochs, before the bell") and second.endswith("epochs · stopped")


@pytest.mark.parametrize(
    ("net", "epoch", "step", "lags"),
    [
        ("small-cnn", 1, 20, True),
        ("small-cnn", 1, 51, False),
        ("small-cnn", 2, 20, False),
        ("cnn", 1, 20, False),
    ],
)
def test_the_standings_say_whose_averages_still_lag_behind(store, net, epoch, step, lags):
    cut = finished_run(store, net, architecture=net, max_seconds=8.0, validation_size=5000)
    progress.write(store.folder(cut), Progress(epoch, step, 215, 0.5, 0.783, 5.0, 1000.0))
    said = [text.value for text in open_page(race=cut).caption if "running averages" in text.value]
    assert len(said) == lags and all(text.endswith(f"say: {net}.") for text in said)


@pytest.mark.parametrize(("images", "is_few"), [(10, True), (99, True), (100, False)])
def test_the_caption_says_how_many_validation_images_there_are_and_what_few_are_worth(
    store, held, images, is_few
):
    run_id = store.create(KMNIST.replace(max_seconds=8.0, validation_size=images))
    (said,) = [text.value for text in open_page(race=run_id).caption if text.value.startswith("Points:")]
    assert f"{images} validation images" in said
    assert (f"One validation image is {100 / images:.1f} points" in said) is is_few


def test_a_race_that_did_not_end_is_not_said_to_stand_at_so_many_of_a_thousand_million_epochs(store):
    run = store.get(started(store, KMNIST.replace(max_seconds=8.0, epochs=UNTIL_THE_BELL)))
    assert statistics.how_far({"mlp": run}) == ["mlp stands at epoch 0."]


def test_the_settings_of_a_race_are_in_the_form_again_and_its_weights_begin_a_usual_training(store):
    write_small_set()
    run_id = store.create(KMNIST.replace(max_seconds=0.1, epochs=UNTIL_THE_BELL))
    assert train_here(store, run_id) == "completed"
    app = open_page(run=run_id)
    assert not app.exception and not app.warning and not app.error
    assert [number.value for number in app.number_input if number.label == "Epochs"] == [MAX_EPOCHS]
    (button,) = [button for button in app.button if button.key == "start_from"]
    button.click().run()
    assert not app.exception and not app.error
    assert [number.value for number in app.number_input if number.label == "Epochs"] == [10]


def test_a_race_is_not_said_to_have_a_thousand_million_epochs(store):
    config = KMNIST.replace(recipe="race", max_seconds=8.0, epochs=UNTIL_THE_BELL)
    assert run_name(config) == "mlp-32 · race · kmnist · batch 20 · float32 · cpu · 8 s"
    run = store.get(finished_run(store, "race", 2.0, 3, planned=UNTIL_THE_BELL, max_seconds=8.0))
    usual = store.get(finished_run(store, "usual", 2.0, 3, seed=2))
    table = statistics.settings_differences({"race": run.config, "usual": usual.config})
    assert str(UNTIL_THE_BELL) not in table.to_string()
    assert str(UNTIL_THE_BELL) not in report.run_report(store, run.run_id)


def test_the_terminals_bar_of_a_race_is_filled_by_its_seconds(capsys):
    ProgressBar(UNTIL_THE_BELL, 8.0)(epoch_result(3, 0.4, seconds=4.0))
    said = capsys.readouterr().err
    assert said.startswith("[##########..........] epoch 3 ·") and "-" not in said


def test_epochs_that_the_clock_cut_short_are_said_in_part_wherever_they_are_said(store):
    """Not as a whole one: Compare's table and verdict, and both reports."""
    cut = finished_run(store, "cut", 4.0, 2, planned=100, max_seconds=5.0)
    whole = finished_run(store, "whole", 2.0, 3)
    progress.write(store.folder(cut), Progress(2, 4, 10, 0.5, 0.8, 5.0, 1000.0))
    assert [store.epochs_done(store.get(run_id)) for run_id in (cut, whole)] == [1.4, 3]
    app = open_page("compare", run=f"{cut},{whole}")
    said = "They were trained differently: 1.4 and 3 epochs"
    assert any(said in caption.value for caption in app.caption)
    table = app.dataframe[0].value.set_index("name")
    assert dict(table.loc[["cut", "whole"], "epochs"]) == {"cut": 1.4, "whole": 3}
    assert said in report.comparison_report(store, [cut, whole])
    for run_id, epochs in ((cut, "1.4"), (whole, "3")):
        assert f"{epochs} epochs in" in report.run_report(store, run_id)


def test_races_of_two_seeds_are_one_way_to_train_though_their_epochs_differ(store):
    for seed, epochs in ((1, 2), (2, 3)):
        finished_run(store, f"seed {seed}", 2.0, epochs, seed=seed, planned=100, max_seconds=5.0)
    runs = store.runs()
    (group,) = statistics.group_runs(runs)
    assert len(group.runs) == 2 and statistics.only_seed_differs(*runs)
