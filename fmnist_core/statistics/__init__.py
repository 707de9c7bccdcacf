"""Statistics behind the pages: numpy and scipy only, no torch, no files, no Streamlit."""

from .coach import coach, overfitting_since

__all__ = ["coach", "overfitting_since"]
