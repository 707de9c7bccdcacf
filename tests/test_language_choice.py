"""Which language a page speaks, its charts and class names included."""

import re

import plotly.graph_objects as go
from helpers import open_page
from streamlit.testing.v1 import AppTest

from fmnist_core.jobs import class_game
from fmnist_core.jobs.people import Person
from pages.ui.words import language
from pages.ui.words.korean import CLASSES, CORE, KOREAN

HANGUL = re.compile("[가-힣]")


def page_name(app: AppTest) -> str:
    """The heading of a page."""
    return " ".join(html.value for html in app.get("html") if "<h1" in html.value)


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
    st.text(tr("Run again"))
    st.text(class_name("Sneaker"))
    st.text(translate("Train for more epochs next time."))


def shown(app: AppTest) -> list[str]:
    return [element.value for element in app.text]


def test_english_is_the_default():
    app = AppTest.from_function(page_with_a_chart).run()
    assert not app.exception
    assert shown(app) == ["en", "Run again", "Sneaker", "Train for more epochs next time."]
    assert app.session_state["figure"]["layout"]["title"]["text"] == "Accuracy"


def test_the_address_chooses_korean_charts_and_class_names_included():
    app = AppTest.from_function(page_with_a_chart)
    app.query_params["lang"] = "ko"
    app.run()
    assert shown(app)[:3] == ["ko", "다시 학습", "운동화"]
    assert HANGUL.search(shown(app)[3])
    figure = app.session_state["figure"]
    assert figure["layout"]["title"]["text"] == "정확도"
    assert figure["layout"]["xaxis"]["title"]["text"] == "에폭"
    assert figure["data"][0]["name"] == "훈련"
    assert list(figure["data"][0]["x"]) == ["Sneaker", "Bag"]  # what a click reports
    assert figure["layout"]["xaxis"]["ticktext"] == ["운동화", "가방"]


def test_the_sidebar_changes_the_language_and_the_address():
    app = open_page("learn")
    app.button_group(key="language_choice").set_value("ko").run()
    assert "배우기" in page_name(app)
    assert app.query_params["lang"] in ("ko", ["ko"])
    app.button_group(key="language_choice").set_value("en").run()
    assert "Learn" in page_name(app)
    assert "lang" not in app.query_params


def test_a_korean_browser_reads_korean_until_somebody_chooses_english():
    app = open_page("learn", {"locale": "ko-KR"})
    assert "배우기" in page_name(app)
    assert "lang" not in app.query_params
    app.button_group(key="language_choice").set_value("en").run()
    assert "Learn" in page_name(app)
    assert app.query_params["lang"] in ("en", ["en"])  # for a reload and a link
    app = open_page("learn", {"locale": "ko"}, lang="en")
    assert "Learn" in page_name(app)
    assert app.query_params["lang"] in ("en", ["en"])
    app = open_page("learn", {"locale": "kok-IN"})
    assert "Learn" in page_name(app)


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
    said = language.tr("Changed from {recipe}: custom", recipe="{secret}")
    assert said != "Changed from {secret}: custom" and "{secret}" in said


def test_a_figure_stays_a_figure_that_streamlit_accepts(monkeypatch):
    monkeypatch.setattr(language, "current_language", lambda: "ko")
    figure = language.translate_figure(go.Figure(go.Heatmap(z=[[1]], x=["Bag"], y=["Coat"])))
    assert isinstance(figure, go.Figure)
    assert figure.layout.yaxis.ticktext == ("코트",)
    assert CLASSES["Coat"] == "코트"


def test_each_browser_of_a_class_reads_the_name_of_a_net_in_its_own_language(store, monkeypatch):
    monkeypatch.setenv("FMNIST_PASSCODE", "sneaker")
    net = store.runs(shipped=True)[0]
    class_game.begin(store, Person("lecturer", "", True), "fashion-mnist", [net.run_id])
    class_game.reveal(store, Person("lecturer", "", True), class_game.current(store))
    for lang, name in (("ko", CORE[net.name]), ("en", net.name)):
        said = "".join(html.value for html in open_page("guess", lang=lang).get("html"))
        assert f"<small>{name} · " in said
