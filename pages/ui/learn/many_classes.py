"""Learn, many classes: categories as numbers, softmax, cross entropy, and the lecture's two tables."""

import numpy as np
import pandas as pd
import streamlit as st

from fmnist_core.lecture import charts as charts
from fmnist_core.lecture import formulas
from pages.ui import address
from pages.ui.learn import small_trainings
from pages.ui.widgets import show_chart
from pages.ui.words.language import tr

ANIMALS = ("dog", "cat", "rabbit")  # the lecture's example; also the names in the address


def animals() -> list[str]:
    """The three classes of the lecture's example, in the reader's language."""
    return [tr("dog"), tr("cat"), tr("rabbit")]


def categories() -> dict:
    """A basket of animals to fill; its mean by the wrong and by the right coding to see."""
    st.markdown(
        tr(
            "Dog, cat, rabbit: how does a class become a number? **Wrong:** 0, 1, 2. Classes have no order "
            "and no distances, so a mean of such numbers means nothing. **Right:** one-hot, [1,0,0], "
            "[0,1,0], [0,0,1]. One throw of a coin is 0 or 1; one draw from a multinomial distribution *is* "
            "a one-hot vector."
        )
    )
    counts = []
    for name, label, default, place in zip(ANIMALS, animals(), (10, 0, 10), st.columns(3), strict=True):
        with place:
            counts.append(address.slider(label, name, 0, 20, default, 1))
    if not sum(counts):
        st.info(tr("Put at least one animal into the basket."))
        return dict(zip(ANIMALS, counts, strict=True))
    mean, named = formulas.mean_as_number(counts)
    shares = formulas.mean_as_one_hot(counts)
    left, right = st.columns(2)
    with left:
        st.metric(tr("Mean, written 0, 1, 2"), f"{mean:.2f}")
        sentence = (
            tr(
                "The mean of this basket is a **{animal}**, and there is not one in it.",
                animal=animals()[named],
            )
            if counts[named] == 0
            else tr("The mean of this basket would be a **{animal}**.", animal=animals()[named])
        )
        st.markdown(sentence)
    with right:
        st.metric(tr("Mean, written one-hot"), "[" + ", ".join(f"{share:.2f}" for share in shares) + "]")
        st.markdown(tr("The mean is the share of each class: it says what is in the basket."))
        show_chart(
            charts.class_bars(animals(), shares, "Share of each class"),
            charts.class_bars_alt(animals(), shares, "Share of each class"),
            "learn_shares",
        )
    st.subheader(tr("Three digits, both ways"))
    st.markdown(
        tr(
            "The lecture trains a net with three outputs on the digits 0, 1, 2 with one-hot targets. Beside "
            "it: the same net with one output that should become 0, 1 or 2."
        )
    )
    small_trainings.three_classes()
    return dict(zip(ANIMALS, counts, strict=True))


def _logit_sliders(defaults: tuple[float, ...]) -> np.ndarray:
    values = []
    for name, label, default, place in zip(ANIMALS, animals(), defaults, st.columns(3), strict=True):
        with place:
            values.append(address.slider(tr("Logit of {name}", name=label), name, -10.0, 10.0, default, 0.1))
    return np.array(values, dtype=np.float32)


def softmax() -> dict:
    """Three logits and a temperature to move; exp, sum and probabilities to see."""
    st.markdown(
        tr(
            "Softmax makes probabilities of logits: `exp` makes each one positive (the odds), and dividing "
            "by their sum makes them add up to 1."
        )
    )
    st.latex(r"\text{softmax}(z)_k = \frac{\exp(z_k / T)}{\sum_j \exp(z_j / T)}")
    logits = _logit_sliders((2.0, -1.0, 1.0))
    temperature = address.slider(
        tr("Temperature T"),
        "temperature",
        0.1,
        10.0,
        1.0,
        0.1,
        help=tr("1 is softmax itself; above 1 the probabilities even out, below 1 the largest takes all."),
    )
    odds = formulas.odds(logits / np.float32(temperature))
    probabilities = formulas.softmax(logits, temperature)
    table = pd.DataFrame(
        {
            tr("Class"): [*animals(), tr("Sum")],
            tr("Logit"): [*(f"{logit:.1f}" for logit in logits), ""],
            "exp": [f"{value:.5g}" for value in (*odds, odds.sum())],
            tr("Probability"): [f"{value:.4f}" for value in (*probabilities, probabilities.sum())],
        }
    )
    left, right = st.columns(2)
    with left:
        st.table(table.set_index(tr("Class")))
        difference = float(logits[0] - logits[1])
        pair = formulas.softmax(np.array([difference, 0], dtype=np.float32))
        st.markdown(
            tr(
                "**Sigmoid is softmax over (logit, 0).** Of dog and cat alone, only the difference of their "
                "logits counts, {difference:.1f}: softmax over ({difference:.1f}, 0) is {softmax:.4f}, "
                "sigmoid({difference:.1f}) is {sigmoid:.4f}.",
                difference=difference,
                softmax=float(pair[0]),
                sigmoid=float(formulas.sigmoid(difference)),
            )
        )
    with right:
        show_chart(
            charts.class_bars(animals(), probabilities, "Probabilities", int(probabilities.argmax())),
            charts.class_bars_alt(animals(), probabilities, "Probabilities"),
            "learn_softmax",
        )
    return {**_by_animal(logits), "temperature": temperature}


def cross_entropy() -> dict:
    """Three logits and the true class to move; the loss, the class named and the gradient to see."""
    st.markdown(
        tr(
            "Cross entropy asks one thing: how probable did the net think the *true* class? The loss of "
            "this image is −log of that probability. Its gradient at the logits is simply **p − y**: "
            "probabilities minus one-hot target."
        )
    )
    logits = _logit_sliders((1.0, 0.5, -1.0))
    names = dict(zip(ANIMALS, animals(), strict=True))
    truth = address.options(tr("True class"), "truth", list(ANIMALS), "dog", names.get)
    label = ANIMALS.index(truth)
    probabilities = formulas.softmax(logits)
    named = int(probabilities.argmax())
    loss, surprise, answer = st.columns(3)
    loss.metric(tr("Loss"), f"{formulas.cross_entropy(logits, label):.4f}")
    surprise.metric(tr("Probability of the true class"), f"{probabilities[label]:.4f}")
    answer.metric(tr("Class that the net names"), animals()[named])
    if named == label:
        st.success(tr("Right. The loss is not 0: it falls further as the probability comes nearer to 1."))
    else:
        st.error(tr("Wrong. Raise the logit of {name}, or lower the others.", name=names[truth]))
    left, right = st.columns(2)
    with left:
        show_chart(
            charts.class_bars(animals(), probabilities, "Probabilities p", label),
            charts.class_bars_alt(animals(), probabilities, "Probabilities p"),
            "learn_entropy_probabilities",
        )
    with right:
        gradient = formulas.cross_entropy_gradient(logits, label)
        show_chart(
            charts.class_bars(animals(), gradient, "Gradient p − y", label, signed=True),
            charts.class_bars_alt(animals(), gradient, "Gradient p − y"),
            "learn_entropy_gradient",
        )
    st.caption(
        tr("A step of training goes against the gradient: the true class's logit rises, the others fall.")
    )
    return {**_by_animal(logits), "truth": truth}


def tables() -> dict:
    """The lecture's two tables."""
    two, many = tr("Two classes"), tr("Many classes")
    st.markdown(tr("For writing code:"))
    st.table(
        pd.DataFrame(
            [
                (two, tr("probability"), "BCELoss"),
                (two, tr("logit"), "BCEWithLogitsLoss"),
                (many, tr("probabilities"), tr("none")),
                (many, tr("logits"), "CrossEntropyLoss"),
            ],
            columns=[tr("Task"), tr("What the net's output means"), tr("PyTorch loss")],
        ).set_index(tr("Task"))
    )
    st.caption(tr("CrossEntropyLoss would better be called CEWithLogitsLoss: it wants logits."))
    st.markdown(tr("For the theory:"))
    st.table(
        pd.DataFrame(
            [
                (two, tr("binomial"), "sigmoid", tr("Binary cross entropy")),
                (many, tr("multinomial"), "softmax", tr("Cross entropy")),
            ],
            columns=[tr("Task"), tr("Distribution assumed"), tr("Last activation"), tr("Loss")],
        ).set_index(tr("Task"))
    )
    st.markdown(tr("Try it: which loss fits?"))
    left, right = st.columns(2)
    with left:
        task = address.options(
            tr("Task"), "task", ["two", "many"], "many", lambda name: two if name == "two" else many
        )
    with right:
        output = address.options(
            tr("Last layer"),
            "output",
            ["logits", "probabilities"],
            "logits",
            lambda name: tr("gives logits") if name == "logits" else tr("gives probabilities"),
        )
    answers = {
        ("two", "logits"): "`BCEWithLogitsLoss`",
        ("two", "probabilities"): "`BCELoss`",
        ("many", "logits"): "`CrossEntropyLoss`",
    }
    answer = answers.get((task, output))
    if answer:
        st.success(tr("Use {loss}.", loss=answer))
    else:
        st.warning(
            tr("PyTorch has no loss for that: leave softmax out and use `CrossEntropyLoss` on the logits.")
        )
    return {"task": task, "output": output}


def _by_animal(logits: np.ndarray) -> dict:
    return {name: round(float(logit), 1) for name, logit in zip(ANIMALS, logits, strict=True)}
