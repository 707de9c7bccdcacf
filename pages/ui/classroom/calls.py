"""Everybody to one page: the lecturer's button on each page, and the browsers of the class that follow.

A browser follows once, at its next poll; not while a dialog is open, and not while somebody types: what they
typed is taken over first, when they leave the field.
"""

import streamlit as st

from fmnist_core.base.config import TrainConfig
from fmnist_core.jobs import calling, class_game
from fmnist_core.jobs.people import Person
from pages.ui import address, narrow_pane, people, presenter, services, sidebar
from pages.ui.classroom import presence
from pages.ui.widgets import escape_markdown, show_errors
from pages.ui.words.language import tr

POLL_SECONDS, SLOWEST_SECONDS = 1.0, 2.5
"""Between two looks for a call, alone and in a crowd."""
ENTRANCES = ("train", "guess")
"""Pages from which somebody who comes later is taken to a round that is on: the one that the class's link
opens, and its own. Who opens another one wants to be there: by a link, or to enter the passcode."""

SENT = "on the way"
"""In the session while the lecturer's net is on its way here; then the number of the visit that shows it."""

TYPING_MILLISECONDS = 3000
"""Somebody who has typed nothing for so long has stopped typing."""

# Says that the browser may leave the page: at once, or when nobody has typed for a while. Leaving the field
# hands over what was typed.
_when_nobody_types = st.components.v2.component(
    "fmnist_when_nobody_types",
    js="""
const NOT_TYPED = ["checkbox", "radio", "range", "button", "submit", "file", "color"]
  .map((kind) => `[type=${kind}]`).join(", ")
const FIELD = `textarea, [contenteditable=true], input:not(${NOT_TYPED}, [role=combobox], [readonly])`
export default function ({ data, setTriggerValue }) {
  let typed = Date.now()
  const note = () => (typed = Date.now())
  const leave = () => {
    const field = document.activeElement?.matches(FIELD) ? document.activeElement : null
    if (field && Date.now() - typed < data.patience) return
    stop()
    field?.blur()
    setTimeout(() => setTriggerValue("free", data.call), field ? 400 : 0)
  }
  const timer = setInterval(leave, 250)
  const stop = () => {
    clearInterval(timer)
    document.removeEventListener("input", note, true)
  }
  document.addEventListener("input", note, true)
  leave()
  return stop
}
""",
)


def show() -> None:
    """For the pane of each page in a class: the lecturer's button; for the others, what looks for calls."""
    if not people.is_classroom():
        return
    person = people.current()
    if person.is_lecturer:
        _call_button(person, tr("Take everyone here"), ":material/campaign:", "call_here")
    else:
        pace = min(SLOWEST_SECONDS, services.poll_seconds(POLL_SECONDS))
        st.fragment(_listen, run_every=pace)()


def show_net_button() -> None:
    """For the Train page: the lecturer hands the settings to everybody, who may change and train them."""
    person = people.current()
    if people.is_classroom() and person.is_lecturer:
        _call_button(person, tr("This net for all"), ":material/share:", "call_net", leave_out=("run",))


def _call_button(person: Person, label: str, icon: str, key: str, leave_out: tuple[str, ...] = ()) -> None:
    """Takes everybody to the page as the lecturer sees it, but for the named parts of its address."""

    def call() -> None:
        query = {name: value for name, value in address.shown().items() if name not in leave_out}
        calling.call_everyone(services.store(), person, address.page(), query)
        st.toast(tr("Everyone is on the way."), icon=":material/campaign:")

    st.button(label, icon=icon, key=key, on_click=call, width="stretch")


@show_errors
def _listen() -> None:
    presence.note(people.current())
    call = calling.last_call(services.store())
    state = st.session_state
    if "call_followed" not in state:  # who comes later follows a call to a round that is on, and no other
        played = class_game.current(services.store())
        is_on = played is not None and played.phase != "ended"
        is_called = is_on and call is not None and call.page == "guess"
        is_called = is_called and address.page() in ENTRANCES
        state["call_followed"] = call.id if call is not None and not is_called else ""
    if call is None or call.id == state["call_followed"] or call.page not in presenter.ORDER:
        return
    if sidebar.DIALOG in state:
        return
    here, (taken_by, taken_from) = address.page(), state.get("call_taken", ("", ""))
    if taken_by == call.id and taken_from != here:
        state["call_followed"] = call.id
        return
    answer = _when_nobody_types(
        key=f"call_{call.id}",
        data={"call": call.id, "patience": TYPING_MILLISECONDS},
        on_free_change=lambda: None,
    )
    if answer.free == call.id or taken_by == call.id:
        # Said again at each poll until the browser is there: a page that is drawn at that moment can take
        # the first word away before the browser has read it.
        state["call_taken"] = (call.id, here)
        if here == call.page:
            state["call_followed"] = call.id
        if call.page == "train" and "run" not in call.query:
            state["sent_net"] = SENT
        address.follow(call.page, call.query, number=call.id)


def tell_of_sent_net(config: TrainConfig, button: str) -> None:
    """For the Train page: what the lecturer has put into the form, until it is trained or left.

    button: the label of the one that trains it."""
    state, visit = st.session_state, address.visit_number()
    if state.get("sent_net") == SENT:
        state["sent_net"] = visit
    if state.get("sent_net") == visit:
        with narrow_pane.news("sent_net"):
            net = escape_markdown(config.architecture)
            said = tr("The lecturer chose **{net}**: press **{button}** to train it.", net=net, button=button)
            st.markdown(said)


def forget_sent_net() -> None:
    """The lecturer's net is being trained: the page need not mention it any more."""
    st.session_state.pop("sent_net", None)
