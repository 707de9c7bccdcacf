"""The colour of a run: changed, kept, told from that of others, and taken along."""

import io
import itertools
import math
import sqlite3

import numpy as np
import pandas as pd
import pytest
from helpers import CLOTHES, complete, epoch_result, open_page, started

from fmnist_core.base.errors import RunError
from fmnist_core.base.palette import (
    BLUE,
    BROWN,
    GREEN,
    GREY,
    GROUNDS,
    LEAST_CONTRAST,
    RUNS,
    SERIES,
    TEN_CLASSES,
    WORST_TO_BEST,
    channels,
    contrast,
    distinct,
)
from fmnist_core.jobs import classroom
from fmnist_core.jobs.people import SINGLE_USER
from fmnist_core.results.charts.curves import SPLITS
from fmnist_core.results.charts.data import class_balance_bars
from fmnist_core.results.export import comparison_report
from fmnist_core.runs import RunStore, archive
from fmnist_core.runs.record import colors_of
from pages.ui.compare import curves
from pages.ui.design import layer_list
from pages.ui.live_chart import live_chart

ALIKE_BLUE = "#0070B0"
"""Nobody tells it from `BLUE`."""
EYES = {
    "usual": np.eye(3),
    "without red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "without green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "without blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
"""What colour-blind eyes see of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1)."""
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def as_seen(color: str, eyes: np.ndarray) -> list[float]:
    """CIELAB, in which distances are those that these eyes see."""
    shares = np.array(channels(color)) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(XYZ @ np.clip(eyes @ linear, 0.001, 1) / XYZ.sum(1))
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def finished(store: RunStore, accuracy: float = 0.8, **values) -> str:
    run_id = store.create(CLOTHES, **values)
    complete(store, run_id, accuracy)
    return run_id


def test_a_chosen_colour_survives_a_restart_and_there_is_a_way_back(store):
    run_id = store.create(CLOTHES)
    automatic = store.get(run_id).color
    assert not store.get(run_id).has_own_color
    store.set_color(run_id, "#a1b2c3")
    again = RunStore()
    assert again.get(run_id).color == "#A1B2C3" and again.get(run_id).has_own_color
    assert again.table()["color"].tolist() == ["#A1B2C3"]
    again.set_color(run_id, "")
    assert store.get(run_id).color == automatic and not store.get(run_id).has_own_color


@pytest.mark.parametrize("bad", ["red", "#12345", "#1234567", "#12345G", "red;}<script>", "#ＡＢＣＤＥＦ"])
def test_what_is_no_colour_is_refused_with_a_sentence(store, bad):
    run_id = store.create(CLOTHES)
    before = store.get(run_id)
    with pytest.raises(RunError, match="written as #RRGGBB, such as #0072B2"):
        store.set_color(run_id, bad)
    assert store.get(run_id) == before


def test_the_colour_of_the_run_that_comes_along_stays(store):
    with pytest.raises(RunError, match="comes with the project"):
        store.set_color(store.shipped.run.run_id, BLUE)
    assert not store.shipped.run.has_own_color


def test_runs_of_a_store_of_version_5_keep_their_colour_as_their_automatic_one(store):
    run_id = store.create(CLOTHES)
    color = store.get(run_id).color
    with store.database.write() as db:
        for column in ("automatic_color", "rate_changed"):
            db.execute(f"ALTER TABLE runs DROP COLUMN {column}")
        for column in ("search", "asked", "ended"):
            db.execute(f"ALTER TABLE studies DROP COLUMN {column}")
        db.execute("PRAGMA user_version = 5")
    later = RunStore()
    assert (later.get(run_id).color, later.get(run_id).automatic_color) == (color, color)
    copy = sqlite3.connect(store.path / "runs.version-5.db")
    assert copy.execute("SELECT color FROM runs").fetchall() == [(color,)]
    copy.close()


# ---- told apart ---------------------------------------------------------------------------------------


def test_two_runs_of_one_colour_or_nearly_so_are_told_apart():
    assert distinct([BLUE, BROWN, GREEN]) == [BLUE, BROWN, GREEN]
    for twin in (BLUE, BLUE.lower(), ALIKE_BLUE):
        first, second = distinct([BLUE, twin])
        assert first == BLUE and second in RUNS and second != BLUE
    assert distinct(list(RUNS)) == list(RUNS)
    same = distinct([BLUE] * len(RUNS))
    assert len(set(same)) == len(RUNS)
    assert distinct([BLUE] * 20)[len(RUNS) :] == [BLUE] * (20 - len(RUNS))  # nothing is free any more


def test_who_chose_a_colour_keeps_it_beside_one_who_was_given_it(store):
    given, chosen = (store.get(store.create(CLOTHES)) for _ in range(2))
    store.set_color(chosen.run_id, given.color)
    colors = colors_of([store.get(run.run_id) for run in (given, chosen)])
    assert colors[chosen.run_id] == given.color != colors[given.run_id]


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)  # WebAIM's own example
    for ground, color in itertools.product(GROUNDS, RUNS):
        assert contrast(color, ground) == contrast(ground, color)


@pytest.mark.parametrize("ground", GROUNDS)
def test_each_colour_of_a_run_stands_out_on_light_and_dark_pages(ground):
    faint = {color: contrast(color, ground) for color in RUNS if contrast(color, ground) < LEAST_CONTRAST}
    assert not faint


@pytest.mark.parametrize("ground", GROUNDS)
def test_all_colours_that_lines_and_marks_are_drawn_with_stand_out(ground):
    drawn = {GREY, *SERIES, *TEN_CLASSES, *WORST_TO_BEST, *layer_list.COLORS.values()}
    assert {
        color: contrast(color, ground) for color in drawn if contrast(color, ground) < LEAST_CONTRAST
    } == {}


@pytest.mark.parametrize("eyes", EYES)
def test_colours_of_runs_are_told_apart_by_all_eyes(eyes):
    seen = [as_seen(color, EYES[eyes]) for color in RUNS]
    first = min(math.dist(one, other) for one, other in itertools.combinations(seen[:6], 2))
    all_of_them = min(math.dist(one, other) for one, other in itertools.combinations(seen, 2))
    assert first > 12 and all_of_them > 5


# ---- everywhere ---------------------------------------------------------------------------------------


def test_a_chosen_colour_is_in_the_report(store):
    first, second = (started(store, name=name) for name in ("a", "b"))
    for run_id in (first, second):
        store.add_epoch(run_id, epoch_result(1))
        store.finish(run_id, "completed")
    assert "#13579B" not in comparison_report(store, [first, second])
    store.set_color(second, "#13579b")
    page = comparison_report(store, [first, second])
    assert page.count("#13579B") == 3  # one in each of its charts
    store.set_color(second, store.get(first).color)
    page = comparison_report(store, [first, second])
    assert page.count(f'"color":"{BLUE}"') == page.count(f'"color":"{RUNS[1]}"') == 3  # the one that is free


def test_a_colour_is_packed_with_its_run_and_bad_ones_are_refused(store, tmp_path):
    run_id = finished(store)
    store.set_color(run_id, "#13579b")
    automatic = store.get(run_id).automatic_color
    buffer = io.BytesIO()
    archive.write_archive(store, [run_id], buffer)
    other = RunStore(tmp_path / "other")
    other.create(CLOTHES)
    taken = other.get(archive.read_archive(other, buffer)[0][0])
    assert (taken.color, taken.automatic_color) == ("#13579B", automatic)


def test_a_person_chooses_a_colour_on_the_page(store):
    run_id = finished(store)
    app = open_page("compare", run=run_id)
    app.button(key=f"edit_{run_id}").click().run()
    assert app.selectbox(key=f"edit_color_{run_id}").value == ""
    assert not app.color_picker
    app.selectbox(key=f"edit_color_{run_id}").set_value(RUNS[1]).run()
    assert not app.warning
    app.selectbox(key=f"edit_color_{run_id}").set_value("other").run()
    app.color_picker(key=f"edit_picker_{run_id}").set_value("#E69F00").run()
    assert [warning.value for warning in app.warning] == ["Hard to see on a light page."]
    app.color_picker(key=f"edit_picker_{run_id}").set_value("#000044").run()
    assert [warning.value for warning in app.warning] == ["Hard to see on a dark page."]
    app.button(key="edit_save").click().run()
    assert not app.exception and store.get(run_id).color == "#000044"
    page = " ".join(str(element.proto) for element in app.get("html"))
    assert "background:#000044" in page  # of the run that one looks at, and of the row of buttons
    assert "%23000044" in str(app.dataframe[0].value.to_dict())


def test_a_chosen_colour_is_that_of_the_curves_on_compare(store, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        curves, "live_chart", lambda figure, alt: drawn.append(figure) or live_chart(figure, alt)
    )
    run_id = started(store)
    store.add_epoch(run_id, epoch_result(1))
    store.finish(run_id, "completed")
    store.set_color(run_id, "#000044")
    assert not open_page("compare", run=run_id).exception
    assert [trace.line.color for figure in drawn for trace in figure.data] == ["#000044"] * 2


def test_saving_without_choosing_leaves_the_colour_automatic(store):
    run_id = finished(store)
    app = open_page("compare", run=run_id)
    app.button(key=f"edit_{run_id}").click().run()
    app.button(key="edit_save").click().run()
    assert not store.get(run_id).has_own_color
    classroom.edit(store, SINGLE_USER, run_id, color="#112233")
    classroom.edit(store, SINGLE_USER, run_id, color="")
    assert not store.get(run_id).has_own_color


def test_a_split_has_one_colour_on_all_pages():
    balance = pd.DataFrame({"class_name": ["cat"], "training": [30], "test": [5]})
    training, test = class_balance_bars(balance).data
    assert [training.marker.color, test.marker.color] == [SPLITS[split][1] for split in ("train", "test")]
