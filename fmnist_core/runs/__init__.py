"""The stored runs: the store, what a run is, its predictions, the waiting line, the workers, and the run that
ships with the project."""

from .precision_choices import PrecisionChoices
from .record import GIVEN_UP, RESUMABLE, Run, is_given_up
from .shipped import Shipped, require_not_shipped, shipped_problem
from .store import RunStore
from .studies import Study

__all__ = [
    "GIVEN_UP",
    "RESUMABLE",
    "PrecisionChoices",
    "Run",
    "RunStore",
    "Shipped",
    "Study",
    "archive",
    "checkpoints",
    "class_rounds",
    "is_given_up",
    "learned_from",
    "listing",
    "longer",
    "predictions",
    "progress",
    "record",
    "require_not_shipped",
    "saved_designs",
    "shipped",
    "shipped_problem",
    "step_losses",
    "stored_models",
]
