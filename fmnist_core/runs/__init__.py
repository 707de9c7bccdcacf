"""The stored runs: the store, what a run is, its predictions, the waiting line, the workers, and the run that
ships with the project."""

from .precision_choices import PrecisionChoices
from .record import RESUMABLE, Run
from .shipped import Shipped, require_not_shipped, shipped_problem
from .store import RunStore
from .studies import Study

__all__ = [
    "RESUMABLE",
    "PrecisionChoices",
    "Run",
    "RunStore",
    "Shipped",
    "Study",
    "archive",
    "checkpoints",
    "class_rounds",
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
