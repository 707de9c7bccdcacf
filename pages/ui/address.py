"""What a page shows stands in its address, so that a link, a reload, Back and other pages lose nothing.

`/learn?section=softmax&cat=2.5` opens with that section and that logit; moving a slider rewrites the address.
A page draws such widgets through this module, or notes a value itself; what it noted is written when it has
been drawn. What cannot be read, or lies outside a widget's range, is said once, with what is shown instead.
"""

import secrets
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlencode

import streamlit as st

from pages.ui import browser_history, shared_settings, streamlit_compat

T = TypeVar("T")

MEANT_FOR = "to"  # the page that a link opens (`link_to`)


@dataclass(frozen=True)
class Refusal:
    """What an address asks for in vain, in the reader's words. shown: what is shown instead; empty if nothing
    on the page has this name. reason: why, or empty."""

    name: str
    value: str
    shown: str = ""
    reason: str = ""


@dataclass
class _Visit:
    """What is known of the page that this browser looks at, and of those that it has left."""

    page: str = ""
    number: int = -1  # counts visits; each one gives the widgets new keys
    is_new: bool = True  # nothing has been written yet
    by_link: bool = False  # the address asked for something, not what was chosen here before
    asked: dict[str, str] = field(default_factory=dict)  # what the page starts with
    unread: dict[str, str] = field(default_factory=dict)  # of the link: what the page has not asked for yet
    noted: dict[str, str] = field(default_factory=dict)  # by the script that runs now
    quiet: set[str] = field(default_factory=set)  # noted names whose changes add no step to Back
    refused: dict[tuple[str, str], Refusal] = field(default_factory=dict)  # by name and value
    known: list[dict[str, str]] = field(default_factory=list)  # addresses of this visit
    left: dict[str, dict[str, str]] = field(default_factory=dict)  # what was chosen on other pages
    led_to: str = ""  # the page that the browser was told to open


def begin(page: str) -> None:
    """Before a page is drawn: it follows its address if a link opens it, or if Back has led to it.

    Any other change of the address is ignored: a click that comes before the answer to the last one still
    carries the old address, on another page too.
    """
    visit = _visit()
    came_back = streamlit_compat.came_back() and visit.led_to != page
    visit.noted, visit.quiet, visit.led_to = {}, set(), ""
    asked = {name: value for name, value in st.query_params.items() if name not in shared_settings.NAMES}
    meant_for, _, number = asked.pop(MEANT_FOR, "").partition("~")
    is_meant = meant_for == page
    if visit.page == page and not came_back and not (is_meant and number == str(visit.number)):
        return
    visit.by_link = came_back or (bool(asked) and (is_meant or asked not in visit.known))
    visit.known = [asked]
    visit.left[visit.page] = visit.asked  # not what was written: a page may be left before it is drawn
    visit.asked = dict(asked if visit.by_link else visit.left.get(page, {}))
    visit.unread, visit.refused = dict(asked if visit.by_link and not came_back else {}), {}
    visit.page, visit.is_new = page, not came_back
    visit.number += 1
    for name, possible in shared_settings.possible_values().items():
        if came_back or name in st.query_params:
            value = st.query_params.get(name, "")
            if name == "present" and name in st.query_params and not value:
                value = "1"  # `?present` alone
            st.session_state[name] = value if value in possible else possible[0]
            if value and value not in possible:
                visit.refused[name, value] = Refusal(name, value, st.session_state[name] or "0")


def link_to(page: str, **query: str) -> dict[str, str]:
    """The query of a link to a page. It names that page: the query of a page that is left, which a quick
    click still carries, may be the same. On that page itself it also names the visit: it is followed once."""
    own = f"~{_visit().number}" if _visit().page == page else ""
    return {**query, MEANT_FOR: page + own}


def write() -> None:
    """After a page has been drawn: the address says what was noted, and nothing else."""
    visit = _visit()
    if visit.noted not in visit.known:
        visit.known.append(visit.noted)
    wanted = dict(visit.noted)
    for name, possible in shared_settings.possible_values().items():
        if (value := st.session_state.get(name, possible[0])) != possible[0]:
            wanted[name] = value
    known = st.query_params.to_dict()
    changed = {name for name in known | wanted if known.get(name) != wanted.get(name)}
    if changed:
        if visit.is_new or changed <= visit.quiet:
            search = urlencode(wanted)
            browser_history.replace(f"{visit.number} {search}", visit.page, known, search)
        else:
            st.query_params.from_dict(wanted)
    visit.is_new, visit.unread, visit.refused = False, {}, {}


def asked(name: str, default: str = "") -> str:
    """What the address asks for, or what was chosen when the page was left."""
    _visit().unread.pop(name, None)
    return _visit().asked.get(name, default)


def linked(name: str) -> str:
    """What a link, a reload or Back asks for; empty if this browser only comes from another page."""
    return asked(name) if _visit().by_link else ""


def is_first_run() -> bool:
    """Whether the page has not been shown yet since it was opened."""
    return _visit().is_new


def page() -> str:
    """The page that is shown, as its address has it; "train" for the first one."""
    return _visit().page


def refuse(name: str, shown: str, value: str | None = None, reason: str = "") -> None:
    """Say that what the address asks for under this name cannot be shown. value: the part of it that cannot,
    if not all; shown: what is shown instead, in the reader's words; reason: why, or empty."""
    visit = _visit()
    if visit.by_link and visit.is_new:
        value = visit.asked.get(name, "") if value is None else value
        visit.refused[name, value] = Refusal(name, value, shown, reason)


def refusals() -> list[Refusal]:
    """What was refused in this run of the page, and what nothing on it has asked for: to be said once."""
    return [*_visit().refused.values(), *(Refusal(*pair) for pair in _visit().unread.items())]


def visit_number() -> int:
    """Counts up whenever the page starts again from its address."""
    return _visit().number


def note(name: str, value: object, default: object = None) -> None:
    """The address says this value; nothing where it is None or the default."""
    visit = _visit()
    if value is None or value == default:
        for values in (visit.asked, visit.noted):
            values.pop(name, None)
    else:  # a widget that comes back later starts with it
        visit.asked[name] = visit.noted[name] = f"{value:g}" if isinstance(value, float) else str(value)


def note_quietly(name: str, value: object) -> None:
    """As `note`, for what changes so often that Back would lead nowhere: no step in the history."""
    _visit().quiet.add(name)
    note(name, value)


def change(**values: object) -> None:
    """For callbacks: the page starts again with these values beside what it showed; None removes one."""
    visit = _visit()
    both = {**visit.asked, **values}
    visit.asked = {name: str(value) for name, value in both.items() if value is not None}
    visit.by_link = True  # also where the page was reached from another one: `keep` follows
    visit.number += 1


def shown() -> dict[str, str]:
    """What the address says of the page as it was drawn last: for callbacks, to hand it to others."""
    return dict(_visit().noted)


def follow(page: str, query: dict[str, str], number: str = "") -> NoReturn:
    """Show this page, with these values in its address; what was chosen on it stays where there are none.
    number: of a request that may be made several times, and is followed once."""
    visit = _visit()
    if visit.page != page:
        visit.led_to = page
        link = {"train": ""}.get(page, page) + (f"?{urlencode(query)}" if query else "")
        browser_history.lead_to(link, number or secrets.token_hex(8))
        st.stop()
    if query:
        visit.asked, visit.by_link = dict(query), True
        visit.number += 1
    st.rerun()


def keep(key: str, default: object, options: Container | None = None, asked: object = None) -> Any:
    """Call it before the widget with this key, which then needs no default: its value, kept on other pages.

    options: what it may be; a kept value that is none of them any more gives way to the default. asked: what
    the address asks for; it wins when a link, a reload or Back has led to the page.
    """
    state, visit = st.session_state, _visit()
    value = state.get(key, state.get(f"kept_{key}", default))
    if asked is not None and visit.by_link and state.get(f"visit_{key}") != visit.number:
        value = asked
    state[f"visit_{key}"] = visit.number
    state[key] = state[f"kept_{key}"] = value if options is None or value in options else default
    return state[key]


def widget_key(name: str) -> str:
    """The key of a widget whose value stands in the address: another one for each visit, because a browser
    keeps a widget's value by its key."""
    number = _visit().number
    return name if number < 1 else f"{name}~{number}"


def choice(name: str, options: Sequence[T], default: T, format_func: Callable[[T], Any] = str) -> T:
    """The option that the address asks for, if it is one."""
    wanted = asked(name)
    found = next((option for option in options if str(option) == wanted), default)
    if wanted and str(found) != wanted:
        refuse(name, format_func(default))
    return found


def slider(
    label: str, name: str, low: float, high: float, default: float, step: float, help: str | None = None
) -> float:
    """A slider for the value that the address has under `name`."""
    start = _number(name, low, high, default)
    value = st.slider(label, low, high, start, step, key=widget_key(f"lesson_{name}"), help=help)
    note(name, value)
    return value


def number(label: str, name: str, low: int, high: int, default: int, help: str | None = None) -> int:
    """A field for the whole number that the address has under `name`."""
    value = int(_number(name, low, high, default))
    value = st.number_input(label, low, high, value, key=widget_key(f"lesson_{name}"), help=help)
    note(name, value)
    return value


def options(
    label: str,
    name: str,
    values: list[str],
    default: str,
    format_func: Callable[[str], Any] = str,
    key: str | None = None,
) -> str:
    """Buttons of which one is chosen; the address has its value under `name`."""
    value = st.segmented_control(
        label,
        values,
        default=choice(name, values, default, format_func),
        format_func=format_func,
        key=widget_key(key or f"lesson_{name}"),
        required=True,
    )
    note(name, value)
    return value


def select(
    label: str,
    name: str,
    values: Sequence[T],
    default: T,
    format_func: Callable[[T], Any] = str,
    key: str | None = None,
    **options: Any,
) -> T:
    """A list of which one is chosen; the default is not in the address."""
    start = choice(name, values, default, format_func)
    value = st.selectbox(
        label,
        values,
        values.index(start),
        format_func=format_func,
        key=widget_key(key or f"lesson_{name}"),
        **options,
    )
    note(name, value, default)
    return value


def _visit() -> _Visit:
    return st.session_state.setdefault("address", _Visit())


def _number(name: str, low: float, high: float, default: float) -> float:
    try:
        wanted = type(default)(asked(name) or default)
    except ValueError:
        wanted = float("nan")
    if low <= wanted <= high:
        return wanted
    refuse(name, f"{default:g}")
    return default
