"""Which students are here: each browser says so whenever it looks for a call."""

import threading
import time

from streamlit.runtime.scriptrunner import get_script_run_ctx

GONE_SECONDS = 15.0

_seen: dict[str, tuple[float, str]] = {}  # session: when it last said so, and its person's name
_lock = threading.Lock()


def note(name: str) -> None:
    """The browser of the person with this name is here."""
    context = get_script_run_ctx(suppress_warning=True)
    with _lock:
        _seen[context.session_id if context else ""] = (time.monotonic(), name)


def names() -> list[str]:
    """Of those who are here, each name once, in alphabetical order."""
    now = time.monotonic()
    with _lock:
        for session in [key for key, (seen, _) in _seen.items() if now - seen > GONE_SECONDS]:
            del _seen[session]
        return sorted({name for _, name in _seen.values()}, key=str.casefold)
