"""What the browser's tab says while one looks elsewhere: how far the training is, and that it is done."""

import streamlit as st

from fmnist_core.runs import Run
from pages.ui.words.language import tr

TOLD = "tab_told"
"""In the session: the number and the text of the latest news."""

_tab = st.components.v2.component(
    "fmnist_tab",
    html="<button type='button' hidden></button>",
    css="""
button {font: inherit; font-size: .85rem; color: inherit; background: none; border: 0; padding: 0;
  cursor: pointer; text-decoration: underline}
""",
    js="""
const PROGRESS = /^\\d+ % · /
let heard = null  // the number of the news that was told last

export default function ({ data, parentElement }) {
  const page = document.title.replace(PROGRESS, "")
  document.title = data.percent === null ? page : `${data.percent} % · ${page}`
  const canTell = "Notification" in window && window.isSecureContext
  const button = parentElement.querySelector("button")
  button.textContent = data.ask
  button.hidden = !canTell || data.percent === null || Notification.permission !== "default"
  button.onclick = () => Notification.requestPermission().then(() => (button.hidden = true))
  const isNew = heard !== null && data.number > heard
  heard = data.number
  if (!isNew || !canTell || !document.hidden) return
  if (Notification.permission === "granted") new Notification(data.text)
}
""",
)


def show(active: list[Run]) -> None:
    """Progress in the tab's title while something trains; a question, once, whether to tell its end."""
    running = [run for run in active if run.status == "running"]
    percent = int(100 * sum(run.progress for run in running) / len(running)) if running else None
    number, text = st.session_state.get(TOLD, (0, ""))
    _tab(
        key="tab",
        data={"percent": percent, "number": number, "text": text, "ask": tr("Tell me when it is done")},
    )


def tell(text: str) -> None:
    """News for who looks at another tab, if they have said yes."""
    number, _ = st.session_state.get(TOLD, (0, ""))
    st.session_state[TOLD] = number + 1, text
