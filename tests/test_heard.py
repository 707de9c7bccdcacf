"""What a browser says is heard, whatever went wrong with what it had said before."""

import time
from types import SimpleNamespace

import pytest

from pages.ui import streamlit_compat


def test_a_browser_is_heard_after_something_went_wrong_with_what_it_had_said_before(monkeypatch):
    heard, later, thread = [], [], SimpleNamespace(is_alive=lambda: True)

    class Session:
        _event_loop = SimpleNamespace(
            call_soon_threadsafe=lambda _, seconds, *what: later.append(what), call_later=None
        )
        _scriptrunner = SimpleNamespace(_script_thread=thread)

        def request_rerun(self, state):
            if state == "bad":
                raise RuntimeError("can't start new thread")
            heard.append(state)

        def request_script_stop(self):
            pass

    monkeypatch.setattr(streamlit_compat, "_Session", Session)
    monkeypatch.setattr(streamlit_compat, "_stop_asked", Session.request_script_stop)
    streamlit_compat.answer_clicks()
    session = Session()
    streamlit_compat._pressed[session] = time.monotonic()  # a click is being answered: the two wait
    session.request_rerun("bad")
    session.request_rerun("good")
    assert heard == [] and len(later) == 1
    thread.is_alive = lambda: False
    hear, of = later.pop()
    hear(of)
    session.request_rerun("next")
    assert heard == ["good", "next"]
    with pytest.raises(RuntimeError):  # Streamlit tells the browser
        session.request_rerun("bad")
