"""Freed memory goes back to the system where a server asks for it."""

import platform
import subprocess
import sys

import pytest
from helpers import ROOT

FREE_BLOCKS_BETWEEN_SMALL_ONES = """
import gc, sys
import numpy as np
from pathlib import Path
from fmnist_core.base import memory

def resident():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1000

if sys.argv[1] == "give back":
    memory.configure_server_memory()
np.ones(2**21)  # freed at once: glibc now takes such blocks from its heap, unless told otherwise
before, kept = resident(), []
blocks = []
for _ in range(200):
    blocks.append(np.ones(2**17))  # 1 MB
    kept.append(np.ones(2**12))  # smaller ones between them pin the heap, 7 MB
blocks.clear()
print(resident() - before, gc.get_freeze_count())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps freed blocks")
def test_a_server_gives_large_blocks_back_and_leaves_imports_out_of_collections():
    def megabytes_and_frozen(how: str) -> list[float]:
        command = [sys.executable, "-c", FREE_BLOCKS_BETWEEN_SMALL_ONES, how]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return [float(word) for word in done.stdout.split()]

    grown, frozen = megabytes_and_frozen("give back")
    assert grown < 20 and frozen > 1000
    grown, frozen = megabytes_and_frozen("keep")
    assert grown > 100 and frozen == 0  # else this test would prove nothing
