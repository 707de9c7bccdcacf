"""What the verdict of the Compare page says beside which of two runs is better."""

from finished_runs import finished_run
from helpers import open_page
from test_compare_page import texts


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
    assert "trained differently" not in texts(app)
    next(box for box in app.selectbox if box.label == "B").select("short").run()
    assert "Compared: two of the 3 ticked" in texts(app) and said in texts(app)
    assert not app.exception
