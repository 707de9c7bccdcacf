"""The best runs of today, in a class of each person one: a table to be read from the last row of a room."""

from html import escape

import pandas as pd
import streamlit as st

from fmnist_core.jobs import classroom
from fmnist_core.results import statistics
from pages.ui import people, services
from pages.ui.short_names import tell_apart
from pages.ui.widgets import duration, escape_markdown, heading, page_link, show_errors
from pages.ui.words.language import percent, tr

MOST_ROWS = 60  # a class and more
NAME_LETTERS, NAME_LETTERS_IN_ROOM = 40, 24
"""Of a run's name there is room for these."""
STYLE = """<style>
.board {width: 100%; border-collapse: collapse; font-size: 1.1rem; line-height: 1.3}
.board th {text-align: left; font-size: .8rem; font-weight: 400; opacity: .7; padding: 0 8px 4px 4px}
.board td {padding: 6px 8px 6px 4px; border-top: 1px solid rgba(128, 128, 128, .3); vertical-align: top;
  overflow-wrap: anywhere}
.board td:first-child {width: 2.2em; font-weight: 700; font-size: 1.3rem}
.board td:last-child {text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums}
.board th:last-child {text-align: right}
.board small {display: block; font-size: .8rem; opacity: .75; font-weight: 400}
.board i {display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em}
.board tr.mine td {background: rgba(0, 114, 178, .14)}
@media (min-width: 641px) {  /* rows of one height, of which the list shows whole ones alone */
  .st-key-class_board {max-height: calc(1.8rem + round(down, var(--room) - 1.8rem, 3.1rem));
    scroll-snap-type: y mandatory; scroll-padding-top: 1.8rem; scrollbar-width: thin;
    scrollbar-color: rgba(128, 128, 128, .6) transparent}
  .board {border-collapse: separate; border-spacing: 0}
  .board th {position: sticky; top: 0; height: 1.8rem; opacity: 1; white-space: nowrap;
    color: color-mix(in srgb, currentColor 75%, transparent); background: light-dark(#FFFFFF, #171614)}
  .board :is(th, td) {box-sizing: border-box; padding-block: 0}
  .board td {height: 3.1rem; vertical-align: middle; line-height: 1.2}
  .board td:nth-child(2) {width: 100%; max-width: 0}
  .board td:nth-child(2) :is(span, small) {display: block; white-space: nowrap; overflow: hidden;
    text-overflow: ellipsis}
  .board tr {scroll-snap-align: start}
  .st-key-room_side .board td:nth-child(2) span {font-size: clamp(.9rem, 4.1cqw, 1.1rem)}
}
</style>"""


@show_errors
def show_board(dataset: str, letters: int) -> None:
    """Who leads on a data set, with the interval that says how much of it is luck; letters: of a name."""
    store, today = services.store(), classroom.midnight()
    heading(tr("**The best runs of today** on {dataset}", dataset=escape_markdown(dataset)))
    in_class = people.is_classroom()
    table = store.cached(
        ("best", dataset, today), lambda: classroom.leaderboard(store, dataset, today, in_class)
    ).head(MOST_ROWS)
    if table.empty:
        st.info(
            tr(
                "Nobody has finished a run on {dataset} today. Be the first.",
                dataset=escape_markdown(dataset),
            ),
            icon=":material/leaderboard:",
        )
        page_link("train", tr("Train on it"), "model_training", dataset=dataset)
        return
    me = people.current().id if in_class else None
    short = tell_apart(table["name"], letters)
    rows = "".join(_row(row, short[row["name"]], in_class, me) for _, row in table.iterrows())
    heads = (tr("Place"), tr("Who") if in_class else tr("Run"), tr("Test accuracy"))
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    with st.container(key="class_board"):
        style = f"{STYLE}<style>.st-key-room_side {{--rows: {len(table)}}}</style>"
        st.html(f'{style}<table class="board"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')
    count = int(table.test_count[0])
    if in_class:
        said = tr("By accuracy on the {count:,} test images, each person's best.", count=count)
    else:
        said = tr("The best of today, by accuracy on the {count:,} test images.", count=count)
    st.caption(said + " " + tr("Small: 95 % intervals. Where two overlap, the order may be luck."))


def _row(row: pd.Series, name: str, in_class: bool, me: str | None) -> str:
    details = [tr("epochs: {count}", count=row["epochs"]), duration(row["seconds"])]
    if row["architecture"] not in row["name"]:
        details.insert(0, row["architecture"])
    who, full = name, row["name"]
    if in_class and row["person"]:
        who = full = row["person"]
        details.insert(0, row["name"])
    interval = statistics.accuracy_interval(row["test_accuracy"], row["test_count"])
    said_interval = " – ".join(map(percent, interval or ()))
    mine = ' class="mine"' if me is not None and row["owner"] == me else ""
    who, full, said = (escape(str(text), quote=True) for text in (who, full, " · ".join(map(str, details))))
    cells = (
        str(row["place"]),
        f'<span title="{full}"><i style="background:{row["color"]}"></i><b>{who}</b></span>'
        f'<small title="{said}">{said}</small>',
        f"<b>{percent(row['test_accuracy'], 2)}</b><small>{said_interval}</small>",
    )
    return f"<tr{mine}>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
