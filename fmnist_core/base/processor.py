"""What the processor is called, and what it can do."""

import platform
from functools import cache
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")


@cache
def processor_name() -> str:
    """As far as the system tells."""
    return _line("model name") or platform.processor() or platform.machine()


@cache
def processor_flags() -> frozenset[str]:
    """Its abilities as Linux calls them, such as `avx2`; empty where the system does not tell."""
    return frozenset((_line("flags") or _line("Features")).split())


def _line(name: str) -> str:
    """The value of the first such line, that of the first core; empty where there is none."""
    try:
        lines = CPUINFO.read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
