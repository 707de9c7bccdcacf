"""What the browser remembers for Back: the address that it shows can be replaced there, not only added to."""

from collections.abc import Container

import streamlit as st

from pages.ui.streamlit_compat import asked_page

# The first address of a visit takes the place of the bare one: otherwise Back would lead to the page that one
# is on. `st.query_params` can only add. A browser may come to it late: by then somebody has chosen something,
# and another address stands there.
_component = st.components.v2.component(
    "fmnist_replace_address",
    js="""
let last = null, written = null
export default function ({ data }) {
  if (last === data.visit) return
  last = data.visit
  if (location.href !== written && !isKnown(data)) return
  history.replaceState(history.state, "", location.pathname + (data.search ? "?" + data.search : ""))
  written = location.href  // the server does not hear of it
}

function isKnown(data) {
  if ((location.pathname.split("/").at(-1) || "train") !== data.page) return false
  const now = new URLSearchParams(location.search)
  for (const name of ["embed", "embed_options"]) now.delete(name)  // Streamlit's own
  const known = Object.entries(data.known)
  const same = known.every(([name, value]) => now.getAll(name).at(-1) === value)
  return same && new Set(now.keys()).size === known.length
}
""",
)


def replace(visit: str, page: str, known: dict[str, str], search: str) -> None:
    """Show this search as the address, once for each `visit`; not if the browser shows another page by now,
    or something else than what is known stands there."""
    data = {"visit": visit, "page": page, "known": known, "search": search}
    _component(data=data, key="replace_address")


# Asks for a page as Back does. All pages lie in one folder; the first one is the folder itself.
_link = st.components.v2.component(
    "fmnist_lead_to",
    js="""
let last = null
export default function ({ data }) {
  if (last === data.number) return
  last = data.number
  history.pushState(null, "", location.pathname.replace(/[^/]*$/, "") + data.address)
  dispatchEvent(new PopStateEvent("popstate"))
}
""",
)


def lead_to(address: str, number: str) -> None:
    """Let the browser go to this page of the app, `"learn?section=softmax"`, once for each `number`.

    `st.switch_page` does so in the server. Where the browser asks for a fragment's news at that moment, it is
    answered as if it were still on the old page, and shows an empty one (Streamlit 1.67).
    """
    _link(data={"address": address, "number": number}, key="lead_to")


# The first visitor of a new server gets it before app.py runs, see `pages`.
_own_words = st.components.v2.component(
    "fmnist_close_english_dialog",
    js="""
export default function () {
  const close = () => document.querySelector('[role="dialog"] button[aria-label="Close"]')?.click()
  close()
  const timer = setInterval(close, 100)
  setTimeout(() => clearInterval(timer), 2000)
}
""",
)


def close_dialog() -> None:
    """Close what Streamlit says, in English, of an address without a page."""
    _own_words(key="close_dialog")


def unknown_page(known: Container[str]) -> str:
    """What the browser's address names in place of a page, if no page has this name."""
    asked = asked_page()
    if asked is not None:
        st.session_state["unknown_page"] = "" if asked in known or "/" in asked else asked
    return st.session_state.get("unknown_page", "")


def close_dialog_of_first_page(name: str) -> None:
    """The first page lies at the root; Streamlit shows it by its name too, and says that there is none."""
    if asked_page() == name:
        close_dialog()
