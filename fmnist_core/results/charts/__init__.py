"""Charts: pure functions from data frames to `go.Figure`, each with a companion that says what it shows.

Nothing here reads a file, knows Streamlit or torch. Empty data give a titled empty figure, never an error.
"""

from .curves import far_behind, history_curves, history_curves_alt, live_curves, live_curves_alt
from .groups import group_curves, group_curves_alt, settings_chart, settings_chart_alt
from .matrix import confusion_heatmap, confusion_heatmap_alt
from .race import race_curves, race_curves_alt
from .rates import rate_curve, rate_curve_alt
from .reliability import reliability_diagram, reliability_diagram_alt, softmax_bars, softmax_bars_alt
from .room import unseen_curves, unseen_curves_alt
from .steps import step_curves, step_curves_alt
from .tradeoff import accuracy_scatter, accuracy_scatter_alt
from .trials import search_chart, search_chart_alt, trials_chart, trials_chart_alt

__all__ = [
    "accuracy_scatter",
    "accuracy_scatter_alt",
    "confusion_heatmap",
    "confusion_heatmap_alt",
    "data",
    "far_behind",
    "feature_map",
    "frame",
    "group_curves",
    "group_curves_alt",
    "history_curves",
    "history_curves_alt",
    "live_curves",
    "live_curves_alt",
    "race_curves",
    "race_curves_alt",
    "rate_curve",
    "rate_curve_alt",
    "reliability_diagram",
    "reliability_diagram_alt",
    "search_chart",
    "search_chart_alt",
    "settings_chart",
    "settings_chart_alt",
    "softmax_bars",
    "softmax_bars_alt",
    "step_curves",
    "step_curves_alt",
    "trials_chart",
    "trials_chart_alt",
    "unseen_curves",
    "unseen_curves_alt",
]
