"""The Photo page with runs that did not learn garments: digits, and people's own pictures in colour."""

import numpy as np
import pytest
from handwriting import on_paper, picture, shapes
from helpers import open_page
from photo_runs import encoded, small_familiarity, trained_run
from test_photo_page import texts, upload
from zips import zipped

from fmnist_core import photos
from fmnist_core.data import custom_import, datasets

SMALL = {"epochs": 1, "batch_size": 50, "train_size": 500, "test_every": 0}


@pytest.fixture
def runs(store, nothing_shipped, monkeypatch) -> dict[str, str]:
    """One run of each kind, by its name."""
    small_familiarity(monkeypatch)
    custom_import.import_zip(zipped(shapes(10, True, seed=0)), "fruit", colour=True)
    made = {
        "clothes": {"dataset": "fashion-mnist"},
        "digits": {"dataset": "mnist"},
        "fruit": {"dataset": "fruit", "train_size": None, "batch_size": 5, "epochs": 12},
    }
    return {name: trained_run(store, name, **SMALL | settings) for name, settings in made.items()}


def page_of(run_id: str, data: bytes):
    app = upload(open_page("photo", run=run_id), ("picture.png", data))
    assert not app.exception
    return app


def test_a_digit_on_paper_is_shown_step_by_step_and_no_clothes_are_spoken_of(runs):
    page = encoded(picture(on_paper(datasets.load("mnist").test_images[0, 0], np.random.default_rng(0))))
    app = page_of(runs["digits"], page)
    said = texts(app)
    assert "What was found to be ink" in said and "It thinks of these training images" in said
    assert "Score for being one of my classes" in said and "The garment" not in said
    assert not app.pills and not [toggle for toggle in app.toggle if "upright" in toggle.key]


def test_a_colour_run_reads_pictures_like_any_other(runs):
    (photo,) = [data for name, data in shapes(1, True, seed=5).items() if name.startswith("lime")]
    app = page_of(runs["fruit"], photo)
    said = texts(app)
    assert "Cut like the pictures that the data set was made from." in said
    assert "What mattered" in said and "sure" in said
    assert not [toggle for toggle in app.toggle if "background" in toggle.key or "upright" in toggle.key]


def test_all_runs_are_asked_each_in_its_own_way(runs, store, monkeypatch):
    trained_run(store, "digits too", dataset="mnist", seed=1, **SMALL)
    prepared = []
    prepare = photos.prepare_for
    monkeypatch.setattr(
        photos, "prepare_for", lambda info, *rest: prepared.append(info) or prepare(info, *rest)
    )
    page = encoded(picture(on_paper(datasets.load("mnist").test_images[0, 0], np.random.default_rng(0))))
    app = page_of(runs["digits"], page)
    rows = app.table[0].value
    assert sorted(rows["Data set"]) == ["fashion-mnist", "fruit", "mnist", "mnist"]
    said = texts(app)
    assert "The run that answers has learned from mnist. Runs on other data sets (" in said
    assert "fashion-mnist, fruit)" in said or "fruit, fashion-mnist)" in said
    assert rows["Confidence"].str.fullmatch(r"\d+\s%").all()
    assert len(prepared) == len({photos.prepared_alike(info) for info in prepared}) == 3
    app.selectbox(key="photo_run").set_value(runs["fruit"]).run()
    assert not app.exception and len(prepared) == 3  # kept while the picture is looked at


def test_a_run_whose_data_set_was_deleted_cannot_be_chosen(runs):
    custom_import.delete("fruit")
    app = open_page("photo", run=runs["fruit"])
    assert not app.exception
    assert f"run={runs['fruit']} (it is not here, or cannot be used on this page)" in texts(app)
    assert runs["fruit"] not in app.selectbox(key="photo_run").options[0]
