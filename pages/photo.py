"""Photo: show a real thing to a trained net, and follow every step from the picture to the answer."""

import streamlit as st

from pages.ui import services, shell
from pages.ui.photo import choice, many_photos, one_photo
from pages.ui.widgets import invite_to_train
from pages.ui.words.language import tr

with shell.pane():
    run = choice.choose_run()
if run is None:
    invite_to_train(tr("There is no trained net yet. Train one first."), ":material/photo_camera:")
    shell.stop()

uploads = choice.choose_photos(run)
if uploads:
    chosen = many_photos.show(uploads, run) if len(uploads) > 1 else uploads[0]
    one_photo.show(chosen, run, services.store())
else:
    st.info(tr("Upload a photo, use the camera, or pick an example."), icon=":material/add_a_photo:")
    st.markdown(
        tr(
            "Show a picture to a trained net: clothes, a digit on paper, or whatever it has learned. "
            "It is sent to the server for the answer, and not stored."
        )
    )
