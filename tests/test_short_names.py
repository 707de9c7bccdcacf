"""Names that are cut can still be told apart."""

from finished_runs import finished_run
from helpers import open_page

from pages.ui.short_names import tell_apart

ENDS_ALIKE = [f"mlp-32 · custom · 4 epochs ·{rate} decay 0.0005 · seed 7" for rate in ("", " rate 0.01 ·")]
ENDS_ALIKE += [name.replace("0.01", "0.1") for name in ENDS_ALIKE[1:]]


def test_names_that_end_alike_show_where_they_differ():
    assert list(tell_apart(ENDS_ALIKE, 24).values()) == [
        "mlp-32…decay 0.0005 · se…",
        "mlp-32…rate 0.01 · decay…",
        "mlp-32…rate 0.1 · decay …",
    ]


def test_of_a_long_name_whole_parts_are_left_out():
    names = [f"mlp-256 · custom · 5 epochs · seed {seed}" for seed in (1, 2)]
    assert list(tell_apart(names, 24).values()) == ["mlp-256 … seed 1", "mlp-256 … seed 2"]
    assert list(tell_apart(names, 30).values()) == [f"mlp-256 … 5 epochs · seed {seed}" for seed in (1, 2)]


def test_a_name_that_was_cut_already_has_one_mark_of_that():
    """As `run_name` cuts one of many settings."""
    names = [f"mlp-32 · custom · 5 epochs · … {end}" for end in ("584b", "91c0")]
    assert list(tell_apart(names, 14).values()) == ["mlp-32 … 584b", "mlp-32 … 91c0"]


def test_no_two_names_look_the_same_however_late_they_differ():
    names = [f"{'a word ' * 8}{first} {'and more ' * 2}{last} end" for first in "xy" for last in "12"]
    names += ["short", names[0] + "s", "n" * 79 + "1", "n" * 79 + "2", "n" * 40 + "3" + "n" * 39]
    for letters in (14, 24):
        short = tell_apart(names, letters)
        assert len(set(short.values())) == len(names)
        assert max(map(len, short.values())) <= letters + 1


def test_tables_of_runs_show_what_differs(store):
    for place, name in enumerate(ENDS_ALIKE):
        finished_run(store, name, seed=place, batch_size=32 + place)
    for page in ("compare", "train"):
        names = open_page(page).dataframe[0].value["name"]
        assert {"mlp-32…rate 0.01 · decay…", "mlp-32…rate 0.1 · decay …"} < set(names)


def test_the_run_that_reads_photos_is_named_in_full(store, monkeypatch):
    run_id = finished_run(store, ENDS_ALIKE[1])
    path = store.checkpoint_path(run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")  # there is one; no photo is read here
    app = open_page("photo", run=run_id)
    assert any(ENDS_ALIKE[1] in caption.value.replace("\\", "") for caption in app.caption)
