"""What one says of runs: statistics, charts, exported files."""
