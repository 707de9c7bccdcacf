"""Memory that was freed: a training keeps it for its next step, a server gives it back.

By default glibc hands large blocks back when they are freed and gets them again, page by page, a moment
later. A convolution's activations are such blocks in every step, which is much faster when they are kept.
After a while glibc also keeps some by itself, which is why a server that reads photos now and then grows.
"""

import ctypes
import functools
import gc
import math
import os

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h
LARGEST_BLOCK = 32 * 2**20
"""Bytes: the most that glibc allows for blocks on its heap."""
MOST_KEPT = 2**30
"""Bytes at the end of the heap that are kept though free."""
LARGE_BLOCK = 256 * 2**10
"""Bytes from which a server gives blocks back at once."""


@functools.cache
def keep_freed_memory() -> None:
    """For the whole process; does nothing where the C library is not glibc."""
    libc = _glibc()
    if libc:
        libc.mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK)
        libc.mallopt(M_TRIM_THRESHOLD, MOST_KEPT)


def trim_memory() -> None:
    """Give back what is free, when a training is over."""
    libc = _glibc()
    if libc:
        libc.malloc_trim(0)


@functools.cache
def configure_server_memory() -> None:
    """For a server's process, once its imports are done.

    Large blocks go back at once. And what was imported is left out of garbage collections: Python looks at
    old objects only when their number has grown by a quarter, and imports alone leave hundreds of thousands.
    """
    libc = _glibc()
    if libc:
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
        libc.mallopt(M_TRIM_THRESHOLD, LARGE_BLOCK)
    gc.collect()
    gc.freeze()


def memory_size() -> float:
    """Bytes of this machine's memory; infinite where the system does not tell."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return math.inf


@functools.cache
def _glibc() -> ctypes.CDLL | None:
    try:
        libc = ctypes.CDLL("libc.so.6")
        return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
    except OSError:
        return None
