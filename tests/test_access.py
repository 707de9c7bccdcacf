"""What screen readers and keyboards need: the page's language, headings, sentences that are read aloud."""

import re

import pytest
from finished_runs import finished_run
from helpers import complete, open_page
from playwright.sync_api import expect
from windows import arrive

from fmnist_core.base.config import TrainConfig


def aloud(app) -> list[str]:
    """What a screen reader has been given to read, besides the page."""
    return [text for _, text in app.session_state["said"]] if "said" in app.session_state else []


def test_the_start_and_the_end_of_a_run_are_each_read_aloud_once_in_the_readers_language(store, held):
    run_id = store.create(TrainConfig(), "slow *and* odd")
    app = open_page("train", lang="ko")
    store.start(run_id, worker := store.workers.open())
    assert aloud(app.run()) == aloud(app.run()) == ["slow *and* odd 학습 시작"]
    store.finish(run_id, "stopped")
    store.workers.close(worker)
    app.run()
    end = aloud(app.run())[1:]
    assert len(end) == 1 and end[0].startswith("slow *and* odd 종료: ")


def test_another_verdict_is_read_aloud_and_the_first_one_is_not(store):
    ids = [finished_run(store, f"run {seed}", skill=4.0 - seed, seed=seed) for seed in range(3)]
    app = open_page("compare", run=",".join(ids))
    assert aloud(app.run()) == []
    next(box for box in app.selectbox if box.label == "B").select("run 2").run()
    (said,) = aloud(app)
    assert "run 0 is right more often than run 2" in said


@pytest.mark.browser
def test_the_document_has_the_language_of_its_words_and_reads_aloud_that_a_run_is_done(page, server):
    arrive(page, f"{server}/?lang=ko&architecture=mlp-32&epochs=5&seed=79&train_size=2000")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.locator(".st-key-start_training button").click()
    region = page.get_by_role("status").and_(page.locator("#said"))
    expect(region).to_have_text(re.compile("seed 79 .*완료: "))
    page.get_by_text("English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.browser
def test_a_key_leads_into_what_a_button_opens_and_a_click_does_not(page, server):
    arrive(page, f"{server}/design")
    button = page.get_by_test_id("stPopoverButton").first
    opened = page.get_by_test_id("stPopoverBody")
    for key in ("Enter", "Space"):
        button.press(key)
        expect(opened).to_be_focused()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
    button.click()
    opened.wait_for()
    page.wait_for_timeout(300)
    expect(opened).not_to_be_focused()


@pytest.mark.browser
def test_each_page_has_one_heading_that_names_it_also_in_a_narrow_window(page, server):
    arrive(page, f"{server}/data?lang=ko")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.get_by_role("heading", level=1)).to_have_text(["데이터"])
    expect(page.get_by_role("heading", level=2)).to_contain_text(["클래스별 평균"])


@pytest.mark.browser
def test_what_is_chosen_and_has_the_focus_is_seen_in_forced_colours(page, server):
    arrive(page, f"{server}/data")
    page.emulate_media(forced_colors="active")
    chosen, other = (page.get_by_role("radio", name=name) for name in ("English", "한국어"))
    style = "button => { const s = getComputedStyle(button); return [s.backgroundColor, s.outlineStyle] }"
    assert chosen.evaluate(style)[0] != other.evaluate(style)[0]
    page.keyboard.press("Tab")
    assert page.evaluate(f"({style})(document.activeElement)")[1] == "solid"
    page.emulate_media(forced_colors="none")


@pytest.mark.browser
def test_the_focus_stays_with_the_layer_that_a_button_moves(page, server):
    arrive(page, f"{server}/design")
    page.get_by_role("button", name=re.compile("^Move up: 2 · dense")).press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Move down: 1 · dense"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Move down: 2 · dense"))).to_be_focused()
    page.get_by_role("button", name=re.compile("^Remove: 3")).press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Remove: 2 · dense"))).to_be_focused()


def test_a_table_of_runs_has_the_numbers_that_it_shows(store):
    complete(store, store.create(TrainConfig()), 0.933)  # 100 times that is 93.30000000000001
    app = open_page("compare")
    assert 93.3 in app.dataframe[0].value["test_accuracy"].tolist()


@pytest.mark.browser
def test_images_and_the_buttons_of_charts_have_names_of_their_own(page, server):
    arrive(page, server)
    strip = page.get_by_test_id("stSidebar").get_by_role(
        "img", name="Images of the data set, one of each class"
    )
    expect(strip).to_have_count(1)
    arrive(page, f"{server}/inside")
    page.locator(".st-key-inside_image img").first.wait_for()
    names = page.locator(".st-key-inside_image").evaluate(
        "group => [...group.querySelectorAll('button')].map(b => b.querySelector('img').alt + b.innerText)"
    )
    assert len(set(names)) == len(names) > 10
    arrive(page, f"{server}/learn")
    expect(page.get_by_role("button", name="Download this chart as PNG: Sigmoid")).to_have_count(1)
