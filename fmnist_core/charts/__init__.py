"""Charts: pure functions from data frames to `go.Figure`, each with a companion that says what it shows.

Nothing here reads a file, knows Streamlit or torch. Empty data give a titled empty figure, never an error.
"""

from .curves import history_curves, history_curves_alt, live_curves, live_curves_alt

__all__ = ["history_curves", "history_curves_alt", "live_curves", "live_curves_alt"]
