"""Somebody's own few pictures: a run's answers to them on the Train page, the way to its photos, and other
pictures under the same name."""

import pytest
from finished_runs import finished_run
from helpers import open_page, small_config, train_here
from streamlit.testing.v1 import AppTest
from zips import picture, two_classes, zipped

from fmnist_core.data import custom_import
from fmnist_core.runs import RunStore
from pages.ui.photo import choice


@pytest.fixture
def own_run(store) -> str:
    """Trained on so few pictures that each epoch is over at once."""
    custom_import.import_zip(zipped(two_classes(12)), "mine")
    run_id = store.create(small_config(dataset="mine", epochs=2, batch_size=20))
    assert train_here(store, run_id) == "completed", store.get(run_id).message
    return run_id


def cards(app: AppTest) -> str:
    (shown,) = [html.value for html in app.get("html") if 'class="image-cards small"' in html.value]
    return shown


def link_to_photo(app: AppTest) -> str:
    """What the link asks of the Photo page."""
    (link,) = [link.proto for link in app.get("page_link") if link.proto.label == "Name a photo"]
    return link.query_string


def test_the_watched_images_show_what_the_net_says_of_them_where_epochs_are_short(own_run, store):
    app = open_page("train", run=own_run)
    assert not app.exception
    images = cards(app).count("<figure>")
    assert images and cards(app).count('class="bar"') == 2 * images  # a bar for each class


def test_a_damaged_file_of_answers_leaves_the_images(own_run, store):
    for path in (store.folder(own_run) / "predictions").iterdir():
        path.write_bytes(b"no archive")
    app = open_page("train", run=own_run)
    assert not app.exception
    assert "<figure>" in cards(app)


def test_photos_are_named_by_the_run_from_which_one_comes(own_run, monkeypatch):
    assert link_to_photo(open_page("train", run=own_run)) == f"run={own_run}&to=photo"
    app = open_page("photo", run=own_run)
    assert app.selectbox[0].value == own_run
    finished_run(RunStore(), "newer")
    monkeypatch.setattr(choice, "MAX_RUNS", 1)  # it is not among the newest any more
    app = open_page("photo", run=own_run)
    assert app.selectbox[0].value == own_run and not app.warning


def test_pictures_brought_again_under_the_name_of_deleted_ones_are_shown(store):
    def pictures() -> tuple[list[str], list[str]]:
        train = open_page("train", dataset="skies", batch_size="4")
        design = open_page("design")
        design.selectbox(key="design_dataset").select("skies").run()
        assert not train.exception and not design.exception
        strip = [image.url for element in train.get("image") for image in element.proto.imgs]
        return strip, [html.value for html in design.get("html") if "net-node first" in html.value]

    shown = []
    for first in (0, 20):
        files = {name: picture(seed) for seed, name in enumerate(two_classes(), first)}
        custom_import.import_zip(zipped(files), "skies")
        shown.append(pictures())
        custom_import.delete("skies")
    (strip, nodes), (other_strip, other_nodes) = shown
    assert strip and nodes and strip != other_strip and nodes != other_nodes


def test_the_enlarged_image_is_another_one_where_fewer_were_brought_again(store):
    custom_import.import_zip(zipped(two_classes(30)), "skies")
    app = open_page("data", dataset="skies")
    before = app.number_input(key="data_image_skies").value
    custom_import.delete("skies")
    custom_import.import_zip(zipped(two_classes(6)), "skies")
    app.run()
    assert not app.exception and app.number_input(key="data_image_skies").value < 12 < before


def test_photos_of_garments_are_named_by_the_net_that_has_learned_from_photos(store):
    assert link_to_photo(open_page("train", run=finished_run(store, "garments"))) == ""
