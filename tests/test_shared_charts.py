"""Charts that all browsers share."""

import json

from streamlit.testing.v1 import AppTest

DRAWN: list[str] = []


def page_with_a_shared_chart():
    import plotly.graph_objects as go
    import streamlit as st
    from test_shared_charts import DRAWN

    from pages.ui.widgets import show_shared_chart

    title = st.query_params["title"]

    def draw() -> tuple[go.Figure, str]:
        DRAWN.append(title)
        return go.Figure(layout={"title": {"text": title}}), title

    show_shared_chart((title,), draw, "chart")


def test_a_shared_chart_is_drawn_once_for_each_language():
    DRAWN.clear()
    specs: dict[tuple[str, str], dict] = {}
    for lang, title in (("en", "Loss"), ("en", "Loss"), ("ko", "Loss"), ("en", "Accuracy"), ("ko", "Loss")):
        app = AppTest.from_function(page_with_a_shared_chart)
        app.query_params["lang"] = lang
        app.query_params["title"] = title
        app.run()
        assert not app.exception
        spec = json.loads(app.get("plotly_chart")[0].proto.spec)
        assert specs.setdefault((lang, title), spec) == spec
    assert DRAWN == ["Loss", "Loss", "Accuracy"]
    assert len({json.dumps(spec) for spec in specs.values()}) == 3
