"""Train, compare and understand image classifiers on Fashion-MNIST and its relatives.

Importing the package costs nothing: torch is only imported by the modules that compute with it.
"""

import os
import signal
import sys

# OpenMP's threads spin while they wait for each other. Beside a web server that needs a core now and then,
# a spinning thread keeps the one it waits for from running, and a training takes many times as long as with
# sleeping threads. Sleeping at once is slower on a quiet machine, though; so they spin for some microseconds
# (GNU's OpenMP, which torch uses on Linux) and then sleep.
# Must be set before torch loads its OpenMP.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

# While `python -m fmnist_core` looks for the command line and imports it; a training has `stop_on_signals`.
if sys.argv[:1] == ["-m"]:
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

__version__ = "1.0.0"
