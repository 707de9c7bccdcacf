"""The only place that knows where things lie: two folders, named by the environment."""

import os
from pathlib import Path


def data_dir() -> Path:
    """The folder of the data sets: `FMNIST_DATA_DIR`, or `data` in the working folder."""
    return Path(os.environ.get("FMNIST_DATA_DIR") or "data").expanduser().resolve()


def runs_dir() -> Path:
    """The folder of `runs.db` and one folder per run: `FMNIST_RUNS_DIR`, or `runs` in the working folder."""
    return Path(os.environ.get("FMNIST_RUNS_DIR") or "runs").expanduser().resolve()
