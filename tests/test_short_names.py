"""Names that are cut can still be told apart."""

import json
import re

import pytest
from finished_runs import finished_run
from helpers import open_page
from playwright.sync_api import expect
from servers import forked_server
from windows import READY, load

from fmnist_core.runs import RunStore
from pages.ui.short_names import run_labels, tell_apart, without_parts

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


def test_lists_in_the_pane_show_what_differs_between_runs(store):
    """And the ids of those that have the same name."""
    names = [f"mlp-256 · custom · 5 epochs · seed {seed}" for seed in (1, 2)]
    ids = [finished_run(store, name, seed=place, skill=3 + place) for place, name in enumerate(names)]
    for run_id in ids:
        store.checkpoint_path(run_id).write_bytes(b"")
    short = ["mlp-256 … seed 2", "mlp-256 … seed 1"]
    shipped = ["Photo model · comes with the project"]
    assert open_page("predictions").selectbox(key="predictions_run").options == short + shipped
    assert open_page("inside").selectbox(key="inside_run").options == short + shipped
    beside = open_page("predictions", view="beside", run=ids[0]).selectbox
    assert next(box for box in beside if box.label == "Run B").options == short[:1] + shipped
    opponents = open_page("guess").multiselect[0]
    assert sorted(opponents.options) == sorted(short + shipped)
    reader = next(box for box in open_page("photo").selectbox if box.label == "Run that answers")
    assert set(short) <= set(reader.options)
    twins = [finished_run(store, "twin", seed=seed) for seed in (7, 8)]
    assert list(run_labels(map(store.get, twins)).values()) == [f"twin · {run_id}" for run_id in twins]


def test_the_list_of_the_room_shows_what_differs_between_runs(store):
    for seed in (1, 2):
        finished_run(store, f"mlp-256 · custom · 5 epochs · seed {seed}", seed=seed)
    for view, shown in (("room", "mlp-256 … seed 1"), ("board", "mlp-256 · custom · 5 epochs · seed 1")):
        said = "".join(html.value for html in open_page("classroom", view=view).get("html"))
        assert f"<b>{shown}</b>" in said and 'title="mlp-256 · custom · 5 epochs · seed 1"' in said


@pytest.mark.browser
def test_a_choice_stays_when_a_later_run_changes_the_labels(page, tmp_path):
    """A browser keeps a choice by its label."""
    store = RunStore(tmp_path / "runs")
    name = "mlp-256 · custom · 5 epochs · rate {} · seed {}"
    first, second = (finished_run(store, name.format(0.1, seed), seed=seed) for seed in (1, 2))
    with forked_server(tmp_path / "runs", tmp_path / "data", tmp_path / "log") as address:
        load(page, f"{address}/predictions?run={second}")
        expect(page.get_by_role("combobox", name="Run")).to_have_value("mlp-256 … seed 2")
        finished_run(store, name.format(0.2, 2), skill=5.0, seed=2)
        for view in ("Confusion matrix", "Images", "Confusion matrix"):
            page.get_by_test_id("stRadioGroup").get_by_text(view, exact=True).click()
            page.wait_for_timeout(1000)
            page.locator(READY).wait_for()
            expect(page).to_have_url(re.compile(f"run={second}"))

        load(page, f"{address}/guess?dataset=fashion-mnist&against={first},{second}")
        tags = page.get_by_test_id("stMultiSelect").locator("[data-tag]")
        before = tags.all_inner_texts()
        finished_run(store, name.format(0.2, 1), skill=4.0, seed=1)
        for language in ("한국어", "English", "한국어"):
            page.get_by_role("radio", name=language).click()
            page.wait_for_timeout(1000)
            page.locator(READY).wait_for()
            expect(page).to_have_url(re.compile(f"against={first}(,|%2C){second}"))
            assert tags.count() == 2 and tags.all_inner_texts() != before
