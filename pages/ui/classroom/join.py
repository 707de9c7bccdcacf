"""How the class comes in: the address in large type, and as a code that phones read."""

from html import escape

import streamlit as st

from fmnist_core.jobs import joining
from pages.ui import address, services
from pages.ui.widgets import show_errors
from pages.ui.words.language import tr

STYLE = """<style>
.join {display: flex; flex-direction: column; align-items: center; gap: 12px; text-align: center}
.join svg {width: min(100%, calc(100vh - 17rem)); min-width: 220px; max-width: 760px; border-radius: 10px}
.join b {font-size: clamp(1.4rem, 4.4vw, 3.4rem); line-height: 1.1; overflow-wrap: anywhere}
.join.small svg {width: 150px; min-width: 0}
.join.small b {font-size: 1rem}
</style>"""


def show(small: bool = False) -> None:
    """The address and its code; small: for the pane. Where nobody else reaches this server: what to do."""
    where = joining.join_address(
        str(st.context.url or ""), address.page(), str(st.get_option("server.address") or "")
    )
    if where is None:
        st.warning(
            tr(
                "Only this machine reaches the server. For the class, start it with {option} on a machine "
                "that is in a network.",
                option="`--server.address 0.0.0.0`",
            ),
            icon=":material/wifi_off:",
        )
        return
    label = escape(tr("QR code of the address {address}", address=where), quote=True)
    code = _qr_code(where).replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
    kind = "join small" if small else "join"
    st.html(f'{STYLE}<div class="{kind}">{code}<b>{escape(where)}</b></div>')


@st.cache_data(max_entries=20, show_spinner=False)
def _qr_code(text: str) -> str:
    return joining.qr_code(text)


@show_errors
def show_count() -> None:
    """How many browsers have asked for something lately."""
    st.markdown(tr("Browsers that are here: **{count}**", count=services.browser_count()))
