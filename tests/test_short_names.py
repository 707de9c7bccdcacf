"""Names that are cut can still be told apart."""

import json

from finished_runs import finished_run
from helpers import open_page

from pages.ui.short_names import tell_apart, without_parts

ENDS_ALIKE = [f"mlp-32 · custom · 4 epochs ·{rate} decay 0.0005 · seed 7" for rate in ("", " rate 0.01 ·")]
ENDS_ALIKE += [name.replace("0.01", "0.1") for name in ENDS_ALIKE[1:]]


def test_names_that_end_alike_show_where_they_differ():
    assert list(tell_apart(ENDS_ALIKE, 24).values()) == [
        "mlp-32 … seed 7",
        "mlp-32 … rate 0.01 …",
        "mlp-32 … rate 0.1 …",
    ]


def test_of_a_long_name_whole_parts_are_left_out():
    names = [f"mlp-256 · custom · 5 epochs · seed {seed}" for seed in (1, 2)]
    assert list(tell_apart(names, 24).values()) == ["mlp-256 … seed 1", "mlp-256 … seed 2"]
    assert list(tell_apart(names, 30).values()) == [f"mlp-256 … 5 epochs · seed {seed}" for seed in (1, 2)]


def test_a_name_that_was_cut_already_has_one_mark_of_that():
    """As `run_name` cuts one of many settings."""
    names = [f"mlp-32 · custom · 5 epochs · … {end}" for end in ("584b", "91c0")]
    assert list(tell_apart(names, 14).values()) == ["mlp-32 … 584b", "mlp-32 … 91c0"]


def test_a_mark_stands_between_whole_parts_and_never_in_the_name_of_a_net():
    """The names of a study's groups, and the automatic ones of runs."""
    groups = [
        f"{net} · {epochs} epochs" for net in ("mlp-256", "mlp-deep", "mlp-32") for epochs in (2, 3, 10)
    ]
    assert tell_apart(groups, 20) == {name: name for name in groups}
    runs = [
        f"mlp-32 · custom · 1 epoch ·{rate} seed {seed}" for rate in ("", " rate 0.01 ·") for seed in (7, 8)
    ]
    nets = [f"mlp-4096-dropout · sgd · rate {rate}" for rate in (0.001, 0.01)]
    for names in (groups, runs, nets):
        for letters in (14, 20, 24):
            short = tell_apart(names, letters, most=32)
            assert len(set(short.values())) == len(names)
            for name, look in short.items():
                said = [part for piece in look.split(" … ") for part in piece.removesuffix(" …").split(" · ")]
                assert said[0] == name.split(" · ")[0] and set(said) <= set(name.split(" · "))
                assert len(look) <= 32


def test_of_one_name_the_first_part_and_the_last_ones_stay():
    assert without_parts("mlp-32 · custom · 1 epoch · rate 0.01 · seed 43054", 20) == "mlp-32 … seed 43054"
    assert without_parts("mlp-32 · custom", 20) == "mlp-32 · custom"


def test_the_column_of_colours_does_not_grow_with_the_table(store):
    """A pinned column has its width, however much room there is."""
    finished_run(store, epochs=1)
    for page, column in (("compare", "curve"), ("train", "curve"), ("studies", "color")):
        columns = json.loads(open_page(page).dataframe[0].proto.columns)
        assert (columns[column]["pinned"], columns[column]["width"]) == (True, 38)


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
        shown = {"mlp-32 … rate 0.01 …", "mlp-32 … rate 0.1 …"} if page == "compare" else set(ENDS_ALIKE)
        assert shown <= set(names)


def test_the_run_that_reads_photos_is_named_in_full(store, monkeypatch):
    run_id = finished_run(store, ENDS_ALIKE[1])
    path = store.checkpoint_path(run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")  # there is one; no photo is read here
    app = open_page("photo", run=run_id)
    assert any(ENDS_ALIKE[1] in caption.value.replace("\\", "") for caption in app.caption)
