"""What one says of runs: statistics, charts, exported files."""

__all__ = ["charts", "export", "statistics"]
