"""The stored runs: the store, what a run is, its predictions, the waiting line, the workers, and the run that
ships with the project."""

from .record import RESUMABLE, STATUSES, Run
from .shipped import Shipped, require_not_shipped
from .store import RunStore

__all__ = ["RESUMABLE", "STATUSES", "Run", "RunStore", "Shipped", "require_not_shipped"]
