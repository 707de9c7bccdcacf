"""What the verdict of the Compare page says beside which of two runs is better."""

from finished_runs import finished_run
from helpers import complete, open_page
from test_compare_page import texts

from fmnist_core.base.config import TrainConfig


def test_the_verdict_says_that_two_runs_were_trained_differently_and_which_two_are_compared(store):
    best = finished_run(store, "long", skill=4.0, epochs=4)
    other = finished_run(store, "short", skill=2.0, epochs=3, train_size=10_000)
    app = open_page("compare", run=f"{other},{best}")
    said = "They were trained differently: 4 and 3 epochs, all and 10,000 training images."
    assert "long is better than short: +" in texts(app) and said in texts(app)
    assert "Compared: " not in texts(app)
    like_best = finished_run(store, "also long", skill=3.0, epochs=4, seed=5, batch_size=64)
    app = open_page("compare", run=f"{other},{best},{like_best}")
    assert "Compared: the best two of the 3 ticked." in texts(app)
    assert "They were trained differently: batch size 256 and 64." in texts(app)
    next(box for box in app.selectbox if box.label == "B").select("short").run()
    assert "Compared: two of the 3 ticked" in texts(app) and said in texts(app)
    assert not app.exception


def test_the_best_of_a_filter_are_not_called_the_best_that_were_trained_here(store):
    for architecture, seed in (("cnn", 1), ("mlp-32", 1), ("mlp-32", 2)):
        complete(store, store.create(TrainConfig(architecture=architecture, seed=seed)), 0.9)
    assert "The best runs trained here on one data set." in texts(open_page("compare"))
    said = texts(open_page("compare", architecture="mlp-32"))
    assert "The best of the rows shown, on one data set." in said and "trained here" not in said


def test_a_ticked_run_that_is_not_tested_yet_is_counted_as_ticked(store, held):
    ids = [store.create(TrainConfig(seed=seed)) for seed in range(4)]
    for run_id in ids[:3]:
        complete(store, run_id, 0.9)
    assert "Compared: the best two of the 4 ticked." in texts(open_page("compare", run=",".join(ids)))


def test_values_of_settings_that_are_words_are_in_the_readers_language(store):
    plain = finished_run(store, "plain")
    other = finished_run(store, "other", test_time_flip=True, augmentation="flip", seed=1)
    values = {}
    for language in ("en", "ko"):
        app = open_page("compare", run=f"{plain},{other}", lang=language)
        (table,) = [frame.value for frame in app.dataframe if "plain" in frame.value.columns]
        values[language] = {label: row.tolist() for label, row in table[["plain", "other"]].iterrows()}
    assert values["en"]["Mirrored test images"] == ["No", "Yes"]
    assert values["ko"]["좌우 뒤집은 테스트 이미지"] == ["아니요", "예"]
    assert values["ko"]["데이터 증강"] == ["없음", "flip"]
