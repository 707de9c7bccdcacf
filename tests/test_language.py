"""Two languages: every text of the pages has its Korean, and nothing in the catalogue is left over."""

import ast
import re
from pathlib import Path

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core.data import datasets
from fmnist_core.lecture import comparison, ladder, story
from fmnist_core.nets import architectures, designs
from fmnist_core.training import recipes
from pages.ui.words import korean, language
from pages.ui.words.korean import CLASSES, COMPUTED, KOREAN

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
HANGUL = re.compile("[가-힣]")

# Streamlit's functions that show their first argument as text.
SHOWING = {
    *("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success", "toast"),
    *("button", "checkbox", "toggle", "radio", "selectbox", "multiselect", "pills", "segmented_control"),
    *("slider", "select_slider", "number_input", "text_input", "text_area", "file_uploader", "camera_input"),
    *("metric", "expander", "download_button", "link_button", "form_submit_button", "spinner", "write"),
}
SHOWING_KEYWORDS = {"help", "placeholder", "caption", "label"}


def texts() -> dict[str, str]:
    """Each literal given to `tr`, and where."""
    found = {}
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                literal = isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
                assert literal, f"{where}: tr() needs a literal text"
                found[node.args[0].value] = where
    return found


def test_every_text_of_the_pages_is_in_the_catalogue():
    missing = {text: where for text, where in texts().items() if text not in KOREAN}
    assert not missing


def test_nothing_in_the_catalogue_is_unused():
    assert not set(KOREAN) - set(texts())


def test_no_text_is_in_two_modules_of_the_catalogue():
    modules = [korean.work.WORK, korean.images.IMAGES, korean.learn.LEARN]
    assert sum(map(len, modules)) == len(KOREAN)


@pytest.mark.parametrize("catalogue", [KOREAN, COMPUTED], ids=["pages", "computed"])
def test_translations_have_the_placeholders_of_the_text(catalogue):
    for text, translation in catalogue.items():
        names = sorted(language.PLACEHOLDER.findall(text))
        assert sorted(language.PLACEHOLDER.findall(translation)) == names, text


def test_translations_are_korean_unless_they_are_names():
    names = {text for text, translation in KOREAN.items() if not HANGUL.search(translation)}
    assert names <= {"BCEWithLogitsLoss", "Binary cross entropy", "Cross entropy"}


def test_placeholders_are_filled_in_by_their_callers():
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                if any(keyword.arg is None for keyword in node.keywords):
                    continue  # **values
                given = {keyword.arg for keyword in node.keywords}
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                assert set(language.PLACEHOLDER.findall(node.args[0].value)) == given, where


def test_pages_show_no_text_that_went_past_the_catalogue():
    """A literal with a word in it, shown as it stands, would stay English."""
    past = []
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            shown = [k.value for k in node.keywords if k.arg in SHOWING_KEYWORDS]
            if node.func.attr in SHOWING:
                shown += node.args[:1]
            for argument in shown:
                if _has_words(argument):
                    past.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(argument)}")
    assert not past


def _has_words(argument: ast.expr) -> bool:
    parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    literal = " ".join(
        part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    literal = re.sub(r":material/ ?\w*:?|<style>.*</style>|<[^>]+>", "", literal, flags=re.DOTALL)
    return bool(re.search(r"[A-Za-z]{2}", literal)) and not HANGUL.search(literal)


def test_descriptions_of_the_core_have_their_korean():
    descriptions = [
        *(architecture.description for architecture in architectures.ARCHITECTURES.values()),
        *(recipe.description for recipe in recipes.RECIPES.values()),
        *(info.description for info in datasets.DATASETS.values()),
        *(kind.description for kind in designs.KINDS.values()),
        *designs.KINDS,
        *(name for kind in designs.KINDS.values() for name in kind.settings),
        *(choice for kind in designs.KINDS.values() for s in kind.settings.values() for choice in s.choices),
        *datasets.CLASS_NAMES,
    ]
    missing = [text for text in descriptions if not HANGUL.search(language._translated(text))]
    assert missing == []


def test_nothing_computed_is_unused():
    """Each piece of a computed text, between its placeholders, is written somewhere in the core."""
    written = "\n".join(
        node.value
        for path in [*(ROOT / "fmnist_core").rglob("*.py"), *(ROOT / "pages").glob("ui/*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    for text in COMPUTED:
        for piece in re.split(r"\{\w+\}", text):
            assert piece.strip().lower() in written.lower(), text


def test_computed_sentences_are_found_by_their_placeholders():
    for sentence in story(comparison({}), "published"):
        assert HANGUL.search(language._translated(sentence)), sentence
    assert language._translated("epochs must be at least 1, got 0") == "epochs: 1 이상이어야 하는데 0입니다"
    assert language._translated("something nobody wrote") == "something nobody wrote"


def test_the_most_exact_pattern_wins():
    wide = ladder.LADDER["cnn"].name
    assert language._translated(wide) == "합성곱"


def page_with_a_chart():
    import plotly.graph_objects as go
    import streamlit as st

    from pages.ui.words.language import (
        class_name,
        current_language,
        language_selector,
        tr,
        translate,
        translate_figure,
    )

    with st.sidebar:
        language_selector()
    figure = go.Figure(
        [go.Bar(x=["Sneaker", "Bag"], y=[1, 2], name="Training")],
        layout={"title": {"text": "Accuracy"}, "xaxis": {"title": {"text": "Epoch"}}},
    )
    st.session_state["figure"] = translate_figure(figure).to_plotly_json()
    st.text(current_language())
    st.text(tr("Start training"))
    st.text(class_name("Sneaker"))
    st.text(translate("Still learning: too few epochs to say more."))


def shown(app: AppTest) -> list[str]:
    return [element.value for element in app.text]


def test_english_is_the_default():
    app = AppTest.from_function(page_with_a_chart).run()
    assert not app.exception
    assert shown(app) == ["en", "Start training", "Sneaker", "Still learning: too few epochs to say more."]
    assert app.session_state["figure"]["layout"]["title"]["text"] == "Accuracy"


def test_the_address_chooses_korean_charts_and_class_names_included():
    app = AppTest.from_function(page_with_a_chart)
    app.query_params["lang"] = "ko"
    app.run()
    assert shown(app)[:3] == ["ko", "학습 시작", "운동화"]
    assert HANGUL.search(shown(app)[3])
    figure = app.session_state["figure"]
    assert figure["layout"]["title"]["text"] == "정확도"
    assert figure["layout"]["xaxis"]["title"]["text"] == "에폭"
    assert figure["data"][0]["name"] == "훈련"
    assert list(figure["data"][0]["x"]) == ["Sneaker", "Bag"]  # what a click reports
    assert figure["layout"]["xaxis"]["ticktext"] == ["운동화", "가방"]


def test_the_sidebar_changes_the_language_and_the_address():
    app = AppTest.from_function(page_with_a_chart).run()
    app.button_group(key="language_choice").set_value("ko").run()
    assert shown(app)[0] == "ko"
    assert app.query_params["lang"] in ("ko", ["ko"])
    app.button_group(key="language_choice").set_value("en").run()
    assert shown(app)[0] == "en"


def test_an_unknown_language_is_english():
    app = AppTest.from_function(page_with_a_chart)
    app.query_params["lang"] = "<script>"
    assert shown(app.run())[0] == "en"


def test_a_slip_in_the_catalogue_shows_the_english(monkeypatch):
    monkeypatch.setattr(language, "current_language", lambda: "ko")
    monkeypatch.setitem(KOREAN, "{count} runs", "{number}개")
    assert language.tr("{count} runs", count=3) == "3 runs"


def test_values_are_never_read_as_templates(monkeypatch):
    monkeypatch.setattr(language, "current_language", lambda: "ko")
    assert "{secret}" in language.tr("Run again") + language.tr("Race · {name}", name="{secret}")


def test_a_figure_stays_a_figure_that_streamlit_accepts(monkeypatch):
    monkeypatch.setattr(language, "current_language", lambda: "ko")
    figure = language.translate_figure(go.Figure(go.Heatmap(z=[[1]], x=["Bag"], y=["Coat"])))
    assert isinstance(figure, go.Figure)
    assert figure.layout.yaxis.ticktext == ("코트",)
    assert CLASSES["Coat"] == "코트"
