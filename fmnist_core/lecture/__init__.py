"""The lecture that this project grew from (Korean, 2025): formulas, trainings, the ladder of nets.

formulas: its figures in numpy; pytorch_numbers: PyTorch on one logit; trainings: its small trainings; ladder:
its five nets; reproduced: the ladder that comes with the project; code_blocks: its steps as code to paste;
gain: what the loss on the logit saves; charts, two_class_charts and ladder_charts: what is drawn; command:
all of it on the command line.
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
    wide,
)
from .reproduced import origins, reproduced_ladder, ways_apart

__all__ = [
    "LADDER",
    "MEASURED_EPOCHS",
    "Published",
    "charts",
    "code_blocks",
    "command",
    "comparison",
    "final_accuracies",
    "findings",
    "formulas",
    "gain",
    "ladder_charts",
    "ladder_configs",
    "ladder_runs",
    "origins",
    "pytorch_numbers",
    "reproduced_ladder",
    "trainings",
    "two_class_charts",
    "ways_apart",
    "wide",
]
