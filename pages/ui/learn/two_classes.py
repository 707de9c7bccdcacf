"""Learn, two classes: sigmoid, the two ways to write the loss, and where the difference matters."""

import pandas as pd
import streamlit as st

from fmnist_core.lecture import charts as charts
from fmnist_core.lecture import formulas
from pages.ui import address
from pages.ui.learn import small_trainings
from pages.ui.widgets import show_chart, show_shared_chart
from pages.ui.words.language import tr


def two_classes() -> dict:
    """A logit to move, the sigmoid to see; then both trainings on top of each other."""
    st.markdown(
        tr(
            "A net that tells two classes apart has **one** output, the **logit**: any number. "
            "The sigmoid turns it into the probability of class 1."
        )
    )
    st.latex(
        r"\text{probability} = \text{sig}(\text{logit}) = \frac{\exp(\text{logit})}{1 + \exp(\text{logit})}"
    )
    controls, picture = st.columns([1, 2])
    with controls:
        logit = address.slider(tr("Logit"), "logit", -8.0, 8.0, 1.5, 0.1)
        probability = float(formulas.sigmoid(logit))
        st.metric(tr("Probability of class 1"), f"{probability:.4f}")
        st.markdown(
            tr(
                "logit > 0 is the same as probability > 0.5. Here: **{logit:g} > 0** is {first}, "
                "**{probability:.4f} > 0.5** is {second}.",
                logit=logit,
                probability=probability,
                first=tr("true") if logit > 0 else tr("false"),
                second=tr("true") if probability > 0.5 else tr("false"),
            )
        )
    with picture:
        show_shared_chart(
            ("sigmoid", logit),
            lambda: (charts.sigmoid_curve(logit), charts.sigmoid_curve_alt(logit)),
            "learn_sigmoid",
        )
    st.subheader(tr("Two ways to write the same loss"))
    st.markdown(
        tr(
            "The lecture writes the training twice: sigmoid, then `BCELoss` on the probability; "
            "and `BCEWithLogitsLoss` on the logit. It is the same net, the same loss, the same steps."
        )
    )
    small_trainings.two_classes()
    return {"logit": logit}


def numerics() -> dict:
    """A huge logit to move, the two losses and their gradients to see."""
    st.markdown(
        tr(
            "Computers keep about 7 digits. Move the logit: soon the probability is rounded to exactly 0 or "
            "1. `BCELoss` then takes the logarithm of 0, which PyTorch clips at −100, and its gradient is "
            "0: the net is as wrong as can be and learns nothing. The form with the logit stays exact."
        )
    )
    left, right = st.columns(2)
    with left:
        logit = address.slider(tr("Logit"), "logit", -charts.MAX_LOGIT, charts.MAX_LOGIT, 40.0, 1.0)
    with right:
        target = int(address.options(tr("True class"), "target", ["0", "1"], "0"))
    probability = formulas.sigmoid(logit)
    textbook = float(formulas.textbook_sigmoid(logit))
    table = pd.DataFrame(
        {
            tr("Quantity"): [tr("Probability"), tr("Loss"), tr("Gradient at the logit")],
            tr("Sigmoid + BCELoss"): [
                f"{float(probability):.9g}",
                f"{float(formulas.bce(probability, target)):.6g}",
                f"{float(formulas.bce_gradient(logit, target)):.6g}",
            ],
            tr("BCEWithLogitsLoss"): [
                tr("not needed"),
                f"{float(formulas.bce_with_logits(logit, target)):.6g}",
                f"{float(formulas.bce_with_logits_gradient(logit, target)):.6g}",
            ],
        }
    )
    st.table(table.set_index(tr("Quantity")))
    if textbook != textbook:
        st.warning(
            tr(
                "exp({logit:g}) is larger than any number in 32 bits (3.4e38), so exp(logit) / (1 + "
                "exp(logit)), computed as it stands in the lecture, is infinity / infinity: not a number.",
                logit=logit,
            )
        )
    elif float(formulas.bce_gradient(logit, target)) == 0:
        st.warning(
            tr(
                "The probability was rounded to {probability:g}. The gradient of sigmoid + BCELoss is 0: "
                "no step will ever mend this image.",
                probability=float(probability),
            )
        )
    for gradients, place in zip((False, True), st.columns(2), strict=True):
        with place:
            show_chart(
                charts.loss_curves(logit, target, gradients),
                charts.loss_curves_alt(logit, target, gradients),
                f"learn_losses_{gradients}",
            )
    return {"logit": logit, "target": target}
