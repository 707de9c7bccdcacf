"""Kill a training at random moments: `python tests/kills.py [--kills 100] [--seed 0] [--way longer]`.

Each round queues a run in a process of its own (the real queue, on a small data set that this script writes),
kills it with SIGKILL after a random time, and checks that the store opens, that every epoch which had been
shown is still there, that the run is found `interrupted`, and that it resumes. Runs are killed again and
again until they finish; then their weights and curves must be, bit for bit, those of a run never killed.
"""

import argparse
import contextlib
import os
import queue
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from helpers import KMNIST, ROOT, train_here, write_small_set
from sameness import same, shown

from fmnist_core.base.config import TrainConfig
from fmnist_core.runs import RunStore, checkpoints
from fmnist_core.runs.longer import longer_config, train_longer

CONFIG = KMNIST.replace(epochs=40, augmentation="shift")


SERVERS = """
import os, sys, time
import torch
import fmnist_core.training  # once for all servers: each is a fork
from fmnist_core.jobs import TrainingQueue
from fmnist_core.runs import RunStore
torch.set_num_threads(1)
for _ in sys.stdin:
    server = os.fork()
    if server == 0:
        try:
            store = RunStore()
            queue = TrainingQueue(store)
            queue.start()
            print(os.getpid(), flush=True)
            while store.runs(("queued", "running")):
                time.sleep(0.02)
            queue.close()
        finally:
            os._exit(0)
    os.waitpid(server, 0)
    print("ended", flush=True)
"""
"""A line on its standard input starts a process that will be killed: it trains whatever is queued, until
nothing is. It says its id once it is ready, and its parent that it has ended."""


@contextlib.contextmanager
def forked_servers() -> Iterator[subprocess.Popen[str]]:
    """What starts the processes, for the runs folder and the data of this moment."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVERS],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.stdin.close()


def run_and_kill(servers: subprocess.Popen[str], after: float | None) -> bool:
    """Start such a process and kill it `after` seconds (None: let it end); whether it was killed."""
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    print(file=servers.stdin, flush=True)
    first = servers.stdout.readline()
    if first == "ended\n":  # it never was ready
        return False
    listener = threading.Thread(target=lambda: said.put(servers.stdout.readline()))
    listener.start()
    try:
        said.get(timeout=after)
        was_killed = False
    except queue.Empty:
        os.kill(int(first), signal.SIGKILL)
        was_killed = True
    listener.join()
    return was_killed


Begin = Callable[[RunStore, TrainConfig], str]


def plain(store: RunStore, config: TrainConfig) -> str:
    """Queue a run from its first weights on; returns its id."""
    return store.create(config)


def longer(store: RunStore, config: TrainConfig) -> str:
    """Queue a run that trains another one longer, of half as many epochs."""
    half = store.create(config.replace(epochs=config.epochs // 2))
    train_here(store, half)
    return train_longer(store, half, longer_config(store.get(half), epochs=config.epochs))


def from_weights(store: RunStore, config: TrainConfig) -> str:
    """Queue a run that starts from the weights of another one, which is made once."""
    first = next((run.run_id for run in store.runs() if run.name == "first"), None)
    if first is None:
        first = store.create(config.replace(epochs=2, seed=5), "first")
        train_here(store, first)
    return store.create(config.replace(start_from=first))


WAYS: dict[str, tuple[Begin, TrainConfig]] = {
    "plain": (plain, CONFIG),
    "best": (plain, CONFIG.replace(validation_size=100, keep="best", patience=200)),
    "start-from": (from_weights, CONFIG),
    "longer": (longer, CONFIG),
}


def main(
    kills: int, seed: int, config: TrainConfig = CONFIG, longest: float = 1.5, begin: Begin = plain
) -> dict:
    """Returns what happened; raises `AssertionError` where something was lost."""
    generator = random.Random(seed)
    store = RunStore()
    reference = begin(store, config)
    train_here(store, reference)
    assert store.get(reference).status == "completed"
    whole = checkpoints.load(store.checkpoint_path(reference))[0]
    done = finished = resumed = 0
    run_id = None
    with forked_servers() as servers:
        while done < kills or run_id is not None:
            if run_id is None:
                run_id = begin(store, config)
            before = shown(store, run_id)
            # After the last kill the run may go on to its end.
            was_killed = run_and_kill(servers, generator.uniform(0.0, longest) if done < kills else None)
            done += was_killed
            store = RunStore()  # opens, or raises
            store.mark_interrupted()
            after = shown(store, run_id)
            assert after[: len(before)] == before, "an epoch that was shown is lost"
            status = store.get(run_id).status
            if status == "interrupted":
                store.requeue(run_id)
                resumed += 1
            elif status == "completed":
                assert after == shown(store, reference), "the curves differ from those of a run never killed"
                state = checkpoints.load(store.checkpoint_path(run_id))[0]
                assert same(state, whole), "the weights differ from those of a run never killed"
                finished += 1
                run_id = None
            else:
                assert status == "queued", f"the run is {status}: {store.get(run_id).message}"
    leftovers = [path.name for path in store.path.rglob(".*.tmp")]
    assert leftovers == [], leftovers
    return {"kills": done, "resumed": resumed, "finished": finished}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--way", choices=WAYS, default="plain")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FMNIST_RUNS_DIR"] = f"{folder}/runs"
        os.environ["FMNIST_DATA_DIR"] = f"{folder}/data"
        write_small_set(train=1000, folder=Path(folder) / "data")
        began = time.monotonic()
        begin, config = WAYS[options.way]
        result = main(options.kills, options.seed, config, begin=begin)
        print(result | {"seconds": round(time.monotonic() - began)})
