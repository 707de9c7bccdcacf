"""What a rule finds, and the remedies that follow from a run's settings."""

from typing import NamedTuple

from ....base.config import TrainConfig
from ....base.messages import Message

USUAL_RATE = {"adam": 1e-3, "adamw": 1e-3, "sgd": 0.03}
"""By optimizer: a learning rate that most nets here learn well with."""
FAR = 30
"""A learning rate that is so many times higher or lower than the usual one is worth a mention."""
STRONG_DECAY = {"adam": 0.1, "adamw": 1.0, "sgd": 0.1}
"""By optimizer: weight decay that is worth a mention. adamw's is multiplied by the learning rate alone."""


class Finding(NamedTuple):
    """A fault in two words, the numbers that show it, and what to do."""

    fault: str
    seen: str
    advice: str


def suspect(config: TrainConfig, seen: str) -> Finding | None:
    """What is seen, with an unusual setting that may be the reason; None where no setting is unusual."""
    usual, rate = USUAL_RATE[config.optimizer], config.learning_rate
    if rate >= FAR * usual:
        advice = Message(
            "The learning rate of {rate:g} is high for {optimizer}: {better:g} may do better.",
            rate=rate,
            optimizer=config.optimizer,
            better=better_lower_rate(config),
        )
        return Finding("rate too high", seen, advice)
    if rate <= usual / FAR:
        advice = Message(
            "The learning rate of {rate:g} is low for {optimizer}: {better:g} may do better.",
            rate=rate,
            optimizer=config.optimizer,
            better=usual,
        )
        return Finding("rate too low", seen, advice)
    if config.weight_decay >= STRONG_DECAY[config.optimizer]:
        advice = Message(
            "The weight decay of {decay:g} is strong: 0 may do better.",
            decay=config.weight_decay,
        )
        return Finding("weight decay", seen, advice)
    return None


def lower_the_rate(config: TrainConfig) -> Message:
    """The remedy for steps that are too long."""
    return Message(
        "The learning rate of {rate:g} is too high: try {better:g}.",
        rate=config.learning_rate,
        better=better_lower_rate(config),
    )


def better_lower_rate(config: TrainConfig) -> float:
    """The usual rate, or a third of a rate that is not far above it."""
    usual = USUAL_RATE[config.optimizer]
    return usual if config.learning_rate > 3 * usual else float(f"{config.learning_rate / 3:.1g}")


def said(loss: float) -> str:
    """A loss as people read it: three digits after the point, or few significant ones where it is huge."""
    return f"{loss:.3f}" if abs(loss) < 1000 else f"{loss:.3g}"
