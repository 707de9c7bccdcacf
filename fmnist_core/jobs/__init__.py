"""Training in the background; what happens is in the store, nobody asks the thread. Knows no Streamlit.

job: one run from its start, or its checkpoint, to its end; training_queue: the threads that take the runs;
rate_tests: range tests of the learning rate.
"""

from .job import check, check_start, train_here, train_in_turns, train_run
from .rate_tests import RateTest, RateTests, range_test, tested_settings
from .training_queue import TrainingQueue, worker_devices

__all__ = [
    "RateTest",
    "RateTests",
    "TrainingQueue",
    "calling",
    "check",
    "check_start",
    "class_game",
    "classroom",
    "joining",
    "limits",
    "people",
    "range_test",
    "rate_command",
    "rate_tests",
    "ray_workers",
    "study",
    "study_command",
    "tested_settings",
    "train_here",
    "train_in_turns",
    "train_run",
    "worker_devices",
]
