"""Statistics behind the pages: numpy, scipy and pandas only, no torch, no files, no Streamlit."""

from .answers import ORDERS, OUTCOMES, Answers, answers_from_logits, answers_from_probabilities, pick_images
from .calibration import Calibration, CalibrationReport, calibration, calibration_report, fit_temperature
from .coach import coach, diagnose, overfitting_since
from .confusion import WorstPair, confusion_matrix, per_class, worst_pair_sentence, worst_pairs
from .detective import MAX_ODDS, Suspicion, suspicious_labels
from .groups import (
    Group,
    GroupComparison,
    Spread,
    compare_all,
    compare_groups,
    group_names,
    group_runs,
    group_verdict,
    luck_sentence,
    needed_sentence,
    spread,
)
from .intervals import difference_interval, is_at_chance, wilson_interval
from .overview import add_intervals, filter_runs, how_far, only_seed_differs, settings_differences, written
from .paired import BOTH_RIGHT, BOTH_WRONG, ONLY_A, ONLY_B, Comparison, compare, mcnemar, outcomes, verdict

__all__ = [
    "BOTH_RIGHT",
    "BOTH_WRONG",
    "MAX_ODDS",
    "ONLY_A",
    "ONLY_B",
    "ORDERS",
    "OUTCOMES",
    "Answers",
    "Calibration",
    "CalibrationReport",
    "Comparison",
    "Group",
    "GroupComparison",
    "Spread",
    "Suspicion",
    "WorstPair",
    "add_intervals",
    "answers_from_logits",
    "answers_from_probabilities",
    "calibration",
    "calibration_report",
    "coach",
    "compare",
    "compare_all",
    "compare_groups",
    "confusion_matrix",
    "diagnose",
    "difference_interval",
    "filter_runs",
    "fit_temperature",
    "group_names",
    "group_runs",
    "group_verdict",
    "how_far",
    "is_at_chance",
    "luck_sentence",
    "mcnemar",
    "needed_sentence",
    "only_seed_differs",
    "outcomes",
    "overfitting_since",
    "per_class",
    "pick_images",
    "settings_differences",
    "spread",
    "suspicious_labels",
    "verdict",
    "wilson_interval",
    "worst_pair_sentence",
    "worst_pairs",
    "written",
]
