"""The lecture that this project grew from (Korean, 2025): formulas, trainings, the ladder of nets.

formulas: its figures in numpy; trainings: its small trainings; ladder: its five nets;
code_blocks: its steps as code to paste; charts, two_class_charts and ladder_charts: what is drawn.
"""

from .ladder import (
    LADDER,
    MEASURED_EPOCHS,
    Published,
    comparison,
    final_accuracies,
    findings,
    ladder_configs,
    ladder_runs,
    ladder_table,
    wide,
)

__all__ = [
    "LADDER",
    "MEASURED_EPOCHS",
    "Published",
    "charts",
    "code_blocks",
    "comparison",
    "final_accuracies",
    "findings",
    "formulas",
    "ladder_charts",
    "ladder_configs",
    "ladder_runs",
    "ladder_table",
    "pytorch_numbers",
    "trainings",
    "two_class_charts",
    "wide",
]
