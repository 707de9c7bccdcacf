"""Learn, many classes: categories as numbers, softmax, cross entropy."""

import numpy as np
import pandas as pd
import streamlit as st

from fmnist_core.lecture import charts, formulas
from pages.ui import address
from pages.ui.learn import layout, one_hot, small_trainings
from pages.ui.tables import show_table
from pages.ui.words.language import tr

ANIMALS = ("dog", "cat", "rabbit")  # the lecture's example; also the names in the address


def animals() -> list[str]:
    """The three classes of the lecture's example, in the reader's language."""
    return [tr("dog"), tr("cat"), tr("rabbit")]


def categories() -> dict:
    """A basket of animals to fill; its mean by the wrong and by the right coding to see."""
    left, right = layout.halves()
    with left:
        formula = st.empty()
        names = [f"{name}s" for name in ANIMALS]
        labels = (tr("Dogs (0)"), tr("Cats (1)"), tr("Rabbits (2)"))
        counts = [
            int(address.slider(label, name, 0, 20, default, 1))
            for label, name, default in zip(labels, names, (10, 0, 10), strict=True)
        ]
        settings = dict(zip(names, counts, strict=True))
        if not sum(counts):
            st.info(tr("Put at least one animal into the basket."))
            return settings
        mean, named = formulas.mean_as_number(counts)
        shares = formulas.mean_as_one_hot(counts)
        sums = " + ".join(rf"{count} \cdot {number}" for number, count in enumerate(counts))
        vector = r",\ ".join(f"{share:.2f}" for share in shares)
        formula.latex(
            rf"\begin{{aligned}} \text{{0, 1, 2:}}\quad & \frac{{{sums}}}{{{sum(counts)}}} = {mean:.2f} "
            rf"\\[.4em] \text{{one-hot:}}\quad & [\,{vector}\,] \end{{aligned}}"
        )
        st.markdown(_what_the_mean_names(counts, mean, named))
    with right:
        layout.show_figure(
            charts.basket_bars(animals(), shares, mean),
            charts.basket_bars_alt(animals(), shares, mean),
            "categories",
        )
    st.markdown(
        tr(
            "How does a class become a number? **Wrong:** 0, 1, 2. Classes have no order and no distances, "
            "so a mean of such numbers (▲) means nothing. **Right:** one-hot, [1,0,0], [0,1,0], [0,0,1]. "
            "Then the mean is the share of each class (bars)."
        )
    )
    one_hot.show_categories()
    one_hot.say_why()
    st.subheader(tr("Three digits, both ways"), divider="gray")
    small_trainings.three_classes()
    return settings


def _what_the_mean_names(counts: list[int], mean: float, named: int | None) -> str:
    if named is None:
        lower, upper = animals()[int(mean)], animals()[int(mean) + 1]
        return tr("The mean lies halfway between a **{lower}** and a **{upper}**.", lower=lower, upper=upper)
    if mean != named:
        return tr("The mean of this basket is nearest to a **{animal}**.", animal=animals()[named])
    if counts[named]:
        return tr("The mean of this basket is a **{animal}**.", animal=animals()[named])
    return tr(
        "The mean of this basket is a **{animal}**, and there is not one in it.", animal=animals()[named]
    )


def _logit_sliders(names: list[str], defaults: tuple[float, ...]) -> tuple[dict[str, float], np.ndarray]:
    """The logits that were chosen, by their names in the address, and as float32 (3,)."""
    values = {
        name: layout.tenths(tr("Logit of {name}", name=animal), name, -10.0, 10.0, default)
        for animal, name, default in zip(animals(), names, defaults, strict=True)
    }
    return values, np.array(list(values.values()), dtype=np.float32)


def softmax() -> dict:
    """Three logits and a temperature to move; exp, sum and probabilities to see."""
    left, right = layout.halves()
    with left:
        st.latex(r"p_k = \text{softmax}(z)_k = \frac{\exp(z_k / T)}{\sum_j \exp(z_j / T)}")
        chosen, logits = _logit_sliders(list(ANIMALS), (2.0, -1.0, 1.0))
        temperature = layout.tenths(
            tr("Temperature T"),
            "temperature",
            0.1,
            10.0,
            1.0,
            help=tr("1 is softmax itself; above 1 the probabilities even out, below 1 the largest grows."),
        )
    exponentials = formulas.exponentials(logits, temperature)
    probabilities = exponentials / exponentials.sum()
    table = pd.DataFrame(
        {
            tr("Class"): [*animals(), tr("Sum")],
            tr("Logit z"): [*(f"{logit:.1f}" for logit in logits), ""],
            "exp(z / T)": [layout.plain_number(value) for value in (*exponentials, exponentials.sum())],
            tr("Probability p"): [charts.share(value, 4) for value in (*probabilities, 1.0)],
        }
    )
    with right:
        layout.show_figure(
            charts.probability_bars(animals(), probabilities, formulas.named_class(logits)),
            charts.class_bars_alt(animals(), probabilities, "Probability p"),
            "softmax",
            low=True,
        )
        show_table(table.set_index(tr("Class")))
    difference = float(logits[0] - logits[1])
    st.markdown(
        tr(
            "Softmax makes probabilities of logits: `exp` makes each one positive, and dividing by their sum "
            "makes them add up to 1. **Sigmoid is softmax over (logit, 0):** of dog and cat alone, at T = 1, "
            "only the difference of their logits counts, and softmax({difference:.1f}, 0) = "
            "sigmoid({difference:.1f}) = {sigmoid:.4f} for the dog.",
            difference=difference,
            sigmoid=float(formulas.sigmoid(difference)),
        )
    )
    return {**chosen, "temperature": temperature}


def cross_entropy() -> dict:
    """Three logits and the true class to move; the loss, the class named and the gradient to see."""
    names = [f"{name}_logit" for name in ANIMALS]
    shown = dict(zip(ANIMALS, animals(), strict=True))
    left, right = layout.halves()
    with left:
        formula = st.empty()
        chosen, logits = _logit_sliders(names, (1.0, 0.5, -1.0))
        truth = address.options(tr("True class"), "truth", list(ANIMALS), "dog", shown.get)
        label = ANIMALS.index(truth)
        probabilities = formulas.softmax(logits)
        loss = formulas.cross_entropy(logits, label)
        formula.latex(
            rf"\begin{{aligned}} \text{{loss}} &= -\log p_{{\text{{{shown[truth]}}}}} \\ "
            rf"&= -\log {layout.latex_number(probabilities[label])} = {loss:.4f} \\ "
            r"\text{gradient} &= p - y, \quad p = \text{softmax}(z) \end{aligned}"
        )
        _say_what_the_net_names(formulas.named_class(logits), label, loss)
    gradient = formulas.cross_entropy_gradient(logits, label)
    with right:
        layout.show_figure(
            charts.probabilities_and_gradient(animals(), probabilities, gradient, label),
            charts.probabilities_and_gradient_alt(animals(), probabilities, gradient),
            "cross-entropy",
        )
    st.markdown(
        tr(
            "Cross entropy asks one thing: how probable did the net think the *true* class? Its gradient at "
            "the logits is **p − y**, probabilities minus one-hot target. A step of training goes against "
            "it: the true class's logit rises, the others fall."
        )
    )
    return {**chosen, "truth": truth}


def _say_what_the_net_names(named: int | None, label: int, loss: float) -> None:
    if named is None:
        st.warning(tr("A tie: the largest logit is shared, so the net names no class."))
    elif named != label:
        st.error(
            tr(
                "The net names **{named}**. Wrong. Raise the logit of {truth}, or lower the others.",
                named=animals()[named],
                truth=animals()[label],
            )
        )
    elif loss >= 0.00005:
        st.success(
            tr(
                "The net names **{named}**. Right. The loss falls further as the probability nears 1.",
                named=animals()[named],
            )
        )
    else:
        st.success(tr("The net names **{named}**. Right, and the loss is almost 0.", named=animals()[named]))
