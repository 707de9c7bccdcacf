"""The table of all runs: filtered, sorted, its columns chosen, its rows picked, and as a CSV file."""

import zlib
from datetime import datetime

import pandas as pd
import streamlit as st

from fmnist_core.results import statistics
from pages.ui import services
from pages.ui.widgets import status_label
from pages.ui.words.language import tr

POLL_SECONDS = 2.0
PICKED = "compare_picked"
MAX_PICKED = 12  # as many as there are colours
ROW_PIXELS, MAX_PIXELS = 35, 430

PERCENTS = (
    *("test_accuracy", "best_validation_accuracy", "validation_accuracy", "train_accuracy"),
    *("test_low", "test_high"),
)


def labels() -> dict[str, str]:
    """The columns in their order, with their headings."""
    return {
        "starred": "★",
        "name": tr("Name"),
        "status": tr("Status"),
        "test_accuracy": tr("Test accuracy"),
        "interval": tr("95 % interval"),
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
    """The widgets above the table; returns how to filter and sort it, and the chosen columns."""
    headings = labels()
    text = st.text_input(
        tr("Find runs"),
        placeholder=tr("Words in the name, note, architecture, recipe …"),
        key="compare_text",
    )
    with st.expander(tr("Filter and sort"), icon=":material/filter_list:"):
        wanted = {
            "text": text or "",
            "datasets": _choices(tr("Data set"), table, "dataset"),
            "architectures": _choices(tr("Architecture"), table, "architecture"),
            "statuses": _choices(tr("Status"), table, "status", status_label),
            "starred": st.checkbox(tr("Starred only"), key="compare_starred"),
        }
        sortable = ["created_at", *(name for name in headings if name != "interval")]
        by = st.selectbox(
            tr("Sort by"),
            sortable,
            format_func=lambda name: headings.get(name, tr("Newest")),
            key="compare_sort",
        )
        upwards = st.toggle(tr("Smallest first"), key="compare_upwards")
        columns = st.multiselect(
            tr("Columns"),
            list(headings),
            [name for name in headings if name not in ("planned_epochs", "owner_name", "run_id")],
            format_func=headings.get,
            key="compare_columns",
        )
    return wanted | {"by": by, "upwards": upwards}, [name for name in headings if name in columns]


def _choices(label: str, table: pd.DataFrame, column: str, shown=str) -> tuple[str, ...]:
    return tuple(
        st.multiselect(label, sorted(table[column].unique()), format_func=shown, key=f"compare_{column}")
    )


def filter_and_sort(table: pd.DataFrame, wanted: dict) -> pd.DataFrame:
    """The rows that are wanted, in the order that is wanted, with interval and gap."""
    filters = {name: value for name, value in wanted.items() if name not in ("by", "upwards")}
    rows = statistics.add_intervals(statistics.filter_runs(table, **filters))
    return rows.sort_values(wanted["by"], ascending=wanted["upwards"], kind="stable", na_position="last")


def show(wanted: dict, columns: list[str], any_active: bool) -> None:
    """The table with its picked rows; while a run waits or trains it is read again every two seconds."""
    st.fragment(_table, run_every=POLL_SECONDS if any_active else None)(wanted, columns)


def _table(wanted: dict, columns: list[str]) -> None:
    table = services.store().table(shipped=True)
    rows = filter_and_sort(table, wanted)
    ids = rows["run_id"].tolist()
    if not ids:
        st.info(tr("No run fits. Take a word or a filter away."), icon=":material/search_off:")
        return
    # Above the table, so that its own little toolbar covers no button.
    st.caption(
        tr(
            "{shown} of {all} runs. Tick rows to compare them.",
            shown=f"{len(ids):,}",
            all=f"{len(table):,}",
        )
    )
    picked = st.session_state.setdefault(PICKED, [])
    # Rows are picked by position: other rows (or the same in another order) need a table of their own.
    turn = st.session_state.get("compare_turn", 0)
    key = f"compare_table_{zlib.crc32(' '.join(ids).encode()):08x}_{turn}"
    st.dataframe(
        displayed(rows, columns),
        hide_index=True,
        height=min(MAX_PIXELS, ROW_PIXELS * (len(ids) + 1) + 3),
        column_config=_column_config(),
        placeholder="–",
        key=key,
        on_select=lambda: _pick(key, ids),
        selection_mode="multi-row",
        selection_default={
            "selection": {"rows": [row for row, run_id in enumerate(ids) if run_id in picked]}
        },
        alt=tr("{shown} of {all} runs", shown=len(ids), all=len(table)),
    )
    st.download_button(
        tr("Download as CSV"),
        lambda: csv(rows, columns),
        "runs.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="compare_csv",
    )
    active = table["status"].isin(("queued", "running")).any()
    if st.session_state.pop("compare_changed", False) or active != st.session_state.get(
        "compare_active", active
    ):
        st.session_state["compare_active"] = active
        st.rerun()  # what stands below the table has changed too, or the polling begins or ends
    st.session_state["compare_active"] = active


def _pick(key: str, ids: list[str]) -> None:
    """Ticked rows become the picked runs; picked runs that a filter hides stay picked."""
    ticked = [ids[row] for row in st.session_state[key]["selection"]["rows"] if row < len(ids)]
    hidden = [run_id for run_id in st.session_state[PICKED] if run_id not in set(ids)]
    st.session_state[PICKED] = (hidden + ticked)[:MAX_PICKED]
    if len(hidden + ticked) > MAX_PICKED:
        st.toast(tr("At most {count} runs are compared at once.", count=MAX_PICKED))
    st.session_state["compare_changed"] = True


def forget_ticks() -> None:
    """Draw the table again, so that its ticks follow the picked runs."""
    st.session_state["compare_turn"] = st.session_state.get("compare_turn", 0) + 1


def displayed(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """What the table shows: percents as numbers up to 100, times as dates, statuses in words. That of the run
    which comes with the project says so."""
    low, high = 100 * rows["test_low"], 100 * rows["test_high"]
    statuses = rows["status"].map({status: status_label(status) for status in rows["status"].unique()})
    shown = rows.assign(
        starred=rows["starred"].map({0: "", 1: "★"}),
        status=statuses.mask(rows["comes_with_project"], tr("comes with the project")),
        interval=[f"{a:.1f} – {b:.1f}" if a == a else None for a, b in zip(low, high, strict=True)],
        gap=100 * rows["gap"],
        started_at=[_moment(second) for second in rows["started_at"]],
        **{name: 100 * pd.to_numeric(rows[name], errors="coerce") for name in PERCENTS},
    )
    return shown[columns]


def csv(rows: pd.DataFrame, columns: list[str]) -> str:
    """The shown rows and columns under the names of the command line; accuracies as fractions in [0, 1]."""
    names = ["run_id", *(name for name in columns if name not in ("run_id", "interval"))]
    if "interval" in columns:
        names += ["test_low", "test_high"]
    content = rows[names].assign(
        **{
            name: rows[name].map(_harmless)
            for name in ("name", "note", "owner_name", "dataset", "architecture", "recipe")
            if name in names
        }
    )
    if "started_at" in names:
        content["started_at"] = [_moment(second) for second in rows["started_at"]]
    return content.to_csv(index=False)


def _harmless(text: str | None) -> str:
    """A spreadsheet would run a name such as `=HYPERLINK(...)`; a leading apostrophe makes it text."""
    text = text or ""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _moment(second: float | None) -> datetime | None:
    """Seconds since 1970 as a date in the server's time, to the second."""
    return None if second is None or second != second else datetime.fromtimestamp(int(second))


def _column_config() -> dict:
    headings = labels()
    number = st.column_config.NumberColumn
    config = {name: number(headings[name], format="%.2f %%") for name in PERCENTS if name in headings}
    return (
        dict(headings)
        | config
        | {
            "name": st.column_config.TextColumn(headings["name"], pinned=True, width="medium"),
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
            "images_per_second": number(headings["images_per_second"], format="%.0f"),
            "seconds": number(headings["seconds"], format="%.1f"),
            "seed": number(headings["seed"], format="%d"),
            "started_at": st.column_config.DatetimeColumn(headings["started_at"], format="YYYY-MM-DD HH:mm"),
        }
    )
