"""The stored runs: the store, what a run is, its predictions, the waiting line and the workers."""

from .record import RESUMABLE, STATUSES, Run
from .store import RunStore

__all__ = ["RESUMABLE", "STATUSES", "Run", "RunStore"]
