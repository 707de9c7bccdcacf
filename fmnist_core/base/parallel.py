"""Independent work on a thread pool.

torch shares out each single operation to its threads, and all wait for the last one after every operation: a
web server that needs one core for some milliseconds holds up the others as well. Here a thread that is done
with a piece takes the next one, and all wait only once, at the end.
"""

import functools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor


def run_independently(work: Callable, pieces: Iterable, cores: int) -> list:
    """`work(piece)` of each piece, in the order of the pieces, on at most so many cores.

    With fewer pieces than cores, torch shares out the operations of each piece to the cores that are left.
    `work` must not change what other pieces use. The first error that a piece raises is raised here.
    """
    pieces = list(pieces)
    if cores == 1 or len(pieces) < 2:
        return [work(piece) for piece in pieces]
    workers = min(cores, len(pieces))
    return list(_pool(workers, cores // workers).map(work, pieces))


@functools.cache
def _pool(workers: int, torch_threads: int) -> ThreadPoolExecutor:
    """Threads that stay: starting one takes as long as a small piece of work."""

    def prepare() -> None:
        import torch  # whoever lists runs does not wait for it

        torch.get_num_threads()  # the first call sets torch's default, and must not undo the next line
        torch.set_num_threads(torch_threads)
        torch.set_flush_denormal(True)  # see `training.threads.using_threads`

    return ThreadPoolExecutor(workers, "piece", prepare)
