"""Korean in a browser: a line ends between two words, not within one."""

import pytest
from test_contrast import site
from windows import PHONE, WIDE, load

__all__ = ["site"]

SPLIT_WORDS = """() => {
    const letter = /[\\uac00-\\ud7a3]/, main = document.querySelector("[data-testid=stMain]"), found = [];
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), range = document.createRange();
    const box = (node, place) => {
        range.setStart(node, place);
        range.setEnd(node, place + 1);
        return range.getClientRects()[0];
    };
    for (let node; (node = texts.nextNode());)
        for (let place = 1; place < node.data.length; place++) {
            if (!letter.test(node.data[place - 1]) || !letter.test(node.data[place])) continue;
            const before = box(node, place - 1), after = box(node, place);
            if (before && after && after.top >= before.bottom - 2) found.push(node.data);
        }
    return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("size", [WIDE[0], PHONE])
def test_a_line_ends_between_two_words(site, page, size):
    for address in ("classroom", "ladder", "data", "inside", "design", "guess"):
        load(page, f"{site}/{address}{'&' if '?' in address else '?'}lang=ko", size)
        assert page.evaluate(SPLIT_WORDS) == [], address
