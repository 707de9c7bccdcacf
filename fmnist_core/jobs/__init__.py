"""Training in the background; what happens is in the store, nobody asks the thread. Knows no Streamlit.

job: one run from its start, or its checkpoint, to its end; training_threads: who takes which run when;
training_queue: what people ask for; rate_tests: range tests of the learning rate.
"""

from .job import check, train_here, train_in_turns, train_run
from .rate_tests import RateTest, RateTests, range_test, tested_settings
from .served import worker_devices
from .training_queue import TrainingQueue, queue_of_a_server

__all__ = [
    "RateTest",
    "RateTests",
    "TrainingQueue",
    "at_the_terminal",
    "calling",
    "check",
    "class_game",
    "classroom",
    "joining",
    "lanes",
    "limits",
    "people",
    "queue_of_a_server",
    "range_test",
    "rate_command",
    "rate_tests",
    "ray_workers",
    "search",
    "search_command",
    "study",
    "study_command",
    "tested_settings",
    "train_here",
    "train_in_turns",
    "train_run",
    "training_threads",
    "webhook",
    "worker_devices",
]
