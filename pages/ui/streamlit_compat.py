"""What the pages use of Streamlit though it does not document it; all known from Streamlit 1.67 on.

Where an interface is gone, the function here still returns something, and the page lacks a nicety.
"""

import itertools
import logging
import threading
import time
from collections import deque
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

import streamlit as st

from fmnist_core.base.compat import interface

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
else:
    DeltaGenerator = interface("streamlit.delta_generator:DeltaGenerator", "annotations say less", Any)
"""A container, for annotations: `st` has no name for it."""

log = logging.getLogger(__name__)

RUNNER = "streamlit.runtime.scriptrunner"
CONTEXT = f"{RUNNER}:ScriptRunContext"
MANAGER = "streamlit.runtime.pages_manager:PagesManager"

_script_context = interface(
    f"{RUNNER}:get_script_run_ctx",
    "each thread counts as a page's script, of no browser and with no address",
    lambda **_: SimpleNamespace(),
)
"""What Streamlit knows of the script that this thread runs; None if it runs none."""


def _known(field: str, otherwise: Any) -> Any:
    return getattr(_script_context(suppress_warning=True), field, otherwise)


def in_script() -> bool:
    """Whether this thread runs a page's script, so that `st` knows whose page it is."""
    return _script_context(suppress_warning=True) is not None


interface(f"{CONTEXT}.session_id", "a crowd of browsers counts as one and is answered as often as a few")


def session_id() -> str:
    """Which browser window this script runs for; "" for none."""
    return _known("session_id", "")


interface(f"{CONTEXT}.is_history_navigation", "Back shows a page as it was left, not as its address says")


def came_back() -> bool:
    """Whether this script runs because the browser went back or forth."""
    return bool(_known("is_history_navigation", False))


for name in (f"{CONTEXT}.pages_manager", f"{MANAGER}.intended_page_name"):
    interface(name, "Streamlit says in English that an address leads to no page")
interface(f"{MANAGER}.intended_page_script_hash", "what was said of a wrong address is said once more")


def asked_page() -> str | None:
    """The page's name in the address of a visit that begins; None once the browser knows its page."""
    manager = _known("pages_manager", None)
    if manager is None or getattr(manager, "intended_page_script_hash", None):
        return None
    return getattr(manager, "intended_page_name", None) or ""


FIRST_VISIT = "the first visitor of a new server who follows a link to a page sees it without app.py"

_pages_manager = interface(MANAGER, FIRST_VISIT)
_rerun_data = interface(f"{RUNNER}:RerunData", FIRST_VISIT)
_rerun = interface(f"{RUNNER}:RerunException", FIRST_VISIT)
for name in (f"{MANAGER}.uses_pages_directory", f"{CONTEXT}.query_string", f"{CONTEXT}.context_info"):
    interface(name, FIRST_VISIT)


def leave_pages_to_app() -> None:
    """Leave the folder `pages` to app.py, and run a page's script again through it.

    Before the first call of `st.navigation`, Streamlit takes the folder for its old kind of navigation.
    """
    if not getattr(_pages_manager, "uses_pages_directory", False):
        return
    _pages_manager.uses_pages_directory = False
    manager = _known("pages_manager", None)
    if manager is None or _rerun_data is None or _rerun is None:
        return
    raise _rerun(  # `st.rerun` would forget which page was asked for
        _rerun_data(
            query_string=_known("query_string", ""),
            page_script_hash=manager.intended_page_script_hash or "",
            page_name=manager.intended_page_name or "",
            context_info=_known("context_info", None),
        )
    )


NEWS = "Back, or a lecturer's call, can end on an empty page while fragments ask for news"

_Session = interface("streamlit.runtime.app_session:AppSession", NEWS)
_rerun_asked = interface("streamlit.runtime.app_session:AppSession.request_rerun", NEWS)
_SAME_MOMENT_SECONDS = 20.0
_pages_asked: WeakKeyDictionary[Any, tuple[str, float]] = WeakKeyDictionary()
"""The page that each browser asked for last, as Streamlit names it, and when."""


def keep_news_to_their_page() -> None:
    """A browser that has asked for another page is answered by that page alone.

    A fragment of the page before may ask for its news at that moment; Streamlit would answer after the new
    page, as if the browser were still on the old one, and take the new one's content away (1.67).
    """
    if _Session is None or _rerun_asked is None or _Session.request_rerun is not _rerun_asked:
        return

    def request_rerun(session: Any, state: Any) -> None:
        page, fragment = getattr(state, "page_script_hash", ""), getattr(state, "fragment_id", "")
        asked, moment = _pages_asked.get(session, ("", 0.0))
        if not fragment:
            _pages_asked[session] = (page, time.monotonic())
        elif page and asked not in ("", page) and time.monotonic() - moment < _SAME_MOMENT_SECONDS:
            return
        _rerun_asked(session, state)

    _Session.request_rerun = request_rerun


CLICKS = "a button that is pressed as one leaves the page, or says more at once, can miss it"
_stop_asked = interface("streamlit.runtime.app_session:AppSession.request_script_stop", CLICKS)
_MOST_SECONDS = 3.0  # a page that works longer on a click, such as an import, can be left
_pressed: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
"""When each browser pressed a button that its page's script itself answers, without a callback."""
_waiting: WeakKeyDictionary[Any, deque[Any]] = WeakKeyDictionary()
"""What each browser has said since, in its order."""


def answer_clicks() -> None:
    """A script that has a click to answer is left to it, before the browser is heard further.

    Streamlit ends a script as soon as the browser says more (1.67): the button is drawn as not pressed then,
    or, on another page, not at all, and the click is lost.
    """
    if None in (_Session, _rerun_asked, _stop_asked) or _Session.request_script_stop is not _stop_asked:
        return
    rerun_asked = _Session.request_rerun

    def request_rerun(session: Any, state: Any) -> None:
        waiting = _waiting.setdefault(session, deque())
        waiting.append(state)
        if len(waiting) == 1:
            hear(session)

    def hear(session: Any) -> None:
        waiting = _waiting[session]
        while waiting:
            loop = getattr(session, "_event_loop", None)
            if loop is not None and _is_answering(session):
                loop.call_soon_threadsafe(loop.call_later, 0.02, hear, session)
                return
            state = waiting.popleft()
            if _has_click(session, state):
                _pressed[session] = time.monotonic()
            try:
                rerun_asked(session, state)
            except Exception:
                if not waiting:  # then Streamlit says so
                    raise
                log.exception("what a browser asked for is not answered; what it said since is")

    def request_script_stop(session: Any) -> None:  # its browser has gone
        if not _is_answering(session):
            _stop_asked(session)

    _Session.request_rerun, _Session.request_script_stop = request_rerun, request_script_stop


def _is_answering(session: Any) -> bool:
    thread = getattr(getattr(session, "_scriptrunner", None), "_script_thread", None)
    is_recent = time.monotonic() - _pressed.get(session, -_MOST_SECONDS) < _MOST_SECONDS
    return is_recent and thread is not None and thread.is_alive()


def _has_click(session: Any, state: Any) -> bool:
    """Whether a button without a callback is pressed, of what a browser says."""
    known = getattr(getattr(session, "_session_state", None), "_new_widget_state", None)
    buttons = getattr(known, "widget_metadata", {})
    said = getattr(getattr(state, "widget_states", None), "widgets", ())
    pressed = [widget.id for widget in said if widget.trigger_value]
    return any(getattr(buttons.get(button), "callback", None) is None for button in pressed)


ORDER = "of two keys or clicks that follow each other on a busy server, the second can be lost"
SAID = "streamlit.runtime.state.safe_session_state:SafeSessionState"

_Said = interface(SAID, ORDER)
_begins = interface(f"{SAID}.on_script_will_rerun", ORDER)
_ends = interface(f"{SAID}.on_script_finished", ORDER)
_fields = [interface(f"{SAID}.{name}", ORDER) for name in ("_state", "_yield_callback")]
_locks = [threading.RLock() for _ in range(64)]
"""Each browser has one of them; two may share one."""
_newest: WeakValueDictionary[int, Any] = WeakValueDictionary()
"""By browser: how the script that took over last sees what the browser said."""
_overtaken: WeakSet[Any] = WeakSet()
_numbers: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
"""Of what scripts see, in the order in which it was made, which is that of the browser's requests."""
_next_number = itertools.count()


def hear_in_order() -> None:
    """What a browser says is taken over by one script at a time, in the order in which it was said.

    Streamlit begins a script before the last one has ended (1.67). On a busy machine the older one can take
    over after the newer one, and bring back an older value; or reset, as it ends, a button of the newer one.
    And as soon as the browser says more, a script gives way: with a click that it has not taken over yet, and
    in the middle of a callback, whose value is known then without what was to follow from it.
    """
    if None in (_Said, _begins, _ends, *_fields) or _Said.on_script_will_rerun is not _begins:
        return

    is_made = _Said.__init__

    def make(said: Any, *arguments: Any, **named: Any) -> None:
        is_made(said, *arguments, **named)
        _numbers[said] = next(_next_number)

    def begin(said: Any, *arguments: Any, **named: Any) -> None:
        browser = id(said._state)
        with _lock(browser):
            other = _newest.get(browser)
            if other is not None and _numbers.get(other, -1) > _numbers.get(said, -1):
                said._yield_callback()  # ends it: what a newer one has taken over stays
            if other is not None and other is not said:
                _overtaken.add(other)
            _newest[browser] = said
            give_way = said._yield_callback
            object.__setattr__(said, "_yield_callback", lambda: None)  # a callback runs to its end
            try:
                _begins(said, *arguments, **named)
            finally:
                object.__setattr__(said, "_yield_callback", give_way)

    def end(said: Any, *arguments: Any, **named: Any) -> None:
        with _lock(id(said._state)):
            if said not in _overtaken:
                _ends(said, *arguments, **named)

    _Said.__init__ = make
    _Said.on_script_will_rerun, _Said.on_script_finished = begin, end


def _lock(browser: int) -> threading.RLock:
    return _locks[hash((browser,)) % len(_locks)]  # of ids, which are multiples of 16


interface(
    "streamlit.components.types.base_custom_component:BaseCustomComponent.name",
    "its name is made up here as Streamlit makes it",
)


def served_folder(name: str, folder: Path) -> str:
    """Have this server serve the files of a folder; returns where, as an address beside the page's own."""
    component = st.components.v1.declare_component(name, path=str(folder))
    return f"component/{getattr(component, 'name', f'{__name__}.{name}')}"
