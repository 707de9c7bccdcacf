"""The Photo page, without a browser and in Chromium."""

import numpy as np
import pytest
from helpers import open_page
from photo_runs import encoded, shirt_on_a_floor, small_familiarity, trained_run
from PIL import Image
from playwright.sync_api import expect
from servers import forked_server
from streamlit.testing.v1 import AppTest
from windows import arrive

from fmnist_core import photos
from fmnist_core.photos import familiarity
from fmnist_core.runs import RunStore, stored_models
from pages.ui.photo import choice, one_photo

HOSTILE_NAME = "../<img src=x onerror=alert(1)> 👗.png"


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.get("file_uploader")[0].set_value([(name, data, "image/png") for name, data in files])
    return app.run()


def texts(app: AppTest) -> str:
    elements = (
        *app.markdown,
        *app.info,
        *app.warning,
        *app.error,
        *app.success,
        *app.caption,
        *app.subheader,
    )
    return "\n".join(element.value for element in elements).replace("\\", "")


def test_the_page_says_where_a_photo_goes_before_one_is_given():
    for lang, said in (
        ("en", "sent to the server for the answer, and not stored"),
        ("ko", "서버로 보내지만 저장"),
    ):
        assert said in texts(open_page("photo", lang=lang))


def table(app: AppTest, column: str):
    (found,) = [frame.value for frame in app.dataframe if column in frame.value.columns]
    return found


def readers(app: AppTest) -> list[str]:
    """The names of the runs that answer side by side, but that of the one that comes with the project."""
    labels = [label.split(" · ") for label in app.table[0].value.index]
    return [name for name, mark in labels if mark != "comes with the project"]


@pytest.fixture
def run_id(store, monkeypatch) -> str:
    small_familiarity(monkeypatch)
    return trained_run(store, "reads photos")


def test_a_photo_is_shown_step_by_step_with_its_answer_and_reasons(run_id):
    app = upload(open_page("photo", run=run_id), (HOSTILE_NAME, encoded(shirt_on_a_floor())))
    assert not app.exception
    said = texts(app)
    assert "<img src=x onerror=alert(1)> 👗.png" in said and "../" not in said
    assert "From the photo to what the model sees" in said
    assert "sure" in said and "What mattered" in said and "It thinks of these training images" in said
    assert readers(app) == ["reads photos"]


def test_an_unknown_run_in_the_address_is_said_once_and_another_reads(store, run_id):
    app = open_page("photo", run="<b>nobody")
    assert "run=<b>nobody (it is not here, or cannot be used on this page)" in texts(app)
    assert app.selectbox(key="photo_run").value == stored_models.default_run(store).run_id
    assert "nobody" not in texts(app.run())


def test_a_korean_name_that_the_field_cuts_is_written_below_it():
    captions = [element.value for element in open_page("photo", lang="ko").caption]
    assert "사진 모델 · 프로젝트에 들어 있음" in captions


def test_all_runs_stand_side_by_side_the_chosen_one_first(store, run_id):
    other = trained_run(store, "another", seed=7)
    app = upload(open_page("photo", run=other), ("shirt.png", encoded(shirt_on_a_floor())))
    assert not app.exception
    assert readers(app) == ["another", "reads photos"]
    shown = app.table[0].value
    assert [shown.index.name, *shown.columns] == ["Run", "Data set", "Class", "Confidence"]
    assert "The run that answers has learned from" not in texts(app)
    assert app.table[0].value["Confidence"].str.fullmatch(r"\d+\u00a0%").all()


def test_of_many_runs_the_best_of_each_kind_answer_and_their_number_is_said(store, run_id, monkeypatch):
    monkeypatch.setattr(one_photo, "MAX_BESIDE", 3)
    best = trained_run(store, "the best", architecture="mlp-256", epochs=1)
    for seed, name in enumerate(("twin of the best", "newer trial", "newest trial"), 1):
        architecture = "mlp-256" if seed == 1 else "mlp-32"
        trained_run(store, name, seed=seed, architecture=architecture, epochs=1)
    accuracies = {"reads photos": 0.5, "the best": 0.9, "twin of the best": 0.89, "newer trial": 0.7}
    with store.database.write() as db:
        for name, accuracy in accuracies.items():
            db.execute("UPDATE runs SET test_accuracy = ? WHERE name = ?", (accuracy, name))
        db.execute("UPDATE runs SET test_accuracy = .1 WHERE name = 'newest trial'")
    app = upload(open_page("photo", run=run_id), ("shirt.png", encoded(shirt_on_a_floor())))
    count = len(choice.best_readers(store.get(run_id)))
    assert f"3 of {count} runs, the best of each net and recipe" in texts(app)
    assert readers(app)[:2] == ["reads photos", "the best"]
    names = [run.name for run in choice.best_readers(store.get(best)) if not run.comes_with_project]
    assert names == ["the best", "newer trial", "twin of the best", "reads photos", "newest trial"]


def test_an_example_is_read_like_an_upload_and_can_be_put_away(run_id):
    app = open_page("photo")
    app.pills(key="photo_example").set_value("t-shirt").run()
    assert not app.exception
    assert "t-shirt.jpg" in texts(app) and "sure" in texts(app)
    app.pills(key="photo_example").set_value(None).run()
    assert "pick an example" in texts(app)


def test_a_bad_file_is_a_sentence_on_the_page(run_id):
    app = upload(open_page("photo"), ("empty.png", b"this is text"))
    assert not app.exception
    assert "not a picture that can be read" in app.error[0].value


def test_many_photos_are_a_table_and_a_bad_one_has_its_own_remark(run_id):
    shirt = encoded(shirt_on_a_floor((60, 80)))
    red = encoded(Image.new("RGB", (60, 80), "red"))
    files = (("a.png", shirt), ("b.png", b"text"), ("=cmd.png", shirt), ("red.png", red))
    app = upload(open_page("photo"), *files)
    assert not app.exception
    rows = table(app, "Picture")
    assert rows["File"].tolist() == ["a.png", "b.png", "=cmd.png", "red.png"]
    assert rows["Class"].tolist()[0] == rows["Class"].tolist()[2] != ""
    assert "not a picture" in rows["Remarks"][1]
    assert rows["Picture"][1] == "" and rows["Picture"][3] != ""
    assert "4 photos" in texts(app)
    assert "no picture that can be read: 1; of one colour only: 1." in texts(app)
    for file, remedy in (("b.png", rows["Remarks"][1]), ("red.png", "Choose another one.")):
        assert f"- **{file}**: " in app.warning[0].value  # beside the table, which cuts it
        assert remedy in app.warning[0].value.replace("\\", "")


def test_a_correction_takes_effect_at_once(run_id, monkeypatch):
    seen = []
    prepare = photos.prepare_for
    monkeypatch.setattr(photos, "prepare_for", lambda *given: seen.append(prepare(*given)) or seen[-1])
    app = upload(open_page("photo"), ("shirt.png", encoded(shirt_on_a_floor())))
    (switch,) = [toggle for toggle in app.toggle if toggle.key.startswith("photo_background")]
    switch.set_value(False).run()
    assert not app.exception
    assert (seen[0].image == 0).any() and not np.array_equal(seen[0].image, seen[-1].image)
    assert len(seen[0].steps) == len(seen[-1].steps)


def test_the_table_of_many_photos_says_what_is_said_closely_of_a_corrected_one(run_id):
    files = [(name, encoded(shirt_on_a_floor((60, side)))) for name, side in (("a.png", 80), ("b.png", 90))]
    app = upload(open_page("photo", run=run_id), *files)
    (turn,) = [buttons for buttons in app.get("button_group") if buttons.key.startswith("photo_turn")]
    turn.set_value(1).run()
    app.selectbox(key="photo_closely").set_value(1).run()
    rows = table(app, "Picture")
    assert not app.exception and rows["Remarks"].tolist() == ["As you set it by hand.", ""]
    app.selectbox(key="photo_closely").set_value(0).run()
    said = next(text.value for text in app.caption if text.value.startswith("Score for being one"))
    loaded = stored_models.load_model(RunStore(), run_id)
    turned = photos.read(photos.decode(files[0][1]), loaded, photos.Corrections(1, find_upright=False))
    assert f"{turned.in_distribution_score:.2f}; from" in said
    assert rows["Confidence"][0] == f"{100 * turned.confidence:.0f}\u00a0%"


def test_what_was_found_in_a_photo_is_kept_for_another_run_and_not_for_another_photo(run_id, monkeypatch):
    other = trained_run(RunStore(), "another reader", seed=2)
    seen = []
    prepare = photos.prepare_for
    monkeypatch.setattr(photos, "prepare_for", lambda *given: seen.append(given) or prepare(*given))
    app = upload(open_page("photo"), ("shirt.png", encoded(shirt_on_a_floor())))
    for reader in (other, run_id):
        app.selectbox(key="photo_run").set_value(reader).run()
        assert not app.exception and texts(app) and len(seen) == 1
    upload(app, ("red.png", encoded(shirt_on_a_floor(color="#c02020"))))
    assert len(seen) == 2


def test_an_uploaded_photo_is_never_written_to_disk(run_id, tmp_path):
    before = {path for path in tmp_path.rglob("*") if path.suffix in (".png", ".jpg")}
    upload(open_page("photo"), ("shirt.png", encoded(Image.new("RGB", (90, 90), "white"))))
    upload(open_page("photo"), ("shirt.png", encoded(shirt_on_a_floor())))
    assert {path for path in tmp_path.rglob("*") if path.suffix in (".png", ".jpg")} == before


@pytest.mark.browser
def test_in_the_browser_an_example_a_correction_and_two_runs(page, tmp_path, monkeypatch):
    small_familiarity(monkeypatch)
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(tmp_path / "served"))
    store = RunStore()
    for name, seed in (("first reader", 1), ("second reader", 2)):
        run_id = trained_run(store, name, seed=seed)
        familiarity.for_run(stored_models.load_model(store, run_id))
    with forked_server(tmp_path / "served", tmp_path / "data", tmp_path / "log") as address:
        arrive(page, f"{address}/photo?run={run_id}")
        examples = page.locator(".st-key-photo_examples img")
        expect(examples).to_have_count(len(photos.examples()))
        page.wait_for_function("image => image.naturalWidth > 50", arg=examples.first.element_handle())
        page.get_by_text("a T-shirt", exact=True).click()
        strip = page.locator(".st-key-photo_steps img")
        expect(strip).to_have_count(4)
        expect(page.get_by_text("It thinks of these training images")).to_be_visible()
        expect(page.locator(".st-key-photo_neighbours img")).to_have_count(5)
        before = strip.last.get_attribute("src")
        page.get_by_text("Correct it by hand").click()
        page.get_by_text("Remove the background").click()
        expect(strip.last).not_to_have_attribute("src", before)
        rows = page.get_by_test_id("stTable").locator("tbody tr")
        expect(rows.filter(has_text="reader")).to_have_count(2)
        expect(rows.filter(has_text="first reader")).to_contain_text("%")
        expect(rows.filter(has_text="second reader")).to_contain_text("%")


def test_a_run_whose_first_photo_takes_longer_is_known_before(store, run_id):
    loaded = stored_models.load_model(store, run_id)
    assert not familiarity.is_known(loaded)
    familiarity.for_run(loaded)
    assert familiarity.is_known(loaded)
    assert familiarity.is_known(stored_models.load_model(store, store.shipped.run.run_id))
