"""Learn, classes as numbers: the lecture's list of categories, its three reasons for one-hot, and its y."""

import pandas as pd
import streamlit as st

from fmnist_core.lecture import trainings
from pages.ui import services
from pages.ui.tables import show_table
from pages.ui.words.language import percent, tr


def show_categories() -> None:
    """Two categories are 0 and 1; and three?"""
    rows = [
        (tr("failure / success"), "0 / 1"),
        (tr("picture of 0 / picture of 1"), "0 / 1"),
        (tr("picture of a dog / of a cat"), "0 / 1"),
        (tr("picture of a dog / of a cat / of a rabbit"), "0 / 1 / 2 ?????"),
    ]
    table = pd.DataFrame(rows, columns=[tr("Category"), tr("Becomes")])
    show_table(table.set_index(tr("Category")))


def say_why() -> None:
    """The three explanations, the best one last."""
    reasons = (
        tr(
            "**Of an exam:** dog, cat and rabbit are nominal, not ordinal. Written as 0, 1, 2 they have a "
            "mean, and it means nothing."
        ),
        tr("**Of a cookbook:** categories are to be one-hot encoded."),
        tr(
            "**The most exact one:** one throw of a coin is binomial with $n=1$, one throw of a die "
            "multinomial with $n=1$. What comes out of the first is 0 or 1; of the second, with three "
            "classes, [1,0,0], [0,1,0] or [0,0,1]. So $y_i$ is assumed to be one of these."
        ),
    )
    st.subheader(tr("Why one-hot?"), divider="gray")
    st.markdown("\n".join(f"{number}. {reason}" for number, reason in enumerate(reasons, 1)))


def show_targets() -> None:
    """y as a tensor."""
    data = services.dataset("mnist-0-1-2")
    st.markdown(tr("`y` of all {count:,} images, as PyTorch prints it:", count=len(data.train_labels)))
    st.code(trainings.printed_targets(data), language=None)


def show_exponentials(curve: pd.DataFrame) -> None:
    """exp(netout) of a training with one-hot targets, which is that before the last step. curve: its
    `trainings.Step`s."""
    before, after = curve["accuracy"].iloc[-2:]
    st.markdown(
        tr(
            "`exp(netout)` of the last step, as the lecture prints it. It is computed before this step "
            "changes the net, which is right on {before} then, and on {after} afterwards:",
            before=percent(before, 2),
            after=percent(after, 2),
        )
    )
    st.code(trainings.printed_exponentials(curve["exponentials"].iloc[-1]), language=None)
