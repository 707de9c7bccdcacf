"""The lecture that this project grew from (Korean, 2025): formulas, trainings, the ladder of nets.

`formulas` and `ladder` need no torch; `trainings` does and is imported on its own.
"""

from .ladder import LADDER, Published, comparison, ladder_configs, ladder_runs, ladder_table, story, wide

__all__ = [
    "LADDER",
    "Published",
    "comparison",
    "ladder_configs",
    "ladder_runs",
    "ladder_table",
    "story",
    "wide",
]
