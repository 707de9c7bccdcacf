"""Learn, which loss: the end of a net drawn as boxes, and the lecture's two tables."""

from html import escape

import pandas as pd
import streamlit as st

from pages.ui import address
from pages.ui.learn import layout
from pages.ui.tables import show_table
from pages.ui.words.language import tr

LOSSES = {
    ("two", "logits"): "BCEWithLogitsLoss",
    ("two", "probabilities"): "BCELoss",
    ("many", "logits"): "CrossEntropyLoss",
}
FORMULAS = {
    ("two", "logits"): r"\text{loss} = \max(z, 0) - zy + \log(1 + e^{-|z|})",
    ("two", "probabilities"): r"\text{loss} = -y \log p - (1 - y) \log(1 - p)",
    ("many", "logits"): r"\text{loss} = \log \sum_j \exp(z_j) - z_{\text{true}}",
    ("many", "probabilities"): r"\text{loss} = -\log p_{\text{true}}",
}
SIDE_BY_SIDE = r"""
$prob = \text{sig}(logit) = \dfrac{\exp(logit)}{1 + \exp(logit)}$ &emsp; &emsp;
$probs_k = \text{softmax}(logits)_k = \dfrac{\exp(logit_k)}{\exp(logit_1) + \exp(logit_2) + \exp(logit_3)}$
"""
STYLE = """<style>
.net-end {display: flex; flex-wrap: wrap; align-items: center; gap: 6px; font-size: 15px}
.net-end span {padding: 7px 11px; border: 1.5px solid currentColor; border-radius: 8px; opacity: .85}
.net-end span.number {border-style: dashed; border-radius: 18px}
.net-end span.loss {background: #D55E00; border-color: #D55E00; color: white; opacity: 1; font-weight: 600}
</style>"""


def which_loss() -> dict:
    """A task and what the net gives to choose; the loss that fits, drawn and in the lecture's tables."""
    tasks = {"two": tr("Two classes"), "many": tr("Many classes")}
    outputs = {"logits": tr("gives logits"), "probabilities": tr("gives probabilities")}
    left, right = layout.halves()
    with left:
        formula = st.empty()
        task = address.options(tr("Task"), "task", list(tasks), "many", tasks.get)
        output = address.options(tr("Last layer"), "output", list(outputs), "logits", outputs.get)
        formula.latex(FORMULAS[task, output])
        loss = LOSSES.get((task, output))
        if loss:
            st.success(tr("Use {loss}.", loss=f"`{loss}`"))
        else:
            st.warning(
                tr(
                    "PyTorch has no loss for that: leave softmax out and use `CrossEntropyLoss` on the "
                    "logits."
                )
            )
    with right:
        _draw(task, output, loss)
        _table_for_code(task, output, tasks)
    _table_for_theory(task, tasks)
    st.caption(tr("¹ prob = sig(logit) · ² probs = soft(logits)"))
    st.markdown(tr("Side by side:"))
    st.markdown(SIDE_BY_SIDE)
    st.caption(
        tr(
            "The lecture does not like the name CrossEntropyLoss at all: it takes logits, so "
            "CEWithLogitsLoss would be better."
        )
    )
    return {"task": task, "output": output}


def _draw(task: str, output: str, loss: str | None) -> None:
    """net › logit › sigmoid › probability › loss, as far as the net goes."""
    many = task == "many"
    boxes = [("", tr("Net")), ("number", tr("logits") if many else tr("logit"))]
    if output == "probabilities":
        boxes.append(("", "softmax" if many else "sigmoid"))
        boxes.append(("number", tr("probabilities") if many else tr("probability")))
    boxes.append(("loss", loss or tr("none")))
    drawn = " → ".join(f'<span class="{kind}">{escape(text)}</span>' for kind, text in boxes)
    st.html(f'{STYLE}<div class="net-end">{drawn}</div>')


def _table_for_code(task: str, output: str, tasks: dict[str, str]) -> None:
    """The lecture's first table, with the row of this choice marked."""
    for_code = [
        (("two", "probabilities"), tr("probability")),
        (("two", "logits"), tr("logit")),
        (("many", "probabilities"), tr("probabilities")),
        (("many", "logits"), tr("logits")),
    ]
    st.markdown(tr("For writing code:"))
    show_table(
        pd.DataFrame(
            [(tasks[row[0]], output, LOSSES.get(row, tr("none"))) for row, output in for_code],
            columns=[tr("Task"), tr("What the net's output means"), tr("PyTorch loss")],
        ),
        [row for row, _ in for_code].index((task, output)),
    )


def _table_for_theory(task: str, tasks: dict[str, str]) -> None:
    """The lecture's second table, with the row of this task marked."""
    st.markdown(tr("For the theory:"))
    show_table(
        pd.DataFrame(
            [
                (tasks["two"], tr("binomial"), "sigmoid ¹", tr("Binary cross entropy")),
                (tasks["many"], tr("multinomial"), "softmax ²", tr("Cross entropy")),
            ],
            columns=[tr("Task"), tr("Distribution assumed"), tr("Last activation"), tr("Loss")],
        ),
        list(tasks).index(task),
    )
