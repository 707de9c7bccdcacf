"""`.docs/lecture.md` and `.docs/lesson.md`: no empty cell, tests that exist, links that keep their word."""

import re
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest
from helpers import ROOT, open_page
from streamlit.testing.v1 import AppTest

LECTURE, LESSON = ROOT / ".docs" / "lecture.md", ROOT / ".docs" / "lesson.md"
LINK = re.compile(r"\]\((/[^)]*)\)")


def rows(document) -> list[list[str]]:
    """The cells of the document's table, without its head."""
    lines = [line for line in document.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def opened(link: str) -> AppTest:
    address = urlsplit(link)
    return open_page(address.path.strip("/") or "train", **dict(parse_qsl(address.query)))


def texts(app: AppTest) -> str:
    """All that the page says."""
    said = [
        getattr(element, "value", None) or getattr(element, "label", None) or ""
        for kind in (
            "markdown",
            "caption",
            "info",
            "success",
            "warning",
            "error",
            "code",
            "latex",
            "subheader",
        )
        for element in app.get(kind)
    ]
    said += [html.proto.body for html in app.get("html")] + [button.label for button in app.button]
    said += [f"{metric.label}: {metric.value}" for metric in app.metric]
    said += [table.value.to_string() for table in app.table]
    return "\n".join(map(str, said))


def test_nothing_of_the_lecture_is_left_out_of_the_table():
    table = rows(LECTURE)
    assert len(table) > 40
    for row in table:
        assert len(row) == 4 and all(row), row


def test_each_test_that_the_table_names_is_there():
    for *_, named in rows(LECTURE):
        found = re.findall(r"(test_\w+\.py) `(test_\w+)`", named)
        assert found, named
        for file, name in found:
            assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), name


def test_the_lesson_fills_its_50_minutes():
    times = [tuple(map(int, row[0].split("–"))) for row in rows(LESSON)]
    assert times[0][0] == 0 and times[-1][1] == 50
    assert all(before[1] == after[0] for before, after in pairwise(times))


@pytest.mark.parametrize("row", rows(LESSON), ids=lambda row: row[0])
def test_each_step_of_the_lesson_opens_and_shows_what_it_promises(row):
    (link,) = LINK.findall(row[1])
    app = opened(link)
    assert not app.exception
    assert not [said.value for said in app.warning if "address" in said.value]
    promised = re.findall(r"“(.+?)”", row[3])
    assert promised
    for text in promised:
        assert text in texts(app).replace("**", ""), text


LESSON_STEPS = {
    "4–10": ((("logit", -0.5), "logit < 0: class 0"), (("logit", 0.0), "Exactly on the border")),
    "14–20": ((("cats", 1), "The mean of this basket is a cat."),),
    "20–25": (
        (("dog", 5.0), ("cat", 2.0), ("rabbit", 4.0), "0.7054"),
        (("temperature", 0.1), "0.9999"),
        (("temperature", 10.0), "0.3780"),
    ),
    "25–30": ((("cat_logit", 1.1), "The net names cat. Right."),),
}
"""Of the steps with sliders: what is moved, and what one then sees."""


@pytest.mark.parametrize("row", rows(LESSON), ids=lambda row: row[0])
def test_what_a_step_of_the_lesson_asks_for_shows_what_it_says(row):
    if row[0] not in LESSON_STEPS:
        assert not re.search(r"\b(Move|Add|set T|Put|raise the)\b", row[2])  # nothing is moved here
        return
    app = opened(*LINK.findall(row[1]))
    for *moved, seen in LESSON_STEPS[row[0]]:
        for name, value in moved:
            next(each for each in app.slider if f"lesson_{name}" in each.key).set_value(value)
        app.run()
        assert not app.exception
        assert seen in texts(app).replace("**", ""), (moved, seen)


def test_what_the_lesson_names_is_what_a_lecturer_has(monkeypatch):
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    app = opened("/classroom?view=join")
    named = set(re.findall(r"\*([A-Z][a-z ]+)\*", LESSON.read_text(encoding="utf-8")))
    seen = {box.label for box in app.expander}
    app.text_input(key="lecturer_passcode").set_value("sneaker")
    next(button for button in app.button if button.label == "Enter").click().run()
    for page in ("classroom", "guess", "train"):
        if page != "classroom":
            app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        seen |= {button.label for button in app.button}
    assert {"Take everyone here", "Guess with the class", "This net for all"} <= named
    assert named - {"Present", "Before it"} <= seen and "For the lecturer" in seen


@pytest.mark.parametrize("link", sorted(set(LINK.findall(LECTURE.read_text(encoding="utf-8")))))
def test_each_link_of_the_table_opens_without_a_refusal(link):
    app = opened(link)
    assert not app.exception
    assert not [said.value for said in app.warning if "address" in said.value]
