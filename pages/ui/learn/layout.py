"""What the sections of Learn share: formula and controls beside the chart, on a phone below it."""

import plotly.graph_objects as go
import streamlit as st

from pages.ui import address
from pages.ui.live_chart import live_chart, show_live_charts
from pages.ui.streamlit_compat import DeltaGenerator

STYLE = """<style>
.st-key-learn_sections [data-testid="stWidgetLabel"] {position: absolute; clip-path: inset(50%)}
@media (max-width: 640px) {  /* all sections are in sight: those that are not chosen with their numbers */
  .st-key-learn_sections [role="radiogroup"] {flex-wrap: wrap; overflow: visible; mask-image: none}
  .st-key-learn_sections [role="radio"] {min-width: 2.5rem}
  .st-key-learn_sections [aria-checked="false"] {padding: 0}
  .st-key-learn_sections [aria-checked="false"] p {width: 1ch; text-overflow: clip}
}
.st-key-learn_sections > [data-testid="stElementContainer"] {max-width: calc(100% - 84px)}
.st-key-learn div:has(> [data-testid="stMarkdownContainer"] .katex-display) {margin-left: 0}
.st-key-learn .katex-display {margin: .2rem 0 1.3rem}
.st-key-learn .katex-display > .katex {font-size: 1.15em}
.st-key-learn [data-testid="stVerticalBlock"] {gap: .7rem}
.st-key-learn [data-testid="stMetricLabel"] p {white-space: normal}
.st-key-learn [data-testid="stMetricValue"] {font-size: 1.9rem}
.st-key-learn [data-testid="stAlertContainer"] {padding: .5rem .8rem}
.st-key-learn [data-testid="stTable"] td, .st-key-learn [data-testid="stTable"] th {padding: .25rem .5rem}
[class*="st-key-learn_chart"] .live-charts > div {height: clamp(280px, 100vh - 245px, 560px)}
.st-key-learn_chart_low .live-charts > div {height: clamp(240px, 100vh - 350px, 420px)}
@media (max-width: 1100px) {
  .st-key-learn_screen > div > [data-testid="stHorizontalBlock"] {flex-direction: column-reverse}
  .st-key-learn_screen > div > [data-testid="stHorizontalBlock"] > div {min-width: 100%}
  [class*="st-key-learn_chart"] .live-charts > div {height: 310px}
}
</style>"""


def begin() -> DeltaGenerator:
    """The place of a section."""
    st.html(STYLE)
    return st.container(key="learn")


def halves() -> list[DeltaGenerator]:
    """The columns for formula, controls and verdict, and for the chart, which narrow screens show first."""
    return st.container(key="learn_screen").columns([2, 3], gap="medium")


def show_figure(figure: go.Figure, alt: str, section: str, low: bool = False) -> None:
    """The chart of a section, as high as the window allows; it moves in place. low: above a table."""
    key = "learn_chart_low" if low else "learn_chart"
    with st.container(key=key):
        show_live_charts([live_chart(figure, alt)], section, f"{key}_figure")


def tenths(label: str, name: str, low: float, high: float, default: float, help: str | None = None) -> float:
    """A slider in steps of 0.1, without what floating point adds to them."""
    return round(address.slider(label, name, low, high, default, 0.1, help), 1) + 0.0  # -0.0 becomes 0.0


def latex_number(value: float) -> str:
    r"""Four digits, as a formula: 2.688 \times 10^{43}."""
    digits, _, power = f"{value:.4g}".partition("e")
    return rf"{digits} \times 10^{{{int(power)}}}" if power else digits


def plain_number(value: float) -> str:
    """Four digits, as text: 2.688 × 10⁴³."""
    digits, _, power = f"{value:.4g}".partition("e")
    raised = str(int(power or 0)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits} × 10{raised}" if power else digits
