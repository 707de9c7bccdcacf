"""The words on the screen, in the reader's language.

The English text is the key of its translation (`pages/ui/korean`), so a page reads as it looks and a text
without a translation appears in English. `tr` is for texts written in a page. `translate` is for sentences
that the core computed (errors, charts, the coach): it finds the entry whose placeholders fit.
"""

import re
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui.words.korean import CLASSES, COMPUTED, KOREAN

LANGUAGES = {"en": "English", "ko": "한국어"}
PLACEHOLDER = re.compile(r"\{(\w+)(?:![rs])?(?::[^{}]*)?\}")

# Where a plotly figure holds words for people; customdata is for the page's own use and stays as it is.
TEXT_KEYS = {"text", "name", "ticktext", "hovertext", "hovertemplate", "texttemplate", "labels", "label"}


def current_language() -> str:
    """ "en" or "ko": the sidebar's choice, else `?lang=` of the address, else English."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return "en"
    language = st.session_state.get("language") or st.query_params.get("lang")
    return language if language in LANGUAGES else "en"


def tr(text: str, **values: object) -> str:
    """`text` in the current language, its {placeholders} filled in. Pass a literal, never an f-string."""
    translated = KOREAN.get(text, text) if current_language() == "ko" else text
    if not values:
        return translated
    try:
        return translated.format(**values)
    except (KeyError, IndexError, ValueError):  # a slip in the catalogue must not take the page down
        return text.format(**values)


def translate(sentence: str) -> str:
    """A sentence that the core computed, in the current language; as it is where the catalogue has none."""
    return _translated(sentence) if current_language() == "ko" else sentence


def class_name(name: str) -> str:
    """A class's name in the current language; names of people's own classes stay as they are."""
    return CLASSES.get(name, name) if current_language() == "ko" else name


def language_selector() -> None:
    """The choice of language, for the sidebar. It is kept in the address, so that links carry it."""
    language = current_language()
    st.session_state["language"] = language
    # Going to another page empties the address.
    if language != "en" and st.query_params.get("lang") != language:
        st.query_params["lang"] = language

    def choose() -> None:
        chosen = st.session_state["language_choice"] or language
        st.session_state["language"] = chosen
        st.query_params["lang"] = chosen

    st.segmented_control(
        "Language · 언어",
        list(LANGUAGES),
        format_func=LANGUAGES.get,
        default=language,
        key="language_choice",
        on_change=choose,
        required=True,
    )


def translate_figure(figure: go.Figure) -> go.Figure:
    """The figure with titles, axes, legend, annotations, hover texts and class names in the current language.

    Categories keep their values (a selected point still says "Sneaker"); only their tick labels change.
    """
    if current_language() == "en":
        return figure
    content = figure.to_plotly_json()  # a deep copy
    content.pop("frames", None)
    layout = content.setdefault("layout", {})
    template = layout.pop("template", None)  # colours, no words, and large
    _translate_texts(content)
    _translate_categories(content["data"], layout)
    if template is not None:
        layout["template"] = template
    return go.Figure(content, _validate=False)


def _translate_texts(node: object) -> None:
    """Replaces the words in nested dicts and lists, in place."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in TEXT_KEYS and isinstance(value, str):
                node[key] = _translated(value)
            elif key in TEXT_KEYS and _is_texts(value):
                node[key] = [_translated(item) if isinstance(item, str) else item for item in value]
            elif isinstance(value, dict | list | tuple):
                _translate_texts(value)
    elif isinstance(node, list | tuple):
        for item in node:
            _translate_texts(item)


def _translate_categories(traces: list[dict], layout: dict) -> None:
    """Gives axes whose values are class names Korean tick labels, unless the chart set its own."""
    for letter in "xy":
        found: dict[str, list[str]] = {}
        for trace in traces:
            values = trace.get(letter)
            if _is_texts(values):
                axis = trace.get(f"{letter}axis", letter).replace(letter, f"{letter}axis", 1)
                found.setdefault(axis, []).extend(str(value) for value in values)
        for axis, values in found.items():
            categories = list(dict.fromkeys(values))
            translated = [_translated(category) for category in categories]
            if translated != categories and "ticktext" not in layout.get(axis, {}):
                layout.setdefault(axis, {}).update(tickvals=categories, ticktext=translated)


def _is_texts(values: object) -> bool:
    """Whether a trace's values are a list (or array) that begins with a string."""
    return (
        values is not None
        and not isinstance(values, str | dict)
        and hasattr(values, "__len__")
        and (len(values) > 0 and isinstance(values[0], str))
    )


@lru_cache(maxsize=4096)
def _translated(sentence: str) -> str:
    """The Korean of a computed sentence: looked up as it stands, else matched against the placeholders."""
    for catalogue in (COMPUTED, CLASSES, KOREAN):
        if sentence in catalogue:
            return catalogue[sentence]
    for pattern, korean in _patterns():
        match = pattern.fullmatch(sentence)
        if match:
            values = {name: _translated(value) for name, value in match.groupdict().items()}
            return korean.format(**values)
    return sentence


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern, str]]:
    """Each entry of `COMPUTED` with placeholders, as a pattern; the longest first, it is the most exact."""
    patterns = []
    for english in sorted(COMPUTED, key=len, reverse=True):
        names = PLACEHOLDER.findall(english)
        if names:
            pieces = [re.escape(piece) for piece in PLACEHOLDER.split(english)[::2]]
            groups = [f"(?P<{name}>.+?)" for name in names]
            pattern = "".join(a + b for a, b in zip(pieces, [*groups, ""], strict=True))
            patterns.append((re.compile(pattern, re.DOTALL), COMPUTED[english]))
    return patterns
