"""What the processor is called."""

import platform
from functools import cache
from pathlib import Path


@cache
def processor_name() -> str:
    """As far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
