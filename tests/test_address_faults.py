"""What an address asks for in vain is said once, with what is shown instead, and the rest of it is kept."""

import ast
from pathlib import Path

import pytest
from finished_runs import finished_run
from helpers import address_of, open_page
from playwright.sync_api import Page, expect
from servers import forked_server
from windows import arrive

from pages.ui.train import form

ROOT = Path(__file__).parent.parent
TRAIN = dict.fromkeys(form.addressed(), "no such")

FAULTS: list[tuple[str, dict[str, str], dict[str, str], dict[str, str]]] = [
    # page, what fits, what does not, and what of that is shown instead
    ("train", {}, {**TRAIN, "run": "zzz", "race": "zzz"}, {"epochs": "10"}),
    ("train", {"epochs": "7", "batch_size": "64"}, {"learning_rate": "1e9", "seed": "x"}, {"seed": "43052"}),
    (
        "train",
        {},
        {"max_seconds": "-1", "test_time_flip": "maybe"},
        {"max_seconds": "none", "test_time_flip": "No"},
    ),
    ("train", {"epochs": "7"}, {"rates": "1"}, {"rates": "the form"}),
    (
        "compare",
        {"find": "o"},
        {"run": "zzz", "sort": "z", "upwards": "2", "metric": "z", "smoothing": "2", "log": "z"},
        {"sort": "Test"},
    ),
    ("compare", {"sort": "seed"}, {"dataset": "z", "architecture": "z", "status": "z"}, {"status": "All"}),
    ("predictions", {"order": "test order"}, {"view": "z", "run": "z", "answers": "z"}, {"view": "Images"}),
    ("predictions", {"answers": "all"}, {"true": "z", "predicted": "3", "order": "z"}, {"true": "Any"}),
    ("predictions", {"true": "Coat"}, {"confidence": "150-200"}, {"confidence": "0-100"}),
    ("predictions", {"true": "Coat"}, {"confidence": "90-20"}, {"confidence": "0-100"}),
    ("predictions", {"view": "matrix"}, {"cell": "z > z"}, {"cell": "the worst pair"}),
    ("predictions", {"view": "beside"}, {"other": "z"}, {"other": "two"}),
    ("predictions", {"view": "travel"}, {"epoch": "99"}, {"epoch": "3"}),
    ("photo", {}, {"example": "z", "run": "z"}, {"example": "the examples"}),
    ("studies", {"seeds": "2"}, {"study": "z", "repeat": "z", "architecture": "z"}, {"study": "All runs"}),
    ("studies", {"study": "all"}, {"seeds": "z", "groups": "zz", "pairs": "z"}, {"seeds": "3"}),
    ("studies", {"study": "all"}, {"on": "z"}, {}),
    ("studies", {}, {"how": "z"}, {"how": "Grid"}),
    ("studies", {"how": "search"}, {"trials": "0", "minutes": "-1", "prune": "z"}, {"trials": "25"}),
    ("learn", {}, {"section": "zzz", "logit": "1e9", "target": "2"}, {"section": "1 · Two classes"}),
    ("learn", {"section": "numerics"}, {"large_logit": "1e9", "target": "z"}, {"target": "0"}),
    ("learn", {"section": "categories"}, {"cats": "-1", "dogs": "z", "rabbits": "99"}, {}),
    ("learn", {"section": "softmax"}, {"temperature": "0", "dog": "99", "cat": "z", "rabbit": "-99"}, {}),
    ("learn", {"section": "cross-entropy"}, {"truth": "z"}, {"truth": "dog"}),
    ("learn", {"section": "tables"}, {"task": "z", "output": "z"}, {}),
    ("design", {}, {"layers": "[3]"}, {"layers": "Lecture: wider net"}),
    ("inside", {}, {"image": "999999", "layer": "-1", "run": "z", "section": "z"}, {"image": "0"}),
    ("inside", {"section": "features"}, {"method": "z", "count": "3"}, {"method": "PCA"}),
    ("data", {"dataset": "mnist"}, {"split": "z", "class": "z", "augmentation": "z"}, {"class": "All"}),
    ("data", {"split": "test"}, {"dataset": "z", "image": "60000", "draw": "-1"}, {"draw": "0"}),
    ("guess", {}, {"run": "z"}, {}),
    ("guess", {}, {"dataset": "z"}, {"dataset": "fashion-mnist"}),
    ("guess", {"dataset": "fashion-mnist"}, {"game": "z"}, {"game": "a new game"}),
    ("guess", {"dataset": "fashion-mnist"}, {"against": "z"}, {"against": "the best runs"}),
    ("classroom", {}, {"dataset": "z"}, {}),
    ("classroom", {}, {"door": "z"}, {}),
    ("classroom", {}, {"view": "zzz"}, {"view": "Today"}),
    ("ladder", {}, {"epochs": "z"}, {}),
    ("compare", {}, {"together": "z"}, {}),
    ("compare", {}, {"current": "z"}, {"current": "no run"}),
    ("compare", {}, {"runs": "zzz,yyy"}, {}),  # a name that there is not
    ("learn", {"section": "softmax"}, {"lang": "xx", "present": "2"}, {"lang": "en"}),
]


@pytest.fixture
def runs(store):
    """Two finished runs."""
    return [finished_run(store, name, seed=seed) for seed, name in enumerate(("one", "two"))]


def refusals(app) -> dict[str, str]:
    """What is said of each name that the address asks for in vain."""
    said = [text.value.replace("\\", "") for text in app.warning if "The address asks for" in text.value]
    assert len(said) <= 1
    lines = said[0].partition(": ")[2].split("\n- ") if said else []
    return {line.partition("=")[0]: line for line in lines if line}


@pytest.mark.parametrize(("page", "good", "bad", "shown"), FAULTS, ids=lambda value: str(value)[:40])
def test_every_fault_of_an_address_is_said_once_and_the_rest_is_kept(runs, page, good, bad, shown):
    app = open_page(page, **good, **bad)
    assert not app.exception
    said = refusals(app)
    assert set(said) == set(bad)
    for name, line in said.items():
        assert line.startswith(f"{name}={bad[name]}")
        assert "shown instead: " in line or "this page knows no" in line
    for name, value in shown.items():
        assert f"shown instead: {value}" in said[name]
    kept = address_of(app)
    assert good.items() <= kept.items()
    assert not refusals(app.run())


@pytest.mark.parametrize(("answers", "seen"), [("", "-1"), ("3", "-1"), ("3", "2"), ("3.3", "0"), ("3", "z")])
def test_a_game_that_nobody_can_have_played_is_a_new_one(runs, answers, seen):
    app = open_page("guess", dataset="fashion-mnist", against=runs[0], game="7", answers=answers, seen=seen)
    assert not app.exception
    assert "shown instead: a new game" in refusals(app)["game"]


def test_every_name_of_an_address_stands_in_the_table():
    """Whoever adds a name adds a line above."""
    first = {"asked", "linked", "choice", "_asked"}
    second = {"slider", "number", "options", "select", "tenths", "_class_choice", "_choices"}
    names = set(form.addressed())
    for path in (ROOT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = 0 if called in first else 1 if called in second else None
            if called == "_choices":
                place = 2
            if place is not None and len(node.args) > place:
                argument = node.args[place]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    names.add(argument.value)
    known = {name for _, good, bad, _ in FAULTS for name in (*good, *bad)}
    assert names <= known


def test_of_several_runs_in_an_address_the_unknown_ones_are_named_and_the_others_picked(store, runs):
    app = open_page("compare", run=f"zzz,{runs[0]},yyy")
    text = next(text.value for text in app.warning)
    assert "run=zzz" in text and "run=yyy" in text and runs[0] not in text
    assert app.session_state["compare_picked"] == [runs[0]]


def test_an_address_with_too_many_runs_says_which_are_left_out(store):
    ids = [finished_run(store, str(number), epochs=1) for number in range(14)]
    app = open_page("compare", run=",".join(ids))
    text = next(text.value for text in app.warning)
    assert [run_id for run_id in ids if f"run={run_id}" in text] == ids[12:]
    assert "At most 12 runs are compared at once" in text
    assert app.session_state["compare_picked"] == ids[:12]


def test_a_page_that_ends_early_says_it_too(store):
    app = open_page("data", dataset="kmnist", foo="1")
    assert set(refusals(app)) == {"foo"}
    assert address_of(app) == {"dataset": "kmnist"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A dashboard of its own."""
    folder = tmp_path_factory.mktemp("unknown")
    with forked_server(folder / "runs", folder / "data", folder / "log") as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "said"), [("en", "There is no page nopage"), ("ko", "nopage 페이지는 없습니다")]
)
def test_an_address_without_a_page_is_told_in_the_readers_language(server, page: Page, language, said):
    arrive(page, f"{server}/nopage?lang={language}")  # also the very first visitor of a server
    expect(page.get_by_test_id("stMain").get_by_text(said)).to_be_visible(timeout=90_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_test_id("stMain").get_by_role("link").nth(2).click()
    expect(page.locator(".st-key-learn_sections")).to_be_visible(timeout=90_000)
    arrive(page, f"{server}/train?lang={language}&epochs=7")  # the first page, which lies at the root
    expect(page.get_by_role("spinbutton").first).to_have_value("7")
    expect(page.get_by_role("dialog")).to_have_count(0)
