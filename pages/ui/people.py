"""Who sits at this browser. Without a passcode: one person at home, who is never asked for anything.

With a passcode (`FMNIST_PASSCODE` in the environment or in Streamlit's secrets) each browser is known by a
random secret in a cookie, so that its runs are its own after a reload. Others only ever see a hash of it.
"""

import os
import re
import secrets
from typing import Literal

import streamlit as st

from fmnist_core.base.config import TrainConfig
from fmnist_core.base.search import Search
from fmnist_core.jobs import classroom
from fmnist_core.jobs.classroom import PasscodeGate
from fmnist_core.jobs.people import MIN_SECRET, SINGLE_USER, Person, person_id
from fmnist_core.runs import Run
from pages.ui import address, narrow_pane, services
from pages.ui.widgets import escape_markdown, keeping_problem, show_problem
from pages.ui.words.language import tr

DOUBLE_CLICK_SECONDS = 1.0

WELCOME_STYLE = """<style>
@media (min-width: 1200px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-welcome) {position: fixed; top: .5rem; right: 3.6rem;
    z-index: 999991; width: 575px}
  .st-key-welcome {padding: .15rem .15rem .15rem .8rem; background: light-dark(#FFFFFF, #171614)}
  .st-key-welcome p {font-size: .875rem; white-space: nowrap}
  .st-key-welcome_row {flex-wrap: nowrap}
  .st-key-welcome_row > :has(input) {flex: 1 1 0; min-width: 4rem}
}
</style>"""
"""Where there is room, the question stands beside the navigation and pushes nothing out of the window."""

COOKIE = "fmnist_person"
COOKIE_SECONDS = 180 * 86_400  # half a year, a term
SECRET = re.compile(rf"[\w-]{{{MIN_SECRET},100}}", re.ASCII)

# Sets the cookie, before anything can be clicked. If another tab was first, this one starts again as the same
# person. Sends nothing back.
_keep = st.components.v2.component(
    "fmnist_keep_cookie",
    js="""
export default function ({ data }) {
  const kept = document.cookie.match(new RegExp("(?:^|; )" + data.name + "=([\\\\w-]{40,100})(?:;|$)"))
  if (kept) {
    if (kept[1] !== data.secret && !sessionStorage.getItem(data.name)) {
      sessionStorage.setItem(data.name, "once")
      location.reload()
    }
    return
  }
  const secure = location.protocol === "https:" ? "; Secure" : ""
  document.cookie =
    `${data.name}=${data.secret}; path=/; max-age=${data.seconds}; SameSite=Strict` + secure
}
""",
)


def current() -> Person:
    """The person at this browser. Raises `StorageError`."""
    if not _passcode():
        return SINGLE_USER
    own_id = person_id(_secret())
    name = _name(own_id) or tr("Guest {number}", number=own_id[:4])
    return Person(own_id, name, _gate(_passcode()).is_lecturer(own_id))


def submit(config: TrainConfig, name: str | None = None) -> str:
    """Queue a run for the person at this browser and return its id; a double click counts once."""
    return services.queue().submit(config, name, current(), DOUBLE_CLICK_SECONDS)


def submit_study(name: str, configs: list[TrainConfig], adopt: Run | None = None) -> str:
    """Queue the runs of a study for the person at this browser and return its id; see `submit`.

    adopt: a run of one of these configs, which is not trained again if it is this person's."""
    own = adopt if adopt is not None and classroom.may_change(current(), adopt) else None
    return services.queue().submit_study(name, configs, current(), DOUBLE_CLICK_SECONDS, own)


def submit_search(name: str, wanted: Search) -> str:
    """Store a search for the person at this browser, which begins at once; returns its id."""
    return services.queue().submit_search(name, wanted, current())


def submit_race(configs: dict[str, TrainConfig]) -> list[str]:
    """Queue runs, by name, that train in turns; see `submit`."""
    return services.queue().submit_race(configs, current(), DOUBLE_CLICK_SECONDS)


def is_classroom() -> bool:
    """Whether a passcode is set, so that runs belong to people."""
    return bool(_passcode())


def show() -> None:
    """For the sidebar: the name of this browser's person, in a class; nothing at home.

    Who has none yet is asked for it once, at the top of the page.
    """
    if not is_classroom():
        return
    person = current()
    if st.session_state["person_is_new"]:
        _keep(data={"name": COOKIE, "secret": _secret(), "seconds": COOKIE_SECONDS}, key="keep_cookie")
    name = _name(person.id)
    if name or person.is_lecturer:
        _name_field(person, name)
        _show_name_problem()
    else:
        if "person_problem" not in st.session_state:  # what it says of a name has no room up there
            st.html(WELCOME_STYLE)
        with st.session_state["notes"], st.container(key="welcome", border=True, gap="xsmall"):
            row = st.container(key="welcome_row", horizontal=True, vertical_alignment="center", gap="xsmall")
            with row:
                st.markdown(tr("**Welcome to the class.** What is your name?"), width="content")
                _name_field(person, "", "collapsed")
                st.button(tr("Join"), type="primary", key="person_join", on_click=_rename, args=(person,))
                if address.page() != "classroom":  # where the passcode is entered
                    label, door = tr("I am the lecturer"), address.link_to("classroom", door="1")
                    st.page_link("pages/classroom.py", label=label, width="content", query_params=door)
            _show_name_problem()
    if name and st.session_state.get("joined_visit") == address.visit_number():
        with st.session_state["notes"], narrow_pane.news("joined"):
            st.markdown(tr("You are in, as **{name}**.", name=escape_markdown(name)))


def _show_name_problem() -> None:
    """Until another name is tried: the field still holds the one that was refused."""
    problem = st.session_state.get("person_problem")
    if problem is not None:
        show_problem(problem)


def _name_field(person: Person, name: str, label: Literal["visible", "collapsed"] = "visible") -> None:
    st.text_input(
        tr("Your name"),
        name,
        placeholder=person.name,
        key="person_name",
        on_change=_rename,
        args=(person,),
        label_visibility=label,
        help=tr("Others see it beside your runs. This browser keeps it."),
    )


def _name(person_id: str) -> str:
    store = services.store()
    return store.cached("names", store.people.names).get(person_id, "")


def _rename(person: Person) -> None:
    """Take the name that was typed; with an empty field, the one that it proposes."""
    st.session_state.pop("person_problem", None)
    if not _name(person.id):
        st.session_state["joined_visit"] = address.visit_number()  # said until the page is left
    with keeping_problem("person_problem"):
        services.store().people.set_name(person.id, st.session_state["person_name"] or person.name)


def enter(attempt: str) -> None:
    """Make this browser's person the lecturer. Raises `RunError` for a wrong passcode."""
    _gate(_passcode()).enter(current().id, attempt)


def leave() -> None:
    """This browser's person is the lecturer no more."""
    _gate(_passcode()).leave(current().id)


def _passcode() -> str:
    return os.environ.get("FMNIST_PASSCODE") or _passcode_in_secrets()


@st.cache_resource(show_spinner=False)
def _passcode_in_secrets() -> str:
    try:
        return str(st.secrets.get("FMNIST_PASSCODE", ""))
    except FileNotFoundError:  # there are none
        return ""


@st.cache_resource(show_spinner=False)
def _gate(passcode: str) -> PasscodeGate:
    """The gate of a passcode, one for all browsers; who entered another passcode is no lecturer to it."""
    return PasscodeGate(passcode, services.store())


def _secret() -> str:
    """The secret of this browser: its cookie's, else a new one. The session's state stays on the server."""
    if "person_secret" not in st.session_state:
        cookie = str(st.context.cookies.get(COOKIE, ""))
        known = SECRET.fullmatch(cookie) is not None
        st.session_state["person_secret"] = cookie if known else secrets.token_urlsafe(32)
        st.session_state["person_is_new"] = not known
    return st.session_state["person_secret"]
