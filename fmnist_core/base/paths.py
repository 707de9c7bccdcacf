"""The only place that knows where things lie: two folders, named by the environment."""

import os
from pathlib import Path


def data_dir() -> Path:
    """The folder of the data sets: `FMNIST_DATA_DIR`, or `data` in the working folder."""
    return _folder("FMNIST_DATA_DIR", "data")


def runs_dir() -> Path:
    """The folder of `runs.db` and one folder per run: `FMNIST_RUNS_DIR`, or `runs` in the working folder."""
    return _folder("FMNIST_RUNS_DIR", "runs")


def _folder(variable: str, default: str) -> Path:
    # Not `Path.expanduser` and `resolve`, which raise for an unknown user and for links in a circle.
    return Path(os.path.realpath(os.path.expanduser(os.environ.get(variable) or default)))
