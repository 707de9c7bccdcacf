"""The table of all runs: filtered, sorted, its columns chosen, its rows picked, and as a CSV file."""

import zlib
from collections.abc import Callable
from datetime import datetime

import pandas as pd
import streamlit as st

from fmnist_core.base.spreadsheet import to_csv_file
from fmnist_core.results import statistics
from fmnist_core.runs import is_given_up
from pages.ui import address, services, short_names, sidebar
from pages.ui.compare import picks
from pages.ui.tables import caption_of_ticks, frame_size
from pages.ui.widgets import several, show_errors, status_label, toggle
from pages.ui.words.language import tr, translate

POLL_SECONDS = 2.0
MAX_PIXELS = 275
"""Below a full table a window of 720 pixels has room for what can be taken along and for two picked runs."""
NAME_LETTERS, MOST_LETTERS = 24, 32
CURVE = "curve"
"""The column with the colour of a run's curve."""

ENDED = ["run_id", "epochs", "planned_epochs", "finished_at"]
"""What tells how many epochs a run has trained that the clock may have ended."""

UNSORTED = ("interval", "test_accuracy")

MEASURED = ("name", "test_accuracy", "dataset")
"""The first columns where there are several data sets: an accuracy stands beside what it was measured on."""

PERCENTS = (
    *("test_accuracy", "best_validation_accuracy", "validation_accuracy", "train_accuracy"),
    *("test_low", "test_high"),
)


def labels() -> dict[str, str]:
    """The columns in their order, with their headings."""
    return {
        "name": tr("Name"),
        "test_accuracy": tr("Test accuracy"),
        "interval": tr("95 % interval"),
        "status": tr("Status"),
        "starred": "★",
        "gap": tr("Gap (training − test)"),
        "train_accuracy": tr("Training accuracy"),
        "best_validation_accuracy": tr("Best validation"),
        "best_epoch": tr("Best epoch"),
        "validation_accuracy": tr("Last validation"),
        "dataset": tr("Data set"),
        "architecture": tr("Architecture"),
        "recipe": tr("Recipe"),
        "parameters": tr("Parameters"),
        "epochs": tr("Epochs"),
        "planned_epochs": tr("Planned epochs"),
        "seconds": tr("Seconds"),
        "images_per_second": tr("Images per second"),
        "device": tr("Device"),
        "precision": tr("Precision"),
        "seed": tr("Seed"),
        "started_at": tr("Started"),
        "note": tr("Note"),
        "owner_name": tr("By"),
        "run_id": tr("Id"),
    }


def choose_rows(table: pd.DataFrame) -> tuple[dict, list[str]]:
    """The widgets beside the table; returns how to filter and sort it, and the chosen columns."""
    headings = labels()
    text = st.text_input(
        tr("Find runs"),
        address.asked("find"),
        placeholder=tr("Name, note, net, recipe …"),
        key=address.widget_key("compare_text"),
    )
    text = text or ""
    address.note("find", text, "")
    sortable = ["test_accuracy", "created_at", *(name for name in headings if name not in UNSORTED)]
    by = address.select(
        tr("Sort by"),
        "sort",
        sortable,
        "test_accuracy",
        lambda name: headings.get(name, tr("Newest")),
        key="compare_sort",
    )
    with st.expander(tr("Filter"), icon=":material/filter_list:"):
        wanted = {
            "text": text,
            "datasets": _choices(tr("Data set"), table, "dataset"),
            "architectures": _choices(tr("Architecture"), table, "architecture"),
            "statuses": _choices(tr("Status"), table, "status", status_label),
            "starred": st.checkbox(tr("Starred only"), key="compare_starred"),
        }
        upwards = toggle(tr("Smallest first"), "upwards", "compare_upwards")
        columns = st.multiselect(
            tr("Columns"),
            list(headings),
            [name for name in headings if name not in ("planned_epochs", "owner_name", "run_id")],
            format_func=headings.__getitem__,
            key="compare_columns",
        )
    columns = [name for name in headings if name in columns]
    if table["dataset"].nunique() > 1:
        columns.sort(key=lambda name: name not in MEASURED)
    return wanted | {"by": by, "upwards": upwards}, columns


def _choices(
    label: str, table: pd.DataFrame, column: str, shown: Callable[[str], str] = str
) -> tuple[str, ...]:
    """Values of a column, none for all."""
    options = sorted(table[column].unique())
    return tuple(several(label, column, options, f"compare_{column}", format_func=shown))


def filter_and_sort(table: pd.DataFrame, wanted: dict) -> pd.DataFrame:
    """The rows that are wanted, in the order that is wanted, with interval and gap."""
    filters = {name: value for name, value in wanted.items() if name not in ("by", "upwards")}
    rows = statistics.add_intervals(statistics.filter_runs(table, **filters))
    return rows.sort_values(wanted["by"], ascending=wanted["upwards"], kind="stable", na_position="last")


def show(wanted: dict, columns: list[str]) -> None:
    """The table with its picked rows; while a run waits or trains it is read again every two seconds."""
    any_active = bool(services.active_runs())
    st.fragment(_table, run_every=POLL_SECONDS if any_active else None)(wanted, columns, any_active)


@show_errors
def _table(wanted: dict, columns: list[str], was_active: bool) -> None:
    table = services.store().table(shipped=True)
    rows = filter_and_sort(table, wanted)
    ids = rows["run_id"].tolist()
    if not ids:
        st.info(tr("No run fits. Take a word or a filter away."), icon=":material/search_off:")
        return
    # Above the table, so that its own little toolbar covers no button.
    said = tr(
        "{shown} of {all} run(s). Tick rows to compare them.",
        shown=f"{len(ids):,}",
        all=f"{len(table):,}",
    )
    caption_of_ticks(said)
    picked = st.session_state[picks.PICKED]
    # Rows are picked by position: other rows (or the same in another order) need a table of their own.
    turn = st.session_state.get("compare_turn", 0)
    key = f"compare_table_{zlib.crc32(' '.join(ids).encode()):08x}_{turn}_{address.visit_number()}"
    st.dataframe(
        displayed(rows, columns, picks.shown(rows)),
        hide_index=True,
        **frame_size(len(ids), MAX_PIXELS),
        column_config=column_config(),
        placeholder="–",
        key=key,
        on_select=lambda: _pick(key, ids),
        selection_mode="multi-row",
        selection_default={
            "selection": {"rows": [row for row, run_id in enumerate(ids) if run_id in picked]}
        },
        alt=tr("{shown} of {all} run(s)", shown=len(ids), all=len(table)),
    )
    if st.session_state.get("compare_too_many"):
        st.caption(picks.too_many())
    if sidebar.DIALOG in st.session_state:
        return
    if st.session_state.pop("compare_changed", False) or bool(services.active_runs()) != was_active:
        st.rerun()  # what stands beside the table has changed too, or the polling begins or ends


def _pick(key: str, ids: list[str]) -> None:
    """Ticked rows become the picked runs; picked runs that a filter hides stay picked."""
    ticked = [ids[row] for row in st.session_state[key]["selection"]["rows"] if row < len(ids)]
    hidden = [run_id for run_id in st.session_state[picks.PICKED] if run_id not in set(ids)]
    picks.pick(hidden + ticked)
    st.session_state["compare_too_many"] = len(hidden + ticked) > picks.MAX_PICKED
    if st.session_state["compare_too_many"]:
        forget_ticks()
    st.session_state["compare_changed"] = True


def forget_ticks() -> None:
    """Draw the table again, so that its ticks follow the picked runs."""
    st.session_state["compare_turn"] = st.session_state.get("compare_turn", 0) + 1


def displayed(
    rows: pd.DataFrame, columns: list[str], colors: dict[str, str], letters: int = NAME_LETTERS
) -> pd.DataFrame:
    """What the table shows: percents as numbers up to 100, times as dates, statuses in words; a trial that
    its search gave up, and the run that comes with the project, have these words as status. First the colour
    of the curve, where there is one.

    letters: of a name there is room for these, and in need for `MOST_LETTERS`."""
    low, high = 100 * rows["test_low"], 100 * rows["test_high"]
    names = rows["name"].mask(rows["comes_with_project"], rows["name"].map(translate))
    ends = rows[["status", "message"]].itertuples(index=False)
    said = [tr("given up") if is_given_up(end) else status_label(end.status) for end in ends]
    statuses = pd.Series(said, rows.index, dtype=object)
    shown = rows.assign(
        name=names.map(short_names.tell_apart(names, letters, MOST_LETTERS)),
        starred=rows["starred"].map({0: "", 1: "★"}),
        status=statuses.mask(rows["comes_with_project"], tr("comes with the project")),
        interval=[f"{a:.1f} – {b:.1f}" if a == a else None for a, b in zip(low, high, strict=True)],
        gap=(100 * rows["gap"]).round(1),
        epochs=[_epochs_done(*row) for row in rows[ENDED].itertuples(index=False)],
        curve=[dot(colors.get(run_id, "")) for run_id in rows["run_id"]],
        started_at=[_moment(second) for second in rows["started_at"]],
        **{name: (100 * pd.to_numeric(rows[name], errors="coerce")).round(2) for name in PERCENTS},
    )
    return shown[[CURVE, *columns]]


def _epochs_done(run_id: str, epochs: int, planned_epochs: int, finished_at: float | None) -> float:
    """`RunStore.epochs_done`, read only for a run that the clock may have ended."""
    may_be_cut = 0 < epochs < planned_epochs and finished_at == finished_at  # nan while it trains
    return _read_epochs_done(run_id, epochs, finished_at) if may_be_cut else epochs


@st.cache_data(max_entries=2000, show_spinner=False)
def _read_epochs_done(run_id: str, epochs: int, finished_at: float | None) -> float:
    """It is read once for each state of a run."""
    return services.store().epochs_done(services.store().get(run_id))


def dot(color: str, radius: int = 9) -> str:
    """A small disc as a picture, which a radius of 20 fills; an empty one without a colour."""
    return (
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 40'%3E"
        f"%3Ccircle cx='20' cy='20' r='{radius}' fill='%23{color[1:] or '0000'}'/%3E%3C/svg%3E"
    )


def color_column():
    """Pinned, and so the one column that does not grow with a wide table."""
    return st.column_config.ImageColumn("", width=38, pinned=True, help=tr("The colour of its curve"))


def csv(rows: pd.DataFrame, columns: list[str]) -> bytes:
    """The shown rows and columns under the names of the command line; accuracies as fractions in [0, 1]."""
    names = ["run_id", *(name for name in columns if name not in ("run_id", "interval"))]
    if "interval" in columns:
        names += ["test_low", "test_high"]
    content = rows[names].copy()
    if "started_at" in names:
        content["started_at"] = [_moment(second) for second in rows["started_at"]]
    return to_csv_file(content)


def _moment(second: float | None) -> datetime | None:
    """Seconds since 1970 as a date in the server's time, to the second."""
    return None if second is None or second != second else datetime.fromtimestamp(int(second))


def column_config() -> dict:
    """How the columns of `displayed` look."""
    headings = labels()
    number = st.column_config.NumberColumn
    config = {name: number(headings[name], format="%.2f %%") for name in PERCENTS if name in headings}
    return (
        dict(headings)
        | config
        | {
            CURVE: color_column(),
            "starred": st.column_config.TextColumn("★", width=40, help=tr("Starred")),
            "gap": st.column_config.ProgressColumn(
                headings["gap"],
                help=tr("Training accuracy minus test accuracy, in points. A long bar is overfitting."),
                format="%.1f",
                min_value=0.0,
                max_value=15.0,
                color="orange",
            ),
            "parameters": number(headings["parameters"], format="localized"),
            "images_per_second": number(
                headings["images_per_second"], format="%.0f", help=tr("Of the training steps alone.")
            ),
            "seconds": number(
                headings["seconds"],
                format="%.1f",
                help=tr(
                    "Of whole epochs, reading validation and test images included; with a limit of seconds "
                    "of the training steps alone."
                ),
            ),
            "epochs": number(headings["epochs"], format="%g"),
            "seed": number(headings["seed"], format="%d"),
            "started_at": st.column_config.DatetimeColumn(headings["started_at"], format="YYYY-MM-DD HH:mm"),
        }
    )
