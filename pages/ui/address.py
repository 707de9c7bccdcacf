"""Links that carry a lesson: widgets whose values stand in the address.

`?section=softmax&cat=2.5` opens with that section and that logit; moving a slider rewrites the address, so a
lecturer copies it and hands it out. Values that cannot be read, or lie outside the slider, are ignored.
"""

import streamlit as st


def choice(name: str, options: list[str], default: str) -> str:
    """The option that the address asks for, if it is one."""
    asked = st.query_params.get(name)
    return asked if asked in options else default


def slider(
    label: str, name: str, low: float, high: float, default: float, step: float, help: str | None = None
) -> float:
    """A slider for the setting `name` of this lesson."""
    return st.slider(
        label, low, high, _number(name, low, high, default), step, key=f"lesson_{name}", help=help
    )


def number(label: str, name: str, low: int, high: int, default: int) -> int:
    """A field for a whole number, for the setting `name` of this lesson."""
    return st.number_input(label, low, high, _number(name, low, high, default), key=f"lesson_{name}")


def options(label: str, name: str, values: list[str], default: str, format_func=str) -> str:
    """Buttons of which one is chosen, for the setting `name` of this lesson."""
    return st.segmented_control(
        label,
        values,
        default=choice(name, values, default),
        format_func=format_func,
        key=f"lesson_{name}",
        required=True,
    )


def write_address(**settings: object) -> None:
    """Make the address say these settings, and nothing else but the language."""
    wanted = {
        name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in settings.items()
    }
    if "lang" in st.query_params:
        wanted["lang"] = st.query_params["lang"]
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _number(name: str, low: float, high: float, default: float) -> float:
    try:
        asked = type(default)(st.query_params[name])
    except (KeyError, ValueError):
        return default
    return asked if low <= asked <= high else default
