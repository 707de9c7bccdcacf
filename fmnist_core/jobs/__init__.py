"""Training in the background; what happens is in the store, nobody asks the thread. Knows no Streamlit.

job: one run from its start, or its checkpoint, to its end; training_queue: the threads that take the runs.
"""

from .job import check, check_start, train_here, train_in_turns, train_run
from .training_queue import TrainingQueue, worker_devices

__all__ = [
    "TrainingQueue",
    "calling",
    "check",
    "check_start",
    "class_game",
    "classroom",
    "joining",
    "limits",
    "people",
    "ray_workers",
    "study",
    "study_command",
    "train_here",
    "train_in_turns",
    "train_run",
    "webhook",
    "worker_devices",
]
