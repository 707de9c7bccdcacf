"""Work of seconds, during which the page still answers clicks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import streamlit as st

T = TypeVar("T")

LOOK_SECONDS = 0.05


def wait_for(work: Callable[[], T]) -> T:
    """What `work` returns, from a thread of its own, which knows no page. Raises what it raises.

    A script gives way to a click where it asks Streamlit for something, not in mid-computation. It ends then,
    the work goes on: it should keep its result for whoever asks again.
    """
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="page-work")
    future = worker.submit(work)
    worker.shutdown(wait=False)
    while not wait([future], LOOK_SECONDS).done:
        st.session_state.get("any key")
    return future.result()
