"""Inside another page, such as a course's, browsers keep cookies back and refuse uploads: a note says so."""

import streamlit as st

from pages.ui.words.language import tr

# Whether cookies are kept back is tried: inside a page of the same site, on whatever port, they are not. The
# note is the body's: within Streamlit's blocks, `fixed` would not mean the window.
_notice = st.components.v2.component(
    "fmnist_embedded",
    js="""
const STYLE = "position: fixed; inset: auto 0 0 0; z-index: 999999; padding: 8px 12px; font: 14px sans-serif;"
  + "color: light-dark(#31333F, #FAFAFA); background: light-dark(#FFF3D6, #4A3B10)"

export default function ({ data }) {
  if (window === window.top || keepsCookies()) return
  const div = document.createElement("div")
  const note = document.getElementById("embedded") ?? document.body.appendChild(div)
  Object.assign(note, { id: "embedded", role: "note", style: STYLE })
  const link = document.createElement("a")
  Object.assign(link, { href: location.href, target: "_blank", rel: "noopener", textContent: data.link })
  link.style.color = "inherit"
  note.replaceChildren(data.text + " ", link)
}

function keepsCookies() {
  document.cookie = "fmnist_probe=1; path=/; SameSite=Lax"
  const kept = document.cookie.includes("fmnist_probe=1")
  document.cookie = "fmnist_probe=; path=/; max-age=0"
  return kept
}
""",
)


def show() -> None:
    """A note along the lower edge, if the page stands inside one of another site."""
    _notice(
        data={
            "text": tr("Inside another page, uploads fail and your runs may not stay yours."),
            "link": tr("Open it in its own tab"),
        },
        key="embedded",
    )
