"""Korean in a browser: a line ends between two words, not within one."""

import pytest
from test_contrast import site
from windows import PHONE, WIDE, load

__all__ = ["site"]

SPLIT_WORDS = """() => {
    const letter = /[\\uac00-\\ud7a3]/, found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const box = (node, place) => {
        range.setStart(node, place);
        range.setEnd(node, place + 1);
        return range.getClientRects()[0];
    };
    for (let node; (node = texts.nextNode());) {
        if (node.parentElement.closest("[data-collapsed=true]")) continue;  // the closed pane has no width
        for (let place = 1; place < node.data.length; place++) {
            if (!letter.test(node.data[place - 1]) || !letter.test(node.data[place])) continue;
            const before = box(node, place - 1), after = box(node, place);
            if (before && after && after.top >= before.bottom - 2) found.push(node.data);
        }
    }
    return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("size", [WIDE[0], PHONE])
def test_a_line_ends_between_two_words(site, page, size):
    pages = ("classroom", "ladder", "data", "inside", "design", "guess")
    notes_and_tables = ("photo", "learn?section=tables", "predictions?view=detective")
    for address in (*pages, *notes_and_tables):
        main = load(page, f"{site}/{address}{'&' if '?' in address else '?'}lang=ko", size)
        assert page.evaluate(SPLIT_WORDS) == [], address
        assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), address


@pytest.mark.browser
def test_a_line_of_what_a_button_opens_ends_between_two_words(site, page):
    """It lies outside of the app."""
    main = load(page, f"{site}/compare?lang=ko", PHONE)
    main.get_by_role("button", name="근거").click()
    page.get_by_test_id("stPopoverBody").get_by_test_id("stMarkdown").first.wait_for()
    assert page.evaluate(SPLIT_WORDS) == []
