"""Learn and The ladder in the window: control, formula and chart are seen together, also on a phone."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect
from windows import PHONE, WIDE, lies_inside, resize, visit, wide_windows

from fmnist_core import lecture
from fmnist_core.runs.shipped import find_shipped

pytestmark = pytest.mark.browser
SECTIONS = {
    "two-classes": (1, 0),
    "numerics": (1, 1),
    "categories": (3, 0),
    "softmax": (4, 0),
    "cross-entropy": (3, 1),
    "tables": (0, 2),
}
"""How many sliders and choices each has."""


def controls(main: Locator, section: str) -> list[Locator]:
    """The choice of the section, its sliders and its choices."""
    sliders, choices = main.get_by_test_id("stSlider"), main.get_by_role("radiogroup")
    expect(sliders).to_have_count(SECTIONS[section][0])
    expect(choices).to_have_count(1 + SECTIONS[section][1])
    return [choices.first, *sliders.all(), *choices.all()[1:]]


def picture(main: Locator, section: str) -> Locator:
    """The chart of a section, drawn; of the last section the row of its table that is marked."""
    if section == "tables":
        expect(main.locator(".net-end")).to_be_visible()
        return main.get_by_test_id("stTable").first
    chart = main.locator(".live-charts > .js-plotly-plot")
    expect(chart).to_have_count(1)
    expect(chart.locator(".point, .lines").first).to_be_attached()
    return chart


@pytest.mark.parametrize("section", SECTIONS)
def test_controls_formula_and_chart_of_a_section_share_the_window_also_on_a_phone(window, server, section):
    page, main = window, visit(window, f"{server}/learn?section={section}")
    formula, chart = main.locator(".katex-display"), picture(main, section)
    expect(formula).to_have_count(1)
    left = formula.locator("xpath=ancestor::*[@data-testid='stColumn']").last
    for _, height in wide_windows(page):
        for control in controls(main, section):
            assert lies_inside(control, page)
        assert lies_inside(formula, page) and lies_inside(chart, page)
        assert is_whole(formula)
        side = left.bounding_box()
        assert chart.bounding_box()["x"] >= side["x"] + side["width"], "the chart stands beside the controls"
        if section != "tables":
            assert chart.bounding_box()["height"] >= height * 0.4
    resize(page, PHONE)
    choice, first, *rest = controls(main, section)
    for element in (choice, chart, first):
        assert lies_inside(element, page)
    assert is_whole(formula)
    for control in rest:  # within one screen of scrolling
        box = control.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0]
        assert box["y"] + box["height"] <= 2 * PHONE[1]
    assert no_wider_than_the_screen(page)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_on_a_phone_all_sections_are_seen_and_reached_by_thumb(window, server, lang):
    for section in ("categories", "softmax"):
        main = visit(window, f"{server}/learn?section={section}&lang={lang}", PHONE)
        choices = main.locator(".st-key-learn_sections").get_by_role("radio")
        expect(choices).to_have_count(len(SECTIONS))
        places = [choice.bounding_box() for choice in choices.all()]
        assert all(place["width"] >= 36 and place["height"] >= 30 for place in places), places
        assert all(lies_inside(choice, window) for choice in choices.all())
        for one, other in pairwise(places):  # beside each other, or in the next line
            beside = other["x"] >= one["x"] + one["width"] - 2
            assert beside or other["y"] >= one["y"] + one["height"] - 2
        assert choices.locator("p").evaluate_all(
            "all => all.filter(one => one.clientWidth >= one.scrollWidth).map(one => one.innerText[0])"
        ) == [str(list(SECTIONS).index(section) + 1)]  # of the chosen one all is read
    choices.nth(5).click()
    expect(choices.nth(5)).to_be_checked()
    expect(window).to_have_url(re.compile("section=tables"))


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_presented_section_does_not_scroll(window, server, lang):
    for place in ("section=softmax", "section=cross-entropy", "section=numerics"):
        main = visit(window, f"{server}/learn?{place}&present=1&lang={lang}")
        picture(main, place.removeprefix("section="))
        assert not what_does_not_fit(window), place
    run_id = find_shipped().run.run_id  # other tests train smaller nets on the same server
    main = visit(window, f"{server}/inside?run={run_id}&present=1&lang={lang}")
    expect(main.locator(".strongest img").nth(15)).to_be_visible()
    assert not what_does_not_fit(window)


def what_does_not_fit(page: Page) -> list[str]:
    """That the page scrolls; the texts that lie under the button that leaves."""
    return page.evaluate(
        """() => {
            const main = document.querySelector("[data-testid=stMain]")
            const leave = document.querySelector(".leave-presenter").getBoundingClientRect()
            const under = [...main.querySelectorAll("p, td, summary")].filter(text => {
                const box = text.getBoundingClientRect()
                return text.innerText && box.bottom > leave.top && box.right > leave.left
            })
            return [...(main.scrollHeight > main.clientHeight ? [`scrolls: ${main.scrollHeight}`] : []),
                    ...under.map(text => text.innerText)]
        }"""
    )


def is_whole(formula: Locator) -> bool:
    """Whether no sign of the formula reaches past its column."""
    return formula.evaluate(
        "formula => [...formula.querySelectorAll('.katex-html *')].every(sign => "
        "sign.getBoundingClientRect().right <= "
        "formula.closest('[data-testid=stColumn]').getBoundingClientRect().right + 1)"
    )


def no_wider_than_the_screen(page: Page) -> bool:
    return page.evaluate(
        "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".every(pane => pane.scrollWidth <= innerWidth)"
    )


def test_what_is_not_quite_1_is_no_quotation_in_the_table(window, server):
    page = window
    visit(page, f"{server}/learn?section=softmax&dog=2&cat=-1&rabbit=1&temperature=0.1")
    table = page.get_by_role("table")
    for text, count in ((">0.9999", 1), ("<0.0001", 2), ("-1.0", 1)):
        expect(table.get_by_role("cell", name=text, exact=True)).to_have_text([text] * count)
    expect(table.locator("blockquote, ul, ol")).to_have_count(0)


def test_a_moved_slider_moves_table_address_and_the_chart_in_place(window, server):
    page, main = window, visit(window, f"{server}/learn?section=softmax&dog=0&cat=0.9&rabbit=0")
    chart, table = picture(main, "softmax"), page.get_by_role("table")
    expect(chart.locator(".bartext").nth(1)).to_have_text("0.552")
    expect(table).to_contain_text("0.5515")
    chart.evaluate("plot => { plot.seen = true }")
    page.get_by_role("slider", name="Logit of cat").press("ArrowRight")
    expect(chart.locator(".bartext").nth(1)).to_have_text("0.576")
    expect(table).to_contain_text("0.5761")  # e / (e + 2)
    expect(page).to_have_url(re.compile(r"cat=1(&|$)"))
    assert chart.evaluate("plot => plot.seen")


def test_a_section_chosen_by_a_click_has_its_own_sliders(window, server):
    page, main = window, visit(window, f"{server}/learn?section=softmax&dog=7.5")
    controls(main, "softmax")
    main.get_by_role("radio", name=re.compile("^5 ")).click()
    controls(main, "cross-entropy")
    expect(page.get_by_role("slider", name="Logit of dog")).to_have_value("1")
    main.get_by_role("radio", name=re.compile("^4 ")).click()
    controls(main, "softmax")
    expect(page.get_by_role("slider", name="Logit of dog")).to_have_value("7.5")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_five_rungs_the_findings_and_the_code_share_the_window(window, server, lang):
    page, main = window, visit(window, f"{server}/ladder?lang={lang}")
    rungs = main.locator(".ladder li")
    expect(rungs).to_have_count(5)
    climb, button = main.locator(".st-key-climb"), main.locator(".st-key-ladder_code").get_by_role("button")
    expect(climb).to_be_visible()
    made = {name: net.history for name, net in lecture.reproduced_ladder().items()}
    said = re.findall(r"[\d.]+ %", lecture.findings(lecture.comparison(made))[0])
    for _ in wide_windows(page):
        for rung, net in zip(rungs.all(), lecture.LADDER, strict=True):
            tracks = rung.locator(".track")
            assert tracks.count() == 1 + (net in lecture.reproduced_ladder())  # published, reproduced
            for part in (rung, rung.locator(".net"), *tracks.all()):
                assert lies_inside(part, page)
            assert rung.locator(".card").evaluate("card => card.scrollHeight <= card.clientHeight + 1")
        tops = [rung.bounding_box()["y"] for rung in rungs.all()]
        assert tops == sorted(tops, reverse=True), "one climbs from the bottom"
        first = main.get_by_role("listitem").filter(has_text=said[0]).filter(has_text=said[1]).last
        assert lies_inside(first, page)
        assert lies_inside(climb, page)
        assert abs(button.bounding_box()["y"] - climb.bounding_box()["y"]) < 20, "in one row"
    resize(page, PHONE)
    assert lies_inside(main.locator(".ladder ol"), page)
    assert climb.bounding_box()["y"] + climb.bounding_box()["height"] <= 2 * PHONE[1]
    assert no_wider_than_the_screen(page)
    resize(page, WIDE[0])
    button.click()
    code = page.get_by_test_id("stCode").first
    expect(code).to_contain_text("class Flatten(torch.nn.Module)")
    assert lies_inside(code, page)
    page.keyboard.press("Escape")  # it would stay open in the other language
    expect(code).to_have_count(0)


def test_the_code_unfolds_inside_the_window_and_leaves_slider_and_chart_in_place(window, server):
    page, main = window, visit(window, f"{server}/learn?section=softmax&dog=-3.5")
    chart, slider = picture(main, "softmax"), main.get_by_test_id("stSlider").first
    for size in (WIDE[0], PHONE):
        resize(page, size)
        unfold_and_fold(page, main, chart, slider)


def unfold_and_fold(page: Page, main: Locator, chart: Locator, slider: Locator) -> None:
    before = chart.bounding_box(), slider.bounding_box()
    button = main.locator(".st-key-learn_code").get_by_role("button")
    assert lies_inside(button, page)
    assert button.bounding_box()["y"] < main.get_by_role("radiogroup").first.bounding_box()["y"] + 30, (
        "it stands beside the choice of the section"
    )
    button.click()
    code = page.get_by_test_id("stCode")
    expect(code).to_contain_text("netout = torch.tensor([-3.5, -1.0, 1.0])")
    assert lies_inside(code, page)
    assert (chart.bounding_box(), slider.bounding_box()) == before
    page.keyboard.press("Escape")
    expect(code).to_have_count(0)
    assert no_wider_than_the_screen(page)
