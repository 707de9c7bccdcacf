"""How the class comes in: the address in large type, and as a code that phones read."""

from html import escape

import streamlit as st

from fmnist_core.jobs import joining
from pages.ui import address, shared_settings
from pages.ui.classroom import presence
from pages.ui.widgets import escape_markdown, show_errors
from pages.ui.words.language import current_language, tr

STYLE = """<style>
.join {display: flex; flex-direction: column; align-items: center; gap: 12px; text-align: center}
.join img {width: min(100%, calc(100vh - 17rem)); min-width: 220px; max-width: 760px; border-radius: 10px;
  image-rendering: pixelated}
.join b {font-size: clamp(1.4rem, 4.4vw, 3.4rem); line-height: 1.1; overflow-wrap: anywhere}
.join.small {gap: 6px}
.join.small img {width: 150px; min-width: 0}
.join.small b {font-size: 1rem}
</style>"""


def show(small: bool = False) -> None:
    """The address, in the language of this page, and its code; small: for the pane. Where nobody else
    reaches this server: what to do. If nobody chose English, each phone speaks its own language."""
    language = current_language()
    where = joining.join_address(
        str(st.context.url or ""),
        address.page(),
        str(st.get_option("server.address") or ""),
        "" if language == "en" == shared_settings.possible_values()["lang"][0] else f"lang={language}",
    )
    if where is None:
        said = tr(
            "Only this machine reaches the server. For the class, start it with {option} on a machine in a "
            "network.",
            option="`--server.address 0.0.0.0`",
        )
        if small:
            st.caption(f":material/wifi_off: {said}")
        else:
            st.warning(said, icon=":material/wifi_off:")
        return
    alt = escape(tr("QR code of the address {address}", address=where), quote=True)
    kind = "join small" if small else "join"
    code = f'<img alt="{alt}" src="{_qr_code(where)}">'
    st.html(f'{STYLE}<div class="{kind}">{code}<b>{escape(where)}</b></div>')


@st.cache_data(max_entries=20, show_spinner=False)
def _qr_code(text: str) -> str:
    return joining.qr_code(text)


@show_errors
def show_who_is_here() -> None:
    """The students whose browsers are open."""
    names = presence.names()
    said = tr("Here: **{count}**", count=len(names))
    st.markdown(f"{said} · {escape_markdown(', '.join(names))}" if names else said)
