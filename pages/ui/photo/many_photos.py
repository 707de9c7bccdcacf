"""Many photos: a table with picture, class and confidence, and its CSV."""

import pandas as pd
import streamlit as st

from fmnist_core import photos
from fmnist_core.base.errors import FmnistError
from fmnist_core.base.spreadsheet import to_csv_file
from fmnist_core.data import datasets
from fmnist_core.data.encode import photo_uri
from fmnist_core.photos import Corrections
from fmnist_core.runs import Run, stored_models
from pages.ui import services
from pages.ui.photo import correcting
from pages.ui.photo.choice import Upload
from pages.ui.widgets import escape_markdown
from pages.ui.words.language import class_name, percent, tr, translate

THUMBNAIL_SIDE = 96


def show(uploads: list[Upload], run: Run) -> Upload:
    """The table of all photos; returns the one to look at closely."""
    rows = _rows(uploads, run)
    table = pd.DataFrame(rows)
    shown = pd.DataFrame(
        {
            tr("Picture"): table["picture"],
            tr("File"): table["file"],
            tr("Class"): [class_name(name) for name in table["class_name"]],
            tr("Confidence"): [
                "–" if pd.isna(confidence) else percent(confidence, 0) for confidence in table["confidence"]
            ],
            tr("One of my classes"): table["in_distribution"],
            tr("Remarks"): [" ".join(map(translate, remarks)) for remarks in table["remarks"]],
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        row_height=64,
        placeholder="–",
        column_config={
            tr("Picture"): st.column_config.ImageColumn(width="small"),
            tr("Class"): st.column_config.TextColumn(width=120),
            tr("Remarks"): st.column_config.TextColumn(width="large"),
        },
        key="photo_table",
    )
    unnamed = table[table["class_name"] == ""]
    unreadable = int((unnamed["picture"] == "").sum())
    known = int(table["in_distribution"].eq(True).sum())
    st.caption(
        tr(
            "{count} photo(s); like one of my classes: {known}; no picture that can be read: {unreadable}; "
            "of one colour only: {empty}.",
            count=len(table),
            known=known,
            unreadable=unreadable,
            empty=len(unnamed) - unreadable,
        )
    )
    if len(unnamed):  # the table has no room for what to do
        st.warning(
            "\n".join(
                f"- **{escape_markdown(row.file)}**: {escape_markdown(' '.join(map(translate, row.remarks)))}"
                for row in unnamed.itertuples()
            )
        )
    csv = table.drop(columns=["picture"]).assign(remarks=[" ".join(r) for r in table["remarks"]])
    st.download_button(
        tr("Download as CSV"), to_csv_file(csv), "photos.csv", "text/csv", icon=":material/download:"
    )
    readable = [place for place, name in enumerate(table["class_name"]) if name]
    index = st.selectbox(
        tr("Look closely at"),
        range(len(uploads)),
        readable[0] if readable else 0,
        format_func=lambda i: f"{i + 1} · {uploads[i].name}",
        key="photo_closely",
    )
    return uploads[index]


def _rows(uploads: list[Upload], run: Run) -> list[dict]:
    """An answer for each photo as it was set by hand, from this session's memory if it was read so before."""
    known = st.session_state.setdefault("photo_rows", {})
    state = (run.run_id, run.epochs, run.finished_at)
    preparation = datasets.find(run.config.dataset).preparation
    wanted = [(upload, correcting.chosen(upload, preparation)) for upload in uploads]
    keys = [(upload.key, state, corrections) for upload, corrections in wanted]
    for key in known.keys() - set(keys):
        del known[key]
    missing = [(key, *each) for key, each in zip(keys, wanted, strict=True) if key not in known]
    if missing:
        loaded = stored_models.load_model(services.store(), run.run_id)
        bar = st.progress(0.0)
        for number, (key, upload, corrections) in enumerate(missing, 1):
            bar.progress(number / len(missing), tr("Reading {n} of {k}", n=number, k=len(missing)))
            known[key] = _row(upload, loaded, corrections)
        bar.empty()
    return [{"file": upload.name, **known[key]} for upload, key in zip(uploads, keys, strict=True)]


def _row(upload: Upload, loaded: stored_models.LoadedModel, corrections: Corrections) -> dict:
    shown, usual = "", Corrections(find_upright=loaded.info.preparation == "garment")
    try:
        picture = photos.decode(upload.data)
        shown = photo_uri(picture.rgb, THUMBNAIL_SIDE)
        answer = photos.read(picture, loaded, corrections)
    except FmnistError as error:
        unread = {"confidence": None, "in_distribution": None, "in_distribution_score": None}
        return {"picture": shown, "class_name": "", **unread, "remarks": (error.message,)}
    return {
        "picture": shown,
        "class_name": answer.class_name,
        "confidence": round(answer.confidence, 4),
        "in_distribution": answer.in_distribution,
        "in_distribution_score": round(answer.in_distribution_score, 4),
        "remarks": (*answer.warnings, *(["As you set it by hand."] if corrections != usual else [])),
    }
