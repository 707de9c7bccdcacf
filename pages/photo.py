"""Photo: show a real thing to a trained net, and follow every step from the picture to the answer."""

import streamlit as st

from pages.ui import photo_answer, photo_input, photo_table, services
from pages.ui.language import tr
from pages.ui.widgets import invite_to_train

st.title(tr("Photo"))
st.markdown(
    tr(
        "Show a picture to a trained net: clothes, a digit on paper, or whatever it has learned. "
        "It stays in this browser's session: nothing is kept."
    )
)

run = photo_input.choose_run()
if run is None:
    invite_to_train(
        tr("There is no trained net yet. Train one first; a minute is enough."), ":material/photo_camera:"
    )
    st.stop()

uploads = photo_input.choose_photos(run)
if not uploads:
    st.info(tr("Upload a photo, use the camera, or pick an example."), icon=":material/add_a_photo:")
    st.stop()

chosen = photo_table.show(uploads, run) if len(uploads) > 1 else uploads[0]
photo_answer.show(chosen, run, services.store())
