"""The settings that all pages share, in their addresses."""

import streamlit as st

NAMES = ("lang", "present")


def possible_values() -> dict[str, tuple[str, ...]]:
    """Their values; the first one is the default. A Korean browser reads Korean."""
    is_korean = (st.context.locale or "").partition("-")[0] == "ko"
    return {"lang": ("ko", "en") if is_korean else ("en", "ko"), "present": ("", "1")}
