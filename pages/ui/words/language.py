"""The words on the screen, in the reader's language.

The English text is the key of its translation (`words.korean`), so a page reads as it looks and a text
without a translation appears in English. `tr` is for texts written in a page. `translate` is for sentences
of the core (errors, charts, the coach), which know the template and the values that they were made of.
"""

from collections.abc import Sequence
from typing import Any, TypeGuard

import plotly.graph_objects as go
import streamlit as st

from fmnist_core.base import messages
from fmnist_core.base.messages import Message, counted, readable
from pages.ui import address, shared_settings
from pages.ui.plotly_compat import unchecked_figure
from pages.ui.streamlit_compat import in_script
from pages.ui.words.korean import AUGMENTATIONS, CLASSES, CORE, KOREAN
from pages.ui.words.particles import attach

LANGUAGES = {"en": "English", "ko": "한국어"}

# Where a plotly figure holds words for people; customdata is for the page's own use and stays as it is.
TEXT_KEYS = {"text", "name", "ticktext", "hovertext", "hovertemplate", "texttemplate", "labels", "label"}


def current_language() -> str:
    """ "en" or "ko": the sidebar's choice, else `?lang=` of the address, else as the browser is set."""
    if not in_script():
        return "en"
    language = st.session_state.get("lang") or st.query_params.get("lang")
    return language if language in LANGUAGES else shared_settings.possible_values()["lang"][0]


def tr(text: str, **values: object) -> str:
    """`text` in the current language, its {placeholders} filled in. Pass a literal, never an f-string."""
    return _joined(_filled(text, values))


def _filled(text: str, values: dict[str, object]) -> str:
    if current_language() == "en":
        return counted(text, values).format(**values) if values else text
    translated = KOREAN.get(text, text)
    try:
        return attach(translated.format(**values)) if values else translated
    except (KeyError, IndexError, ValueError):  # a slip in the catalogue must not take the page down
        return counted(text, values).format(**values)


def _joined(text: str) -> str:
    """With each percent sign at its number: no line ends between them. Only here, at the page's edge: a
    terminal may not know the sign, and a file's reader would not find it."""
    return text.replace(" %", "\u00a0%")


def percent(share: float | None, digits: int = 1) -> str:
    """A share in [0, 1] as people read it on a page, `89.1 %`."""
    return _joined(messages.percent(share, digits))


def translate(sentence: str) -> str:
    """A sentence or word of the core in the current language; as it is where the catalogue has none."""
    return _joined(str(_translated(sentence)) if current_language() == "ko" else str(sentence))


def class_name(name: str) -> str:
    """A class's name in the current language; names of custom classes stay as they are."""
    return CLASSES.get(name, name) if current_language() == "ko" else name


def augmentation_name(name: str) -> str:
    """What an augmentation is called where one is chosen, in the current language."""
    return AUGMENTATIONS.get(name, name) if current_language() == "ko" else name


def setting_word(value: str) -> str:
    """The value of a setting that is a word, in the current language."""
    return {"yes": tr("Yes"), "no": tr("No")}.get(value) or translate(value)


def language_selector() -> None:
    """The choice of language, for the sidebar. It is kept in the address, so that links carry it."""

    key = address.widget_key("language_choice")

    def choose() -> None:
        st.session_state["lang"] = st.session_state[key]

    st.session_state["lang"] = language = current_language()
    st.segmented_control(
        "Language · 언어",
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        default=language,
        key=key,
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
    return unchecked_figure(content)


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


def _is_texts(values: Any) -> TypeGuard[Sequence[str]]:
    """Whether a trace's values are a list (or array) that begins with a string."""
    return (
        values is not None
        and not isinstance(values, str | dict)
        and hasattr(values, "__len__")
        and (len(values) > 0 and isinstance(values[0], str))
    )


def _translated(value: object) -> object:
    """The Korean of a message, of the messages in a list, or of a word that the catalogue has."""
    if isinstance(value, Message):
        template = CORE.get(value.template, value.template)
        values = {name: _translated(part) for name, part in value.values.items()}
        return attach(template.format(**values))
    if isinstance(value, list):
        return readable([_translated(part) for part in value])
    if isinstance(value, str):
        return CORE.get(value) or CLASSES.get(value) or KOREAN.get(value) or value
    return value
