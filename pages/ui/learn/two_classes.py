"""Learn, two classes: sigmoid, the two ways to write the loss, and where the difference matters."""

import pandas as pd
import streamlit as st

from fmnist_core.lecture import formulas
from fmnist_core.lecture import two_class_charts as charts
from fmnist_core.lecture.pytorch_numbers import TwoClassNumbers, two_class_numbers
from pages.ui import address
from pages.ui.learn import layout, small_trainings
from pages.ui.tables import show_table
from pages.ui.words.language import tr


def two_classes() -> dict:
    """A logit to move, the sigmoid to see; then both trainings on top of each other."""
    left, right = layout.halves()
    with left:
        formula = st.empty()
        logit = layout.tenths(tr("Logit z"), "logit", -8.0, 8.0, 1.5)
        probability = float(formulas.sigmoid(logit))
        power = layout.latex_number(float(formulas.exponentials(logit)))
        formula.latex(
            rf"\begin{{aligned}} p &= \text{{sig}}(z) = \frac{{\exp(z)}}{{1 + \exp(z)}} \\[.4em] "
            rf"&= \frac{{{power}}}{{1 + {power}}} = {probability:.4f} \end{{aligned}}"
        )
        st.metric(tr("Probability of class 1"), f"{probability:.4f}")
        if logit == 0:
            st.info(tr("Exactly on the border: the net cannot tell."))
        else:
            st.markdown(
                tr("logit > 0: **class 1**, as probability > 0.5.")
                if logit > 0
                else tr("logit < 0: **class 0**, as probability < 0.5.")
            )
    with right:
        layout.show_figure(charts.sigmoid_curve(logit), charts.sigmoid_curve_alt(logit), "two-classes")
    st.markdown(
        tr(
            "A net that tells two classes apart has **one** output, the **logit**: any number. "
            "The sigmoid turns it into the probability of class 1."
        )
    )
    st.subheader(tr("Two ways to write the same loss"), divider="gray")
    small_trainings.two_classes()
    return {"logit": logit}


def numerics() -> dict:
    """A huge logit to move, the two losses and their gradients to see."""
    left, right = layout.halves()
    with left:
        formula = st.empty()
        slider, choice = st.columns([5, 2], gap="small")
        with slider:
            logit = address.slider(
                tr("Logit z"), "large_logit", -charts.MAX_LOGIT, charts.MAX_LOGIT, 40.0, 1.0
            )
        with choice:
            target = int(address.options(tr("True class"), "target", ["0", "1"], "0"))
        numbers = two_class_numbers(logit, target)
        table = pd.DataFrame(
            {
                tr("Quantity"): [tr("Probability p"), tr("Loss"), tr("Gradient at the logit")],
                tr("Sigmoid + BCELoss"): [
                    _written(numbers.probability, 9),
                    _written(numbers.loss),
                    _written(numbers.gradient),
                ],
                tr("BCEWithLogitsLoss"): [
                    tr("not needed"),
                    _written(numbers.logit_loss),
                    _written(numbers.logit_gradient),
                ],
            }
        )
        formula.latex(
            r"\footnotesize \begin{aligned} \text{BCELoss} &= -\log("
            + ("p" if target else "1 - p")
            + r"), \; p = \text{sig}(z) \\ \text{BCEWithLogitsLoss} &= \max("
            + ("-z" if target else "z")
            + r", 0) + \log(1 + e^{-|z|}) \end{aligned}"
        )
        show_table(table.set_index(tr("Quantity")))
        _say_what_rounding_does(logit, target, numbers)
    with right:
        layout.show_figure(
            charts.loss_curves(logit, target), charts.loss_curves_alt(logit, target), "numerics"
        )
    st.markdown(
        tr(
            "The numbers are PyTorch's own, in 32 bits, which keep about 7 digits. Above a logit of about 17 "
            "the probability is rounded to exactly 1. `BCELoss` then needs log(0), which PyTorch clips at "
            "−100, and its gradient is 0 even where the net is wrong. Its gradient at p is (p − y) / "
            "(p(1 − p)); so as not to divide by 0, PyTorch divides by 1e-12 where p(1 − p) is less, "
            "below a logit of about −28. The gradient of the form with the logit stays exact."
        )
    )
    return {"large_logit": logit, "target": target}


def _written(value: float, digits: int = 6) -> str:
    """As many digits as tell it from its neighbours; of a tiny number, written with a power of ten, four."""
    text = f"{value:.{digits}g}"
    return layout.plain_number(value) if "e" in text else text


def _say_what_rounding_does(logit: float, target: int, numbers: TwoClassNumbers) -> None:
    probability, gradient = numbers.probability, numbers.gradient
    variance = probability * (1 - probability)
    is_right = (logit > 0) == bool(target)
    if formulas.textbook_sigmoid(logit) != formulas.textbook_sigmoid(logit):
        st.warning(
            tr(
                "exp({logit:g}) is larger than any number in 32 bits (3.4e38), so exp(z) / (1 + exp(z)), "
                "computed as it stands, is infinity / infinity: not a number.",
                logit=logit,
            )
        )
    elif gradient == 0 and not is_right:
        st.warning(
            tr(
                "The probability was rounded to {probability:g}. The gradient of sigmoid + BCELoss is 0: "
                "this image is wrong, and the net learns nothing from it.",
                probability=probability,
            )
        )
    elif not is_right and variance < formulas.BCE_GRADIENT_FLOOR:
        st.warning(
            tr(
                "p(1 − p) is {variance:.2g}, and PyTorch divides by 1e-12 instead: the gradient of sigmoid + "
                "BCELoss is {gradient:.2g} and not {exact:.2g}, so the net learns less from this image.",
                variance=variance,
                gradient=gradient,
                exact=numbers.logit_gradient,
            )
        )
    elif gradient == 0:
        st.info(
            tr(
                "The probability was rounded to {probability:g}, which is the true class: here a gradient "
                "of 0 does no harm. Choose the other class.",
                probability=probability,
            )
        )
