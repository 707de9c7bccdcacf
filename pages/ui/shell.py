"""What every page stands in: the navigation along the top, and the left pane with the page's controls and the
state of the trainings."""

from html import escape
from pathlib import Path
from typing import NoReturn

import streamlit as st

from pages.ui import access, address, current_run, embedded, narrow_pane, presenter, sidebar, take_chart
from pages.ui.buttons import show_what_went_wrong
from pages.ui.classroom import calls
from pages.ui.streamlit_compat import DeltaGenerator
from pages.ui.widgets import escape_markdown
from pages.ui.words.language import current_language, tr

ICON = Path(__file__).with_name("icon.png")
"""For the browser's tab, where Streamlit would fetch its own icons from another host: a T-shirt."""

STYLE = """<style>
.stApp {--right: light-dark(#00775A, #34C89E); --wrong: light-dark(#B34A00, #F0924F)}
[data-testid="stCaptionContainer"] {color: inherit; opacity: .76}
[data-testid="stCaptionContainer"] code {color: inherit}
[data-testid="stSliderThumbValue"], [data-variant][data-selected="true"] {color: inherit !important}
[data-testid="stPopover"] button {color: inherit !important}
[data-testid="stPageLink"] :is(a, span, p) {white-space: normal; height: auto}
[data-testid="stToastContainer"] {top: auto !important; bottom: .5rem}  /* not over the first line */
[data-testid="InputInstructions"] {display: none}  /* English, and over the text where a field is narrow */
button :has(> kbd), button kbd {color: inherit !important; opacity: 1 !important}
[class*="nothing_to_stop"] button {padding-inline: .25rem}
[class*="nothing_to_stop"] button p {white-space: nowrap}
/* A browser keeps the old button, behind the new one, until the script has ended: Stop and Go on were seen
together. Which of the two counts as stale changes meanwhile. */
:is([class*="nothing_to_stop"], [class*="key-stop_"], [class*="here_stop_"], [class*="resume_"]) ~
  :is([class*="nothing_to_stop"], [class*="key-stop_"], [class*="here_stop_"], [class*="resume_"]) {
  display: none}
@media (hover: none) {.keys, button kbd {display: none !important}}  /* no keyboard, as on phones */
.js-plotly-plot :is(.xtick, .ytick, .g-xtitle, .g-ytitle) text, .js-plotly-plot .bartext-outside,
.js-plotly-plot .annotation-text, [class*="matrix"] .textpoint text {fill: currentColor !important}
.stMainBlockContainer {padding: 4.2rem 1.4rem 2rem}
[data-testid="stSidebarUserContent"] {padding: 0 1.2rem 1rem}
[data-testid="stSidebarHeader"] {height: 2.6rem; margin: 0}
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] {gap: .6rem}
/* No gaps for what has no height. */
:is(.st-key-access_page, .st-key-embedded, .st-key-narrow_pane, .st-key-presenter_keys) {position: absolute}
img.photo {max-width: 100%; max-height: 280px; border-radius: 8px; display: block}
.current-run {display: flex; gap: .5rem; align-items: center; font-size: .82rem; line-height: 1.2}
.current-run i {width: .7rem; height: .7rem; border-radius: 50%; flex: none}
.current-run span {flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap}
[data-testid="stRadioOption"]:has(:focus-visible) {outline: 2px solid light-dark(#0072B2, #56B4E9)}
[data-testid="stSelectbox"] input {text-overflow: ellipsis}  /* not in the middle of a letter */
[data-testid="stSidebar"] [data-tag] {height: auto; padding: .2rem .3rem; font-size: .78rem}
[data-testid="stSidebar"] [data-tag] > span {white-space: normal; overflow-wrap: anywhere}
.stApp .page-name {font: inherit; font-weight: 600; letter-spacing: inherit; margin: 0; padding: 0}
.stApp .stMarkdown h2 {font: inherit; letter-spacing: inherit; padding: 0; margin: 0 0 1rem; scroll-margin: 0}
.stMarkdown h2 [data-testid="stHeaderActionElements"] {display: none}
:has(> .st-key-problem_of_a_button) {position: sticky; top: 3.8rem; z-index: 99}
.st-key-problem_of_a_button {background: light-dark(#fff, #0e1117); border-radius: .5rem}
@media (forced-colors: active) {  /* the reader's own few colours, as with high contrast in Windows */
  :focus-visible, :is(label, [data-testid="stSlider"] [style*="absolute"]):has(:focus-visible) {
    outline: 2px solid Highlight !important; outline-offset: 2px}
  :is([aria-checked="true"], [aria-selected="true"], [kind*="Active"]),
    [data-selected="true"] > div > div:first-child {forced-color-adjust: none;
    background: Highlight !important; color: HighlightText !important}
  .track, :is(.track, .current-run) i,
    [data-testid="stSlider"] [role="group"] > div > div:not([data-testid]) {forced-color-adjust: none}
  [data-testid="stCheckbox"] label > div:not([data-testid]) {forced-color-adjust: none; outline: 1px solid}
  [data-testid="stSliderThumbValue"] {forced-color-adjust: auto}
}
@media (min-width: 641px) {
  body:not(:has([data-testid="stSidebar"][data-collapsed="true"]))
    :has(> :is(.st-key-main_action, [class*="st-key-pane_news"])) {display: none}
  [data-testid="stElementContainer"]:has(.page-name) {position: absolute; clip-path: inset(50%)}
}
@media (max-width: 640px) {
  .stMainBlockContainer {padding: 4rem .8rem 2rem}
  [data-testid="stElementContainer"]:has(.page-name) {position: fixed; top: 1.1rem; left: 3.6rem; width: auto;
    z-index: 999990}  /* as the header, so above it and below the pane */
}
</style>"""


WORDS_STAY_WHOLE = """<style>
body * {word-break: keep-all !important}
body {overflow-wrap: break-word}
</style>"""
"""In Korean a line may break between any two letters, if nobody says otherwise; in notes, tables, menus and
dialogs as well, some of which lie outside of the app."""


class PageEnd(Exception):
    """A page has no more to show. After `st.stop`, its address would not be written."""


def stop() -> NoReturn:
    """End the page."""
    raise PageEnd


def begin(title: str, page: str) -> None:
    """Before the page, which is named at the top of its pane.

    Raises `StorageError` when the runs folder cannot be used.
    """
    address.begin(page)
    current_run.follow_address()
    if page not in ("compare", "studies"):  # Back may leave one with its dialog open
        sidebar.close_dialog()
    style = STYLE + WORDS_STAY_WHOLE if current_language() == "ko" else STYLE
    if presenter.is_on():
        style += presenter.LARGE_LETTERS
    st.html(f'{style}<h1 class="page-name">{escape(title)}</h1>')
    show_what_went_wrong()
    st.session_state["notes"] = st.container()
    with st.sidebar:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(f'<b aria-hidden="true">{escape(title)}</b>', width="stretch")
            presenter.switch()
        calls.show()
        st.session_state["about_run"] = st.container()
        st.session_state["pane"] = st.container()
        sidebar.show()


def end() -> None:
    """After the page: name the run that it showed, say what its address asks for in vain, and write it."""
    with st.session_state["about_run"]:
        sidebar.show_current_run()
    current_run.note()
    said = [_refusal(refusal) for refusal in address.refusals()]
    if said:
        listed = said[0] if len(said) == 1 else "".join(f"\n- {line}" for line in said)
        with st.session_state["notes"]:
            st.warning(
                tr("The address asks for something that is not here: {said}", said=listed),
                icon=":material/help:",
            )
    presenter.show()
    embedded.show()
    narrow_pane.show()
    take_chart.show()
    access.show("page")
    address.write()


def _refusal(refused: address.Refusal) -> str:
    asked = escape_markdown(f"{refused.name}={refused.value}"[:60])
    if not refused.shown:
        name = escape_markdown(refused.name[:30])
        return tr("{asked} (this page knows no {name})", asked=asked, name=name)
    shown = escape_markdown(refused.shown)
    if not refused.reason:
        return tr("{asked}; shown instead: {shown}", asked=asked, shown=shown)
    reason = escape_markdown(refused.reason.rstrip("."))
    return tr("{asked} ({reason}); shown instead: {shown}", asked=asked, reason=reason, shown=shown)


def pane() -> DeltaGenerator:
    """The left pane, for the page's controls: `with shell.pane(): ...`"""
    return st.session_state.get("pane") or st.sidebar
